//! The configuration files that the walk found: which names count, and reading them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::manifest::Package;
use super::paths;
use crate::disk::{Disk, Kind};

/// No configuration that a person wrote is larger.
pub(super) const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// More manifests than this add nothing to the question of where an app runs.
const MAX_MANIFESTS: usize = 400;

/// Names that count wherever they stand.
const NAMES: [&str; 35] = [
    "package.json",
    "jsconfig.json",
    "vercel.json",
    "vercel.ts",
    "vercel.mjs",
    "now.json",
    "netlify.toml",
    "wrangler.toml",
    "wrangler.json",
    "wrangler.jsonc",
    "serverless.yml",
    "serverless.yaml",
    "serverless.ts",
    "amplify.yml",
    "amplify.yaml",
    "apphosting.yaml",
    "app.yaml",
    "app.yml",
    "cloudbuild.yaml",
    "cloudbuild.yml",
    "service.yaml",
    "compose.yml",
    "compose.yaml",
    "fly.toml",
    "railway.json",
    "railway.toml",
    "render.yaml",
    "render.yml",
    "Procfile",
    "nixpacks.toml",
    "captain-definition",
    "pnpm-workspace.yaml",
    "pnpm-workspace.yml",
    "routelint.jsonc",
    "routelint.json",
];

/// Name stems that count with any extension.
const STEMS: [&str; 5] =
    ["next.config.", "open-next.config.", "sst.config.", "ecosystem.config.", "docker-compose."];

/// Folders whose YAML files describe a deployment.
const MANIFEST_DIRS: [&str; 6] = ["k8s", "kubernetes", "helm", "charts", "deploy", "manifests"];

/// Folders that only keep image builds out of the way of the project they stand in.
const SIDE_DIRS: [&str; 4] = ["docker", "deploy", "deployment", "infra"];

/// Whether a file is configuration that later steps ask for.
pub(super) fn is_config(path: &str) -> bool {
    let name = paths::name(path);
    NAMES.contains(&name)
        || STEMS.iter().any(|stem| name.starts_with(stem))
        || name.starts_with("Dockerfile")
        || (name.starts_with("tsconfig") && name.ends_with(".json"))
        || is_manifest(path)
}

/// Whether a file may be a Kubernetes manifest or a Helm chart's.
pub(super) fn is_manifest(path: &str) -> bool {
    (path.ends_with(".yaml") || path.ends_with(".yml"))
        && paths::parent(path).split('/').any(|segment| MANIFEST_DIRS.contains(&segment))
}

/// The folder whose deployment a configuration file is about: `web` for `web/k8s/prod/web.yaml`.
fn anchor(path: &str) -> &str {
    let dir = paths::parent(path);
    let name = paths::name(path);
    if name.starts_with("Dockerfile") || name.starts_with("docker-compose.") {
        return if SIDE_DIRS.contains(&paths::name(dir)) { paths::parent(dir) } else { dir };
    }
    // Files with a name of their own stand where they count: an app may lie in a folder called `deploy`.
    if NAMES.contains(&name) || !is_manifest(path) {
        return dir;
    }
    let outermost = paths::upwards(dir).filter(|dir| MANIFEST_DIRS.contains(&paths::name(dir))).last();
    outermost.map_or(dir, paths::parent)
}

/// The configuration files of a tree.
#[derive(Debug)]
pub(super) struct ConfigFiles {
    root: PathBuf,
    disk: Arc<Disk>,
    by_dir: FxHashMap<String, Vec<String>>,
    by_anchor: FxHashMap<String, Vec<String>>,
    paths: Vec<String>,
    /// What the apps were judged by, apart from files that count by their name.
    asked: Mutex<FxHashSet<PathBuf>>,
}

impl ConfigFiles {
    /// The files at these paths below `root`.
    pub(super) fn new(root: &Path, disk: Arc<Disk>, paths: Vec<String>) -> Self {
        let mut by_dir: FxHashMap<String, Vec<String>> = FxHashMap::default();
        let mut by_anchor: FxHashMap<String, Vec<String>> = FxHashMap::default();
        let mut manifests = 0;
        for path in &paths {
            by_dir.entry(paths::parent(path).to_owned()).or_default().push(path.clone());
            manifests += usize::from(is_manifest(path));
            if !is_manifest(path) || manifests <= MAX_MANIFESTS {
                by_anchor.entry(anchor(path).to_owned()).or_default().push(path.clone());
            }
        }
        Self { root: root.to_path_buf(), disk, by_dir, by_anchor, paths, asked: Mutex::default() }
    }

