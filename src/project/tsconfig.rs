//! `tsconfig.json` and `jsconfig.json`: how a project spells its module paths.

use std::path::Path;

use super::configs::ConfigFiles;
use super::manifest::Package;
use super::tsconfig_load::{Loader, Merged, Stated};
use super::{Warning, paths};

/// The module paths that one `tsconfig.json` or `jsconfig.json` sets up, with what it extends merged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TsConfig {
    /// The folder it governs, relative to the root, `""` for the root itself. The nearest one upwards
    /// of a file decides.
    pub dir: String,
    /// `baseUrl` as a folder relative to the root: bare specifiers may be files below it.
    pub base_url: Option<String>,
    /// `paths` in the order of TypeScript's preference: exact patterns first, then longest prefix.
    pub paths: Vec<PathAlias>,
}

/// One entry of `paths`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathAlias {
    /// What specifiers start with, up to the `*` (all of it if there is none).
    pub prefix: String,
    /// What specifiers end with, after the `*`.
    pub suffix: String,
    /// The pattern has a `*`.
    pub wildcard: bool,
    /// Paths to try, relative to the root, `*` for what the pattern's `*` matched.
    pub targets: Vec<String>,
}

/// The configuration of every folder that has one, in ascending order of folder.
pub(super) fn load(
    configs: &ConfigFiles,
    packages: &[Package],
    warnings: &mut Vec<Warning>,
) -> Vec<TsConfig> {
    let mut loader = Loader::new(configs.root(), packages);
    let mut found: Vec<TsConfig> = Vec::new();
    for path in configs.paths() {
        let dir = paths::parent(path);
        let chosen = match paths::name(path) {
            "tsconfig.json" => true,
            // TypeScript looks for jsconfig.json only where there is no tsconfig.json.
            "jsconfig.json" => !configs.within(dir).contains(&paths::join(dir, "tsconfig.json")),
            _ => false,
        };
        if chosen {
            found.push(of_folder(&mut loader, configs.root(), dir, path));
        }
    }
    warnings.append(&mut loader.warnings);
    loader.paths().for_each(|path| configs.note(path.to_path_buf()));
    found.sort_by(|a, b| a.dir.cmp(&b.dir));
    found
}

fn of_folder(loader: &mut Loader<'_>, root: &Path, dir: &str, path: &str) -> TsConfig {
    let folder = root.join(dir);
    let mut merged = loader.merged(&root.join(path));
    if merged.paths.is_none() {
        // A "solution" file only points at the configurations that really apply to this folder's files.
        for reference in std::mem::take(&mut merged.references) {
            let referenced = paths::normalize(&folder.join(reference));
            if referenced.parent() == Some(&folder) && referenced.is_file() {
                merged.add(loader.merged(&referenced));
            }
        }
    }
    finish(merged, root, dir)
}

/// Turns what configurations state into paths relative to the root.
fn finish(merged: Merged, root: &Path, dir: &str) -> TsConfig {
    let governed = root.join(dir);
    let base = merged.base_url.as_ref().map(|base| base.resolve(&governed, &base.value));
    let mut aliases = Vec::new();
    for stated in merged.paths.iter() {
        for (pattern, targets) in stated.value.iter() {
            aliases.extend(alias(pattern, targets, stated, base.as_deref(), root, &governed));
        }
    }
    // Stable: among equals the order in the file stays.
    aliases.sort_by_key(|alias| (alias.wildcard, std::cmp::Reverse(alias.prefix.len())));
    TsConfig {
        dir: dir.to_owned(),
        base_url: base.and_then(|base| paths::relative(root, &base)),
        paths: aliases,
    }
}

fn alias<T>(
    pattern: &str,
    targets: &[String],
    stated: &Stated<T>,
    base: Option<&Path>,
    root: &Path,
    governed: &Path,
) -> Option<PathAlias> {
    let (prefix, suffix, wildcard) = match pattern.split_once('*') {
        Some((_, suffix)) if suffix.contains('*') => return None,
        Some((prefix, suffix)) => (prefix, suffix, true),
        None => (pattern, "", false),
    };
    let resolve = |target: &String| {
        let absolute = match base {
            Some(base) if !target.starts_with("${configDir}") => paths::normalize(&base.join(target)),
            _ => stated.resolve(governed, target),
        };
        // What leaves the root cannot be in the file set; without a target the name may still be a package's.
        paths::relative(root, &absolute)
    };
    let targets: Vec<String> = targets.iter().filter_map(resolve).collect();
    let (prefix, suffix) = (prefix.to_owned(), suffix.to_owned());
    (!targets.is_empty()).then_some(PathAlias { prefix, suffix, wildcard, targets })
}
