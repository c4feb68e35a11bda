//! Finding a project's custom rules: `.routelint/rules/*.md`, here or in a folder above.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::FileProblems;

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
    let Some(folder) = folder(root) else { return Ok(Vec::new()) };
    let mut rules = Vec::new();
    let mut errors = Vec::new();
    for path in pages(&folder) {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let file = format!("{FOLDER}/{name}");
        match read(&path) {
            Ok(text) => match CustomRule::read(&file, &text.replace("\r\n", "\n")) {
                Ok(rule) => rules.push(rule),
                Err(error) => errors.push(error),
            },
            Err(message) => errors.push(problem(&file, "", 0, message)),
        }
    }
    if errors.is_empty() { Ok(rules) } else { Err(errors) }
}

fn folder(root: &Path) -> Option<PathBuf> {
    let root = root.canonicalize().ok()?;
    let start = if root.is_dir() { root.as_path() } else { root.parent()? };
    for folder in start.ancestors() {
        let rules = folder.join(FOLDER);
        if rules.is_dir() {
            return Some(rules);
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    None
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
