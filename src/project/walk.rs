//! One parallel walk over the tree that collects everything later steps ask for.

use std::path::Path;
use std::sync::{Arc, mpsc};

use ignore::{DirEntry, WalkBuilder, WalkState};
use xxhash_rust::xxh3::Xxh3Default;

use super::configs::{self, MAX_CONFIG_BYTES};
use super::files::is_source;
use super::{Warning, paths};
use crate::disk::Disk;

/// What the walk found, each list in ascending order.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// JS and TS sources.
    pub(super) sources: Vec<String>,
    /// Configuration files, by name.
    pub(super) configs: Vec<String>,
    /// Folders named `app` or `pages`.
    pub(super) routers: Vec<String>,
    /// Every folder that was looked into.
    pub(super) folders: Vec<String>,
    /// What had to be skipped.
    pub(super) warnings: Vec<Warning>,
}

/// Files that say what git, or tools that walk as it does, leave out.
pub(super) const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

enum Item {
    Source(String),
    Config(String),
    Folder(String),
    Warning(Warning),
}

/// Folders that hold installed or built code wherever they stand.
const NEVER_SOURCE: [&str; 6] = ["node_modules", ".next", ".vercel", ".netlify", ".open-next", ".sst"];

/// Folders that hold built code, unless they are a segment of a URL: `app/api/build/route.ts`.
const OUTPUT: [&str; 5] = ["dist", "build", "out", "coverage", "generated"];

/// Whether a folder of this name holds installed or built code, wherever it stands.
pub(super) fn is_left_out(name: &str) -> bool {
    NEVER_SOURCE.contains(&name) || OUTPUT.contains(&name)
}

/// Walks the tree below `root`.
pub(super) fn walk(root: &Path, threads: usize, disk: &Arc<Disk>) -> Found {
    let (sender, receiver) = mpsc::channel();
    let (filter_root, filter_disk) = (root.to_path_buf(), Arc::clone(disk));
    let walker = WalkBuilder::new(root)
        .threads(threads)
        .follow_links(false)
        // Not all hidden names are left out: see `enters`.
        .hidden(false)
        .require_git(false)
        // A machine's own excludes would make the same tree give other results elsewhere.
        .git_global(false)
        .parents(lies_in_repository(root))
        .filter_entry(move |entry| {
            ask_what_is_ignored(&filter_disk, entry);
            enters(&filter_root, entry)
        })
        .build_parallel();
    walker.run(|| {
        let visitor = Visitor { root, disk, sender: sender.clone() };
        Box::new(move |result| visitor.visit(result))
    });
    drop(sender);
    let found = sorted(receiver);
    disk.walked(root, || found.digest());
    found
}

/// The digest of what a walk finds, when it is asked for again.
pub(super) fn digest(root: &Path) -> u128 {
    walk(root, 0, &Arc::default()).digest()
}

impl Found {
    /// XXH3, 128 bits.
    fn digest(&self) -> u128 {
        let mut digest = Xxh3Default::new();
        for list in [&self.sources, &self.configs, &self.folders] {
            digest.update(&(list.len() as u64).to_le_bytes());
            for path in list {
                digest.update(path.as_bytes());
                digest.update(b"\0");
            }
        }
        for warning in &self.warnings {
            digest.update(warning.file.as_bytes());
            digest.update(b"\0");
            digest.update(warning.message.as_bytes());
            digest.update(b"\0");
        }
        digest.digest128()
    }
}

/// What decides which files are ignored, where it stands in the tree. The walk reads it by itself.
fn ask_what_is_ignored(disk: &Disk, entry: &DirEntry) {
    if !disk.records() {
        return;
    }
    let name = entry.file_name();
    if IGNORE_FILES.iter().any(|ignore| name == *ignore) {
        drop(disk.read(entry.path(), u64::MAX));
    } else if name == ".git" {
        drop(disk.read(&entry.path().join("info/exclude"), u64::MAX));
    }
}

fn sorted(items: mpsc::Receiver<Item>) -> Found {
    let mut found = Found::default();
    for item in items {
        match item {
            Item::Source(path) => found.sources.push(path),
            Item::Config(path) => found.configs.push(path),
            Item::Folder(path) => found.folders.push(path),
            Item::Warning(warning) => found.warnings.push(warning),
        }
    }
    found.sources.sort_unstable();
    found.configs.sort_unstable();
    found.folders.sort_unstable();
    found.routers = found.folders.iter().filter(|folder| is_router(folder)).cloned().collect();
    found.warnings.sort_unstable();
    found
}

