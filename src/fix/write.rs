//! Writing a changed file: whole or not at all, with the mode it had, and never over somebody else's change.

use std::{fs, io};

use crate::files::write_whole;
use crate::syntax::decode;

use super::plan::Change;

/// Why a file was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// It is not what was analysed.
    #[error("{file}: changed since it was read, left as it is")]
    Changed {
        /// The file.
        file: String,
    },
    /// It may not be written.
    #[error("{file}: read-only, left as it is")]
    ReadOnly {
        /// The file.
        file: String,
    },
    /// The file system refused.
    #[error("{file}: cannot be written, left as it is: {source}")]
    Io {
        /// The file.
        file: String,
        /// The reason.
        source: io::Error,
    },
}

impl FixError {
    /// The file that is left as it is.
    #[must_use]
    pub fn file(&self) -> &str {
        match self {
            Self::Changed { file } | Self::ReadOnly { file } | Self::Io { file, .. } => file,
        }
    }
}

/// Whether a change can be written, as far as it shows beforehand.
///
/// # Errors
/// The file has changed since it was read, is read-only, or cannot be read.
pub fn check(change: &Change) -> Result<(), FixError> {
    let metadata = fs::symlink_metadata(&change.path).map_err(|error| io_error(change, error))?;
    if metadata.permissions().readonly() {
        return Err(FixError::ReadOnly { file: change.file.clone() });
    }
    read(change).map(drop)
}

/// Writes a change.
///
/// # Errors
/// The file has changed since it was read, is read-only, or the file system refuses; then it is as it was.
pub fn write(change: &Change) -> Result<(), FixError> {
    check(change)?;
    let bytes = read(change)?;
    write_whole(&change.path, &changed(&bytes, change)).map_err(|error| io_error(change, error))
}

/// The bytes of the file that was analysed.
pub(super) fn read(change: &Change) -> Result<Vec<u8>, FixError> {
    let metadata = fs::symlink_metadata(&change.path).map_err(|error| io_error(change, error))?;
    let bytes = fs::read(&change.path).map_err(|error| io_error(change, error))?;
    let decoded = decode(bytes.clone());
    // Bytes that are no text would be lost in the comparison, and are nobody's to rewrite.
    if !metadata.is_file() || decoded.problem.is_some() || decoded.text != change.before.text() {
        return Err(FixError::Changed { file: change.file.clone() });
    }
    Ok(bytes)
}

fn io_error(change: &Change, source: io::Error) -> FixError {
    FixError::Io { file: change.file.clone(), source }
}

/// The bytes with the replacements made: what is not replaced stays, byte order mark and line ends included.
pub(super) fn changed(bytes: &[u8], change: &Change) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for (start, end, text) in &change.replacements {
        out.extend_from_slice(bytes.get(at..*start).unwrap_or_default());
        out.extend_from_slice(text.as_bytes());
        at = *end;
    }
    out.extend_from_slice(bytes.get(at..).unwrap_or_default());
    out
}
