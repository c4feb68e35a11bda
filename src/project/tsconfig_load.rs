//! Reading one configuration with all that it extends.

use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use jsonc_parser::ParseOptions;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::configs::{ConfigFiles, MAX_CONFIG_BYTES, text};
use super::manifest::Package;
use super::{Warning, paths};

/// Longer chains of `extends` are nobody's.
const MAX_DEPTH: usize = 64;

/// Patterns of `paths` with their targets, in order.
pub(super) type Patterns = Rc<Vec<(String, Vec<String>)>>;

/// A value and the folder of the configuration that states it, which its paths are relative to.
#[derive(Clone, Debug)]
pub(super) struct Stated<T> {
    dir: PathBuf,
    pub(super) value: T,
}

impl<T> Stated<T> {
    /// A path in the value as an absolute one; `governed` is the folder that `${configDir}` stands for.
    pub(super) fn resolve(&self, governed: &Path, path: &str) -> PathBuf {
        let joined = match path.strip_prefix("${configDir}") {
            Some(rest) => governed.join(rest.trim_start_matches('/')),
            None => self.dir.join(path),
        };
        paths::normalize(&joined)
    }
}

/// What a configuration says together with what it extends.
#[derive(Clone, Debug, Default)]
pub(super) struct Merged {
    pub(super) base_url: Option<Stated<String>>,
    /// None: no configuration in the chain says anything of `paths`.
    pub(super) paths: Option<Stated<Patterns>>,
    /// `references[].path`; these are not inherited.
    pub(super) references: Vec<String>,
}

impl Merged {
    /// Takes over what a later, stronger configuration states.
    fn overlay(&mut self, stronger: Self) {
        self.base_url = stronger.base_url.or(self.base_url.take());
        self.paths = stronger.paths.or(self.paths.take());
    }

    /// Takes over what is still open from a referenced configuration.
    pub(super) fn add(&mut self, referenced: Self) {
        self.base_url = self.base_url.take().or(referenced.base_url);
        self.paths = self.paths.take().or(referenced.paths);
    }
}

/// Reads configurations, each at most once.
pub(super) struct Loader<'p> {
    root: &'p Path,
    configs: &'p ConfigFiles,
    packages: FxHashMap<&'p str, &'p Package>,
    merged: FxHashMap<PathBuf, Merged>,
    pub(super) warnings: Vec<Warning>,
}

impl<'p> Loader<'p> {
    pub(super) fn new(configs: &'p ConfigFiles, packages: &'p [Package]) -> Self {
        let named = packages.iter().filter_map(|package| Some((package.name.as_deref()?, package)));
        Self {
            root: configs.root(),
            configs,
            packages: named.collect(),
            merged: FxHashMap::default(),
            warnings: Vec::new(),
        }
    }

    /// Whether there is a file at an absolute path.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        self.configs.is_file(path)
    }

    /// The configuration at an absolute path; an empty one where there is none.
    pub(super) fn merged(&mut self, path: &Path) -> Merged {
        self.merged_within(path, MAX_DEPTH)
    }

    fn merged_within(&mut self, path: &Path, depth: usize) -> Merged {
        if let Some(known) = self.merged.get(path) {
            return known.clone();
        }
        // A cycle finds this empty one on its way back.
        self.merged.insert(path.to_path_buf(), Merged::default());
        let (Some(depth), Some(config)) = (depth.checked_sub(1), self.read(path)) else {
            return Merged::default();
        };
        let dir = path.parent().unwrap_or(self.root);
        let mut merged = Merged::default();
        for extended in one_or_many(config.get("extends")) {
            if let Some(base) = self.find(dir, extended) {
                merged.overlay(self.merged_within(&base, depth));
            }
        }
        merged.overlay(own(dir, &config));
        merged.references = references(&config);
        self.merged.insert(path.to_path_buf(), merged.clone());
        merged
    }

    fn read(&mut self, path: &Path) -> Option<Value> {
        let problem = match self.configs.read_at(path, MAX_CONFIG_BYTES) {
            Ok(Err(_)) => return None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Ok(Ok(bytes)) => {
                match jsonc_parser::parse_to_serde_value(&text(&bytes), &ParseOptions::default()) {
                    Ok(value) => return Some(value),
                    Err(error) => {
                        format!(
                            "{}:{}: not valid JSON ({})",
                            error.line_display(),
                            error.column_display(),
                            error.kind()
                        )
                    }
                }
            }
            Err(error) => format!("cannot be read ({error})"),
        };
        self.warnings.push(Warning {
            file: paths::relative(self.root, path).unwrap_or_else(|| paths::printable(self.root, path)),
            message: format!("{problem}; its module paths are ignored"),
        });
        None
    }

    /// The file that an `extends` names.
    fn find(&self, dir: &Path, extended: &str) -> Option<PathBuf> {
        if extended.starts_with('.') || Path::new(extended).is_absolute() {
            return self.existing(&paths::normalize(&dir.join(extended)));
        }
        let name_ends = if extended.starts_with('@') { 2 } else { 1 };
        let cut = extended.match_indices('/').nth(name_ends - 1).map_or(extended.len(), |(at, _)| at);
        let (name, inner) = extended.split_at_checked(cut)?;
        let inner = inner.trim_start_matches('/');
        if let Some(package) = self.packages.get(name) {
            return self.within(&self.root.join(&package.dir), inner, package.tsconfig.as_deref());
        }
        // Installed packages count where they happen to be installed; the analysis must not need them.
        let folders = dir.ancestors().take_while(|folder| folder.starts_with(self.root));
        folders
            .map(|folder| folder.join("node_modules").join(name))
            .find_map(|folder| self.within(&folder, inner, None))
    }

    /// The configuration in a package: the file that is asked for or else its main one.
    fn within(&self, folder: &Path, inner: &str, main: Option<&str>) -> Option<PathBuf> {
        if inner.is_empty() {
            return main
                .and_then(|main| self.existing(&paths::normalize(&folder.join(main))))
                .or_else(|| self.existing(folder));
        }
        self.existing(&paths::normalize(&folder.join(inner)))
    }

    /// `path` as a file, with `.json` added, or as a folder with a `tsconfig.json`.
    fn existing(&self, path: &Path) -> Option<PathBuf> {
        let mut with_ending = path.as_os_str().to_owned();
        with_ending.push(".json");
        let candidates = [path.to_path_buf(), PathBuf::from(with_ending), path.join("tsconfig.json")];
        candidates.into_iter().find(|candidate| self.is_file(candidate))
    }
}

fn own(dir: &Path, config: &Value) -> Merged {
    let options = config.get("compilerOptions");
    let option = |key: &str| options.and_then(|options| options.get(key));
    let stated = |value| Stated { dir: dir.to_path_buf(), value };
    let base_url = option("baseUrl").and_then(Value::as_str).map(str::to_owned);
    let patterns = option("paths").and_then(Value::as_object).map(|paths| {
        let targets = |value| one_or_many(Some(value)).map(str::to_owned).collect();
        Rc::new(paths.iter().map(|(pattern, value)| (pattern.clone(), targets(value))).collect())
    });
    Merged {
        base_url: base_url.map(|value| Stated { dir: dir.to_path_buf(), value }),
        paths: patterns.map(stated),
        references: Vec::new(),
    }
}

fn references(config: &Value) -> Vec<String> {
    let entries = config.get("references").and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.get("path")?.as_str()?.to_owned())).collect()
}

/// A string or the strings of an array.
fn one_or_many(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let many = value.and_then(Value::as_array).into_iter().flatten();
    value.into_iter().chain(many).filter_map(Value::as_str)
}
