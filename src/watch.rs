//! Changes in folders, as the operating system tells of them.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{
    ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _, WatcherKind,
    recommended_watcher,
};
use rustc_hash::FxHashSet;

/// An editor saves a file in several steps; it is done when nothing has followed for so long.
const PAUSE: Duration = Duration::from_millis(8);
/// Whoever changes this many files is likely to change more: a checkout, a generator.
const MANY: usize = 16;
/// The same for these.
const LONG_PAUSE: Duration = Duration::from_millis(80);
/// Where something changes all the time, nobody waits longer.
const LONGEST: Duration = Duration::from_secs(1);

/// Why changes cannot be seen.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// There is no way to watch.
    #[error("cannot watch for changes: {0}")]
    Start(notify::Error),
    /// There are more folders than may be watched.
    #[error("the system does not let routelint watch all {folders} folders of the project")]
    TooMany {
        /// How many there are.
        folders: usize,
    },
    /// A folder cannot be watched.
    #[error("{}: cannot be watched: {error}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        error: notify::Error,
    },
    /// There is nothing left to watch.
    #[error("{}: what was watched is not there any more", .0.display())]
    Gone(PathBuf),
    /// The system tells nothing any more.
    #[error("the system has stopped to tell of changes")]
    Ended,
}

impl WatchError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Start(_) if cfg!(target_os = "linux") => Some(
                "other programs may hold all watches that a user may have: end some of them, or raise the limit with `sudo sysctl fs.inotify.max_user_instances=1024`",
            ),
            Self::TooMany { .. } if cfg!(target_os = "linux") => Some(
                "raise the limit with `sudo sysctl fs.inotify.max_user_watches=524288`, or name the folder of one app",
            ),
            Self::TooMany { .. } => Some("name the folder of one app"),
            Self::Start(_) | Self::Folder { .. } | Self::Gone(_) | Self::Ended => None,
        }
    }
}

/// What changed within a short time.
#[derive(Debug)]
pub struct Batch {
    /// Absolute paths, in ascending order. What happened to them shows on the disk.
    pub paths: Vec<PathBuf>,
    /// Other changes may not have been told.
    pub is_partial: bool,
    /// When the first was told.
    pub since: Instant,
}

/// Watches folders.
#[derive(Debug)]
pub struct Watcher {
    inner: RecommendedWatcher,
    told: Receiver<notify::Result<Event>>,
    /// The folders whose changes are told.
    folders: FxHashSet<PathBuf>,
}

impl Watcher {
    /// Watches nothing yet.
    ///
    /// # Errors
    /// When the system has no more to give.
    pub fn new() -> Result<Self, WatchError> {
        let (sender, told) = channel();
        let handler = move |event: notify::Result<Event>| {
            if event.as_ref().map_or(true, is_change) {
                // Without a receiver nobody wants to know.
                _ = sender.send(event);
            }
        };
        let inner = recommended_watcher(handler).map_err(WatchError::Start)?;
        Ok(Self { inner, told, folders: FxHashSet::default() })
    }

    /// Watches these folders from now on too, each without those in it, and says whether any is new. What changed in a
    /// new one before is not told.
    ///
    /// # Errors
    /// When one cannot be watched. One that has gone is no error, since that is told where it lay.
    pub fn watch(&mut self, root: &Path, folders: &[PathBuf]) -> Result<bool, WatchError> {
        let mut is_any_new = false;
        let mut paths = self.inner.paths_mut();
        for folder in folders {
            if self.folders.contains(folder) {
                continue;
            }
            let mode = match how(root, folder) {
                Some(mode) => mode,
                None => {
                    is_any_new |= self.folders.insert(folder.clone());
                    continue;
                }
            };
            match paths.add(folder, mode) {
                Ok(()) => is_any_new |= self.folders.insert(folder.clone()),
                Err(error) => refused(folder, folders.len(), error)?,
            }
        }
        paths.commit().map_err(WatchError::Start)?;
        Ok(is_any_new)
    }

    /// How many folders are watched.
    #[must_use]
    pub fn folders(&self) -> usize {
        self.folders.len()
    }

