//! What checks share.

pub(crate) mod apis;
pub(crate) mod arguments;
pub(crate) mod clients;
pub(crate) mod closing;
pub(crate) mod effects;
pub(crate) mod help;
pub(crate) mod judge;
pub(crate) mod loops;
pub(crate) mod origin;
pub(crate) mod outside;
pub(crate) mod place;
pub(crate) mod queries;
pub(crate) mod rounds;
pub(crate) mod sleeps;
pub(crate) mod sources;
