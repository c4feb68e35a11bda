//! `uncapped-query`: a request reads every row of a table that grows.

use rustc_hash::FxHashMap;

use super::support::judge::{Words, paths};
use super::support::place::{Occurrence, PER_REQUEST, found, no_surer_than, occurrence, verdict};
use super::support::queries::{Fate, Query, Reach};
use super::{Growth, RuleContext};
use crate::diagnostic::{Confidence, Finding, Note, Severity, on_routes};
use crate::facts::{Expr, FunctionId, SiteKind, Use};
use crate::link::{ExprRef, FunctionRef, Module, Program, Route, Value};
use crate::project::{EntryKind, Target};
use crate::span::{FileId, Location};

const RULE: &str = "uncapped-query";

/// A function with more queries than this is one finding.
const MOST: usize = 9;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let mut functions: FxHashMap<FunctionRef, Vec<Finding>> = FxHashMap::default();
    for query in &context.queries.list {
        if let Some(finding) = one(context, query) {
            functions.entry(query.function).or_default().push(finding);
        }
    }
    for found in functions.into_values() {
        // What is hidden by default stands for nothing that is shown.
        let (shown, hidden): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|finding| finding.confidence > Confidence::Low);
        findings.extend(hidden);
        findings.extend(fold(shown));
    }
}

/// Many queries of one function are one finding at the first of the gravest, which names the others.
fn fold(mut found: Vec<Finding>) -> Vec<Finding> {
    if found.len() <= MOST {
        return found;
    }
    found.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.primary.span.start));
    let mut found = found.into_iter();
    let Some(mut first) = found.next() else { return Vec::new() };
    for other in found {
        first.related.push(Note { at: other.primary, message: other.message });
        first.routes.extend(other.routes);
        first.confidence = first.confidence.max(other.confidence);
    }
    first.routes.sort_unstable();
    first.routes.dedup();
    first.related.sort_by_key(|note| note.at.span.start);
    first.message = format!("{}; and {} more queries in this function", first.message, first.related.len());
    vec![first]
}

fn one(context: &RuleContext<'_, '_>, query: &Query) -> Option<Finding> {
    let program = context.program;
    if is_fine(program, query) {
        return None;
    }
    let grade = |route: &Route| grade(query, query.growth(&context.choices, Some(route)));
    let module = program.module(query.file)?;
    let span = module.facts.site(query.site).span;
    let at = Location { file: query.file, span };
    let place: Occurrence = occurrence(program, at, query.function, PER_REQUEST)?;
    let verdict = verdict(program, RULE, place, |route, _| matters(route) && grade(route).is_some())?;
    let (severity, confidence) = verdict.routes.iter().filter_map(|&id| grade(program.route(id))).max()?;
    let verdict = verdict.at_most(severity);
    let routes = paths(program, &verdict.routes);
    let words = Words {
        message: message(query, routes),
        help: help(query, verdict.target),
        step: "reads the rows here".to_owned(),
    };
    let finding = found(program, RULE, place, verdict, words)?;
    Some(no_surer_than(finding, confidence))
}

/// Whether a query's rows are read for nothing.
fn is_unused(query: &Query) -> bool {
    query.fate == Fate::Ignored && query.reach != Reach::Capped && query.reach != Reach::Unknown
}

/// Whether a query is fine, however large its table is.
fn is_fine(program: &Program<'_>, query: &Query) -> bool {
    !is_unused(query)
        && (matches!(query.fate, Fate::First | Fate::Other | Fate::Named)
            || is_cached(program, query)
            || counted_before(program, query))
}

/// How grave a query of a table is, and how sure that is; `None` if it is fine.
fn grade(query: &Query, table: Option<Growth>) -> Option<(Severity, Confidence)> {
    if is_unused(query) {
        return Some((Severity::Warning, Confidence::Medium));
    }
    if table == Some(Growth::Small) {
        return None;
    }
    let sure = if query.resolved { Confidence::High } else { Confidence::Medium };
    let (severity, sure) = match query.reach {
        Reach::Whole => (Severity::Warning, sure),
        Reach::Flags => (Severity::Warning, Confidence::Medium),
        Reach::Tenant if table == Some(Growth::Growing) => (Severity::Info, Confidence::Medium),
        Reach::Tenant => (Severity::Info, Confidence::Low),
        Reach::Window | Reach::Dynamic | Reach::Owner | Reach::Staff | Reach::Capped | Reach::Unknown => {
            return None;
        }
    };
    // The row limit of the API, and policies that narrow to the user, are not in the source.
    let sure = if query.by_api { Confidence::Low } else { sure };
    Some((severity, sure))
}

