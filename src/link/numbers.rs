//! One run of numbers for what modules number each for itself.

use super::Modules;
use crate::facts::ModuleFacts;
use crate::span::FileId;

/// Numbers the functions, bindings or whatever is counted of all loaded modules in one run.
#[derive(Debug)]
pub(super) struct Numbers {
    /// The number of the first of each file, and one past the last.
    starts: Vec<u32>,
}

impl Numbers {
    /// Numbers what `count` counts.
    pub(super) fn new(modules: &Modules, count: impl Fn(&ModuleFacts) -> usize) -> Self {
        let mut starts = Vec::with_capacity(modules.table.len() + 1);
        let mut next = 0_u32;
        starts.push(next);
        for module in &modules.table {
            let own = module.as_ref().map_or(0, |module| count(&module.facts));
            next = next.saturating_add(u32::try_from(own).unwrap_or(u32::MAX));
            starts.push(next);
        }
        Self { starts }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.starts.last().map_or(0, |&end| end as usize)
    }

    /// The number of one that its module knows as `id`; `None` where the module is not loaded.
    pub(super) fn get(&self, file: FileId, id: u32) -> Option<usize> {
        let &[start, end] = self.starts.get(file.index()..file.index() + 2)? else { return None };
        (id < end - start).then_some((start + id) as usize)
    }
}
