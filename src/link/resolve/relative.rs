//! Paths below the root, and the files they name once extensions and `index` are filled in.

use rustc_hash::FxHashMap;

use super::Resolver;
use crate::project::FileSet;
use crate::span::FileId;

/// What a specifier may leave out, in the order of preference.
const EXTENSIONS: [&str; 8] = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/// What a specifier spells after compilation, and what the source may be called.
const WRITTEN_AS: [(&str, &[&str]); 4] =
    [(".js", &[".ts", ".tsx"]), (".jsx", &[".tsx"]), (".mjs", &[".mts"]), (".cjs", &[".cts"])];

/// The file set, by path with and without extension.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    pub(super) files: &'a FileSet,
    /// Path without extension → the file with the preferred one. One look-up instead of eight.
    stems: FxHashMap<&'a str, (usize, FileId)>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(files: &'a FileSet) -> Self {
        let mut stems: FxHashMap<&str, (usize, FileId)> = FxHashMap::default();
        stems.reserve(files.len());
        for (id, path) in files.iter() {
            if let Some((stem, rank)) = split_extension(path) {
                let best = stems.entry(stem).or_insert((rank, id));
                if rank < best.0 {
                    *best = (rank, id);
                }
            }
        }
        Self { files, stems }
    }

    /// The file at `path`, as written, with an extension added, or with its source's extension.
    pub(super) fn file(&self, path: &str) -> Option<FileId> {
        self.files.get(path).or_else(|| self.stem(path)).or_else(|| self.source_of(path))
    }

    /// The file at `path` with one of the extensions added.
    pub(super) fn stem(&self, path: &str) -> Option<FileId> {
        self.stems.get(path).map(|&(_, id)| id)
    }

    /// `index.*` in the folder.
    pub(super) fn index(&self, dir: &str) -> Option<FileId> {
        if dir.is_empty() { self.stem("index") } else { self.stem(&format!("{dir}/index")) }
    }

    fn source_of(&self, path: &str) -> Option<FileId> {
        let (stem, sources) = WRITTEN_AS
            .iter()
            .find_map(|(written, sources)| path.strip_suffix(written).map(|stem| (stem, sources)))?;
        sources.iter().find_map(|extension| self.files.get(&format!("{stem}{extension}")))
    }
}

impl Resolver<'_> {
    /// The file that a path means as seen from the folder `dir`.
    pub(super) fn at(&self, dir: &str, path: &str) -> Option<FileId> {
        let joined = join(dir, path)?;
        // These ask for the folder, though a file `x.ts` may stand beside it. `..` does not, in bundlers.
        if path == "." || path.ends_with('/') { self.folder(&joined) } else { self.locate(&joined) }
    }

    /// The file or folder at a path without `.` and `..`.
    fn locate(&self, path: &str) -> Option<FileId> {
        self.tree.file(path).or_else(|| self.folder(path))
    }

    /// What importing a folder gives: the entry that its `package.json` names, or its `index`.
    fn folder(&self, dir: &str) -> Option<FileId> {
        match self.packages_by_dir.get(dir) {
            Some(&package) => self.main_entry(package),
            None => self.tree.index(dir),
        }
    }
}

/// Whether a specifier is relative to the importing file.
pub(super) fn is_relative(specifier: &str) -> bool {
    matches!(specifier, "." | "..") || specifier.starts_with("./") || specifier.starts_with("../")
}

/// The folder of a path, `""` for the root.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// `path` as seen from the folder `dir`, without `.` and `..`. Nothing if it leaves the root.
pub(super) fn join(dir: &str, path: &str) -> Option<String> {
    let mut joined = String::with_capacity(dir.len() + path.len() + 1);
    joined.push_str(dir);
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if joined.is_empty() => return None,
            ".." => joined.truncate(joined.rfind('/').unwrap_or(0)),
            name => {
                if !joined.is_empty() {
                    joined.push('/');
                }
                joined.push_str(name);
            }
        }
    }
    Some(joined)
}

/// A path without its extension, and the extension's place in the order of preference.
pub(super) fn split_extension(path: &str) -> Option<(&str, usize)> {
    let (stem, _) = path.rsplit_once('.')?;
    let extension = path.get(stem.len()..)?;
    let rank = EXTENSIONS.iter().position(|known| *known == extension)?;
    Some((stem, rank))
}

/// A path without the extension that it or its declaration file has.
pub(super) fn without_extension(path: &str) -> &str {
    let Some((stem, _)) = split_extension(path) else { return path };
    // Only TypeScript's extensions follow a `.d`: `x.d.js` is a file of its own.
    if is_declaration(path) { stem.strip_suffix(".d").unwrap_or(stem) } else { stem }
}

/// Whether a file holds nothing but types.
pub(super) fn is_declaration(path: &str) -> bool {
    path.ends_with(".d.ts") || path.ends_with(".d.mts") || path.ends_with(".d.cts")
}
