//! What above a project decides where it begins, and what it ignores.

use std::path::Path;

use super::walk::IGNORE_FILES;
use crate::disk::Disk;

/// Asks for everything from a folder upwards that decides which folder is walked, and what the walk leaves out, so
/// that a later run knows of it. Those who decide ask by themselves.
pub(super) fn ask(folder: &Path, disk: &Disk) {
    if !disk.records() {
        return;
    }
    for folder in folder.ancestors() {
        disk.kind(&folder.join(".git"));
        let files = ["package.json", "pnpm-workspace.yaml", ".git/info/exclude"];
        for file in files.iter().chain(&IGNORE_FILES) {
            drop(disk.read(&folder.join(file), u64::MAX));
        }
    }
}
