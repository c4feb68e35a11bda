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
use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use rayon::{ThreadPool, ThreadPoolBuilder};
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
    /// With the stack that reading files needs.
    threads: ThreadPool,
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
    let threads = ThreadPoolBuilder::new().stack_size(STACK_SIZE).build().expect("threads");
    let loaded = threads.install(|| load(&project, u64::MAX));
    let catalogue = Catalogue::builtin().expect("the catalogue");
    Shared { folder, sources, project, loaded, threads, catalogue }
});

fn discover(root: PathBuf) -> Project {
    Project::discover(&root, &DiscoverOptions::default()).expect("a project")
}

#[divan::bench]
fn project(bencher: Bencher<'_, '_>) {
    let root = SHARED.folder.path();
    bencher.counter(ItemsCount::new(SHARED.sources.len())).bench(|| discover(root.to_path_buf()));
}

/// One thread: what the parser takes of `syntax`.
#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    parsed(bencher, |_| 0);
}

/// One thread: what parser, scopes and symbols take of `syntax`. The rest of it is lowering.
#[divan::bench]
fn parse_and_scopes(bencher: Bencher<'_, '_>) {
    parsed(bencher, |program| SemanticBuilder::new().build(program).semantic.scoping().symbols_len());
}

fn parsed(bencher: Bencher<'_, '_>, then: impl Fn(&oxc_ast::ast::Program<'_>) -> usize + Sync) {
    let bytes: usize = SHARED.sources.iter().map(|(_, text)| text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).with_inputs(Allocator::default).bench_refs(|tree| {
        for (name, text) in &SHARED.sources {
            tree.reset();
            let kind = SourceType::from_path(name).expect("an ending of source files");
            divan::black_box(then(&Parser::new(tree, text, kind).parse().program));
        }
    });
}

/// One thread: read every source file from its text: parse, scopes, lower.
#[divan::bench]
fn syntax(bencher: Bencher<'_, '_>) {
    let bytes: usize = SHARED.sources.iter().map(|(_, text)| text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).with_inputs(Arena::default).bench_refs(|arena| {
        SHARED.sources.iter().map(|(name, text)| read_module(name, text, arena).sites.len()).sum::<usize>()
    });
}

/// All threads: find, read and resolve what routes reach, `syntax` of it included.
#[divan::bench]
fn load_reached(bencher: Bencher<'_, '_>) {
    let Shared { project, loaded, threads, .. } = &*SHARED;
    bencher
        .counter(ItemsCount::new(loaded.files))
        .bench(|| threads.install(|| load(project, u64::MAX).files));
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
