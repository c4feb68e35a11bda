//! What sends to one client of this process: stream controllers, responses, writers and sockets.

use super::lexical::{Given, given_to, literal, method};
use crate::catalogue::SocketKind;
use crate::facts::{BindingId, Expr, ExprId, FunctionId, Origin, SiteKind};
use crate::link::{ExprRef, FunctionRef, How, Made, Phase, Program, Target, Value};
use crate::project::EntryKind;
use crate::span::FileId;

/// How far a value is followed.
const MAX_DEPTH: u32 = 8;

/// What a value is that something could be sent through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The controller of a `ReadableStream`.
    Controller,
    /// The response of a `pages/api` handler.
    Response,
    /// The writer of a stream.
    Writer,
    /// A socket that a server accepted.
    Socket,
    /// A function.
    Callback,
    /// A parameter that nobody is known to fill.
    Parameter,
}

impl Sender {
    /// Whether it is known to lead to a client.
    pub(crate) const fn is_proven(self) -> bool {
        matches!(self, Self::Controller | Self::Response | Self::Writer | Self::Socket)
    }

    /// What messages call several of them.
    pub(crate) const fn plural(self) -> &'static str {
        match self {
            Self::Controller => "the controllers of open streams",
            Self::Response | Self::Writer => "open responses",
            Self::Socket => "open sockets",
            Self::Callback | Self::Parameter => "callbacks of waiting requests",
        }
    }
}

/// What a value sends through, if anything.
pub(crate) fn sender(program: &Program<'_>, at: ExprRef) -> Option<Sender> {
    sender_at(program, at, 0)
}

