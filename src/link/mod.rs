//! Modules tied together: what each import names, what calls what, and what runs when.

pub mod resolve;
