//! Finding a project's custom rules: `.routelint/rules/*.md`, here or in a folder above.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::FileProblems;

use super::imports::is_relative;
use super::page::{CustomRule, problem};

/// Where the pages lie.
pub const FOLDER: &str = ".routelint/rules";
/// No page is this long (bytes).
const LARGEST: u64 = 1 << 20;

/// The custom rules for a folder: those of the nearest folder upwards that has any, not beyond the repository.
///
/// # Errors
/// Every page that cannot be used.
pub fn load(root: &Path) -> Result<Vec<CustomRule>, Vec<FileProblems>> {
    let Some(root) = root_of(root) else { return Ok(Vec::new()) };
    let folder = root.join(FOLDER);
    let mut rules = Vec::new();
    let mut errors = Vec::new();
    for path in pages(&folder) {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let file = format!("{FOLDER}/{name}");
        match read(&path) {
            Ok(text) => match CustomRule::read(&file, &text.replace("\r\n", "\n")) {
                Ok(rule) => match missing_module(&file, &rule, &root) {
                    Some(error) => errors.push(error),
                    None => rules.push(CustomRule { root: Some(root.clone()), ..rule }),
                },
                Err(error) => errors.push(error),
            },
            Err(message) => errors.push(problem(&file, "", 0, message)),
        }
    }
    if errors.is_empty() { Ok(rules) } else { Err(errors) }
}

/// The nearest folder upwards that has rules, not beyond the repository.
pub fn root_of(start: &Path) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    let start = if start.is_dir() { start.as_path() } else { start.parent()? };
    for folder in start.ancestors() {
        if folder.join(FOLDER).is_dir() {
            return Some(folder.to_path_buf());
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    None
}

/// A module that a page names by its path and that is not there: the rule would find nothing, and nobody would know.
fn missing_module(file: &str, rule: &CustomRule, root: &Path) -> Option<FileProblems> {
    let mut named = rule.patterns.iter().flat_map(|(_, pattern)| pattern.packages());
    let missing = named.find(|name| is_relative(name) && !is_module(&root.join(name)))?;
    let offset = rule.text.find(&format!("\"{missing}\"")).unwrap_or_default();
    let message =
        format!("there is no module `{missing}`: its path starts at the folder that `.routelint` is in");
    let mut problems = problem(file, &rule.text, offset + 1, message);
    let length = u32::try_from(missing.len()).unwrap_or(1);
    problems.problems.iter_mut().for_each(|one| one.span.end = one.span.start.saturating_add(length));
    Some(problems)
}

/// Whether a path, as imports write it, leads to something.
fn is_module(path: &Path) -> bool {
    const EXTENSIONS: [&str; 8] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];
    let with = |extension: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{extension}"));
        Path::new(&name).is_file()
    };
    let as_source = || {
        matches!(path.extension().and_then(|e| e.to_str()), Some("js" | "jsx" | "mjs" | "cjs"))
            && ["ts", "tsx", "mts", "cts"].iter().any(|extension| path.with_extension(extension).is_file())
    };
    path.exists() || EXTENSIONS.into_iter().any(with) || as_source()
}

/// The pages of a folder by name; links may lead anywhere and are no pages, `README.md` is for readers.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut pages: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "md") && !path.ends_with("README.md"))
        .collect();
    pages.sort();
    pages
}

fn read(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|error| format!("the page cannot be read: {error}"))?.len();
    if size > LARGEST {
        return Err(format!("the page is too large for a rule: {size} bytes"));
    }
    let bytes = fs::read(path).map_err(|error| format!("the page cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|_| "the page is not UTF-8 text".to_owned())
}
