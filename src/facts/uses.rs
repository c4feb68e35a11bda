//! What becomes of the values of a module's expressions, in four bytes each: there are as many as expressions.

use serde::{Deserialize, Serialize};

use super::expr::Use;
use super::ids::{ClassId, ExprId, SiteId};

/// A [`Use`] for each expression. Each is a number for its kind above a number for what it names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uses(Vec<u32>);

/// The bits of what a use names.
const BITS: u32 = 28;

impl Uses {
    /// Makes room for more.
    pub fn reserve(&mut self, more: usize) {
        self.0.reserve(more);
    }

    /// The use of the next expression.
    pub fn push(&mut self, value: Use) {
        self.0.push(pack(value));
    }

    /// Changes the use of an expression.
    pub fn set(&mut self, expr: ExprId, value: Use) {
        if let Some(known) = self.0.get_mut(expr.index()) {
            *known = pack(value);
        }
    }

    /// The use of an expression; of one of another module nothing is said.
    #[must_use]
    pub fn get(&self, expr: ExprId) -> Use {
        self.0.get(expr.index()).map_or(Use::Other, |&packed| unpack(packed))
    }

    /// Forgets all uses, but keeps the memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

fn pack(value: Use) -> u32 {
    let (kind, what) = match value {
        Use::Discarded => (0, 0),
        Use::Part(expr) => (1, expr.0),
        Use::Declared => (2, 0),
        Use::Returned(site) => (3, site.0),
        Use::Thrown(site) => (4, site.0),
        Use::Test => (5, 0),
        Use::Iterated => (6, 0),
        Use::Exported => (7, 0),
        Use::Field(class) => (8, class.0),
        Use::Default => (9, 0),
        Use::Other => (OTHER, 0),
    };
    // Only a file of gigabytes has as many expressions; of those at its end nothing is claimed.
    if what >> BITS == 0 { kind << BITS | what } else { OTHER << BITS }
}

/// The number of [`Use::Other`].
const OTHER: u32 = 10;

fn unpack(packed: u32) -> Use {
    let what = packed & ((1 << BITS) - 1);
    match packed >> BITS {
        0 => Use::Discarded,
        1 => Use::Part(ExprId(what)),
        2 => Use::Declared,
        3 => Use::Returned(SiteId(what)),
        4 => Use::Thrown(SiteId(what)),
        5 => Use::Test,
        6 => Use::Iterated,
        7 => Use::Exported,
        8 => Use::Field(ClassId(what)),
        9 => Use::Default,
        _ => Use::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_comes_out() {
        let all = [
            Use::Discarded,
            Use::Part(ExprId(7)),
            Use::Declared,
            Use::Returned(SiteId(8)),
            Use::Thrown(SiteId((1 << BITS) - 1)),
            Use::Test,
            Use::Iterated,
            Use::Exported,
            Use::Field(ClassId(9)),
            Use::Default,
            Use::Other,
        ];
        let mut uses = Uses::default();
        all.into_iter().for_each(|one| uses.push(one));
        let found = (0..).take(all.len()).map(|index| uses.get(ExprId(index))).collect::<Vec<_>>();
        assert_eq!(found, all);
        uses.set(ExprId(0), Use::Part(ExprId(1 << BITS)));
        assert_eq!((uses.get(ExprId(0)), uses.get(ExprId(99))), (Use::Other, Use::Other));
    }
}
