//! Reachability: from the routes, through module loads, calls and handed-over values.
//!
//! Code in the `Init` phase evaluates values and may build routers and wrap handlers; what it builds runs for
//! requests only once request code, or a route's export, refers to it. So values are followed where they are
//! used, not where they are made.

mod arguments;
mod code;
mod expansion;
mod exposed;
mod names;
mod values;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Program;
use super::graph::{Builder, Edge, Graph, Item, Node, NodeId, Phase};
use super::value::{ExprRef, FunctionRef};
use crate::facts::{FunctionId, MemberKind, SiteId, SiteKind};
use crate::span::FileId;
use expansion::{Expansion, Name, Step};
use exposed::Exposed;

/// How many nodes are expanded before what they lead to is looked at, which bounds what is held in memory.
const WINDOW: usize = 4096;

/// How many nodes one thread takes at a time.
const CHUNK: usize = 256;

/// Builds the graph of all that the program's routes reach.
pub(super) fn reach(program: &Program<'_>) -> Graph {
    let getters = getters(program);
    let mut reach = Reach {
        program,
        graph: Builder::new(program.modules),
        registrations: FxHashMap::default(),
        exposed: Exposed::new(program.modules),
        getters: &getters,
    };
    let mut start = Expansion::new(program, &getters);
    for (id, route) in program.route_ids() {
        start.route(id, route);
    }
    reach.take(start.steps);
    // Nodes are numbered as they are reached, so they are their own queue. What a node leads to does not depend on
    // what is reached, so that many are expanded side by side; what they found is taken in their order.
    let mut done = 0;
    loop {
        let open = reach.graph.nodes_from(done, WINDOW);
        if open.is_empty() {
            return reach.graph.finish();
        }
        let expand = |nodes: &[(NodeId, Node)]| {
            let mut expansion = Expansion::new(program, &getters);
            nodes.iter().for_each(|&(id, node)| expansion.node(id, node));
            expansion.steps
        };
        let found: Vec<Vec<Step>> = open.par_chunks(CHUNK).map(expand).collect();
        done += open.len();
        found.into_iter().for_each(|steps| reach.take(steps));
    }
}

/// Names of getters anywhere.
fn getters<'p>(program: &Program<'p>) -> FxHashSet<&'p str> {
    let mut getters = FxHashSet::default();
    for (_, module) in program.modules() {
        let members = module.facts.classes.iter().flat_map(|c| &c.members);
        let names = members.filter(|m| matches!(m.kind, MemberKind::Getter(_)));
        getters.extend(names.map(|m| module.facts.text(m.name)));
    }
    getters
}

/// The work in progress.
struct Reach<'a, 'p> {
    program: &'a Program<'p>,
    graph: Builder<'p>,
    /// Calls at module level that hand functions to a binding's methods: `app.get('/', handler)`.
    registrations: FxHashMap<Name, Vec<(FileId, SiteId)>>,
    exposed: Exposed,
    getters: &'a FxHashSet<&'p str>,
}

impl<'a, 'p> Reach<'a, 'p> {
    /// Acts on what was found, in its order.
    fn take(&mut self, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Reach(item, phase, edge) => self.graph.reach(item, phase, edge),
                Step::Expose(node, name, phase, edge) => self.expose(node, name, phase, edge),
                Step::Register(name, file, site) => self.register(name, (file, site)),
            }
        }
    }

    /// Expands what becomes known only here.
    fn expand(&mut self, find: impl FnOnce(&mut Expansion<'a, 'p>)) {
        let mut expansion = Expansion::new(self.program, self.getters);
        find(&mut expansion);
        self.take(expansion.steps);
    }

    /// A node stands for the value of a binding: so it does for what module code registered on it.
    fn expose(&mut self, node: NodeId, name: Name, phase: Phase, edge: Edge) {
        let Some(module) = self.program.module(name.0) else { return };
        let first = self.exposed.add(name, node);
        if first && module.facts.binding(name.1).reassigned {
            self.expand(|expansion| {
                for &site in module.writes(name.1) {
                    if let SiteKind::Write { value, .. } = module.facts.site(site).kind {
                        expansion.hand_over(ExprRef { file: name.0, id: value }, phase, edge);
                    }
                }
            });
        }
        for (file, site) in self.registrations.get(&name).cloned().unwrap_or_default() {
            self.expand(|expansion| expansion.registered_arguments(node, phase, file, site));
        }
    }

    /// Remembers a call at module level that hands code to a method of a binding.
    fn register(&mut self, name: Name, site: (FileId, SiteId)) {
        let sites = self.registrations.entry(name).or_default();
        if sites.contains(&site) {
            return;
        }
        sites.push(site);
        for node in self.exposed.of(name) {
            let Some(phase) = self.graph.node(node).map(|node| node.phase) else { continue };
            self.expand(|expansion| expansion.registered_arguments(node, phase, site.0, site.1));
        }
    }
}

const fn module_init(file: FileId) -> Item {
    Item::Code(FunctionRef { file, id: FunctionId::MODULE })
}