    /// Waits for changes, and for a pause after them; those that do not matter are passed over.
    ///
    /// # Errors
    /// When nothing will be told any more.
    pub fn wait(&mut self, matters: &dyn Fn(&PathBuf) -> bool) -> Result<Batch, WatchError> {
        let mut batch = Batch { paths: Vec::new(), is_partial: false, since: Instant::now() };
        let mut known = FxHashSet::default();
        while known.is_empty() && !batch.is_partial {
            let event = self.told.recv().map_err(|_| WatchError::Ended)?;
            batch.since = Instant::now();
            self.take(event, matters, &mut known, &mut batch);
        }
        while let Some(left) = LONGEST.checked_sub(batch.since.elapsed()) {
            let pause = if known.len() > MANY { LONG_PAUSE } else { PAUSE };
            match self.told.recv_timeout(pause.min(left)) {
                Ok(event) => self.take(event, matters, &mut known, &mut batch),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        batch.paths = known.into_iter().collect();
        batch.paths.sort_unstable();
        Ok(batch)
    }

    fn take(
        &mut self,
        event: notify::Result<Event>,
        matters: &dyn Fn(&PathBuf) -> bool,
        known: &mut FxHashSet<PathBuf>,
        batch: &mut Batch,
    ) {
        let Ok(event) = event else {
            batch.is_partial = true;
            return;
        };
        batch.is_partial |= event.need_rescan();
        let is_moved = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
        for path in event.paths {
            // What is there now is another folder, if there is one: nothing is told of it.
            if is_moved && self.folders.contains(&path) {
                self.forget(&path);
                batch.is_partial = true;
            }
            if !known.contains(&path) && matters(&path) {
                known.insert(path);
            }
        }
    }

    /// Stops to watch a folder and those in it.
    fn forget(&mut self, gone: &Path) {
        let inner = &mut self.inner;
        self.folders.retain(|folder| {
            let is_in = folder.starts_with(gone);
            if is_in {
                // The system may have stopped by itself.
                _ = inner.unwatch(folder);
            }
            !is_in
        });
    }
}

/// How the system is asked to watch a folder. Some tell of all that lies below one in a single stream, so that the root
/// stands for what is in it.
fn how(root: &Path, folder: &Path) -> Option<RecursiveMode> {
    let is_stream =
        matches!(RecommendedWatcher::kind(), WatcherKind::Fsevent | WatcherKind::ReadDirectoryChangesWatcher);
    if !is_stream || !folder.starts_with(root) {
        Some(RecursiveMode::NonRecursive)
    } else {
        (folder == root).then_some(RecursiveMode::Recursive)
    }
}

/// Why a folder could not be watched, unless that does not matter.
fn refused(folder: &Path, folders: usize, error: notify::Error) -> Result<(), WatchError> {
    use std::io::ErrorKind::{NotADirectory, NotFound, PermissionDenied, StorageFull};
    match &error.kind {
        ErrorKind::PathNotFound => Ok(()),
        // The walk could not look into it either, and the report says so.
        ErrorKind::Io(io) if matches!(io.kind(), NotFound | NotADirectory | PermissionDenied) => Ok(()),
        // For inotify "no space left on device" means the number of watches.
        ErrorKind::Io(io) if io.kind() == StorageFull => Err(WatchError::TooMany { folders }),
        ErrorKind::MaxFilesWatch => Err(WatchError::TooMany { folders }),
        _ => Err(WatchError::Folder { folder: folder.to_path_buf(), error }),
    }
}

/// Whether something may be another than before: that files are read is told too.
fn is_change(event: &Event) -> bool {
    event.need_rescan()
        || !matches!(event.kind, EventKind::Access(_))
        || event.kind == EventKind::Access(AccessKind::Close(AccessMode::Write))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_told_as_one() {
        let folder = Path::new("/a");
        let io = |kind: std::io::ErrorKind| notify::Error::io(kind.into());
        for error in [notify::Error::new(ErrorKind::MaxFilesWatch), io(std::io::ErrorKind::StorageFull)] {
            let refused = refused(folder, 70_000, error).unwrap_err();
            assert!(matches!(refused, WatchError::TooMany { folders: 70_000 }), "{refused}");
            assert!(refused.to_string().contains("70000") && refused.help().is_some());
        }
        assert!(refused(folder, 1, notify::Error::path_not_found()).is_ok());
        assert!(refused(folder, 1, io(std::io::ErrorKind::PermissionDenied)).is_ok());
        assert!(refused(folder, 1, io(std::io::ErrorKind::Unsupported)).is_err());
    }

    #[test]
    fn reading_is_no_change() {
        let event = |kind| Event::new(kind);
        assert!(!is_change(&event(EventKind::Access(AccessKind::Open(AccessMode::Any)))));
        assert!(is_change(&event(EventKind::Access(AccessKind::Close(AccessMode::Write)))));
        assert!(is_change(&event(EventKind::Modify(ModifyKind::Any))));
        let lost = event(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        assert!(is_change(&lost));
    }

    #[test]
    fn a_folder_that_is_replaced_is_told_and_watched_again() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().canonicalize().unwrap();
        let inner = root.join("inner");
        std::fs::create_dir(&inner).unwrap();
        let mut watcher = Watcher::new().unwrap();
        let folders = [root.clone(), inner.clone()];
        assert!(watcher.watch(&root, &folders).unwrap() && watcher.folders() == 2);
        assert!(!watcher.watch(&root, &folders).unwrap());
        std::fs::write(inner.join("a.ts"), "1").unwrap();
        let batch = watcher.wait(&|path| path.ends_with("a.ts")).unwrap();
        assert_eq!((batch.paths, batch.is_partial), (vec![inner.join("a.ts")], false));
        std::fs::remove_dir_all(&inner).unwrap();
        std::fs::create_dir(&inner).unwrap();
        while !watcher.wait(&|_| true).unwrap().is_partial {}
        assert!(watcher.watch(&root, &folders).unwrap());
        std::fs::write(inner.join("b.ts"), "2").unwrap();
        assert_eq!(watcher.wait(&|path| path.ends_with("b.ts")).unwrap().paths, [inner.join("b.ts")]);
    }
}
