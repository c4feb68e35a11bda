//! Reachability: from the routes, through module loads, calls and handed-over values.
//!
//! Code in the `Init` phase evaluates values and may build routers and wrap handlers; what it builds runs for
//! requests only once request code, or a route's export, refers to it. So values are followed where they are
//! used, not where they are made.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::RouteId;
use crate::facts::{
    BindingId, BindingKind, ContextId, Expr, ExprId, FunctionId, MemberKind, PropertyKey, RequestId,
    RequestKind, SiteId, SiteKind, Use,
};
use crate::project::EntryKind;
use crate::span::{FileId, Span};

use super::flow::{self, ParamCalls, Target};
use super::graph::{Edge, Graph, How, Item, NodeId, Phase, Source};
use super::module::{Module, root};
use super::value::{ClassRef, ExprRef, FunctionRef, Value};
use super::{Program, Route};

/// Builds the graph of all that the program's routes reach.
pub(super) fn reach(program: &Program<'_>) -> Graph {
    let mut reach = Reach::new(program);
    for (id, route) in program.route_ids() {
        reach.route(id, route);
    }
    while let Some(id) = reach.open.pop_front() {
        let node = reach.graph.node(id);
        let (item, phase) = (node.item, node.phase);
        match item {
            Item::Code(function) => reach.code(id, function, phase),
            Item::Value(at) => reach.value(id, at, phase),
        }
    }
    reach.graph
}

