//! What an earlier round knows of a project's files.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::disk::Stamp;
use crate::facts::ModuleFacts;
use crate::link::{Module, Modules, RequestTarget};
use crate::load::{Is, Known};
use crate::project::Project;
use crate::span::FileId;

use super::kept::Kept;

/// Of which text each module was made.
pub(super) type Versions = FxHashMap<FileId, Version>;

/// Which text of a file a module was made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Version {
    stamp: Option<Stamp>,
    digest: u128,
}

/// The modules of an earlier round, by the ids that their files have now, and what apps gave.
#[derive(Default)]
pub(super) struct Before {
    /// What each app gave, if it may still hold.
    pub(super) shares: Vec<Kept>,
    files: Mutex<FxHashMap<FileId, Past>>,
    /// Whether requests still lead where they led.
    is_same: bool,
    /// The text of each module that was handed out or made in this round.
    now: Mutex<Versions>,
}

struct Past {
    module: Arc<Module>,
    version: Version,
}

impl Before {
    /// Takes over what was known of another look at the project.
    pub(super) fn new(
        project: &Project,
        (old, modules, versions): (&Project, Modules, Versions),
        is_same: bool,
    ) -> Self {
        let past = (0..).map(FileId).zip(modules.table).filter_map(|(id, module)| {
            let past = Past { module: module?, version: *versions.get(&id)? };
            let id = if is_same { id } else { project.files.get(old.files.path(id))? };
            Some((id, past))
        });
        Self { files: Mutex::new(past.collect()), is_same, ..Self::default() }
    }

    /// Files that somebody has touched: their stamps prove nothing.
    pub(super) fn touch(&mut self, touched: impl Iterator<Item = FileId>) {
        let files = self.files.get_mut().unwrap_or_else(PoisonError::into_inner);
        for file in touched {
            if let Some(past) = files.get_mut(&file) {
                past.version.stamp = None;
            }
        }
    }

    /// The texts of the modules of this round.
    pub(super) fn versions(self) -> Versions {
        self.now.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, file: FileId, version: Version) {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).insert(file, version);
    }

    /// What is known of a file, if it is what it was.
    fn take(&self, file: FileId, is: Is) -> Option<Past> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let version = files.get(&file)?.version;
        let is_still = match is {
            Is::Stamp(now) => version.stamp == Some(now),
            Is::Text(now) => version.digest == now,
        };
        if is_still { files.remove(&file) } else { None }
    }
}

impl Known for Before {
    fn recall(
        &self,
        file: FileId,
        is: Is,
        targets: &dyn Fn(&ModuleFacts) -> Vec<RequestTarget>,
    ) -> Option<Arc<Module>> {
        let Past { mut module, version } = self.take(file, is)?;
        if !self.is_same {
            let targets = targets(&module.facts);
            // Nobody else holds it: what apps gave was dropped with the project that it was about.
            Arc::get_mut(&mut module)?.targets = targets;
        }
        self.note(file, version);
        Some(module)
    }

    fn learn(&self, file: FileId, (stamp, digest): (Option<Stamp>, u128), _: &Arc<Module>) {
        self.note(file, Version { stamp, digest });
    }
}
