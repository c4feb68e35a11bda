//! The project on disk: its files, packages, apps, entry points and where each app is deployed.
//! Knows Next.js conventions and configuration files; knows nothing of syntax.

mod actions;
mod app;
mod apps;
mod around;
mod bystanders;
mod clues;
mod configs;
mod evidence;
mod evidence_files;
mod files;
mod manifest;
mod next_config;
mod owners;
mod paths;
mod platform;
mod root;
mod routes;
mod scan;
mod seen;
mod target;
mod tsconfig;
mod tsconfig_load;
mod version;
mod walk;
mod workspace;

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::{Again, Disk, Stamp};
use crate::span::FileId;

pub use app::{App, EntryFile, EntryKind, Framework, NextConfig};
pub use bystanders::{Bystander, BystanderKind};
pub use files::{FileSet, is_source};
pub use manifest::Package;
pub use owners::{Owned, Owners};
pub use paths::join;
pub use platform::{Cron, Durations, FunctionLimit, Platform};
pub use root::{Home, resolved};
pub use seen::{Concern, Seen};
pub use target::{Evidence, Target, TargetChoice};
pub use tsconfig::{PathAlias, TsConfig};

/// A tree of source files and what its configuration says about it. A copy shares what is large.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder that all paths are relative to: absolute, links in it resolved.
    pub root: PathBuf,
    /// The file (or folder inside an app) that was asked for when it is not the root itself, relative to the root.
    pub only: Option<String>,
    /// The package that was asked for, relative to the root, where the root is the workspace around it: only
    /// its apps are looked at, and what they import from the workspace.
    pub scope: Option<String>,
    /// Its source files.
    pub files: Arc<FileSet>,
    /// Its packages in ascending order of folder.
    pub packages: Arc<[Package]>,
    /// Its TypeScript and JavaScript configurations in ascending order of folder.
    pub tsconfigs: Arc<[TsConfig]>,
    /// Its configuration files for routelint, in ascending order; which of them count is not decided here.
    pub configured: Arc<[String]>,
    /// Its apps in ascending order of folder.
    pub apps: Vec<Arc<App>>,
    /// What could not be read, in ascending order of file.
    pub warnings: Arc<[Warning]>,
    /// The way to the file system.
    disk: Arc<Disk>,
    /// What of the tree it depends on.
    pub seen: Arc<Seen>,
    /// A file whose text is not what lies on the disk.
    overlay: Option<(FileId, Arc<[u8]>)>,
}

/// Something in the tree that could not be read; the analysis goes on without it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The file or folder, relative to the root.
    pub file: String,
    /// The place in it as `line:column` where there is one, what is wrong, and what is ignored because of it.
    pub message: String,
}

/// What the command line says about discovery.
#[derive(Clone, Debug, Default)]
pub struct DiscoverOptions<'a> {
    /// The target of all apps; `None` detects it.
    pub target: Option<Target>,
    /// Threads of the walk, 0 for as many as there are cores. The rest runs in the caller's rayon pool.
    pub threads: usize,
    /// A file, and the text to take for what lies on the disk.
    pub overlay: Option<(&'a Path, &'a [u8])>,
    /// Files are asked about: a package without routes of its own is one that others import.
    pub files: bool,
    /// The way to the file system.
    pub disk: Arc<Disk>,
}

/// Why there is no project to look at.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Nothing exists at the path.
    #[error("{}: no such file or folder", path.display())]
    Missing {
        /// The path as given.
        path: PathBuf,
    },
    /// The path exists, but cannot be looked into.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
}

impl Project {
    /// Walks the tree at `path` and finds its apps.
    ///
    /// Of a file, or of a folder inside an app, the project around it is walked (see [`Project::only`]); where that is
    /// a package that only others' routes reach, the workspace or repository that they are in.
    ///
    /// # Errors
    ///
    /// If there is nothing at `path` or it cannot be read. Problems further down are [`Project::warnings`].
    pub fn discover(path: &Path, options: &DiscoverOptions<'_>) -> Result<Self, ProjectError> {
        let mut place = root::locate(path)?;
        if let Some(path) = resolved(path) {
            around::ask(&path, &options.disk);
        }
        loop {
            let project = Self::at(&place, options);
            let is_next = |app: &Arc<App>| app.framework == Framework::Next;
            let above = if options.files && !project.apps.iter().any(is_next) { place.above() } else { None };
            match above {
                Some(above) => place = above,
                None => return Ok(project),
            }
        }
    }

