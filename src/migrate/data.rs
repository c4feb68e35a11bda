//! JSON files that modules import.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::project::Project;

/// The largest one that is carried over.
const MAX_BYTES: u64 = 2 << 20;

/// The JSON file that a module imports, as its path from the project's root, and its text.
pub(super) fn find(project: &Project, from: &str, specifier: &str) -> Option<(String, String)> {
    if !specifier.ends_with(".json") {
        return None;
    }
    candidates(project, from, specifier).into_iter().find_map(|path| read(project, &path))
}

fn candidates(project: &Project, from: &str, specifier: &str) -> Vec<PathBuf> {
    if specifier.starts_with('.') {
        return vec![Path::new(from).parent().unwrap_or(Path::new("")).join(specifier)];
    }
    let aliases = project.tsconfig_of(from).into_iter().flat_map(|config| &config.paths);
    let fitting = aliases.filter_map(|alias| {
        let rest = specifier.strip_prefix(&*alias.prefix)?.strip_suffix(&*alias.suffix)?;
        Some(alias.targets.iter().map(move |target| PathBuf::from(target.replacen('*', rest, 1))))
    });
    fitting.flatten().collect()
}

/// The file's text, if it lies in the project itself: no link leads to it.
fn read(project: &Project, path: &Path) -> Option<(String, String)> {
    let mut inside: Vec<&str> = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => inside.push(name.to_str()?),
            Component::ParentDir => _ = inside.pop()?,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    let inside = inside.join("/");
    let whole = project.root.join(&inside);
    let is_own = whole.canonicalize().is_ok_and(|real| real == whole);
    let is_small = fs::symlink_metadata(&whole).is_ok_and(|it| it.is_file() && it.len() <= MAX_BYTES);
    if !(is_own && is_small) {
        return None;
    }
    Some((inside, fs::read_to_string(whole).ok()?))
}
