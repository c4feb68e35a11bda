//! The report as one page of HTML, which needs nothing but itself: no network, and for the essentials no script.

mod code;
mod decision;
pub(crate) mod escape;
mod findings;
mod graph;
mod index;
mod map;
mod markdown;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
mod trend;
mod words;

use std::collections::BTreeSet;
use std::io::{self, Write};

use askama::Template as _;

use crate::diagnostic::Severity;

use super::advice::Advice;
use super::imports::ImportGraph;
use super::model::Report;
use super::previous::Previous;
use super::style::count;

use decision::Decision;
use findings::Section;
use graph::Ways;
use index::Index;
use trend::Trend;

/// Everything that the page tells.
#[derive(Clone, Copy, Debug)]
pub struct Dossier<'a> {
    /// What was found.
    pub report: &'a Report,
    /// What was decided; the default if nothing was.
    pub advice: &'a Advice,
    /// Which module loads which.
    pub imports: &'a ImportGraph,
    /// What an earlier run found.
    pub previous: Option<&'a Previous>,
}

/// The page.
#[derive(askama::Template)]
#[template(path = "page.html")]
struct Page<'a> {
    name: String,
    version: &'static str,
    style: &'static str,
    style_digest: &'static str,
    script: &'static str,
    script_digest: &'static str,
    report: &'a Report,
    /// Severity, how many, and the word for so many.
    figures: [(&'static str, usize, &'static str); 3],
    /// `12 files`, `3 routes`, …
    looked_at: Vec<String>,
    targets: Vec<&'a str>,
    families: Vec<&'static str>,
    methods: Vec<&'a str>,
    decision: Option<Decision<'a>>,
    trend: Option<Trend<'a>>,
    apps: Vec<map::App<'a>>,
    sections: Vec<Section<'a>>,
}

/// Writes the page.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_html(dossier: &Dossier<'_>, out: &mut impl Write) -> io::Result<()> {
    let Dossier { report, advice, imports, previous } = *dossier;
    let index = Index::new(report, imports);
    let trend = previous.map(|previous| Trend::new(previous, report));
    let state = |fingerprint: &str| trend.as_ref().map_or("", |trend| trend.state(fingerprint));
    let sections = findings::sections(&index, &mut Ways::new(imports), state).map_err(io::Error::other)?;
    let families: BTreeSet<&str> = sections.iter().map(|section| section.rule.family).collect();
    let targets: BTreeSet<&str> = report.apps.iter().map(|app| app.target.as_str()).collect();
    let methods: BTreeSet<&str> =
        index.routes.iter().flat_map(|route| &route.methods).map(String::as_str).collect();
    let page = Page {
        name: name(report),
        version: env!("CARGO_PKG_VERSION"),
        style: include_str!(concat!(env!("OUT_DIR"), "/page.css")),
        style_digest: env!("ROUTELINT_STYLE"),
        script: include_str!(concat!(env!("OUT_DIR"), "/page.js")),
        script_digest: env!("ROUTELINT_SCRIPT"),
        report,
        figures: figures(report),
        looked_at: looked_at(report),
        targets: targets.into_iter().collect(),
        families: families.into_iter().collect(),
        methods: methods.into_iter().collect(),
        decision: Decision::new(advice, &index),
        apps: map::apps(&index, &report.apps, advice),
        trend,
        sections,
    };
    page.write_into(out)
}

/// What the project is called: the name of its folder.
fn name(report: &Report) -> String {
    let folder = report.base.file_name().or(report.project.file_name());
    folder.map_or_else(|| "this project".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// How many findings there are of each severity.
fn figures(report: &Report) -> [(&'static str, usize, &'static str); 3] {
    let summary = &report.summary;
    let numbers = [
        (Severity::Error, summary.errors, "errors"),
        (Severity::Warning, summary.warnings, "warnings"),
        (Severity::Info, summary.infos, "infos"),
    ];
    numbers.map(|(severity, number, several)| {
        let one = severity.as_str();
        (one, number, if number == 1 { one } else { several })
    })
}

/// What was looked at and what is not shown, a few words each.
fn looked_at(report: &Report) -> Vec<String> {
    let summary = &report.summary;
    let apps = report.apps.iter().filter(|app| !app.routes.is_empty()).count();
    let mut parts = vec![
        count(summary.files, "file"),
        format!("{} in {}", count(summary.routes, "route"), count(apps, "app")),
    ];
    let others = [
        (summary.hidden, "hidden for low confidence"),
        (summary.suppressed, "silenced by comments"),
        (summary.baselined, "in the baseline"),
        (summary.unparsed, "unparsed"),
        (summary.skipped, "skipped for their size"),
    ];
    parts.extend(
        others.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")),
    );
    parts
}
