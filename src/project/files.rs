//! The set of files that the walk found, which every later step asks instead of the disk.

use rustc_hash::FxHashMap;

use crate::span::FileId;

/// Source files of the project in ascending order of path, and the other files that reports may point into.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FileSet {
    paths: Vec<Box<str>>,
    ids: FxHashMap<Box<str>, FileId>,
    /// Files that are no sources; their ids follow those of the sources.
    others: Vec<Box<str>>,
}

impl FileSet {
    /// A set of these paths: relative to the root, `/` between segments, no `./`.
    #[must_use]
    pub fn new(mut paths: Vec<String>) -> Self {
        paths.sort_unstable();
        paths.dedup();
        let paths: Vec<Box<str>> = paths.into_iter().map(String::into_boxed_str).collect();
        let ids = (0..).map(FileId).zip(&paths).map(|(id, path)| (path.clone(), id)).collect();
        Self { paths, ids, others: Vec::new() }
    }

    /// The same set with files that are no sources: no module is looked for among them.
    #[must_use]
    pub fn with_others(mut self, others: Vec<String>) -> Self {
        self.others = others.into_iter().map(String::into_boxed_str).collect();
        self
    }

    /// The source file at this path, if the walk found it.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<FileId> {
        self.ids.get(path).copied()
    }

    /// The file at this path, be it a source or not.
    #[must_use]
    pub fn any(&self, path: &str) -> Option<FileId> {
        let other = || {
            let at = self.others.iter().position(|other| &**other == path)?;
            u32::try_from(self.paths.len() + at).ok().map(FileId)
        };
        self.get(path).or_else(other)
    }

    /// A file's path, relative to the root; empty for an id of another set.
    #[must_use]
    pub fn path(&self, id: FileId) -> &str {
        let other = || self.others.get(id.index().checked_sub(self.paths.len())?);
        self.paths.get(id.index()).or_else(other).map_or("", |path| path)
    }

    /// All source files in ascending order of path.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &str)> {
        (0..).map(FileId).zip(self.paths.iter().map(|p| &**p))
    }

    /// The source files below a folder (`""`: all) in ascending order of path.
    pub fn below<'s>(&'s self, dir: &str) -> impl Iterator<Item = (FileId, &'s str)> + use<'s> {
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let start = self.paths.partition_point(|path| **path < *prefix);
        let rest = self.paths.get(start..).unwrap_or_default().iter().map(|path| &**path);
        let first = u32::try_from(start).unwrap_or(u32::MAX);
        (first..).map(FileId).zip(rest).take_while(move |(_, path)| path.starts_with(&prefix))
    }

    /// How many source files there are.
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

/// Endings of JS and TS sources.
const SOURCE_EXTENSIONS: [&str; 8] = ["js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts"];

/// Whether a path is a JS or TS source that can run; declarations cannot.
#[must_use]
pub fn is_source(path: &str) -> bool {
    let Some((stem, extension)) = path.rsplit_once('.') else { return false };
    let declaration = matches!(extension, "ts" | "mts" | "cts") && stem.ends_with(".d");
    SOURCE_EXTENSIONS.contains(&extension) && !declaration
}

/// Whether a path belongs to tests rather than to what is deployed.
pub(super) fn is_test(path: &str) -> bool {
    let mut segments = path.rsplit('/');
    let name = segments.next().unwrap_or(path);
    name.contains(".test.")
        || name.contains(".spec.")
        || segments.any(|segment| matches!(segment, "__tests__" | "__mocks__"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_no_sources() {
        assert!(is_source("a/b.server.ts") && is_source("a.mjs") && is_source("[id].tsx"));
        assert!(!is_source("a.d.ts") && !is_source("a.d.mts") && !is_source("a.json") && !is_source("js"));
    }

    #[test]
    fn only_what_is_below_a_folder() {
        let set =
            FileSet::new(vec!["app/a.ts".into(), "app.ts".into(), "app2/b.ts".into(), "app/z/c.ts".into()]);
        assert_eq!(set.below("app").map(|(_, path)| path).collect::<Vec<_>>(), ["app/a.ts", "app/z/c.ts"]);
        assert_eq!(set.below("").count(), 4);
    }
}
