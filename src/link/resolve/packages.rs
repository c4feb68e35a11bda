//! Packages of the tree: by name, through `exports` and `imports`, and from built output back to its source.

use rustc_hash::FxHashMap;

use super::exports::{Target, TargetKind};
use super::relative::{is_declaration, is_relative, join, without_extension};
use super::{Resolution, Resolver, Scope};
use crate::project::Package;
use crate::span::FileId;

/// Folders that hold what a build wrote.
const BUILT: [&str; 9] = ["dist", "build", "lib", "out", "esm", "cjs", "es", ".next", "output"];

/// Of packages with one name (examples, fixtures), how many are compared.
const MAX_NAMESAKES: usize = 64;

impl Resolver<'_> {
    /// A bare specifier as a package of the tree. Nothing if it must be another package.
    pub(super) fn workspace(&self, scope: Scope, specifier: &str) -> Option<Resolution> {
        let (name, sub) = split_name(specifier);
        let index = self.named(scope, name)?;
        let package = self.packages.get(index as usize)?;
        let own = scope.package == Some(index);
        let importer = scope.package.and_then(|own| self.packages.get(own as usize));
        let range = importer.and_then(|importer| importer.dependencies.get(name));
        // An app named like a package that it depends on means that package.
        if own && range.is_some() {
            return None;
        }
        if let Some(id) = self.entry(index, sub) {
            return Some(Resolution::File(id));
        }
        let from_registry = range.is_some_and(|range| !is_local_range(range));
        let library = has_entry(package);
        if !library && (own || sub.is_empty() || from_registry) {
            return None;
        }
        Some(Resolution::Missing)
    }

    /// The package of this name: the importing one, or else the nearest.
    pub(super) fn named(&self, scope: Scope, name: &str) -> Option<u32> {
        let namesakes = self.packages_by_name.get(name)?;
        let (&first, others) = namesakes.split_first()?;
        if others.is_empty() {
            return Some(first);
        }
        let from = self.package_dir(scope);
        let nearness = |index: u32| {
            let dir = self.packages.get(index as usize).map_or("", |package| &package.dir);
            from.split('/').zip(dir.split('/')).take_while(|(a, b)| a == b).count()
        };
        let own = namesakes.iter().find(|&&index| scope.package == Some(index));
        // The first of equals wins, and they are ordered from the root down.
        own.copied().or_else(|| namesakes.iter().rev().copied().max_by_key(|&index| nearness(index)))
    }

    /// `#name`: a private import of the nearest package.
    pub(super) fn package_import(&self, scope: Scope, specifier: &str) -> Option<FileId> {
        let index = scope.package?;
        let dir = self.package_dir(scope);
        let (private, public): (Vec<_>, Vec<_>) = self
            .imports
            .get(index as usize)?
            .targets(specifier)
            .into_iter()
            .partition(|target| is_relative(&target.path));
        // Or it may lead to another package of the tree.
        let named = |target: &Target| self.workspace(scope, &target.path).and_then(Resolution::file);
        self.first_of(dir, &private).or_else(|| public.iter().find_map(named))
    }

    /// The source behind a package's entry, or behind a subpath of it.
    fn entry(&self, index: u32, sub: &str) -> Option<FileId> {
        let package = self.packages.get(index as usize)?;
        let exports = self.exports.get(index as usize)?;
        let exported = exports.given().then(|| {
            let key = if sub.is_empty() { ".".to_owned() } else { format!("./{sub}") };
            self.first_of(&package.dir, &exports.targets(&key))
        });
        if let Some(id) = exported.flatten() {
            return Some(id);
        }
        if !sub.is_empty() {
            return self.plain_subpath(&package.dir, sub);
        }
        // By name, not as a folder: what a bundle is built from is most often `src/index`.
        self.main_entry(index).or_else(|| self.tree.index(&join(&package.dir, "src")?))
    }

    /// The source behind what `package.json` names as the entry, or `index`.
    pub(super) fn main_entry(&self, index: u32) -> Option<FileId> {
        let package = self.packages.get(index as usize)?;
        let dir = &package.dir;
        let fields = [&package.source, &package.module, &package.main];
        let code = fields.into_iter().flatten().find_map(|target| self.source(dir, target));
        code.or_else(|| package.types.as_ref().and_then(|target| self.made_from(dir, target)))
            .or_else(|| self.tree.index(dir))
    }

    /// A subpath as a path in the package's folder. Bundlers with aliases ignore `exports`, so that does not forbid it.
    fn plain_subpath(&self, dir: &str, sub: &str) -> Option<FileId> {
        let locate = |base: &str| self.at(&join(dir, base)?, sub);
        locate("").or_else(|| locate("src")).or_else(|| self.source(dir, sub))
    }

    fn first_of(&self, dir: &str, targets: &[Target]) -> Option<FileId> {
        let code = targets.iter().find_map(|target| match target.kind {
            TargetKind::Code => self.source(dir, &target.path),
            TargetKind::Custom => self.in_place(dir, &target.path),
            TargetKind::Types => None,
        });
        code.or_else(|| {
            let mut types = targets.iter().filter(|target| target.kind == TargetKind::Types);
            types.find_map(|target| self.made_from(dir, &target.path))
        })
    }

    /// The file that a target names, if that is in the set, or else the source it is built from.
    fn source(&self, dir: &str, target: &str) -> Option<FileId> {
        self.in_place(dir, target).or_else(|| self.made_from(dir, target))
    }

    fn in_place(&self, dir: &str, target: &str) -> Option<FileId> {
        let path = join(dir, target)?;
        // No `package.json` of the folder is asked: it may be the one that named it.
        self.tree.file(&path).filter(|_| !is_declaration(&path)).or_else(|| self.tree.index(&path))
    }

    /// The source that a built file, or a declaration, is made from.
    fn made_from(&self, dir: &str, target: &str) -> Option<FileId> {
        source_paths(target, |path| {
            let path = join(dir, path)?;
            self.tree.stem(&path).or_else(|| self.tree.index(&path))
        })
    }
}

