//! What checks share.

pub(crate) mod apis;
pub(crate) mod arguments;
pub(crate) mod broadcast;
pub(crate) mod channels;
pub(crate) mod clients;
pub(crate) mod closing;
pub(crate) mod declared;
pub(crate) mod departures;
pub(crate) mod effects;
pub(crate) mod emissions;
pub(crate) mod endings;
pub(crate) mod help;
pub(crate) mod judge;
pub(crate) mod lexical;
pub(crate) mod loops;
pub(crate) mod paths;
pub(crate) mod place;
pub(crate) mod pubsub;
pub(crate) mod senders;
pub(crate) mod sockets;
pub(crate) mod streams;
