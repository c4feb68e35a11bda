//! What lies in the tree beside code, and says something to those who decide about the project. Nothing of it is
//! looked for unless somebody asks.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::configs::MAX_CONFIG_BYTES;
use super::owners::Owners;
use super::walk::is_left_out;
use super::{Project, paths};

/// Where GitHub and GitLab look for owners, the first that is there counts.
const OWNERS: [&str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// Descriptions of an API lie no deeper.
const DEPTH: usize = 8;

impl Project {
    /// The owners of its files, if the repository names them.
    #[must_use]
    pub fn owners(&self) -> Option<Owners> {
        let top = self.root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&self.root);
        let prefix = paths::relative(top, &self.root).filter(|path| !path.is_empty());
        let up = prefix.as_ref().map_or(String::new(), |path| "../".repeat(path.split('/').count()));
        let prefix = prefix.map_or(String::new(), |path| format!("{path}/"));
        let of_repository = OWNERS.iter().find_map(|name| {
            let text = self.text_at(&top.join(name))?;
            Some(Owners::parse(format!("{up}{name}"), prefix.clone(), &text))
        });
        // A folder may be a repository of its own elsewhere.
        let own = || {
            OWNERS.iter().find_map(|name| {
                let text = self.config_text(name)?;
                Some(Owners::parse((*name).to_owned(), String::new(), &text))
            })
        };
        of_repository.or_else(own)
    }

    /// Descriptions of an API: `openapi.yaml`, `swagger.json` and their like, relative to the root, ascending.
    #[must_use]
    pub fn api_documents(&self) -> Vec<String> {
        let walk = WalkBuilder::new(&self.root)
            .follow_links(false)
            .require_git(false)
            .git_global(false)
            .parents(false)
            .max_depth(Some(DEPTH))
            .filter_entry(|entry| !entry.file_name().to_str().is_some_and(is_left_out))
            .build();
        let files = walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        let mut found: Vec<String> = files
            .filter(|entry| entry.file_name().to_str().is_some_and(is_api_document))
            .filter_map(|entry| paths::relative(&self.root, entry.path()))
            .collect();
        found.sort_unstable();
        found
    }

    /// The text of a configuration file, relative to the root; `None` if there is none, or it is larger than any
    /// that a person wrote, or a link leads elsewhere.
    #[must_use]
    pub fn config_text(&self, path: &str) -> Option<String> {
        self.text_at(&self.root.join(path))
    }

    fn text_at(&self, path: &Path) -> Option<String> {
        // A link may lead out of the tree.
        let is_file = |path: &PathBuf| std::fs::symlink_metadata(path).is_ok_and(|data| data.is_file());
        let path = Some(path.to_path_buf()).filter(is_file)?;
        let bytes = self.disk.read(&path, MAX_CONFIG_BYTES).ok()?.ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn is_api_document(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let stem = stem.to_ascii_lowercase();
    matches!(extension, "json" | "yaml" | "yml")
        && !stem.ends_with("config")
        && ["openapi", "swagger"].iter().any(|word| {
            stem.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_of_an_api_are_known_by_name() {
        for name in ["openapi.yaml", "swagger.json", "openapi-v1.yml", "OpenAPI.json", "openapi.public.json"]
        {
            assert!(is_api_document(name), "{name}");
        }
        for name in [
            "openapi.ts",
            "openapi",
            "myopenapi.json",
            "openapitools.json",
            "swaggerui.css",
            "openapi.tsconfig.json",
        ] {
            assert!(!is_api_document(name), "{name}");
        }
    }
}
