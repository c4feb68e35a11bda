//! What runs on the edge runtime: the part of the graph that edge entries reach, less what code keeps for Node.

use rustc_hash::FxHashMap;

use crate::diagnostic::RouteId;
use crate::facts::{
    BinaryKind, ContextId, ContextKind, Expr, ExprId, LogicalKind, ModuleFacts, Origin, RequestKind,
};
use crate::link::{Edge, FunctionRef, How, NodeId, Phase, Program, Source};
use crate::span::{FileId, Span};

/// How far the names in a condition are followed.
const MAX_DEPTH: u32 = 8;

/// What a set of entries reaches on the edge runtime.
#[derive(Debug)]
pub(crate) struct EdgeReach {
    /// For each node, by index: the edge by which it was reached, and from which node.
    ways: Vec<Option<(Edge, Option<NodeId>)>>,
    /// The entries.
    pub routes: Vec<RouteId>,
}

impl EdgeReach {
    /// Follows the graph from these entries, past everything that runs only on Node.
    pub(crate) fn from(program: &Program<'_>, routes: Vec<RouteId>) -> Self {
        let mut ways = vec![None; program.graph.nodes().count()];
        let mut open = Vec::new();
        let mut guards = Guards { program, requests: FxHashMap::default() };
        for (id, _) in program.graph.nodes() {
            // Few nodes are entered by a route, and the place of an edge is looked up only for those.
            if !program.graph.sources(id).any(|from| matches!(from, Source::Route(_))) {
                continue;
            }
            for edge in program.graph.callers(id) {
                if let Source::Route(route) = edge.from
                    && routes.binary_search(&route).is_ok()
                    && let Some(way @ None) = ways.get_mut(id.index())
                {
                    *way = Some((edge, None));
                    open.push(id);
                }
            }
        }
        let mut at = 0;
        while let Some(&id) = open.get(at) {
            at += 1;
            for (to, edge) in program.graph.leads(id) {
                if let Some(way @ None) = ways.get_mut(to.index())
                    && !guards.only_on_node(&edge)
                {
                    *way = Some((edge, Some(id)));
                    open.push(to);
                }
            }
        }
        Self { ways, routes }
    }

    /// The node of a function that runs there, if it does.
    pub(crate) fn node(&self, program: &Program<'_>, function: FunctionRef) -> Option<NodeId> {
        let phases = [Phase::Init, Phase::Request, Phase::AfterResponse];
        phases
            .into_iter()
            .filter_map(|phase| program.graph.code(function, phase))
            .find(|node| self.ways.get(node.index()).is_some_and(Option::is_some))
    }

    /// The way to a node that is reached, the entry's own edge first.
    pub(crate) fn path(&self, goal: NodeId) -> Vec<(Edge, NodeId)> {
        let mut path = Vec::new();
        let mut current = Some(goal);
        while let Some(node) = current {
            let Some(Some((edge, from))) = self.ways.get(node.index()) else { break };
            path.push((*edge, node));
            current = *from;
        }
        path.reverse();
        path
    }
}

/// Finds the conditions under which edges are taken.
struct Guards<'a, 'p> {
    program: &'a Program<'p>,
    /// `import()` and `require()` of a module, by their place.
    requests: FxHashMap<FileId, FxHashMap<Span, ContextId>>,
}

impl Guards<'_, '_> {
    /// Whether an edge is taken on Node only.
    fn only_on_node(&mut self, edge: &Edge) -> bool {
        let Some(module) = self.program.module(edge.file) else { return false };
        let facts = &module.facts;
        let context = match (edge.site(), edge.how) {
            (Some(site), _) => Some(facts.site(site).context),
            (None, How::Imports) => {
                let asked = self.requests.entry(edge.file).or_insert_with(|| {
                    let requests = facts.requests.iter();
                    let asked =
                        requests.filter(|it| matches!(it.kind, RequestKind::Dynamic | RequestKind::Require));
                    asked.map(|request| (request.span, request.context)).collect()
                });
                asked.get(&self.program.span_of_edge(edge)).copied()
            }
            (None, _) => None,
        };
        context.is_some_and(|context| only_on_node(facts, context))
    }
}

