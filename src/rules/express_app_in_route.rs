//! `express-app-in-route`: an application of Express or its kin that answers a route of Next.

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::support::express::{
    Applied, Construct, Uses, api_config, body_is_unread, is_pages, takes_web_requests,
};
use super::support::judge::{Words, finding, judge, meta};
use crate::catalogue::MiddlewareKind;
use crate::diagnostic::{Finding, RouteId, Severity};
use crate::facts::{Expr, SiteKind, Use};
use crate::link::{ExprRef, Program, Value};
use crate::project::Target;

const RULE: &str = "express-app-in-route";

/// What is asked of an application without serving a request.
const SET_UP: [&str; 18] = [
    "use", "get", "post", "put", "delete", "patch", "all", "options", "head", "route", "set", "enable",
    "disable", "register", "listen", "close", "ready", "param",
];

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let uses = Uses::find(context, &[MiddlewareKind::App]);
    let listening = listening(context);
    for site in context.apis.middleware.iter().filter(|site| site.api.kind == MiddlewareKind::App) {
        // One that listens is a server of its own, whatever else becomes of it.
        if !listening.contains(&site.expr(context.program)) {
            findings.extend(one(context, &uses, site));
        }
    }
}

fn one(context: &RuleContext<'_, '_>, uses: &Uses, site: &Construct<'_>) -> Option<Finding> {
    let program = context.program;
    let made = site.expr(program);
    let mut routes: Vec<RouteId> =
        program.route_ids().filter(|(_, route)| exports(program, route, made)).map(|(id, _)| id).collect();
    let mounted = uses.of(made).iter().filter(|applied| serves(program, made, applied));
    routes.extend(mounted.flat_map(|applied| program.graph.routes_to(applied.node)));
    routes.sort_unstable();
    routes.dedup();
    let meta = meta(RULE)?;
    let web = judge(program, meta, &routes, |route, _| takes_web_requests(route.kind));
    let is_web = web.is_some();
    let mut verdict = web.or_else(|| judge(program, meta, &routes, |route, _| is_pages(route)))?;
    let leaves_alone = verdict
        .routes
        .iter()
        .all(|&id| api_config(program, program.route(id).file, "externalResolver") == Some(true))
        && body_is_unread(program, &verdict.routes);
    if !is_web {
        verdict = verdict.at_most(if leaves_alone { Severity::Info } else { Severity::Warning });
    }
    let what = &site.api.what;
    let message = if is_web {
        format!(
            "{what} answers Node's `req` and `res`, but a route handler gets a web `Request`: it cannot answer"
        )
    } else if leaves_alone {
        format!(
            "{what} answers a route: it runs as one function with all of its routes, and starts with each instance"
        )
    } else {
        format!(
            "{what} answers a route in which Next still reads the body and waits for a response of its own"
        )
    };
    let words =
        Words { message, help: help(is_web, leaves_alone, verdict.target), step: format!("makes {what}") };
    let node = program
        .graph
        .code(site.function, crate::link::Phase::Init)
        .or_else(|| program.graph.per_request(site.function).next())?;
    let path = program.graph.path_from(&verdict.routes, node);
    Some(finding(program, meta, (site.location(program), site.function, path.as_slice()), verdict, words))
}

fn help(is_web: bool, leaves_alone: bool, target: Target) -> String {
    let service = match target {
        Target::Vercel => "as a project of its own, which Vercel deploys as it is, with `rewrites()` to it",
        Target::Netlify | Target::Lambda => {
            "as a function of its own with `serverless-http`, with `rewrites()` to it"
        }
        Target::Cloudflare => "as a Worker of its own, on Hono",
        Target::CloudRun | Target::Server | Target::Cluster => {
            "as a service of its own, with `rewrites()` to it"
        }
    };
    let routes = "Write its routes as route handlers, or mount a Hono app with `handle(app)` of `hono/vercel` in \
                  `app/api/[[...route]]/route.ts`";
    if is_web {
        format!("{routes}; or deploy the app {service}.")
    } else if leaves_alone {
        format!("It works so. To move on: {routes}; or deploy the app {service}.")
    } else {
        format!(
            "Add `export const config = {{ api: {{ bodyParser: false, externalResolver: true }} }}` to the route. To move on: \
             {routes}; or deploy the app {service}."
        )
    }
}

/// Whether a route exports the application as its handler.
fn exports(program: &Program<'_>, route: &crate::link::Route, made: ExprRef) -> bool {
    route.handlers.iter().any(|handler| {
        let name = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "default"]
            .into_iter()
            .find(|name| *name == handler.name);
        name.is_some_and(|name| match program.export_value(route.file, name) {
            Value::Made(found) => {
                found.at == made && matches!(found.steps.as_slice(), [] | ["callback", "()"])
            }
            _ => false,
        })
    })
}

/// Whether a use of an application hands a request to it: not where the app is only set up or made.
fn serves(program: &Program<'_>, made: ExprRef, applied: &Applied) -> bool {
    let Some(module) = program.module(applied.at.file) else { return false };
    let facts = &module.facts;
    let Use::Part(parent) = facts.use_of(applied.at.id) else { return false };
    match facts.expr(parent) {
        Expr::Call(site) => {
            let SiteKind::Call { callee, .. } = facts.site(site).kind else { return false };
            // `app(req, res)`, and not `wrap(express())`.
            callee == applied.at.id
        }
        Expr::Member { property, .. } => applied.at != made && !SET_UP.contains(&facts.text(property)),
        _ => false,
    }
}

/// The applications that listen on a port.
fn listening(context: &RuleContext<'_, '_>) -> FxHashSet<ExprRef> {
    let program = context.program;
    let mut found = FxHashSet::default();
    if context.apis.middleware.iter().all(|site| site.api.kind != MiddlewareKind::App) {
        return found;
    }
    for (file, module) in program.modules() {
        for site in &module.facts.sites {
            if let SiteKind::Call { callee, .. } = site.kind
                && let Expr::Member { property, .. } = module.facts.expr(callee)
                && module.facts.text(property) == "listen"
                && let Value::Made(made) = program.value(ExprRef { file, id: callee })
            {
                found.insert(made.at);
            }
        }
    }
    found
}
