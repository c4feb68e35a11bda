//! Specifiers that are only partly known: the files that ``import(`./handlers/${name}`)`` may load.

use super::packages::{source_paths, split_name};
use super::paths::conventional;
use super::relative::{is_declaration, is_relative, join, parent, split_extension};
use super::{Resolver, Scope};
use crate::span::FileId;

/// How many files one specifier may stand for.
const MAX_MATCHES: usize = 200;
/// How many files are compared with one pattern, so that a thousand `import(x + '/y')` stay cheap.
const MAX_COMPARED: usize = 10_000;

impl Resolver<'_> {
    /// The files that a specifier with `*` for its unknown parts may name, ascending, at most 200.
    ///
    /// As in bundlers, a `*` stands for any text, also across folders; `./handlers/*` therefore means
    /// all files below. Nothing is given for a specifier whose first part is unknown.
    #[must_use]
    pub fn resolve_pattern(&self, from: FileId, pattern: &str) -> Vec<FileId> {
        let pattern = pattern.split_once('?').map_or(pattern, |(request, _)| request);
        if !pattern.contains('*') {
            return self.resolve(from, pattern).file().into_iter().collect();
        }
        if is_relative(pattern) {
            return join(parent(self.tree.files.path(from)), pattern)
                .map_or_else(Vec::new, |p| self.glob(&p));
        }
        if pattern.starts_with(['*', '/']) || pattern.contains('!') {
            return Vec::new();
        }
        let scope = self.scope(from);
        self.aliased_pattern(scope, pattern)
            .or_else(|| self.named_pattern(scope, pattern))
            .unwrap_or_default()
    }

    /// Through `paths`, then below `baseUrl`.
    fn aliased_pattern(&self, scope: Scope, pattern: &str) -> Option<Vec<FileId>> {
        let aliases = self.aliases.get(scope.aliases? as usize)?;
        if let Some((alias, star)) = aliases.matching(pattern).filter(|(alias, _)| alias.wildcard) {
            let paths = alias.targets.iter().filter_map(|target| join("", &target.replacen('*', star, 1)));
            if let Some(files) = paths.into_iter().find_map(|path| self.some(&path)) {
                return Some(files);
            }
        }
        self.some(&join(aliases.base_url?, pattern)?)
    }

    /// As `#private`, `@/conventional` or in a package of the tree.
    fn named_pattern(&self, scope: Scope, pattern: &str) -> Option<Vec<FileId>> {
        if let Some(rest) = conventional(pattern) {
            let dir = self.package_dir(scope);
            return ["src", ""].iter().find_map(|base| self.some(&join(&join(dir, base)?, rest)?));
        }
        if pattern.starts_with('#') {
            let targets = self.imports.get(scope.package? as usize)?.targets(pattern);
            let dir = self.package_dir(scope);
            return targets.iter().find_map(|target| self.built_pattern(dir, &target.path));
        }
        let (name, sub) = split_name(pattern);
        if name.contains('*') {
            return None;
        }
        let index = self.named(scope, name)? as usize;
        let dir = self.packages.get(index)?.dir.as_str();
        let targets = self.exports.get(index)?.targets(&format!("./{sub}"));
        targets
            .iter()
            .find_map(|target| self.built_pattern(dir, &target.path))
            .or_else(|| self.built_pattern(dir, sub))
            .or_else(|| self.some(&join(&join(dir, "src")?, sub)?))
    }

    fn built_pattern(&self, dir: &str, target: &str) -> Option<Vec<FileId>> {
        self.some(&join(dir, target)?).or_else(|| source_paths(target, |path| self.some(&join(dir, path)?)))
    }

    fn some(&self, pattern: &str) -> Option<Vec<FileId>> {
        Some(self.glob(pattern)).filter(|files| !files.is_empty())
    }

    /// The files that some text for each `*` would resolve to. Files are sorted, so those below the known
    /// first part are a range.
    fn glob(&self, pattern: &str) -> Vec<FileId> {
        let head = pattern.split('*').next().unwrap_or_default();
        let first = self.first_not_before(head);
        let ids = (first..self.tree.files.len()).filter_map(|index| u32::try_from(index).ok().map(FileId));
        ids.map(|id| (id, self.tree.files.path(id)))
            .take_while(|(_, path)| path.starts_with(head))
            .take(MAX_COMPARED)
            .filter(|(_, path)| may_name(pattern, path))
            .map(|(id, _)| id)
            .take(MAX_MATCHES)
            .collect()
    }

    fn first_not_before(&self, head: &str) -> usize {
        let (mut low, mut high) = (0, self.tree.files.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let path = u32::try_from(middle).map_or("", |index| self.tree.files.path(FileId(index)));
            if path < head {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Whether a pattern can mean this file, with or without extension and `index`, or by its built extension.
fn may_name(pattern: &str, path: &str) -> bool {
    let Some((stem, _)) = split_extension(path).filter(|_| !is_declaration(path)) else { return false };
    if matches(pattern, path) || matches(pattern, stem) {
        return true;
    }
    let written = split_extension(pattern).filter(|_| pattern.ends_with("js") || pattern.ends_with("jsx"));
    written.is_some_and(|(pattern, _)| matches(pattern, stem))
        || stem.strip_suffix("/index").is_some_and(|dir| matches(pattern, dir))
}

/// Whether `text` is `pattern` with something for each `*`. Linear in the text for each `*`.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.is_empty()
}
