//! What the analysis of each app found, before it is put together: reports of shards carry it, so that
//! `routelint merge` puts together what one run would have. Nothing in it depends on another app.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::Level;
use crate::diagnostic::{Applicability, Confidence, Severity, Subject};

use super::model::{AppReport, Stale};

/// The version of this form. Only the routelint that wrote it has to read it.
pub const SHARE_FORMAT: u32 = 1;

/// The apps of one shard, or of a run of everything.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// [`SHARE_FORMAT`]
    pub format: u32,
    /// Which shard, from 1.
    pub index: u32,
    /// Of how many.
    pub of: u32,
    /// What all shards of a run have in common.
    pub run: RunShare,
    /// The files that findings name.
    pub sources: Vec<Source>,
    /// The apps by their place in the project.
    pub apps: Vec<AppShare>,
    /// Milliseconds.
    pub duration_ms: u64,
}

/// What all shards of a run have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunShare {
    /// The version of routelint.
    pub version: String,
    /// The scanned root as the user named it.
    pub root: String,
    /// Path from the git root to the scanned root.
    pub prefix: String,
    /// A digest of the options and the configuration.
    pub settings: String,
    /// A digest of the names of the project's files.
    pub tree: String,
    /// The folders of all apps.
    pub apps: Vec<String>,
    /// Ids of the rules that ran.
    pub rules: Vec<String>,
    /// The team's own rules among them.
    pub own: Vec<OwnRule>,
    /// Whether the command line chose the rules.
    pub chosen: bool,
    /// Findings that are less sure are hidden, whatever the layers say.
    pub min_confidence: Option<Confidence>,
    /// What is set for everything, and in overrides.
    pub layers: Vec<LayerShare>,
    /// The severity from which on the run fails, unless `merge` is told another one; `None` never fails.
    pub fails_at: Option<Severity>,
    /// What could not be read of the project's configuration, and what of it the project does not have.
    pub warnings: Vec<String>,
    /// The packages of the team's catalogue, each with the warning that is due if no app imports it.
    pub packages: Vec<(String, String)>,
    /// The baseline, if there is one.
    pub baseline: Option<Known>,
}

/// What is set for a part of the repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerShare {
    /// Index of the apps that it covers.
    pub apps: Vec<u32>,
    /// Rules that are named; without a level they are on, with the severity of their page.
    pub rules: BTreeMap<String, Option<Level>>,
    /// Findings that are less sure are hidden.
    pub min_confidence: Option<Confidence>,
}

/// A baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Known {
    /// Fingerprints of known findings.
    pub fingerprints: Vec<String>,
    /// The entries that are stale unless something is found, or their file could not be read.
    pub judged: Vec<Stale>,
}

/// A rule that is not built in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "as in `RuleMeta`")]
pub struct OwnRule {
    pub id: String,
    pub title: String,
    pub family: String,
    pub severity: [Option<Severity>; 7],
    pub confidence: Confidence,
    pub since: String,
    pub page: String,
}

/// A file that findings name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Path relative to the scanned root.
    pub file: String,
    /// Its text; empty if it could not be read a second time.
    pub text: String,
}

/// What the analysis of one app found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppShare {
    /// Index in [`RunShare::apps`].
    pub app: u32,
    /// The app and its routes, without numbers of findings.
    pub report: AppReport,
    /// Files read, by their index in the project.
    pub files: Vec<u32>,
    /// Files that were reached and are no programs.
    pub unread: Vec<Unread>,
    /// Those of [`RunShare::packages`] that its code imports.
    pub imports: Vec<String>,
    /// Everything found, shown or not.
    pub found: Vec<Found>,
}

/// A file that was reached, and whose code is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// Path from the root of the repository.
    pub path: String,
    /// Why.
    pub kind: UnreadKind,
    /// The same for people.
    pub warning: String,
}

/// Why the code of a file is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnreadKind {
    /// It is too large.
    Skipped,
    /// The file system refuses it.
    Unreadable,
    /// It is no program.
    Broken,
}

/// A finding for the routes of one app.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// Id of the rule.
    pub rule: String,
    /// Severity on this app's target.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Index of the layers that cover the file.
    pub layers: Vec<u32>,
    /// What is wrong, with slots for the number of routes.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The construct.
    pub place: FoundPlace,
    /// The routes that reach it, by index in [`AppShare::report`].
    pub routes: Vec<u32>,
    /// The way from a route to it.
    pub trace: Vec<FoundNote>,
    /// Other places that matter.
    pub related: Vec<FoundNote>,
    /// The fingerprint before equal ones are told apart.
    pub fingerprint: String,
    /// The file from the root of the repository.
    pub repository_path: String,
    /// What it is about, if its rule covers several things.
    #[serde(default)]
    pub subject: Option<Subject>,
    /// A change that mends it.
    pub fix: Option<FoundFix>,
    /// The reason of the comment that silences it.
    pub reason: Option<String>,
    /// Whether it lies in what was asked for.
    pub asked: bool,
    /// For findings about comments that silence nothing: what the comment names.
    pub named: Option<FoundRule>,
}

impl Found {
    /// Every place that it names.
    pub fn places(&self) -> impl Iterator<Item = FoundPlace> {
        let notes = self.trace.iter().chain(&self.related).map(|note| note.place);
        let fix = self.fix.iter().flat_map(|fix| fix.replacements.iter().map(|(place, _)| *place));
        std::iter::once(self.place).chain(notes).chain(fix)
    }

    /// The same, to be changed.
    pub fn places_mut(&mut self) -> impl Iterator<Item = &mut FoundPlace> {
        let notes = self.trace.iter_mut().chain(&mut self.related).map(|note| &mut note.place);
        let fix = self.fix.iter_mut().flat_map(|fix| fix.replacements.iter_mut().map(|(place, _)| place));
        std::iter::once(&mut self.place).chain(notes).chain(fix)
    }
}

/// A rule that a comment names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoundRule {
    /// Its id.
    pub rule: String,
    /// Whether the comment silences some of it in this app; then the comment is not idle about it in any.
    pub used: bool,
    /// All that the comment names.
    pub rules: Vec<String>,
    /// First and last byte of the comment with what is of no use without it.
    pub whole: (u32, u32),
}

/// A piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundPlace {
    /// Index in [`Share::sources`].
    pub source: u32,
    /// First byte.
    pub start: u32,
    /// Byte past the last.
    pub end: u32,
}

/// A place with a sentence.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoundNote {
    /// Where.
    pub place: FoundPlace,
    /// What happens there.
    pub message: String,
}

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundFix {
    /// What it does.
    pub title: String,
    /// Whether it may be made unseen.
    pub applicability: Applicability,
    /// What is replaced by what.
    pub replacements: Vec<(FoundPlace, String)>,
}
