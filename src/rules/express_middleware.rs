//! `express-middleware`: `(req, res, next)` habits in routes of Next.

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::support::arguments::has_key;
use super::support::express::{
    Construct, Uses, belongs_to_app, body_is_unread, handler_function, init_node, is_pages, routes_of,
    takes_web_requests,
};
use super::support::express_help::{broken_words, built_in_words, unread_words};
use super::support::judge::{Verdict, Words, finding, judge, meta};
use super::support::place::{Occurrence, PER_REQUEST, found, no_surer_than, occurrence, verdict};
use crate::catalogue::MiddlewareKind;
use crate::diagnostic::{Confidence, Finding, RouteId, Severity};
use crate::facts::{BindingId, Expr, ExprId, FunctionKind, SiteId, SiteKind, Use};
use crate::link::{FunctionRef, NodeId, Route};
use crate::project::EntryKind;
use crate::span::Location;

const RULE: &str = "express-middleware";

/// What is done to a response of Node or Express.
const RESPONSE_METHODS: [&str; 11] = [
    "json",
    "status",
    "send",
    "end",
    "setHeader",
    "redirect",
    "write",
    "writeHead",
    "sendStatus",
    "cookie",
    "sendFile",
];

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let kinds = [MiddlewareKind::Connect, MiddlewareKind::BuiltIn, MiddlewareKind::BodyReader];
    let uses = Uses::find(context, &kinds);
    let made = context.apis.middleware.iter().filter(|site| kinds.contains(&site.api.kind));
    findings.extend(made.filter_map(|site| construct(context, &uses, site)));
    let mut seen = FxHashSet::default();
    for route in &context.program.routes {
        for handler in &route.handlers {
            if let Some(function) = handler_function(context.program, handler.target)
                && seen.insert((function, is_pages(route)))
            {
                findings.extend(handler_parameters(context, route, function));
            }
        }
    }
}

/// A middleware of Express that requests get to.
fn construct(context: &RuleContext<'_, '_>, uses: &Uses, site: &Construct<'_>) -> Option<Finding> {
    let program = context.program;
    if belongs_to_app(context, site) || keeps_in_memory(context, site) {
        return None;
    }
    let applied = uses.of(site.expr(program));
    let (nodes, proven): (Vec<NodeId>, bool) = if applied.is_empty() {
        // It went into something that is not followed; then all that load the file have to be of one kind.
        (init_node(program, site.file).into_iter().collect(), false)
    } else {
        (applied.iter().map(|it| it.node).collect(), true)
    };
    let routes = routes_of(program, nodes.iter().copied());
    let mixed = routes.iter().any(|&id| is_pages(program.route(id)))
        && routes.iter().any(|&id| takes_web_requests(program.route(id).kind));
    if !proven && (mixed || makes_app(context, site)) {
        return None;
    }
    let meta = meta(RULE)?;
    let web = judge(program, meta, &routes, |route, _| takes_web_requests(route.kind));
    let (verdict, words) = match web {
        Some(verdict) => {
            let words = broken_words(site, verdict.routes.len());
            (if proven { verdict } else { verdict.at_most(Severity::Warning) }, words)
        }
        // An upload that nothing is seen to read hangs nowhere.
        None if !proven && site.api.kind == MiddlewareKind::BodyReader => return None,
        None => on_node(context, site, &routes)?,
    };
    let node = nodes.into_iter().find(|&node| {
        program.graph.routes_to(node).iter().any(|route| verdict.routes.binary_search(route).is_ok())
    })?;
    let path = program.graph.path_from(&verdict.routes, node);
    let place = (site.location(program), site.function, path.as_slice());
    let finding = finding(program, meta, place, verdict, words);
    Some(if proven { finding } else { no_surer_than(finding, Confidence::Medium) })
}

/// On routes that get Node's request and response only what Next does already is out of place.
fn on_node(
    context: &RuleContext<'_, '_>,
    site: &Construct<'_>,
    routes: &[RouteId],
) -> Option<(Verdict, Words)> {
    let program = context.program;
    let verdict = judge(program, meta(RULE)?, routes, |route, _| is_pages(route))?.at_most(Severity::Warning);
    match site.api.kind {
        MiddlewareKind::BuiltIn => Some((verdict, built_in_words(site))),
        MiddlewareKind::BodyReader if !body_is_unread(program, &verdict.routes) => {
            Some((verdict, unread_words(site)))
        }
        _ => None,
    }
}

/// Limiters and sessions that keep what they know in memory are reported for that.
fn keeps_in_memory(context: &RuleContext<'_, '_>, site: &Construct<'_>) -> bool {
    let keeps = ["express-rate-limit", "express-slow-down", "express-session"];
    let is_keeper = site.api.packages.iter().any(|package| keeps.contains(&package.as_str()));
    is_keeper && !has_key(context.program, site.file, site.args, &["store".to_owned()])
}

/// Whether an application is made in the same file: then the middleware is most likely its own.
fn makes_app(context: &RuleContext<'_, '_>, site: &Construct<'_>) -> bool {
    context
        .apis
        .middleware
        .iter()
        .any(|other| other.file == site.file && other.api.kind == MiddlewareKind::App)
}

