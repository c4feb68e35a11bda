//! The JSON report, version 1. The order of fields here is the order in the output.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnostic::{Applicability, Confidence, Severity};

use super::json_write::write_value;
use super::model::{self, Place, Report, Step};
use super::share::Share;
use super::statistics::{Count, by_rule};

/// Writes the report as JSON, version 1.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_json(report: &Report, out: &mut impl Write) -> io::Result<()> {
    write_value(&JsonReport::from(report), out)
}

/// The findings in the report's form.
pub(super) fn diagnostics(report: &Report) -> impl Iterator<Item = impl Serialize + '_> {
    report.diagnostics.iter().map(Diagnostic::from)
}

/// The apps with their routes in the report's form.
pub(super) fn apps(report: &Report) -> impl Serialize + '_ {
    report.apps.iter().map(App::from).collect::<Vec<_>>()
}

/// The JSON Schema of the report, as published in `schemas/report-v1.schema.json`.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(JsonReport<'_>).to_value()
}

/// A routelint report, version 1. Later versions of routelint may add fields, never change or remove one.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "routelint report, version 1")]
struct JsonReport<'a> {
    /// Version of this format: 1.
    version: u32,
    tool: Tool,
    /// The apps found, by folder.
    apps: Vec<App<'a>>,
    /// Findings by file and place.
    diagnostics: Vec<Diagnostic<'a>>,
    summary: Summary,
    /// How often each rule was found, most first.
    statistics: Vec<RuleCount<'a>>,
    /// What could not be read, and what is ignored because of it.
    warnings: &'a [String],
    /// What the baseline holds and no longer occurs.
    stale_baseline: Vec<Stale<'a>>,
    /// Only in the report of a shard: what `routelint merge` needs. Its form is that of one version of routelint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    shard: Option<&'a Share>,
}

/// An entry of the baseline that no finding needs any more.
#[derive(Serialize, JsonSchema)]
struct Stale<'a> {
    rule: &'a str,
    /// File from the root of the repository.
    file: &'a str,
    /// The beginning of the construct's text.
    text: &'a str,
    fingerprint: &'a str,
}

/// The program that wrote the report.
#[derive(Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// One app.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct App<'a> {
    /// Folder relative to the scanned root; `.` for the root itself.
    root: &'a str,
    framework: &'a str,
    framework_version: Option<&'a str>,
    target: Target<'a>,
    routes: Vec<Route<'a>>,
}

/// Where an app is deployed, which decides what is a problem.
#[derive(Serialize, JsonSchema)]
struct Target<'a> {
    name: &'a str,
    /// Nothing in the repository names a platform: serverless was assumed.
    assumed: bool,
    /// Files that speak for the target.
    evidence: &'a [String],
}

/// An entry point of an app's server code.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Route<'a> {
    /// URL path; for middleware and actions a name in words.
    path: &'a str,
    /// File relative to the scanned root.
    file: &'a str,
    kind: &'a str,
    /// HTTP methods; empty where there are none or all are answered.
    methods: &'a [String],
    /// `nodejs` or `edge`.
    runtime: &'a str,
    /// Seconds, if set.
    max_duration: Option<u32>,
    /// `force-static`, `force-dynamic` …, if set.
    dynamic: Option<&'a str>,
    /// Seconds, if set to a number.
    revalidate: Option<u32>,
    /// How many of the findings name it.
    findings: usize,
}

/// One finding.
#[derive(Serialize, JsonSchema)]
struct Diagnostic<'a> {
    /// Id of the rule.
    rule: &'a str,
    family: &'a str,
    severity: Severity,
    confidence: Confidence,
    /// What is wrong.
    message: &'a str,
    /// What to do about it on this target.
    help: &'a str,
    /// File relative to the scanned root.
    file: &'a str,
    range: Range,
    /// URL paths of the routes that reach it.
    routes: &'a [String],
    /// The way from a route to it, first step first.
    trace: Vec<Note<'a>>,
    /// Other places that matter.
    related: Vec<Note<'a>>,
    /// Stable identity across runs and moved lines.
    fingerprint: &'a str,
    /// Reserved: a change that repairs it.
    fix: Option<Fix<'a>>,
}

/// A change that mends the finding; all its edits are made, or none.
#[derive(Serialize, JsonSchema)]
struct Fix<'a> {
    /// What it does.
    title: &'a str,
    /// Whether it may be made unseen.
    applicability: Applicability,
    /// What is replaced by what, without overlap.
    edits: Vec<Edit<'a>>,
}

/// A replacement of a piece of a file; an empty range is an insertion.
#[derive(Serialize, JsonSchema)]
struct Edit<'a> {
    /// File relative to the scanned root.
    file: &'a str,
    range: Range,
    text: &'a str,
}

/// A place with a sentence.
#[derive(Serialize, JsonSchema)]
struct Note<'a> {
    /// File relative to the scanned root.
    file: &'a str,
    range: Range,
    message: &'a str,
}

