//! Which route is meant, and what it usually becomes.

use std::path::Path;

use crate::analyze::Survey;
use crate::diagnostic::{Severity, similar};
use crate::report::{AppReport, Diagnostic, Report, RouteReport, is_api_kind};

use super::{MigrateError, To};

/// A route with what is known of it.
pub(super) struct Chosen<'s> {
    /// The index of its app in `Survey::apps`.
    pub(super) app: usize,
    /// The route.
    pub(super) route: &'s RouteReport,
    /// The finding that was named, if one was; else all that name the route.
    pub(super) findings: Vec<&'s Diagnostic>,
    /// How many routes the finding names besides this one.
    pub(super) others: usize,
}

/// How short the beginning of a fingerprint may be.
const SHORTEST: usize = 4;

/// Finds what somebody names: a URL path, a file, or a finding.
pub(super) fn choose<'s>(survey: &'s Survey, asked: &str, here: &Path) -> Result<Chosen<'s>, MigrateError> {
    let by_path = routes(survey).filter(|(_, route)| route.path == asked.trim_end_matches('/'));
    let mut found: Vec<_> = by_path.collect();
    if found.is_empty() {
        let file = file_of(&survey.report, asked, here);
        found = routes(survey).filter(|(_, route)| file.as_deref() == Some(&*route.file)).collect();
    }
    match found.as_slice() {
        [] => by_fingerprint(survey, asked),
        [(app, route)] => {
            let about = survey.apps[*app].report.diagnostics.iter();
            let findings = about.filter(|finding| finding.routes.contains(&route.path)).collect();
            chosen(*app, route, findings, 0)
        }
        several => Err(MigrateError::Ambiguous {
            asked: asked.to_owned(),
            candidates: names(several.iter().map(|(_, route)| route.file.clone())),
        }),
    }
}

/// All routes of Next.js, with the index of their app.
fn routes(survey: &Survey) -> impl Iterator<Item = (usize, &RouteReport)> {
    let apps = survey.apps.iter().enumerate();
    let apps = apps.flat_map(|(index, app)| app.report.apps.iter().map(move |report| (index, report)));
    apps.filter(|(_, app)| app.framework == "next")
        .flat_map(|(index, app): (usize, &AppReport)| app.routes.iter().map(move |route| (index, route)))
}

/// The path of a file as reports write it: it may have been named from the scanned folder, or from the current one.
fn file_of(report: &Report, asked: &str, here: &Path) -> Option<String> {
    let named = asked.strip_prefix("./").unwrap_or(asked);
    let is_file = |path: &str| report.apps.iter().flat_map(|app| &app.routes).any(|route| route.file == path);
    if is_file(named) {
        return Some(named.to_owned());
    }
    let path = here.join(asked).canonicalize().ok()?;
    let below = path.strip_prefix(&report.base).ok()?.to_str()?.replace('\\', "/");
    is_file(&below).then_some(below)
}

fn by_fingerprint<'s>(survey: &'s Survey, asked: &str) -> Result<Chosen<'s>, MigrateError> {
    let is_hex = asked.len() >= SHORTEST && asked.bytes().all(|byte| byte.is_ascii_hexdigit());
    let start = asked.to_ascii_lowercase();
    let apps = survey.apps.iter().enumerate();
    let all = apps.flat_map(|(app, one)| one.report.diagnostics.iter().map(move |finding| (app, finding)));
    let found: Vec<_> =
        all.filter(|(_, finding)| is_hex && finding.fingerprint.starts_with(&start)).collect();
    let Some(&(app, finding)) = found.first() else {
        return Err(unknown(survey, asked));
    };
    if found.iter().any(|(_, other)| other.fingerprint != finding.fingerprint) {
        let name = |finding: &Diagnostic| format!("{} ({})", finding.fingerprint, finding.rule.id);
        return Err(MigrateError::Ambiguous {
            asked: asked.to_owned(),
            candidates: names(found.iter().map(|(_, finding)| name(finding))),
        });
    }
    // The trace begins in the route that the finding is told of.
    let told = finding.trace.first().map(|step| step.place.file.as_str());
    let of_finding =
        || routes(survey).filter(|(at, route)| *at == app && finding.routes.contains(&route.path));
    let route = of_finding().find(|(_, route)| told == Some(&route.file)).or_else(|| of_finding().next());
    let Some((app, route)) = route else {
        return Err(MigrateError::NoRoute { place: finding.place.link() });
    };
    chosen(app, route, vec![finding], finding.routes.len().saturating_sub(1))
}

fn chosen<'s>(
    app: usize,
    route: &'s RouteReport,
    findings: Vec<&'s Diagnostic>,
    others: usize,
) -> Result<Chosen<'s>, MigrateError> {
    if !is_api_kind(&route.kind) {
        return Err(MigrateError::Kind { path: route.path.clone(), kind: route.kind.clone() });
    }
    Ok(Chosen { app, route, findings, others })
}

fn unknown(survey: &Survey, asked: &str) -> MigrateError {
    let names = routes(survey).flat_map(|(_, route)| [route.path.as_str(), route.file.as_str()]);
    let mut similar: Vec<String> = similar(asked, names).into_iter().map(str::to_owned).collect();
    similar.dedup();
    MigrateError::Unknown { asked: asked.to_owned(), similar }
}

fn names(found: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = found.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Work that only has to be done by the function that does not block, as the catalogue's words for it say.
fn is_short(finding: &Diagnostic) -> bool {
    finding.rule.id == "heavy-work" && finding.message.contains(" that blocks:")
}

/// Rules about work that is too much for a request.
const WORK: [&str; 5] =
    ["heavy-work", "unbounded-fan-out", "blocking-wait", "max-duration-over-limit", "in-process-scheduler"];

/// What a route becomes if nobody says, and why.
pub(super) fn usual(chosen: &Chosen<'_>) -> (To, String) {
    let because = |finding: &Diagnostic, what: &str| {
        format!("{what}: `{}` at `{}`", finding.rule.id, finding.place.link())
    };
    // Hints count if nothing firmer is there.
    for hints in [false, true] {
        let is = |rules: &[&str]| {
            let mut level = chosen.findings.iter().filter(|it| (it.severity == Severity::Info) == hints);
            level.find(|finding| rules.contains(&finding.rule.id) && !is_short(finding))
        };
        if let Some(finding) = is(&SOCKETS) {
            return (To::Express, because(finding, "connections need a process that stays up"));
        }
        if let Some(finding) = is(&WORK) {
            return (To::Queue, because(finding, "the work does not belong in a request"));
        }
        if let Some(finding) = is(&["lost-work"]) {
            return (To::After, because(finding, "the work is for after the response"));
        }
    }
    let why = "no finding of the route asks for a queue, for sockets, or for work after the response";
    (To::Express, why.to_owned())
}

/// Rules about connections of the process.
pub(super) const SOCKETS: [&str; 2] = ["websocket-server", "in-process-broadcast"];
