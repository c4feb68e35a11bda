//! Time and memory of the program by size, for projects that are hard in one way each: `cargo bench --bench scaling`.
//!
//! A curve that is straight keeps its CPU time for each file; one that bends up is a defect. Names choose shapes,
//! numbers choose sizes: `cargo bench --bench scaling -- ring hub 1000 10000`. `ROUTELINT_BINARY` names another
//! program to measure than the one that was just built.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark that cannot run has to say so")]

#[path = "support/generated.rs"]
mod generated;
#[path = "support/measure.rs"]
mod measure;
#[path = "support/shapes.rs"]
mod shapes;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use generated::Size;
use measure::{Cost, watched};
use shapes::SHAPES;

/// Sizes when none are given.
const SIZES: [usize; 3] = [1_000, 5_000, 10_000];

/// Runs of each project: their mean CPU time counts, and the least of the rest, since what is more is the machine's.
const RUNS: u32 = 3;

/// A project that was written, and what it cost.
struct Row {
    files: u32,
    bytes: u64,
    cost: Cost,
}

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let (numbers, names): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| word.parse::<usize>().is_ok());
    let mut sizes: Vec<usize> = numbers.iter().filter_map(|word| word.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = SIZES.to_vec();
    }
    let binary = env::var_os("ROUTELINT_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_routelint").into());
    let binary = PathBuf::from(binary);
    println!(
        "| shape | files | MB | wall ms | CPU ms | CPU µs a file | of the size before | peak MiB | KiB a file |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    let shapes = [("monorepo", "five apps over packages that import each other")];
    let shapes: Vec<_> =
        shapes.into_iter().chain(SHAPES.iter().map(|shape| (shape.name, shape.about))).collect();
    for (shape, _) in
        shapes.iter().filter(|(shape, _)| names.is_empty() || names.iter().any(|name| name == shape))
    {
        let mut before = None;
        for &size in &sizes {
            let row = measure(shape, size, &binary);
            before = Some(print(shape, &row, before));
        }
    }
    println!();
    for (shape, about) in shapes {
        println!("- `{shape}`: {about}");
    }
}

/// Prints a row, and gives the microseconds for each file.
fn print(shape: &str, row: &Row, before: Option<f64>) -> f64 {
    let files = f64::from(row.files);
    let cpu = row.cost.cpu.unwrap_or(row.cost.wall);
    let micros = cpu.as_secs_f64() * 1e6 / files;
    let bend = before.map_or(String::new(), |before| format!("× {:.2}", micros / before));
    let peak = row.cost.peak.map_or(f64::NAN, |peak| kilo(peak) * 1000.0 / 1024.0);
    println!(
        "| {shape} | {} | {:.1} | {:.0} | {:.0} | {micros:.0} | {bend} | {:.0} | {:.1} |",
        row.files,
        kilo(row.bytes) / 1000.0,
        row.cost.wall.as_secs_f64() * 1e3,
        cpu.as_secs_f64() * 1e3,
        peak / 1024.0,
        peak / files,
    );
    micros
}

fn kilo(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX))
}

/// Writes a project and runs the program on it.
fn measure(shape: &str, size: usize, binary: &Path) -> Row {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (mut files, mut bytes) = (0, 0);
    let mut put = |path: &str, text: &str| {
        let full = folder.path().join(path);
        fs::create_dir_all(full.parent().expect("a file is in a folder")).expect("a new folder");
        fs::write(full, text).expect("a new file");
        if path.ends_with(".ts") || path.ends_with(".tsx") {
            files += 1;
            bytes += text.len() as u64;
        }
    };
    match SHAPES.iter().find(|other| other.name == shape) {
        Some(shape) => (shape.write)(size, &mut |path, text| put(&path, &text)),
        None => generated::each(Size::thousands(size.div_ceil(1000)), &mut |path, text| put(&path, &text)),
    }
    let runs = || watched(binary, &["--quiet", "--format", "json"], folder.path());
    let runs: Vec<Cost> = (0..RUNS).map(|_| runs()).collect();
    let cpu = runs.iter().filter_map(|run| run.cpu).reduce(|one, other| one + other);
    let cost = Cost {
        wall: runs.iter().map(|run| run.wall).min().expect("a run"),
        cpu: cpu.map(|cpu| cpu / RUNS),
        peak: runs.iter().filter_map(|run| run.peak).min(),
    };
    Row { files, bytes, cost }
}
