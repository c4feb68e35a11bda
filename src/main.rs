//! The `routelint` command.

fn main() {}
