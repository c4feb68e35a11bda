//! For which routelint a configuration is written, as its `$schema` says.

use semver::Version;
use serde_json::Value;

use crate::diagnostic::FileProblem;
use crate::span::Span;

/// The version of the configuration that is read here: schemas/config-v1.schema.json.
const VERSION: u64 = 1;

/// What is wrong if the `$schema` of a configuration is of another version of it. It stands at `span`.
pub(super) fn other_version(config: &Value, span: Span) -> Option<FileProblem> {
    let schema = config.get("$schema")?.as_str()?;
    let (_, rest) = schema.rsplit_once("config-v")?;
    let digits = rest.strip_suffix(".schema.json")?;
    let version: u64 = digits.parse().ok()?;
    (version != VERSION).then(|| FileProblem {
        message: format!(
            "this is version {version} of the configuration, and routelint {} reads version {VERSION}",
            this()
        ),
        help: Some("update routelint; `routelint init` writes a file that this one reads".to_owned()),
        span,
    })
}

/// The release of routelint that a configuration's text is written for, if it is newer than this one.
pub(super) fn newer(text: &str) -> Option<Version> {
    let (_, rest) = text.split_once("/routelint/v")?;
    let (version, file) = rest.split_once('/')?;
    let version = Version::parse(version).ok()?;
    let this = Version::parse(this()).ok()?;
    (file.starts_with("schemas/config-v") && version > this).then_some(version)
}

/// The same mistake, with the reason that it may have.
pub(super) fn with_version(problem: &mut FileProblem, newer: &Version) {
    let said = problem.help.take().map_or_else(String::new, |help| help + "\n");
    let why = format!("the file's `$schema` is of routelint {newer}, and this is {}", this());
    problem.help = Some(said + &why);
}

/// The release of this routelint.
const fn this() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
