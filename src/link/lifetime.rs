//! How long what a construct makes lives: once per process, or once per request.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{ContextId, ContextKind, Expr, ExprId, Origin, PropertyKey, SiteId, SiteKind};
use crate::span::FileId;

use super::graph::{How, Item, NodeId, Phase, Source};
use super::places::Place;
use super::value::{ExprRef, FunctionRef};
use super::{Program, flow};

/// How often a construct runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Only when modules are loaded, or never.
    Once,
    /// Request code leads to it, but keeps what it made.
    Memoised,
    /// For each request that takes this way.
    PerRequest(Witness),
}

/// A way to a construct on which nothing keeps what it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The node of the function that holds the construct.
    pub node: NodeId,
    /// Every step is a call that was followed; else some step is a value that was handed to other code.
    pub proven: bool,
}

/// Writes to global places anywhere in the program, by name: whether one of them happens in production.
pub(super) type GlobalWrites = OnceCell<FxHashMap<String, bool>>;

impl Program<'_> {
    /// How often a site runs, and whether what it makes is kept.
    #[must_use]
    pub fn lifetime(&self, file: FileId, site: SiteId) -> Lifetime {
        let Some(module) = self.module(file) else { return Lifetime::Once };
        let entry = module.facts.site(site);
        let function = FunctionRef { file, id: entry.function };
        let mut reached = false;
        for node in self.graph.per_request(function) {
            reached = true;
            let mut walk = Walk {
                program: self,
                way: vec![ExprRef { file, id: entry.expr }],
                seen: FxHashSet::default(),
            };
            if walk.per_request(node, function, Some(entry.context)) {
                let path = self.graph.path_to(node);
                let proven = path.iter().all(|(edge, _)| matches!(edge.how, How::Calls | How::Handles));
                return Lifetime::PerRequest(Witness { node, proven });
            }
        }
        if reached { Lifetime::Memoised } else { Lifetime::Once }
    }

    /// Whether a construct that runs when modules are loaded is kept on the global object, so that a reload in
    /// development finds it again; or is made in production only.
    #[must_use]
    pub fn survives_reload(&self, file: FileId, site: SiteId) -> bool {
        let Some(module) = self.module(file) else { return true };
        let entry = module.facts.site(site);
        let construct = ExprRef { file, id: entry.expr };
        let stored = (0..).map(SiteId).zip(&module.facts.sites).any(|(id, write)| {
            matches!(write.kind, SiteKind::Write { .. })
                && self.place_written(file, id).is_some_and(|(place, value)| {
                    matches!(place, Place::Global(_))
                        && self.mentions(ExprRef { file, id: value }, &[construct], 0)
                })
        });
        let function = FunctionRef { file, id: entry.function };
        stored
            || self.reload_guard(file, entry.context)
            || self.graph.code(function, Phase::Init).is_some_and(|node| self.reload_guard_above(node, 0))
    }

    /// A condition on a global place or on the environment around a place.
    fn reload_guard(&self, file: FileId, context: ContextId) -> bool {
        self.tests(file, context).into_iter().any(|test| {
            let at = ExprRef { file, id: test };
            self.tests_environment(at)
                || self.places_read(at).iter().any(|p| matches!(p, Place::Global(_) | Place::Library))
        })
    }

    /// Such a condition on every call that leads to a function at load time.
    fn reload_guard_above(&self, node: NodeId, depth: u32) -> bool {
        let callers = &self.graph.node(node).callers;
        depth < 8
            && !callers.is_empty()
            && callers.iter().all(|edge| {
                if let Some((file, site)) = edge.through
                    && let Some(module) = self.module(file)
                    && self.reload_guard(file, module.facts.site(site).context)
                {
                    return true;
                }
                let Source::Node(from) = edge.from else { return false };
                let Some(module) = self.module(edge.file) else { return false };
                edge.how == How::Memoised
                    || edge.site.is_some_and(|site| {
                        let call = module.facts.site(site);
                        self.reload_guard(edge.file, call.context)
                            || self.stored_globally(edge.file, call.expr)
                    })
                    || (edge.how != How::Imports && self.reload_guard_above(from, depth + 1))
            })
    }

    fn stored_globally(&self, file: FileId, value: ExprId) -> bool {
        let Some(module) = self.module(file) else { return false };
        let construct = ExprRef { file, id: value };
        (0..).map(SiteId).zip(&module.facts.sites).any(|(id, write)| {
            matches!(write.kind, SiteKind::Write { .. })
                && self.place_written(file, id).is_some_and(|(place, value)| {
                    matches!(place, Place::Global(_))
                        && self.mentions(ExprRef { file, id: value }, &[construct], 0)
                })
        })
    }

    /// The conditions around a place, innermost first.
    #[must_use]
    pub fn tests(&self, file: FileId, context: ContextId) -> Vec<ExprId> {
        let Some(module) = self.module(file) else { return Vec::new() };
        let chain = module.facts.contexts_from(context);
        chain
            .filter_map(|context| match context.kind {
                ContextKind::If { test, .. }
                | ContextKind::Survived { test, .. }
                | ContextKind::IfNullish(test) => Some(test),
                _ => None,
            })
            .collect()
    }

    /// Whether an expression has one of these in it, also through local names.
    fn mentions(&self, at: ExprRef, wanted: &[ExprRef], depth: u32) -> bool {
        let Some(module) = self.module(at.file) else { return false };
        let facts = &module.facts;
        if depth > 10 {
            return false;
        }
        if wanted.contains(&at) {
            return true;
        }
        let go = |id: ExprId| self.mentions(ExprRef { file: at.file, id }, wanted, depth + 1);
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
            Expr::Call(site) | Expr::New(site) => flow::call_parts(facts.site(site).kind)
                .is_some_and(|(callee, args, _)| go(callee) || facts.list(args).iter().any(|&a| go(a))),
            Expr::Await(site) | Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Await { value } | SiteKind::Write { value, .. } => go(value),
                _ => false,
            },
            Expr::Object(list) => {
                facts.object(list).iter().any(|p| p.key != PropertyKey::Spread && go(p.value))
            }
            Expr::Array(list) | Expr::Sequence(list) => facts.list(list).iter().any(|&item| go(item)),
            Expr::Logical { left, right, .. } => go(left) || go(right),
            Expr::Conditional { yes, no, .. } => go(yes) || go(no),
            Expr::Spread(inner) => go(inner),
            Expr::Function(id) => facts.returned(id).any(go),
            _ => false,
        }
    }

    /// Global places that something writes, and whether it does so in production too.
    fn global_writes(&self) -> &FxHashMap<String, bool> {
        self.global_writes.get_or_init(|| {
            let mut found = FxHashMap::default();
            for (file, module) in self.modules() {
                for (id, site) in (0..).map(SiteId).zip(&module.facts.sites) {
                    if !matches!(site.kind, SiteKind::Write { .. }) {
                        continue;
                    }
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

/// The search for a way from a route to a construct on which nothing keeps the result.
struct Walk<'a, 'p> {
    program: &'a Program<'p>,
    /// The construct, and the calls that lead to it from the place looked at now.
    way: Vec<ExprRef>,
    seen: FxHashSet<NodeId>,
}

impl Walk<'_, '_> {
    /// Whether some way from a route to this place, in this function, is free of memos.
    fn per_request(&mut self, node: NodeId, function: FunctionRef, context: Option<ContextId>) -> bool {
        if context.is_some_and(|context| self.kept(function.file, context)) || !self.seen.insert(node) {
            return false;
        }
        let callers = self.program.graph.node(node).callers.clone();
        callers.iter().any(|edge| {
            if edge.how == How::Memoised {
                return false;
            }
            if let Some((file, site)) = edge.through
                && let Some(module) = self.program.module(file)
            {
                let call = module.facts.site(site);
                self.way.push(ExprRef { file, id: call.expr });
                let kept = self.kept(file, call.context);
                self.way.pop();
                if kept {
                    return false;
                }
            }
            let Source::Node(from) = edge.from else { return true };
            self.from(from, edge.file, edge.site)
        })
    }

    /// Goes on from the caller.
    fn from(&mut self, from: NodeId, file: FileId, site: Option<SiteId>) -> bool {
        let Some(module) = self.program.module(file) else { return true };
        match self.program.graph.node(from).item {
            Item::Code(caller) => {
                let call = site.map(|site| module.facts.site(site));
                let pushed = call.is_some_and(|call| {
                    self.way.push(ExprRef { file, id: call.expr });
                    true
                });
                let found = self.per_request(from, caller, call.map(|call| call.context));
                if pushed {
                    self.way.pop();
                }
                found
            }
            Item::Value(at) => {
                let function = FunctionRef { file: at.file, id: self.program.function_of_expr(at) };
                self.per_request(from, function, None)
            }
        }
    }

    /// Whether a condition around a place tests somewhere lasting that then gets what is made here.
    fn kept(&self, file: FileId, context: ContextId) -> bool {
        self.program.tests(file, context).into_iter().any(|test| {
            let places = self.program.places_read(ExprRef { file, id: test });
            places.iter().any(|place| self.keeps(place, file))
        })
    }

    fn keeps(&self, place: &Place, file: FileId) -> bool {
        match place {
            Place::Library => true,
            Place::Global(name) => self.program.global_writes().get(name).copied().unwrap_or(false),
            Place::Binding(owner, binding) => {
                let Some(module) = self.program.module(*owner) else { return false };
                let declared_in = FunctionRef { file: *owner, id: module.facts.binding(*binding).function };
                // A variable of a function that each request runs anew does not outlive it.
                let lasting = declared_in.id == crate::facts::FunctionId::MODULE
                    || self.program.graph.per_request(declared_in).next().is_none();
                lasting && (self.stored(place, *owner) || (file != *owner && self.stored(place, file)))
            }
            Place::Field(class, _) => {
                self.lasting_instance(class.file, class.id)
                    && (self.stored(place, class.file) || self.stored(place, file))
            }
        }
    }

    /// Whether some write in a module puts what is made here, or a flag, into a place.
    fn stored(&self, place: &Place, file: FileId) -> bool {
        let Some(module) = self.program.module(file) else { return false };
        (0..).map(SiteId).zip(&module.facts.sites).any(|(id, site)| {
            if !matches!(site.kind, SiteKind::Write { .. } | SiteKind::Call { .. }) {
                return false;
            }
            let Some((written, value)) = self.program.place_written(file, id) else { return false };
            if written != *place {
                return false;
            }
            let is_flag = matches!(module.facts.expr(value), Expr::Bool(true));
            is_flag
                || self.program.mentions(ExprRef { file, id: value }, &self.way, 0)
                || self.hands_over(file, id)
        })
    }

    /// A setter: what it stores is its own parameter, so whoever calls it decides; it counts as storing.
    fn hands_over(&self, file: FileId, site: SiteId) -> bool {
        let Some(module) = self.program.module(file) else { return false };
        let SiteKind::Write { value, .. } = module.facts.site(site).kind else { return false };
        let Expr::Local(binding) = module.facts.expr(value) else { return false };
        matches!(module.facts.binding(binding).origin, Origin::Param { path, .. } if path.is_empty())
    }

    /// Whether no request makes an instance of the class for itself.
    fn lasting_instance(&self, file: FileId, class: crate::facts::ClassId) -> bool {
        let Some(module) = self.program.module(file) else { return false };
        let entry = module.facts.class(class);
        let Some(id) = entry.constructor.or(entry.fields) else {
            return self.constructed_per_request(file, class).is_none();
        };
        self.program.graph.per_request(FunctionRef { file, id }).all(|node| {
            let mut walk = Walk { program: self.program, way: self.way.clone(), seen: self.seen.clone() };
            !walk.per_request(node, FunctionRef { file, id }, None)
        })
    }

    /// A construction of a class without constructor in request code.
    fn constructed_per_request(&self, file: FileId, class: crate::facts::ClassId) -> Option<NodeId> {
        let wanted = super::ClassRef { file, id: class };
        self.program.modules().find_map(|(file, module)| {
            module.facts.sites.iter().find_map(|site| {
                let SiteKind::New { callee, .. } = site.kind else { return None };
                if self.program.value(ExprRef { file, id: callee }) != super::Value::Class(wanted) {
                    return None;
                }
                let function = FunctionRef { file, id: site.function };
                self.program.graph.per_request(function).find(|&node| {
                    let mut walk = Walk {
                        program: self.program,
                        way: vec![ExprRef { file, id: site.expr }],
                        seen: self.seen.clone(),
                    };
                    walk.per_request(node, function, Some(site.context))
                })
            })
        })
    }
}
