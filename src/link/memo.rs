//! The search for a way from a route to a construct on which nothing keeps what is made.
//!
//! A way is closed where a condition tests a lasting place that then gets what is made (`if (!client) client =`),
//! and where a helper runs what it is given only once.

use std::cell::LazyCell;

use rustc_hash::FxHashSet;

use crate::diagnostic::RouteId;
use crate::facts::{
    BinaryKind, ContextId, ContextKind, Expr, ExprId, LogicalKind, ModuleFacts, Origin, SiteId, SiteKind, Use,
};
use crate::span::FileId;

use super::Program;
use super::graph::{Edge, How, Item, NodeId, Source};
use super::lifetime::Witness;
use super::places::Place;
use super::value::{ClassRef, ExprRef, FunctionRef};

/// Finds the free ways from routes to a construct in `node`, if there are any: the shortest, and every route that has
/// one.
pub(super) fn ways(
    program: &Program<'_>,
    node: NodeId,
    (construct, context): (ExprRef, ContextId),
) -> Option<Witness> {
    let mut walk = Walk::new(program, &[]);
    walk.begin(node, (construct, context));
    let mut routes: Vec<RouteId> = Vec::new();
    let mut path = None;
    walk.climb_all(|walk, step, edge, route| {
        routes.push(route);
        path.get_or_insert_with(|| walk.path(step, edge));
        false
    });
    routes.sort_unstable();
    routes.dedup();
    let path = path?;
    let proven = path.iter().all(|(edge, _)| matches!(edge.how, How::Calls | How::Handles));
    Some(Witness { node, path, routes, proven })
}

/// Whether there is a free way from a route to a construct in `node`. `classes` are those whose instances are being
/// judged further out.
pub(super) fn is_free(
    program: &Program<'_>,
    node: NodeId,
    place: (ExprRef, ContextId),
    classes: &[ClassRef],
) -> bool {
    // Nearly always it is the one on which the node was reached first, and then nothing else is looked at.
    let mut walk = Walk::new(program, classes);
    walk.begin(node, place);
    if walk.climb_first() {
        return true;
    }
    let mut walk = Walk::new(program, classes);
    walk.begin(node, place);
    let mut found = false;
    walk.climb_all(|_, _, _, _| {
        found = true;
        true
    });
    found
}

/// A node on a free way, with what leads from it towards the construct.
struct Step {
    node: NodeId,
    /// The construct, or the call that leads to it, in the code of this node.
    made: Option<ExprRef>,
    /// The step nearer to the construct.
    below: Option<usize>,
    /// The edge to that step's node.
    edge: Option<Edge>,
}

/// What leads to the construct. It is as long as the search is deep, so nobody lists it but who reads it all.
#[derive(Clone, Copy)]
struct Way {
    /// The step where it begins.
    from: Option<usize>,
    /// A call that leads there.
    last: Option<ExprRef>,
}

struct Walk<'a, 'p> {
    program: &'a Program<'p>,
    classes: &'a [ClassRef],
    steps: Vec<Step>,
    seen: FxHashSet<NodeId>,
}

impl<'a, 'p> Walk<'a, 'p> {
    fn new(program: &'a Program<'p>, classes: &'a [ClassRef]) -> Self {
        Self { program, classes, steps: Vec::new(), seen: FxHashSet::default() }
    }

    /// Starts at a construct.
    fn begin(&mut self, node: NodeId, (construct, context): (ExprRef, ContextId)) {
        let first = Step { node, made: Some(construct), below: None, edge: None };
        self.enter(first, Some((construct.file, context)));
    }

    /// Climbs to all callers, nearest first, until `found` has enough of the routes that it is told.
    fn climb_all(&mut self, mut found: impl FnMut(&Self, usize, Edge, RouteId) -> bool) {
        let program = self.program;
        let mut next = 0;
        while let Some(&Step { node, made, .. }) = self.steps.get(next) {
            let parameter = LazyCell::new(|| stands_in_for(program, made?));
            for edge in program.graph.callers(node) {
                // A node that is on a free way already needs no second one, and most edges lead to such nodes.
                let known = matches!(edge.from, Source::Node(from) if self.seen.contains(&from));
                if known || edge.how == How::Memoised || self.kept_inside(next, &edge) {
                    continue;
                }
                match edge.from {
                    Source::Route(route) => {
                        if found(self, next, edge, route) {
                            return;
                        }
                    }
                    Source::Node(_) if edge.how == How::Calls && supplied(program, &edge, *parameter) => {}
                    Source::Node(from) => self.climb(next, from, edge),
                }
            }
            next += 1;
        }
    }

