//! How much of a table a query reads.

/// How much of a table is read; later ones read less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Reach {
    /// Every row.
    Whole,
    /// Every row in some state: active, public, before a date.
    Flags,
    /// The rows of a stretch of time or numbers.
    Window,
    /// The rows of one customer.
    Tenant,
    /// The rows with a property that the caller names.
    Dynamic,
    /// One row, or those of one owner or parent.
    Owner,
    /// The rows of the few people who run the site.
    Staff,
    /// A limited number of rows.
    Capped,
    /// It cannot be seen.
    Unknown,
}

impl Reach {
    /// What two conditions leave together.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            // Some of one customer's rows.
            (Self::Tenant, Self::Dynamic | Self::Window) | (Self::Dynamic | Self::Window, Self::Tenant) => {
                Self::Owner
            }
            _ => self.max(other),
        }
    }

    /// What either of two conditions leaves.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            // One's own, and what is shared by all.
            (Self::Owner, Self::Flags) | (Self::Flags, Self::Owner) => Self::Owner,
            _ => self.min(other),
        }
    }
}
