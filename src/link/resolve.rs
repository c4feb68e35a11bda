//! What a module specifier names: a file of the project, something outside of it, or a file that is not there.
//!
//! The answer is the one Next's bundler would give for server code, except that a workspace package resolves
//! to its *source* even if it exports built output. Only the walk's file set is asked, never the disk: that
//! makes a look-up a few hash look-ups, and generated or ignored files are `Missing` on every machine alike.

mod exports;
mod packages;
mod paths;
mod pattern;
mod relative;
#[cfg(test)]
mod tests;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::project::{FileSet, Package, TsConfig};
use crate::span::FileId;
use exports::Exports;
pub use packages::is_builtin;
use paths::Aliases;
use relative::Tree;

/// What a specifier names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// A file of the project.
    File(FileId),
    /// An npm package or a builtin of the runtime: the specifier itself says which.
    External,
    /// It should be a project file but is not in the set: generated code, JSON, CSS, assets.
    Missing,
}

impl Resolution {
    /// The project file, if it is one.
    #[must_use]
    pub const fn file(self) -> Option<FileId> {
        match self {
            Self::File(id) => Some(id),
            Self::External | Self::Missing => None,
        }
    }
}

/// Resolves specifiers against the files, packages and path aliases of one run.
#[derive(Debug)]
pub struct Resolver<'a> {
    tree: Tree<'a>,
    packages: &'a [Package],
    exports: Vec<Exports<'a>>,
    imports: Vec<Exports<'a>>,
    packages_by_name: FxHashMap<&'a str, Vec<u32>>,
    packages_by_dir: FxHashMap<&'a str, u32>,
    /// Every name that some package of the tree depends on.
    declared: FxHashSet<&'a str>,
    aliases: Vec<Aliases<'a>>,
    aliases_by_dir: FxHashMap<&'a str, u32>,
    /// Per file: what governs it.
    scopes: Vec<Scope>,
}

/// What governs the files of a folder.
#[derive(Clone, Copy, Debug, Default)]
struct Scope {
    /// The nearest `package.json` upwards.
    package: Option<u32>,
    /// The nearest `tsconfig.json` or `jsconfig.json` upwards.
    aliases: Option<u32>,
}

impl<'a> Resolver<'a> {
    /// A resolver for these files; built once per run.
    #[must_use]
    pub fn new(files: &'a FileSet, packages: &'a [Package], tsconfigs: &'a [TsConfig]) -> Self {
        let packages_by_dir = first_by_dir(packages.iter().map(|package| package.dir.as_str()));
        let aliases_by_dir = first_by_dir(tsconfigs.iter().map(|config| config.dir.as_str()));
        Self {
            tree: Tree::new(files),
            packages,
            exports: packages.iter().map(|package| Exports::new(package.exports.as_ref(), '.')).collect(),
            imports: packages.iter().map(|package| Exports::new(package.imports.as_ref(), '#')).collect(),
            packages_by_name: packages::by_name(packages),
            declared: packages.iter().flat_map(|p| p.dependencies.keys().map(String::as_str)).collect(),
            aliases: tsconfigs.iter().map(Aliases::new).collect(),
            scopes: scopes(files, &packages_by_dir, &aliases_by_dir),
            packages_by_dir,
            aliases_by_dir,
        }
    }

    /// What `specifier` names when `from` imports it.
    #[must_use]
    pub fn resolve(&self, from: FileId, specifier: &str) -> Resolution {
        let whole = self.request(from, specifier);
        // A file may have a `?` in its name, so the query goes only if the whole names none.
        match specifier.split_once('?') {
            Some((request, _)) if whole.file().is_none() && !request.is_empty() => {
                self.request(from, request)
            }
            _ => whole,
        }
    }

    /// The file that a path below the root means, as an import of it would.
    #[must_use]
    pub fn below_root(&self, path: &str) -> Option<FileId> {
        self.at("", path)
    }

    fn request(&self, from: FileId, specifier: &str) -> Resolution {
        if relative::is_relative(specifier) {
            let dir = relative::parent(self.tree.files.path(from));
            return found(self.at(dir, specifier));
        }
        // `raw-loader!./x` loads text, and `/x` is a path on the machine or a URL.
        if specifier.is_empty() || specifier.starts_with(['/', '?']) || specifier.contains('!') {
            return Resolution::Missing;
        }
        let scope = self.scope(from);
        let aliased = self.aliased(scope, specifier);
        if let paths::Aliased::File(id) = aliased {
            return Resolution::File(id);
        }
        if packages::is_builtin(specifier) || packages::has_scheme(specifier) {
            return Resolution::External;
        }
        if let Some(id) = self.below_base_url(scope, specifier) {
            return Resolution::File(id);
        }
        if specifier.starts_with('#') {
            return found(self.package_import(scope, specifier));
        }
        if let Some(rest) = paths::conventional(specifier) {
            let file = match aliased {
                paths::Aliased::Dry => None,
                _ => self.outer_alias(scope, specifier).or_else(|| self.by_convention(scope, rest)),
            };
            return found(file);
        }
        self.bare(scope, specifier, aliased)
    }

    /// A specifier that no alias turned into a file: a workspace package, or else something from npm.
    fn bare(&self, scope: Scope, specifier: &str, aliased: paths::Aliased) -> Resolution {
        if let Some(resolution) = self.workspace(scope, specifier) {
            return resolution;
        }
        let (name, _) = packages::split_name(specifier);
        // An alias that leads to no file is generated code, unless it only redirects a real dependency.
        if matches!(aliased, paths::Aliased::Dry) && !self.declared.contains(name) {
            return Resolution::Missing;
        }
        Resolution::External
    }

    fn scope(&self, from: FileId) -> Scope {
        self.scopes.get(from.index()).copied().unwrap_or_default()
    }
}

fn found(file: Option<FileId>) -> Resolution {
    file.map_or(Resolution::Missing, Resolution::File)
}

/// Index by folder; of two in one folder (`tsconfig.json` and `jsconfig.json`) the first counts.
fn first_by_dir<'a>(dirs: impl Iterator<Item = &'a str>) -> FxHashMap<&'a str, u32> {
    let mut map = FxHashMap::default();
    for (index, dir) in (0..).zip(dirs) {
        map.entry(dir).or_insert(index);
    }
    map
}

/// The scope of every file. Each folder is looked at once, however many files and folders are below it.
fn scopes(files: &FileSet, packages: &FxHashMap<&str, u32>, aliases: &FxHashMap<&str, u32>) -> Vec<Scope> {
    let top = Scope { package: packages.get("").copied(), aliases: aliases.get("").copied() };
    let mut known: FxHashMap<&str, Scope> = FxHashMap::default();
    known.insert("", top);
    let mut last = ("", top);
    let mut chain = Vec::new();
    let scope_of = |(_, path)| {
        let dir = relative::parent(path);
        if dir == last.0 {
            return last.1;
        }
        let mut at = dir;
        let mut scope = loop {
            if let Some(&scope) = known.get(at) {
                break scope;
            }
            chain.push(at);
            at = relative::parent(at);
        };
        for dir in chain.drain(..).rev() {
            scope.package = packages.get(dir).copied().or(scope.package);
            scope.aliases = aliases.get(dir).copied().or(scope.aliases);
            known.insert(dir, scope);
        }
        last = (dir, scope);
        scope
    };
    files.iter().map(scope_of).collect()
}
