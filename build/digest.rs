//! A digest of everything that this build is made of: what another build kept in a cache is nothing to it.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

/// The digest of the sources, the rules' pages, and the versions of all crates.
pub(crate) fn of(root: &Path) -> io::Result<String> {
    let mut files = vec![root.join("build.rs"), root.join("Cargo.toml"), root.join("Cargo.lock")];
    for folder in ["build", "rules", "src"] {
        below(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut digest = DefaultHasher::new();
    for file in files.iter().filter(|file| file.exists()) {
        digest.write(file.strip_prefix(root).unwrap_or(file).to_string_lossy().as_bytes());
        digest.write(&fs::read(file)?);
    }
    Ok(format!("{:016x}", digest.finish()))
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            below(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