    /// Climbs from each node to the one that reached it first; whether that leads to a route.
    fn climb_first(&mut self) -> bool {
        let program = self.program;
        let mut next = 0;
        while let Some(&Step { node, made, .. }) = self.steps.get(next) {
            let Some(edge) = program.graph.callers(node).next() else { return false };
            if edge.how == How::Memoised || self.kept_inside(next, &edge) {
                return false;
            }
            let parameter = || stands_in_for(program, made?);
            match edge.from {
                Source::Route(_) => return true,
                Source::Node(_) if edge.how == How::Calls && supplied(program, &edge, parameter()) => {
                    return false;
                }
                Source::Node(from) => self.climb(next, from, edge),
            }
            next += 1;
        }
        false
    }

    /// Goes on from a step to one of its callers.
    fn climb(&mut self, below: usize, from: NodeId, edge: Edge) {
        let is_code = matches!(self.program.graph.node(from).item, Item::Code(_));
        let call = edge.site().filter(|_| is_code);
        let call = call.and_then(|site| Some(*self.program.module(edge.file)?.facts.site(site)));
        let made = call.map(|call| ExprRef { file: edge.file, id: call.expr });
        let place = call.map(|call| (edge.file, call.context));
        self.enter(Step { node: from, made, below: Some(below), edge: Some(edge) }, place);
    }

    /// Adds a step, unless a condition around its place keeps what is made.
    fn enter(&mut self, step: Step, place: Option<(FileId, ContextId)>) {
        if self.seen.contains(&step.node) {
            return;
        }
        let way = Way { from: step.below, last: step.made };
        if place.is_some_and(|(file, context)| self.kept(file, context, way)) {
            return;
        }
        self.seen.insert(step.node);
        self.steps.push(step);
    }

    /// The construct and the calls that lead to it.
    fn calls(&self, way: Way) -> Vec<ExprRef> {
        let first = way.from.and_then(|from| self.steps.get(from));
        let steps = std::iter::successors(first, |step| self.steps.get(step.below?));
        steps.filter_map(|step| step.made).chain(way.last).collect()
    }

    /// The edges from a route down to the construct's node.
    fn path(&self, top: usize, entry: Edge) -> Vec<(Edge, NodeId)> {
        let steps = std::iter::successors(self.steps.get(top), |step| self.steps.get(step.below?));
        let mut path = Vec::new();
        let mut edge = Some(entry);
        for step in steps {
            path.extend(edge.map(|edge| (edge, step.node)));
            edge = step.edge;
        }
        path
    }

    /// Whether the function that a callback is given to calls it only once.
    fn kept_inside(&self, step: usize, edge: &Edge) -> bool {
        let Some((file, site)) = edge.through else { return false };
        let Some(module) = self.program.module(file) else { return false };
        let call = module.facts.site(site);
        let way = Way { from: Some(step), last: Some(ExprRef { file, id: call.expr }) };
        self.kept(file, call.context, way)
    }

    /// Whether a condition around a place tests somewhere lasting that then gets what is made here.
    fn kept(&self, file: FileId, context: ContextId, way: Way) -> bool {
        self.program.tests_lasting(file, context) && {
            let mut tests = self.program.tested(file, context);
            tests.any(|(test, places)| places.iter().any(|place| self.keeps(place, (file, test), way)))
        }
    }

    fn keeps(&self, place: &Place, test: (FileId, ExprId), way: Way) -> bool {
        let stored = |file: FileId| self.stored(place, file, test, way);
        let stored_there_or_here = |file| stored(file) || (test.0 != file && stored(test.0));
        self.program.outlives_request(place)
            && match place {
                Place::Library | Place::Global(_) => true,
                Place::Binding(owner, _) => stored_there_or_here(*owner),
                Place::Property(literal, _) => stored(literal.file),
                Place::Field(class, _) => stored_there_or_here(class.file) && self.lasting_instance(*class),
            }
    }

    /// Whether some write in a module puts what is made here, or a sign of it, into a place.
    fn stored(&self, place: &Place, file: FileId, (test_file, test): (FileId, ExprId), way: Way) -> bool {
        let program = self.program;
        let Some(module) = program.module(file) else { return false };
        let facts = &module.facts;
        let once = program.module(test_file).is_some_and(|m| asks_presence(&m.facts, test));
        program.written(file).iter().filter(|written| written.place == *place).any(|written| {
            let (site, value) = (facts.site(written.site), written.value);
            if is_nothing(facts, value) || undone(program, place, (file, written.site)) {
                return false;
            }
            // `if (!ready) { ready = …; make() }`: whatever is put there, the next request finds it.
            let is_write = matches!(site.kind, SiteKind::Write { .. });
            let same_branch = || file == test_file && program.tests(file, site.context).contains(&test);
            (is_write && once && (facts.expr(value) == Expr::Bool(true) || same_branch()))
                || stores_parameter(facts, site.kind)
                || program.mentions(ExprRef { file, id: value }, &self.calls(way))
        })
    }

