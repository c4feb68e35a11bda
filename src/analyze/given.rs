//! What apps gave in earlier runs, by what it was made of: an app that reaches what it reached then gives the same.

use std::hash::Hash as _;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3Default;

use crate::cache::{Key, Store};
use crate::load::{Loaded, Reached};
use crate::report::{AppShare, RunShare};
use crate::span::FileId;

use super::kept::Kept;
use super::sources::{AppSources, Texts};

/// What one app gave.
#[derive(Serialize, Deserialize)]
struct Given {
    /// The files that its findings name, in the order in which they first do.
    files: Vec<u32>,
    share: Option<AppShare>,
}

/// The shares of earlier runs.
pub(super) struct Gave {
    /// What decides beside the files of the project.
    key: Key,
    /// The digest of all that was asked to find the project.
    project: u128,
    /// The digest of each file's bytes, as far as it was read.
    texts: Mutex<FxHashMap<FileId, u128>>,
}

impl Gave {
    pub(super) fn new(key: Key, project: u128) -> Self {
        Self { key, project, texts: Mutex::default() }
    }

    /// Told of the bytes of each file that is read.
    pub(super) fn learn(&self, file: FileId, digest: u128) {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).insert(file, digest);
    }

    /// The key of what an app gives; `None` if it reaches a file whose bytes are not known.
    pub(super) fn key(
        &self,
        (run, loaded): (&RunShare, &Loaded),
        app: usize,
        reached: &Reached,
    ) -> Option<u128> {
        let mut digest = Xxh3Default::new();
        (self.key, self.project, app).hash(&mut digest);
        digest.update(&postcard::to_allocvec(run).ok()?);
        (&reached.missing, loaded.reasons(&reached.missing)).hash(&mut digest);
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let modules = (0..).map(FileId).zip(&reached.modules.table);
        for (file, _) in modules.filter(|(_, module)| module.is_some()) {
            (file, texts.get(&file)?).hash(&mut digest);
        }
        Some(digest.digest128())
    }
}

/// What an app gave when it had this key.
pub(super) fn recall(store: &Store, key: u128, app: usize, texts: &Texts<'_>) -> Option<Kept> {
    let Given { files, share } = store.get(key)?;
    let mut sources = AppSources::new(texts);
    for file in files {
        sources.name(FileId(file));
    }
    Some(Kept { app, sources: sources.into_named().0, share, of: None, is_old: false })
}

/// Keeps what an app gave for a run in which it has this key.
pub(super) fn keep(store: &Store, key: u128, files: Vec<FileId>, kept: &Kept) {
    let files = files.into_iter().map(|file| file.0).collect();
    store.put(key, &Given { files, share: kept.share.clone() });
}
