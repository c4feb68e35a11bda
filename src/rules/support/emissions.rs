//! Sends through a server of sockets that this process holds: `io.emit()`, `global.io.to(room).emit()`,
//! `res.socket.server.io.emit()`, `wss.clients.forEach()`.

use rustc_hash::FxHashSet;

use super::lexical::{Given, around, given_to, literal, method};
use super::senders::serves;
use super::sockets::is_below_response;
use crate::facts::{Expr, ExprId, FunctionId, ModuleFacts, Origin, SiteId, SiteKind};
use crate::link::{ExprRef, FunctionRef, Module, NodeId, Phase, Program, Value, root};
use crate::span::FileId;

/// How far a server is followed through names and helpers.
const MAX_DEPTH: u32 = 6;

/// A send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Emission {
    /// Its module.
    pub file: FileId,
    /// The call.
    pub site: SiteId,
    /// The function that does it.
    pub function: FunctionRef,
    /// The run that counts.
    pub node: NodeId,
    /// How the server is found.
    pub through: Through,
}

/// How the server that sends is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Through {
    /// It was made by a package's class.
    Server,
    /// It is kept on the HTTP server below the response.
    Response,
    /// It is a global variable, by its name.
    Global,
}

/// The first send of each function, in code that requests or timers of loaded modules run.
pub(crate) fn emissions(program: &Program<'_>) -> Vec<Emission> {
    let mut found = Vec::new();
    let mut seen: FxHashSet<FunctionRef> = FxHashSet::default();
    for (file, module) in program.modules() {
        let facts = &module.facts;
        for (id, site) in (0..).map(SiteId).zip(&facts.sites) {
            let SiteKind::Call { callee, .. } = site.kind else { continue };
            let Some((_, name)) = method(facts, callee) else { continue };
            if !matches!(name, "emit" | "send" | "write" | "broadcast" | "forEach") {
                continue;
            }
            let Some(through) = through(program, ExprRef { file, id: callee }, name) else { continue };
            let function = FunctionRef { file, id: site.function };
            if in_callback_of_server(module, site.function) {
                continue;
            }
            let Some(node) = node(program, facts, function) else { continue };
            if seen.insert(function) {
                found.push(Emission { file, site: id, function, node, through });
            }
        }
    }
    found
}

/// The run of a function that sends, if it runs.
fn node(program: &Program<'_>, facts: &ModuleFacts, function: FunctionRef) -> Option<NodeId> {
    if let Some(node) = program.graph.per_request(function).next() {
        return Some(node);
    }
    let module = FunctionRef { file: function.file, id: FunctionId::MODULE };
    let loaded = program.graph.code(module, Phase::Init)?;
    around(facts, function.id).any(|id| is_timer(facts, id)).then_some(loaded)
}

/// Whether module code gives a function to `setInterval`.
fn is_timer(facts: &ModuleFacts, function: FunctionId) -> bool {
    facts.sites_of(FunctionId::MODULE).any(|(_, site)| {
        let SiteKind::Call { callee, args } = site.kind else { return false };
        let is_interval =
            matches!(facts.expr(callee), Expr::Global(name) if facts.text(name) == "setInterval");
        is_interval
            && facts.list(args).first().is_some_and(|&id| match facts.expr(id) {
                Expr::Function(given) => given == function,
                Expr::Local(binding) => match facts.binding(binding).origin {
                    Origin::Function(own) => own == function,
                    Origin::Init { expr, .. } => facts.expr(expr) == Expr::Function(function),
                    _ => false,
                },
                _ => false,
            })
    })
}

/// A broadcast in the callback of a connection belongs to the server that is reported itself.
fn in_callback_of_server(module: &Module, function: FunctionId) -> bool {
    let facts = &module.facts;
    around(facts, function).any(|id| match given_to(module, id) {
        Some(Given::Argument { callee, first, is_new: false }) => {
            method(facts, callee).is_some_and(|(_, name)| matches!(name, "on" | "once"))
                && literal(facts, first).is_some()
                && module.expression_of(id) != Some(first)
        }
        _ => false,
    })
}

