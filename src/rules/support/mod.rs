//! What checks share.

pub(crate) mod apis;
#[cfg(test)]
mod apis_tests;
pub(crate) mod arguments;
pub(crate) mod clients;
pub(crate) mod closing;
pub(crate) mod disk;
pub(crate) mod edge;
pub(crate) mod edge_help;
pub(crate) mod effects;
pub(crate) mod environment;
pub(crate) mod express;
pub(crate) mod express_help;
pub(crate) mod fate;
pub(crate) mod guesses;
pub(crate) mod help;
pub(crate) mod judge;
pub(crate) mod literals;
pub(crate) mod lost;
pub(crate) mod lost_forms;
pub(crate) mod lost_help;
pub(crate) mod lost_scan;
pub(crate) mod lost_words;
pub(crate) mod next_middleware;
pub(crate) mod of_app;
pub(crate) mod path_parts;
pub(crate) mod paths;
pub(crate) mod place;
pub(crate) mod production;
pub(crate) mod promises;
pub(crate) mod state;
pub(crate) mod timers;
pub(crate) mod urls;