    /// Whether no request makes an instance of the class for itself.
    fn lasting_instance(&self, class: ClassRef) -> bool {
        // A class that is judged further out already: whether it lasts is decided there.
        if self.classes.contains(&class) {
            return true;
        }
        let classes: Vec<ClassRef> = self.classes.iter().copied().chain([class]).collect();
        self.program.constructions(class).iter().all(|&(file, site)| {
            let Some(module) = self.program.module(file) else { return true };
            let entry = module.facts.site(site);
            let function = FunctionRef { file, id: entry.function };
            let place = (ExprRef { file, id: entry.expr }, entry.context);
            let mut nodes = self.program.graph.per_request(function);
            !nodes.any(|node| is_free(self.program, node, place, &classes))
        })
    }
}

/// Whether a call passes the parameter that, if it were missing, would be made: `pool ?? new Pool()`.
fn supplied(program: &Program<'_>, edge: &Edge, parameter: Option<u32>) -> bool {
    let (Some(site), Some(index)) = (edge.site(), parameter) else { return false };
    let Some(module) = program.module(edge.file) else { return false };
    let (SiteKind::Call { args, .. } | SiteKind::New { args, .. }) = module.facts.site(site).kind else {
        return false;
    };
    let argument = module.facts.list(args).get(index as usize);
    argument.is_some_and(|&argument| !is_nothing(&module.facts, argument))
}

/// The parameter that a value stands in for where it is missing.
fn stands_in_for(program: &Program<'_>, made: ExprRef) -> Option<u32> {
    let module = program.module(made.file)?;
    let facts = &module.facts;
    let use_of_made = facts.use_of(made.id);
    if use_of_made == Use::Default {
        let params = &facts.function(module.function_of(made.id)).params;
        let index = params.iter().position(|param| param.default == made.id)?;
        return u32::try_from(index).ok();
    }
    // `given ?? new Pool()`, `given ||= new Pool()`, `given = new Pool()`
    let (mut current, mut used) = (made.id, use_of_made);
    while let Use::Part(parent) = used {
        let holder = match facts.expr(parent) {
            Expr::Logical { kind: LogicalKind::Or | LogicalKind::Nullish, left, right }
                if right == current =>
            {
                left
            }
            Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Write { target, value, .. } if value == current => target,
                _ => return None,
            },
            Expr::Await(_) => {
                (current, used) = (parent, facts.use_of(parent));
                continue;
            }
            _ => return None,
        };
        let Expr::Local(binding) = facts.expr(holder) else { return None };
        let binding = facts.binding(binding);
        return match binding.origin {
            Origin::Param { index, path, .. }
                if path.is_empty() && binding.function == module.function_of(made.id) =>
            {
                Some(index)
            }
            _ => None,
        };
    }
    None
}

/// A setter: what it stores is its own parameter, so whoever calls it decides; it counts as storing.
fn stores_parameter(facts: &ModuleFacts, kind: SiteKind) -> bool {
    let SiteKind::Write { value, .. } = kind else { return false };
    let Expr::Local(binding) = facts.expr(value) else { return false };
    matches!(facts.binding(binding).origin, Origin::Param { path, .. } if path.is_empty())
}

/// Whether the function that fills a place also empties it again: a lock, not a memo. What it empties before, where it
/// has nothing to put there, undoes nothing.
fn undone(program: &Program<'_>, place: &Place, (file, filled): (FileId, SiteId)) -> bool {
    let Some(module) = program.module(file) else { return false };
    let facts = &module.facts;
    let function = facts.site(filled).function;
    program.written(file).iter().filter(|written| written.place == *place).any(|written| {
        let site = facts.site(written.site);
        let SiteKind::Write { value, .. } = site.kind else { return false };
        is_nothing(facts, value)
            && written.site > filled
            && site.function == function
            && !facts.contexts_from(site.context).any(|c| c.kind == ContextKind::Catch)
    })
}

/// Whether a condition asks if a variable or property is set: `!x`, `x`, `x == null`, `x === undefined`, also as
/// part of `&&` and `||` of such. Comparisons with other values ask something else.
fn asks_presence(facts: &ModuleFacts, test: ExprId) -> bool {
    match facts.expr(test) {
        Expr::Not(inner) => asks_presence(facts, inner),
        Expr::Logical { left, right, .. } => asks_presence(facts, left) && asks_presence(facts, right),
        Expr::Binary { kind: BinaryKind::Equal | BinaryKind::NotEqual, left, right } => {
            is_nothing(facts, left) || is_nothing(facts, right)
        }
        Expr::Local(_) | Expr::Member { .. } | Expr::Global(_) => true,
        _ => false,
    }
}

fn is_nothing(facts: &ModuleFacts, expr: ExprId) -> bool {
    match facts.expr(expr) {
        Expr::Null | Expr::Bool(false) => true,
        Expr::Global(name) => facts.text(name) == "undefined",
        Expr::Str(name) => facts.text(name) == "undefined",
        _ => false,
    }
}
