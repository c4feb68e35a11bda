//! `client-in-route-module`: a client that a route file opens for itself when it is loaded.

use super::RuleContext;
use super::support::clients::ClientSite;
use super::support::fixes::share;
use super::support::help::{exported_elsewhere, target_advice};
use super::support::judge::{Words, count, finding, is_edge, is_route_file, judge, meta};
use crate::diagnostic::Finding;
use crate::facts::FunctionId;
use crate::link::{FunctionRef, Phase};

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    findings.extend(context.clients.iter().filter_map(|client| one(context, client)));
}

fn one(context: &RuleContext<'_, '_>, client: &ClientSite<'_>) -> Option<Finding> {
    let program = context.program;
    let meta = meta("client-in-route-module")?;
    let own = program.routes.iter().find(|route| route.file == client.file && is_route_file(route.kind))?;
    let skipped = client.client.shared_by_package || client.client.end_per_request;
    if !client.kind.is_connection() || skipped || program.survives_reload(client.file, client.site) {
        return None;
    }
    let node = program.graph.code(client.function, Phase::Init)?;
    let loaded =
        program.graph.code(FunctionRef { file: client.file, id: FunctionId::MODULE }, Phase::Init)?;
    // On the edge runtime the same line is a graver matter.
    let verdict = judge(program, meta, &program.graph.routes_to(loaded), |route, _| !is_edge(route))?;
    let others = verdict.routes.iter().filter(|&&id| program.route(id).file != client.file).count();
    let path = &own.path;
    let message = match others {
        0 => format!(
            "the route file of {path} opens {} for itself: each route that does so adds another",
            client.what
        ),
        n => format!(
            "the route file of {path} opens {}, and {} load this file for it: each bundle gets its own",
            client.what,
            count(n, "other route")
        ),
    };
    let shared = exported_elsewhere(context, client);
    let mut help = match &shared {
        Some((name, path)) => format!("Import `{name}` from {path} instead."),
        None => "Move it to a shared module such as lib/db.ts, kept on `globalThis` for reloads in development, and \
                 import it."
            .to_owned(),
    };
    if let Some(advice) = target_advice(client, verdict.target) {
        help.push(' ');
        help.push_str(&advice);
    }
    let words = Words { message, help, step: format!("opens {} when the file is loaded", client.what) };
    let path = program.graph.path_from(&verdict.routes, node);
    let mut finding =
        finding(program, meta, (client.location(program), client.function, path.as_slice()), verdict, words);
    finding.fix = shared.and_then(|(name, path)| share(program, client, (&name, &path)));
    Some(finding)
}
