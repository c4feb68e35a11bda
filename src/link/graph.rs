//! What runs: the graph of functions and values that entries reach, each in the phase in which it runs.

mod build;
mod links;
mod ways;

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::diagnostic::RouteId;
use crate::facts::{ExprId, RequestId, SiteId};
use crate::span::{FileId, Span};

use super::Modules;
use super::groups::Groups;
use super::routes::RouteSets;
use super::value::{ExprRef, FunctionRef};
pub(super) use build::Builder;
use build::Functions;
use links::{Link, Links};

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

impl Item {
    /// The module that it is written in.
    #[must_use]
    pub const fn file(self) -> FileId {
        match self {
            Self::Code(function) => function.file,
            Self::Value(at) => at.file,
        }
    }
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
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What.
    pub item: Item,
    /// When.
    pub phase: Phase,
    /// How it was reached first.
    pub(super) reached: How,
}

/// A way into a node.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Who leads there.
    pub from: Source,
    /// The module in which that happens; for a route, that of its handler's export.
    pub file: FileId,
    /// Where in that module: [`Program::span_of_edge`](super::Program::span_of_edge) gives the bytes.
    pub at: At,
    /// The callback is called from this site of the function that it was given to.
    pub through: Option<(FileId, SiteId)>,
    /// What happens.
    pub how: How,
}

impl Edge {
    /// The call or construction that leads there, in the code of `from`.
    #[must_use]
    pub const fn site(&self) -> Option<SiteId> {
        match self.at {
            At::Site(site) => Some(site),
            _ => None,
        }
    }
}

/// The place of an edge. Most edges are never told, so it is not looked up before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// A call or construction.
    Site(SiteId),
    /// An expression.
    Expr(ExprId),
    /// A module is asked for.
    Request(RequestId),
    /// Bytes of the source.
    Span(Span),
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
#[derive(Debug)]
pub struct Graph {
    nodes: Vec<Node>,
    functions: Functions,
    /// The edges by the node that they lead to, in the order in which they were found: the first lies on a shortest
    /// way.
    callers: Groups<Link>,
    links: Links,
    /// The edges by the node that they start from, for who asks: the node that each leads to, and which of its
    /// callers it is.
    forward: OnceLock<Groups<(NodeId, u32)>>,
    /// The routes that lead to nodes, for who asks.
    route_sets: OnceLock<Mutex<RouteSets>>,
}

impl Graph {
    /// The graph of a program in which nothing is reached yet.
    pub(super) fn empty(modules: &Modules) -> Self {
        Builder::new(modules).finish()
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

    /// How a node is reached; the first edge is the one found first, hence on a shortest way.
    pub fn callers(&self, id: NodeId) -> impl Iterator<Item = Edge> + Clone + use<'_> {
        self.callers.get(id.index()).iter().map(|&link| self.edge(link))
    }

    /// The node of a function in a phase, if it runs then.
    #[must_use]
    pub fn code(&self, function: FunctionRef, phase: Phase) -> Option<NodeId> {
        self.functions.get(function, phase)
    }

    /// The nodes of a function for each phase in which a request makes it run.
    pub fn per_request(&self, function: FunctionRef) -> impl Iterator<Item = NodeId> + use<'_> {
        [Phase::Request, Phase::AfterResponse].into_iter().filter_map(move |phase| self.code(function, phase))
    }

    /// The edges that start from a node, each with the node that it leads to, in the order of those.
    pub fn leads(&self, node: NodeId) -> impl Iterator<Item = (NodeId, Edge)> + use<'_> {
        let forward = self.forward.get_or_init(|| {
            let mut pairs = Vec::new();
            for (to, _) in self.nodes() {
                for (which, link) in (0..).zip(self.callers.get(to.index())) {
                    if let Source::Node(from) = link.source() {
                        pairs.push((from.0, (to, which)));
                    }
                }
            }
            Groups::new(self.nodes.len(), &pairs)
        });
        let leads = forward.get(node.index()).iter();
        leads.map(|&(to, which)| (to, self.edge(self.callers.get(to.index())[which as usize])))
    }

    /// Where the edges into a node start, in the order of [`Graph::callers`].
    pub(crate) fn sources(&self, id: NodeId) -> impl Iterator<Item = Source> + use<'_> {
        self.callers.get(id.index()).iter().map(|link| link.source())
    }

    /// Where one of the edges into a node starts.
    pub(super) fn source(&self, id: NodeId, which: usize) -> Option<Source> {
        self.callers.get(id.index()).get(which).map(|link| link.source())
    }

    /// The routes from which a node is reached, ascending.
    #[must_use]
    pub fn routes_to(&self, start: NodeId) -> Vec<RouteId> {
        let sets = self.route_sets.get_or_init(|| Mutex::new(RouteSets::new(self.nodes.len())));
        sets.lock().unwrap_or_else(PoisonError::into_inner).of(self, start)
    }

    fn edge(&self, link: Link) -> Edge {
        self.links.edge(link, |from| self.node(from).item.file())
    }
}
