//! `blocking-wait`: a request sleeps, or asks again and again until something is done.

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::support::judge::{Words, paths};
use super::support::models::runs_text_model;
use super::support::place::{Occurrence, found, no_surer_than, occurrence, verdict};
use super::support::polls::{Rounds, is_asked_for, loop_around, rounds};
use super::support::sleeps::{Sleep, sleeps};
use crate::catalogue::WorkKind;
use crate::diagnostic::{Confidence, Finding, RouteId, Severity, on_routes};
use crate::facts::{ContextKind, Expr, ExprId, ModuleFacts};
use crate::link::{ExprRef, Phase, Program, Value};
use crate::project::{EntryKind, Target};
use crate::span::{FileId, Location, Span};

const RULE: &str = "blocking-wait";

/// Pauses of this many milliseconds are worth a report.
const LONG: f64 = 5000.0;

/// Rounds of a loop have to take this many milliseconds together: a few retries are no polling.
const LONG_IN_ALL: f64 = 10_000.0;

/// Waits longer than this many milliseconds are not told by the minute.
const HOURS: f64 = 4.0 * 3_600_000.0;

/// What is said of a pause.
struct Wait {
    text: String,
    confidence: Confidence,
    /// How long it is in all, in milliseconds, where that is known.
    total: Option<f64>,
    /// From how many milliseconds on that is worth a report, unless a team says otherwise.
    shortest: f64,
}

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    let mut pauses = sleeps(context);
    // Of several pauses in a loop the one that every round makes stands for all; others are retries.
    pauses.sort_by_key(|sleep| (sleep.file, nesting(program, *sleep), sleep.site));
    let mut loops: FxHashSet<(FileId, Span)> = FxHashSet::default();
    for sleep in pauses {
        let around = loop_around(program, sleep).map(|(_, _, span)| (sleep.file, span));
        if around.is_some_and(|around| loops.contains(&around)) {
            continue;
        }
        if let Some(finding) = pause(context, sleep) {
            loops.extend(around);
            findings.push(finding);
        }
    }
    for work in context.apis.work.iter().filter(|work| work.api.kind == WorkKind::Poll) {
        if runs_text_model(program, work) {
            continue;
        }
        let Some(place) = occurrence(program, work.location(program), work.function, &[Phase::Request])
        else {
            continue;
        };
        let text = format!("{} keeps the request waiting until the other side is done", work.api.what);
        let wait = Wait { text, confidence: Confidence::High, total: None, shortest: LONG };
        findings.extend(report(context, place, &wait, true));
    }
}

/// How many conditions and blocks are around a pause in its loop.
fn nesting(program: &Program<'_>, sleep: Sleep) -> usize {
    let Some(module) = program.module(sleep.file) else { return 0 };
    let facts = &module.facts;
    let kinds = facts.contexts_from(facts.site(sleep.site).context).map(|context| context.kind);
    let inner = kinds.take_while(|kind| !matches!(kind, ContextKind::Loop { .. }));
    inner.filter(|kind| !matches!(kind, ContextKind::Survived { .. })).count()
}

fn pause(context: &RuleContext<'_, '_>, sleep: Sleep) -> Option<Finding> {
    let program = context.program;
    let facts = &program.module(sleep.file)?.facts;
    let site = facts.site(sleep.site);
    let mut wait = wait(program, sleep)?;
    let in_development = facts.contexts_from(site.context).any(|context| match context.kind {
        ContextKind::If { test, truth } | ContextKind::Survived { test, truth } => {
            tests_environment(program, facts, ExprRef { file: sleep.file, id: test }, truth)
        }
        _ => false,
    });
    if in_development || facts.function(sleep.function.id).directives.workflow || is_asked_for(program, sleep)
    {
        return None;
    }
    let at = Location { file: sleep.file, span: site.span };
    let place = occurrence(program, at, sleep.function, &[Phase::Request])?;
    if sleep.blocks {
        wait.text.push_str(", and the whole process with it");
    }
    report(context, place, &wait, false)
}

/// How long a pause makes the request wait.
fn wait(program: &Program<'_>, sleep: Sleep) -> Option<Wait> {
    let of =
        |text, total, shortest, confidence| Some(Wait { text, confidence, total: Some(total), shortest });
    match (rounds(program, sleep), sleep.milliseconds) {
        (Rounds::Once | Rounds::Each, Some(time)) => {
            of(format!("the request sleeps for {}", seconds(time)), time, LONG, Confidence::High)
        }
        (Rounds::AtMost(rounds), Some(time)) => {
            let all = time * rounds;
            let text = format!(
                "the request sleeps for {} up to {rounds:.0} times: {} in all",
                seconds(time),
                seconds(all)
            );
            of(text, all, LONG_IN_ALL, Confidence::High)
        }
        (Rounds::Until(limit), _) => {
            let text = format!("the request asks again and again for up to {}", seconds(limit));
            of(text, limit, LONG_IN_ALL, Confidence::Medium)
        }
        (Rounds::Open, _) => {
            let text =
                "the request asks again and again until something is done, and nothing limits how long";
            Some(Wait {
                text: text.to_owned(),
                confidence: Confidence::Medium,
                total: None,
                shortest: LONG_IN_ALL,
            })
        }
        _ => None,
    }
}

