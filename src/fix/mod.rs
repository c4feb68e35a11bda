//! Making fixes: which of a report's can be made together, the patch that they are, and writing files whole or not at
//! all.

mod patch;
mod plan;
mod write;

pub use patch::patch;
pub use plan::{Change, Plan, plan};
pub use write::{FixError, check, write};
