//! Streams that answer a request, and the functions that feed them.

use rustc_hash::FxHashSet;

use super::lexical::{exprs, method, outermost, within};
use super::senders::is_readable_stream;
use crate::catalogue::SocketKind;
use crate::facts::{Expr, ExprId, FunctionId, ModuleFacts, PropertyKey, Shape, SiteId, SiteKind, Use};
use crate::link::{ExprRef, FunctionRef, Module, Program, Value};
use crate::rules::RuleContext;
use crate::span::{FileId, Location, Span};

/// How many functions of other modules are followed from a stream.
const MAX_CALLED: usize = 48;

/// What the answer says that it is.
const EVENT_STREAM: &str = "text/event-stream";

/// A stream to one client.
#[derive(Debug)]
pub(crate) struct Stream {
    /// Where it is made, or declared by its header.
    pub at: Location,
    /// The function that makes it.
    pub function: FunctionRef,
    /// Where the answer is said to be an event stream.
    pub header: Option<Location>,
    /// Functions that run while it is open: those that feed it and all inside them.
    pub bodies: Vec<FunctionRef>,
    /// Functions of the project that those call.
    pub called: Vec<FunctionRef>,
    /// All functions of the handler that makes it.
    pub family: Vec<FunctionRef>,
    /// What runs when the client leaves.
    pub cancel: Option<FunctionRef>,
}

/// The streams that request code makes.
pub(crate) fn streams(context: &RuleContext<'_, '_>) -> Vec<Stream> {
    let program = context.program;
    let mut found = Vec::new();
    for (file, module) in program.modules() {
        let facts = &module.facts;
        let header = names_event_stream(facts);
        let readable = facts.name_of("ReadableStream").is_some();
        if !header && !readable {
            continue;
        }
        let mut made: FxHashSet<FunctionId> = FxHashSet::default();
        for (id, site) in (0..).map(SiteId).zip(&facts.sites) {
            let function = FunctionRef { file, id: site.function };
            if let SiteKind::New { callee, args } = site.kind
                && is_readable_stream(program, ExprRef { file, id: callee })
                && program.graph.per_request(function).next().is_some()
                && let Some(&source) = facts.list(args).first()
            {
                made.insert(outermost(facts, site.function));
                found.extend(readable_stream(program, (file, id), ExprRef { file, id: source }));
            }
        }
        if header {
            found.extend(written(program, file, &made));
        }
    }
    for api in context.apis.sockets.iter().filter(|api| api.api.kind == SocketKind::EventStream) {
        found.extend(by_package(program, api.location(program), api.function));
    }
    found
}

/// Whether a module has the type of event streams among its texts.
fn names_event_stream(facts: &ModuleFacts) -> bool {
    let is_long = |shape: Shape| shape.length as usize >= EVENT_STREAM.len();
    let mut texts =
        facts.names.shapes().filter(|&(_, shape)| is_long(shape) && matches!(shape.first, b't' | b'T'));
    texts.any(|(name, _)| is_event_stream(facts.text(name)))
}

fn is_event_stream(text: &str) -> bool {
    text.get(..EVENT_STREAM.len()).is_some_and(|start| start.eq_ignore_ascii_case(EVENT_STREAM))
}

/// `new ReadableStream({ start, pull, cancel })`
fn readable_stream(program: &Program<'_>, (file, site): (FileId, SiteId), source: ExprRef) -> Option<Stream> {
    let module = program.module(file)?;
    let facts = &module.facts;
    let Value::Object(object) = program.value(source) else { return None };
    let owner = &program.module(object.file)?.facts;
    let Expr::Object(list) = owner.expr(object.id) else { return None };
    let method = |wanted: &str| {
        let property = owner
            .object(list)
            .iter()
            .find(|property| matches!(property.key, PropertyKey::Name(key) if owner.text(key) == wanted))?;
        match program.value(ExprRef { file: object.file, id: property.value }) {
            Value::Function(function) => Some(function),
            _ => None,
        }
    };
    let feeding = [method("start"), method("pull")];
    let bodies: Vec<FunctionRef> = feeding.into_iter().flatten().flat_map(|f| inside(program, f)).collect();
    let function = FunctionRef { file, id: facts.site(site).function };
    Some(Stream {
        at: Location { file, span: facts.site(site).span },
        function,
        header: header(module, file, outermost(facts, function.id)),
        called: called(program, &bodies),
        bodies,
        family: inside(program, FunctionRef { file, id: outermost(facts, function.id) }),
        cancel: method("cancel"),
    })
}