/// Whether a place runs on Node only: its conditions test the runtime.
pub(crate) fn only_on_node(facts: &ModuleFacts, context: ContextId) -> bool {
    facts.contexts_from(context).any(|link| match link.kind {
        ContextKind::If { test, truth } | ContextKind::Survived { test, truth } => {
            excludes_edge(facts, test, truth, 0)
        }
        ContextKind::Case { over, test: Some(test) } => {
            is_runtime(facts, over) && matches!(text(facts, test), Some("nodejs"))
        }
        _ => false,
    })
}

/// Whether a condition with this outcome means that the runtime is not the edge.
fn excludes_edge(facts: &ModuleFacts, test: ExprId, truth: bool, depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let go = |id: ExprId, truth: bool| excludes_edge(facts, id, truth, depth + 1);
    match facts.expr(test) {
        Expr::Not(inner) => go(inner, !truth),
        Expr::Logical { kind: LogicalKind::And, left, right } if truth => go(left, true) || go(right, true),
        Expr::Logical { kind: LogicalKind::Or, left, right } if !truth => go(left, false) || go(right, false),
        Expr::Logical { kind: LogicalKind::And, left, right } => go(left, false) && go(right, false),
        Expr::Global(_) | Expr::Member { .. } => !truth && is_web_crypto(facts, test),
        Expr::Binary { kind: kind @ (BinaryKind::Equal | BinaryKind::NotEqual), left, right } => {
            let equal = (kind == BinaryKind::Equal) == truth;
            let sides = [(left, right), (right, left)];
            sides.into_iter().any(|(subject, value)| compared(facts, subject, text(facts, value), equal))
        }
        Expr::Local(binding) => match facts.binding(binding).origin {
            Origin::Init { expr, path, .. } if path.is_empty() => go(expr, truth),
            _ => false,
        },
        _ => false,
    }
}

/// Whether `subject === value` (or its contrary) is so on Node alone.
fn compared(facts: &ModuleFacts, subject: ExprId, value: Option<&str>, equal: bool) -> bool {
    if is_runtime(facts, subject) {
        return matches!((value, equal), (Some("nodejs"), true) | (Some("edge"), false));
    }
    // `typeof EdgeRuntime === 'undefined'`
    if let Expr::TypeOf(name) = facts.expr(subject)
        && matches!(facts.expr(name), Expr::Global(name) if facts.text(name) == "EdgeRuntime")
    {
        return matches!((value, equal), (Some("undefined"), true) | (Some("string"), false));
    }
    // `typeof globalThis.crypto === 'undefined'`
    if let Expr::TypeOf(asked) = facts.expr(subject) {
        return is_web_crypto(facts, asked) && equal == (value == Some("undefined"));
    }
    false
}

/// `crypto`, `globalThis.crypto.subtle`: the edge has them, and some versions of Node do not.
fn is_web_crypto(facts: &ModuleFacts, expr: ExprId) -> bool {
    match facts.expr(expr) {
        Expr::Global(name) => facts.text(name) == "crypto",
        Expr::Member { object, property } => match facts.text(property) {
            "crypto" => matches!(facts.expr(object), Expr::Global(_)),
            "subtle" | "getRandomValues" | "randomUUID" => is_web_crypto(facts, object),
            _ => false,
        },
        _ => false,
    }
}

/// `process.env.NEXT_RUNTIME`, `globalThis.EdgeRuntime` aside.
fn is_runtime(facts: &ModuleFacts, expr: ExprId) -> bool {
    matches!(facts.expr(expr), Expr::Member { property, .. } if facts.text(property) == "NEXT_RUNTIME")
}

fn text(facts: &ModuleFacts, expr: ExprId) -> Option<&str> {
    match facts.expr(expr) {
        Expr::Str(name) => Some(facts.text(name)),
        _ => None,
    }
}