    /// All paths in ascending order.
    pub(super) fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Our own configuration files, those in these packages' manifests included, in ascending order.
    pub(super) fn own(&self, packages: &[Package]) -> Vec<String> {
        let files = self
            .paths
            .iter()
            .filter(|path| matches!(paths::name(path), "routelint.jsonc" | "routelint.json"));
        let manifests = packages.iter().filter(|package| package.configured);
        let manifests = manifests.map(|package| paths::join(&package.dir, "package.json"));
        let mut own: Vec<String> = files.cloned().chain(manifests).collect();
        own.sort_unstable();
        own
    }

    /// The files that stand in a folder.
    pub(super) fn within(&self, dir: &str) -> &[String] {
        self.by_dir.get(dir).map_or(&[], Vec::as_slice)
    }

    /// The files that are about the deployment of a folder.
    pub(super) fn about(&self, dir: &str) -> &[String] {
        self.by_anchor.get(dir).map_or(&[], Vec::as_slice)
    }

    /// The first file in a folder whose name starts so.
    pub(super) fn starting(&self, dir: &str, start: &str) -> Option<&str> {
        self.within(dir).iter().find(|path| paths::name(path).starts_with(start)).map(String::as_str)
    }

    /// The folder on disk that paths are relative to.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A file's text. A wrong byte costs one character, not the file.
    pub(super) fn read(&self, path: &str) -> io::Result<String> {
        let absolute = self.root.join(path);
        if !is_config(path) {
            self.note(&absolute);
        }
        let read = self.disk.read(&absolute, u64::from(u32::MAX))?;
        // The walk leaves out what is larger than a configuration can be.
        Ok(text(&read.unwrap_or_default()))
    }

    /// The bytes of a file at an absolute path, or its size if that is more than `limit` bytes.
    pub(super) fn read_at(&self, path: &Path, limit: u64) -> io::Result<Result<Vec<u8>, u64>> {
        self.note(path);
        self.disk.read(path, limit)
    }

    /// Whether there is a file at an absolute path, be it by a link.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        self.note(path);
        self.disk.kind(path) == Some(Kind::File)
    }

    /// What is at an absolute path itself.
    pub(super) fn own_kind(&self, path: &Path) -> Option<Kind> {
        self.note(path);
        self.disk.own_kind(path)
    }

    /// The names in a folder at an absolute path, ascending; none where there is no folder.
    pub(super) fn names(&self, path: &Path) -> Vec<String> {
        self.note(path);
        self.disk.names(path).unwrap_or_default()
    }

    /// The way to the file system.
    pub(super) fn disk(&self) -> &Disk {
        &self.disk
    }

    /// Notes that something depends on what is at an absolute path, if only on whether there is anything.
    fn note(&self, path: &Path) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_path_buf());
    }

    /// What was noted.
    pub(super) fn asked(self) -> FxHashSet<PathBuf> {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The text of a configuration file, without a byte order mark.
pub(super) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deployment_files_are_about_the_folder_they_serve() {
        assert_eq!(anchor("web/k8s/prod/web.yaml"), "web");
        assert_eq!(anchor("deploy/charts/web/values.yaml"), "");
        assert_eq!(anchor("apps/web/docker/Dockerfile"), "apps/web");
        assert_eq!(anchor("apps/web/vercel.json"), "apps/web");
        assert_eq!(anchor("deploy/web/vercel.json"), "deploy/web");
    }

    #[test]
    fn yaml_counts_in_folders_of_manifests_only() {
        assert!(is_config("k8s/web.yaml"));
        assert!(!is_config("locales/de.yaml"));
        assert!(is_config("Dockerfile.prod"));
        assert!(is_config("apps/web/tsconfig.app.json"));
    }
}
