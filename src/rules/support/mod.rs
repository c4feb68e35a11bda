//! What checks share.

pub(crate) mod arguments;
pub(crate) mod clients;
pub(crate) mod closing;
pub(crate) mod help;
pub(crate) mod judge;
