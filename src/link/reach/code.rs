//! Code that runs: what its calls and the names it uses lead to.

use super::expansion::Expansion;
use super::module_init;
use super::names::is_handed_on;
use crate::facts::{ContextId, Expr, ExprId, FunctionId, RequestId, RequestKind, SiteId};
use crate::link::flow;
use crate::link::graph::{At, Edge, How, Item, NodeId, Phase, Source};
use crate::link::module::Module;
use crate::link::value::{ClassRef, ExprRef, FunctionRef, Value};
use crate::span::FileId;

impl<'p> Expansion<'_, 'p> {
    pub(super) fn code(&mut self, node: NodeId, function: FunctionRef, phase: Phase, returns_away: bool) {
        let Some(module) = self.module(function.file) else { return };
        if function.id == FunctionId::MODULE {
            self.imports(node, function.file, module);
        }
        let entry = module.facts.function(function.id);
        for id in entry.exprs.range().filter_map(|i| u32::try_from(i).ok()).map(ExprId) {
            let at = ExprRef { file: function.file, id };
            match module.facts.expr(id) {
                Expr::Call(site) | Expr::New(site) => self.call(node, function, phase, site),
                Expr::Function(inner) if phase != Phase::Init && is_handed_on(module, id, returns_away) => {
                    let edge = self.edge(node, at.file, At::Expr(id), How::Uses);
                    self.reach(Item::Code(FunctionRef { file: function.file, id: inner }), phase, edge);
                }
                Expr::Local(binding) if phase != Phase::Init => {
                    self.local(node, (at, binding), phase, returns_away)
                }
                Expr::Member { object, property } => {
                    self.getter(node, at, (object, module.facts.text(property)), phase);
                }
                Expr::Import(request) => self.load(node, at, request),
                _ => {}
            }
        }
    }

    /// The static imports of a module load the modules they lead to.
    pub(super) fn imports(&mut self, node: NodeId, file: FileId, module: &'p Module) {
        let requests = (0..).map(RequestId).zip(&module.facts.requests);
        for ((id, request), target) in requests.zip(&module.targets) {
            let is_static = matches!(request.kind, RequestKind::Import | RequestKind::ReExport);
            if request.type_only || !is_static {
                continue;
            }
            for &loaded in target.files() {
                let edge = self.edge(node, file, At::Request(id), How::Imports);
                self.reach(module_init(loaded), Phase::Init, edge);
            }
        }
    }

    /// `import()` and `require()` load modules when they run.
    pub(super) fn load(&mut self, node: NodeId, at: ExprRef, request: RequestId) {
        let Some(module) = self.module(at.file) else { return };
        if module
            .facts
            .context_of(at.id)
            .is_some_and(|at_context| self.program.is_for_browsers(at.file, at_context))
        {
            return;
        }
        for &loaded in module.targets[request.index()].files() {
            let edge = self.edge(node, at.file, At::Request(request), How::Imports);
            self.reach(module_init(loaded), Phase::Init, edge);
        }
    }

    /// An edge that starts at a place in a node's code.
    pub(super) const fn edge(&self, node: NodeId, file: FileId, at: At, how: How) -> Edge {
        Edge { from: Source::Node(node), file, at, through: None, how }
    }

    pub(super) fn call(&mut self, node: NodeId, function: FunctionRef, phase: Phase, site: SiteId) {
        let file = function.file;
        let Some(module) = self.module(file) else { return };
        let facts = &module.facts;
        let Some((callee, args, is_new)) = flow::call_parts(facts.site(site).kind) else { return };
        let context = facts.site(site).context;
        if self.program.is_for_browsers(file, context)
            || (function.id == FunctionId::MODULE && self.only_as_script(file, context))
        {
            return;
        }
        let edge = self.edge(node, file, At::Site(site), How::Calls);
        let value = match facts.expr(callee) {
            Expr::Super => &self.super_class(file, function.id),
            _ => self.program.callee(file, site),
        };
        let callee_function = match *value {
            Value::Function(target) => {
                self.reach(Item::Code(target), phase, edge);
                Some(target)
            }
            Value::Class(class) if is_new || facts.expr(callee) == Expr::Super => {
                self.construct(class, phase, edge);
                self.constructor_of(class)
            }
            // A method of what some call gave: `create()[name]()`.
            Value::Unknown if phase != Phase::Init => {
                if let Expr::Member { object, .. } | Expr::Index { object, .. } = facts.expr(callee)
                    && matches!(facts.expr(object), Expr::Call(_) | Expr::New(_) | Expr::Await(_))
                {
                    self.hand_over(ExprRef { file, id: object }, phase, edge);
                }
                None
            }
            // `makers[name]()`: any of them.
            Value::Unknown => {
                self.chosen(file, callee).into_iter().for_each(|it| self.reach(Item::Code(it), phase, edge));
                None
            }
            Value::Made(ref made) if phase != Phase::Init && made.steps.is_empty() => {
                self.reach(Item::Value(made.at), phase, edge);
                None
            }
            _ => None,
        };
        for (index, &argument) in facts.list(args).iter().enumerate() {
            let argument = ExprRef { file, id: argument };
            match callee_function {
                Some(target) => self.argument(phase, edge, (target, index), argument),
                None => self.foreign_argument(phase, edge, value, (site, callee), argument),
            }
        }
    }

    /// The functions of an object literal of which an index chooses one.
    pub(super) fn chosen(&self, file: FileId, callee: ExprId) -> Vec<FunctionRef> {
        let Some(Expr::Index { object, .. }) = self.module(file).map(|module| module.facts.expr(callee))
        else {
            return Vec::new();
        };
        let Value::Object(literal) = self.program.value(ExprRef { file, id: object }) else {
            return Vec::new();
        };
        let Some(facts) = self.module(literal.file).map(|module| &module.facts) else { return Vec::new() };
        let Expr::Object(list) = facts.expr(literal.id) else { return Vec::new() };
        let values =
            facts.object(list).iter().map(|property| ExprRef { file: literal.file, id: property.value });
        let functions = values.filter_map(|value| match self.program.value(value) {
            Value::Function(function) => Some(function),
            _ => None,
        });
        functions.collect()
    }

    /// `if (require.main === module) main()`
    pub(super) fn only_as_script(&self, file: FileId, context: ContextId) -> bool {
        let tests = self.program.tests(file, context);
        tests.into_iter().any(|id| self.program.tests_main_module(ExprRef { file, id }))
    }

    /// The class that `super(…)` constructs.
    pub(super) fn super_class(&self, file: FileId, function: FunctionId) -> Value<'p> {
        let Some(module) = self.module(file) else { return Value::Unknown };
        let Some((class, _)) = module.this_class(function) else { return Value::Unknown };
        self.program.value(ExprRef { file, id: module.facts.class(class).superclass })
    }

    pub(super) fn constructor_of(&self, class: ClassRef) -> Option<FunctionRef> {
        let id = self.module(class.file)?.facts.class(class.id).constructor?;
        Some(FunctionRef { file: class.file, id })
    }
}
