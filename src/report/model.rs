//! A finished report: everything a format needs, nothing it has to look up.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Applicability, Confidence, Severity, Subject};

use super::share::Share;
use super::source::{Position, SourceText};

/// The result of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The scanned root as the user named it, for messages.
    pub root: String,
    /// The folder that the paths of places are relative to, absolute.
    pub base: PathBuf,
    /// The project's root, absolute: paths that messages name are relative to it.
    pub project: PathBuf,
    /// Path from the git root to the scanned root, with a trailing `/`, or empty: SARIF paths start there.
    pub prefix: String,
    /// The apps found, by root.
    pub apps: Vec<AppReport>,
    /// Findings to show, by file, position, rule.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings that are known or silenced, in the same order, without their fixes: only SARIF lists them, if asked
    /// to.
    pub silent: Vec<Silent>,
    /// What the baseline holds and no longer occurs, by file; `None` without a baseline.
    pub stale: Option<Vec<Stale>>,
    /// Counts.
    pub summary: Summary,
    /// Things that could not be read, with what is ignored because of it.
    pub warnings: Vec<String>,
    /// Every rule that ran: SARIF lists them all.
    pub rules: Vec<&'static crate::rules::RuleMeta>,
    /// What `routelint merge` needs, if this is the report of one shard of several.
    pub share: Option<Share>,
}

impl Report {
    /// A file's path from the git root, for readers that think in repositories. A file of the workspace around
    /// the scanned package begins with `..`, which the way down to the package takes back.
    #[must_use]
    pub fn repository_path(&self, file: &str) -> String {
        let mut segments: Vec<&str> = Vec::new();
        for segment in
            self.prefix.split('/').chain(file.split('/')).filter(|segment| !matches!(*segment, "" | "."))
        {
            let is_up = segment == "..";
            if is_up && segments.last().is_some_and(|last| *last != "..") {
                segments.pop();
            } else {
                segments.push(segment);
            }
        }
        segments.join("/")
    }
}

/// One app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppReport {
    /// Folder relative to the scanned root; `.` for the root itself.
    pub root: String,
    /// `next`, `express`, `server`.
    pub framework: String,
    /// Version, if package.json tells.
    pub framework_version: Option<String>,
    /// The target its code is judged for.
    pub target: String,
    /// No evidence: serverless was assumed.
    pub target_assumed: bool,
    /// What spoke for the target: `apps/web/vercel.json`, `apps/web/package.json: depends on @vercel/functions`.
    pub evidence: Vec<String>,
    /// Its routes by URL path.
    pub routes: Vec<RouteReport>,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RouteReport {
    /// `/api/users/[id]`; for middleware and actions a name in words.
    pub path: String,
    /// File relative to the scanned root.
    pub file: String,
    /// `app-route`, `pages-api`, `middleware`, …
    pub kind: String,
    /// `GET`, `POST` …; empty where there are none or all are answered.
    pub methods: Vec<String>,
    /// `nodejs` or `edge`.
    pub runtime: String,
    /// Seconds, if set.
    pub max_duration: Option<u32>,
    /// `force-static`, `force-dynamic` …, if set.
    pub dynamic: Option<String>,
    /// Seconds, if set to a number.
    pub revalidate: Option<u32>,
    /// How many of the shown findings name it.
    pub findings: usize,
}

/// Whether routes of a kind are part of an API: they answer requests of others, and are not what Next calls by itself.
#[must_use]
pub fn is_api_kind(kind: &str) -> bool {
    matches!(kind, "app-route" | "pages-api")
}

/// A finding with its places worked out.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule.
    pub rule: &'static crate::rules::RuleMeta,
    /// Severity on this app's target.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What is wrong.
    pub message: String,
    /// What to do on this target.
    pub help: String,
    /// The construct.
    pub place: Place,
    /// URL paths of the routes that reach it.
    pub routes: Vec<String>,
    /// The way from a route to it.
    pub trace: Vec<Step>,
    /// Other places that matter.
    pub related: Vec<Step>,
    /// Stable identity, 32 hexadecimal digits.
    pub fingerprint: String,
    /// The file's path from the root of the repository.
    pub repository_path: String,
    /// What it is about, if its rule covers several things.
    pub subject: Option<Subject>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

/// A change that mends a finding; all its replacements are made, or none.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// Whether it may be made unseen.
    pub applicability: Applicability,
    /// What is replaced by what, by file and place, without overlap.
    pub replacements: Vec<(Place, String)>,
}

/// An entry of the baseline that no finding needs any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stale {
    /// The finding's identity.
    pub fingerprint: String,
    /// Id of its rule.
    pub rule: String,
    /// Its file, from the root of the repository.
    pub file: String,
    /// The beginning of the construct's text.
    pub text: String,
}

/// A finding that is not reported.
#[derive(Clone, Debug)]
pub struct Silent {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// The reason that the comment gives which silences it; `None` for a finding of the baseline.
    pub justification: Option<String>,
}

/// A place in a file, in every unit a format may want.
#[derive(Clone, Debug)]
pub struct Place {
    /// Path relative to the scanned root, `/` between segments.
    pub file: String,
    /// Text and line table of the file.
    pub source: Arc<SourceText>,
    /// First byte.
    pub start: u32,
    /// Byte past the last.
    pub end: u32,
}

impl Place {
    /// Line and column of the first byte.
    #[must_use]
    pub fn position(&self) -> Position {
        self.source.position(self.start)
    }

    /// `app/api/users/route.ts:4:10`, as editors and terminals open it.
    #[must_use]
    pub fn link(&self) -> String {
        let Position { line, column } = self.position();
        format!("{}:{line}:{column}", self.file)
    }

    /// Byte past the last on the line of the first byte: where a mark that must stay on one line ends.
    #[must_use]
    pub fn end_on_line(&self) -> u32 {
        let line_end = self.source.line_range(self.source.line_index(self.start)).end;
        self.end.min(u32::try_from(line_end).unwrap_or(u32::MAX)).max(self.start)
    }
}

/// A place with a sentence.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// What happens there.
    pub message: String,
}

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files read.
    pub files: usize,
    /// Routes found.
    pub routes: usize,
    /// Shown findings with severity error.
    pub errors: usize,
    /// Shown findings with severity warning.
    pub warnings: usize,
    /// Shown findings with severity info.
    pub infos: usize,
    /// Findings silenced by a comment.
    pub suppressed: usize,
    /// Findings in the baseline.
    pub baselined: usize,
    /// Findings below the confidence asked for.
    pub hidden: usize,
    /// Findings that would be shown, were their files asked for.
    pub elsewhere: usize,
    /// Files that could not be read as programs.
    pub unparsed: usize,
    /// Files skipped for their size.
    pub skipped: usize,
    /// Milliseconds.
    pub duration_ms: u64,
}
