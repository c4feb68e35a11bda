//! Values by the digest of what they are made from: a log that only grows, and an index of what is where in it.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::envelope;

/// So many bytes are kept together before they are written.
const CHUNK: usize = 1 << 20;

/// A log below this size, in bytes, is never too large.
const SMALL: u64 = 32 << 20;

/// A log may have so many times the bytes that a run has use for.
const SPARE: u64 = 3;

/// Values that earlier runs have made, and those of this one.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    known: FxHashMap<u128, Place>,
    log: Mutex<Log>,
}

/// The end of the log.
#[derive(Debug)]
struct Log {
    /// `None` once something went wrong with it: then there is none.
    file: Option<File>,
    name: String,
    /// What is not written yet, and the places in it, counted from its beginning.
    chunk: Vec<u8>,
    pending: Vec<(u128, Place)>,
    /// The places of what this run has written.
    written: Vec<(u128, Place)>,
    /// Bytes of all that this run has read or made.
    used: u64,
}

/// Where a value is in the log.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Place {
    offset: u64,
    length: u32,
    /// XXH3 of its bytes.
    check: u64,
}

/// What is where.
#[derive(Serialize, Deserialize)]
struct Index {
    build: String,
    log: String,
    places: Vec<(u128, Place)>,
}

impl Store {
    /// The store in a folder; an empty one where there is none, or only that of another build.
    pub(super) fn open(folder: &Path) -> Self {
        let read = |name: &str| fs::read(folder.join(name)).ok();
        let index: Option<Index> = read("facts.idx").and_then(|bytes| envelope::open(&bytes));
        let index = index.filter(|index| index.build == env!("ROUTELINT_BUILD") && is_log(&index.log));
        let opened = index.and_then(|index| {
            let file = OpenOptions::new().read(true).append(true).open(folder.join(&index.log)).ok()?;
            Some((file, index))
        });
        let (file, name, known) = match opened {
            Some((file, Index { log, places, .. })) => (Some(file), log, places.into_iter().collect()),
            None => {
                remove_logs(folder);
                (None, String::new(), FxHashMap::default())
            }
        };
        let log = Log { file, name, chunk: Vec::new(), pending: Vec::new(), written: Vec::new(), used: 0 };
        Self { folder: folder.to_path_buf(), known, log: Mutex::new(log) }
    }

    /// The key of a value that is made of a file whose bytes have this digest.
    #[must_use]
    pub fn key(path: &str, bytes: u128) -> u128 {
        let mut digest = Xxh3Default::new();
        digest.update(&bytes.to_le_bytes());
        digest.update(path.as_bytes());
        digest.digest128()
    }

    /// The value of a key, if an earlier run has made it.
    pub fn get<T: DeserializeOwned>(&self, key: u128) -> Option<T> {
        let place = *self.known.get(&key)?;
        let mut bytes = vec![0; place.length as usize];
        {
            let mut log = self.log();
            let file = log.file.as_mut()?;
            file.seek(SeekFrom::Start(place.offset)).ok()?;
            file.read_exact(&mut bytes).ok()?;
            log.used += u64::from(place.length);
        }
        if xxh3_64(&bytes) != place.check {
            return None;
        }
        postcard::from_bytes(&bytes).ok()
    }

    /// Keeps the value of a key, unless an earlier run has.
    pub fn put(&self, key: u128, value: &impl Serialize) {
        if self.known.contains_key(&key) {
            return;
        }
        let Ok(bytes) = postcard::to_allocvec(value) else { return };
        let Ok(length) = u32::try_from(bytes.len()) else { return };
        let check = xxh3_64(&bytes);
        let mut log = self.log();
        let place = Place { offset: log.chunk.len() as u64, length, check };
        log.pending.push((key, place));
        log.chunk.extend(bytes);
        log.used += u64::from(length);
        if log.chunk.len() >= CHUNK {
            self.flush(&mut log);
        }
    }

    /// Writes down what was kept, for the next run. A log that has become too large goes: the next run begins another.
    pub fn close(self) {
        let mut log = self.log();
        self.flush(&mut log);
        let size = log.file.as_ref().and_then(|file| file.metadata().ok()).map_or(0, |data| data.len());
        if log.file.is_none() || size > SMALL.max(log.used * SPARE) {
            drop(fs::remove_file(self.folder.join("facts.idx")));
            remove_logs(&self.folder);
            return;
        }
        if log.written.is_empty() {
            return;
        }
        let known = self.known.iter().map(|(&key, &place)| (key, place));
        let mut places: Vec<(u128, Place)> = known.chain(log.written.drain(..)).collect();
        // Whoever was written last counts.
        places.reverse();
        places.sort_by_key(|(key, _)| *key);
        places.dedup_by_key(|(key, _)| *key);
        let index = Index { build: env!("ROUTELINT_BUILD").to_owned(), log: log.name.clone(), places };
        if let Some(bytes) = envelope::seal(&index) {
            drop(super::folder::replace(&self.folder, "facts.idx", &bytes));
        }
    }

