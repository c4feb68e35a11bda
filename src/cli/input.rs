//! Reports of earlier runs, as bytes.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::config::from_here;
use super::error::CliError;

/// A larger file is no report.
const MAX_BYTES: u64 = 1 << 30;

/// Reads a report.
pub(super) fn read_report(path: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |source| CliError::File { file: from_here(path), verb: "read", source };
    let opened = File::open(path).map_err(failed)?;
    let metadata = opened.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(io::Error::other("it is a folder")));
    }
    let mut bytes = Vec::new();
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(failed(io::Error::other("it is larger than 1 GB, which is no report")));
    }
    Ok(bytes)
}
