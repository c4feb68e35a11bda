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

/// Writes a change.
///
/// # Errors
/// The file has changed since it was read, is read-only, or the file system refuses; then it is as it was.
pub fn write(change: &Change) -> Result<(), FixError> {
    let file = || change.file.clone();
    let io_error = |source| FixError::Io { file: file(), source };
    let metadata = fs::symlink_metadata(&change.path).map_err(io_error)?;
    if metadata.permissions().readonly() {
        return Err(FixError::ReadOnly { file: file() });
    }
    let bytes = fs::read(&change.path).map_err(io_error)?;
    let decoded = decode(bytes.clone());
    // Bytes that are no text would be lost in the comparison, and are nobody's to rewrite.
    if !metadata.is_file() || decoded.problem.is_some() || decoded.text != change.before.text() {
        return Err(FixError::Changed { file: file() });
    }
    write_whole(&change.path, &changed(&bytes, change)).map_err(io_error)
}

/// The bytes with the replacements made: what is not replaced stays, byte order mark and line ends included.
fn changed(bytes: &[u8], change: &Change) -> Vec<u8> {
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
