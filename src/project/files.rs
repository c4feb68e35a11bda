//! The set of files that the walk found, which every later step asks instead of the disk.

use rustc_hash::FxHashMap;

use crate::span::FileId;

/// Source files of the project in ascending order of path.
#[derive(Debug, Default)]
pub struct FileSet {
    paths: Vec<Box<str>>,
    ids: FxHashMap<Box<str>, FileId>,
}

impl FileSet {
    /// A set of these paths: relative to the root, `/` between segments, no `./`.
    #[must_use]
    pub fn new(mut paths: Vec<String>) -> Self {
        paths.sort_unstable();
        paths.dedup();
        let paths: Vec<Box<str>> = paths.into_iter().map(String::into_boxed_str).collect();
        let ids = (0..).map(FileId).zip(&paths).map(|(id, path)| (path.clone(), id)).collect();
        Self { paths, ids }
    }

    /// The file at this path, if the walk found it.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<FileId> {
        self.ids.get(path).copied()
    }

    /// A file's path, relative to the root.
    #[must_use]
    pub fn path(&self, id: FileId) -> &str {
        &self.paths[id.index()]
    }

    /// All files in ascending order of path.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &str)> {
        (0..).map(FileId).zip(self.paths.iter().map(|p| &**p))
    }

    /// How many files there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }
}