/// Ignore files above the root count only inside one repository: a stray one in a home folder says nothing here.
fn lies_in_repository(root: &Path) -> bool {
    !root.join(".git").exists() && root.ancestors().any(|dir| dir.join(".git").exists())
}

/// Whether the walk looks at this entry at all.
fn enters(root: &Path, entry: &DirEntry) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let Some(name) = entry.file_name().to_str() else { return true };
    let hidden = name.starts_with('.');
    if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return !hidden;
    }
    if NEVER_SOURCE.contains(&name) {
        return false;
    }
    // `app/.well-known/security.txt/route.ts` is as much a route as `app/api/build/route.ts`.
    !(hidden || OUTPUT.contains(&name)) || is_url_segment(root, entry.path())
}

/// Whether a folder stands below `app/` or `pages/` of one package, where every name is part of a URL.
fn is_url_segment(root: &Path, folder: &Path) -> bool {
    for dir in folder.ancestors().skip(1).take_while(|dir| *dir != root) {
        // `packages/app/dist` is the output of a package that happens to be called `app`.
        if dir.join("package.json").exists() {
            return false;
        }
        if dir.file_name().is_some_and(|name| name == "app" || name == "pages") {
            return true;
        }
    }
    false
}

/// Sees each entry of the tree, on one thread.
struct Visitor<'a> {
    root: &'a Path,
    disk: &'a Disk,
    sender: mpsc::Sender<Item>,
}

impl Visitor<'_> {
    fn visit(&self, result: Result<DirEntry, ignore::Error>) -> WalkState {
        let root = self.root;
        // The receiver lives until all senders are gone, so that sending cannot fail.
        let send = |item| drop(self.sender.send(item));
        let entry = match result {
            Ok(entry) => entry,
            Err(error) => {
                send(Item::Warning(unreadable(root, &error)));
                return WalkState::Continue;
            }
        };
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        if !kind.is_dir() && !kind.is_file() {
            return WalkState::Continue;
        }
        let Some(path) = paths::walked(root, entry.path()) else {
            let matters = kind.is_dir() || has_source_extension(entry.path());
            if matters {
                send(Item::Warning(Warning {
                    file: paths::printable(root, entry.path()),
                    message: "skipped: its name is not UTF-8".to_owned(),
                }));
            }
            return WalkState::Skip;
        };
        if kind.is_dir() {
            self.disk.walks(entry.path());
            send(Item::Folder(path));
            return WalkState::Continue;
        }
        if configs::is_config(&path) {
            let too_large = entry.metadata().is_ok_and(|data| data.len() > MAX_CONFIG_BYTES);
            send(if too_large {
                // Nobody reads it; a later run has to know its size.
                drop(self.disk.read(entry.path(), MAX_CONFIG_BYTES));
                Item::Warning(oversized(root, entry.path()))
            } else {
                Item::Config(path.clone())
            });
        }
        if is_source(&path) {
            send(Item::Source(path));
        }
        WalkState::Continue
    }
}

fn is_router(folder: &str) -> bool {
    matches!(paths::name(folder), "app" | "pages")
}

/// The folders above a file that the walk would report as routers if they were there.
pub(super) fn routers_above(file: &str) -> Vec<String> {
    paths::upwards(paths::parent(file)).filter(|folder| is_router(folder)).map(str::to_owned).collect()
}

fn has_source_extension(path: &Path) -> bool {
    path.extension().and_then(|ext| ext.to_str()).is_some_and(|ext| is_source(&format!("x.{ext}")))
}

fn oversized(root: &Path, path: &Path) -> Warning {
    Warning {
        file: paths::printable(root, path),
        message: "larger than 1 MiB: not read, what it configures is ignored".to_owned(),
    }
}

fn unreadable(root: &Path, error: &ignore::Error) -> Warning {
    let path = failed_path(error).unwrap_or(root);
    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Warning { file: paths::printable(root, path), message: format!("cannot be read ({reason}): skipped") }
}

fn failed_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => failed_path(err),
        _ => None,
    }
}
