//! Files that may hold server actions.

use std::path::Path;

use memchr::memmem;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::app::{EntryFile, EntryKind};
use super::files::is_test;
use crate::span::FileId;

/// Nobody writes actions in a larger file; it is a bundle or data.
const MAX_BYTES: u64 = 1 << 20;

/// The candidates whose text has a `use server` directive, apart from files that are entries already.
pub(super) fn entries<'f>(
    root: &Path,
    candidates: impl Iterator<Item = (FileId, &'f str)>,
    known: &FxHashSet<FileId>,
) -> Vec<EntryFile> {
    let candidates: Vec<_> =
        candidates.filter(|(file, path)| !known.contains(file) && !is_test(path)).collect();
    candidates
        .into_par_iter()
        .filter(|(_, path)| holds_actions(&root.join(path)))
        .map(|(file, _)| EntryFile { file, kind: EntryKind::ServerAction, url: String::new() })
        .collect()
}

/// Whether the text of a file has a `use server` directive.
pub(super) fn holds_actions(path: &Path) -> bool {
    let finder = memmem::Finder::new(b"use server");
    let small = path.metadata().is_ok_and(|data| data.len() <= MAX_BYTES);
    // A file that cannot be read is reported by the step that needs its contents.
    small && std::fs::read(path).is_ok_and(|bytes| has_directive(&finder, &bytes))
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
