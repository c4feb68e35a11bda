//! What runs: the graph of functions and values that entries reach, each in the phase in which it runs.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::diagnostic::RouteId;
use crate::facts::SiteId;
use crate::span::{FileId, Span};

use super::groups::Groups;
use super::routes::RouteSets;
use super::value::{ExprRef, FunctionRef};

/// When code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Once per instance, when modules are loaded.
    Init,
    /// For each request.
    Request,
    /// For each request, after its response (`after()`, `waitUntil()`).
    AfterResponse,
}

/// Something that runs, or a value whose functions somebody may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// A function runs.
    Code(FunctionRef),
    /// A value was handed to code that may call what is in it.
    Value(ExprRef),
}

/// Index of a [`Node`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The id as an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// An [`Item`] in a [`Phase`].
#[derive(Clone, Debug)]
pub struct Node {
    /// What.
    pub item: Item,
    /// When.
    pub phase: Phase,
    /// How it is reached; the first edge is the one found first, hence on a shortest way.
    pub callers: Vec<Edge>,
}

/// A way into a node.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Who leads there.
    pub from: Source,
    /// Where in the source; for a route, its handler's export.
    pub file: FileId,
    /// Bytes of that place.
    pub span: Span,
    /// The call or construction that leads there, in the code of `from`.
    pub site: Option<SiteId>,
    /// The callback is called from this site of the function that it was given to.
    pub through: Option<(FileId, SiteId)>,
    /// What happens.
    pub how: How,
}

/// Where an edge starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An entry of the app.
    Route(RouteId),
    /// Another node.
    Node(NodeId),
}

/// What an edge stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The framework calls it.
    Handles,
    /// A call or construction.
    Calls,
    /// It is used as a value, and whoever gets it may call it.
    Uses,
    /// A helper that runs what it is given once per process.
    Memoised,
    /// A module is loaded.
    Imports,
}

/// The nodes and their edges.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    ids: FxHashMap<(Item, Phase), NodeId>,
    /// The edges by the node that they start from, for who asks: the node that each leads to, and which of that
    /// node's [`callers`](Node::callers) it is.
    forward: OnceLock<Groups<(NodeId, u32)>>,
    /// The routes that lead to each node, for who asks.
    route_sets: OnceLock<RouteSets>,
}

impl Graph {
    /// Adds an edge to an item; gives the node's id if the item was not reached before in this phase.
    pub(super) fn reach(&mut self, item: Item, phase: Phase, edge: Edge) -> Option<NodeId> {
        if let Some(&id) = self.ids.get(&(item, phase)) {
            self.nodes[id.index()].callers.push(edge);
            return None;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.ids.insert((item, phase), id);
        self.nodes.push(Node { item, phase, callers: vec![edge] });
        Some(id)
    }

    /// A node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// All nodes in the order in which they were reached.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        (0..).map(NodeId).zip(&self.nodes)
    }

    /// The node of a function in a phase, if it runs then.
    #[must_use]
    pub fn code(&self, function: FunctionRef, phase: Phase) -> Option<NodeId> {
        self.ids.get(&(Item::Code(function), phase)).copied()
    }

    /// The nodes of a function for each phase in which a request makes it run.
    pub fn per_request(&self, function: FunctionRef) -> impl Iterator<Item = NodeId> {
        [Phase::Request, Phase::AfterResponse].into_iter().filter_map(move |phase| self.code(function, phase))
    }

    /// The edges that start from a node, each with the node that it leads to, in the order of those.
    pub fn leads(&self, node: NodeId) -> impl Iterator<Item = (NodeId, &Edge)> {
        let forward = self.forward.get_or_init(|| {
            let mut pairs = Vec::new();
            for (to, node) in self.nodes() {
                for (which, edge) in (0..).zip(&node.callers) {
                    if let Source::Node(from) = edge.from {
                        pairs.push((from.0, (to, which)));
                    }
                }
            }
            Groups::new(self.nodes.len(), &pairs)
        });
        forward.get(node.index()).iter().map(|&(to, which)| (to, &self.node(to).callers[which as usize]))
    }

    /// The routes from which a node is reached, ascending.
    #[must_use]
    pub fn routes_to(&self, start: NodeId) -> Vec<RouteId> {
        self.route_sets.get_or_init(|| RouteSets::new(self)).of(start).collect()
    }

    /// The shortest way to a node from one of these routes (ascending), the route's own edge first; empty if
    /// there is none.
    #[must_use]
    pub fn path_from(&self, routes: &[RouteId], goal: NodeId) -> Vec<(Edge, NodeId)> {
        // Backwards from the goal: each entry knows which one it was reached from and by which edge.
        let mut open: Vec<(NodeId, Option<(usize, Edge)>)> = vec![(goal, None)];
        let mut seen = vec![false; self.nodes.len()];
        seen[goal.index()] = true;
        let mut next = 0;
        while let Some(&(id, _)) = open.get(next) {
            for edge in &self.node(id).callers {
                match edge.from {
                    Source::Route(route) if routes.binary_search(&route).is_ok() => {
                        return unwind(&open, next, *edge);
                    }
                    Source::Node(from) if !seen[from.index()] => {
                        seen[from.index()] = true;
                        open.push((from, Some((next, *edge))));
                    }
                    Source::Route(_) | Source::Node(_) => {}
                }
            }
            next += 1;
        }
        Vec::new()
    }
}

/// The edges from an entry edge down to the goal.
fn unwind(open: &[(NodeId, Option<(usize, Edge)>)], top: usize, entry: Edge) -> Vec<(Edge, NodeId)> {
    let mut path = Vec::new();
    let (mut at, mut edge) = (top, entry);
    while let Some(&(node, below)) = open.get(at) {
        path.push((edge, node));
        let Some((next, leads)) = below else { break };
        (at, edge) = (next, leads);
    }
    path
}
