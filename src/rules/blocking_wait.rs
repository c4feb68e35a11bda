//! `blocking-wait`: a request sleeps, or asks again and again until something is done.

use super::RuleContext;
use super::support::judge::{Words, count, paths};
use super::support::place::{Occurrence, found, no_surer_than, occurrence, verdict};
use super::support::sleeps::{Rounds, Sleep, rounds, sleeps};
use crate::catalogue::WorkKind;
use crate::diagnostic::{Confidence, Finding, Severity};
use crate::facts::{ContextKind, Expr, ExprId, ModuleFacts};
use crate::link::{ExprRef, Phase, Program, Value};
use crate::project::{EntryKind, Target};
use crate::span::Location;

const RULE: &str = "blocking-wait";

/// Pauses of this many milliseconds are worth a report.
const LONG: f64 = 5000.0;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    for sleep in sleeps(context) {
        findings.extend(pause(context, sleep));
    }
    for work in context.apis.work.iter().filter(|work| work.api.kind == WorkKind::Poll) {
        let program = context.program;
        let Some(place) = occurrence(program, work.location(program), work.function, &[Phase::Request])
        else {
            continue;
        };
        let message = format!("{} keeps the request waiting until the other side is done", work.api.what);
        findings.extend(report(context, place, (&message, Severity::Warning, Confidence::High), true));
    }
}

fn pause(context: &RuleContext<'_, '_>, sleep: Sleep) -> Option<Finding> {
    let program = context.program;
    let facts = &program.module(sleep.file)?.facts;
    let site = facts.site(sleep.site);
    let time = sleep.milliseconds;
    let of = |text: String, confidence| Some((text, Severity::Warning, confidence));
    let what = match rounds(program, sleep) {
        Rounds::Once | Rounds::Each => match time {
            Some(time) if time >= LONG => {
                of(format!("the request sleeps for {}", seconds(time)), Confidence::High)
            }
            _ => None,
        },
        Rounds::AtMost(rounds) => match time {
            Some(time) if time * rounds >= LONG && rounds < 1e6 => of(
                format!(
                    "the request sleeps for {} up to {rounds} times: {} in all",
                    seconds(time),
                    seconds(time * rounds)
                ),
                Confidence::High,
            ),
            _ => None,
        },
        Rounds::Until(limit) if (LONG..1e8).contains(&limit) => {
            of(format!("the request asks again and again for up to {}", seconds(limit)), Confidence::Medium)
        }
        Rounds::Open => of(
            "the request asks again and again until something is done, and nothing limits how long"
                .to_owned(),
            Confidence::Medium,
        ),
        Rounds::Until(_) | Rounds::Streams | Rounds::Unknown => None,
    };
    let (message, severity, confidence) = what?;
    let in_development = facts.contexts_from(site.context).any(|context| match context.kind {
        ContextKind::If { test, truth } | ContextKind::Survived { test, truth } => {
            tests_environment(program, facts, ExprRef { file: sleep.file, id: test }, truth)
        }
        _ => false,
    });
    if in_development || facts.function(sleep.function.id).directives.workflow {
        return None;
    }
    let at = Location { file: sleep.file, span: site.span };
    let place = occurrence(program, at, sleep.function, &[Phase::Request])?;
    let message = if sleep.blocks { format!("{message}, and the whole process with it") } else { message };
    report(context, place, (&message, severity, confidence), false)
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
    (message, severity, confidence): (&str, Severity, Confidence),
    may_be_planned: bool,
) -> Option<Finding> {
    let program = context.program;
    let verdict = verdict(program, RULE, place, |route, _| {
        let planned = may_be_planned && route.max_duration.is_some_and(|seconds| seconds >= 60);
        route.kind != EntryKind::Instrumentation && !planned
    })?
    .at_most(severity);
    let routes = paths(program, &verdict.routes);
    let reached = if routes > 1 { format!(", on {}", count(routes, "route")) } else { String::new() };
    let words = Words {
        message: format!("{message}{reached}"),
        help: help(verdict.target),
        step: "waits here".to_owned(),
    };
    Some(no_surer_than(found(program, RULE, place, verdict, words)?, confidence))
}

/// `10 s`, `1.5 s`, `10 min`
fn seconds(milliseconds: f64) -> String {
    let seconds = milliseconds / 1000.0;
    if seconds >= 120.0 {
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
