//! `cross-request-client`: a connection kept for later requests on a platform where it belongs to one.

use super::RuleContext;
use super::support::clients::ClientSite;
use super::support::judge::{Words, finding, is_edge, judge, meta};
use crate::catalogue::ClientKind;
use crate::diagnostic::Finding;
use crate::link::{Frequency, NodeId, Phase};
use crate::project::Target;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    findings.extend(context.clients.iter().filter_map(|client| one(context, client)));
}

fn one(context: &RuleContext<'_, '_>, client: &ClientSite<'_>) -> Option<Finding> {
    let program = context.program;
    let meta = meta("cross-request-client")?;
    if !client.kind.is_connection() || client.client.end_per_request {
        return None;
    }
    let node = kept(context, client)?;
    // TCP drivers do not even load on the edge runtime of Next; sockets over WebSocket do.
    let verdict = judge(program, meta, &program.graph.routes_to(node), |route, target| {
        target == Target::Cloudflare || (is_edge(route) && client.kind == ClientKind::Ws)
    })?;
    let help = if verdict.target == Target::Cloudflare {
        "Open it inside the request, at most once with React `cache(() => …)`, from `env.HYPERDRIVE.connectionString` \
         with a small pool, and close it with `ctx.waitUntil(client.end())`; or use D1 or an HTTP driver."
    } else {
        "Open it inside the handler and close it with `waitUntil(pool.end())`; or use an HTTP driver such as `neon()`; \
         or remove `export const runtime = 'edge'`: on Node a shared pool is right."
    };
    let place = if verdict.target == Target::Cloudflare { "Cloudflare Workers" } else { "the edge runtime" };
    let words = Words {
        message: format!(
            "{} is kept for later requests, but on {place} a connection works only in the request that opened it",
            client.what
        ),
        help: help.to_owned(),
        step: format!("opens {} that outlives the request", client.what),
    };
    let path = program.graph.path_from(&verdict.routes, node);
    Some(finding(program, meta, (client.location(program), client.function, path.as_slice()), verdict, words))
}

/// The node of a construct whose client outlives the request.
fn kept(context: &RuleContext<'_, '_>, client: &ClientSite<'_>) -> Option<NodeId> {
    let program = context.program;
    if let Some(node) = program.graph.code(client.function, Phase::Init) {
        return Some(node);
    }
    match program.frequency(client.file, client.site) {
        Frequency::Memoised => program.graph.per_request(client.function).next(),
        Frequency::Once | Frequency::PerRequest => None,
    }
}
