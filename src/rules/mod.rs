//! The rules: each turns the linked program into findings.

mod meta;

pub use meta::{RuleMeta, Status};
