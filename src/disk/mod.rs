//! What was asked of the file system, and what it said: a later run can tell from that whether anything it would see
//! is different.

mod answer;
mod stamp;

use std::fs::{self, File};
use std::hash::Hash as _;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use xxhash_rust::xxh3::Xxh3Default;

pub use answer::{Again, Answer, Kind, Said, still};
pub use stamp::Stamp;

/// The way to the file system. It may keep what was said.
#[derive(Debug, Default)]
pub struct Disk {
    /// `None` if nobody wants to know.
    said: Option<Mutex<Vec<Answer>>>,
}

impl Disk {
    /// Keeps every answer.
    #[must_use]
    pub fn recording() -> Self {
        Self { said: Some(Mutex::default()) }
    }

    /// Whether answers are kept.
    #[must_use]
    pub const fn records(&self) -> bool {
        self.said.is_some()
    }

    /// What was said so far, in ascending order of path; each answer once.
    #[must_use]
    pub fn take(&self) -> Vec<Answer> {
        let Some(said) = &self.said else { return Vec::new() };
        let mut said = std::mem::take(&mut *said.lock().unwrap_or_else(PoisonError::into_inner));
        said.sort_unstable();
        // `Holds` comes right after `Bytes`, from which it follows.
        let is_known = |later: &Answer, first: &Answer| {
            let bytes = matches!(first.said, Said::Bytes { .. });
            later.path == first.path
                && (later.said == first.said || (bytes && matches!(later.said, Said::Holds(_))))
        };
        said.dedup_by(|later, first| is_known(later, first));
        said
    }

    /// A digest of what was said so far, whoever asked first.
    #[must_use]
    pub fn digest(&self) -> u128 {
        let Some(said) = &self.said else { return 0 };
        let said = said.lock().unwrap_or_else(PoisonError::into_inner);
        let mut digests: Vec<u128> = said.iter().map(Answer::digest).collect();
        digests.sort_unstable();
        digests.dedup();
        let mut all = Xxh3Default::new();
        digests.hash(&mut all);
        all.digest128()
    }

    /// The bytes of a file, or its size in bytes if that is more than `limit`; no more than that is read.
    ///
    /// # Errors
    ///
    /// If the file is not there or cannot be read.
    pub fn read(&self, path: &Path, limit: u64) -> io::Result<Result<Vec<u8>, u64>> {
        let mut bytes = Vec::new();
        Ok(self.read_into(path, limit, &mut bytes)?.map(|()| bytes))
    }

    /// The same, in memory that there is already; what was in it is gone.
    ///
    /// # Errors
    ///
    /// If the file is not there or cannot be read.
    pub fn read_into(&self, path: &Path, limit: u64, bytes: &mut Vec<u8>) -> io::Result<Result<(), u64>> {
        if !self.records() {
            return read_into(path, limit, bytes);
        }
        let (stamp, read) = answer::read(path, limit, bytes);
        self.keep(path, stamp, || Said::of(&read, limit, bytes));
        read
    }

    /// What is at a path, links followed; `None` if there is nothing.
    pub fn kind(&self, path: &Path) -> Option<Kind> {
        let kind = Kind::at(path);
        self.keep(path, None, || Said::Kind(kind));
        kind
    }

    /// What is at a path itself, be it a link; `None` if there is nothing.
    pub fn own_kind(&self, path: &Path) -> Option<Kind> {
        let kind = Kind::itself_at(path);
        self.keep(path, None, || Said::OwnKind(kind));
        kind
    }

    /// The names of what is in a folder, ascending; `None` if it cannot be listed.
    pub fn names(&self, path: &Path) -> Option<Vec<String>> {
        let names = names(path);
        self.keep(path, None, || Said::Names(names.clone()));
        names
    }

    /// Notes that a folder is walked.
    pub fn walks(&self, path: &Path) {
        if self.records() {
            self.keep(path, Stamp::at(path), || Said::Walked);
        }
    }

    /// Notes the digest of what a walk from a folder found.
    pub fn walked(&self, root: &Path, digest: impl FnOnce() -> u128) {
        self.keep(root, None, || Said::Tree(digest()));
    }

    /// Whether a file holds what it is searched for.
    pub fn searched(&self, path: &Path, search: impl FnOnce(&Path) -> bool) -> bool {
        let stamp = if self.records() { Stamp::at(path) } else { None };
        let holds = search(path);
        self.keep(path, stamp, || Said::Holds(holds));
        holds
    }

    fn keep(&self, path: &Path, stamp: Option<Stamp>, said: impl FnOnce() -> Said) {
        if let Some(answers) = &self.said {
            let answer = Answer { path: path.to_path_buf(), stamp, said: said() };
            answers.lock().unwrap_or_else(PoisonError::into_inner).push(answer);
        }
    }
}

