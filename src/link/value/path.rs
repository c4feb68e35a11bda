//! Names that lead from something to what is in it.

use std::ops::Deref;
use std::sync::Arc;

/// A global and the members of it that lead to something: `["process", "env"]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path<'p>(Arc<[&'p str]>);

impl<'p> Path<'p> {
    /// The path to a member.
    pub(super) fn and(&self, name: &'p str) -> Self {
        Self(and(self, name).into())
    }

    /// All names.
    #[must_use]
    pub fn as_slice(&self) -> &[&'p str] {
        &self.0
    }
}

impl<'p> From<&'p str> for Path<'p> {
    fn from(name: &'p str) -> Self {
        Self(Arc::new([name]))
    }
}

impl<'p> Deref for Path<'p> {
    type Target = [&'p str];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<const N: usize> PartialEq<[&str; N]> for Path<'_> {
    fn eq(&self, other: &[&str; N]) -> bool {
        *self.0 == *other
    }
}

/// The names and one more.
pub(super) fn and<'p>(names: &[&'p str], name: &'p str) -> Vec<&'p str> {
    let mut more = Vec::with_capacity(names.len() + 1);
    more.extend_from_slice(names);
    more.push(name);
    more
}
