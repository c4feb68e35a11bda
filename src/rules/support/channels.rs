//! Emitters and their kin at module level: who listens, who emits, and whether those are different requests.

use rustc_hash::{FxHashMap, FxHashSet};

use super::apis::{ApiSite, Apis};
use super::broadcast::{Beside, Holder, HolderKind, is_kept};
use super::leading::leading_to;
use super::lexical::method;
use super::senders::sender;
use crate::catalogue::SocketKind;
use crate::diagnostic::RouteId;
use crate::facts::{Expr, ExprId, FunctionId, SiteId, SiteKind};
use crate::link::{ClassRef, ExprRef, FunctionRef, Phase, Program, Value};
use crate::span::FileId;

/// How many pairs of places are compared for one channel.
const MAX_PAIRS: usize = 32;
/// How many helpers are followed to a channel.
const MAX_DEPTH: u32 = 3;

/// A channel and what is done with it.
struct Channel<'a, 'p> {
    api: &'a ApiSite<'p, SocketKind>,
    listens: Vec<(FileId, SiteId)>,
    emits: Vec<(FileId, SiteId)>,
}

/// The channels through which one request reaches another.
pub(crate) fn channels(program: &Program<'_>, apis: &Apis<'_>) -> Vec<Holder> {
    let emitters = apis.sockets.iter().filter(|api| api.api.kind == SocketKind::Emitter);
    let mut channels: Vec<Channel<'_, '_>> = emitters
        .filter(|api| is_kept(program, api.file, api.site))
        .map(|api| Channel { api, listens: Vec::new(), emits: Vec::new() })
        .collect();
    if channels.is_empty() {
        return Vec::new();
    }
    let names = Names::new(program, &channels);
    for (file, module) in program.modules() {
        let facts = &module.facts;
        for (id, site) in (0..).map(SiteId).zip(&facts.sites) {
            let SiteKind::Call { callee, args } = site.kind else { continue };
            let (object, does) = match method(facts, callee) {
                Some((object, name)) => match does(name) {
                    Some(does) => (object, does),
                    None => continue,
                },
                // `on(emitter, 'event')` of Node's events.
                None => match facts.list(args).first() {
                    Some(&first) if is_static_listener(program, ExprRef { file, id: callee }) => {
                        (first, Does::Listens)
                    }
                    _ => continue,
                },
            };
            let Some(channel) = names.channel(program, ExprRef { file, id: object }, 0) else { continue };
            let Some(channel) = channels.get_mut(channel) else { continue };
            match does {
                Does::Listens => channel.listens.push((file, id)),
                Does::Emits => channel.emits.push((file, id)),
            }
        }
    }
    channels.into_iter().filter_map(|channel| holder(program, channel)).collect()
}

#[derive(Clone, Copy)]
enum Does {
    Listens,
    Emits,
}

fn does(method: &str) -> Option<Does> {
    match method {
        "on"
        | "once"
        | "addListener"
        | "prependListener"
        | "subscribe"
        | "addEventListener"
        | "asyncIterator"
        | "asyncIterableIterator"
        | "register"
        | "init"
        | "onAny" => Some(Does::Listens),
        "emit" | "publish" | "next" | "dispatchEvent" | "send" | "broadcast" => Some(Does::Emits),
        _ => None,
    }
}

fn is_static_listener(program: &Program<'_>, callee: ExprRef) -> bool {
    match program.value(callee) {
        Value::External(external) => {
            matches!(external.package, "events" | "node:events")
                && matches!(external.path.last(), Some(&"on" | &"once"))
        }
        _ => false,
    }
}

/// What stands for a channel.
struct Names {
    constructs: FxHashMap<ExprRef, usize>,
    classes: FxHashMap<ClassRef, usize>,
    globals: FxHashMap<String, usize>,
}

impl Names {
    fn new(program: &Program<'_>, channels: &[Channel<'_, '_>]) -> Self {
        let mut names = Self {
            constructs: FxHashMap::default(),
            classes: FxHashMap::default(),
            globals: FxHashMap::default(),
        };
        for (at, channel) in channels.iter().enumerate() {
            let construct = channel.api.expr(program);
            names.constructs.insert(construct, at);
            if let Value::Instance(class, _) = program.value(construct) {
                for class in program.lineage(class) {
                    names.classes.insert(class, at);
                }
            }
        }
        for (file, module) in program.modules() {
            for site in &module.facts.sites {
                let SiteKind::Write { target, value, .. } = site.kind else { continue };
                if value == ExprId::UNKNOWN {
                    continue;
                }
                let Some(channel) = names.channel(program, ExprRef { file, id: value }, 0) else { continue };
                if let Value::Global(path) = program.value(ExprRef { file, id: target })
                    && let Some(name) = global_name(&path)
                {
                    names.globals.insert(name.to_owned(), channel);
                }
            }
        }
        names
    }

