//! `missing-max-duration`: a route waits for work that takes long, and leaves its time limit at the default.

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::support::judge::{Verdict, judge, meta};
use super::support::models::{gives_up_after, runs_text_model};
use super::support::place::{Occurrence, occurrence};
use super::support::queries::chain::last_name;
use crate::catalogue::{Duration, WorkKind};
use crate::diagnostic::{Confidence, Finding, RouteId};
use crate::facts::Expr;
use crate::link::{Phase, Program, Route, Runtime};
use crate::project::{EntryKind, Target};
use crate::rules::support::apis::ApiSite;
use crate::span::Location;

const RULE: &str = "missing-max-duration";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    // One finding per route file: that is where the limit is set. The first work that it reaches stands for all.
    let mut done: FxHashSet<RouteId> = FxHashSet::default();
    for work in context.apis.work.iter().filter(|work| takes_long(program, work)) {
        let Some(place) = occurrence(program, work.location(program), work.function, &[Phase::Request])
        else {
            continue;
        };
        for route in program.graph.routes_to(place.node) {
            if !done.contains(&route)
                && let Some(finding) = one(context, route, place, work)
            {
                done.insert(route);
                findings.push(finding);
            }
        }
    }
}

/// Whether work takes seconds to minutes in any case.
fn takes_long(program: &Program<'_>, work: &ApiSite<'_, WorkKind>) -> bool {
    match work.api.kind {
        WorkKind::Crawl | WorkKind::Video => true,
        // Other waits are a finding of `blocking-wait`.
        WorkKind::Poll => runs_text_model(program, work),
        WorkKind::Generation => work.api.what != "an embedding call" || embeds_many(program, work),
        _ => false,
    }
}

/// `embeddings.create({ input: chunks.map(…) })`: one text is quick, a document's are not.
fn embeds_many(program: &Program<'_>, work: &ApiSite<'_, WorkKind>) -> bool {
    let Some(module) = program.module(work.file) else { return false };
    let facts = &module.facts;
    let Some(&options) = facts.list(work.args).first() else { return false };
    let Expr::Object(list) = facts.expr(options) else { return false };
    facts.object(list).iter().any(|property| {
        let crate::facts::PropertyKey::Name(name) = property.key else { return false };
        let Expr::Call(site) = facts.expr(property.value) else { return false };
        let crate::facts::SiteKind::Call { callee, .. } = facts.site(site).kind else { return false };
        facts.text(name) == "input" && last_name(facts, callee) == Some("map")
    })
}

fn one(
    context: &RuleContext<'_, '_>,
    id: RouteId,
    place: Occurrence,
    work: &ApiSite<'_, WorkKind>,
) -> Option<Finding> {
    let program = context.program;
    let meta = meta(RULE)?;
    let route = program.route(id);
    let is_route = matches!(route.kind, EntryKind::AppRoute | EntryKind::PagesApi);
    if !is_route || route.max_duration.is_some() || route.runtime == Runtime::Edge {
        return None;
    }
    let verdict: Verdict = judge(program, meta, &[id], |_, _| true)?;
    let judged = if verdict.target == Target::Server { Target::Vercel } else { verdict.target };
    let plan = program.project.apps.get(route.app).and_then(|app| app.plan);
    let limit = program.catalogue.limits.duration(judged.as_str(), plan, Some(route.runtime.as_str()))?;
    // Who gives up before the limit is not stopped by it. Some platforms that run on Lambda stop after 10 s.
    let default = limit.default.filter(|_| verdict.target != Target::Lambda).unwrap_or(10);
    let seconds = u32::try_from(default).map_or(f64::MAX, f64::from);
    if gives_up_after(program, work).is_some_and(|time| time < seconds * 1000.0) {
        return None;
    }
    let path = program.graph.path_from(&[id], place.node);
    let (edge, _) = *path.first()?;
    let entry = (edge.file, program.span_of_edge(&edge));
    let handler = Location { file: route.file, span: handler_span(route, entry) };
    let trace = program.trace(&path, (place.at, format!("waits for {} here", work.api.what)));
    let message = message(route, &work.api.what, verdict.target, &limit);
    Some(Finding {
        rule: meta.id,
        severity: verdict.severity,
        confidence: meta.confidence.min(Confidence::High),
        message,
        help: help(verdict.target, &limit),
        primary: handler,
        related: Vec::new(),
        trace,
        routes: vec![id],
        function: edge_name(route, entry),
        subject: None,
        fix: None,
    })
}

/// The export through which the way enters.
fn handler_span(route: &Route, at: (crate::span::FileId, crate::span::Span)) -> crate::span::Span {
    let entered = route.handlers.iter().find(|handler| handler.at == at);
    entered.or_else(|| route.handlers.first()).map_or(at.1, |handler| handler.at.1)
}

fn edge_name(route: &Route, at: (crate::span::FileId, crate::span::Span)) -> String {
    let entered = route.handlers.iter().find(|handler| handler.at == at);
    entered.map(|handler| handler.name.clone()).unwrap_or_default()
}

fn message(route: &Route, what: &str, target: Target, limit: &Duration<'_>) -> String {
    let path = &route.path;
    let after = limit.default.map(|seconds| format!(" after {seconds} s")).unwrap_or_default();
    match target {
        Target::Netlify => {
            format!(
                "{path} waits for {what}, and Netlify stops every function{after}, which cannot be changed"
            )
        }
        Target::Vercel => {
            format!(
                "{path} waits for {what} and sets no `maxDuration`: Vercel stops it{after}, much earlier without Fluid compute"
            )
        }
        Target::Server => format!(
            "{path} waits for {what} and sets no time limit: nothing here ends it, and a proxy in front may give up first"
        ),
        Target::Lambda => format!(
            "{path} waits for {what} and sets no `maxDuration`: serverless platforms stop it at their default, often after 10 to {} s",
            limit.default.unwrap_or(60).max(20)
        ),
        _ => format!("{path} waits for {what} and sets no time limit: the platform stops it{after}"),
    }
}

fn help(target: Target, limit: &Duration<'_>) -> String {
    let max = limit.max.unwrap_or(300);
    match target {
        Target::Netlify => {
            "Stream the answer, which begins before the limit, or move the work to a background function \
                            (`*-background`), which has 15 minutes."
                .to_owned()
        }
        Target::Lambda => format!(
            "Say what the work needs: `export const maxDuration = 60` where the platform reads it, `server.timeout` in \
             `sst.config.ts`, `timeout` of the function elsewhere (Lambda allows {max} s). Hand longer work to a queue."
        ),
        Target::Server => "Give the call a limit of its own (`abortSignal: AbortSignal.timeout(60_000)`) that is below the \
                           proxy's (nginx: `proxy_read_timeout`, 60 s unless set), or hand the work to a queue."
            .to_owned(),
        Target::CloudRun => {
            "Set the service's request timeout (`--timeout`), or hand the work to Cloud Tasks.".to_owned()
        }
        _ => format!(
            "Say what the work needs: `export const maxDuration = 60` in the route, as a literal; up to {max} s. Hand longer work \
             to the Workflow SDK or Vercel Queues."
        ),
    }
}
