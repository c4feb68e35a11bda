//! Small trees on disk and what is found in them.

mod apps;
mod bystanders;
mod entries;
mod platforms;
mod targets;
mod tsconfigs;
mod walk;

use tempfile::TempDir;

use super::{DiscoverOptions, Project};

/// A tree of files: path and text. Folders come with their files.
struct Tree(TempDir);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            tree.add(path, text);
        }
        tree
    }

    /// A Next app at the root, of this version range, with these empty files.
    fn next(range: &str, files: &[&str]) -> Self {
        let tree = Self::new(&[("package.json", &next_package(range))]);
        for path in files {
            tree.add(path, "");
        }
        tree
    }

    fn add(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn discover(&self) -> Project {
        self.discover_at("")
    }

    fn discover_at(&self, path: &str) -> Project {
        Project::discover(&self.0.path().join(path), &DiscoverOptions::default()).unwrap()
    }
}

fn next_package(range: &str) -> String {
    format!(r#"{{"name": "web", "dependencies": {{"next": "{range}"}}}}"#)
}

/// The entries of all apps as `kind url file`, a bare `kind file` where there is no URL.
fn entries(project: &Project) -> Vec<String> {
    let all = project.apps.iter().flat_map(|app| &app.entries);
    all.map(|entry| {
        let url = if entry.url.is_empty() { String::new() } else { format!("{} ", entry.url) };
        format!("{} {url}{}", entry.kind.as_str(), project.files.path(entry.file))
    })
    .collect()
}

fn sources(project: &Project) -> Vec<&str> {
    project.files.iter().map(|(_, path)| path).collect()
}

fn warnings(project: &Project) -> Vec<String> {
    project.warnings.iter().map(|warning| format!("{}: {}", warning.file, warning.message)).collect()
}
