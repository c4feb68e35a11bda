//! Where a run keeps its results for later ones.

use std::path::{Path, PathBuf};

use crate::cache::Cache;

use super::args::Scan;
use super::config::from_here;
use super::error::CliError;

/// The cache of a project at `place`: the folder that was named, else the one for caches among its installed packages,
/// which nobody commits.
pub(super) fn cache(scan: &Scan, place: &Path) -> Result<Option<Cache>, CliError> {
    if scan.no_cache {
        return Ok(None);
    }
    if let Some(folder) = &scan.cache_dir {
        let failed = |source| CliError::File { file: from_here(folder), verb: "used", source };
        return Cache::open(folder).map(Some).map_err(failed);
    }
    // Without leave to write there, every run is a first one.
    Ok(beside_packages(place).and_then(|folder| Cache::open(&folder).ok()))
}

/// `node_modules/.cache/routelint` of the nearest folder from `place` upwards that has packages installed, within its
/// repository. A link is not followed: what it leads to may be another project's.
fn beside_packages(place: &Path) -> Option<PathBuf> {
    let is_folder = |path: &Path| path.symlink_metadata().is_ok_and(|data| data.is_dir());
    let place = place.canonicalize().ok()?;
    for folder in place.ancestors() {
        let packages = folder.join("node_modules");
        if is_folder(&packages) {
            let caches = packages.join(".cache");
            let ours = caches.join("routelint");
            let fits = |path: &Path| path.symlink_metadata().is_err() || is_folder(path);
            return (fits(&caches) && fits(&ours)).then_some(ours);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn it_lies_among_the_nearest_packages_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let app = root.join("repo/apps/web");
        fs::create_dir_all(&app).unwrap();
        fs::create_dir_all(root.join("node_modules")).unwrap();
        fs::create_dir_all(root.join("repo/.git")).unwrap();
        assert_eq!(beside_packages(&app), None, "not in another repository");
        fs::create_dir_all(root.join("repo/node_modules")).unwrap();
        let shared = root.join("repo/node_modules/.cache/routelint");
        assert_eq!(beside_packages(&app), Some(shared));
        fs::create_dir_all(app.join("node_modules")).unwrap();
        assert_eq!(beside_packages(&app), Some(app.join("node_modules/.cache/routelint")));
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_it_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for name in ["app/.git", "app/node_modules", "elsewhere"] {
            fs::create_dir_all(root.join(name)).unwrap();
        }
        std::os::unix::fs::symlink(root.join("elsewhere"), root.join("app/node_modules/.cache")).unwrap();
        assert_eq!(beside_packages(&root.join("app")), None);
    }
}
