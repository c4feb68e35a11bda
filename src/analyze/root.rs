//! From the paths that were named to the folder that is walked.

use std::path::{Path, PathBuf};

use crate::config::top;
use crate::project::{Home, ProjectError, resolved};

use super::{AnalyzeError, Options};

/// What is analysed.
pub(super) struct Root {
    /// The path that the project is looked for at.
    pub(super) path: PathBuf,
    /// The paths to which findings are limited, absolute; empty for all of the project.
    pub(super) named: Vec<PathBuf>,
    /// Whether there are files among them.
    pub(super) files: bool,
}

/// The folder from which the configuration and the team's own rules are looked for, upwards: what was named, or what
/// several have in common.
///
/// Of files it is the current folder if they lie in it, else their workspace: which of a commit's files are named
/// must not decide what holds for them.
///
/// # Errors
/// When one of several does not exist, or they have no folder in common.
pub fn start(paths: &[PathBuf], overlay: Option<&Path>) -> Result<PathBuf, AnalyzeError> {
    let Root { path, named, files } = root(paths, overlay)?;
    if !files {
        return Ok(path);
    }
    let Some(path) = resolved(&path) else { return Ok(path) };
    let workspace = Home::of(&path).workspace;
    let current = std::env::current_dir().and_then(|folder| folder.canonicalize());
    let contains = |current: &PathBuf| {
        // Above its repository nothing is said of a project.
        let mut paths = std::iter::once(&path).filter(|_| named.is_empty()).chain(&named);
        paths.all(|path| path.starts_with(current)) && current.starts_with(top(&workspace))
    };
    Ok(current.ok().filter(contains).unwrap_or(workspace))
}

/// The path to analyse, and the paths to which findings are limited: one path is looked at by itself, of several
/// their common project is.
pub(super) fn root(paths: &[PathBuf], overlay: Option<&Path>) -> Result<Root, AnalyzeError> {
    let missing = |path: &Path| ProjectError::Missing { path: path.to_path_buf() };
    let absolute = |path: &PathBuf| path.canonicalize().map_err(|_| missing(path));
    let mut named: Vec<PathBuf> = Vec::new();
    if paths.len() > 1 {
        named = paths.iter().map(absolute).collect::<Result<_, _>>()?;
    }
    let files = overlay.is_some() || paths.iter().any(|path| path.is_file());
    let mut path = match paths {
        [] => PathBuf::from("."),
        [only] => only.clone(),
        [first, ..] => common(&named).ok_or_else(|| AnalyzeError::Apart {
            first: first.clone(),
            second: paths.last().unwrap_or(first).clone(),
        })?,
    };
    if let Some(file) = overlay {
        let file = resolved(file).ok_or_else(|| missing(file))?;
        if paths.is_empty() {
            path = project_of(&file);
        }
        named.push(file);
    }
    Ok(Root { path, named, files })
}

/// What these options are about.
///
/// # Errors
/// When one of several paths does not exist, or they have no folder in common.
pub(super) fn of(options: &Options) -> Result<Root, AnalyzeError> {
    root(&options.paths, options.overlay.as_ref().map(|(file, _)| file.as_path()))
}

/// The package that all paths belong to; else what their workspaces have in common.
fn common(paths: &[PathBuf]) -> Option<PathBuf> {
    let homes: Vec<Home> = paths.iter().map(|path| Home::of(path)).collect();
    let first = homes.first()?;
    if homes.iter().all(|home| home.package == first.package) {
        return Some(first.package.clone());
    }
    if homes.iter().all(|home| home.workspace == first.workspace) {
        return Some(first.workspace.clone());
    }
    let mut common = first.workspace.clone();
    for home in &homes {
        while !home.workspace.starts_with(&common) {
            if !common.pop() {
                return None;
            }
        }
    }
    // Files are part of a project: what their common folder alone holds says little about them.
    let files = paths.iter().any(|path| path.is_file());
    Some(if files { project_of(&common) } else { common })
}

/// The nearest folder, from a path upwards, that begins a project; else the nearest that exists.
fn project_of(path: &Path) -> PathBuf {
    let begins = |folder: &&Path| folder.join("package.json").exists() || folder.join(".git").exists();
    let found = path.ancestors().find(begins).or_else(|| path.ancestors().find(|folder| folder.is_dir()));
    found.unwrap_or(Path::new("/")).to_path_buf()
}
