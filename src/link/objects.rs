//! Properties of large object literals by name. A registry of thousands may be asked for each of them, and looking
//! through all every time would take the square of that.

use crate::facts::{Expr, List, ModuleFacts, PropertyKey};

use super::module::name_hash;

/// From so many properties on, looking through them takes longer than to know where they are.
const LARGE: u32 = 32;

/// The large object literals of a module, by where their properties begin.
#[derive(Debug)]
pub(super) struct LargeObjects(Vec<(u32, LargeObject)>);

/// Where the properties of an object literal are, as indices of its list.
#[derive(Debug)]
pub(super) struct LargeObject {
    /// The hash of each name and its index, ascending.
    named: Vec<(u32, u32)>,
    /// Spreads, ascending.
    spreads: Vec<u32>,
}

impl LargeObjects {
    /// Whether an object literal is among those that are large.
    pub(super) const fn are_such(list: List) -> bool {
        list.len >= LARGE
    }

    /// Looks through a module once.
    pub(super) fn of(facts: &ModuleFacts) -> Self {
        let lists = facts.exprs.iter().filter_map(|expr| match *expr {
            Expr::Object(list) if Self::are_such(list) => Some(list),
            _ => None,
        });
        let mut all: Vec<_> = lists.map(|list| (list.start, LargeObject::new(facts, list))).collect();
        all.sort_unstable_by_key(|&(start, _)| start);
        Self(all)
    }

    /// The large object literal with these properties.
    pub(super) fn get(&self, list: List) -> Option<&LargeObject> {
        let at = self.0.binary_search_by_key(&list.start, |&(start, _)| start).ok()?;
        self.0.get(at).map(|(_, object)| object)
    }
}

impl LargeObject {
    fn new(facts: &ModuleFacts, list: List) -> Self {
        let (mut named, mut spreads) = (Vec::new(), Vec::new());
        for (index, property) in (0..).zip(facts.object(list)) {
            match property.key {
                PropertyKey::Name(name) => named.push((name_hash(facts.text(name)), index)),
                PropertyKey::Spread => spreads.push(index),
                _ => {}
            }
        }
        named.sort_unstable();
        Self { named, spreads }
    }

    /// The properties that may decide what a name stands for, last first: those of its hash, and spreads.
    pub(super) fn deciding(&self, name: &str) -> impl Iterator<Item = usize> {
        let wanted = name_hash(name);
        let end = self.named.partition_point(|&(hash, _)| hash <= wanted);
        let same = self.named[..end].iter().rev().take_while(move |&&(hash, _)| hash == wanted);
        let mut both: Vec<u32> = same.map(|&(_, index)| index).chain(self.spreads.iter().copied()).collect();
        both.sort_unstable_by(|one, other| other.cmp(one));
        both.into_iter().map(|index| index as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_comes_last_first() {
        let named = ["a", "b", "a"].into_iter().zip([0, 2, 3]).map(|(name, index)| (name_hash(name), index));
        let mut object = LargeObject { named: named.collect(), spreads: vec![1, 4] };
        object.named.sort_unstable();
        let deciding = |name| object.deciding(name).collect::<Vec<_>>();
        assert_eq!(
            (deciding("a"), deciding("b"), deciding("c")),
            (vec![4, 3, 1, 0], vec![4, 2, 1], vec![4, 1])
        );
    }
}
