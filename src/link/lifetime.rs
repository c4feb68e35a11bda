//! How long what a construct makes lives: once per process, or once per request.

use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::RouteId;

use crate::facts::{ContextId, Expr, ExprId, Origin, SiteId, SiteKind};
use crate::span::FileId;

use super::graph::{Edge, How, NodeId, Phase, Source};
use super::memo::{is_free, ways};
use super::places::Place;
use super::tested::test_of;
use super::value::{ClassRef, ExprRef, FunctionRef, Value};
use super::{Program, flow};

/// How often a construct runs.
#[derive(Clone, Debug)]
pub enum Lifetime {
    /// Only when modules are loaded, or never.
    Once,
    /// Request code leads to it, but keeps what it made.
    Memoised,
    /// For each request that takes this way.
    PerRequest(Witness),
}

/// A way to a construct on which nothing keeps what it makes.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The node of the function that holds the construct.
    pub node: NodeId,
    /// The shortest such way, from the route on.
    pub path: Vec<(Edge, NodeId)>,
    /// The routes from which there is such a way, ascending.
    pub routes: Vec<RouteId>,
    /// Every step is a call that was followed; else some step is a value that was handed to other code.
    pub proven: bool,
}

/// [`Lifetime`] without the way that proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Only when modules are loaded, or never.
    Once,
    /// Request code leads to it, but keeps what it made.
    Memoised,
    /// For each request.
    PerRequest,
}

/// How often each construct runs that somebody asked about.
pub(super) type Frequencies = Mutex<FxHashMap<(FileId, SiteId), Frequency>>;

/// Where each class is constructed.
pub(super) type Constructions = OnceLock<FxHashMap<ClassRef, Vec<(FileId, SiteId)>>>;

/// Writes to global places anywhere in the program, by name: whether one of them happens in production.
pub(super) type GlobalWrites = OnceLock<FxHashMap<String, bool>>;

