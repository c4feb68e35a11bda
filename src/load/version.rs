//! By what a file shows that it is what it was.

use std::path::Path;
use std::time::{Duration, SystemTime};

use xxhash_rust::xxh3::xxh3_128;

/// Two edits within this time may leave the same times on the file, on the coarsest file systems that there are.
const COARSEST: Duration = Duration::from_secs(2);

/// What the file system says of a file.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    /// When it last changed in any way, and which file it is, where that is known.
    identity: Option<(i64, i64, u64, u64)>,
    /// A later edit is sure to give another stamp, since the last one lay back some time.
    settled: bool,
}

impl Stamp {
    /// That of a file; `None` if it cannot be had.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let data = path.metadata().ok()?;
        let (modified, identity) = (data.modified().ok(), identity(&data));
        let settled = is_settled(modified, identity.map(|(seconds, ..)| seconds));
        Some(Self { size: data.len(), modified, identity, settled })
    }

    /// Whether the file with this stamp is the one that has another stamp now.
    #[must_use]
    pub fn is_still(&self, now: &Self) -> bool {
        self.settled && (self.size, self.modified, self.identity) == (now.size, now.modified, now.identity)
    }
}

/// Whether a file that was written, and changed in any way (seconds since 1970), at these times was left alone for a
/// while.
fn is_settled(modified: Option<SystemTime>, changed: Option<i64>) -> bool {
    let now = SystemTime::now();
    let time = |seconds| {
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
    };
    let is_past = |time: SystemTime| now.duration_since(time).is_ok_and(|age| age > COARSEST);
    modified.is_some_and(is_past) && changed.and_then(time).is_none_or(is_past)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems do not know it")]
fn identity(data: &std::fs::Metadata) -> Option<(i64, i64, u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((data.ctime(), data.ctime_nsec(), data.dev(), data.ino()))
}

#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> Option<(i64, i64, u64, u64)> {
    None
}

/// What stands for a file's bytes.
#[must_use]
pub fn digest(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_just_written_may_be_written_again_unseen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ts");
        std::fs::write(&path, "one").unwrap();
        let first = Stamp::of(&path).unwrap();
        assert!(!first.is_still(&first));
        let settled = Stamp { settled: true, ..first };
        assert!(settled.is_still(&Stamp::of(&path).unwrap()));
        std::fs::write(&path, "four").unwrap();
        assert!(!settled.is_still(&Stamp::of(&path).unwrap()));
        assert!(Stamp::of(&folder.path().join("none.ts")).is_none());
    }

    #[test]
    fn a_file_settles_with_time() {
        let ago = |seconds| SystemTime::now().checked_sub(Duration::from_secs(seconds));
        assert!(is_settled(ago(3600), Some(0)) && is_settled(ago(3600), None));
        assert!(!is_settled(ago(0), Some(0)) && !is_settled(None, Some(0)));
        // Times of the text can be set back, and may lie in the future.
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        assert!(!is_settled(ago(3600), i64::try_from(now).ok()));
        assert!(!is_settled(SystemTime::now().checked_add(Duration::from_secs(3600)), None));
    }
}
