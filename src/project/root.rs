//! Which folder a command-line path is about.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{ProjectError, paths, workspace};

/// The folder to walk and, if that is more than was asked for, the part that was.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) root: PathBuf,
    pub(super) only: Option<String>,
    /// The package that was asked for, where the root is the workspace around it.
    pub(super) scope: Option<String>,
}

/// Finds the project that `path` is, or is part of.
pub(super) fn locate(path: &Path) -> Result<Place, ProjectError> {
    let unreadable = |source| ProjectError::Unreadable { path: path.to_path_buf(), source };
    let absolute = path.canonicalize().map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ProjectError::Missing { path: path.to_path_buf() },
        _ => unreadable(source),
    })?;
    let root = if absolute.is_file() {
        project_around(&absolute).or_else(|| absolute.parent())
    } else {
        std::fs::read_dir(&absolute).map_err(unreadable)?;
        app_around(&absolute)
    };
    let package = root.unwrap_or(&absolute);
    // What an app imports from its workspace lies outside it.
    let outer = workspace::around(package).unwrap_or(package);
    let only = if package == absolute { None } else { paths::relative(outer, &absolute) };
    let scope = if outer == package { None } else { paths::relative(outer, package) };
    Ok(Place { root: outer.to_path_buf(), only, scope })
}

/// The nearest folder above a file that begins a project.
fn project_around(file: &Path) -> Option<&Path> {
    file.ancestors().skip(1).find(|dir| dir.join("package.json").exists() || dir.join(".git").exists())
}

/// The package around a folder that is only a part of it: `app/api`, `src`. By itself such a folder has no
/// dependencies, no module paths and no URLs.
fn app_around(folder: &Path) -> Option<&Path> {
    let is_package = |dir: &Path| dir.join("package.json").exists();
    if is_package(folder) || folder.join(".git").exists() {
        return None;
    }
    let package = folder.ancestors().skip(1).find(|dir| is_package(dir))?;
    let first = folder.strip_prefix(package).ok()?.components().next()?;
    ["app", "pages", "src"].iter().any(|name| first.as_os_str() == *name).then_some(package)
}
