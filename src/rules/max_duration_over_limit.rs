//! `max-duration-over-limit`: a route asks for more time than its platform gives.

use super::RuleContext;
use super::support::judge::{judge, meta};
use crate::catalogue::Duration;
use crate::diagnostic::{Confidence, Finding, RouteId, Severity};
use crate::link::{Program, Route};
use crate::project::Target;
use crate::span::Location;

const RULE: &str = "max-duration-over-limit";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    findings.extend(program.route_ids().filter_map(|(id, route)| one(program, id, route)));
}

fn one(program: &Program<'_>, id: RouteId, route: &Route) -> Option<Finding> {
    let meta = meta(RULE)?;
    let asked = u64::from(route.max_duration?);
    let app = program.project.apps.get(route.app)?;
    let verdict = judge(program, meta, &[id], |_, _| true)?;
    let limit =
        program.catalogue.limits.duration(verdict.target.as_str(), app.plan, Some(route.runtime.as_str()))?;
    let max = limit.max?;
    if asked <= max {
        return None;
    }
    let (message, severity) = over(route, asked, verdict.target, &limit)?;
    // The assumed platform may be another one.
    let confidence = if app.target.assumed { Confidence::Medium } else { meta.confidence };
    let primary = Location { file: route.file, span: place(program, route)? };
    let trace = program.trace(&[], (primary, format!("{} asks for {asked} s here", route.path)));
    Some(Finding {
        rule: meta.id,
        severity: verdict.severity.min(severity),
        confidence,
        message,
        help: help(verdict.target, max),
        primary,
        related: Vec::new(),
        trace,
        routes: verdict.routes,
        function: String::new(),
        subject: None,
        fix: None,
    })
}

fn over(route: &Route, asked: u64, target: Target, limit: &Duration<'_>) -> Option<(String, Severity)> {
    let path = &route.path;
    let (max, month) = (limit.max?, limit.limit.month());
    Some(match target {
        Target::Vercel => match limit.beta {
            Some(beta) if asked <= beta => (
                format!(
                    "{path} asks for {asked} s: Vercel gives at most {max} s on its paid plans ({month}), and up to {beta} s only in a beta"
                ),
                Severity::Warning,
            ),
            None if limit.limit.plan.as_deref() == Some("hobby") => (
                format!(
                    "{path} asks for {asked} s: Vercel gives at most {max} s on the Hobby plan ({month}), so that the deployment fails"
                ),
                Severity::Error,
            ),
            _ => (
                format!(
                    "{path} asks for {asked} s: Vercel gives at most {} s on any plan ({month}), so that the deployment fails",
                    limit.beta.unwrap_or(max)
                ),
                Severity::Error,
            ),
        },
        Target::Netlify => (
            format!(
                "{path} asks for {asked} s: Netlify stops every function after {max} s ({month}) and does not read `maxDuration`"
            ),
            Severity::Warning,
        ),
        Target::Lambda => (
            format!("{path} asks for {asked} s: a Lambda function runs for {max} s at most ({month})"),
            Severity::Error,
        ),
        _ => (
            format!("{path} asks for {asked} s: the platform gives at most {max} s ({month})"),
            Severity::Warning,
        ),
    })
}

/// Where the limit is written; the handler, where it stands in another file.
fn place(program: &Program<'_>, route: &Route) -> Option<crate::span::Span> {
    let facts = &program.module(route.file)?.facts;
    let named = |name: &str| {
        facts.exports.iter().find(|export| facts.text(export.name) == name).map(|export| export.span)
    };
    named("maxDuration")
        .or_else(|| named("config"))
        .or_else(|| route.handlers.first().map(|handler| handler.at.1))
}

fn help(target: Target, max: u64) -> String {
    match target {
        // What Hobby gives needs no word where that is the limit.
        Target::Vercel if max <= 300 => {
            format!("Ask for {max} s or less, and hand longer work to the Workflow SDK or Vercel Queues.")
        }
        Target::Vercel => format!(
            "Ask for {max} s or less (300 s on the Hobby plan), and hand longer work to the Workflow SDK or Vercel Queues."
        ),
        Target::Netlify => {
            "Move the work to a background function (`*-background`), which has 15 minutes.".to_owned()
        }
        Target::Lambda => {
            format!("Ask for {max} s or less, and hand longer work to SQS, Step Functions or an ECS task.")
        }
        _ => format!("Ask for {max} s or less, and hand longer work to a job."),
    }
}
