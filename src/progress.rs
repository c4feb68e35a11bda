//! How far an analysis is, for somebody who waits for it: written by the pipeline, read by another thread.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// What an analysis is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Looking for apps and routes.
    Looking,
    /// Reading what the routes import.
    Reading,
    /// Following calls from the routes.
    Following,
    /// Running the rules.
    Checking,
}

/// The stage of an analysis, and how many files it has read. Only shown, never relied on.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicU8,
    files: AtomicUsize,
}

impl Progress {
    /// A stage begins.
    pub fn enter(&self, stage: Stage) {
        self.stage.store(stage as u8, Ordering::Relaxed);
    }

    /// A file is read.
    pub fn step(&self) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }

    /// The current stage.
    #[must_use]
    pub fn stage(&self) -> Stage {
        let all = [Stage::Looking, Stage::Reading, Stage::Following, Stage::Checking];
        let index = usize::from(self.stage.load(Ordering::Relaxed));
        all.get(index).copied().unwrap_or(Stage::Checking)
    }

    /// How many files were read.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files.load(Ordering::Relaxed)
    }
}
