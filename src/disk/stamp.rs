//! What tells without reading whether a file or folder is as it was.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Clocks of file systems are this coarse at worst: FAT counts in steps of two seconds.
const COARSEST: Duration = Duration::from_secs(2);

/// Size, times and identity of a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// Bytes.
    size: u64,
    /// Nanoseconds since 1970 of the last change of its contents.
    modified: u64,
    /// Nanoseconds since 1970 of the last change of anything about it, which nobody can set back; 0 where there is no
    /// such thing.
    changed: u64,
    /// Its number in the file system; 0 where there is no such thing.
    inode: u64,
}

impl Stamp {
    /// The stamp of what this is about; `None` if a change that is made now might leave it as it is.
    #[must_use]
    pub fn of(data: &Metadata) -> Option<Self> {
        let stamp = Self::now(data)?;
        let latest = UNIX_EPOCH + Duration::from_nanos(stamp.modified.max(stamp.changed));
        let age = SystemTime::now().duration_since(latest).ok()?;
        (age > COARSEST).then_some(stamp)
    }

    /// The same for what is at a path, links followed; `None` also if there is nothing.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        Self::of(&fs::metadata(path).ok()?)
    }

    /// Whether what this is about still has this stamp.
    #[must_use]
    pub fn is_of(&self, data: &Metadata) -> bool {
        Self::now(data).as_ref() == Some(self)
    }

    fn now(data: &Metadata) -> Option<Self> {
        let modified = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let modified = u64::try_from(modified.as_nanos()).ok()?;
        let (changed, inode) = identity(data)?;
        Some(Self { size: data.len(), modified, changed, inode })
    }
}

#[cfg(unix)]
fn identity(data: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(data.ctime()).ok()?;
    let changed = seconds.checked_mul(1_000_000_000)?.checked_add(u64::try_from(data.ctime_nsec()).ok()?)?;
    Some((changed, data.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64)> {
    Some((0, 0))
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};

    use super::*;

    #[test]
    fn what_was_just_written_has_no_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "one").unwrap();
        assert_eq!(Stamp::of(&fs::metadata(&path).unwrap()), None);
        assert_eq!(Stamp::of(&fs::metadata(folder.path()).unwrap()), None);
    }

    #[test]
    fn a_change_that_hides_its_time_changes_the_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "one").unwrap();
        let before = fs::metadata(&path).unwrap();
        let stamp = Stamp::now(&before).unwrap();
        assert!(stamp.is_of(&fs::metadata(&path).unwrap()));
        std::thread::sleep(Duration::from_millis(30));
        fs::write(&path, "two").unwrap();
        let times = FileTimes::new().set_modified(before.modified().unwrap());
        File::options().write(true).open(&path).unwrap().set_times(times).unwrap();
        let after = fs::metadata(&path).unwrap();
        assert_eq!(after.modified().unwrap(), before.modified().unwrap());
        // Where there is no second time, nothing but the contents could tell.
        assert_eq!(stamp.is_of(&after), !cfg!(unix));
    }
}
