//! `unguarded-shared-client`: a shared module's client that every reload in development opens again.

use super::RuleContext;
use super::support::arguments::has_key;
use super::support::clients::ClientSite;
use super::support::fixes::guard;
use super::support::judge::{Words, finding, is_edge, is_route_file, judge, meta};
use crate::catalogue::Reload;
use crate::diagnostic::Finding;
use crate::facts::SiteKind;
use crate::link::Phase;
use crate::project::EntryKind;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    findings.extend(context.clients.iter().filter_map(|client| one(context, client)));
}

fn one(context: &RuleContext<'_, '_>, client: &ClientSite<'_>) -> Option<Finding> {
    let program = context.program;
    let meta = meta("unguarded-shared-client")?;
    let skipped = client.client.shared_by_package || client.client.end_per_request;
    if !client.kind.is_connection() || skipped || in_route_file(context, client) || bounded(context, client) {
        return None;
    }
    let node = program.graph.code(client.function, Phase::Init)?;
    if program.survives_reload(client.file, client.site) {
        return None;
    }
    let verdict = judge(program, meta, &program.graph.routes_to(node), |route, _| {
        !is_edge(route) && route.kind != EntryKind::Instrumentation
    })?;
    let left = match client.client.reload {
        Reload::Quiet => return None,
        Reload::Leaks => "and leaves the old one's connections open",
        Reload::Drains => "while the old one's connections are still open for a while",
    };
    let words = Words {
        message: format!("each reload in development opens {} again {left}", client.what),
        help: "Keep it on `globalThis`: `const shared = globalThis as unknown as { client?: Client }; export const \
               client = shared.client ?? create(); if (process.env.NODE_ENV !== 'production') shared.client = client`. \
               Production is not affected."
            .to_owned(),
        step: format!("opens {} when the module is loaded", client.what),
    };
    let path = program.graph.path_from(&verdict.routes, node);
    let mut finding =
        finding(program, meta, (client.location(program), client.function, path.as_slice()), verdict, words);
    finding.fix = guard(program, client);
    Some(finding)
}

/// The route file's own client is another rule's business.
fn in_route_file(context: &RuleContext<'_, '_>, client: &ClientSite<'_>) -> bool {
    context.program.routes.iter().any(|route| route.file == client.file && is_route_file(route.kind))
}

/// A pool of a stated size that closes idle connections by itself: reloads cannot pile up many.
fn bounded(context: &RuleContext<'_, '_>, client: &ClientSite<'_>) -> bool {
    let Some(module) = context.program.module(client.file) else { return true };
    let (SiteKind::Call { args, .. } | SiteKind::New { args, .. }) = module.facts.site(client.site).kind
    else {
        return true;
    };
    client.client.reload == Reload::Drains
        && has_key(context.program, client.file, args, &client.client.bounded_by)
}
