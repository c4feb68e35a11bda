//! Holders: what keeps open connections, callbacks or listeners in this process, for other requests to reach.

use rustc_hash::{FxHashMap, FxHashSet};

use super::apis::Apis;
use super::channels::channels;
use super::declared::declaration;
use super::lexical::method;
use super::pubsub::Services;
use super::senders::{Sender, sender, sends};
use crate::diagnostic::RouteId;
use crate::facts::{Expr, ExprId, FunctionId, ModuleFacts, Origin, SiteId, SiteKind};
use crate::link::{ExprRef, Frequency, FunctionRef, Module, NodeId, Place, Program};
use crate::span::{FileId, Location};

/// How far an element is followed to what holds it.
const MAX_DEPTH: u32 = 6;

/// Something in the process through which requests reach each other's connections.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    /// Where it is declared.
    pub at: Location,
    /// The function that declares it.
    pub function: FunctionRef,
    /// What it holds.
    pub kind: HolderKind,
    /// The same in words.
    pub what: String,
    /// Code that puts something in, or listens.
    pub puts: Vec<(FileId, SiteId)>,
    /// Code that sends.
    pub sends: Vec<(FileId, SiteId)>,
    /// How else what is sent arrives.
    pub beside: Beside,
}

/// What a [`Holder`] stands beside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Nothing: what it does not pass on is lost.
    #[default]
    Nothing,
    /// A poll of a store, for which it is only a short cut.
    Poll,
    /// A service through which all instances hear of it.
    Service,
}

/// What a [`Holder`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HolderKind {
    /// Connections, or functions that lead to them.
    Senders(Sender),
    /// Listeners.
    Listeners,
}

/// All holders of the program.
#[derive(Debug, Default)]
pub(crate) struct Broadcasts {
    /// By file and place.
    pub holders: Vec<Holder>,
}

impl Holder {
    /// The runs of the code that puts in or sends, those that send first.
    pub(crate) fn nodes(&self, program: &Program<'_>) -> Vec<NodeId> {
        let users = self.sends.iter().chain(&self.puts);
        users
            .filter_map(|&(file, site)| {
                let id = program.module(file)?.facts.site(site).function;
                program.graph.per_request(FunctionRef { file, id }).next()
            })
            .collect()
    }

    /// The routes whose requests put in or send, ascending.
    pub(crate) fn routes(&self, program: &Program<'_>) -> Vec<RouteId> {
        let nodes: FxHashSet<NodeId> = self.nodes(program).into_iter().collect();
        let mut routes: Vec<RouteId> = nodes.iter().flat_map(|&node| program.graph.routes_to(node)).collect();
        routes.sort_unstable();
        routes.dedup();
        routes
    }
}

impl Broadcasts {
    /// Looks for what requests put senders into, and for channels that they listen on.
    pub(crate) fn find(program: &Program<'_>, apis: &Apis<'_>) -> Self {
        let mut found = Self::default();
        found.containers(program);
        found.holders.extend(channels(program, apis));
        found.holders.sort_by_key(|holder| (holder.at.file, holder.at.span.start));
        if !found.holders.is_empty() {
            let services = Services::find(program, apis);
            for holder in &mut found.holders {
                holder.beside = services.beside(program, holder);
            }
        }
        found
    }

    fn containers(&mut self, program: &Program<'_>) {
        let puts = puts(program);
        if puts.is_empty() {
            return;
        }
        let mut sends = element_sends(program, &puts);
        for (place, put) in puts {
            let sent = sends.remove(&place).unwrap_or_default();
            // What is only kept may be there to be counted, or to be closed.
            if sent.is_empty() && !put.sender.is_proven() {
                continue;
            }
            let called = sent.iter().all(|send| send.called);
            let fits = match put.sender {
                Sender::Callback => called && !sent.is_empty() && names_listeners(program, &place),
                Sender::Parameter => sent.iter().any(|send| send.telling),
                _ => true,
            };
            if !fits || !outlives_requests(program, &place) {
                continue;
            }
            let Some((at, function)) = declaration(program, &place, &put.sites) else { continue };
            self.holders.push(Holder {
                at,
                function,
                kind: HolderKind::Senders(put.sender),
                what: put.sender.plural().to_owned(),
                puts: put.sites,
                sends: sent.into_iter().map(|send| send.site).collect(),
                beside: Beside::Nothing,
            });
        }
    }
}

