//! Reachability: from the routes, through module loads, calls and handed-over values.
//!
//! Code in the `Init` phase evaluates values and may build routers and wrap handlers; what it builds runs for
//! requests only once request code, or a route's export, refers to it. So values are followed where they are
//! used, not where they are made.

mod arguments;
mod code;
mod exposed;
mod names;
mod values;

use exposed::Exposed;
use rustc_hash::{FxHashMap, FxHashSet};

use super::flow::{self, Target};
use super::graph::{At, Builder, Edge, Graph, How, Item, NodeId, Phase, Source};
use super::module::Module;
use super::value::{ClassRef, ExprRef, FunctionRef, Value};
use super::{Program, Route};
use crate::diagnostic::RouteId;
use crate::facts::{BindingId, Expr, FunctionId, MemberKind, SiteId};
use crate::project::EntryKind;
use crate::span::{FileId, Span};

/// Builds the graph of all that the program's routes reach.
pub(super) fn reach(program: &Program<'_>) -> Graph {
    let mut reach = Reach::new(program);
    for (id, route) in program.route_ids() {
        reach.route(id, route);
    }
    // Nodes are numbered as they are reached, so they are their own queue.
    for id in (0..).map(NodeId) {
        let Some(node) = reach.graph.node(id) else { break };
        match node.item {
            // What a followed call gets back is followed there; other callers may do anything with it.
            Item::Code(function) => reach.code(id, function, node.phase, node.reached != How::Calls),
            Item::Value(at) => reach.value(id, at, node.phase),
        }
    }
    reach.graph.finish()
}

/// The work in progress.
struct Reach<'a, 'p> {
    program: &'a Program<'p>,
    graph: Builder<'p>,
    /// Calls at module level that hand functions to a binding's methods: `app.get('/', handler)`.
    registrations: FxHashMap<(FileId, BindingId), Vec<(FileId, SiteId)>>,
    exposed: Exposed,
    /// Names of getters anywhere: reading such a member may run code.
    getters: FxHashSet<&'p str>,
}

impl<'a, 'p> Reach<'a, 'p> {
    fn new(program: &'a Program<'p>) -> Self {
        let mut getters = FxHashSet::default();
        for (_, module) in program.modules() {
            let members = module.facts.classes.iter().flat_map(|c| &c.members);
            getters.extend(
                members
                    .filter(|m| matches!(m.kind, MemberKind::Getter(_)))
                    .map(|m| module.facts.text(m.name)),
            );
        }
        Self {
            program,
            graph: Builder::new(program.modules),
            registrations: FxHashMap::default(),
            exposed: Exposed::new(program.modules),
            getters,
        }
    }

    fn module(&self, file: FileId) -> Option<&'p Module> {
        self.program.module(file)
    }

    fn route(&mut self, id: RouteId, route: &Route) {
        let edge = |at: (FileId, Span), how| Edge {
            from: Source::Route(id),
            file: at.0,
            at: At::Span(at.1),
            through: None,
            how,
        };
        for handler in &route.handlers {
            let built_ahead = route.kind == EntryKind::AppRoute
                && handler.name == "GET"
                && is_static(route, self.reads_request(handler.target));
            let Some(target) = handler.target.filter(|_| !built_ahead) else { continue };
            if handler.phase == Phase::Init {
                if let Target::Item(Item::Code(function)) = target {
                    self.reach(Item::Code(function), Phase::Init, edge(handler.at, How::Handles));
                }
                continue;
            }
            self.target(target, handler.phase, edge(handler.at, How::Handles));
        }
        let start = (route.file, Span::default());
        self.reach(module_init(route.file), Phase::Init, edge(start, How::Imports));
    }

    /// Whether a handler uses its first parameter.
    fn reads_request(&self, target: Option<Target>) -> bool {
        let function = match target {
            Some(Target::Item(Item::Code(function))) => function,
            Some(Target::Item(Item::Value(at))) => match self.program.value(at) {
                Value::Function(function) => function,
                _ => return false,
            },
            _ => return false,
        };
        let Some(module) = self.module(function.file) else { return false };
        let request = module.facts.function(function.id).params.first().and_then(|param| param.binding);
        request.is_some_and(|binding| !module.uses(binding).is_empty())
    }

    fn reach(&mut self, item: Item, phase: Phase, edge: Edge) {
        let Some(module) = self.module(item.file()) else { return };
        // Code for the browser, and code that a workflow engine runs, is not part of the request.
        if module.facts.directives.client {
            return;
        }
        let leads_nowhere = match item {
            Item::Code(function) => module.facts.function(function.id).directives.workflow,
            Item::Value(at) => module.is_inert(at.id),
        };
        if !leads_nowhere {
            self.graph.reach(item, phase, edge);
        }
    }

    /// Somebody gets hold of a target.
    fn target(&mut self, target: Target, phase: Phase, edge: Edge) {
        match target {
            Target::Item(item) => self.reach(item, phase, edge),
            Target::Class(class) => self.whole_class(class, phase, edge),
            Target::Module(file) => self.whole_module(file, phase, edge),
        }
    }

    fn whole_module(&mut self, file: FileId, phase: Phase, edge: Edge) {
        let Some(module) = self.module(file) else { return };
        for export in module.facts.exports.iter().filter(|e| !e.type_only) {
            if let Some(target) = flow::export_target(self.program, file, module.facts.text(export.name), 0)
                && !matches!(target, Target::Module(_))
            {
                self.target(target, phase, edge);
            }
        }
    }

    /// A class is handed over: it may be constructed and any method called.
    fn whole_class(&mut self, class: ClassRef, phase: Phase, edge: Edge) {
        self.construct(class, phase, edge);
        self.methods(class, false, phase, edge);
        self.methods(class, true, phase, edge);
    }

    /// Whoever has an instance, or the class itself, may call its methods.
    fn methods(&mut self, class: ClassRef, is_static: bool, phase: Phase, edge: Edge) {
        for class in self.program.lineage(class) {
            let Some(module) = self.module(class.file) else { continue };
            let members = &module.facts.class(class.id).members;
            for member in members.iter().filter(|member| member.is_static == is_static) {
                match member.kind {
                    MemberKind::Method(id) | MemberKind::Getter(id) | MemberKind::Setter(id) => {
                        self.reach(Item::Code(FunctionRef { file: class.file, id }), phase, edge);
                    }
                    MemberKind::Field(initial) => {
                        let at = ExprRef { file: class.file, id: initial };
                        if matches!(module.facts.expr(initial), Expr::Function(_)) {
                            self.reach(Item::Value(at), phase, edge);
                        }
                    }
                }
            }
        }
    }

    /// An instance is made: constructors and field values of the class and its ancestors run.
    fn construct(&mut self, class: ClassRef, phase: Phase, edge: Edge) {
        for class in self.program.lineage(class) {
            let Some(module) = self.module(class.file) else { continue };
            let entry = module.facts.class(class.id);
            for id in [entry.fields, entry.constructor].into_iter().flatten() {
                self.reach(Item::Code(FunctionRef { file: class.file, id }), phase, edge);
            }
        }
    }
}

/// A GET handler that Next runs at build time or when it revalidates, not for each request. One that reads its
/// request runs for each, whatever `revalidate` says.
fn is_static(route: &Route, reads_request: bool) -> bool {
    matches!(route.dynamic.as_deref(), Some("force-static" | "error"))
        || (matches!(route.revalidate, Some(None | Some(1..)))
            && route.dynamic.as_deref() != Some("force-dynamic")
            && !reads_request)
}

const fn module_init(file: FileId) -> Item {
    Item::Code(FunctionRef { file, id: FunctionId::MODULE })
}