    /// Adds what is pending to the log. Others may add to it at the same time; the system writes one after the other.
    fn flush(&self, log: &mut Log) {
        if log.chunk.is_empty() {
            return;
        }
        if log.file.is_none() && log.name.is_empty() {
            let Some((file, name)) = new_log(&self.folder) else { return };
            (log.file, log.name) = (Some(file), name);
        }
        let chunk = std::mem::take(&mut log.chunk);
        let pending = std::mem::take(&mut log.pending);
        let Some(file) = log.file.as_mut() else { return };
        let end = file.write_all(&chunk).and_then(|()| file.stream_position());
        let Some(start) = end.ok().and_then(|end| end.checked_sub(chunk.len() as u64)) else {
            log.file = None;
            return;
        };
        let moved = |(key, place): (u128, Place)| (key, Place { offset: start + place.offset, ..place });
        log.written.extend(pending.into_iter().map(moved));
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a name is that of a log in the same folder.
fn is_log(name: &str) -> bool {
    let inner = name.strip_prefix("facts-").and_then(|rest| rest.strip_suffix(".log"));
    inner.is_some_and(|inner| inner.chars().all(char::is_alphanumeric))
}

fn new_log(folder: &Path) -> Option<(File, String)> {
    let file =
        tempfile::Builder::new().prefix("facts-").suffix(".log").append(true).tempfile_in(folder).ok()?;
    let (file, path) = file.keep().ok()?;
    let name = path.file_name()?.to_str()?.to_owned();
    Some((file, name))
}

/// Removes all logs. Who has one open reads on; who adds to it writes for nobody.
fn remove_logs(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(is_log) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put_all(folder: &Path, values: &[(u128, String)]) {
        let store = Store::open(folder);
        for (key, value) in values {
            store.put(*key, value);
        }
        store.close();
    }

    fn get(folder: &Path, key: u128) -> Option<String> {
        Store::open(folder).get(key)
    }

    #[test]
    fn values_are_found_in_later_runs() {
        let folder = tempfile::tempdir().unwrap();
        put_all(folder.path(), &[(1, "one".to_owned()), (2, "two".to_owned())]);
        put_all(folder.path(), &[(3, "three".to_owned())]);
        assert_eq!(get(folder.path(), 1).as_deref(), Some("one"));
        assert_eq!(get(folder.path(), 3).as_deref(), Some("three"));
        assert_eq!(get(folder.path(), 4), None);
    }

    #[test]
    fn many_are_written_in_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let values: Vec<(u128, String)> = (0..40).map(|n| (n, n.to_string().repeat(100_000))).collect();
        put_all(folder.path(), &values);
        let store = Store::open(folder.path());
        for (key, value) in &values {
            assert_eq!(store.get::<String>(*key).as_ref(), Some(value));
        }
    }

    #[test]
    fn damage_costs_values_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        put_all(folder.path(), &[(1, "one".repeat(50)), (2, "two".repeat(50))]);
        let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let files: Vec<(PathBuf, Vec<u8>)> =
            files.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        assert_eq!(files.len(), 2, "an index and a log");
        for (damaged, whole) in &files {
            for at in (0..whole.len()).step_by(7) {
                // A store that opens with a damaged index removes its log.
                for (path, bytes) in &files {
                    fs::write(path, bytes).unwrap();
                }
                let mut bytes = whole.clone();
                bytes[at] ^= 0x40;
                fs::write(damaged, &bytes).unwrap();
                let store = Store::open(folder.path());
                for (key, value) in [(1, "one"), (2, "two")] {
                    let found = store.get::<String>(key);
                    assert!(found.is_none_or(|found| found == value.repeat(50)));
                }
            }
        }
        fs::write(&files[0].0, "").unwrap();
        fs::write(&files[1].0, "").unwrap();
        put_all(folder.path(), &[(1, "one".repeat(50))]);
        put_all(folder.path(), &[(1, "one".repeat(50))]);
        assert_eq!(get(folder.path(), 1), Some("one".repeat(50)));
    }

    #[test]
    fn two_at_once_keep_their_own() {
        let folder = tempfile::tempdir().unwrap();
        put_all(folder.path(), &[(1, "one".to_owned())]);
        let (a, b) = (Store::open(folder.path()), Store::open(folder.path()));
        a.put(2, &"a".repeat(2 * CHUNK));
        b.put(3, &"b".repeat(2 * CHUNK));
        a.put(4, &"last of a");
        a.close();
        b.close();
        // The index is that of the last one; what it names is as it was written.
        assert_eq!(get(folder.path(), 1).as_deref(), Some("one"));
        assert_eq!(get(folder.path(), 3), Some("b".repeat(2 * CHUNK)));
        assert_eq!(get(folder.path(), 2), None);
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let size = || -> u64 {
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
        };
        for run in 0..40 {
            put_all(folder.path(), &[(run, "x".repeat(4 << 20))]);
            assert!(size() <= SMALL + (8 << 20), "{} bytes after run {run}", size());
        }
    }
}
