//! `unbounded-fan-out`: a request waits for one call of another service per element of something without an end.

use super::RuleContext;
use super::support::iteration::{Each, Fan, Loops};
use super::support::judge::{Words, paths};
use super::support::origin::{Length, Origins};
use super::support::outside::Outside;
use super::support::place::{PER_REQUEST, found, no_surer_than, occurrence, verdict};
use crate::diagnostic::{Confidence, Finding, Severity, on_routes};
use crate::facts::Expr;
use crate::link::{ExprRef, Route};
use crate::project::{EntryKind, Target};
use crate::span::Location;

const RULE: &str = "unbounded-fan-out";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let origins = Origins::new(context);
    let mut open: Vec<(Fan, Grade)> = Vec::new();
    let fans = Loops::find(context);
    for &fan in &fans {
        let alone = || !fans.iter().any(|other| is_inside(other, &fan));
        if let Some(grade) = grade(&origins, &fan, alone) {
            open.push((fan, grade));
        }
    }
    // Sorted by file and start, a loop comes before what is inside it.
    open.sort_by_key(|(fan, _)| (fan.file, fan.span.start, std::cmp::Reverse(fan.span.end)));
    let mut outer: Option<(crate::span::FileId, u32)> = None;
    for (fan, grade) in open {
        if outer.is_some_and(|(file, end)| file == fan.file && fan.span.end <= end) {
            continue;
        }
        outer = Some((fan.file, fan.span.end));
        findings.extend(one(context, &fan, grade));
    }
}

/// What is wrong with a loop, and how sure that is.
#[derive(Clone, Copy, Debug)]
struct Grade {
    length: Length,
    severity: Severity,
    confidence: Confidence,
}

/// Whether a loop is inside another.
fn is_inside(inner: &Fan, outer: &Fan) -> bool {
    let within = outer.span.start <= inner.span.start && inner.span.end <= outer.span.end;
    inner.file == outer.file && inner.span != outer.span && within
}

/// What is wrong with a loop; `alone` says whether there is no other inside it.
fn grade(origins: &Origins<'_, '_, '_>, fan: &Fan, alone: impl Fn() -> bool) -> Option<Grade> {
    let known = fan.outside.has(Outside::KNOWN);
    let slow = fan.outside.has(Outside::SLOW);
    let of = |length, severity, confidence| Some(Grade { length, severity, confidence });
    match fan.each {
        Each::Element(collection) | Each::Chunk(collection) => match origins.of(collection) {
            // A query for each hundred rows, or of what a request may send, is what is advised.
            length @ (Length::Sent(_) | Length::Rows)
                if matches!(fan.each, Each::Chunk(_))
                    && !slow
                    && !fan.outside.has(Outside::REMOTE)
                    && (length != Length::Rows || alone()) =>
            {
                of(length, Severity::Info, Confidence::Medium)
            }
            Length::Rows if known => of(Length::Rows, Severity::Warning, Confidence::High),
            length if length.is_open() => of(length, Severity::Warning, Confidence::Medium),
            Length::Unknown if fan.recursive => of(Length::Unknown, Severity::Warning, Confidence::Medium),
            Length::Unknown if slow && !fan.searches && is_part(origins, collection) => {
                of(Length::Unknown, Severity::Info, Confidence::Medium)
            }
            Length::Unknown if matches!(fan.each, Each::Chunk(_)) && fan.outside.has(Outside::REMOTE) => {
                of(Length::Unknown, Severity::Info, Confidence::Medium)
            }
            _ => None,
        },
        Each::Page => of(Length::Unknown, Severity::Info, Confidence::Medium),
    }
}

/// Whether a collection is a part of something that was handed over: `resume.experience`.
fn is_part(origins: &Origins<'_, '_, '_>, collection: ExprRef) -> bool {
    let module = origins.program().module(collection.file);
    module.is_some_and(|module| matches!(module.facts.expr(collection.id), Expr::Member { .. }))
}

fn one(context: &RuleContext<'_, '_>, fan: &Fan, grade: Grade) -> Option<Finding> {
    let program = context.program;
    let at = Location { file: fan.file, span: fan.span };
    let place = occurrence(program, at, fan.function, PER_REQUEST)?;
    let verdict = verdict(program, RULE, place, |route, _| matters(route))?.at_most(grade.severity);
    let routes = paths(program, &verdict.routes);
    let words = Words {
        message: message(fan, grade, routes),
        help: help(fan, verdict.target),
        step: "waits for one call after the other, or for all of them, here".to_owned(),
    };
    Some(no_surer_than(found(program, RULE, place, verdict, words)?, grade.confidence))
}

fn matters(route: &Route) -> bool {
    !matches!(route.kind, EntryKind::Metadata | EntryKind::Instrumentation)
}

fn message(fan: &Fan, grade: Grade, routes: usize) -> String {
    let reached = on_routes(", on ", routes, "");
    let cost = if fan.outside.has(Outside::SLOW) {
        "a call that takes seconds"
    } else if fan.outside.has(Outside::DATABASE) && !fan.outside.has(Outside::REMOTE) {
        "a database query"
    } else {
        "a call of another service"
    };
    match fan.each {
        Each::Page => format!(
            "the request goes through page after page until the last one{reached}, however many there are"
        ),
        _ if fan.recursive => {
            format!("the request makes {cost} for every node of a tree{reached}, and waits for all of them")
        }
        Each::Chunk(_) => {
            format!(
                "the request works through a list in chunks, and waits for all of them, however long the list is{reached}"
            )
        }
        Each::Element(_) => {
            let element = match grade.length {
                Length::Unknown => "element of a list",
                length => length.words(),
            };
            format!(
                "the request makes {cost} for every {element}{reached}, and waits for all of them: nothing limits how many"
            )
        }
    }
}

fn help(fan: &Fan, target: Target) -> String {
    let queue = match target {
        Target::Vercel => "Vercel Queues, the Workflow SDK, or a cron that goes on from a cursor",
        Target::Netlify => "a background function",
        Target::Lambda => "SQS with a Lambda behind it, or Step Functions",
        Target::Cloudflare => "Queues or a Workflow",
        Target::CloudRun => "Cloud Tasks or a Cloud Run job",
        Target::Server | Target::Cluster => "a queue with a worker process, such as BullMQ or pg-boss",
    };
    let bulk = match fan.each {
        Each::Page => "Do one page per request and hand the rest on",
        _ => {
            "Use one call for many (`updateMany`, `createMany`, `IN`, a batch endpoint), or limit how many are taken"
        }
    };
    format!("{bulk}; hand long lists to {queue}.")
}