/// Whether a callee sends through a server of sockets, and how that is found.
fn through(program: &Program<'_>, callee: ExprRef, name: &str) -> Option<Through> {
    let facts = &program.module(callee.file)?.facts;
    if let Value::Made(made) = program.value(callee) {
        let to_all = name != "forEach" || made.steps.first() == Some(&"clients");
        return (to_all && !made.steps.contains(&"on") && serves(program, &made)).then_some(Through::Server);
    }
    if matches!(name, "forEach" | "write") {
        return None;
    }
    let (object, _) = method(facts, callee.id)?;
    let object = ExprRef { file: callee.file, id: object };
    if chain(facts, object.id).any(|id| is_below_response(program, ExprRef { file: callee.file, id })) {
        return Some(Through::Response);
    }
    held_globally(program, object, 0).then_some(Through::Global)
}

/// An expression and what its members and calls are on: `io.to(room)`, `io.to`, `io`.
fn chain(facts: &ModuleFacts, id: ExprId) -> impl Iterator<Item = ExprId> {
    std::iter::successors(Some(id), |&id| match facts.expr(id) {
        Expr::Member { object, .. } => Some(object),
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, .. } => Some(callee),
            _ => None,
        },
        _ => None,
    })
    .take(16)
}

/// Whether a value hangs on a global with a name such as `io`.
fn held_globally(program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    if depth > MAX_DEPTH {
        return false;
    }
    for id in chain(facts, at.id) {
        if let Value::Global(path) = program.value(ExprRef { file: at.file, id })
            && let ["globalThis" | "global" | "process", name] | [name] = path.as_slice()
            && names_server(name)
        {
            return true;
        }
    }
    let first = root(facts, at.id);
    match facts.expr(first) {
        Expr::Local(binding) => match facts.binding(binding).origin {
            Origin::Init { expr, .. } => {
                held_globally(program, ExprRef { file: at.file, id: expr }, depth + 1)
                    || helper_returns(program, ExprRef { file: at.file, id: expr }, depth)
                    || logical_parts(facts, expr)
                        .into_iter()
                        .any(|id| held_globally(program, ExprRef { file: at.file, id }, depth + 1))
            }
            Origin::Function(id) => function_returns(program, FunctionRef { file: at.file, id }, depth),
            Origin::Import(_) => match program.binding_value(at.file, binding) {
                Value::Function(function) => function_returns(program, function, depth),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}

fn logical_parts(facts: &ModuleFacts, id: ExprId) -> Vec<ExprId> {
    match facts.expr(id) {
        Expr::Logical { left, right, .. } => vec![left, right],
        _ => Vec::new(),
    }
}

/// `getIO()`: what the helper returns.
fn helper_returns(program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let Expr::Call(site) = module.facts.expr(at.id) else { return false };
    let SiteKind::Call { callee, .. } = module.facts.site(site).kind else { return false };
    match program.value(ExprRef { file: at.file, id: callee }) {
        Value::Function(function) => function_returns(program, function, depth),
        _ => false,
    }
}

fn function_returns(program: &Program<'_>, function: FunctionRef, depth: u32) -> bool {
    program.module(function.file).is_some_and(|owner| {
        owner
            .facts
            .returned(function.id)
            .any(|id| held_globally(program, ExprRef { file: function.file, id }, depth + 1))
    })
}

/// Names that projects give to a server of sockets.
fn names_server(name: &str) -> bool {
    let name = name.trim_start_matches('_').to_ascii_lowercase();
    matches!(
        name.as_str(),
        "io" | "socketio"
            | "socket_io"
            | "socketserver"
            | "ioserver"
            | "wss"
            | "wsserver"
            | "websocketserver"
    )
}
