//! Why a file cannot be written, as far as it shows beforehand.

use std::path::{Path, PathBuf};

use crate::files::folder_of;

/// A reason.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unwritable {
    /// A folder has the name.
    #[error("it is a folder")]
    Folder,
    /// A file stands where a folder has to be.
    #[error("{} is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// The owner of the file does not want it written.
    #[error("the file is read-only")]
    ReadOnly,
}

impl Unwritable {
    /// What to do about it.
    pub(super) const fn help(&self) -> &'static str {
        match self {
            Self::Folder => "name a file in it",
            Self::NotAFolder(_) => "name a file in a folder",
            Self::ReadOnly => "make it writable, or name another file",
        }
    }
}

/// Why this file cannot be written.
pub(super) fn unwritable(file: &Path) -> Option<Unwritable> {
    if let Ok(there) = file.metadata() {
        return if there.is_dir() {
            Some(Unwritable::Folder)
        } else if there.is_file() && there.permissions().readonly() {
            Some(Unwritable::ReadOnly)
        } else {
            None
        };
    }
    if file.as_os_str().to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]) {
        return Some(Unwritable::Folder);
    }
    let folder = folder_of(file).ancestors().find(|folder| folder.exists())?;
    (!folder.is_dir()).then(|| Unwritable::NotAFolder(folder.into()))
}

/// `-`, or the name that the system has for it.
pub(super) fn is_stdout(file: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| file == Path::new(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("file"), "x").unwrap();
        assert_eq!(unwritable(&path("new/deep.html")), None);
        assert_eq!(unwritable(folder.path()), Some(Unwritable::Folder));
        assert_eq!(unwritable(&path("new/")), Some(Unwritable::Folder));
        assert_eq!(unwritable(&path("file/below/x")), Some(Unwritable::NotAFolder(path("file"))));
    }
}
