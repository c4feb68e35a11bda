//! The workspace around a package: where the other packages are that it imports.

use std::path::Path;

use globset::Glob;
use serde_json::Value;

use super::paths;

/// The folder of the workspace that a package belongs to, if it is not the package's own: the nearest folder
/// above it that lists it, within the same repository.
pub(super) fn around(package: &Path) -> Option<&Path> {
    if package.join(".git").exists() || patterns(package).is_some() {
        return None;
    }
    for folder in package.ancestors().skip(1) {
        let below = paths::relative(folder, package)?;
        if let Some(patterns) = patterns(folder) {
            return lists(&patterns, &below).then_some(folder);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The patterns by which a folder lists its packages: npm, Yarn and Bun in `package.json`, pnpm in a file of its
/// own. `None` if the folder is no workspace.
fn patterns(folder: &Path) -> Option<Vec<String>> {
    if let Ok(text) = std::fs::read_to_string(folder.join("pnpm-workspace.yaml")) {
        return Some(pnpm_patterns(&text));
    }
    let text = std::fs::read_to_string(folder.join("package.json")).ok()?;
    let manifest: Value = serde_json::from_str(&text).ok()?;
    let workspaces = manifest.get("workspaces")?;
    let list = workspaces.as_array().or_else(|| workspaces.get("packages")?.as_array())?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// The entries of `packages:`. By pnpm's own schema it is a list of plain strings, one a line, so that no YAML
/// reader is needed.
fn pnpm_patterns(text: &str) -> Vec<String> {
    let mut lines = text.lines().skip_while(|line| !line.starts_with("packages:"));
    lines.next();
    let entries = lines.map(str::trim).take_while(|line| line.is_empty() || line.starts_with(['-', '#']));
    entries
        .filter_map(|line| line.strip_prefix('-'))
        .map(|entry| entry.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']).to_owned())
        .collect()
}

/// Whether one of the patterns matches a folder and none takes it out again.
fn lists(patterns: &[String], folder: &str) -> bool {
    let matches = |pattern: &str| {
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(folder))
    };
    let taken_out = patterns.iter().filter_map(|p| p.strip_prefix('!')).any(matches);
    !taken_out && patterns.iter().any(|pattern| matches(pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pnpm_lists_are_read() {
        let text = "packages:\n  - 'apps/*' # all\n  - \"packages/**\"\n\n  # none\n  - '!packages/old'\ncatalog:\n  - x\n";
        let patterns = pnpm_patterns(text);
        assert_eq!(patterns, ["apps/*", "packages/**", "!packages/old"]);
        assert!(lists(&patterns, "apps/web") && lists(&patterns, "packages/a/b"));
        assert!(!lists(&patterns, "packages/old") && !lists(&patterns, "examples/web"));
    }

    #[test]
    fn the_nearest_workspace_that_lists_it_counts() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (path, text) in [
            ("package.json", r#"{ "workspaces": ["apps/*"] }"#),
            ("apps/web/package.json", "{}"),
            ("examples/a/package.json", "{}"),
        ] {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        assert_eq!(around(&root.join("apps/web")), Some(root));
        assert_eq!(around(&root.join("examples/a")), None);
        assert_eq!(around(root), None);
    }
}
