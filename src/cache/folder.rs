//! The folder of the cache and the snapshots in it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::Xxh3Default;

use super::{Store, envelope};

/// How many snapshots are kept: of other arguments, folders, branches' configurations.
const SNAPSHOTS: usize = 8;

/// What they may take together, in bytes.
const SNAPSHOT_BYTES: u64 = 64 << 20;

/// What a run is about, apart from the files that it reads: two runs with one key, and the same answers of the file
/// system, have the same result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(u128);

impl Key {
    /// The key of all these parts, and of this build of routelint.
    #[must_use]
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut digest = Xxh3Default::new();
        for part in std::iter::once(env!("ROUTELINT_BUILD")).chain(parts) {
            // With its length, so that the end of one is not the beginning of the next.
            digest.update(&(part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
        Self(digest.digest128())
    }
}

/// A folder that may keep what was found out.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in a folder, which is made if there is none.
    ///
    /// # Errors
    ///
    /// If the folder cannot be made or is none.
    pub fn open(folder: &Path) -> io::Result<Self> {
        if !folder.is_dir() {
            if folder.exists() {
                return Err(io::Error::from(io::ErrorKind::NotADirectory));
            }
            fs::create_dir_all(folder)?;
            // Nobody has to know that the folder is there: neither git nor backups.
            fs::write(folder.join(".gitignore"), "*\n")?;
            fs::write(folder.join("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n")?;
        }
        Ok(Self { folder: folder.to_path_buf() })
    }

    /// The snapshot that was kept under a key, if it is as it was.
    #[must_use]
    pub fn snapshot<T: DeserializeOwned>(&self, key: Key) -> Option<T> {
        envelope::open(&fs::read(self.path(key)).ok()?)
    }

    /// Keeps a snapshot under a key, and lets go of the oldest ones. A cache that cannot be written is none.
    pub fn keep(&self, key: Key, snapshot: &impl Serialize) {
        let Some(bytes) = envelope::seal(snapshot).filter(|bytes| bytes.len() as u64 <= SNAPSHOT_BYTES)
        else {
            return;
        };
        if replace(&self.folder, &name(key), &bytes).is_ok() {
            self.prune();
        }
    }

    /// The facts that were kept.
    #[must_use]
    pub fn facts(&self) -> Store {
        Store::open(&self.folder)
    }

    fn path(&self, key: Key) -> PathBuf {
        self.folder.join(name(key))
    }

    fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let mut snapshots: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let Ok(data) = entry.metadata() else { continue };
            let Ok(modified) = data.modified() else { continue };
            // A run that was killed leaves its new file; one that is still at work is younger than a minute.
            let age = modified.elapsed().unwrap_or_default();
            if name.starts_with("new-") && age.as_secs() > 60 {
                drop(fs::remove_file(entry.path()));
            } else if name.starts_with("run-") {
                snapshots.push((modified, data.len(), entry.path()));
            }
        }
        snapshots.sort_unstable();
        let mut bytes = 0;
        for (index, (_, size, path)) in snapshots.iter().rev().enumerate() {
            bytes += size;
            if index >= SNAPSHOTS || bytes > SNAPSHOT_BYTES {
                drop(fs::remove_file(path));
            }
        }
    }
}

/// The name of a snapshot.
fn name(Key(key): Key) -> String {
    format!("run-{key:032x}.bin")
}

/// Replaces a file of the cache. Who reads at the same time has the old one or the new one. Whether it is on the disk
/// when the power fails does not matter: what is damaged is not read.
pub(super) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix("new-").suffix(".tmp").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(folder.join(name)).map(drop).map_err(|failed| failed.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_key_are_told_apart() {
        assert_eq!(Key::of(["a", "b"]), Key::of(["a", "b"]));
        assert_ne!(Key::of(["a", "b"]), Key::of(["ab", ""]));
        assert_ne!(Key::of(["a"]), Key::of(["a", ""]));
    }

    #[test]
    fn a_snapshot_is_found_by_its_key_alone() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("new/cache")).unwrap();
        let key = Key::of(["a"]);
        assert_eq!(cache.snapshot::<String>(key), None);
        cache.keep(key, &"one");
        cache.keep(key, &"two");
        assert_eq!(cache.snapshot::<String>(key).as_deref(), Some("two"));
        assert_eq!(cache.snapshot::<String>(Key::of(["b"])), None);
        fs::write(cache.path(key), "damaged").unwrap();
        assert_eq!(cache.snapshot::<String>(key), None);
        cache.keep(key, &"three");
        assert_eq!(cache.snapshot::<String>(key).as_deref(), Some("three"));
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        for run in 0..30 {
            cache.keep(Key::of([run.to_string().as_str()]), &run);
        }
        let snapshots = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(snapshots, SNAPSHOTS);
        assert_eq!(cache.snapshot::<i32>(Key::of(["29"])), Some(29));
    }

    #[test]
    fn a_folder_that_is_a_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(Cache::open(&file).is_err());
    }
}