/// `if (process.env.NODE_ENV === 'development')`: production does not wait.
fn tests_environment(program: &Program<'_>, facts: &ModuleFacts, test: ExprRef, truth: bool) -> bool {
    use crate::facts::BinaryKind::{Equal, NotEqual};
    let Expr::Binary { kind, left, right } = facts.expr(test.id) else { return false };
    let text = |id: ExprId| match facts.expr(id) {
        Expr::Str(name) => Some(facts.text(name)),
        _ => None,
    };
    let is_environment = |id: ExprId| matches!(program.value(ExprRef { file: test.file, id }), Value::Global(path) if path == ["process", "env", "NODE_ENV"]);
    let named = match (is_environment(left), is_environment(right)) {
        (true, _) => text(right),
        (_, true) => text(left),
        _ => None,
    };
    match (named, kind) {
        (Some("production"), Equal) => !truth,
        (Some("production"), NotEqual) => truth,
        (Some(_), Equal) => truth,
        _ => false,
    }
}

fn report(
    context: &RuleContext<'_, '_>,
    place: Occurrence,
    wait: &Wait,
    may_be_planned: bool,
) -> Option<Finding> {
    let program = context.program;
    let verdict = verdict(program, RULE, place, |route, _| {
        let planned = may_be_planned && route.max_duration.is_some_and(|seconds| seconds >= 60);
        let chosen = context.choices.at(place.at.file, Some(route), |choices| choices.shortest_wait);
        let shortest = chosen.map_or(wait.shortest, |seconds| f64::from(seconds) * 1000.0);
        let is_long = wait.total.is_none_or(|total| total >= shortest);
        route.kind != EntryKind::Instrumentation && !planned && is_long
    })?;
    let routes = paths(program, &verdict.routes);
    let reached = on_routes(", on ", routes, "");
    let (severity, planned) = against_limit(program, &verdict.routes, wait.total);
    let words = Words {
        message: format!("{}{reached}{planned}", wait.text),
        help: help(verdict.target),
        step: "waits here".to_owned(),
    };
    let finding = found(program, RULE, place, verdict.at_most(severity), words)?;
    Some(no_surer_than(finding, wait.confidence))
}

/// What the routes' `maxDuration` makes of a wait: clearly below it somebody planned it, above it never ends well.
fn against_limit(program: &Program<'_>, routes: &[RouteId], total: Option<f64>) -> (Severity, String) {
    let limits = routes.iter().map(|&id| program.route(id).max_duration);
    let (Some(total), Some(limits)) = (total, limits.collect::<Option<Vec<u32>>>()) else {
        return (Severity::Warning, String::new());
    };
    let Some(&least) = limits.iter().min() else { return (Severity::Warning, String::new()) };
    let whose = if limits.len() > 1 { "the" } else { "its" };
    let limit = f64::from(least) * 1000.0;
    if total > limit {
        (Severity::Warning, format!(", longer than {whose} `maxDuration` of {least} s"))
    } else if total <= limit * 0.8 {
        (Severity::Info, format!(", within {whose} `maxDuration` of {least} s"))
    } else {
        (Severity::Warning, format!(", most of {whose} `maxDuration` of {least} s"))
    }
}

/// `10 s`, `1.5 s`, `10 min`, `hours`
fn seconds(milliseconds: f64) -> String {
    let seconds = milliseconds / 1000.0;
    if milliseconds > HOURS {
        "hours".to_owned()
    } else if seconds >= 120.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{} s", (seconds * 10.0).round() / 10.0)
    }
}

fn help(target: Target) -> String {
    let later = match target {
        Target::Vercel => {
            "with the Workflow SDK (`sleep()` in a `'use workflow'` function costs nothing) or Vercel Queues with a delay"
        }
        Target::Netlify => "in a background function",
        Target::Lambda => "with SQS (`DelaySeconds`) or a wait state of Step Functions",
        Target::Cloudflare => "with a Workflow (`step.sleep`) or a Queue with a delay",
        Target::CloudRun => "with Cloud Tasks and a schedule time",
        Target::Server | Target::Cluster => "with a delayed job of a queue such as BullMQ",
    };
    format!(
        "Start the work, answer 202 with an address to ask for its state, and go on {later}; or have the other side call a webhook."
    )
}
