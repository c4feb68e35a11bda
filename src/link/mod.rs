//! (to be written)

/// The linked program.
#[derive(Debug)]
pub struct Program;