/// What goes into a place.
struct Put {
    sender: Sender,
    sites: Vec<(FileId, SiteId)>,
}

/// Places that request code puts senders into.
fn puts(program: &Program<'_>) -> FxHashMap<Place, Put> {
    let mut found: FxHashMap<Place, Put> = FxHashMap::default();
    for (file, module) in program.modules() {
        let facts = &module.facts;
        for (id, site) in (0..).map(SiteId).zip(&facts.sites) {
            let Some(value) = put_value(facts, site.kind) else { continue };
            let function = FunctionRef { file, id: site.function };
            if program.graph.per_request(function).next().is_none() {
                continue;
            }
            let Some(sender) = sender(program, ExprRef { file, id: value }) else { continue };
            let Some((place, _)) = program.place_written(file, id) else { continue };
            if matches!(place, Place::Library) || !is_container_write(facts, site.kind) {
                continue;
            }
            let put = found.entry(place).or_insert(Put { sender, sites: Vec::new() });
            if sender.is_proven() && !put.sender.is_proven() {
                put.sender = sender;
            }
            put.sites.push((file, id));
        }
    }
    found
}

/// The value that a site puts somewhere.
fn put_value(facts: &ModuleFacts, kind: SiteKind) -> Option<ExprId> {
    match kind {
        SiteKind::Call { callee, args } => match method(facts, callee)?.1 {
            "add" | "push" | "unshift" => facts.list(args).first().copied(),
            "set" => facts.list(args).get(1).copied(),
            _ => None,
        },
        SiteKind::Write { value, .. } if value != ExprId::UNKNOWN => Some(value),
        _ => None,
    }
}

/// Whether a site adds to a collection: a variable that holds one thing is no collection.
fn is_container_write(facts: &ModuleFacts, kind: SiteKind) -> bool {
    match kind {
        SiteKind::Write { target, value, .. } => {
            matches!(facts.expr(target), Expr::Index { .. }) || matches!(facts.expr(value), Expr::Array(_))
        }
        _ => true,
    }
}

/// A call through an element of a place.
struct Send {
    site: (FileId, SiteId),
    /// The element itself is called.
    called: bool,
    /// The method tells that the element is a stream, a response or a socket.
    telling: bool,
}

fn element_sends(program: &Program<'_>, puts: &FxHashMap<Place, Put>) -> FxHashMap<Place, Vec<Send>> {
    let mut found: FxHashMap<Place, Vec<Send>> = FxHashMap::default();
    for (file, module) in program.modules() {
        let facts = &module.facts;
        for (id, site) in (0..).map(SiteId).zip(&facts.sites) {
            let SiteKind::Call { callee, .. } = site.kind else { continue };
            let (element, called, telling) = match facts.expr(callee) {
                Expr::Member { object, property } if sends(facts.text(property)) => {
                    (object, false, is_telling(facts, object, facts.text(property)))
                }
                Expr::Local(_) | Expr::Call(_) | Expr::Index { .. } => (callee, true, false),
                _ => continue,
            };
            let Some(place) = holder_of(program, ExprRef { file, id: element }, 0) else { continue };
            if puts.contains_key(&place) {
                found.entry(place).or_default().push(Send { site: (file, id), called, telling });
            }
        }
    }
    found
}

