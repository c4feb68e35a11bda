//! What keeps a stream open, and what ends it.

use rustc_hash::FxHashSet;

use super::broadcast::Beside;
use super::departures::{in_catch, only_when_gone};
use super::lexical::{exprs, literal, method, within};
use super::loops::loops;
use super::senders::sends;
use super::streams::Stream;
use crate::catalogue::SocketKind;
use crate::facts::{Expr, ExprId, FunctionId, ModuleFacts, Origin, PropertyKey, SiteKind};
use crate::link::{FunctionRef, Module, Program};
use crate::rules::RuleContext;
use crate::span::Location;

/// How far a helper is followed to who calls it.
const MAX_DEPTH: u32 = 3;

/// What keeps a stream open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Keeper {
    /// What other requests of this process do.
    OtherRequests,
    /// A loop that nothing ends.
    Loop,
    /// A loop that ends only when the client leaves.
    LoopUntilAbort,
    /// A subscription.
    Subscription,
    /// A timer that asks for news.
    Poll,
    /// A timer that only writes.
    Heartbeat,
}

/// What is known about the end of a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ending {
    /// It is closed when something is done, or after a time.
    pub closes: bool,
    /// It is closed after a time.
    pub timed: bool,
    /// Something happens when the client leaves.
    pub aborts: bool,
}

/// What keeps a stream open, the gravest first, and where.
pub(crate) fn keepers(context: &RuleContext<'_, '_>, stream: &Stream) -> Vec<(Keeper, Location)> {
    let program = context.program;
    let mut found = Vec::new();
    let running: FxHashSet<FunctionRef> = stream.bodies.iter().chain(&stream.called).copied().collect();
    for holder in &context.broadcasts.holders {
        for &(file, site) in &holder.puts {
            let Some(module) = program.module(file) else { continue };
            let site = module.facts.site(site);
            if running.contains(&FunctionRef { file, id: site.function }) {
                let keeper = match holder.beside {
                    Beside::Nothing => Keeper::OtherRequests,
                    Beside::Poll => Keeper::Poll,
                    Beside::Service => Keeper::Subscription,
                };
                found.push((keeper, Location { file, span: site.span }));
            }
        }
    }
    for &function in &stream.bodies {
        own_keepers(program, function, stream.cancel, &mut found);
    }
    for &function in &stream.called {
        loops(program, function, stream.cancel, &mut found);
    }
    for api in context.apis.sockets.iter().filter(|api| api.api.kind == SocketKind::Subscription) {
        if running.contains(&api.function) {
            found.push((Keeper::Subscription, api.location(program)));
        }
    }
    found.sort_by_key(|&(keeper, at)| (keeper, at.file, at.span.start));
    found
}

fn own_keepers(
    program: &Program<'_>,
    function: FunctionRef,
    cancel: Option<FunctionRef>,
    found: &mut Vec<(Keeper, Location)>,
) {
    loops(program, function, cancel, found);
    let Some(module) = program.module(function.file) else { return };
    let facts = &module.facts;
    for (_, site) in facts.sites_of(function.id) {
        let SiteKind::Call { callee, args } = site.kind else { continue };
        let at = Location { file: function.file, span: site.span };
        let arguments = facts.list(args);
        match facts.expr(callee) {
            Expr::Global(name) if facts.text(name) == "setInterval" => {
                let polls = arguments.first().is_some_and(|&given| waits(module, given));
                found.push((if polls { Keeper::Poll } else { Keeper::Heartbeat }, at));
            }
            Expr::Member { property, .. } if listens(facts.text(property)) => {
                let feeds = arguments.iter().any(|&given| feeds(module, given));
                let event = arguments.first().and_then(|&first| literal(facts, first));
                if feeds && !event.is_some_and(is_about_the_connection) {
                    found.push((Keeper::Subscription, at));
                }
            }
            _ => {}
        }
    }
}

/// Methods that are given a callback for what comes.
fn listens(method: &str) -> bool {
    matches!(
        method,
        "on" | "addListener" | "subscribe" | "pSubscribe" | "psubscribe" | "onSnapshot" | "listen"
    )
}

/// Events of the connection itself, and of streams that end by themselves.
fn is_about_the_connection(event: &str) -> bool {
    matches!(
        event,
        "close"
            | "end"
            | "finish"
            | "error"
            | "abort"
            | "aborted"
            | "exit"
            | "drain"
            | "data"
            | "readable"
            | "disconnect"
            | "connect"
            | "ready"
            | "open"
            | "progress"
            | "stdout"
            | "stderr"
    )
}

/// A callback that waits for something.
fn waits(module: &Module, given: ExprId) -> bool {
    let facts = &module.facts;
    callback(facts, given).is_some_and(|function| {
        facts.function(function).is_async
            || within(module, function)
                .into_iter()
                .any(|id| exprs(facts, id).any(|(_, expr)| matches!(expr, Expr::Await(_))))
    })
}

