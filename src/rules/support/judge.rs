//! From a place in the program to a finding: routes, target, severity, trace.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Confidence, Finding, RouteId, Severity};
use crate::link::{Edge, FunctionRef, NodeId, Program, Route, Runtime};
use crate::project::{EntryKind, Target};
use crate::rules::{RuleMeta, rule};
use crate::span::Location;

/// What is known of a place once it is judged: the routes that make it matter, and for which target.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    /// The target that it is worst on, among those of the routes.
    pub target: Target,
    /// Severity there.
    pub severity: Severity,
    /// The routes for which it matters.
    pub routes: Vec<RouteId>,
}

/// Judges a finding for the routes that lead to it, less those for which it does not matter.
pub(crate) fn judge(
    program: &Program<'_>,
    meta: &RuleMeta,
    all: &[RouteId],
    matters: impl Fn(&Route, Target) -> bool,
) -> Option<Verdict> {
    let mut verdict: Option<Verdict> = None;
    let mut routes = Vec::new();
    for &id in all {
        let route = program.route(id);
        let Some(app) = program.project.apps.get(route.app) else { continue };
        let target = app.target.target;
        // A static export has no server. Routes in pages/api are no part of it: they are there for another way to
        // run the app, if only for development.
        let is_exported = app.config.static_export && route.kind != EntryKind::PagesApi;
        if is_exported || !matters(route, target) {
            continue;
        }
        let Some(severity) = meta.severity_on(target) else { continue };
        routes.push(id);
        if verdict.as_ref().is_none_or(|v| v.severity < severity) {
            verdict = Some(Verdict { target, severity, routes: Vec::new() });
        }
    }
    let verdict = verdict?;
    Some(Verdict { routes, ..verdict })
}

/// Whether a route runs on the edge runtime.
pub(crate) fn is_edge(route: &Route) -> bool {
    route.runtime == Runtime::Edge
}

/// Entry files that should hold no clients of their own; actions and instrumentation are modules like others.
pub(crate) const fn is_route_file(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::AppRoute | EntryKind::PagesApi | EntryKind::Middleware | EntryKind::Proxy)
}

/// The rule's page.
pub(crate) fn meta(id: &str) -> Option<&'static RuleMeta> {
    rule(id).map(|rule| &rule.meta)
}

/// What is said of a finding besides where it is.
pub(crate) struct Words {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// What the last step of the trace says.
    pub step: String,
}

/// A finding at a place in a function, with the way that leads there.
pub(crate) fn finding(
    program: &Program<'_>,
    meta: &'static RuleMeta,
    (primary, function, path): (Location, FunctionRef, &[(Edge, NodeId)]),
    verdict: Verdict,
    words: Words,
) -> Finding {
    let trace = program.trace(path, (primary, words.step));
    Finding {
        rule: meta.id,
        severity: verdict.severity,
        confidence: meta.confidence,
        message: words.message,
        help: words.help,
        primary,
        related: Vec::new(),
        trace,
        routes: verdict.routes,
        function: program.function_name(function).to_owned(),
        subject: None,
        fix: None,
    }
}

/// Confidence for a way that is, or is not, proven call by call.
pub(crate) fn confidence(meta: &RuleMeta, proven: bool) -> Confidence {
    if proven { meta.confidence } else { meta.confidence.min(Confidence::Medium) }
}

/// `1 route`, `3 routes`
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// How many different paths these routes have: reports list paths.
pub(crate) fn paths(program: &Program<'_>, routes: &[RouteId]) -> usize {
    let paths: FxHashSet<&str> = routes.iter().map(|&id| program.route(id).path.as_str()).collect();
    paths.len()
}
