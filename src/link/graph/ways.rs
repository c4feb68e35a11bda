//! The shortest way through the graph.

use super::links::Link;
use super::{Edge, Graph, NodeId, Source};
use crate::diagnostic::RouteId;

/// The nodes that a search has seen, a bit each.
struct Seen(Vec<u64>);

impl Seen {
    /// Only the node at which a search through so many begins.
    fn only(start: NodeId, nodes: usize) -> Self {
        let mut seen = Self(vec![0; nodes.div_ceil(64)]);
        seen.first(start);
        seen
    }

    /// Whether a node was not seen before.
    fn first(&mut self, node: NodeId) -> bool {
        let (word, bit) = (&mut self.0[node.index() / 64], 1 << (node.index() % 64));
        let first = *word & bit == 0;
        *word |= bit;
        first
    }
}

impl Graph {
    /// The shortest way to a node from one of these routes (ascending), the route's own edge first; empty if
    /// there is none.
    #[must_use]
    pub fn path_from(&self, routes: &[RouteId], goal: NodeId) -> Vec<(Edge, NodeId)> {
        let mut seen = Seen::only(goal, self.nodes.len());
        // Backwards from the goal: each entry knows which one it was reached from and by which edge.
        let mut open: Vec<(NodeId, Option<(usize, Link)>)> = vec![(goal, None)];
        let mut next = 0;
        while let Some(&(id, _)) = open.get(next) {
            for &link in self.callers.get(id.index()) {
                match link.source() {
                    Source::Route(route) if routes.binary_search(&route).is_ok() => {
                        return self.unwind(&open, next, link);
                    }
                    Source::Node(from) if seen.first(from) => open.push((from, Some((next, link)))),
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
