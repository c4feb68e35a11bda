//! Writing a service into a folder that was not there, or was empty.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::{NewFile, Plan, WriteError};

/// Writes the files of a plan. Nothing that exists is touched, and no link inside of the folder is followed.
///
/// # Errors
/// If there is nothing to write, the folder is not empty, or the system refuses; what was written until then stays.
pub fn write(plan: &Plan, folder: &Path) -> Result<(), WriteError> {
    if plan.files.is_empty() {
        return Err(WriteError::NoService);
    }
    // All names are looked at before anything is written.
    for NewFile { path, .. } in &plan.files {
        if !is_safe(path) {
            return Err(WriteError::Name { path: path.clone() });
        }
    }
    prepare(folder)?;
    plan.files.iter().try_for_each(|file| add(folder, file))
}

/// The folder, made if there is none.
fn prepare(folder: &Path) -> Result<(), WriteError> {
    let failed = |source| WriteError::Io { path: folder.to_path_buf(), source };
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder).map_err(failed),
        Err(error) => Err(failed(error)),
        Ok(metadata) if !metadata.is_dir() => Err(WriteError::NotAFolder { folder: folder.to_path_buf() }),
        Ok(_) => match fs::read_dir(folder).map_err(failed)?.next() {
            None => Ok(()),
            Some(_) => Err(WriteError::NotEmpty { folder: folder.to_path_buf() }),
        },
    }
}

/// Adds one file; it must not be there yet.
fn add(folder: &Path, file: &NewFile) -> Result<(), WriteError> {
    let path = folder.join(&file.path);
    let failed = |source| WriteError::Io { path: path.clone(), source };
    fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(failed)?;
    let mut new = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
    new.write_all(file.text.as_bytes()).map_err(failed)
}

/// Whether a path stays where it belongs on every system, and prints as what it is.
fn is_safe(path: &str) -> bool {
    path.split('/').all(|part| {
        !matches!(part, "" | "." | "..")
            && !part.contains(['\\', ':'])
            && crate::report::one_line(part) == part
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::To;

    fn plan(paths: &[&str]) -> Plan {
        let file = |path: &&str| NewFile { path: (*path).to_owned(), text: format!("// {path}\n") };
        Plan {
            title: String::new(),
            route: String::new(),
            file: String::new(),
            to: To::Express,
            because: None,
            steps: Vec::new(),
            decisions: Vec::new(),
            files: paths.iter().map(file).collect(),
        }
    }

    #[test]
    fn a_folder_is_made_and_filled() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("new/service");
        write(&plan(&["a.ts", "app/[id]/b.ts"]), &folder).unwrap();
        assert_eq!(fs::read_to_string(folder.join("app/[id]/b.ts")).unwrap(), "// app/[id]/b.ts\n");
        let again = write(&plan(&["c.ts"]), &folder).unwrap_err();
        assert!(matches!(again, WriteError::NotEmpty { .. }), "{again}");
        let empty = root.path().join("empty");
        fs::create_dir(&empty).unwrap();
        write(&plan(&["c.ts"]), &empty).unwrap();
    }

    #[test]
    fn what_is_no_folder_stays_as_it_is() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "x").unwrap();
        assert!(matches!(write(&plan(&["a"]), &file), Err(WriteError::NotAFolder { .. })));
        assert!(matches!(write(&plan(&["a"]), &file.join("below")), Err(WriteError::Io { .. })));
        assert_eq!(fs::read(&file).unwrap(), b"x");
        assert!(matches!(write(&plan(&[]), &root.path().join("x")), Err(WriteError::NoService)));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_no_folder() {
        let root = tempfile::tempdir().unwrap();
        let real = root.path().join("real");
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, root.path().join("link")).unwrap();
        let refused = write(&plan(&["a"]), &root.path().join("link")).unwrap_err();
        assert!(matches!(refused, WriteError::NotAFolder { .. }));
        assert_eq!(fs::read_dir(real).unwrap().count(), 0);
    }

    #[test]
    fn names_that_lead_out_write_nothing() {
        let root = tempfile::tempdir().unwrap();
        for name in ["../a", "/a", "a//b", "a/./b", "a\\b", "c:b", "a\u{1b}[2J", ""] {
            let folder = root.path().join("service");
            let refused = write(&plan(&["fine", name]), &folder).unwrap_err();
            assert!(matches!(refused, WriteError::Name { .. }), "{name}");
            assert!(!folder.exists());
        }
    }
}
