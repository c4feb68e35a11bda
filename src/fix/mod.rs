//! Making fixes: which of a report's can be made together, and writing files whole or not at all.

mod plan;
mod write;

pub use plan::{Change, Plan, plan};
pub use write::{FixError, write};
