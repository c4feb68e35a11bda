//! The routes that lead to each node, worked out for the whole graph at once: asked one by one, every node would
//! look through everything above it.

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

/// The routes that lead to each node. Nodes that lead to each other have the same routes, and most sets belong to
/// many nodes, so each set is kept once.
#[derive(Debug)]
pub(super) struct RouteSets {
    /// The set of each node.
    of_node: Vec<SetId>,
    /// A bit for each route.
    sets: Vec<Box<[u64]>>,
}

impl RouteSets {
    /// Looks at every node of a graph.
    pub(super) fn new(graph: &Graph) -> Self {
        let nodes = graph.nodes().count();
        let mut search = Search {
            graph,
            order: vec![NEW; nodes],
            low: vec![NEW; nodes],
            open: Vec::new(),
            looked_at: 0,
            of_node: vec![NONE; nodes],
            sets: Sets::new(graph),
        };
        for (node, _) in graph.nodes() {
            if search.order[node.index()] == NEW {
                search.from(node);
            }
        }
        Self { of_node: search.of_node, sets: search.sets.list }
    }

    /// The routes from which a node is reached, ascending.
    pub(super) fn of(&self, node: NodeId) -> impl Iterator<Item = RouteId> {
        let set = self.of_node.get(node.index()).and_then(|&set| self.sets.get(set as usize));
        (0..).zip(set.into_iter().flat_map(|set| set.iter())).flat_map(|(at, &word)| routes_in(at, word))
    }
}

/// The routes that a word of a set says of, ascending.
fn routes_in(at: u32, word: u64) -> impl Iterator<Item = RouteId> {
    // Without its lowest bit, until none is left.
    let words = std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)));
    words.take_while(|&word| word != 0).map(move |word| RouteId(at * BITS + word.trailing_zeros()))
}

/// Tarjan's search for groups of nodes that lead to each other, upwards: callers are done before what they call.
struct Search<'g> {
    graph: &'g Graph,
    /// When each node was first looked at.
    order: Vec<u32>,
    /// The first node of the group that a node may be part of; [`NEW`] once its group is done.
    low: Vec<u32>,
    /// Nodes whose group is not done.
    open: Vec<NodeId>,
    looked_at: u32,
    of_node: Vec<SetId>,
    sets: Sets,
}

impl Search<'_> {
    /// Looks at a node and everything above it, without recursion: ways may be long.
    fn from(&mut self, start: NodeId) {
        let mut way = vec![(start, 0)];
        self.enter(start);
        while let Some((node, next)) = way.last_mut() {
            let node = *node;
            let Some(source) = self.graph.sources(node).nth(*next) else {
                way.pop();
                self.leave(node);
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
    fn leave(&mut self, node: NodeId) {
        if self.low[node.index()] != self.order[node.index()] {
            return;
        }
        let first = self.open.iter().rposition(|&open| open == node).unwrap_or_default();
        for &member in &self.open[first..] {
            for source in self.graph.sources(member) {
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

/// Sets of routes, each once.
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
    /// The empty set, as long as the routes of a graph need.
    fn new(graph: &Graph) -> Self {
        let sources = graph.nodes().flat_map(|(id, _)| graph.sources(id));
        let routes = sources.filter_map(|source| match source {
            Source::Route(route) => Some(route.0 + 1),
            Source::Node(_) => None,
        });
        let none = vec![0; routes.max().unwrap_or_default().div_ceil(BITS) as usize].into_boxed_slice();
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
        self.all.extend_from_slice(&self.list[NONE as usize]);
        for set in self.known.drain(..) {
            for (word, more) in self.all.iter_mut().zip(&self.list[set as usize]) {
                *word |= more;
            }
        }
        for route in self.routes.drain(..) {
            self.all[(route.0 / BITS) as usize] |= 1 << (route.0 % BITS);
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
