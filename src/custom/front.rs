//! The front matter of a custom rule's page.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::diagnostic::similar;
use crate::pattern::Dialect;
use crate::project::Target;

use super::page::RunPhase;

/// The levels by name.
const LEVELS: [&str; 4] = ["off", "info", "warning", "error"];

/// The keys of the front matter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Front {
    /// One line: what it finds.
    pub(super) title: String,
    /// What a finding says, if not the title.
    pub(super) message: Option<String>,
    /// What to do.
    pub(super) help: String,
    /// Its severities.
    pub(super) severity: Levels,
    /// The runs of code that count.
    #[serde(default)]
    pub(super) phase: RunPhase,
    /// The languages that it is asked in; none for all.
    #[serde(default)]
    pub(super) languages: Vec<Language>,
}

/// One level for all targets, or some by name and one for the rest.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a level (off, info, warning, error), or a table of targets with `default`")]
pub(super) enum Levels {
    /// On every target.
    All(Level),
    /// By target.
    PerTarget {
        /// On the targets that are not named.
        default: Level,
        /// On these.
        #[serde(flatten)]
        targets: BTreeMap<Target, Level>,
    },
}

/// A severity, or none.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Level {
    /// Not reported.
    Off,
    /// [`Severity::Info`]
    Info,
    /// [`Severity::Warning`]
    Warning,
    /// [`Severity::Error`]
    Error,
}

/// A language by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Language {
    /// `.js` and its like.
    JavaScript,
    /// `.ts`, `.tsx` and their like.
    TypeScript,
}

impl Language {
    /// Its grammars.
    pub(super) const fn dialects(self) -> &'static [Dialect] {
        match self {
            Self::JavaScript => &[Dialect::JavaScript],
            Self::TypeScript => &[Dialect::TypeScript, Dialect::Tsx],
        }
    }
}

/// What is wrong with front matter: the byte, what, and what may be meant.
pub(super) struct FrontMistake {
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// Reads front matter that begins at an offset of its page.
///
/// # Errors
/// The first mistake, at its place in the page.
pub(super) fn read(front: &str, start: usize) -> Result<Front, FrontMistake> {
    toml::from_str(front).map_err(|error: toml::de::Error| {
        let said = error.message();
        let names: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
        if let ("missing field", [missing, ..]) = (said.split(" `").next().unwrap_or_default(), &*names) {
            let message = format!("the front matter has no `{missing}`");
            return FrontMistake { offset: 0, message, help: None };
        }
        let span = error.span().unwrap_or_default();
        let text = front.get(span.clone()).unwrap_or_default();
        let mut help = match &*names {
            [unknown, known @ ..] if said.starts_with("unknown ") => did_you_mean(unknown, known),
            _ => None,
        };
        let mut offset = span.start;
        if said.starts_with("a level (")
            && let Some((at, meant)) = wrong_level(text)
        {
            (offset, help) = (span.start + at, did_you_mean(meant.0, &meant.1));
        }
        FrontMistake { offset: start + offset, message: said.to_owned(), help }
    })
}

/// The word of a severity that is none: where it stands, and it with the words that may stand there.
fn wrong_level(text: &str) -> Option<(usize, (&str, Vec<&'static str>))> {
    let mut at = 0;
    for (index, part) in text.split('"').enumerate() {
        let word = part.trim_matches(|c: char| !c.is_alphanumeric() && c != '-');
        let start = at + part.find(word).unwrap_or_default();
        at += part.len() + 1;
        if word.is_empty() {
            continue;
        }
        let known: Vec<&'static str> = if index % 2 == 1 {
            LEVELS.to_vec()
        } else {
            Target::ALL.iter().map(|target| target.as_str()).chain(["default"]).collect()
        };
        if !known.contains(&word) {
            return Some((start, (word, known)));
        }
    }
    None
}

/// `did you mean …?`, if something is near.
pub(super) fn did_you_mean(unknown: &str, known: &[&str]) -> Option<String> {
    let similar = similar(unknown, known.iter().copied());
    (!similar.is_empty()).then(|| format!("did you mean `{}`?", similar.join("` or `")))
}

/// The text between the two lines `+++`, and its offset.
pub(super) fn front_matter(text: &str) -> Result<(&str, usize), String> {
    let opening = || "a page begins with front matter: TOML between two lines `+++`".to_owned();
    let start = text.find('\n').filter(|&at| text[..at].trim_end() == "+++").ok_or_else(opening)? + 1;
    let rest = &text[start..];
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return Ok((&rest[..end], start));
        }
        end += line.len();
    }
    Err("the front matter does not end: it lies between two lines `+++`".to_owned())
}