    /// The project of a place.
    fn at(place: &root::Place, options: &DiscoverOptions<'_>) -> Self {
        let found = walk::walk(&place.root, options.threads, &options.disk);
        let mut warnings = found.warnings;
        let configs = configs::ConfigFiles::new(&place.root, Arc::clone(&options.disk), found.configs);
        let packages = manifest::load(&configs, &mut warnings);
        let tsconfigs = tsconfig::load(&configs, &packages, &mut warnings);
        let overlay =
            options.overlay.and_then(|(file, text)| Some((overlaid(&place.root, file)?, text.to_vec())));
        // A file that is not saved yet belongs to the project all the same; one that is ignored does not.
        let unsaved = overlay.as_ref().map(|(file, _)| file.clone());
        let unsaved = unsaved.filter(|file| is_source(file) && !place.root.join(file).exists());
        let unsaved_routers: Vec<String> =
            unsaved.iter().flat_map(|file| walk::routers_above(file)).collect();
        let pointed_at = configs.paths().iter().filter(|path| platform::is_pointed_at(path));
        let files = FileSet::new(found.sources.into_iter().chain(unsaved).collect())
            .with_others(pointed_at.cloned().collect());
        let overlay = overlay.and_then(|(file, text)| Some((files.get(&file)?, text.into())));
        let routers = found.routers.into_iter().chain(unsaved_routers).collect();
        let platforms = platform::Platforms::load(&configs, &files, &mut warnings);
        let tree = apps::Tree {
            files: &files,
            configs: &configs,
            packages: &packages,
            routers: &routers,
            platforms: &platforms,
        };
        let mut apps = tree.apps(options.target);
        let (only, scope) = place.narrowed(&mut apps, options.files);
        warnings.sort_unstable();
        Self {
            root: place.root.clone(),
            only,
            scope,
            configured: configs.own(&packages).into(),
            files: Arc::new(files),
            packages: packages.into(),
            tsconfigs: tsconfigs.into(),
            apps: apps.into_iter().map(Arc::new).collect(),
            warnings: warnings.into(),
            disk: Arc::clone(&options.disk),
            seen: Arc::new(Seen { folders: found.folders, asked: configs.asked() }),
            overlay,
        }
    }

    /// The project in which nothing runs: see [`App::idle`].
    #[must_use]
    pub fn idle(&self) -> Self {
        Self { apps: self.apps.iter().map(|app| Arc::new(app.idle())).collect(), ..self.clone() }
    }

    /// This project with some apps, by index, as they are in another form of it.
    #[must_use]
    pub fn with_apps(&self, apps: &[usize], from: &Self) -> Self {
        let mut project = self.clone();
        for &index in apps {
            project.apps[index] = Arc::clone(&from.apps[index]);
        }
        project
    }

    /// The bytes of a source file, or its size in bytes if that is more than `limit`; no more than that is read.
    ///
    /// # Errors
    ///
    /// If the file has gone or cannot be read.
    pub fn read(&self, file: FileId, limit: u64) -> io::Result<Result<Vec<u8>, u64>> {
        let mut bytes = Vec::new();
        let read = self.read_into(file, limit, &mut bytes)?;
        // Whoever wants bytes of their own keeps them.
        bytes.shrink_to_fit();
        Ok(read.map(|()| bytes))
    }

    /// The same, in memory that there is already; what was in it is gone.
    ///
    /// # Errors
    ///
    /// If the file has gone or cannot be read.
    pub fn read_into(&self, file: FileId, limit: u64, bytes: &mut Vec<u8>) -> io::Result<Result<(), u64>> {
        if let Some((_, text)) = self.overlay.as_ref().filter(|(overlaid, _)| *overlaid == file) {
            bytes.clear();
            bytes.extend_from_slice(text);
            let size = text.len() as u64;
            return Ok(if size > limit { Err(size) } else { Ok(()) });
        }
        self.disk.read_into(&self.root.join(self.files.path(file)), limit, bytes)
    }

    /// The stamp of a source file, if it can tell anything: see [`Stamp::at`].
    #[must_use]
    pub fn stamp(&self, file: FileId) -> Option<Stamp> {
        Stamp::at(&self.root.join(self.files.path(file)))
    }

    /// The source file at an absolute path.
    #[must_use]
    pub fn file(&self, path: &Path) -> Option<FileId> {
        self.files.get(&paths::relative(&self.root, path)?)
    }

    /// A path as the user sees it: relative to the package that was asked for.
    #[must_use]
    pub fn display(&self, path: &str) -> String {
        let Some(scope) = &self.scope else { return path.to_owned() };
        match path.strip_prefix(scope.as_str()).and_then(|rest| rest.strip_prefix('/')) {
            Some(inside) => inside.to_owned(),
            None => "../".repeat(scope.split('/').count()) + path,
        }
    }

    /// The app that a path belongs to: the one with the nearest root above it, as an index into [`Project::apps`].
    #[must_use]
    pub fn app_of(&self, path: &str) -> Option<usize> {
        nearest(path, |dir| self.apps.binary_search_by(|app| app.root.as_str().cmp(dir)).ok())
    }

    /// The configuration of module paths that governs a path: the nearest above it.
    #[must_use]
    pub fn tsconfig_of(&self, path: &str) -> Option<&TsConfig> {
        nearest(path, |dir| self.tsconfigs.binary_search_by(|config| config.dir.as_str().cmp(dir)).ok())
            .and_then(|index| self.tsconfigs.get(index))
    }

    /// The package that a path belongs to: the one with the nearest `package.json` above it.
    #[must_use]
    pub fn package_of(&self, path: &str) -> Option<&Package> {
        nearest(path, |dir| self.packages.binary_search_by(|package| package.dir.as_str().cmp(dir)).ok())
            .and_then(|index| self.packages.get(index))
    }
}

/// How what discovery asked of the disk is asked again.
pub const AGAIN: Again = Again { holds: actions::holds_actions, walk: walk::digest };

/// A file's path relative to the root, if it is below it.
fn overlaid(root: &Path, file: &Path) -> Option<String> {
    paths::relative(root, &resolved(file)?)
}

/// What `find` has for the innermost of the folders that a path lies in.
fn nearest<T>(path: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    paths::upwards(paths::parent(path)).find_map(find)
}