/// Maps of the site and its like are meant to list everything, and are built rarely.
fn matters(route: &Route) -> bool {
    !matches!(route.kind, EntryKind::Metadata | EntryKind::Instrumentation)
}

/// Whether the query is in a function whose result Next keeps.
fn is_cached(program: &Program<'_>, query: &Query) -> bool {
    let Some(module) = program.module(query.file) else { return false };
    let facts = &module.facts;
    let around = std::iter::successors(Some(query.function.id), |&id| facts.function(id).parent);
    facts.directives.cache
        || around.into_iter().any(|id| {
            facts.function(id).directives.cache || given_to_unstable_cache(program, query.file, module, id)
        })
}

/// `unstable_cache(async () => …)`
fn given_to_unstable_cache(program: &Program<'_>, file: FileId, module: &Module, id: FunctionId) -> bool {
    let facts = &module.facts;
    let Some(Use::Part(parent)) = module.expression_of(id).map(|function| facts.use_of(function)) else {
        return false;
    };
    let Expr::Call(site) = facts.expr(parent) else { return false };
    let SiteKind::Call { callee, .. } = facts.site(site).kind else { return false };
    matches!(program.value(ExprRef { file, id: callee }), Value::External(external)
        if external.package == "next/cache" && external.export().ends_with("unstable_cache"))
}

/// Whether the same function counts the rows before it reads them, as code does that refuses too many.
fn counted_before(program: &Program<'_>, query: &Query) -> bool {
    let Some(module) = program.module(query.file) else { return false };
    let facts = &module.facts;
    let own = facts.site(query.site);
    let SiteKind::Call { callee, .. } = own.kind else { return false };
    let Expr::Member { object, .. } = facts.expr(callee) else { return false };
    let receiver = |object| match facts.expr(object) {
        Expr::Member { property, .. } => Some(facts.text(property)),
        Expr::Local(binding) => Some(facts.text(facts.binding(binding).name)),
        _ => None,
    };
    let Some(wanted) = receiver(object) else { return false };
    facts.sites_of(own.function).take_while(|(id, _)| *id < query.site).any(|(_, site)| {
        let SiteKind::Call { callee, .. } = site.kind else { return false };
        let Expr::Member { object, property } = facts.expr(callee) else { return false };
        matches!(facts.text(property), "count" | "countDocuments" | "estimatedDocumentCount")
            && receiver(object) == Some(wanted)
    })
}

fn message(query: &Query, routes: usize) -> String {
    let what = &query.what;
    let from = query.table.as_deref().map(|table| format!(" of `{table}`")).unwrap_or_default();
    let reached = on_routes(", on ", routes, "");
    if query.fate == Fate::Ignored {
        return format!("{what} reads rows{from} and nothing uses them{reached}");
    }
    match query.reach {
        Reach::Whole => {
            format!("{what} reads every row{from}{reached}: time, memory and response grow with the table")
        }
        Reach::Flags => {
            format!(
                "{what} has no limit and its filter keeps most rows{from}{reached}: it grows with the table"
            )
        }
        _ => format!("{what} reads all rows of one customer{from}{reached}, without a limit"),
    }
}

fn help(query: &Query, target: Target) -> String {
    if query.fate == Fate::Ignored {
        return "Remove the query, or ask only for what is needed.".to_owned();
    }
    let page = match query.what.as_str() {
        what if what.contains("Prisma") => "`take` and a `cursor`",
        what if what.contains("SQL") => "`LIMIT` and a condition on the last row of the page before",
        _ => "a limit and a cursor",
    };
    let export = match target {
        Target::Vercel => {
            "An export of everything belongs in a background job: the Workflow SDK or Vercel Queues."
        }
        Target::Netlify => "An export of everything belongs in a background function.",
        Target::Lambda => "An export of everything belongs in a job: SQS and a Lambda, or Step Functions.",
        Target::Cloudflare => "An export of everything belongs in a Queue or a Workflow.",
        Target::CloudRun => "An export of everything belongs in a Cloud Run job.",
        Target::Server | Target::Cluster => "An export of everything belongs in a worker process.",
    };
    format!(
        "Read a page at a time with {page}; count and compare in the database instead of in memory. {export}"
    )
}
