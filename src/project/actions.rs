//! Files that may hold server actions.

use std::path::Path;

use memchr::memmem;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::app::{EntryFile, EntryKind};
use super::configs::ConfigFiles;
use super::files::is_test;
use crate::disk::read_into;
use crate::span::FileId;

/// Nobody writes actions in a larger file; it is a bundle or data.
const MAX_BYTES: u64 = 1 << 20;

/// The candidates whose text has a `use server` directive, apart from files that are entries already.
pub(super) fn entries<'f>(
    configs: &ConfigFiles,
    candidates: impl Iterator<Item = (FileId, &'f str)>,
    known: &FxHashSet<FileId>,
) -> Vec<EntryFile> {
    let candidates: Vec<_> =
        candidates.filter(|(file, path)| !known.contains(file) && !is_test(path)).collect();
    let finder = memmem::Finder::new(b"use server");
    let (root, disk) = (configs.root(), configs.disk());
    let holds_actions =
        |bytes: &mut Vec<u8>, path: &str| disk.searched(&root.join(path), |path| holds(&finder, path, bytes));
    let entry = |file| EntryFile { file, kind: EntryKind::ServerAction, url: String::new() };
    candidates
        .into_par_iter()
        .map_init(Vec::new, |bytes, (file, path)| holds_actions(bytes, path).then(|| entry(file)))
        .flatten_iter()
        .collect()
}

/// Whether a file may hold server actions.
pub(super) fn holds_actions(path: &Path) -> bool {
    holds(&memmem::Finder::new(b"use server"), path, &mut Vec::new())
}

/// Reads into `bytes`. A file that cannot be read is reported by the step that needs its contents.
fn holds(finder: &memmem::Finder<'_>, path: &Path, bytes: &mut Vec<u8>) -> bool {
    matches!(read_into(path, MAX_BYTES, bytes), Ok(Ok(()))) && has_directive(finder, bytes)
}

/// Whether the words stand between quotes. Whether that is a directive is for the parser to say.
fn has_directive(finder: &memmem::Finder<'_>, bytes: &[u8]) -> bool {
    finder.find_iter(bytes).any(|at| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after = bytes.get(at + finder.needle().len());
        matches!(before, Some(b'"' | b'\'')) && before == after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_in_quotes() {
        let finder = memmem::Finder::new(b"use server");
        let has = |text: &str| has_directive(&finder, text.as_bytes());
        assert!(has("'use server'") && has("x\n\"use server\";\n"));
        assert!(
            !has("use server")
                && !has("// use server components")
                && !has("'use server-only'")
                && !has("\"use server'")
        );
    }
}
