//! An answer of the file system, and whether it would say the same again.

use std::fs::{self, File};
use std::hash::Hash as _;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_128};

use super::stamp::Stamp;
use super::{names, read_open};

/// What was said of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Answer {
    /// Absolute.
    pub path: PathBuf,
    /// What was said.
    pub said: Said,
    /// The stamp from before the answer; `None` if it could not tell whether the answer still holds.
    pub stamp: Option<Stamp>,
}

/// What the file system can say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Said {
    /// A file with bytes of this XXH3 digest; no more than `limit` bytes were asked for.
    Bytes {
        /// XXH3, 128 bits.
        digest: u128,
        /// Bytes.
        limit: u64,
    },
    /// Whether a file holds what it was searched for.
    Holds(bool),
    /// A file larger than was asked for.
    TooLarge {
        /// Bytes.
        size: u64,
        /// Bytes.
        limit: u64,
    },
    /// It is not there or cannot be read, and why.
    Refused(String),
    /// Whether there is something, and what; a link is followed.
    Kind(Option<Kind>),
    /// The same, and a link is something else.
    OwnKind(Option<Kind>),
    /// The names in a folder.
    Names(Option<Vec<String>>),
    /// A walk from a folder found what has this XXH3 digest. It holds if all folders and what they ignore are the same.
    Tree(u128),
    /// A folder of a walk. Only its stamp tells whether its entries are the same.
    Walked,
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Something else, such as a pipe.
    Other,
}

impl Kind {
    /// What is at a path, links followed; `None` if there is nothing.
    pub(super) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|data| Self::of(&data))
    }

    /// What is at a path itself; `None` if there is nothing.
    pub(super) fn itself_at(path: &Path) -> Option<Self> {
        fs::symlink_metadata(path).ok().map(|data| Self::of(&data))
    }

    fn of(data: &fs::Metadata) -> Self {
        if data.is_file() {
            Self::File
        } else if data.is_dir() {
            Self::Folder
        } else {
            Self::Other
        }
    }
}

/// How the questions are asked again that are not the disk's own.
#[derive(Clone, Copy, Debug)]
pub struct Again {
    /// Whether a file holds what it was searched for.
    pub holds: fn(&Path) -> bool,
    /// The digest of what a walk from a folder finds.
    pub walk: fn(&Path) -> u128,
}

/// Asks again, where a stamp does not say that nothing has changed. Gives the answers, by index, that have a stamp from
/// now on; `None` if some answer would be another one. Runs on the current thread pool.
pub fn still(answers: &[Answer], again: Again) -> Option<Vec<(usize, Stamp)>> {
    let fates: Option<Vec<Fate>> =
        answers.par_iter().with_min_len(64).map(|answer| answer.fate(again)).collect();
    let fates = fates?;
    let trees = || {
        answers.iter().filter_map(|answer| match answer.said {
            Said::Tree(digest) => Some((answer, digest)),
            _ => None,
        })
    };
    let is_same_tree = |(answer, digest): (&Answer, u128)| (again.walk)(&answer.path) == digest;
    if fates.iter().any(|fate| matches!(fate, Fate::Walk(_))) && !trees().all(is_same_tree) {
        return None;
    }
    let stamped = fates.into_iter().enumerate().filter_map(|(index, fate)| match fate {
        Fate::Read(stamp) | Fate::Walk(stamp) => Some((index, stamp?)),
        Fate::Same => None,
    });
    Some(stamped.collect())
}

/// How an answer that may still hold fares.
enum Fate {
    /// It was not worth a new stamp.
    Same,
    /// It was asked again.
    Read(Option<Stamp>),
    /// A folder that may have other entries.
    Walk(Option<Stamp>),
}

impl Answer {
    /// XXH3 of the question and what was said, 128 bits; whether a stamp could tell more does not matter.
    pub(super) fn digest(&self) -> u128 {
        let mut digest = Xxh3Default::new();
        (&self.path, &self.said).hash(&mut digest);
        digest.digest128()
    }

    /// `None` if something else would be said.
    fn fate(&self, again: Again) -> Option<Fate> {
        if let Some(stamp) = &self.stamp
            && fs::metadata(&self.path).is_ok_and(|data| stamp.is_of(&data))
        {
            return Some(Fate::Same);
        }
        match &self.said {
            Said::Bytes { limit, .. } | Said::TooLarge { limit, .. } => {
                let (stamp, said) = reread(&self.path, *limit);
                (said == self.said).then_some(Fate::Read(stamp))
            }
            Said::Refused(_) => (reread(&self.path, 0).1 == self.said).then_some(Fate::Same),
            Said::Kind(kind) => (Kind::at(&self.path) == *kind).then_some(Fate::Same),
            Said::OwnKind(kind) => (Kind::itself_at(&self.path) == *kind).then_some(Fate::Same),
            Said::Tree(_) => Some(Fate::Same),
            Said::Names(known) => (names(&self.path) == *known).then_some(Fate::Same),
            Said::Walked => {
                let data = fs::metadata(&self.path).ok()?;
                Some(Fate::Walk(Stamp::of(&data)))
            }
            Said::Holds(holds) => {
                let stamp = Stamp::at(&self.path);
                ((again.holds)(&self.path) == *holds).then_some(Fate::Read(stamp))
            }
        }
    }
}

/// Reads a file, with its stamp from before: what is written while it is read changes that.
pub(super) fn read(
    path: &Path,
    limit: u64,
    bytes: &mut Vec<u8>,
) -> (Option<Stamp>, io::Result<Result<(), u64>>) {
    match File::open(path) {
        Ok(file) => {
            let stamp = file.metadata().ok().and_then(|data| Stamp::of(&data));
            (stamp, read_open(&file, limit, bytes))
        }
        Err(error) => (None, Err(error)),
    }
}

/// What is said of a file.
fn reread(path: &Path, limit: u64) -> (Option<Stamp>, Said) {
    let mut bytes = Vec::new();
    let (stamp, read) = read(path, limit, &mut bytes);
    (stamp, Said::of(&read, limit, &bytes))
}

impl Said {
    /// What reading said.
    pub(super) fn of(read: &io::Result<Result<(), u64>>, limit: u64, bytes: &[u8]) -> Self {
        match read {
            Ok(Ok(())) => Self::Bytes { digest: xxh3_128(bytes), limit },
            Ok(Err(size)) => Self::TooLarge { size: *size, limit },
            Err(error) => Self::Refused(error.to_string()),
        }
    }
}