/// A handler that expects what Express passes: a response as the second parameter, `next` as the third.
fn handler_parameters(
    context: &RuleContext<'_, '_>,
    route: &Route,
    function: FunctionRef,
) -> Option<Finding> {
    let web = matches!(route.kind, EntryKind::AppRoute | EntryKind::Middleware | EntryKind::Proxy);
    if !web && !is_pages(route) {
        return None;
    }
    let facts = &context.program.module(function.file)?.facts;
    let entry = facts.function(function.id);
    if matches!(entry.kind, FunctionKind::Module) {
        return None;
    }
    let first_unknown = if web { 1 } else { 2 };
    for (index, param) in entry.params.iter().enumerate().skip(first_unknown) {
        let Some(binding) = param.binding.filter(|_| param.default == ExprId::UNKNOWN && !param.rest) else {
            continue;
        };
        if let Some(site) = called(context, function, binding) {
            return not_passed(context, route, function, (site, index));
        }
        if index == 1
            && let Some(site) = responds(context, function, binding)
        {
            return no_response(context, route, function, site);
        }
    }
    None
}

/// The first call of a parameter that does not ask before whether it is there.
fn called(context: &RuleContext<'_, '_>, function: FunctionRef, binding: BindingId) -> Option<SiteId> {
    let program = context.program;
    let module = program.module(function.file)?;
    let facts = &module.facts;
    module.uses(binding).iter().find_map(|&used| {
        let Use::Part(parent) = facts.use_of(used) else { return None };
        let Expr::Call(site) = facts.expr(parent) else { return None };
        let SiteKind::Call { callee, .. } = facts.site(site).kind else { return None };
        let asked = program.tests(function.file, facts.site(site).context).into_iter().any(|test| {
            let tested = match facts.expr(test) {
                Expr::Binary { left, .. } | Expr::Logical { left, .. } => left,
                _ => test,
            };
            let tested = if let Expr::TypeOf(inner) = facts.expr(tested) { inner } else { tested };
            facts.expr(tested) == Expr::Local(binding)
        });
        (callee == used && !asked).then_some(site)
    })
}

/// The first call of a method that only responses have: `res.status(404)`.
fn responds(context: &RuleContext<'_, '_>, function: FunctionRef, binding: BindingId) -> Option<SiteId> {
    let module = context.program.module(function.file)?;
    let facts = &module.facts;
    module.uses(binding).iter().find_map(|&used| {
        let Use::Part(member) = facts.use_of(used) else { return None };
        let Expr::Member { object, property } = facts.expr(member) else { return None };
        let Use::Part(call) = facts.use_of(member) else { return None };
        let Expr::Call(site) = facts.expr(call) else { return None };
        let SiteKind::Call { callee, .. } = facts.site(site).kind else { return None };
        let is_method = object == used && callee == member;
        (is_method && RESPONSE_METHODS.contains(&facts.text(property))).then_some(site)
    })
}

fn no_response(
    context: &RuleContext<'_, '_>,
    route: &Route,
    function: FunctionRef,
    site: SiteId,
) -> Option<Finding> {
    let given = match route.kind {
        EntryKind::AppRoute => "the route's parameters (`{ params }`)",
        _ => "an event",
    };
    let words = Words {
        message: format!("this treats the handler's second parameter as a response, but Next passes {given} there: the call fails"),
        help: "Return a response instead: `return Response.json(data, { status: 200 })`, or `NextResponse.json(…)`; headers go into \
               its second argument."
            .to_owned(),
        step: "uses it as a response here".to_owned(),
    };
    at_site(context, route, function, (site, words))
}

fn not_passed(
    context: &RuleContext<'_, '_>,
    route: &Route,
    function: FunctionRef,
    (site, index): (SiteId, usize),
) -> Option<Finding> {
    let program = context.program;
    let facts = &program.module(function.file)?.facts;
    let binding = facts.function(function.id).params.get(index)?.binding?;
    let name = facts.text(facts.binding(binding).name);
    let help = match route.kind {
        EntryKind::PagesApi => {
            "Next runs no chain of functions. Wrap the handler in a function that checks first and then calls it, or use \
             `createRouter()` of next-connect. A file in pages/api that is no route belongs elsewhere."
        }
        EntryKind::AppRoute => {
            "Next runs no chain of functions. Wrap the handler: `export const GET = withAuth(handler)`."
        }
        _ => "Return `NextResponse.next()` to let the request pass.",
    };
    let words = Words {
        message: format!(
            "this calls `{name}`, but Next passes no such function to a handler: the call fails"
        ),
        help: help.to_owned(),
        step: format!("calls `{name}` here"),
    };
    at_site(context, route, function, (site, words))
}

/// A finding at a call in a handler, for the routes of the same sort that it handles.
fn at_site(
    context: &RuleContext<'_, '_>,
    route: &Route,
    function: FunctionRef,
    (site, words): (SiteId, Words),
) -> Option<Finding> {
    let program = context.program;
    let entry = program.module(function.file)?.facts.site(site);
    let at = Location { file: function.file, span: entry.span };
    let here: Occurrence = occurrence(program, at, function, PER_REQUEST)?;
    let kind = route.kind;
    let verdict = verdict(program, RULE, here, |route, _| route.kind == kind)?;
    let pages = kind == EntryKind::PagesApi;
    let finding =
        found(program, RULE, here, if pages { verdict.at_most(Severity::Warning) } else { verdict }, words)?;
    Some(if pages { no_surer_than(finding, Confidence::Medium) } else { finding })
}