/// Handlers that write an event stream piece by piece.
fn written(program: &Program<'_>, file: FileId, made: &FxHashSet<FunctionId>) -> Vec<Stream> {
    let Some(module) = program.module(file) else { return Vec::new() };
    let facts = &module.facts;
    let mut seen = made.clone();
    let mut found = Vec::new();
    for (at, expr) in (0..).map(ExprId).zip(&facts.exprs) {
        let Some(header) = declares(facts, file, at, *expr) else { continue };
        let id = outermost(facts, module.function_of(at));
        if id == FunctionId::MODULE || !seen.insert(id) {
            continue;
        }
        let family = inside(program, FunctionRef { file, id });
        let runs = family.iter().any(|&f| program.graph.per_request(f).next().is_some());
        if !runs {
            continue;
        }
        found.push(Stream {
            at: header,
            function: FunctionRef { file, id },
            header: Some(header),
            called: called(program, &family),
            bodies: family.clone(),
            family,
            cancel: None,
        });
    }
    found
}

fn by_package(program: &Program<'_>, at: Location, function: FunctionRef) -> Option<Stream> {
    let facts = &program.module(function.file)?.facts;
    program.graph.per_request(function).next()?;
    let family = inside(program, FunctionRef { file: function.file, id: outermost(facts, function.id) });
    Some(Stream {
        at,
        function,
        header: None,
        called: called(program, &family),
        bodies: family.clone(),
        family,
        cancel: None,
    })
}

/// A function and all inside it.
fn inside(program: &Program<'_>, function: FunctionRef) -> Vec<FunctionRef> {
    let Some(module) = program.module(function.file) else { return Vec::new() };
    within(module, function.id).into_iter().map(|id| FunctionRef { file: function.file, id }).collect()
}

/// Where a function or one inside it names the type of event streams.
fn header(module: &Module, file: FileId, function: FunctionId) -> Option<Location> {
    let facts = &module.facts;
    within(module, function)
        .into_iter()
        .find_map(|id| exprs(facts, id).find_map(|(id, expr)| declares(facts, file, id, expr)))
}

/// Whether an expression says that the answer is an event stream.
fn declares(facts: &ModuleFacts, file: FileId, id: ExprId, expr: Expr) -> Option<Location> {
    let Expr::Str(name) = expr else { return None };
    (is_event_stream(facts.text(name)) && !is_asked_for(facts, id)).then(|| {
        let start = facts.span_of(id).start;
        Location { file, span: Span::new(start, start) }
    })
}

/// `{ accept: 'text/event-stream' }`: a request to another service.
fn is_asked_for(facts: &ModuleFacts, id: ExprId) -> bool {
    let Use::Part(parent) = facts.use_of(id) else { return true };
    match facts.expr(parent) {
        Expr::Object(list) => facts.object(list).iter().any(|property| {
            property.value == id
                && matches!(property.key, PropertyKey::Name(key) if facts.text(key).eq_ignore_ascii_case("accept"))
        }),
        // `accept.includes('text/event-stream')`, `type === 'text/event-stream'`
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, .. } => method(facts, callee).is_some_and(|(_, name)| {
                matches!(name, "includes" | "startsWith" | "indexOf" | "match" | "test" | "equals")
            }),
            _ => false,
        },
        Expr::Binary { .. } => true,
        _ => false,
    }
}

/// The project's functions that these call, and those that they call in turn.
fn called(program: &Program<'_>, bodies: &[FunctionRef]) -> Vec<FunctionRef> {
    let mut seen: FxHashSet<FunctionRef> = bodies.iter().copied().collect();
    let mut found = Vec::new();
    let mut next = 0;
    let mut open: Vec<FunctionRef> = bodies.to_vec();
    while let Some(&function) = open.get(next) {
        next += 1;
        let Some(module) = program.module(function.file) else { continue };
        for (_, site) in module.facts.sites_of(function.id) {
            let SiteKind::Call { callee, .. } = site.kind else { continue };
            let Value::Function(target) = program.value(ExprRef { file: function.file, id: callee }) else {
                continue;
            };
            for function in inside(program, target) {
                if found.len() < MAX_CALLED && seen.insert(function) {
                    found.push(function);
                    open.push(function);
                }
            }
        }
    }
    found
}