/// A piece of a file; the end is just past it.
#[derive(Serialize, JsonSchema)]
struct Range {
    start: Point,
    end: Point,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
struct Point {
    /// From 1.
    #[schemars(range(min = 1))]
    line: u32,
    /// From 1, in UTF-16 code units.
    #[schemars(range(min = 1))]
    column: u32,
    /// From 0, in bytes of the file as UTF-8.
    offset: u32,
}

/// Counts of the run.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Summary {
    files: usize,
    routes: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    /// Silenced by a comment.
    suppressed: usize,
    /// Known from the baseline.
    baselined: usize,
    /// Below the confidence asked for.
    hidden: usize,
    /// Files that could not be parsed.
    unparsed: usize,
    /// Files above the size limit.
    skipped: usize,
    duration_ms: u64,
}

/// How often a rule was found.
#[derive(Serialize, JsonSchema)]
struct RuleCount<'a> {
    rule: &'a str,
    family: &'a str,
    errors: usize,
    warnings: usize,
    infos: usize,
    /// Files with findings of it.
    files: usize,
    /// Routes that reach them.
    routes: usize,
}

impl<'a> From<&'a Report> for JsonReport<'a> {
    fn from(report: &'a Report) -> Self {
        let model::Summary { files, routes, errors, warnings, infos, .. } = report.summary;
        let model::Summary { suppressed, baselined, hidden, unparsed, skipped, duration_ms, .. } =
            report.summary;
        Self {
            version: 1,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            apps: report.apps.iter().map(App::from).collect(),
            diagnostics: report.diagnostics.iter().map(Diagnostic::from).collect(),
            summary: Summary {
                files,
                routes,
                errors,
                warnings,
                infos,
                suppressed,
                baselined,
                hidden,
                unparsed,
                skipped,
                duration_ms,
            },
            statistics: by_rule(report).iter().map(RuleCount::from).collect(),
            warnings: &report.warnings,
            stale_baseline: report.stale.iter().flatten().map(Stale::from).collect(),
            shard: report.share.as_ref(),
        }
    }
}

impl<'a> From<&'a model::Stale> for Stale<'a> {
    fn from(stale: &'a model::Stale) -> Self {
        Self { rule: &stale.rule, file: &stale.file, text: &stale.text, fingerprint: &stale.fingerprint }
    }
}

impl<'a> From<&'a model::AppReport> for App<'a> {
    fn from(app: &'a model::AppReport) -> Self {
        Self {
            root: &app.root,
            framework: &app.framework,
            framework_version: app.framework_version.as_deref(),
            target: Target { name: &app.target, assumed: app.target_assumed, evidence: &app.evidence },
            routes: app.routes.iter().map(Route::from).collect(),
        }
    }
}

impl<'a> From<&'a model::RouteReport> for Route<'a> {
    fn from(route: &'a model::RouteReport) -> Self {
        Self {
            path: &route.path,
            file: &route.file,
            kind: &route.kind,
            methods: &route.methods,
            runtime: &route.runtime,
            max_duration: route.max_duration,
            dynamic: route.dynamic.as_deref(),
            revalidate: route.revalidate,
            findings: route.findings,
        }
    }
}

impl<'a> From<&'a model::Diagnostic> for Diagnostic<'a> {
    fn from(diagnostic: &'a model::Diagnostic) -> Self {
        Self {
            rule: diagnostic.rule.id,
            family: diagnostic.rule.family,
            severity: diagnostic.severity,
            confidence: diagnostic.confidence,
            message: &diagnostic.message,
            help: &diagnostic.help,
            file: &diagnostic.place.file,
            range: Range::from(&diagnostic.place),
            routes: &diagnostic.routes,
            trace: diagnostic.trace.iter().map(Note::from).collect(),
            related: diagnostic.related.iter().map(Note::from).collect(),
            fingerprint: &diagnostic.fingerprint,
            fix: diagnostic.fix.as_ref().map(Fix::from),
        }
    }
}

impl<'a> From<&'a model::Fix> for Fix<'a> {
    fn from(fix: &'a model::Fix) -> Self {
        let edit =
            |(place, text): &'a (Place, String)| Edit { file: &place.file, range: Range::from(place), text };
        Self {
            title: &fix.title,
            applicability: fix.applicability,
            edits: fix.replacements.iter().map(edit).collect(),
        }
    }
}

impl<'a> From<&Count<'a>> for RuleCount<'a> {
    fn from(count: &Count<'a>) -> Self {
        let Count { name: rule, family, errors, warnings, infos, files, routes, .. } = *count;
        Self { rule, family, errors, warnings, infos, files, routes }
    }
}

impl<'a> From<&'a Step> for Note<'a> {
    fn from(step: &'a Step) -> Self {
        Self { file: &step.place.file, range: Range::from(&step.place), message: &step.message }
    }
}

impl From<&Place> for Range {
    fn from(place: &Place) -> Self {
        let point = |offset| {
            let position = place.source.position(offset);
            Point { line: position.line, column: position.column, offset }
        };
        Self { start: point(place.start), end: point(place.end) }
    }
}