/// A callback that sends, itself or through a function beside it.
fn feeds(module: &Module, given: ExprId) -> bool {
    callback(&module.facts, given).is_some_and(|function| feeds_in(module, function, 0))
}

fn feeds_in(module: &Module, function: FunctionId, depth: u32) -> bool {
    let facts = &module.facts;
    depth < MAX_DEPTH
        && within(module, function).into_iter().any(|id| {
            facts.sites_of(id).any(|(_, site)| {
                let SiteKind::Call { callee, .. } = site.kind else { return false };
                match facts.expr(callee) {
                    Expr::Member { property, .. } => sends(facts.text(property)),
                    Expr::Local(_) => {
                        callback(facts, callee).is_some_and(|inner| feeds_in(module, inner, depth + 1))
                    }
                    _ => false,
                }
            })
        })
}

/// The function of this module that an expression is.
fn callback(facts: &ModuleFacts, id: ExprId) -> Option<FunctionId> {
    match facts.expr(id) {
        Expr::Function(function) => Some(function),
        Expr::Local(binding) => match facts.binding(binding).origin {
            Origin::Function(function) => Some(function),
            Origin::Init { expr, path, .. } if path.is_empty() => match facts.expr(expr) {
                Expr::Function(function) => Some(function),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// What is known about the end of a stream.
pub(crate) fn ending(program: &Program<'_>, stream: &Stream) -> Ending {
    let mut ending = Ending::default();
    let mut functions: Vec<FunctionRef> = stream.bodies.clone();
    functions.extend(&stream.family);
    functions.sort_unstable();
    functions.dedup();
    for function in functions {
        let Some(module) = program.module(function.file) else { continue };
        let facts = &module.facts;
        ending.aborts |= exprs(facts, function.id).any(|(_, expr)| hears_abort(facts, expr));
        for (_, site) in facts.sites_of(function.id) {
            let SiteKind::Call { callee, args } = site.kind else { continue };
            if closes(facts, callee)
                && !in_catch(facts, site.context)
                && !only_when_gone(program, function, stream.cancel, 0)
            {
                ending.closes = true;
            }
            // `setTimeout(close, 50_000)`
            ending.timed |= matches!(facts.expr(callee), Expr::Global(name) if facts.text(name) == "setTimeout")
                && facts.list(args).first().is_some_and(|&given| closing_callback(facts, given));
        }
    }
    if let Some(cancel) = stream.cancel
        && let Some(module) = program.module(cancel.file)
    {
        ending.aborts |= !module.facts.function(cancel.id).sites.is_empty();
    }
    ending
}

/// `controller.close()`, `res.end()`, `writer.close()`
fn closes(facts: &ModuleFacts, callee: ExprId) -> bool {
    let Some((object, name)) = method(facts, callee) else { return false };
    let holder = match facts.expr(object) {
        Expr::Local(binding) => facts.text(facts.binding(binding).name),
        Expr::Member { property, .. } => facts.text(property),
        _ => return false,
    };
    let holder = holder.to_ascii_lowercase();
    match name {
        "close" | "terminate" => {
            ["controller", "ctrl", "writer", "stream", "writable"].iter().any(|word| holder.contains(word))
                || matches!(holder.as_str(), "c" | "w" | "s")
        }
        "end" => holder.starts_with("res") || holder == "stream" || holder == "writer" || holder == "reply",
        _ => false,
    }
}

/// A callback that closes the stream, itself or through a function beside it.
fn closing_callback(facts: &ModuleFacts, given: ExprId) -> bool {
    let Some(function) = callback(facts, given) else { return false };
    let calls = |id: FunctionId| {
        facts.sites_of(id).filter_map(|(_, site)| match site.kind {
            SiteKind::Call { callee, .. } => Some(callee),
            _ => None,
        })
    };
    calls(function).any(|callee| {
        closes(facts, callee)
            || callback(facts, callee).is_some_and(|inner| calls(inner).any(|callee| closes(facts, callee)))
    })
}

/// Something that has to do with the client leaving.
fn hears_abort(facts: &ModuleFacts, expr: Expr) -> bool {
    match expr {
        Expr::Member { property, .. } => {
            matches!(facts.text(property), "aborted" | "onabort" | "onAbort" | "writableEnded" | "destroyed")
        }
        Expr::Object(list) => facts.object(list).iter().any(|property| {
            matches!(property.key, PropertyKey::Name(key) if matches!(facts.text(key), "signal" | "abortSignal"))
        }),
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, args } => {
                let listens = method(facts, callee)
                    .is_some_and(|(_, name)| matches!(name, "on" | "once" | "addEventListener" | "addListener"));
                let event = facts.list(args).first().and_then(|&first| literal(facts, first));
                listens
                    && matches!(event, Some("abort" | "aborted" | "close" | "disconnect" | "disconnected" | "finish"))
            }
            _ => false,
        },
        _ => false,
    }
}
