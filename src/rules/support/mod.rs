//! What checks share.

pub(crate) mod apis;
pub(crate) mod arguments;
pub(crate) mod clients;
pub(crate) mod closing;
pub(crate) mod disk;
pub(crate) mod effects;
pub(crate) mod environment;
pub(crate) mod help;
pub(crate) mod judge;
pub(crate) mod literals;
pub(crate) mod path_parts;
pub(crate) mod paths;
pub(crate) mod place;
pub(crate) mod timers;
