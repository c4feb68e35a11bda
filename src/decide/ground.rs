//! What a decision about one app stands on.

use crate::analyze::{AppSurvey, Survey};
use crate::diagnostic::Confidence;
use crate::project::{App, Framework, Owners};
use crate::report::{AppReport, Diagnostic, Evidence, FindingRef, RouteReport, is_api_kind};

use super::History;

/// What is known beside code, the same for all apps.
pub(super) struct Clues<'a> {
    pub(super) history: &'a History,
    pub(super) owners: Option<Owners>,
    /// Descriptions of an API, relative to the project's root.
    pub(super) documents: Vec<String>,
    /// How many Next.js apps the repository has, those of examples and tests aside.
    pub(super) apps: usize,
    /// How many servers of other kinds it has.
    pub(super) services: usize,
}

impl<'a> Clues<'a> {
    pub(super) fn of(survey: &Survey, history: &'a History, services: usize) -> Self {
        let project = &survey.project;
        let is_app = |app: &&AppReport| app.framework == "next" && !is_aside(&app.root);
        Self {
            history,
            owners: project.owners(),
            documents: project.api_documents(),
            apps: survey.report.apps.iter().filter(is_app).count(),
            services,
        }
    }
}

/// One app with all that is known of it.
pub(super) struct Ground<'a> {
    pub(super) survey: &'a Survey,
    pub(super) clues: &'a Clues<'a>,
    pub(super) app: &'a App,
    alone: &'a AppSurvey,
    report: &'a AppReport,
    loaded: Vec<u32>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(survey: &'a Survey, clues: &'a Clues<'a>, alone: &'a AppSurvey) -> Option<Self> {
        let app = survey.project.apps.get(alone.app)?;
        let report = alone.report.apps.first()?;
        let imports = &survey.imports;
        let api = report.routes.iter().filter(|route| is_api_kind(&route.kind));
        let loaded = imports.reached_from(api.filter_map(|route| imports.index(&route.file)));
        Some(Self { survey, clues, app, alone, report, loaded })
    }

    pub(super) fn is_next(&self) -> bool {
        self.app.framework == Framework::Next
    }

    /// The app in the report.
    pub(super) const fn report(&self) -> &'a AppReport {
        self.report
    }

    /// What the rules found in it, as far as it is sure enough to decide anything.
    pub(super) fn findings(&self) -> impl Iterator<Item = &'a Diagnostic> {
        self.alone.report.diagnostics.iter().filter(|found| found.confidence >= Confidence::Medium)
    }

    /// Whether every one of these rules ran.
    pub(super) fn ran(&self, rules: &[&str]) -> bool {
        rules.iter().all(|id| self.alone.report.rules.iter().any(|rule| rule.id == *id))
    }

    /// Its API: what answers requests of others, not pages, actions or what Next calls by itself.
    pub(super) fn api(&self) -> impl Iterator<Item = &'a RouteReport> {
        self.report.routes.iter().filter(|route| is_api_kind(&route.kind))
    }

    /// Whether a process of it stays up between requests, and somebody said so.
    pub(super) fn stays_up(&self) -> bool {
        use crate::project::Target::{Cluster, Server};
        matches!(self.app.target.target, Server | Cluster)
    }

    /// The files that its API loads, ascending: indices of the import graph.
    pub(super) fn loaded(&self) -> &[u32] {
        &self.loaded
    }
}

/// Whether an app only shows or tests something.
pub(super) fn is_aside(root: &str) -> bool {
    const ASIDE: [&str; 18] = [
        "example",
        "examples",
        "demo",
        "demos",
        "sample",
        "samples",
        "playground",
        "playgrounds",
        "sandbox",
        "template",
        "templates",
        "test",
        "tests",
        "e2e",
        "fixtures",
        "__tests__",
        "mocks",
        "benchmarks",
    ];
    root.split('/').any(|part| ASIDE.contains(&part))
}

/// A finding as evidence.
pub(super) fn evidence(found: &Diagnostic) -> Evidence {
    Evidence {
        text: found.message.clone(),
        file: found.place.file.clone(),
        line: Some(found.place.position().line),
        finding: Some(finding(found)),
    }
}

/// A finding by its names.
pub(super) fn finding(found: &Diagnostic) -> FindingRef {
    FindingRef { rule: found.rule.id.to_owned(), fingerprint: found.fingerprint.clone() }
}

/// Something in a file, or in none.
pub(super) fn sign(text: impl Into<String>, file: impl Into<String>, line: Option<u32>) -> Evidence {
    Evidence { text: text.into(), file: file.into(), line, finding: None }
}
