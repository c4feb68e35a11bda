//! Which folder a command-line path is about.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{App, Framework, ProjectError, paths, workspace};

/// The folder to walk and, if that is more than was asked for, the part that was.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) root: PathBuf,
    pub(super) only: Option<String>,
    /// The package that was asked for, where the root is the workspace around it.
    pub(super) scope: Option<String>,
}

/// What a path belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// The package: that of a file, or of a folder inside an app; any other folder is taken for one.
    pub package: PathBuf,
    /// The workspace around the package, or the package.
    pub workspace: PathBuf,
}

impl Home {
    /// What a path (absolute, links in it resolved) belongs to.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let package = if path.is_dir() { app_around(path) } else { project_around(path).or(path.parent()) };
        Self::of_package(package.unwrap_or(path))
    }

    fn of_package(package: &Path) -> Self {
        // What an app imports from its workspace lies outside it.
        let workspace = workspace::around(package).unwrap_or(package).to_path_buf();
        Self { package: package.to_path_buf(), workspace }
    }
}

impl Place {
    /// The place of a path that belongs to this home, or lies in it.
    fn new(path: &Path, Home { package, workspace }: Home) -> Self {
        let only = if package == path { None } else { paths::relative(&workspace, path) };
        let scope = if workspace == package { None } else { paths::relative(&workspace, &package) };
        Self { root: workspace, only, scope }
    }

    /// Leaves the apps of the package that was asked for, and gives what the project is limited to. A package without
    /// any is there for others: then their routes, in the whole workspace, lead to what was asked for.
    pub(super) fn narrowed(&self, apps: &mut Vec<App>, files: bool) -> (Option<String>, Option<String>) {
        let Some(scope) = &self.scope else { return (self.only.clone(), None) };
        let lies_in = |app: &App| paths::is_below(&app.root, scope);
        if apps.iter().any(|app| lies_in(app) && (!files || app.framework == Framework::Next)) {
            apps.retain(lies_in);
            return (self.only.clone(), Some(scope.clone()));
        }
        (self.only.clone().or_else(|| Some(scope.clone())), None)
    }

    /// The place of the same path in the next project around this one, within the repository.
    pub(super) fn above(&self) -> Option<Self> {
        let begins = |folder: &&Path| folder.join("package.json").exists() || folder.join(".git").exists();
        let is_top = self.root.join(".git").exists();
        let is_part = self.root.ancestors().any(|folder| folder.join(".git").exists());
        let outer = self.root.ancestors().skip(1).find(begins).filter(|_| is_part && !is_top)?;
        Some(Self::new(&self.root.join(self.only.as_deref().unwrap_or_default()), Home::of_package(outer)))
    }
}

/// Finds the project that `path` is, or is part of.
pub(super) fn locate(path: &Path) -> Result<Place, ProjectError> {
    let unreadable = |source| ProjectError::Unreadable { path: path.to_path_buf(), source };
    let absolute = path.canonicalize().map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ProjectError::Missing { path: path.to_path_buf() },
        _ => unreadable(source),
    })?;
    if !absolute.is_file() {
        std::fs::read_dir(&absolute).map_err(unreadable)?;
    }
    let home = Home::of(&absolute);
    Ok(Place::new(&absolute, home))
}

/// A path made absolute, with links in it resolved as far as it exists: an editor may ask about a file that is not
/// saved yet, in a folder that is not there yet.
#[must_use]
pub fn resolved(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let (there, real) = absolute.ancestors().find_map(|there| Some((there, there.canonicalize().ok()?)))?;
    Some(paths::normalize(&real.join(absolute.strip_prefix(there).ok()?)))
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
