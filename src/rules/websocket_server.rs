//! `websocket-server`: a server of sockets, or a listener of its own, in code that routes run or load.

use super::RuleContext;
use super::support::apis::ApiSite;
use super::support::judge::{Words, paths};
use super::support::lexical::{literal, method};
use super::support::place::{ANY, Occurrence, PER_REQUEST, found, no_surer_than, occurrence, verdict};
use super::support::sockets::{is_below_response, realtime_help};
use crate::catalogue::SocketKind;
use crate::diagnostic::{Confidence, Finding, Severity, on_routes};
use crate::facts::SiteKind;
use crate::link::{ExprRef, FunctionRef, Phase, Program};
use crate::project::{EntryKind, Target};
use crate::span::Location;

const RULE: &str = "websocket-server";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    findings.extend(context.apis.sockets.iter().filter_map(|api| one(context, api)));
    upgrades(context.program, findings);
}

/// `res.socket.server.on('upgrade', …)`: a socket server by hand.
fn upgrades(program: &Program<'_>, findings: &mut Vec<Finding>) {
    for (file, module) in program.modules() {
        let facts = &module.facts;
        for site in &facts.sites {
            let SiteKind::Call { callee, args } = site.kind else { continue };
            let Some((object, "on" | "once" | "addListener")) = method(facts, callee) else { continue };
            let event = facts.list(args).first().and_then(|&first| literal(facts, first));
            if event != Some("upgrade") || !is_below_response(program, ExprRef { file, id: object }) {
                continue;
            }
            let at = Location { file, span: site.span };
            let function = FunctionRef { file, id: site.function };
            findings.extend(
                occurrence(program, at, function, PER_REQUEST).and_then(|place| by_hand(program, place)),
            );
        }
    }
}

fn by_hand(program: &Program<'_>, place: Occurrence) -> Option<Finding> {
    let verdict = verdict(program, RULE, place, |_, target| target != Target::Server)?;
    let softer = matches!(verdict.target, Target::CloudRun | Target::Cluster);
    let verdict = if softer { verdict.at_most(Severity::Warning) } else { verdict };
    let words = Words {
        message: "this takes upgrades from the server below the response: there is no such server behind a function, \
                  and each instance would take its own"
            .to_owned(),
        help: help(Way::BelowNext, verdict.target),
        step: "takes upgrades here".to_owned(),
    };
    found(program, RULE, place, verdict, words)
}

/// How a construct would take connections.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// On a port of its own.
    Port,
    /// Through the HTTP server that Next runs in.
    BelowNext,
    /// Through a server that it is given.
    Given,
    /// Through an API that only this platform has.
    Platform(Target),
}

fn one(context: &RuleContext<'_, '_>, api: &ApiSite<'_, SocketKind>) -> Option<Finding> {
    let program = context.program;
    let way = match api.api.kind {
        SocketKind::Server => Way::Port,
        SocketKind::Attached if below_next(context, api) => Way::BelowNext,
        SocketKind::Attached => Way::Given,
        SocketKind::Upgrade if api.api.packages.iter().any(|p| p == "@vercel/functions") => {
            Way::Platform(Target::Vercel)
        }
        SocketKind::Upgrade => Way::Platform(Target::Cloudflare),
        _ => return None,
    };
    let place = occurrence(program, api.location(program), api.function, ANY)?;
    let verdict = verdict(program, RULE, place, |route, target| match way {
        Way::Platform(own) => target != own,
        // Next's own server is there as long as this one process is.
        Way::BelowNext => target != Target::Server,
        // `register()` runs once, in the process that serves.
        Way::Port | Way::Given => {
            route.kind != EntryKind::Instrumentation || !matches!(target, Target::Server | Target::Cluster)
        }
    })?;
    let softer = way == Way::BelowNext && matches!(verdict.target, Target::CloudRun | Target::Cluster);
    let verdict = if softer || only_in_development(context, api) {
        verdict.at_most(Severity::Warning)
    } else {
        verdict
    };
    let words = Words {
        message: message(context, api, (way, place), verdict.target, paths(program, &verdict.routes)),
        help: help(way, verdict.target),
        step: step(api, way),
    };
    let finding = found(program, RULE, place, verdict, words)?;
    // A route that only names the module may never run it.
    let sure = api.api.kind != SocketKind::Attached || way == Way::BelowNext || place.phase != Phase::Init;
    Some(if sure { finding } else { no_surer_than(finding, Confidence::Medium) })
}

/// Whether an argument is the server below a `pages/api` response.
fn below_next(context: &RuleContext<'_, '_>, api: &ApiSite<'_, SocketKind>) -> bool {
    let program = context.program;
    let Some(module) = program.module(api.file) else { return false };
    let facts = &module.facts;
    facts.list(api.args).iter().any(|&id| {
        let at = ExprRef { file: api.file, id };
        if let crate::facts::Expr::Object(list) = facts.expr(id) {
            let mut properties = facts.object(list).iter();
            return properties.any(|p| is_below_response(program, ExprRef { file: api.file, id: p.value }));
        }
        is_below_response(program, at)
    })
}

/// Whether it is only made in one environment.
fn only_in_development(context: &RuleContext<'_, '_>, api: &ApiSite<'_, SocketKind>) -> bool {
    let program = context.program;
    let Some(module) = program.module(api.file) else { return false };
    let tests = program.tests(api.file, module.facts.site(api.site).context);
    tests.into_iter().any(|id| program.tests_environment(ExprRef { file: api.file, id }))
}

fn message(
    context: &RuleContext<'_, '_>,
    api: &ApiSite<'_, SocketKind>,
    (way, place): (Way, Occurrence),
    target: Target,
    routes: usize,
) -> String {
    let what = &api.api.what;
    let when = match place.phase {
        Phase::Init => "loading this module",
        _ if context.program.routes.iter().any(|route| route.file == api.file) => "this route",
        _ => "a request",
    };
    let reached = on_routes(" (on ", routes, ")");
    match way {
        Way::Port => {
            let why = match target {
                Target::Server | Target::Cluster => {
                    "every bundle and reload that runs this tries to take the same port"
                }
                _ => "nothing outside can reach that port, and the instance is frozen after the response",
            };
            format!("{when} starts {what}{reached}: {why}")
        }
        Way::BelowNext => {
            let why = match target {
                Target::CloudRun | Target::Cluster => {
                    "each instance gets its own, and clients of one never hear the others"
                }
                _ => "there is no such server behind a function, so no client can connect",
            };
            format!("{when} attaches {what} to the server below the response{reached}: {why}")
        }
        Way::Given => {
            let why = match target {
                Target::Server | Target::Cluster => "a route has no server of its own to serve sockets with",
                _ => "a function gives no server that sockets could stay connected to",
            };
            format!("{when} makes {what}{reached}: {why}")
        }
        Way::Platform(own) => {
            let own = if own == Target::Vercel { "Vercel" } else { "Cloudflare Workers" };
            format!("{when} uses {what}{reached}, which exists on {own} only")
        }
    }
}

fn help(way: Way, target: Target) -> String {
    match (way, target) {
        (Way::Platform(_), _) | (_, Target::Vercel) => realtime_help(target).to_owned(),
        _ => format!("Move it out of the routes. {}", realtime_help(target)),
    }
}

fn step(api: &ApiSite<'_, SocketKind>, way: Way) -> String {
    match way {
        Way::Port => format!("starts {} here", api.api.what),
        Way::BelowNext | Way::Given => format!("makes {} here", api.api.what),
        Way::Platform(_) => "upgrades the connection here".to_owned(),
    }
}
