//! What checks share.

pub(crate) mod apis;
#[cfg(test)]
mod apis_tests;
pub(crate) mod arguments;
pub(crate) mod clients;
pub(crate) mod closing;
pub(crate) mod effects;
pub(crate) mod help;
pub(crate) mod judge;
pub(crate) mod place;
pub(crate) mod tool;
