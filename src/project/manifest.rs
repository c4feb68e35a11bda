//! `package.json`: names, entry points and dependencies of the packages in the tree.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};

use super::configs::ConfigFiles;
use super::{Warning, paths};

/// A `package.json` in the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Its folder, relative to the root, `""` for the root itself.
    pub dir: String,
    /// `name`
    pub name: Option<String>,
    /// `main`
    pub main: Option<String>,
    /// `module`
    pub module: Option<String>,
    /// `types` or `typings`
    pub types: Option<String>,
    /// `source`
    pub source: Option<String>,
    /// `tsconfig`: what other packages extend when they extend this one by name
    pub tsconfig: Option<String>,
    /// `exports`, as written
    pub exports: Option<Value>,
    /// `imports`, as written
    pub imports: Option<Value>,
    /// `dependencies`, `devDependencies`, `peerDependencies` and `optionalDependencies` in one, name to range
    pub dependencies: FxHashMap<String, String>,
    /// Names in `peerDependencies`: whoever uses the package provides them.
    pub peers: FxHashSet<String>,
    /// Names in `devDependencies` and in no other list.
    pub dev_only: FxHashSet<String>,
    /// `scripts`
    pub scripts: Vec<(String, String)>,
    /// Version catalogs of a workspace (Bun's place for them), by name, `""` for the default one.
    pub catalogs: FxHashMap<String, FxHashMap<String, String>>,
    /// It holds a configuration of ours.
    pub configured: bool,
    /// The file is not valid JSON: all that is known is that a package begins here.
    pub broken: bool,
}

/// Every package of the tree in ascending order of folder.
pub(super) fn load(configs: &ConfigFiles, warnings: &mut Vec<Warning>) -> Vec<Package> {
    let manifests = configs.paths().iter().filter(|path| paths::name(path) == "package.json");
    let mut packages: Vec<Package> = manifests.map(|path| read(configs, path, warnings)).collect();
    packages.sort_by(|a, b| a.dir.cmp(&b.dir));
    packages
}

fn read(configs: &ConfigFiles, path: &str, warnings: &mut Vec<Warning>) -> Package {
    let dir = paths::parent(path).to_owned();
    let problem = match configs.read(path) {
        Ok(text) => match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(manifest)) => return parse(dir, &manifest),
            Ok(_) => "1:1: not a JSON object".to_owned(),
            Err(error) => json_error(&error),
        },
        Err(error) => format!("cannot be read ({error})"),
    };
    warnings.push(Warning {
        file: path.to_owned(),
        message: format!("{problem}; its dependencies, exports and imports are ignored"),
    });
    Package { dir, broken: true, ..Package::default() }
}

/// What is wrong and where, the place first.
fn json_error(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    format!("{}:{}: not valid JSON ({what})", error.line(), error.column())
}

/// Keys of an unexpected type are as good as absent: npm itself is as tolerant.
fn parse(dir: String, manifest: &Map<String, Value>) -> Package {
    let text = |key: &str| manifest.get(key).and_then(Value::as_str).map(str::to_owned);
    let dev = strings(manifest.get("devDependencies"));
    let peers = strings(manifest.get("peerDependencies"));
    let mut package = Package {
        dir,
        name: text("name"),
        main: text("main"),
        module: text("module"),
        types: text("types").or_else(|| text("typings")),
        source: text("source"),
        tsconfig: text("tsconfig"),
        exports: manifest.get("exports").filter(|value| !value.is_null()).cloned(),
        imports: manifest.get("imports").filter(|value| value.is_object()).cloned(),
        scripts: strings(manifest.get("scripts")),
        catalogs: catalogs(manifest),
        configured: manifest.contains_key("routelint"),
        peers: peers.iter().map(|(name, _)| name.clone()).collect(),
        ..Package::default()
    };
    // What is installed for the package itself says more than what it accepts from others.
    let installed = strings(manifest.get("dependencies"))
        .into_iter()
        .chain(strings(manifest.get("optionalDependencies")));
    for (name, range) in installed {
        package.dependencies.entry(name).or_insert(range);
    }
    for (name, range) in dev {
        if !package.dependencies.contains_key(&name) {
            if !package.peers.contains(&name) {
                package.dev_only.insert(name.clone());
            }
            package.dependencies.insert(name, range);
        }
    }
    for (name, range) in peers {
        package.dependencies.entry(name).or_insert(range);
    }
    package
}

/// The string values of an object, in order.
fn strings(value: Option<&Value>) -> Vec<(String, String)> {
    let entries = value.and_then(Value::as_object).into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// `catalog` and `catalogs`, at the top or under `workspaces`.
fn catalogs(manifest: &Map<String, Value>) -> FxHashMap<String, FxHashMap<String, String>> {
    let mut found = FxHashMap::default();
    for holder in
        [Some(manifest), manifest.get("workspaces").and_then(Value::as_object)].into_iter().flatten()
    {
        if holder.contains_key("catalog") {
            found.insert(String::new(), strings(holder.get("catalog")).into_iter().collect());
        }
        for (name, catalog) in holder.get("catalogs").and_then(Value::as_object).into_iter().flatten() {
            found.insert(name.clone(), strings(Some(catalog)).into_iter().collect());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(json: &str) -> Package {
        let value: Value = serde_json::from_str(json).unwrap();
        parse(String::new(), value.as_object().unwrap())
    }

    #[test]
    fn wrong_types_are_as_good_as_absent() {
        let read = package(
            r#"{"name": 3, "main": "a.js", "dependencies": ["x"], "devDependencies": {"a": 1, "b": "2"}}"#,
        );
        assert_eq!(read.name, None);
        assert_eq!(read.main.as_deref(), Some("a.js"));
        assert_eq!(read.dependencies.len(), 1);
        assert!(read.dev_only.contains("b"));
    }

    #[test]
    fn installed_ranges_win_over_peer_ranges() {
        let read =
            package(r#"{"peerDependencies": {"next": ">=13"}, "devDependencies": {"next": "15.0.0"}}"#);
        assert_eq!(read.dependencies.get("next").map(String::as_str), Some("15.0.0"));
        assert!(read.peers.contains("next") && !read.dev_only.contains("next"));
    }

    #[test]
    fn the_place_of_an_error_comes_first() {
        let error = serde_json::from_str::<Value>("{\n  \"a\": }").unwrap_err();
        assert_eq!(json_error(&error), "2:8: not valid JSON (expected value)");
    }
}
