//! Indices into the tables of one module's facts.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The id as an index.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

ids! {
    /// An interned string: names, string literals, specifiers.
    Name,
    /// An expression.
    ExprId,
    /// A call, write, return or other thing a rule may ask about.
    SiteId,
    /// A function; `FunctionId(0)` is the module's own top level.
    FunctionId,
    /// A class.
    ClassId,
    /// A declared name (variable, parameter, import, function, class).
    BindingId,
    /// A module specifier that the module asks for.
    RequestId,
    /// A link in the chain of conditions, loops and `try` blocks around a place.
    ContextId,
}

impl FunctionId {
    /// The code at module level, which runs once when the module is loaded.
    pub const MODULE: Self = Self(0);
}

impl ExprId {
    /// The expression that says nothing: regular expressions, type-only code, missing values.
    pub const UNKNOWN: Self = Self(0);
}

/// A run of entries in one of the list tables: `start..start + len`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct List {
    /// First index.
    pub start: u32,
    /// How many.
    pub len: u32,
}

impl List {
    /// The run as a range for indexing.
    #[must_use]
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }
}
