//! What of the tree a project depends on, for those who look whether it has changed.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::app::EntryKind;
use super::files::is_source;
use super::walk::IGNORE_FILES;
use super::{Project, actions, configs, paths};
use crate::span::FileId;

/// What discovery looked at.
#[derive(Debug, Default)]
pub struct Seen {
    /// Every folder that the walk looked into, relative to the root, in ascending order.
    pub folders: Vec<String>,
    /// Absolute paths of what else was asked for, be it there or not; what counts by its name left out.
    pub asked: FxHashSet<PathBuf>,
}

/// What a change at a path means for a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Nothing depends on it.
    None,
    /// The text of this source may be another, and that is all.
    Text(FileId),
    /// Files or folders may have come or gone.
    Tree,
    /// Configuration may say something else.
    Configuration,
}

/// What matters in folders above the root.
const ABOVE: [&str; 5] = [".git", "package.json", "pnpm-workspace.yaml", "routelint.json", "routelint.jsonc"];

impl Project {
    /// What a change at an absolute path means.
    #[must_use]
    pub fn concern(&self, path: &Path) -> Concern {
        let is_asked = |path: &Path| self.seen.asked.contains(path);
        let relative = paths::relative(&self.root, path);
        let is_source = relative.as_ref().is_some_and(|path| self.files.get(path).is_some());
        // A folder that was asked for, or one around it: of one that was looked into, what is in it is told too.
        let is_around = || {
            let is_known = relative.as_ref().is_some_and(|folder| self.looked_into(folder));
            !is_known && self.seen.asked.iter().any(|asked| asked.starts_with(path))
        };
        if is_asked(path) || !is_source && (path.parent().is_some_and(is_asked) || is_around()) {
            return Concern::Configuration;
        }
        let Some(path) = relative else { return self.concern_above(path) };
        if !path.is_empty() && !self.looked_into(paths::parent(&path)) {
            return Concern::None;
        }
        let is_config = configs::is_config(&path) || paths::name(&path) == ".git";
        if is_config { Concern::Configuration } else { self.concern_of(&path) }
    }

    /// Above the root there are only ignore files and what says where the project begins.
    fn concern_above(&self, path: &Path) -> Concern {
        let is_above = path.parent().is_some_and(|folder| self.root.starts_with(folder));
        match path.file_name().and_then(|name| name.to_str()) {
            Some(name) if is_above && ABOVE.contains(&name) => Concern::Configuration,
            Some(name) if is_above && IGNORE_FILES.contains(&name) => Concern::Tree,
            _ => Concern::None,
        }
    }

    /// The same for what lies in a folder that was looked into, and is no configuration.
    fn concern_of(&self, path: &str) -> Concern {
        let there = self.root.join(path).symlink_metadata().ok();
        let is_file = there.as_ref().is_some_and(std::fs::Metadata::is_file);
        let is_folder = there.as_ref().is_some_and(std::fs::Metadata::is_dir);
        match self.files.get(path) {
            Some(file) if is_file && !self.is_action_another(file) => Concern::Text(file),
            Some(_) => Concern::Tree,
            None if is_file && is_source(path) => Concern::Tree,
            None if IGNORE_FILES.contains(&paths::name(path)) => Concern::Tree,
            // A folder that is still there reports what happens in it.
            None if is_folder != self.looked_into(path) => Concern::Tree,
            None => Concern::None,
        }
    }

    /// Whether the walk looked into a folder.
    fn looked_into(&self, folder: &str) -> bool {
        self.seen.folders.binary_search_by(|known| known.as_str().cmp(folder)).is_ok()
    }

    /// Whether server actions have come into a file, or have gone from it.
    fn is_action_another(&self, file: FileId) -> bool {
        let entries = self.apps.iter().flat_map(|app| &app.entries).filter(|entry| entry.file == file);
        let mut is_action = false;
        for entry in entries {
            if entry.kind != EntryKind::ServerAction {
                return false;
            }
            is_action = true;
        }
        actions::holds_actions(&self.root.join(self.files.path(file))) != is_action
    }

    /// The folders in which something may change that matters, absolute.
    #[must_use]
    pub fn places(&self) -> Vec<PathBuf> {
        let walked = self.seen.folders.iter().map(|folder| self.root.join(folder));
        // What is not there yet would appear in the nearest folder that is.
        let asked = self.seen.asked.iter().flat_map(|path| {
            let there = path.ancestors().find(|folder| folder.is_dir());
            there.into_iter().chain(path.parent().filter(|folder| folder.is_dir()))
        });
        let mut places: Vec<PathBuf> = walked.chain(asked.map(Path::to_path_buf)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Whether another look gave the same; what was looked at does not count.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let Self {
            root,
            only,
            scope,
            files,
            packages,
            tsconfigs,
            configured,
            apps,
            warnings,
            seen: _,
            disk: _,
            overlay,
        } = self;
        (root, only, scope) == (&other.root, &other.only, &other.scope)
            && (files, packages, tsconfigs) == (&other.files, &other.packages, &other.tsconfigs)
            && (configured, apps, warnings) == (&other.configured, &other.apps, &other.warnings)
            && *overlay == other.overlay
    }
}