impl Program<'_> {
    /// How often a site runs: cheaper than [`Program::lifetime`], which looks for every route that makes it run.
    #[must_use]
    pub fn frequency(&self, file: FileId, site: SiteId) -> Frequency {
        let known = || self.frequencies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&known) = known().get(&(file, site)) {
            return known;
        }
        let frequency =
            match self.judged(file, site, |node, place| is_free(self, node, place, &[]).then_some(())) {
                None => Frequency::Once,
                Some(None) => Frequency::Memoised,
                Some(Some(())) => Frequency::PerRequest,
            };
        known().insert((file, site), frequency);
        frequency
    }

    /// How often a site runs, and whether what it makes is kept.
    #[must_use]
    pub fn lifetime(&self, file: FileId, site: SiteId) -> Lifetime {
        match self.judged(file, site, |node, place| ways(self, node, place)) {
            None => Lifetime::Once,
            Some(None) => Lifetime::Memoised,
            Some(Some(witness)) => Lifetime::PerRequest(witness),
        }
    }

    /// What is found for the first run of a site for which there is something; `None` if no request makes it run.
    fn judged<T>(
        &self,
        file: FileId,
        site: SiteId,
        judge: impl Fn(NodeId, (ExprRef, ContextId)) -> Option<T>,
    ) -> Option<Option<T>> {
        let entry = self.module(file)?.facts.site(site);
        let function = FunctionRef { file, id: entry.function };
        let place = (ExprRef { file, id: entry.expr }, entry.context);
        let mut nodes = self.graph.per_request(function).peekable();
        nodes.peek()?;
        Some(nodes.find_map(|node| judge(node, place)))
    }

    /// Whether a construct that runs when modules are loaded is kept on the global object, so that a reload in
    /// development finds it again; or is made in production only.
    #[must_use]
    pub fn survives_reload(&self, file: FileId, site: SiteId) -> bool {
        let Some(module) = self.module(file) else { return true };
        let entry = module.facts.site(site);
        let function = FunctionRef { file, id: entry.function };
        self.stored_globally(file, entry.expr) || self.reload_guard(file, entry.context) || {
            let node = self.graph.code(function, Phase::Init);
            node.is_some_and(|node| self.reload_guard_above(node, &mut FxHashSet::default()))
        }
    }

    /// A condition on a global place or on the environment around a place.
    fn reload_guard(&self, file: FileId, context: ContextId) -> bool {
        self.tested(file, context).any(|(test, places)| {
            self.tests_environment(ExprRef { file, id: test })
                || places.iter().any(|place| matches!(place, Place::Global(_) | Place::Library))
        })
    }

    /// Such a condition on every call that leads to a function at load time.
    fn reload_guard_above(&self, node: NodeId, seen: &mut FxHashSet<NodeId>) -> bool {
        // What is being looked at further out is decided there.
        if !seen.insert(node) {
            return true;
        }
        let mut callers = self.graph.callers(node).peekable();
        callers.peek().is_some()
            && callers.all(|edge| {
                if let Some((file, site)) = edge.through
                    && let Some(module) = self.module(file)
                    && self.reload_guard(file, module.facts.site(site).context)
                {
                    return true;
                }
                let Source::Node(from) = edge.from else { return false };
                let Some(module) = self.module(edge.file) else { return false };
                edge.how == How::Memoised
                    || edge.site().is_some_and(|site| {
                        let call = module.facts.site(site);
                        self.reload_guard(edge.file, call.context)
                            || self.stored_globally(edge.file, call.expr)
                    })
                    || (edge.how != How::Imports && self.reload_guard_above(from, seen))
            })
    }

    /// Whether some write in the module puts a value on the global object.
    fn stored_globally(&self, file: FileId, value: ExprId) -> bool {
        let Some(module) = self.module(file) else { return false };
        let construct = ExprRef { file, id: value };
        self.written(file).iter().any(|written| {
            matches!(written.place, Place::Global(_))
                && matches!(module.facts.site(written.site).kind, SiteKind::Write { .. })
                && self.mentions(ExprRef { file, id: written.value }, &[construct])
        })
    }

    /// The conditions around a place, innermost first.
    #[must_use]
    pub fn tests(&self, file: FileId, context: ContextId) -> Vec<ExprId> {
        let Some(module) = self.module(file) else { return Vec::new() };
        module.facts.contexts_from(context).filter_map(|context| test_of(context.kind)).collect()
    }

    /// Whether a value is one of these, wraps it, or is a handle that it gave: not what was read with it.
    pub(super) fn mentions(&self, at: ExprRef, wanted: &[ExprRef]) -> bool {
        self.mentions_at(at, wanted, &mut FxHashSet::default())
    }

    fn mentions_at(&self, at: ExprRef, wanted: &[ExprRef], seen: &mut FxHashSet<ExprRef>) -> bool {
        let Some(module) = self.module(at.file) else { return false };
        let facts = &module.facts;
        if wanted.contains(&at) {
            return true;
        }
        // No expression is looked into twice, whatever names it.
        if !seen.insert(at) {
            return false;
        }
        let mut go = |id: ExprId| self.mentions_at(ExprRef { file: at.file, id }, wanted, seen);
        match facts.expr(at.id) {
            Expr::Local(id) => {
                let binding = facts.binding(id);
                let initial = matches!(binding.origin, Origin::Init { expr, .. } if go(expr));
                initial
                    || (binding.reassigned
                        && module.writes(id).iter().any(|&site| {
                            matches!(facts.site(site).kind, SiteKind::Write { target, value, .. }
                                if facts.expr(target) == Expr::Local(id) && go(value))
                        }))
            }
            Expr::Member { object, .. } | Expr::Index { object, .. } => go(object),
            Expr::Call(site) | Expr::New(site) => {
                let Some((callee, args, _)) = flow::call_parts(facts.site(site).kind) else { return false };
                let from = match facts.expr(callee) {
                    Expr::Member { object, property } => gives_handle(facts.text(property)) && go(object),
                    Expr::Function(_) => go(callee),
                    _ => false,
                };
                // A function of the project may do anything with what it gets; others wrap it.
                let wraps = !matches!(self.value(ExprRef { file: at.file, id: callee }), Value::Function(_));
                from || (wraps && facts.list(args).iter().any(|&a| go(a)))
            }
            Expr::Await(site) | Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Await { value } | SiteKind::Write { value, .. } => go(value),
                _ => false,
            },
            Expr::Object(list) => facts.object(list).iter().any(|p| go(p.value)),
            Expr::Array(list) | Expr::Sequence(list) => facts.list(list).iter().any(|&item| go(item)),
            Expr::Logical { left, right, .. } => go(left) || go(right),
            Expr::Conditional { yes, no, .. } => go(yes) || go(no),
            Expr::Spread(inner) => go(inner),
            Expr::Function(id) => facts.returned(id).any(&mut go),
            _ => false,
        }
    }

    /// Whether instances of a class are only made where they are kept beyond the request.
    #[must_use]
    pub fn outlives_requests(&self, class: ClassRef) -> bool {
        let made = self.constructions(class);
        let kept = |&(file, site): &(FileId, SiteId)| self.frequency(file, site) != Frequency::PerRequest;
        !made.is_empty() && made.iter().all(kept)
    }

    /// Whether a class, or one that it extends, has a static member of this name.
    #[must_use]
    pub fn is_static(&self, class: ClassRef, name: &str) -> bool {
        self.lineage(class).into_iter().any(|class| {
            self.module(class.file).is_some_and(|module| {
                let members = &module.facts.class(class.id).members;
                members.iter().any(|m| m.is_static && module.facts.text(m.name) == name)
            })
        })
    }

    /// Where a class, or one that extends it, is constructed.
    #[must_use]
    pub fn constructions(&self, class: ClassRef) -> &[(FileId, SiteId)] {
        let all = self.constructions.get_or_init(|| {
            let mut found: FxHashMap<ClassRef, Vec<(FileId, SiteId)>> = FxHashMap::default();
            for (file, module) in self.modules() {
                for (id, site) in (0..).map(SiteId).zip(&module.facts.sites) {
                    let SiteKind::New { callee, .. } = site.kind else { continue };
                    let Value::Class(class) = self.value(ExprRef { file, id: callee }) else { continue };
                    for class in self.lineage(class) {
                        found.entry(class).or_default().push((file, id));
                    }
                }
            }
            found
        });
        all.get(&class).map_or(&[], Vec::as_slice)
    }

    /// Whether something puts a value on the global object under this name.
    #[must_use]
    pub fn writes_global(&self, name: &str) -> bool {
        self.global_writes().contains_key(name)
    }

    /// Global places that something writes, and whether it does so in production too.
    pub(super) fn global_writes(&self) -> &FxHashMap<String, bool> {
        self.global_writes.get_or_init(|| {
            let mut found = FxHashMap::default();
            for (file, module) in self.modules() {
                let sites = (0..).map(SiteId).zip(&module.facts.sites);
                for (id, site) in sites.filter(|(_, site)| matches!(site.kind, SiteKind::Write { .. })) {
                    if let Some((Place::Global(name), _)) = self.place_written(file, id) {
                        let development = self
                            .tests(file, site.context)
                            .into_iter()
                            .any(|test| self.tests_environment(ExprRef { file, id: test }));
                        *found.entry(name).or_insert(false) |= !development;
                    }
                }
            }
            found
        })
    }
}

/// Methods that give the client itself, a promise of it, or a part of it that lives as long.
fn gives_handle(method: &str) -> bool {
    matches!(
        method,
        "connect"
            | "db"
            | "useDb"
            | "collection"
            | "model"
            | "promise"
            | "asPromise"
            | "then"
            | "catch"
            | "finally"
            | "on"
            | "once"
            | "$on"
            | "$extends"
            | "$connect"
            | "initialize"
            | "producer"
            | "consumer"
            | "createChannel"
            | "createConfirmChannel"
            | "bind"
            | "withSchema"
            | "setMaxListeners"
            | "call"
            | "apply"
    )
}
