//! The graph while it grows.

use std::num::NonZeroU32;
use std::sync::OnceLock;

use super::links::{Link, Links};
use super::{Edge, Graph, Item, Node, NodeId, Phase, Source};
use crate::link::Modules;
use crate::link::groups::Groups;
use crate::link::numbers::Numbers;
use crate::link::value::{ExprRef, FunctionRef};

/// How many phases there are.
const PHASES: usize = 3;

/// The number of a node and one, so that a table of them begins as zeros.
type Entry = Option<NonZeroU32>;

/// Nodes and edges in the order in which they are found.
#[derive(Debug)]
pub(in crate::link) struct Builder<'p> {
    nodes: Vec<Node>,
    functions: Functions,
    values: Values<'p>,
    /// Each edge with the node that it leads to.
    found: Vec<(u32, Link)>,
    links: Links,
}

impl<'p> Builder<'p> {
    /// Nothing is reached yet.
    pub(in crate::link) fn new(modules: &'p Modules) -> Self {
        let numbers = Numbers::new(modules, |facts| facts.functions.len());
        // Memory that is not written to costs nothing, while growing means to copy: a quarter of the expressions
        // is what large projects reach.
        let exprs: usize = modules.table.iter().flatten().map(|module| module.facts.exprs.len()).sum();
        Self {
            nodes: Vec::with_capacity(exprs / 4),
            functions: Functions { nodes: vec![None; numbers.len() * PHASES], numbers },
            values: Values { modules, tables: Default::default() },
            found: Vec::with_capacity(exprs / 2),
            links: Links::default(),
        }
    }

    /// Adds an edge to an item, and the item itself if it was not reached before in this phase.
    pub(in crate::link) fn reach(&mut self, item: Item, phase: Phase, edge: Edge) {
        let entry = match item {
            Item::Code(function) => self.functions.entry(function, phase),
            Item::Value(at) => self.values.entry(at, phase),
        };
        let Some(entry) = entry else { return };
        let to = match *entry {
            Some(known) => known.get() - 1,
            None => {
                let new = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
                *entry = NonZeroU32::new(new.saturating_add(1));
                self.nodes.push(Node { item, phase, reached: edge.how });
                new
            }
        };
        let file = match edge.from {
            Source::Node(from) => self.nodes.get(from.index()).map(|node| node.item.file()),
            Source::Route(_) => None,
        };
        let link = self.links.link(edge, file);
        self.found.push((to, link));
    }

    /// A node, if there are so many.
    pub(in crate::link) fn node(&self, id: NodeId) -> Option<Node> {
        self.nodes.get(id.index()).copied()
    }

    /// The nodes from a number on, up to so many.
    pub(in crate::link) fn nodes_from(&self, first: usize, most: usize) -> Vec<(NodeId, Node)> {
        let ids = (0..).map(NodeId).zip(&self.nodes);
        ids.skip(first).take(most).map(|(id, &node)| (id, node)).collect()
    }

    /// The whole graph.
    pub(in crate::link) fn finish(self) -> Graph {
        let Self { nodes, functions, values, found, links } = self;
        // Only functions are looked up later, and the edges need room to be sorted.
        drop(values);
        Graph {
            callers: Groups::new(nodes.len(), &found),
            nodes,
            functions,
            links,
            forward: OnceLock::new(),
            route_sets: OnceLock::new(),
        }
    }
}

/// The node of each expression that was handed over.
#[derive(Debug)]
struct Values<'p> {
    modules: &'p Modules,
    /// By phase and file, made when first needed: most modules have some in one phase or none.
    tables: [Vec<Box<[Entry]>>; PHASES],
}

impl Values<'_> {
    fn entry(&mut self, at: ExprRef, phase: Phase) -> Option<&mut Entry> {
        let files = &mut self.tables[phase as usize];
        if files.is_empty() {
            files.resize_with(self.modules.table.len(), Box::default);
        }
        let table = files.get_mut(at.file.index())?;
        if table.is_empty() {
            let module = self.modules.table.get(at.file.index())?.as_ref()?;
            *table = vec![None; module.facts.exprs.len()].into();
        }
        table.get_mut(at.id.index())
    }
}

/// The node of each function in each phase.
#[derive(Debug)]
pub(super) struct Functions {
    numbers: Numbers,
    nodes: Vec<Entry>,
}

impl Functions {
    /// The node of a function in a phase.
    pub(super) fn get(&self, function: FunctionRef, phase: Phase) -> Option<NodeId> {
        let number = self.numbers.get(function.file, function.id.0)?;
        let entry = *self.nodes.get(number * PHASES + phase as usize)?;
        entry.map(|entry| NodeId(entry.get() - 1))
    }

    fn entry(&mut self, function: FunctionRef, phase: Phase) -> Option<&mut Entry> {
        let number = self.numbers.get(function.file, function.id.0)?;
        self.nodes.get_mut(number * PHASES + phase as usize)
    }
}
