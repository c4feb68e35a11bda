//! What a check is given.

use crate::catalogue::Catalogue;
use crate::link::Program;

/// What a check is given.
#[derive(Debug)]
pub struct RuleContext<'a> {
    /// The linked program.
    pub program: &'a Program,
    /// What packages are.
    pub catalogue: &'a Catalogue,
}