fn sender_at(program: &Program<'_>, at: ExprRef, depth: u32) -> Option<Sender> {
    let facts = &program.module(at.file)?.facts;
    if depth > MAX_DEPTH {
        return None;
    }
    let go = |id: ExprId| sender_at(program, ExprRef { file: at.file, id }, depth + 1);
    match facts.expr(at.id) {
        Expr::Local(binding) => of_binding(program, at.file, binding, depth),
        Expr::Function(id) => Some(of_function(program, FunctionRef { file: at.file, id }, depth)),
        Expr::Object(list) => best(facts.object(list).iter().filter_map(|p| go(p.value))),
        Expr::Array(list) => best(facts.list(list).iter().filter_map(|&id| go(id))),
        Expr::New(site) => match facts.site(site).kind {
            SiteKind::New { args, .. } => {
                best(facts.list(args).iter().filter_map(|&id| go(id))).filter(|s| s.is_proven())
            }
            _ => None,
        },
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, .. } => {
                method(facts, callee).filter(|(_, name)| *name == "getWriter").map(|_| Sender::Writer)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The one that is known best.
fn best(found: impl Iterator<Item = Sender>) -> Option<Sender> {
    let mut best = None;
    for sender in found {
        if sender.is_proven() {
            return Some(sender);
        }
        best = best.or(Some(sender));
    }
    best
}

fn of_binding(program: &Program<'_>, file: FileId, id: BindingId, depth: u32) -> Option<Sender> {
    let module = program.module(file)?;
    let facts = &module.facts;
    let binding = facts.binding(id);
    let go = |id: ExprId| sender_at(program, ExprRef { file, id }, depth + 1);
    let first = match binding.origin {
        Origin::Init { expr, path, .. } if path.is_empty() => go(expr),
        Origin::Function(id) => Some(of_function(program, FunctionRef { file, id }, depth)),
        Origin::Param { index, path, .. } if path.is_empty() => {
            of_parameter(program, (FunctionRef { file, id: binding.function }, index as usize), depth)
        }
        _ => None,
    };
    if first.is_some() || !binding.reassigned {
        return first;
    }
    // `let controller; new ReadableStream({ start(c) { controller = c } })`
    best(module.writes(id).iter().filter_map(|&site| match facts.site(site).kind {
        SiteKind::Write { target, value, .. } if facts.expr(target) == Expr::Local(id) => go(value),
        _ => None,
    }))
}

/// A closure that sends to a client is as good as what it sends through.
fn of_function(program: &Program<'_>, function: FunctionRef, depth: u32) -> Sender {
    let Some(module) = program.module(function.file) else { return Sender::Callback };
    let facts = &module.facts;
    let sent = facts.sites_of(function.id).filter_map(|(_, site)| {
        let SiteKind::Call { callee, .. } = site.kind else { return None };
        match facts.expr(callee) {
            Expr::Member { object, property } if sends(facts.text(property)) => {
                sender_at(program, ExprRef { file: function.file, id: object }, depth + 1)
            }
            Expr::Local(_) => sender_at(program, ExprRef { file: function.file, id: callee }, depth + 2),
            _ => None,
        }
    });
    best(sent).filter(|sender| sender.is_proven()).unwrap_or(Sender::Callback)
}

/// Methods that send to one client.
pub(crate) fn sends(method: &str) -> bool {
    matches!(method, "enqueue" | "write" | "send" | "emit")
}

fn of_parameter(
    program: &Program<'_>,
    (function, index): (FunctionRef, usize),
    depth: u32,
) -> Option<Sender> {
    let module = program.module(function.file)?;
    let facts = &module.facts;
    match given_to(module, function.id) {
        Some(Given::Property { object, key }) if index == 0 => {
            let is_start = matches!(facts.text(key), "start" | "pull");
            if is_start && is_stream_source(program, ExprRef { file: function.file, id: object }) {
                return Some(Sender::Controller);
            }
        }
        Some(Given::Argument { callee, first, is_new }) => {
            let callee = ExprRef { file: function.file, id: callee };
            if !is_new && accepts(program, callee, literal(facts, first)) {
                return Some(Sender::Socket);
            }
            // `new Promise((resolve) => …)`
            if is_new {
                return None;
            }
        }
        _ => {}
    }
    if index == 1 && is_pages_handler(program, function) {
        return Some(Sender::Response);
    }
    from_callers(program, (function, index), depth).or(Some(Sender::Parameter))
}

/// `new ReadableStream({ start(controller) {} })`
fn is_stream_source(program: &Program<'_>, object: ExprRef) -> bool {
    let Some(module) = program.module(object.file) else { return false };
    let facts = &module.facts;
    let crate::facts::Use::Part(parent) = facts.use_of(object.id) else {
        // `const source = { start() {} }; new ReadableStream(source)`
        return facts.use_of(object.id) == crate::facts::Use::Declared;
    };
    let Expr::New(site) = facts.expr(parent) else { return false };
    let SiteKind::New { callee, .. } = facts.site(site).kind else { return false };
    is_readable_stream(program, ExprRef { file: object.file, id: callee })
}

/// Whether a callee is the class of web streams.
pub(crate) fn is_readable_stream(program: &Program<'_>, callee: ExprRef) -> bool {
    match program.value(callee) {
        Value::Global(path) => path.last() == Some(&"ReadableStream"),
        Value::External(external) => external.path.last() == Some(&"ReadableStream"),
        _ => false,
    }
}

/// `wss.on('connection', (socket) => …)`, `experimental_upgradeWebSocket((ws) => …)`
fn accepts(program: &Program<'_>, callee: ExprRef, event: Option<&str>) -> bool {
    match program.value(callee) {
        Value::Made(made) => {
            made.steps.last() == Some(&"on")
                && matches!(event, Some("connection" | "connect"))
                && serves(program, &made)
        }
        Value::External(external) => {
            let export = external.export();
            let mut found = program.catalogue.sockets.find(external.package, &export, None);
            found.any(|api| api.kind == SocketKind::Upgrade)
        }
        _ => false,
    }
}

/// Whether a value was made by a server of sockets.
pub(crate) fn serves(program: &Program<'_>, made: &Made<'_>) -> bool {
    let export = made.by.export();
    let mut found = program.catalogue.sockets.find(made.by.package, &export, None);
    found.any(|api| matches!(api.kind, SocketKind::Server | SocketKind::Attached))
}

fn is_pages_handler(program: &Program<'_>, function: FunctionRef) -> bool {
    program.routes.iter().filter(|route| route.kind == EntryKind::PagesApi).any(|route| {
        route.handlers.iter().any(|handler| match handler.target {
            Some(Target::Item(crate::link::Item::Code(code))) => code == function,
            Some(Target::Item(crate::link::Item::Value(at))) => {
                program.value(at) == Value::Function(function)
            }
            _ => false,
        })
    })
}

/// What callers pass in this position.
fn from_callers(
    program: &Program<'_>,
    (function, index): (FunctionRef, usize),
    depth: u32,
) -> Option<Sender> {
    if function.id == FunctionId::MODULE {
        return None;
    }
    let node = program.graph.code(function, Phase::Request)?;
    let passed = program.graph.callers(node).filter(|edge| edge.how == How::Calls);
    best(passed.take(4).filter_map(|edge| {
        let facts = &program.module(edge.file)?.facts;
        let (SiteKind::Call { args, .. } | SiteKind::New { args, .. }) = facts.site(edge.site()?).kind else {
            return None;
        };
        sender_at(program, ExprRef { file: edge.file, id: *facts.list(args).get(index)? }, depth + 2)
    }))
}
