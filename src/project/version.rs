//! The lowest version that a dependency range allows.

use rustc_hash::FxHashMap;
use semver::{Prerelease, Version};

use super::configs::ConfigFiles;
use super::manifest::Package;
use super::paths;

/// Workspace-wide versions, by folder and catalog name (`""` for the default one).
#[derive(Debug, Default)]
pub(super) struct Catalogs {
    by_dir: FxHashMap<String, FxHashMap<String, FxHashMap<String, String>>>,
}

impl Catalogs {
    /// The catalogs of `pnpm-workspace.yaml` files and of packages.
    pub(super) fn load(configs: &ConfigFiles, packages: &[Package]) -> Self {
        let mut by_dir: FxHashMap<String, FxHashMap<_, _>> = FxHashMap::default();
        for package in packages.iter().filter(|package| !package.catalogs.is_empty()) {
            by_dir.insert(package.dir.clone(), package.catalogs.clone());
        }
        for path in configs.paths().iter().filter(|path| paths::name(path).starts_with("pnpm-workspace.")) {
            if let Ok(text) = configs.read(path) {
                by_dir.entry(paths::parent(path).to_owned()).or_default().extend(pnpm_catalogs(&text));
            }
        }
        Self { by_dir }
    }

    fn range(&self, dir: &str, catalog: &str, name: &str) -> Option<&str> {
        let catalog = if catalog == "default" { "" } else { catalog };
        paths::upwards(dir).find_map(|dir| Some(self.by_dir.get(dir)?.get(catalog)?.get(name)?.as_str()))
    }
}

/// The lowest version of `name` that `package` allows, as far as files tell.
pub(super) fn lowest(package: &Package, name: &str, catalogs: &Catalogs) -> Option<Version> {
    let range = package.dependencies.get(name)?;
    match range.strip_prefix("catalog:") {
        Some(catalog) => lowest_of(catalogs.range(&package.dir, catalog.trim(), name)?),
        None => lowest_of(range),
    }
}

fn lowest_of(range: &str) -> Option<Version> {
    let range = range.trim();
    if let Some(alias) = range.strip_prefix("npm:") {
        return lowest_of(alias.rsplit_once('@')?.1);
    }
    // One alternative without a lower bound leaves the whole range without one.
    let bounds: Option<Vec<Version>> = range.split("||").map(lower_bound).collect();
    bounds?.into_iter().min()
}

/// The lower bound of `>=13.1 <15`, `^15.3.1`, `14.x`, `13.0.0 - 14.0.0`.
fn lower_bound(alternative: &str) -> Option<Version> {
    // `>= 13` is one comparator although it is two words.
    let spaced = alternative.replace(">= ", ">=").replace("> ", ">").replace("< ", "<").replace("<= ", "<=");
    let (range, _) = spaced.split_once(" - ").unwrap_or((&spaced, ""));
    range.split_whitespace().filter(|word| !word.starts_with('<')).filter_map(version).max()
}

fn version(word: &str) -> Option<Version> {
    let word = word.trim_start_matches(['^', '~', '>', '=', 'v']);
    let (word, _) = word.split_once('+').unwrap_or((word, ""));
    let (numbers, pre) = word.split_once('-').unwrap_or((word, ""));
    let mut parts = numbers.split('.');
    let major = parts.next()?.parse().ok()?;
    // `14.x` and `14` leave the rest open: zero is the lowest.
    let mut part = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
    let mut version = Version::new(major, part(), part());
    version.pre = Prerelease::new(pre).unwrap_or_default();
    Some(version)
}

/// `catalog` and `catalogs` of a `pnpm-workspace.yaml`. Both are maps of plain scalars by their schema, so that
/// indentation and the first colon say all.
fn pnpm_catalogs(text: &str) -> FxHashMap<String, FxHashMap<String, String>> {
    let mut found: FxHashMap<String, FxHashMap<String, String>> = FxHashMap::default();
    let mut section = "";
    let mut catalog: Option<(usize, String)> = None;
    for line in text.lines() {
        let content = line.trim();
        let Some((key, value)) = content.rsplit_once(": ").or_else(|| Some((content.strip_suffix(':')?, "")))
        else {
            continue;
        };
        let (key, value) = (unquoted(key), unquoted(value.split(" #").next().unwrap_or(value)));
        let indent = line.len() - line.trim_start().len();
        if key.starts_with('#') {
            continue;
        }
        if indent == 0 {
            section = if key == "catalog" || key == "catalogs" { key } else { "" };
            catalog = (section == "catalog").then(|| (0, String::new()));
        } else if section == "catalogs" && value.is_empty() {
            catalog = Some((indent, key.to_owned()));
        } else if let Some((outer, name)) = &catalog
            && indent > *outer
        {
            found.entry(name.clone()).or_default().insert(key.to_owned(), value.to_owned());
        }
    }
    found
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_version_of_a_range() {
        for (range, expected) in [
            ("^15.3.1", "15.3.1"),
            ("~14", "14.0.0"),
            ("14.x", "14.0.0"),
            ("v13.4", "13.4.0"),
            (">=13.1 <15", "13.1.0"),
            (">= 13", "13.0.0"),
            ("13 || ^14.1 || 15", "13.0.0"),
            ("13.2.0 - 14.0.0", "13.2.0"),
            ("npm:next@15.0.0", "15.0.0"),
            ("npm:@scope/next@^15.0.0", "15.0.0"),
            ("16.0.0-canary.3", "16.0.0-canary.3"),
        ] {
            assert_eq!(lowest_of(range).map(|v| v.to_string()).as_deref(), Some(expected), "{range}");
        }
        for range in
            ["latest", "canary", "*", "workspace:*", "<16", "14 || *", "", "file:../next", "npm:next"]
        {
            assert_eq!(lowest_of(range), None, "{range}");
        }
    }

    #[test]
    fn pnpm_catalogs_by_name() {
        let text = "packages:\n  - apps/*\ncatalog:\n  # the app's\n  next: ^15.1.0 # now\n  '@scope/a': \"1\"\n\
                    catalogs:\n  old:\n    next: 13.5.0\n  react18:\n    react: ^18\nonlyBuiltDependencies:\n  - x\n";
        let found = pnpm_catalogs(text);
        assert_eq!(found[""]["next"], "^15.1.0");
        assert_eq!(found[""]["@scope/a"], "1");
        assert_eq!(found["old"]["next"], "13.5.0");
        assert_eq!(found["react18"]["react"], "^18");
        assert_eq!(found["old"].len(), 1);
    }
}