/// The work in progress.
struct Reach<'a, 'p> {
    program: &'a Program<'p>,
    graph: Graph,
    open: VecDeque<NodeId>,
    /// Calls at module level that hand functions to a binding's methods: `app.get('/', handler)`.
    registrations: FxHashMap<(FileId, BindingId), Vec<(FileId, SiteId)>>,
    /// Bindings whose value request code got hold of, with the node that stands for the value.
    exposed: FxHashMap<(FileId, BindingId), Vec<(NodeId, Phase)>>,
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
            graph: Graph::default(),
            open: VecDeque::new(),
            registrations: FxHashMap::default(),
            exposed: FxHashMap::default(),
            getters,
        }
    }

    fn module(&self, file: FileId) -> Option<&'p Module> {
        self.program.module(file)
    }

    // ---- entries ------------------------------------------------------------------------------------------

    fn route(&mut self, id: RouteId, route: &Route) {
        let edge = |at: (FileId, Span), how| Edge {
            from: Source::Route(id),
            file: at.0,
            span: at.1,
            site: None,
            through: None,
            how,
        };
        for handler in &route.handlers {
            let built_ahead = route.kind == EntryKind::AppRoute && handler.name == "GET" && is_static(route);
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

    // ---- edges --------------------------------------------------------------------------------------------

    fn reach(&mut self, item: Item, phase: Phase, edge: Edge) {
        let file = match item {
            Item::Code(function) => function.file,
            Item::Value(at) => at.file,
        };
        let Some(module) = self.module(file) else { return };
        // Code for the browser, and code that a workflow engine runs, is not part of the request.
        if module.facts.directives.client {
            return;
        }
        if let Item::Code(function) = item
            && module.facts.function(function.id).directives.workflow
        {
            return;
        }
        if let Some(id) = self.graph.reach(item, phase, edge) {
            self.open.push_back(id);
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

    // ---- code that runs -----------------------------------------------------------------------------------

    fn code(&mut self, node: NodeId, function: FunctionRef, phase: Phase) {
        let Some(module) = self.module(function.file) else { return };
        if function.id == FunctionId::MODULE {
            self.imports(node, function.file, module);
        }
        let entry = module.facts.function(function.id);
        // What a followed call gets back is followed there; other callers may do anything with it.
        let returns_away = self.graph.node(node).callers.first().is_some_and(|edge| edge.how != How::Calls);
        for id in entry.exprs.range().filter_map(|i| u32::try_from(i).ok()).map(ExprId) {
            let at = ExprRef { file: function.file, id };
            match module.facts.expr(id) {
                Expr::Call(site) | Expr::New(site) => self.call(node, function, phase, site),
                Expr::Function(inner) if phase != Phase::Init && is_handed_on(module, id, returns_away) => {
                    let edge = self.edge(node, at, None, How::Uses);
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
    fn imports(&mut self, node: NodeId, file: FileId, module: &'p Module) {
        for (request, target) in module.facts.requests.iter().zip(&module.targets) {
            let is_static = matches!(request.kind, RequestKind::Import | RequestKind::ReExport);
            if request.type_only || !is_static {
                continue;
            }
            for &loaded in target.files() {
                let edge = Edge {
                    from: Source::Node(node),
                    file,
                    span: request.span,
                    site: None,
                    through: None,
                    how: How::Imports,
                };
                self.reach(module_init(loaded), Phase::Init, edge);
            }
        }
    }

    /// `import()` and `require()` load modules when they run.
    fn load(&mut self, node: NodeId, at: ExprRef, request: RequestId) {
        let Some(module) = self.module(at.file) else { return };
        for &loaded in module.targets[request.index()].files() {
            let mut edge = self.edge(node, at, None, How::Imports);
            edge.span = module.facts.request(request).span;
            self.reach(module_init(loaded), Phase::Init, edge);
        }
    }

    /// An edge that starts at an expression in a node's code.
    fn edge(&self, node: NodeId, at: ExprRef, site: Option<SiteId>, how: How) -> Edge {
        Edge {
            from: Source::Node(node),
            file: at.file,
            span: self.module(at.file).map_or_else(Span::default, |m| m.facts.span_of(at.id)),
            site,
            through: None,
            how,
        }
    }

    fn call(&mut self, node: NodeId, function: FunctionRef, phase: Phase, site: SiteId) {
        let file = function.file;
        let Some(module) = self.module(file) else { return };
        let facts = &module.facts;
        let Some((callee, args, is_new)) = flow::call_parts(facts.site(site).kind) else { return };
        if function.id == FunctionId::MODULE && self.only_as_script(file, facts.site(site).context) {
            return;
        }
        let at = ExprRef { file, id: facts.site(site).expr };
        let mut edge = self.edge(node, at, Some(site), How::Calls);
        edge.span = facts.site(site).span;
        let value = match facts.expr(callee) {
            Expr::Super => self.super_class(file, function.id),
            _ => self.program.value(ExprRef { file, id: callee }),
        };
        let callee_function = match value {
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
            Value::Made(ref made) if phase != Phase::Init && made.steps.is_empty() => {
                self.reach(Item::Value(made.at), phase, edge);
                None
            }
            _ => None,
        };
        for (index, &argument) in facts.list(args).iter().enumerate() {
            let argument = ExprRef { file, id: argument };
            match callee_function {
                Some(target) => self.argument(node, phase, edge, (target, index), argument),
                None => self.foreign_argument(phase, edge, &value, (site, callee), argument),
            }
        }
    }

    /// `if (require.main === module) main()`
    fn only_as_script(&self, file: FileId, context: ContextId) -> bool {
        let tests = self.program.tests(file, context);
        tests.into_iter().any(|id| self.program.tests_main_module(ExprRef { file, id }))
    }

    /// The class that `super(…)` constructs.
    fn super_class(&self, file: FileId, function: FunctionId) -> Value<'p> {
        let Some(module) = self.module(file) else { return Value::Unknown };
        let Some((class, _)) = module.this_class(function) else { return Value::Unknown };
        self.program.value(ExprRef { file, id: module.facts.class(class).superclass })
    }

    fn constructor_of(&self, class: ClassRef) -> Option<FunctionRef> {
        let id = self.module(class.file)?.facts.class(class.id).constructor?;
        Some(FunctionRef { file: class.file, id })
    }

    /// A value is passed to a function of the project.
    fn argument(
        &mut self,
        _node: NodeId,
        phase: Phase,
        mut edge: Edge,
        (target, index): (FunctionRef, usize),
        argument: ExprRef,
    ) {
        let Some(callee) = self.module(target.file) else { return };
        let calls = flow::param_calls(callee, target.id, index);
        let runs = match calls {
            ParamCalls::Now(_) => true,
            ParamCalls::Later(_) | ParamCalls::None => phase != Phase::Init,
        };
        if !runs || !self.may_hold_code(argument) {
            return;
        }
        if let ParamCalls::Now(site) | ParamCalls::Later(site) = calls {
            edge.through = Some((target.file, site));
        }
        edge.how = How::Uses;
        self.hand_over(argument, phase, edge);
    }

    /// A value is passed to code outside the project.
    fn foreign_argument(
        &mut self,
        phase: Phase,
        mut edge: Edge,
        callee_value: &Value<'p>,
        (site, callee): (SiteId, ExprId),
        argument: ExprRef,
    ) {
        if !self.may_hold_code(argument) {
            return;
        }
        let runs = self.runs_callback(callee_value, (edge.file, callee), phase);
        match runs {
            Runs::Never => {}
            Runs::In(phase) => {
                edge.how = How::Uses;
                self.hand_over(argument, phase, edge);
            }
            Runs::Once => {
                edge.how = How::Memoised;
                if phase != Phase::Init {
                    self.hand_over(argument, phase, edge);
                }
            }
            Runs::WhenUsed => self.register((edge.file, callee), site),
        }
    }

    /// Remembers a call at module level that hands code to a method of a binding.
    fn register(&mut self, (file, callee): (FileId, ExprId), site: SiteId) {
        let Some(module) = self.module(file) else { return };
        let Expr::Local(binding) = module.facts.expr(root(&module.facts, callee)) else { return };
        let key = flow::canonical(self.program, file, binding);
        let sites = self.registrations.entry(key).or_default();
        if sites.contains(&(file, site)) {
            return;
        }
        sites.push((file, site));
        for (node, phase) in self.exposed.get(&key).cloned().unwrap_or_default() {
            self.registered_arguments(node, phase, file, site);
        }
    }

    /// The code that a registration handed over runs for requests.
    fn registered_arguments(&mut self, node: NodeId, phase: Phase, file: FileId, site: SiteId) {
        let Some(module) = self.module(file) else { return };
        let Some((_, args, _)) = flow::call_parts(module.facts.site(site).kind) else { return };
        for &argument in module.facts.list(args) {
            let argument = ExprRef { file, id: argument };
            if self.may_hold_code(argument) {
                let edge = self.edge(node, argument, None, How::Uses);
                self.hand_over(argument, phase, edge);
            }
        }
    }

    fn hand_over(&mut self, argument: ExprRef, phase: Phase, edge: Edge) {
        let Some(module) = self.module(argument.file) else { return };
        match module.facts.expr(argument.id) {
            Expr::Function(id) => {
                self.reach(Item::Code(FunctionRef { file: argument.file, id }), phase, edge)
            }
            _ => self.reach(Item::Value(argument), phase, edge),
        }
    }

    /// Whether it is worth looking for functions in an argument.
    fn may_hold_code(&self, argument: ExprRef) -> bool {
        let Some(module) = self.module(argument.file) else { return false };
        match module.facts.expr(argument.id) {
            Expr::Function(_)
            | Expr::Class(_)
            | Expr::Object(_)
            | Expr::Array(_)
            | Expr::Conditional { .. }
            | Expr::Logical { .. }
            | Expr::Spread(_)
            | Expr::Member { .. }
            | Expr::Jsx(_) => true,
            Expr::Local(binding) => {
                !matches!(module.facts.binding(binding).kind, BindingKind::Param | BindingKind::Catch)
            }
            _ => false,
        }
    }

    /// Reading a member may run a getter.
    fn getter(&mut self, node: NodeId, at: ExprRef, (object, name): (ExprId, &'p str), phase: Phase) {
        if !self.getters.contains(name) {
            return;
        }
        let (class, is_static) = match self.program.value(ExprRef { file: at.file, id: object }) {
            Value::Class(class) => (class, true),
            Value::Instance(class, _) => (class, false),
            _ => return,
        };
        for class in self.program.lineage(class) {
            let Some(module) = self.module(class.file) else { continue };
            let members = &module.facts.class(class.id).members;
            let found = members.iter().find_map(|m| match m.kind {
                MemberKind::Getter(id) if m.is_static == is_static && module.facts.text(m.name) == name => {
                    Some(id)
                }
                _ => None,
            });
            if let Some(id) = found {
                let edge = self.edge(node, at, None, How::Calls);
                self.reach(Item::Code(FunctionRef { file: class.file, id }), phase, edge);
                return;
            }
        }
    }

    /// Request code uses a name: what it stands for may be called by whoever gets it.
    fn local(&mut self, node: NodeId, (at, binding): (ExprRef, BindingId), phase: Phase, returns_away: bool) {
        let Some(module) = self.module(at.file) else { return };
        let facts = &module.facts;
        if matches!(facts.binding(binding).kind, BindingKind::Param | BindingKind::Catch) {
            return;
        }
        let whole = flow::whole_member(module, at.id);
        let mut exposed = at;
        if let Use::Part(parent) = facts.use_of(whole) {
            match facts.expr(parent) {
                Expr::Call(site) | Expr::New(site)
                    if flow::call_parts(facts.site(site).kind)
                        .is_some_and(|(callee, ..)| callee == whole) =>
                {
                    // A call that is followed exposes nothing; one on an unknown object may call anything in it.
                    let holder = self.program.value(at);
                    match self.program.value(ExprRef { file: at.file, id: whole }) {
                        Value::Function(_) | Value::Class(_) | Value::External(_) => return,
                        // Only what the object was made with can run, not its neighbours in a class or module.
                        Value::Made(made) if !matches!(holder, Value::Made(_)) => {
                            let edge = self.edge(node, at, None, How::Uses);
                            self.reach(Item::Value(made.at), phase, edge);
                            return;
                        }
                        _ if matches!(holder, Value::Class(_) | Value::Module(_)) => return,
                        _ => {}
                    }
                }
                Expr::Call(_) | Expr::New(_) => return,
                Expr::Binary { .. } | Expr::Not(_) | Expr::TypeOf(_) => return,
                Expr::Write(site) => {
                    if matches!(facts.site(site).kind, SiteKind::Write { target, .. } if target == whole) {
                        return;
                    }
                    exposed = ExprRef { file: at.file, id: whole };
                }
                _ => exposed = ExprRef { file: at.file, id: whole },
            }
        } else if matches!(facts.use_of(whole), Use::Test | Use::Discarded | Use::Iterated)
            || (matches!(facts.use_of(whole), Use::Returned(_)) && !returns_away)
        {
            return;
        } else {
            exposed = ExprRef { file: at.file, id: whole };
        }
        let edge = self.edge(node, exposed, None, How::Uses);
        self.reach(Item::Value(exposed), phase, edge);
    }

    // ---- values that are handed over ----------------------------------------------------------------------

    /// Everything in a value that may be called.
    fn value(&mut self, node: NodeId, at: ExprRef, phase: Phase) {
        let Some(module) = self.module(at.file) else { return };
        let facts = &module.facts;
        let edge = self.edge(node, at, None, How::Uses);
        let part = |id: ExprId| ExprRef { file: at.file, id };
        match facts.expr(at.id) {
            Expr::Function(id) => self.reach(Item::Code(FunctionRef { file: at.file, id }), phase, edge),
            Expr::Class(id) => self.whole_class(ClassRef { file: at.file, id }, phase, edge),
            Expr::Local(binding) => self.exposed_binding(node, at.file, binding, phase, edge),
            Expr::Member { object, .. } => self.exposed_member(at, part(object), phase, edge),
            Expr::Call(site) | Expr::New(site) => self.exposed_call(at.file, site, phase, edge),
            Expr::Object(list) => {
                for property in facts.object(list) {
                    if !matches!(property.key, PropertyKey::Computed(_))
                        || self.may_hold_code(part(property.value))
                    {
                        self.hand_over(part(property.value), phase, edge);
                    }
                }
            }
            Expr::Array(list) | Expr::Jsx(list) => {
                for &item in facts.list(list) {
                    self.hand_over(part(item), phase, edge);
                }
            }
            Expr::Conditional { yes, no, .. } => {
                self.hand_over(part(yes), phase, edge);
                self.hand_over(part(no), phase, edge);
            }
            Expr::Logical { left, right, .. } => {
                self.hand_over(part(left), phase, edge);
                self.hand_over(part(right), phase, edge);
            }
            Expr::Spread(inner) => self.hand_over(part(inner), phase, edge),
            Expr::Index { object, .. } => self.hand_over(part(object), phase, edge),
            Expr::Sequence(list) => {
                if let Some(&last) = facts.list(list).last() {
                    self.hand_over(part(last), phase, edge);
                }
            }
            Expr::Await(site) | Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Await { value } | SiteKind::Write { value, .. } => {
                    self.hand_over(part(value), phase, edge);
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// A name is handed over: what it stands for, and what module code registered on it.
    fn exposed_binding(&mut self, node: NodeId, file: FileId, binding: BindingId, phase: Phase, edge: Edge) {
        if let Some(target) = flow::binding_target(self.program, file, binding) {
            self.target(target, phase, edge);
        }
        let key = flow::canonical(self.program, file, binding);
        let Some(module) = self.module(key.0) else { return };
        let seen = self.exposed.entry(key).or_default();
        seen.push((node, phase));
        let first = seen.len() == 1;
        if first && module.facts.binding(key.1).reassigned {
            for &site in module.writes(key.1) {
                if let SiteKind::Write { value, .. } = module.facts.site(site).kind {
                    self.hand_over(ExprRef { file: key.0, id: value }, phase, edge);
                }
            }
        }
        for (file, site) in self.registrations.get(&key).cloned().unwrap_or_default() {
            self.registered_arguments(node, phase, file, site);
        }
    }

    fn exposed_member(&mut self, at: ExprRef, object: ExprRef, phase: Phase, edge: Edge) {
        match self.program.value(at) {
            Value::Function(function) => self.reach(Item::Code(function), phase, edge),
            Value::Class(class) => self.whole_class(class, phase, edge),
            Value::Object(inner) | Value::Instance(_, Some(inner)) if inner != at => {
                self.reach(Item::Value(inner), phase, edge);
            }
            Value::Instance(class, _) => self.methods(class, false, phase, edge),
            Value::Module(file) => self.whole_module(file, phase, edge),
            Value::Global(_) | Value::External(_) => {}
            value @ (Value::Made(_) | Value::Unknown | Value::Object(_)) => {
                match (value, self.program.value(object)) {
                    (Value::Made(made), holder) if !matches!(holder, Value::Made(_)) => {
                        self.reach(Item::Value(made.at), phase, edge);
                    }
                    // A member of a class or module gives nothing but itself away.
                    (_, Value::Class(_) | Value::Module(_)) => {}
                    _ => self.hand_over(object, phase, edge),
                }
            }
        }
    }

    /// The result of a call is handed over: what the call returned, and what it was given.
    fn exposed_call(&mut self, file: FileId, site: SiteId, phase: Phase, edge: Edge) {
        let Some(module) = self.module(file) else { return };
        let facts = &module.facts;
        let Some((callee, args, is_new)) = flow::call_parts(facts.site(site).kind) else { return };
        let value = self.program.value(ExprRef { file, id: callee });
        let mut target = None;
        match value {
            Value::Function(function) => {
                target = Some(function);
                if let Some(callee_module) = self.module(function.file) {
                    for id in callee_module.facts.returned(function.id) {
                        self.hand_over(ExprRef { file: function.file, id }, phase, edge);
                    }
                }
            }
            Value::Class(class) if is_new => {
                target = self.constructor_of(class);
                self.methods(class, false, phase, edge);
            }
            // `procedure.use(auth).query(fn)`: what the chain was given before.
            _ => match facts.expr(callee) {
                Expr::Member { object, .. } | Expr::Index { object, .. } => {
                    self.hand_over(ExprRef { file, id: object }, phase, edge);
                }
                Expr::Call(_) | Expr::Local(_) => self.hand_over(ExprRef { file, id: callee }, phase, edge),
                _ => {}
            },
        }
        for (index, &argument) in facts.list(args).iter().enumerate() {
            let argument = ExprRef { file, id: argument };
            let mut edge = edge;
            match target.and_then(|t| Some((t, self.module(t.file)?))) {
                Some((target, callee_module)) => {
                    if let ParamCalls::Now(call) | ParamCalls::Later(call) =
                        flow::param_calls(callee_module, target.id, index)
                    {
                        edge.through = Some((target.file, call));
                    }
                }
                None => match self.runs_callback(&value, (file, callee), phase) {
                    Runs::Never => continue,
                    Runs::Once => edge.how = How::Memoised,
                    Runs::In(_) | Runs::WhenUsed => {}
                },
            }
            if self.may_hold_code(argument) || matches!(facts.expr(argument.id), Expr::Call(_) | Expr::New(_))
            {
                self.hand_over(argument, phase, edge);
            }
        }
    }

    // ---- what foreign code does with callbacks ------------------------------------------------------------

    /// When code outside the project runs a function that it is given in a phase.
    fn runs_callback(&self, callee: &Value<'p>, (file, expr): (FileId, ExprId), phase: Phase) -> Runs {
        let catalogue = self.program.catalogue;
        match callee {
            Value::External(external) => {
                let export = external.export();
                if catalogue.is_background(external.package, &export, None) {
                    return Runs::Never;
                }
                if catalogue.after_response(external.package, &export).is_some() && phase != Phase::Init {
                    return Runs::In(Phase::AfterResponse);
                }
                if catalogue.is_memoiser(external.package, &export) {
                    return Runs::Once;
                }
            }
            Value::Made(made) => {
                let method = made.steps.join(".");
                if catalogue.is_background(made.by.package, &made.by.export(), Some(&method)) {
                    return Runs::Never;
                }
            }
            Value::Global(path) => match path.as_slice() {
                // Signal and error handlers of the process.
                ["process", "on" | "once" | "addListener"] => return Runs::Never,
                ["Promise", ..] | ["Array", "from"] => return Runs::In(phase),
                _ => {}
            },
            _ => {}
        }
        if phase != Phase::Init || self.is_array_method(file, expr) {
            Runs::In(phase)
        } else {
            Runs::WhenUsed
        }
    }

    /// `x.map(f)` and its like run `f` at once.
    fn is_array_method(&self, file: FileId, callee: ExprId) -> bool {
        let Some(module) = self.module(file) else { return false };
        let Expr::Member { property, .. } = module.facts.expr(callee) else { return false };
        matches!(
            module.facts.text(property),
            "map"
                | "forEach"
                | "filter"
                | "reduce"
                | "reduceRight"
                | "find"
                | "findIndex"
                | "findLast"
                | "some"
                | "every"
                | "flatMap"
                | "sort"
                | "toSorted"
                | "replace"
                | "replaceAll"
                | "then"
                | "catch"
                | "finally"
        )
    }
}

/// When a callback runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runs {
    /// Not as part of a request.
    Never,
    /// In this phase.
    In(Phase),
    /// At first use, then never again in this process.
    Once,
    /// When request code uses the object that it was handed to.
    WhenUsed,
}

/// A GET handler that Next runs at build time or when it revalidates, not for each request.
fn is_static(route: &Route) -> bool {
    matches!(route.dynamic.as_deref(), Some("force-static" | "error"))
        || (matches!(route.revalidate, Some(None | Some(1..)))
            && route.dynamic.as_deref() != Some("force-dynamic"))
}

const fn module_init(file: FileId) -> Item {
    Item::Code(FunctionRef { file, id: FunctionId::MODULE })
}

/// Whether a function written here goes to somebody who may call it: not if it is only given a name, and
/// not if it is an argument, which the call decides about.
fn is_handed_on(module: &Module, id: ExprId, returns_away: bool) -> bool {
    let facts = &module.facts;
    let mut current = id;
    loop {
        match facts.use_of(current) {
            Use::Returned(_) => return returns_away,
            Use::Thrown(_) | Use::Other => return true,
            Use::Declared
            | Use::Exported
            | Use::Field(..)
            | Use::Default
            | Use::Discarded
            | Use::Test
            | Use::Iterated => {
                return false;
            }
            Use::Part(parent) => match facts.expr(parent) {
                // Called here, or an argument: the call decides.
                Expr::Call(_) | Expr::New(_) => return false,
                Expr::Write(_) => return true,
                _ => current = parent,
            },
        }
    }
}
