//! What one node leads to, found without a look at what the search has reached: so nodes can be taken side by side.

use rustc_hash::FxHashSet;

use super::module_init;
use crate::diagnostic::RouteId;
use crate::facts::{BindingId, Expr, MemberKind, SiteId};
use crate::link::flow::{self, Target};
use crate::link::graph::{At, Edge, How, Item, Node, NodeId, Phase, Source};
use crate::link::module::Module;
use crate::link::value::{ClassRef, ExprRef, FunctionRef, Value};
use crate::link::{Program, Route};
use crate::project::EntryKind;
use crate::span::{FileId, Span};

/// A binding in its module.
pub(super) type Name = (FileId, BindingId);

/// What was found, for the search to act on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// An edge into an item.
    Reach(Item, Phase, Edge),
    /// A node stands for the value of a binding.
    Expose(NodeId, Name, Phase, Edge),
    /// A call at module level hands code to a method of a binding.
    Register(Name, FileId, SiteId),
}

/// What the names of a program say to whoever expands nodes.
pub(super) struct Expansion<'a, 'p> {
    pub(super) program: &'a Program<'p>,
    /// Names of getters anywhere: reading such a member may run code.
    pub(super) getters: &'a FxHashSet<&'p str>,
    /// What was found so far, in order.
    pub(super) steps: Vec<Step>,
}

impl<'a, 'p> Expansion<'a, 'p> {
    /// Nothing is found yet.
    pub(super) const fn new(program: &'a Program<'p>, getters: &'a FxHashSet<&'p str>) -> Self {
        Self { program, getters, steps: Vec::new() }
    }

    pub(super) fn module(&self, file: FileId) -> Option<&'p Module> {
        self.program.module(file)
    }

    /// What a node leads to.
    pub(super) fn node(&mut self, id: NodeId, node: Node) {
        match node.item {
            // What a followed call gets back is followed there; other callers may do anything with it.
            Item::Code(function) => self.code(id, function, node.phase, node.reached != How::Calls),
            Item::Value(at) => self.value(id, at, node.phase),
        }
    }

    /// What a route leads to.
    pub(super) fn route(&mut self, id: RouteId, route: &Route) {
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

    pub(super) fn reach(&mut self, item: Item, phase: Phase, edge: Edge) {
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
            self.steps.push(Step::Reach(item, phase, edge));
        }
    }

    /// Somebody gets hold of a target.
    pub(super) fn target(&mut self, target: Target, phase: Phase, edge: Edge) {
        match target {
            Target::Item(item) => self.reach(item, phase, edge),
            Target::Class(class) => self.whole_class(class, phase, edge),
            Target::Module(file) => self.whole_module(file, phase, edge),
        }
    }

    pub(super) fn whole_module(&mut self, file: FileId, phase: Phase, edge: Edge) {
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
    pub(super) fn whole_class(&mut self, class: ClassRef, phase: Phase, edge: Edge) {
        self.construct(class, phase, edge);
        self.methods(class, false, phase, edge);
        self.methods(class, true, phase, edge);
    }

    /// Whoever has an instance, or the class itself, may call its methods.
    pub(super) fn methods(&mut self, class: ClassRef, is_static: bool, phase: Phase, edge: Edge) {
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
    pub(super) fn construct(&mut self, class: ClassRef, phase: Phase, edge: Edge) {
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
