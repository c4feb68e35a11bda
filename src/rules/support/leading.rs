//! Which functions lead to a function when a request is served.

use rustc_hash::FxHashSet;

use super::lexical::around;
use crate::link::{FunctionRef, How, Item, Program, Source};

/// How many functions are looked at.
const MAX_FUNCTIONS: usize = 2_000;

/// A function, those around it and those that call any of them, for a request.
pub(crate) fn leading_to(program: &Program<'_>, function: FunctionRef) -> FxHashSet<FunctionRef> {
    let mut seen = FxHashSet::default();
    let mut open = vec![function];
    while let Some(next) = open.pop() {
        let Some(module) = program.module(next.file) else { continue };
        for id in around(&module.facts, next.id) {
            let function = FunctionRef { file: next.file, id };
            if seen.len() >= MAX_FUNCTIONS || !seen.insert(function) {
                continue;
            }
            for node in program.graph.per_request(function) {
                for edge in program.graph.callers(node) {
                    if edge.how == How::Calls
                        && let Source::Node(from) = edge.from
                        && let Item::Code(caller) = program.graph.node(from).item
                    {
                        open.push(caller);
                    }
                }
            }
        }
    }
    seen
}