/// Visits the paths, without extension, where the source of a built or declared file may be; the likely ones first.
pub(super) fn source_paths<T>(target: &str, mut visit: impl FnMut(&str) -> Option<T>) -> Option<T> {
    let target = target.strip_prefix("./").unwrap_or(target).trim_end_matches('/');
    let stem = without_extension(target);
    if let Some(found) = visit(stem) {
        return Some(found);
    }
    let (first, mut rest) = stem.split_once('/').unwrap_or((stem, "index"));
    if !BUILT.contains(&first) {
        return None;
    }
    loop {
        for base in ["src/", "", "source/"] {
            if let Some(found) = visit(&format!("{base}{rest}")) {
                return Some(found);
            }
        }
        match rest.split_once('/') {
            Some((head, tail)) if BUILT.contains(&head) || matches!(head, "src" | "types") => rest = tail,
            _ => break,
        }
    }
    // A build whose root is further up repeats the package's own path: `dist/packages/db/src/index.js`.
    let (_, tail) = rest.rsplit_once("/src/")?;
    visit(&format!("src/{tail}"))
}

/// Packages by name, from the root down.
pub(super) fn by_name(packages: &[Package]) -> FxHashMap<&str, Vec<u32>> {
    let mut map: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
    for (index, package) in (0..).zip(packages) {
        if let Some(name) = package.name.as_deref().filter(|name| !name.is_empty()) {
            map.entry(name).or_default().push(index);
        }
    }
    for namesakes in map.values_mut().filter(|namesakes| namesakes.len() > 1) {
        namesakes.sort_by_key(|&index| {
            packages.get(index as usize).map(|package| (package.dir.split('/').count(), package.dir.as_str()))
        });
        namesakes.truncate(MAX_NAMESAKES);
    }
    map
}

/// `@scope/name/sub` as `@scope/name` and `sub`.
pub(super) fn split_name(specifier: &str) -> (&str, &str) {
    let scope = if specifier.starts_with('@') { specifier.find('/').map_or(0, |at| at + 1) } else { 0 };
    let name = specifier.get(scope..).unwrap_or_default();
    match name.find('/').map(|at| specifier.split_at(scope + at)) {
        Some((name, sub)) => (name, sub.trim_matches('/')),
        None => (specifier, ""),
    }
}

/// Whether a package says what importing it gives.
const fn has_entry(package: &Package) -> bool {
    package.exports.is_some()
        || package.main.is_some()
        || package.module.is_some()
        || package.source.is_some()
        || package.types.is_some()
}

/// Whether a version range can only mean a folder, or any version at all.
fn is_local_range(range: &str) -> bool {
    range == "*" || ["workspace:", "link:", "file:", "portal:"].iter().any(|start| range.starts_with(start))
}

/// `node:fs`, `bun:sqlite`, `cloudflare:sockets`, `https://…`, `data:…`
pub(super) fn has_scheme(specifier: &str) -> bool {
    specifier.split('/').next().is_some_and(|first| first.contains(':'))
}

/// Whether Node.js has a module of this name.
#[rustfmt::skip]
#[must_use]
pub fn is_builtin(specifier: &str) -> bool {
    matches!(
        specifier,
        "assert" | "assert/strict" | "async_hooks" | "buffer" | "child_process" | "cluster" | "console"
            | "constants" | "crypto" | "dgram" | "diagnostics_channel" | "dns" | "dns/promises" | "domain"
            | "events" | "fs" | "fs/promises" | "http" | "http2" | "https" | "inspector" | "inspector/promises"
            | "module" | "net" | "os" | "path" | "path/posix" | "path/win32" | "perf_hooks" | "process"
            | "punycode" | "querystring" | "readline" | "readline/promises" | "repl" | "stream"
            | "stream/consumers" | "stream/promises" | "stream/web" | "string_decoder" | "sys" | "timers"
            | "timers/promises" | "tls" | "trace_events" | "tty" | "url" | "util" | "util/types" | "v8" | "vm"
            | "wasi" | "worker_threads" | "zlib"
    )
}
