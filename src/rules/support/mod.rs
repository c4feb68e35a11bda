//! What checks share.

pub(crate) mod apis;
pub(crate) mod arguments;
pub(crate) mod clients;
pub(crate) mod closing;
pub(crate) mod edge;
pub(crate) mod edge_help;
pub(crate) mod effects;
pub(crate) mod express;
pub(crate) mod express_help;
pub(crate) mod help;
pub(crate) mod judge;
pub(crate) mod next_middleware;
pub(crate) mod of_app;
pub(crate) mod place;
pub(crate) mod urls;
