//! What a check is given.

use crate::link::Program;

use super::support::clients::{ClientSite, clients};
use super::support::closing::Closings;

/// What a check is given: the program, and what several rules look at, found once.
#[derive(Debug)]
pub struct RuleContext<'a, 'p> {
    /// The linked program.
    pub program: &'a Program<'p>,
    /// Every construct that gives a client, in code that routes reach, by file and place.
    pub clients: Vec<ClientSite<'p>>,
    /// Where clients are closed.
    pub(crate) closings: Closings,
}

impl<'a, 'p> RuleContext<'a, 'p> {
    /// Looks through the program once for what rules share.
    #[must_use]
    pub fn new(program: &'a Program<'p>) -> Self {
        Self { program, clients: clients(program), closings: Closings::find(program) }
    }
}
