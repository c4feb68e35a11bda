//! The rooms one by one on a generated project: `cargo bench --bench pipeline`.

#![allow(clippy::expect_used, reason = "a benchmark that cannot run has to say so")]

#[path = "support/generated.rs"]
mod generated;

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use generated::Size;
use routelint::analyze::{Options, analyze};
use routelint::catalogue::Catalogue;
use routelint::link::Program;
use routelint::load::{Loaded, load};
use routelint::project::{DiscoverOptions, Project};
use routelint::report::{Report, View, write_json, write_sarif, write_text};
use routelint::rules::{RULES, RuleContext};
use routelint::syntax::{Arena, STACK_SIZE, read_module};
use routelint::timings::Timings;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// The project that every benchmark shares.
struct Shared {
    /// Held: the folder goes when this is dropped.
    folder: tempfile::TempDir,
    /// Name and text of every source file.
    sources: Vec<(String, String)>,
    project: Project,
    loaded: Loaded,
    catalogue: Catalogue,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = generated::write(folder.path(), Size::SMALL);
    let read = |name: String| {
        let text = fs::read_to_string(folder.path().join(&name)).expect("a file just written");
        (name, text)
    };
    let sources = files.into_iter().map(read).collect();
    let project = discover(folder.path().to_path_buf());
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK_SIZE).build().expect("threads");
    let loaded = threads.install(|| load(&project, u64::MAX));
    Shared { folder, sources, project, loaded, catalogue: Catalogue::builtin().expect("the catalogue") }
});

fn discover(root: PathBuf) -> Project {
    Project::discover(&root, &DiscoverOptions::default()).expect("a project")
}

#[divan::bench]
fn project(bencher: Bencher<'_, '_>) {
    let root = SHARED.folder.path();
    bencher.counter(ItemsCount::new(SHARED.sources.len())).bench(|| discover(root.to_path_buf()));
}

/// One thread: parse and lower every source file.
#[divan::bench]
fn syntax(bencher: Bencher<'_, '_>) {
    let bytes: usize = SHARED.sources.iter().map(|(_, text)| text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).with_inputs(Arena::default).bench_refs(|arena| {
        SHARED.sources.iter().map(|(name, text)| read_module(name, text, arena).sites.len()).sum::<usize>()
    });
}

#[divan::bench]
fn link(bencher: Bencher<'_, '_>) {
    let Shared { project, loaded, catalogue, .. } = &*SHARED;
    let program = || Program::link(project, &loaded.modules, catalogue);
    bencher.counter(ItemsCount::new(loaded.files)).bench(program);
}

/// On a program that was just linked: what it remembers from before would flatter the rules.
#[divan::bench]
fn rules(bencher: Bencher<'_, '_>) {
    let Shared { project, loaded, catalogue, .. } = &*SHARED;
    bencher.with_inputs(|| Program::link(project, &loaded.modules, catalogue)).bench_refs(|program| {
        let context = RuleContext::new(program, &Timings::default());
        let mut findings = Vec::new();
        RULES.iter().for_each(|rule| (rule.check)(&context, &mut findings));
        findings.len()
    });
}

#[divan::bench(args = ["text", "json", "sarif"])]
fn report(bencher: Bencher<'_, '_>, format: &str) {
    let paths = vec![SHARED.folder.path().to_path_buf()];
    let report: Report = analyze(&Options { paths, ..Options::default() }).expect("a report");
    bencher.bench_local(|| {
        let mut out = Vec::new();
        match format {
            "text" => write_text(&report, &View::default(), &mut out),
            "json" => write_json(&report, &mut out),
            _ => write_sarif(&report, &View::default(), &mut out),
        }
        .expect("memory to write to");
        out.len()
    });
}
