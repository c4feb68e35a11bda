//! Who wrote the repository.

/// What the history says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum History {
    /// How many people wrote commits in the last year, programs left out.
    People(usize),
    /// It cannot be told, for this reason.
    Unknown(String),
}
