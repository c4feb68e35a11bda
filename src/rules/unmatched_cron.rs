//! `unmatched-cron`: a cron job of the platform whose path no route answers, or none with GET.

use super::RuleContext;
use super::support::express::handler_function;
use super::support::of_app::{exports_unknown, no_graver_than, of_app};
use super::support::place::no_surer_than;
use super::support::urls::{is_page, route_for, within_app};
use crate::diagnostic::{Confidence, Finding, Note, RouteId, Severity};
use crate::facts::{BinaryKind, ContextKind, Expr, ExprId, ModuleFacts};
use crate::link::Program;
use crate::project::{App, Cron, EntryKind};
use crate::span::{Location, Span};

const RULE: &str = "unmatched-cron";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    for (index, app) in program.project.apps.iter().enumerate() {
        // Without routers there is nothing that the paths could be compared with.
        for cron in app.platform.crons.iter().filter(|_| !app.hook_dirs.is_empty()) {
            let path = within_app(app, &cron.path);
            let finding = match route_for(program, index, path) {
                Some(id) => without_get(program, app, cron, id),
                None if is_page(program, app, path) || app.platform.reroutes => None,
                None => nowhere(app, cron),
            };
            findings.extend(finding);
        }
    }
}

fn nowhere(app: &App, cron: &Cron) -> Option<Finding> {
    let words = (
        format!("no route answers `{}`: every run of this job ends with 404", cron.path),
        "Name the path of a route that exports `GET`, with `basePath` if there is one, or remove the job."
            .to_owned(),
    );
    let finding = of_app(app, RULE, cron.at, words)?;
    if app.config.rewrites {
        return Some(no_surer_than(no_graver_than(finding, Severity::Warning), Confidence::Medium));
    }
    Some(finding)
}

/// The route is there, but does not answer GET.
fn without_get(program: &Program<'_>, app: &App, cron: &Cron, id: RouteId) -> Option<Finding> {
    let route = program.route(id);
    let module = program.module(route.file)?;
    let start = || Location { file: route.file, span: Span::default() };
    let handler = route.handlers.first();
    let at = handler.map_or_else(start, |handler| Location { file: handler.at.0, span: handler.at.1 });
    let (instead, sure) = match route.kind {
        // One without any method is reported for that.
        EntryKind::AppRoute if route.methods.is_empty() || route.methods.contains(&"GET") => return None,
        EntryKind::AppRoute if exports_unknown(module) => return None,
        EntryKind::AppRoute => (format!("exports only {}", route.methods.join(", ")), true),
        EntryKind::PagesApi => (format!("lets only {} pass", only_method(program, id)?), false),
        _ => return None,
    };
    let words = (
        format!("the cron job of `{}` sends GET, and this route {instead}: every run ends with 405", cron.path),
        "Export the handler as `GET`, and let it check `Authorization: Bearer ${CRON_SECRET}`, since anybody can send GET; \
         export it as `POST` as well if others call it."
            .to_owned(),
    );
    let mut finding = of_app(app, RULE, at, words)?;
    finding.routes = vec![id];
    finding.related.push(Note { at: cron.at, message: "the job is set up here".to_owned() });
    Some(if sure {
        finding
    } else {
        no_surer_than(no_graver_than(finding, Severity::Warning), Confidence::Medium)
    })
}

/// The one method that a pages handler lets pass: `if (req.method !== 'POST') return …`, with no word of GET.
fn only_method(program: &Program<'_>, id: RouteId) -> Option<String> {
    let handler = program.route(id).handlers.first()?;
    let function = handler_function(program, handler.target)?;
    let facts = &program.module(function.file)?.facts;
    if facts.name_of("GET").is_some() {
        return None;
    }
    facts.sites_of(function.id).find_map(|(_, site)| {
        facts.contexts_from(site.context).find_map(|link| match link.kind {
            ContextKind::Survived { test, truth: false } => refused(facts, test),
            _ => None,
        })
    })
}

/// `M` of `req.method !== 'M'`.
fn refused(facts: &ModuleFacts, test: ExprId) -> Option<String> {
    let Expr::Binary { kind, left, right } = facts.expr(test) else { return None };
    let (Expr::Member { property, .. }, Expr::Str(method)) = (facts.expr(left), facts.expr(right)) else {
        return None;
    };
    (kind == BinaryKind::NotEqual && facts.text(property) == "method").then(|| facts.text(method).to_owned())
}
