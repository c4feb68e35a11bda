//! What the rules about sockets share: the server below a `pages/api` response, and what to use instead.

use super::lexical::method;
use crate::facts::{Expr, ExprId, Origin, SiteKind};
use crate::link::{ExprRef, FunctionRef, How, Phase, Program, Value};
use crate::project::Target;

/// How far names are followed.
const MAX_DEPTH: u32 = 8;

/// Whether an expression is, or is kept on, the HTTP server that Next runs in: `res.socket.server.io`.
pub(crate) fn is_below_response(program: &Program<'_>, at: ExprRef) -> bool {
    below_response(program, at, 0)
}

fn below_response(program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    if depth > MAX_DEPTH {
        return false;
    }
    let part = |id: ExprId| ExprRef { file: at.file, id };
    match facts.expr(at.id) {
        Expr::Member { object, property } => {
            (facts.text(property) == "server" && is_socket(program, part(object), depth))
                || below_response(program, part(object), depth + 1)
        }
        Expr::Local(binding) => match facts.binding(binding).origin {
            Origin::Init { expr, path, .. } => {
                let path: Vec<&str> = facts.path(path).iter().map(|&name| facts.text(name)).collect();
                let named = match path.as_slice() {
                    [.., "socket" | "connection", "server"] => true,
                    ["server"] => is_socket(program, part(expr), depth),
                    _ => false,
                };
                named || below_response(program, part(expr), depth + 1)
            }
            Origin::Param { index, path, .. } if path.is_empty() => {
                let function = FunctionRef { file: at.file, id: facts.binding(binding).function };
                passed_below_response(program, (function, index as usize), depth)
            }
            _ => false,
        },
        Expr::Logical { left, right, .. } => {
            below_response(program, part(left), depth + 1) || below_response(program, part(right), depth + 1)
        }
        // `getIO(res)`: what it returns.
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, .. } => match program.value(part(callee)) {
                Value::Function(function) => program.module(function.file).is_some_and(|owner| {
                    owner
                        .facts
                        .returned(function.id)
                        .any(|id| below_response(program, ExprRef { file: function.file, id }, depth + 2))
                }),
                _ => method(facts, callee)
                    .is_some_and(|(object, _)| below_response(program, part(object), depth + 1)),
            },
            _ => false,
        },
        _ => false,
    }
}

/// Whether some caller passes what is below a response: `initSocket(res.socket.server)`.
fn passed_below_response(program: &Program<'_>, (function, index): (FunctionRef, usize), depth: u32) -> bool {
    let Some(node) = program.graph.code(function, Phase::Request) else { return false };
    let calls = program.graph.callers(node).filter(|edge| edge.how == How::Calls);
    calls.take(8).any(|edge| {
        let (Some(site), Some(module)) = (edge.site(), program.module(edge.file)) else { return false };
        let (SiteKind::Call { args, .. } | SiteKind::New { args, .. }) = module.facts.site(site).kind else {
            return false;
        };
        let argument = module.facts.list(args).get(index);
        argument.is_some_and(|&id| below_response(program, ExprRef { file: edge.file, id }, depth + 2))
    })
}

/// `res.socket`, or a name for it.
fn is_socket(program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    if depth > MAX_DEPTH {
        return false;
    }
    match facts.expr(at.id) {
        Expr::Member { property, .. } => matches!(facts.text(property), "socket" | "connection"),
        Expr::Local(binding) => match facts.binding(binding).origin {
            Origin::Init { expr, path, .. } => match facts.path(path) {
                [] => is_socket(program, ExprRef { file: at.file, id: expr }, depth + 1),
                [.., last] => matches!(facts.text(*last), "socket" | "connection"),
            },
            Origin::Param { path, .. } => {
                facts.path(path).last().is_some_and(|&last| facts.text(last) == "socket")
            }
            _ => false,
        },
        _ => false,
    }
}

/// Where live updates belong on a target.
pub(crate) fn realtime_help(target: Target) -> &'static str {
    match target {
        Target::Vercel => {
            "Answer the upgrade in the route with `experimental_upgradeWebSocket` from `@vercel/functions` (beta, \
             Fluid) and pass messages between instances through Redis pub/sub, or publish through Pusher, Ably or \
             Supabase Realtime."
        }
        Target::Netlify | Target::Lambda => {
            "Publish through a realtime service, such as `pusher.trigger()`, Ably REST or Supabase Realtime, or use \
             an API Gateway WebSocket API or AppSync."
        }
        Target::Cloudflare => {
            "Keep the sockets in a Durable Object (`WebSocketPair` with `ctx.acceptWebSocket()`) of a custom worker, \
             and send to it from the route."
        }
        Target::CloudRun => {
            "Run the socket server as a service of its own with `@socket.io/redis-adapter` or Redis pub/sub between \
             its instances, or publish through Pusher or Ably."
        }
        Target::Cluster => {
            "Put the sockets in a custom server or a service of its own, and pass messages between replicas through \
             Redis: `@socket.io/redis-adapter`, and `@socket.io/redis-emitter` in routes."
        }
        Target::Server => {
            "Start it once, in a custom server.ts (`createServer` with `server.on('upgrade')`) or in a process of \
             its own, not in a route."
        }
    }
}
