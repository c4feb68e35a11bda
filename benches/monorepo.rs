//! The program on a generated monorepo of 10,000 files, as a user runs it: `cargo bench --bench monorepo`.
//!
//! Prints how long a run takes, how many files it reads, its peak memory, and how that compares with only reading
//! every file. `cargo bench --bench monorepo -- --write FOLDER` only writes the monorepo, for other programs to measure.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark that cannot run has to say so")]

#[path = "support/generated.rs"]
mod generated;
#[path = "support/measure.rs"]
mod measure;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use generated::Size;
use measure::watched;

const BINARY: &str = env!("CARGO_BIN_EXE_routelint");

/// Runs of which the fastest counts.
const RUNS: usize = 5;

fn main() {
    let mut words = std::env::args().skip_while(|word| word != "--write").skip(1);
    if let Some(folder) = words.next() {
        generated::write(Path::new(&folder), Size::thousands(10));
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = generated::write(folder.path(), Size::thousands(10));
    let (bytes, plain) = fastest(|| read_all(folder.path(), &files));
    let report = analyse(folder.path());
    let runs = (0..RUNS).map(|_| watched(Path::new(BINARY), &["--format", "json"], folder.path()));
    let cost = runs.min_by_key(|cost| cost.wall).expect("at least one run");
    let count = |key: &str| report["summary"][key].as_u64().unwrap_or_default();

    println!("source files    {} ({:.1} MB)", files.len(), mega(bytes));
    println!("files visited   {}", count("files"));
    println!("routes          {}", count("routes"));
    println!("errors found    {}", count("errors"));
    println!("wall time       {:.0} ms, fastest of {RUNS}", millis(cost.wall));
    println!("CPU time        {:.0} ms, all threads", cost.cpu.map_or(f64::NAN, millis));
    println!("plain read      {:.0} ms, one thread, all source files", millis(plain));
    println!("ratio           {:.1}", cost.wall.as_secs_f64() / plain.as_secs_f64());
    match cost.peak {
        Some(peak) => println!("peak memory     {:.0} MB", mega(peak)),
        None => println!("peak memory     not known on this system"),
    }
}

fn fastest<T>(mut run: impl FnMut() -> T) -> (T, Duration) {
    let timed = |_| {
        let started = Instant::now();
        let result = run();
        (result, started.elapsed())
    };
    (0..RUNS).map(timed).min_by_key(|(_, time)| *time).expect("at least one run")
}

fn read_all(root: &Path, files: &[String]) -> u64 {
    files.iter().map(|file| fs::read(root.join(file)).expect("a file just written").len() as u64).sum()
}

fn analyse(root: &Path) -> serde_json::Value {
    let output = Command::new(BINARY).arg(root).args(["--format", "json"]).output().expect("the binary runs");
    serde_json::from_slice(&output.stdout).expect("a JSON report")
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn mega(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0
}
