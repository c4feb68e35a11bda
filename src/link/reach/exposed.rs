//! Bindings whose value request code got hold of.

use std::num::NonZeroU32;

use crate::facts::BindingId;
use crate::link::Modules;
use crate::link::graph::NodeId;
use crate::link::numbers::Numbers;
use crate::span::FileId;

/// The number of an entry and one, so that a table of them begins as zeros.
type Place = Option<NonZeroU32>;

/// The nodes that stand for the value of each binding, in the order in which they were reached. Nearly every binding
/// has one or a few, so they are kept in one list.
#[derive(Debug)]
pub(super) struct Exposed {
    numbers: Numbers,
    /// The first and last entry of each binding.
    ends: Vec<(Place, Place)>,
    /// Nodes, each with the entry of the next one of its binding.
    entries: Vec<(NodeId, Place)>,
}

impl Exposed {
    /// Nothing is exposed.
    pub(super) fn new(modules: &Modules) -> Self {
        let numbers = Numbers::new(modules, |facts| facts.bindings.len());
        Self { ends: vec![(None, None); numbers.len()], numbers, entries: Vec::new() }
    }

    /// Adds a node that stands for the value of a binding; whether it is the first.
    pub(super) fn add(&mut self, (file, binding): (FileId, BindingId), node: NodeId) -> bool {
        let number = self.numbers.get(file, binding.0);
        let Some(ends) = number.and_then(|number| self.ends.get_mut(number)) else { return false };
        self.entries.push((node, None));
        let place = u32::try_from(self.entries.len()).ok().and_then(NonZeroU32::new);
        let last = std::mem::replace(&mut ends.1, place);
        let before = last.and_then(|last| self.entries.get_mut(index(last)));
        match before {
            Some(before) => before.1 = place,
            None => ends.0 = place,
        }
        last.is_none()
    }

    /// The nodes that stand for the value of a binding.
    pub(super) fn of(&self, (file, binding): (FileId, BindingId)) -> Vec<NodeId> {
        let number = self.numbers.get(file, binding.0);
        let mut place = number.and_then(|number| self.ends.get(number)).and_then(|ends| ends.0);
        let mut nodes = Vec::new();
        while let Some(&(node, next)) = place.and_then(|place| self.entries.get(index(place))) {
            nodes.push(node);
            place = next;
        }
        nodes
    }
}

const fn index(place: NonZeroU32) -> usize {
    place.get() as usize - 1
}