    fn channel(&self, program: &Program<'_>, at: ExprRef, depth: u32) -> Option<usize> {
        match program.value(at) {
            Value::Made(made) if made.steps.is_empty() => self.constructs.get(&made.at).copied(),
            Value::Instance(class, at) => {
                let construct = at.and_then(|at| self.constructs.get(&at));
                construct.or_else(|| self.classes.get(&class)).copied()
            }
            Value::Global(path) => self.globals.get(global_name(&path)?).copied(),
            // `getBus()`, which returns a global variable.
            Value::Unknown if depth < MAX_DEPTH => {
                let facts = &program.module(at.file)?.facts;
                let Expr::Call(site) = facts.expr(at.id) else { return None };
                let SiteKind::Call { callee, .. } = facts.site(site).kind else { return None };
                let Value::Function(function) = program.value(ExprRef { file: at.file, id: callee }) else {
                    return None;
                };
                let owner = &program.module(function.file)?.facts;
                owner
                    .returned(function.id)
                    .find_map(|id| self.channel(program, ExprRef { file: function.file, id }, depth + 1))
            }
            _ => None,
        }
    }
}

/// The variable's name in `globalThis.name`.
fn global_name<'v>(path: &[&'v str]) -> Option<&'v str> {
    match path {
        ["globalThis" | "global", name] | [name] => Some(name),
        _ => None,
    }
}

/// The channel as a holder, if it links requests.
fn holder(program: &Program<'_>, channel: Channel<'_, '_>) -> Option<Holder> {
    let runs = |&(file, site): &(FileId, SiteId)| {
        let function = function_of(program, file, site);
        function.is_some_and(|function| program.graph.per_request(function).next().is_some())
    };
    let sends: Vec<_> = channel.emits.iter().copied().filter(runs).collect();
    let listens: Vec<_> = channel.listens.iter().copied().filter(runs).collect();
    if sends.is_empty() || channel.listens.is_empty() {
        return None;
    }
    let crosses = listens.iter().any(|&(file, site)| feeds_client(program, file, site))
        || apart(program, &listens, &sends)
        || not_loaded(program, &channel.listens, &sends);
    crosses.then(|| Holder {
        at: channel.api.location(program),
        function: channel.api.function,
        kind: HolderKind::Listeners,
        what: channel.api.api.what.clone(),
        puts: channel.listens,
        sends,
        beside: Beside::Nothing,
    })
}

fn function_of(program: &Program<'_>, file: FileId, site: SiteId) -> Option<FunctionRef> {
    Some(FunctionRef { file, id: program.module(file)?.facts.site(site).function })
}

/// A listener that sends to a client waits for what other requests do.
fn feeds_client(program: &Program<'_>, file: FileId, site: SiteId) -> bool {
    let Some(module) = program.module(file) else { return false };
    let SiteKind::Call { args, .. } = module.facts.site(site).kind else { return false };
    let mut args = module.facts.list(args).iter();
    args.any(|&id| sender(program, ExprRef { file, id }).is_some_and(|sender| sender.is_proven()))
}

/// Whether somebody listens and somebody emits without a function that leads to both.
fn apart(program: &Program<'_>, listens: &[(FileId, SiteId)], sends: &[(FileId, SiteId)]) -> bool {
    let ways = |sites: &[(FileId, SiteId)]| -> Vec<FxHashSet<FunctionRef>> {
        let functions =
            sites.iter().take(MAX_PAIRS).filter_map(|&(file, site)| function_of(program, file, site));
        functions.map(|function| leading_to(program, function)).collect()
    };
    let sends = ways(sends);
    ways(listens).iter().any(|listen| sends.iter().any(|send| send.is_disjoint(listen)))
}

/// Whether a route emits that does not even load the module that listens.
fn not_loaded(program: &Program<'_>, listens: &[(FileId, SiteId)], sends: &[(FileId, SiteId)]) -> bool {
    let at_load = listens.iter().find_map(|&(file, site)| {
        let function = function_of(program, file, site)?;
        (function.id == FunctionId::MODULE).then(|| program.graph.code(function, Phase::Init))?
    });
    let Some(node) = at_load else { return false };
    let loading = program.graph.routes_to(node);
    let emitting = |&(file, site): &(FileId, SiteId)| -> Vec<RouteId> {
        let function = function_of(program, file, site);
        let node = function.and_then(|function| program.graph.per_request(function).next());
        node.map(|node| program.graph.routes_to(node)).unwrap_or_default()
    };
    sends.iter().take(MAX_PAIRS).flat_map(emitting).any(|route| !loading.contains(&route))
}
