//! What a check is given.

use crate::link::Program;

use super::support::apis::Apis;
use super::support::clients::{ClientSite, clients};
use super::support::closing::Closings;
use super::support::effects::EffectMap;
use super::support::outside::OutsideMap;
use super::support::queries::Queries;

/// What a check is given: the program, and what several rules look at, found once.
#[derive(Debug)]
pub struct RuleContext<'a, 'p> {
    /// The linked program.
    pub program: &'a Program<'p>,
    /// Every construct that gives a client, in code that routes reach, by file and place.
    pub clients: Vec<ClientSite<'p>>,
    /// Where clients are closed.
    pub(crate) closings: Closings,
    /// Every other construct that the catalogue knows, in code that runs, by file and place.
    pub apis: Apis<'p>,
    /// What functions do outside the process.
    pub(crate) effects: EffectMap,
    /// What reads rows in requests.
    pub(crate) queries: Queries,
    /// What leaves the process.
    pub(crate) outside: OutsideMap,
}

impl<'a, 'p> RuleContext<'a, 'p> {
    /// Looks through the program once for what rules share.
    #[must_use]
    pub fn new(program: &'a Program<'p>) -> Self {
        let apis = Apis::find(program);
        let queries = Queries::find(program, &apis);
        Self {
            program,
            clients: clients(program),
            closings: Closings::find(program),
            effects: EffectMap::find(program, &apis),
            outside: OutsideMap::find(program, &apis, &queries),
            queries,
            apis,
        }
    }
}
