//! The routes that lead to nodes, each worked out once with everything above it: asked one by one, every node would
//! look through all that again.

use rustc_hash::FxHashMap;

use crate::diagnostic::RouteId;

use super::graph::{Graph, NodeId, Source};

/// A set of routes among [`RouteSets::sets`].
type SetId = u32;

/// The set without any route.
const NONE: SetId = 0;
/// A node that was not looked at yet.
const NEW: u32 = u32::MAX;
/// How many routes a word of a set says of.
const BITS: u32 = u64::BITS;

/// The routes that lead to the nodes asked for so far, and to those above them. Nodes that lead to each other have the
/// same routes, and most sets belong to many nodes, so each set is kept once.
///
/// This is Tarjan's search for groups of nodes that lead to each other, upwards: callers are done before what they
/// call. It goes on where it was left when somebody asks for another node.
#[derive(Debug)]
pub(super) struct RouteSets {
    /// When each node was first looked at.
    order: Vec<u32>,
    /// The first node of the group that a node may be part of; [`NEW`] once its group is done.
    low: Vec<u32>,
    /// Nodes whose group is not done.
    open: Vec<NodeId>,
    looked_at: u32,
    /// The set of each node whose group is done.
    of_node: Vec<SetId>,
    sets: Sets,
}

/// The routes that a word of a set says of, ascending.
fn routes_in(at: u32, word: u64) -> impl Iterator<Item = RouteId> {
    // Without its lowest bit, until none is left.
    let words = std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)));
    words.take_while(|&word| word != 0).map(move |word| RouteId(at * BITS + word.trailing_zeros()))
}

impl RouteSets {
    /// Has not looked at any of so many nodes yet.
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            order: vec![NEW; nodes],
            low: vec![NEW; nodes],
            open: Vec::new(),
            looked_at: 0,
            of_node: vec![NONE; nodes],
            sets: Sets::new(),
        }
    }

    /// The routes of a graph from which a node is reached, ascending.
    pub(super) fn of(&mut self, graph: &Graph, node: NodeId) -> Vec<RouteId> {
        if self.order.get(node.index()) == Some(&NEW) {
            self.from(graph, node);
        }
        let set = self.of_node.get(node.index()).and_then(|&set| self.sets.list.get(set as usize));
        let words = (0..).zip(set.into_iter().flat_map(|set| set.iter()));
        words.flat_map(|(at, &word)| routes_in(at, word)).collect()
    }

    /// Looks at a node and everything above it, without recursion: ways may be long.
    fn from(&mut self, graph: &Graph, start: NodeId) {
        let mut way = vec![(start, 0)];
        self.enter(start);
        while let Some((node, next)) = way.last_mut() {
            let node = *node;
            let Some(source) = graph.source(node, *next) else {
                way.pop();
                self.leave(graph, node);
                if let Some(&(below, _)) = way.last() {
                    self.join(below, node);
                }
                continue;
            };
            *next += 1;
            match source {
                Source::Node(from) if self.order[from.index()] == NEW => {
                    self.enter(from);
                    way.push((from, 0));
                }
                Source::Node(from) => self.join(node, from),
                Source::Route(_) => {}
            }
        }
    }

    fn enter(&mut self, node: NodeId) {
        self.order[node.index()] = self.looked_at;
        self.low[node.index()] = self.looked_at;
        self.looked_at += 1;
        self.open.push(node);
    }

    /// A node is part of the group of a caller whose group is not done.
    fn join(&mut self, node: NodeId, caller: NodeId) {
        // NEW is above every number, so a group that is done changes nothing.
        self.low[node.index()] = self.low[node.index()].min(self.low[caller.index()]);
    }

    /// All callers of a node were looked at: if it is the first of its group, so were all of the others.
    fn leave(&mut self, graph: &Graph, node: NodeId) {
        if self.low[node.index()] != self.order[node.index()] {
            return;
        }
        let first = self.open.iter().rposition(|&open| open == node).unwrap_or_default();
        for &member in &self.open[first..] {
            for source in graph.sources(member) {
                match source {
                    Source::Route(route) => self.sets.add_route(route),
                    // Members of the group have no routes yet.
                    Source::Node(from) => self.sets.add(self.of_node[from.index()]),
                }
            }
        }
        let set = self.sets.union();
        for member in self.open.drain(first..) {
            self.of_node[member.index()] = set;
            self.low[member.index()] = NEW;
        }
    }
}

/// Sets of routes, each once, and no longer than its last route needs.
#[derive(Debug)]
struct Sets {
    list: Vec<Box<[u64]>>,
    ids: FxHashMap<Box<[u64]>, SetId>,
    /// The sets that the next union is of.
    known: Vec<SetId>,
    /// The routes that are in it besides.
    routes: Vec<RouteId>,
    /// Room for a union.
    all: Vec<u64>,
}

impl Sets {
    /// The empty set.
    fn new() -> Self {
        let none: Box<[u64]> = Box::default();
        let ids = std::iter::once((none.clone(), NONE)).collect();
        Self { list: vec![none], ids, known: Vec::new(), routes: Vec::new(), all: Vec::new() }
    }

    /// Puts a set into the next union.
    fn add(&mut self, set: SetId) {
        if set != NONE && self.known.last() != Some(&set) {
            self.known.push(set);
        }
    }

    /// Puts a route into the next union.
    fn add_route(&mut self, route: RouteId) {
        self.routes.push(route);
    }

    /// What is in anything that was put there since the last union.
    fn union(&mut self) -> SetId {
        self.known.sort_unstable();
        self.known.dedup();
        if let ([] | [_], []) = (self.known.as_slice(), self.routes.as_slice()) {
            return self.known.pop().unwrap_or(NONE);
        }
        self.all.clear();
        for set in self.known.drain(..) {
            let set = &self.list[set as usize];
            self.all.resize(self.all.len().max(set.len()), 0);
            for (word, more) in self.all.iter_mut().zip(set) {
                *word |= more;
            }
        }
        for route in self.routes.drain(..) {
            let at = (route.0 / BITS) as usize;
            self.all.resize(self.all.len().max(at + 1), 0);
            self.all[at] |= 1 << (route.0 % BITS);
        }
        if let Some(&id) = self.ids.get(self.all.as_slice()) {
            return id;
        }
        let id = SetId::try_from(self.list.len()).unwrap_or(NONE);
        let set: Box<[u64]> = self.all.as_slice().into();
        self.list.push(set.clone());
        self.ids.insert(set, id);
        id
    }
}
