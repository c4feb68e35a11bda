//! What a check is given.

use std::sync::Arc;

use crate::link::Program;
use crate::timings::{Timings, timed};

use super::choices::Choices;
use super::support::apis::Apis;
use super::support::broadcast::Broadcasts;
use super::support::callees::callees;
use super::support::clients::{ClientSite, clients};
use super::support::closing::Closings;
use super::support::effects::EffectMap;
use super::support::environment::Production;
use super::support::outside::OutsideMap;
use super::support::queries::Queries;
use super::support::state::{State, states};

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
    /// What runs where the app is deployed.
    pub(crate) production: Production,
    /// What functions do outside the process.
    pub(crate) effects: EffectMap,
    /// State in memory that requests write for later ones, by file and place.
    pub(crate) states: Vec<State>,
    /// What keeps connections and listeners of this process.
    pub(crate) broadcasts: Broadcasts,
    /// What reads rows in requests.
    pub(crate) queries: Queries,
    /// What leaves the process.
    pub(crate) outside: OutsideMap,
    /// Ids of the team's own rules, which comments may name.
    pub own: Vec<&'static str>,
    /// What the team sets for rules.
    pub choices: Arc<Choices>,
}

impl<'a, 'p> RuleContext<'a, 'p> {
    /// Looks through the program once for what rules share.
    #[must_use]
    pub fn new(program: &'a Program<'p>, timings: &Timings) -> Self {
        let callees = timings.time("shared: callees", || callees(program));
        let apis = timings.time("shared: constructs", || Apis::find(program, &callees));
        let effects = timings.time("shared: effects", || EffectMap::find(program, &apis, &callees));
        let ((queries, clients, closings, outside), (states, broadcasts)) = rayon::join(
            || {
                let queries = timed(|| Queries::find(program, &apis));
                let outside = timed(|| OutsideMap::find(program, (&apis, &effects), &queries.0));
                let clients = timed(|| clients(program, &callees));
                (queries, clients, timed(|| Closings::find(program, &callees)), outside)
            },
            || (timed(|| states(program, &apis, &effects)), timed(|| Broadcasts::find(program, &apis))),
        );
        let noted = |what: &'static str, took| timings.note(what, took);
        noted("shared: queries", queries.1);
        noted("shared: clients", clients.1);
        noted("shared: closings", closings.1);
        noted("shared: calls outside", outside.1);
        noted("shared: states", states.1);
        noted("shared: broadcasts", broadcasts.1);
        Self {
            program,
            production: Production::default(),
            clients: clients.0,
            closings: closings.0,
            outside: outside.0,
            states: states.0,
            effects,
            broadcasts: broadcasts.0,
            queries: queries.0,
            apis,
            own: Vec::new(),
            choices: Arc::default(),
        }
    }
}