/// `controller.enqueue()`, and `res.write()` with a name that says what it is.
fn is_telling(facts: &ModuleFacts, object: ExprId, method: &str) -> bool {
    let name = match facts.expr(object) {
        Expr::Local(binding) => facts.text(facts.binding(binding).name),
        Expr::Member { property, .. } => facts.text(property),
        _ => "",
    };
    method == "enqueue"
        || (method != "emit"
            && matches!(
                name.to_ascii_lowercase().as_str(),
                "res" | "response" | "controller" | "writer" | "client" | "socket" | "ws" | "connection"
            ))
}

/// The place that holds what an expression is an element of.
fn holder_of(program: &Program<'_>, at: ExprRef, depth: u32) -> Option<Place> {
    let module = program.module(at.file)?;
    let facts = &module.facts;
    let part = |id: ExprId| ExprRef { file: at.file, id };
    if depth > MAX_DEPTH {
        return None;
    }
    match facts.expr(at.id) {
        Expr::Local(id) => {
            let binding = facts.binding(id);
            match binding.origin {
                Origin::Element { expr, .. } => first_place(program, part(expr)),
                Origin::Init { expr, .. } if binding.function != FunctionId::MODULE => {
                    holder_of(program, part(expr), depth + 1)
                }
                Origin::Param { .. } => {
                    let iterated = iterated_by(module, binding.function)?;
                    first_place(program, part(iterated))
                }
                _ => None,
            }
        }
        Expr::Member { object, .. } => holder_of(program, part(object), depth + 1),
        Expr::Index { object, .. } => first_place(program, part(object)),
        Expr::Call(site) => {
            let SiteKind::Call { callee, .. } = facts.site(site).kind else { return None };
            let (object, name) = method(facts, callee)?;
            matches!(name, "get" | "find" | "at" | "pop" | "shift")
                .then(|| first_place(program, part(object)))?
        }
        _ => None,
    }
}

/// What a callback runs over: `clients` in `clients.forEach((client) => …)`.
fn iterated_by(module: &Module, function: FunctionId) -> Option<ExprId> {
    let super::lexical::Given::Argument { callee, .. } = super::lexical::given_to(module, function)? else {
        return None;
    };
    let (object, name) = method(&module.facts, callee)?;
    matches!(name, "forEach" | "map" | "some" | "every" | "filter" | "flatMap").then_some(object)
}

fn first_place(program: &Program<'_>, at: ExprRef) -> Option<Place> {
    program.places_read(at).into_iter().find(|place| !matches!(place, Place::Library))
}

/// Whether a place is named for what it would hold.
fn names_listeners(program: &Program<'_>, place: &Place) -> bool {
    let name = match place {
        Place::Binding(file, binding) => {
            let Some(module) = program.module(*file) else { return false };
            module.facts.text(module.facts.binding(*binding).name).to_owned()
        }
        Place::Global(name) | Place::Field(_, name) | Place::Property(_, name) => name.clone(),
        Place::Library => return false,
    };
    let name = name.to_ascii_lowercase();
    ["listener", "subscriber", "subscription", "observer", "client", "watcher", "bus", "channel", "room"]
        .iter()
        .any(|word| name.contains(word))
}

/// Whether a place is still there when the next request comes.
fn outlives_requests(program: &Program<'_>, place: &Place) -> bool {
    match place {
        Place::Binding(file, binding) => program.module(*file).is_some_and(|module| {
            let id = module.facts.binding(*binding).function;
            id == FunctionId::MODULE
                || program.graph.per_request(FunctionRef { file: *file, id }).next().is_none()
        }),
        Place::Global(_) => true,
        Place::Field(class, name) => program.is_static(*class, name) || program.outlives_requests(*class),
        Place::Property(literal, _) => {
            let id = program.function_of_expr(*literal);
            program.graph.per_request(FunctionRef { file: literal.file, id }).next().is_none()
        }
        Place::Library => false,
    }
}

/// Whether what a construct makes is kept beyond the request.
pub(crate) fn is_kept(program: &Program<'_>, file: FileId, site: SiteId) -> bool {
    program.frequency(file, site) != Frequency::PerRequest
}
