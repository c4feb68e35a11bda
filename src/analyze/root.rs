//! From the paths that were named to the folder that is walked.

use std::path::{Path, PathBuf};

use crate::project::ProjectError;

use super::AnalyzeError;

/// The path that an analysis of these paths is about: one path itself, the project that several have in common, or
/// that of a file whose text is given.
///
/// # Errors
/// When one of several does not exist, or they have no folder in common.
pub fn scanned(paths: &[PathBuf], overlay: Option<&Path>) -> Result<PathBuf, AnalyzeError> {
    Ok(root(paths, overlay)?.0)
}

/// The folder to walk, and the paths to which findings are limited: one path is looked at by itself, of several
/// their common project is.
pub(super) fn root(
    paths: &[PathBuf],
    overlay: Option<&Path>,
) -> Result<(PathBuf, Vec<PathBuf>), AnalyzeError> {
    let absolute =
        |path: &Path| path.canonicalize().map_err(|_| ProjectError::Missing { path: path.to_path_buf() });
    let (root, mut named) = match paths {
        [] => (PathBuf::from("."), Vec::new()),
        [only] => (only.clone(), Vec::new()),
        [first, rest @ ..] => {
            let mut common = absolute(first)?;
            let mut named = vec![common.clone()];
            for path in rest {
                let path = absolute(path)?;
                while !path.starts_with(&common) {
                    if !common.pop() {
                        return Err(AnalyzeError::Apart { first: first.clone(), second: path });
                    }
                }
                named.push(path);
            }
            // Files are part of a project: what their common folder alone holds says little about them.
            let files = named.iter().any(|path| path.is_file());
            (if files { project_of(&common) } else { common }, named)
        }
    };
    let Some(file) = overlay else { return Ok((root, named)) };
    let file = std::path::absolute(file).map_err(|_| ProjectError::Missing { path: file.to_path_buf() })?;
    let root = if paths.is_empty() { project_of(&file) } else { root };
    named.push(file);
    Ok((root, named))
}

/// The nearest folder, from a path upwards, that begins a project; else the nearest that exists.
fn project_of(path: &Path) -> PathBuf {
    let begins = |folder: &&Path| folder.join("package.json").exists() || folder.join(".git").exists();
    let found = path.ancestors().find(begins).or_else(|| path.ancestors().find(|folder| folder.is_dir()));
    found.unwrap_or(Path::new("/")).to_path_buf()
}
