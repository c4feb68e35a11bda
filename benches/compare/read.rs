//! The floor for any tool that looks at a repository: walks a folder and reads every JavaScript and TypeScript file,
//! on all cores. Prints how many files and bytes. Needs nothing but `rustc -O`; `benches/compare.py` builds it.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::{env, fs, thread};

/// Folders that linters leave out too.
const SKIPPED: [&str; 5] = ["node_modules", ".git", ".next", "dist", "build"];

const ENDINGS: [&str; 8] = ["js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts"];

/// What the threads share: open folders, how many are not finished, and what was read.
struct Work {
    open: Mutex<Vec<PathBuf>>,
    unfinished: AtomicUsize,
    files: AtomicU64,
    bytes: AtomicU64,
}

fn main() {
    let root = env::args_os().nth(1).map_or_else(|| ".".into(), PathBuf::from);
    let work = Work {
        open: Mutex::new(vec![root]),
        unfinished: AtomicUsize::new(1),
        files: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| work.run());
        }
    });
    println!("{} {}", work.files.load(Ordering::Relaxed), work.bytes.load(Ordering::Relaxed));
}

impl Work {
    fn run(&self) {
        while self.unfinished.load(Ordering::Acquire) > 0 {
            let next = self.open.lock().unwrap().pop();
            match next {
                Some(folder) => {
                    self.folder(&folder);
                    self.unfinished.fetch_sub(1, Ordering::AcqRel);
                }
                None => thread::yield_now(),
            }
        }
    }

    fn folder(&self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
            let is_source = path.extension().is_some_and(|end| ENDINGS.iter().any(|known| end == *known));
            if kind.is_dir() && !SKIPPED.iter().any(|skipped| entry.file_name() == *skipped) {
                self.unfinished.fetch_add(1, Ordering::AcqRel);
                self.open.lock().unwrap().push(path);
            } else if kind.is_file() && is_source {
                if let Ok(bytes) = fs::read(&path) {
                    self.files.fetch_add(1, Ordering::Relaxed);
                    self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                }
            }
        }
    }
}
