//! Searches through the graph: from where a node is reached.

use super::links::Link;
use super::{Edge, Graph, NodeId, Source};
use crate::diagnostic::RouteId;

/// Which nodes a search has seen, without a table of its own: those that bear its number.
#[derive(Debug, Default)]
pub(super) struct Marks {
    marks: Vec<u32>,
    search: u32,
}

impl Marks {
    /// Begins a search through so many nodes.
    fn begin(&mut self, nodes: usize) {
        self.search = self.search.wrapping_add(1);
        if self.search == 0 || self.marks.len() != nodes {
            self.marks = vec![0; nodes];
            self.search = 1;
        }
    }

    /// Whether a node was not seen before.
    fn first(&mut self, node: NodeId) -> bool {
        std::mem::replace(&mut self.marks[node.index()], self.search) != self.search
    }
}

impl Graph {
    /// The routes from which a node is reached, ascending.
    #[must_use]
    pub fn routes_to(&self, start: NodeId) -> Vec<RouteId> {
        if let Some(known) = self.known_routes.borrow().get(&start) {
            return known.clone();
        }
        let routes = self.search_routes(start);
        self.known_routes.borrow_mut().insert(start, routes.clone());
        routes
    }

    fn search_routes(&self, start: NodeId) -> Vec<RouteId> {
        let mut marks = self.marks.borrow_mut();
        marks.begin(self.nodes.len());
        marks.first(start);
        let mut routes = Vec::new();
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            for link in self.callers.get(id.index()) {
                match link.source() {
                    Source::Route(route) => routes.push(route),
                    Source::Node(from) if marks.first(from) => open.push(from),
                    Source::Node(_) => {}
                }
            }
        }
        routes.sort_unstable();
        routes.dedup();
        routes
    }

    /// The shortest way to a node from one of these routes (ascending), the route's own edge first; empty if
    /// there is none.
    #[must_use]
    pub fn path_from(&self, routes: &[RouteId], goal: NodeId) -> Vec<(Edge, NodeId)> {
        let mut marks = self.marks.borrow_mut();
        marks.begin(self.nodes.len());
        marks.first(goal);
        // Backwards from the goal: each entry knows which one it was reached from and by which edge.
        let mut open: Vec<(NodeId, Option<(usize, Link)>)> = vec![(goal, None)];
        let mut next = 0;
        while let Some(&(id, _)) = open.get(next) {
            for &link in self.callers.get(id.index()) {
                match link.source() {
                    Source::Route(route) if routes.binary_search(&route).is_ok() => {
                        return self.unwind(&open, next, link);
                    }
                    Source::Node(from) if marks.first(from) => open.push((from, Some((next, link)))),
                    Source::Route(_) | Source::Node(_) => {}
                }
            }
            next += 1;
        }
        Vec::new()
    }

    /// The edges from an entry edge down to the goal.
    fn unwind(
        &self,
        open: &[(NodeId, Option<(usize, Link)>)],
        top: usize,
        entry: Link,
    ) -> Vec<(Edge, NodeId)> {
        let mut path = Vec::new();
        let (mut at, mut link) = (top, entry);
        while let Some(&(node, below)) = open.get(at) {
            path.push((self.edge(link), node));
            let Some((next, leads)) = below else { break };
            (at, link) = (next, leads);
        }
        path
    }
}