/// Reads a file into memory that is used again and again; what was in it is gone. Gives the file's size in bytes if
/// that is more than `limit`.
///
/// The size is not asked for beforehand: a file system answers no question without cost.
///
/// # Errors
///
/// If the file is not there or cannot be read.
pub fn read_into(path: &Path, limit: u64, bytes: &mut Vec<u8>) -> io::Result<Result<(), u64>> {
    read_open(&File::open(path)?, limit, bytes)
}

fn read_open(file: &File, limit: u64, bytes: &mut Vec<u8>) -> io::Result<Result<(), u64>> {
    bytes.clear();
    file.take(limit.saturating_add(1)).read_to_end(bytes)?;
    if bytes.len() as u64 > limit { Ok(Err(file.metadata()?.len())) } else { Ok(Ok(())) }
}

fn names(path: &Path) -> Option<Vec<String>> {
    let entries = fs::read_dir(path).ok()?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort_unstable();
    Some(names)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A folder with files, what was asked of it, and what was said.
    fn asked() -> (tempfile::TempDir, Vec<Answer>) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("read.ts"), "const a = 1").unwrap();
        fs::write(at("large.ts"), "0123456789").unwrap();
        fs::write(at("searched.ts"), "no word").unwrap();
        fs::create_dir(at("listed")).unwrap();
        fs::write(at("listed/one.yml"), "").unwrap();
        let disk = Disk::recording();
        assert!(disk.read(&at("read.ts"), 100).unwrap().is_ok());
        assert_eq!(disk.read(&at("large.ts"), 5).unwrap(), Err(10));
        assert!(disk.read(&at("absent.ts"), 5).is_err());
        assert_eq!(disk.kind(&at("absent.ts")), None);
        assert_eq!(disk.kind(&at("read.ts")), Some(Kind::File));
        assert_eq!(disk.names(&at("listed")).unwrap(), ["one.yml"]);
        assert!(!disk.searched(&at("searched.ts"), AGAIN.holds));
        // What was read and searched is one question.
        assert!(!disk.searched(&at("read.ts"), AGAIN.holds));
        (folder, disk.take())
    }

    const AGAIN: Again = Again {
        holds: |path| fs::read_to_string(path).is_ok_and(|text| text.contains("the word")),
        walk: |path| names(path).map_or(0, |names| names.len() as u128),
    };

    #[test]
    fn nothing_is_kept_unless_somebody_wants_to_know() {
        let disk = Disk::default();
        assert!(disk.read(Path::new("/nowhere"), 1).is_err());
        assert!(!disk.records() && disk.take().is_empty());
    }

    #[test]
    fn answers_hold_until_something_changes() {
        let (_folder, answers) = asked();
        assert_eq!(answers.len(), 7, "{answers:#?}");
        // Files that were just written have no stamps yet.
        assert_eq!(still(&answers, AGAIN), Some(Vec::new()));
    }

    #[test]
    fn every_change_is_seen() {
        let changes: [fn(&Path); 8] = [
            |folder| fs::write(folder.join("read.ts"), "const a = 2").unwrap(),
            |folder| fs::remove_file(folder.join("read.ts")).unwrap(),
            |folder| fs::write(folder.join("large.ts"), "0123").unwrap(),
            |folder| fs::write(folder.join("large.ts"), "01234567890").unwrap(),
            |folder| fs::write(folder.join("absent.ts"), "").unwrap(),
            |folder| fs::create_dir(folder.join("absent.ts")).unwrap(),
            |folder| fs::write(folder.join("listed/two.yml"), "").unwrap(),
            |folder| fs::write(folder.join("searched.ts"), "the word").unwrap(),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let (folder, answers) = asked();
            change(folder.path());
            assert_eq!(still(&answers, AGAIN), None, "change {index}");
        }
        let (folder, answers) = asked();
        fs::write(folder.path().join("searched.ts"), "other text").unwrap();
        assert!(still(&answers, AGAIN).is_some());
    }

    #[test]
    fn a_folder_with_another_entry_is_walked_again() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::recording();
        disk.walks(folder.path());
        disk.walked(folder.path(), || 0);
        let answers = disk.take();
        assert_eq!(answers.len(), 2);
        assert!(still(&answers, AGAIN).is_some());
        fs::write(folder.path().join("new.ts"), "").unwrap();
        assert_eq!(still(&answers, AGAIN), None);
        let gone = Answer { path: PathBuf::from("/nowhere/at/all"), said: Said::Walked, stamp: None };
        assert_eq!(still(&[gone], AGAIN), None);
    }

    #[cfg(unix)]
    #[test]
    fn stamps_save_reading() {
        let (folder, answers) = asked();
        std::thread::sleep(std::time::Duration::from_millis(2100));
        let stamped = still(&answers, AGAIN).unwrap();
        assert_eq!(stamped.len(), 3);
        let mut answers = answers;
        for (index, stamp) in stamped {
            answers[index].stamp = Some(stamp);
        }
        assert_eq!(still(&answers, AGAIN), Some(Vec::new()));
        fs::write(folder.path().join("read.ts"), "const a = 3").unwrap();
        assert_eq!(still(&answers, AGAIN), None);
    }
}
