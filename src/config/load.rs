//! Finding a configuration file, and reading it.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::diagnostic::{FileProblem, FileProblems};
use crate::span::Span;

use super::error::ConfigError;
use super::parse::{Parsed, is_json, parse};
use super::settings::Settings;
use super::version::{newer, with_version};

/// No configuration that a person wrote is larger.
const MAX_BYTES: u64 = 1 << 20;

/// The names of a configuration file in a folder, and the key of each that holds the configuration.
const NAMES: [(&str, Option<&str>); 3] =
    [("routelint.jsonc", None), ("routelint.json", None), ("package.json", Some("routelint"))];

/// The configuration that is nearest to a path, upwards from it up to its repository's root; without a repository,
/// up to the outermost `package.json`. It may name the team's `own` rules too.
///
/// # Errors
/// When it is wrong, cannot be read, or there are two in one folder.
pub fn find(start: &Path, own: &[&'static str]) -> Result<Option<Settings>, ConfigError> {
    let Ok(start) = start.canonicalize() else { return Ok(None) };
    let start = if start.is_file() { start.parent().unwrap_or(&start) } else { &start };
    let limit = top(start);
    for folder in start.ancestors().take_while(|folder| folder.starts_with(limit)) {
        let mut found: Option<Settings> = None;
        for (name, key) in NAMES {
            let Some(settings) = read(&folder.join(name), key, Some(limit), (folder, own))? else { continue };
            if let Some(first) = found {
                return Err(ConfigError::Twice { first: first.file, second: settings.file });
            }
            found = Some(settings);
        }
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The configuration in a file that was named. Its globs are relative to its folder if what is scanned lies below
/// it, else to what is scanned. It may name the team's `own` rules too.
///
/// # Errors
/// When it is not there, wrong, or cannot be read.
pub fn open(file: &Path, scanned: &Path, own: &[&'static str]) -> Result<Settings, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { file: file.display().to_string(), source };
    let absolute = file.canonicalize().map_err(unreadable)?;
    let scanned = scanned.canonicalize().unwrap_or_else(|_| scanned.to_path_buf());
    let scanned = if scanned.is_file() { scanned.parent().unwrap_or(&scanned) } else { &scanned };
    let beside = absolute.parent().filter(|folder| scanned.starts_with(folder));
    let key = absolute.file_name().is_some_and(|name| name == "package.json").then_some("routelint");
    let missing = std::io::Error::other("it has no key `routelint`");
    read(&absolute, key, None, (beside.unwrap_or(scanned), own))?.ok_or_else(|| unreadable(missing))
}

/// The folder above which no configuration is looked for: the repository's root, or the outermost `package.json`.
#[must_use]
pub fn top(start: &Path) -> &Path {
    let has = |name: &'static str| move |folder: &&Path| folder.join(name).exists();
    let repository = start.ancestors().find(has(".git"));
    repository.or_else(|| start.ancestors().filter(has("package.json")).last()).unwrap_or(start)
}

/// The configuration in a file; `None` if there is no file, or it says nothing of routelint.
fn read(
    path: &Path,
    key: Option<&str>,
    limit: Option<&Path>,
    (folder, own): (&Path, &[&'static str]),
) -> Result<Option<Settings>, ConfigError> {
    let file = shown(path);
    let Ok(metadata) = fs::metadata(path) else { return Ok(None) };
    // Opening a pipe would wait for somebody to write into it.
    if !metadata.is_file() {
        return Err(ConfigError::NotAFile { file, what: "not a file" });
    }
    if limit.is_some_and(|limit| path.canonicalize().is_ok_and(|real| !real.starts_with(limit))) {
        return Err(ConfigError::NotAFile { file, what: "a link that leads out of the repository" });
    }
    let mut bytes = Vec::new();
    let opened = fs::File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    if let Err(source) = opened {
        return Err(ConfigError::Unreadable { file, source });
    }
    if bytes.len() as u64 > MAX_BYTES {
        return if key.is_some() { Ok(None) } else { Err(ConfigError::TooLarge { file }) };
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let text = String::from_utf8_lossy(bytes).into_owned();
    let invalid = |mut problems: Vec<FileProblem>| {
        if let Some(newer) = newer(&text) {
            problems.iter_mut().for_each(|problem| with_version(problem, &newer));
        }
        ConfigError::Invalid(FileProblems { file: shown(path), text: text.clone(), problems })
    };
    if let Err(error) = std::str::from_utf8(bytes) {
        let at = u32::try_from(error.valid_up_to()).unwrap_or(0);
        let message = "this is not UTF-8".to_owned();
        let help = Some("save the file as UTF-8".to_owned());
        // Other tools own package.json, and say more about it.
        return if key.is_some() {
            Ok(None)
        } else {
            Err(invalid(vec![FileProblem { message, help, span: Span::new(at, at + 1) }]))
        };
    }
    match parse(&text, key) {
        Ok(None) => Ok(None),
        Ok(Some(Parsed { config, places })) => {
            let settings = Settings::new(config, places, (file, &text, key), folder, own);
            settings.map(Some).map_err(invalid)
        }
        // A manifest that is no JSON is not ours to complain about, unless it is about us.
        Err(_) if key.is_some_and(|key| !mentions(&text, key)) && !is_json(&text) => Ok(None),
        Err(problem) => Err(invalid(vec![problem])),
    }
}

/// Whether a broken manifest seems to hold a configuration: the key with an object, unlike a dependency's version.
fn mentions(text: &str, key: &str) -> bool {
    text.split(&format!("\"{key}\"")).skip(1).any(|rest| {
        let value = rest.trim_start().strip_prefix(':').unwrap_or_default();
        value.trim_start().starts_with('{')
    })
}

/// A path as people see it: from the current folder, if they have more in common than the root of the disk.
pub(super) fn shown(path: &Path) -> String {
    let current = std::env::current_dir().and_then(|folder| folder.canonicalize()).unwrap_or_default();
    let above = current.ancestors().enumerate().filter(|(_, folder)| folder.parent().is_some());
    let from = above.filter_map(|(up, folder)| Some((up, path.strip_prefix(folder).ok()?))).next();
    let path = from.map_or_else(
        || path.to_path_buf(),
        |(up, rest)| std::iter::repeat_n("..", up).collect::<PathBuf>().join(rest),
    );
    path.display().to_string()
}
