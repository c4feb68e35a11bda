//! Comments that silence findings: reading them, and writing them.

mod directive;
mod write;

pub use directive::{Directive, Malformed, read};
pub use write::{Wanted, Written, write};
