//! The predicates of queries that tree-sitter leaves to its users, and where predicates stand.

use std::ops::Range;

use tree_sitter::{QueryPredicate, QueryPredicateArg};

/// A predicate that tree-sitter leaves to its users.
pub(super) enum Predicate<'a> {
    /// `#within-loop?`
    WithinLoop { capture: u32, negated: bool },
    /// `#import?`
    Import { capture: u32, package: &'a str, export: Option<&'a str>, negated: bool },
}

impl<'a> Predicate<'a> {
    /// What a predicate says; `None` if there is no such predicate.
    pub(super) fn read(predicate: &'a QueryPredicate) -> Option<Self> {
        use QueryPredicateArg::{Capture, String};
        let name = &*predicate.operator;
        let negated = name.starts_with("not-");
        match (name.trim_start_matches("not-"), &*predicate.args) {
            ("within-loop?", [Capture(capture)]) => Some(Self::WithinLoop { capture: *capture, negated }),
            ("import?", [Capture(capture), String(package)]) => {
                Some(Self::Import { capture: *capture, package, export: None, negated })
            }
            ("import?", [Capture(capture), String(package), String(export)]) => {
                Some(Self::Import { capture: *capture, package, export: Some(export), negated })
            }
            _ => None,
        }
    }
}

/// What is wrong with a predicate that cannot be read.
pub(super) fn unknown_predicate(predicate: &QueryPredicate) -> String {
    match predicate.operator.trim_start_matches("not-") {
        "import?" => {
            "`#import?` takes a capture, a package and an export: `(#import? @name \"pg\" \"Pool\")`"
                .to_owned()
        }
        "within-loop?" => "`#within-loop?` takes a capture: `(#within-loop? @report)`".to_owned(),
        _ => format!(
            "unknown predicate `#{}`: there are #eq?, #match?, #any-of?, #import?, #within-loop? and #not- of each",
            predicate.operator
        ),
    }
}

/// Where the predicates of a query stand, from bracket to bracket. In strings and comments there are none.
pub(super) fn places(source: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut open = None;
    let mut in_string = false;
    let mut in_comment = false;
    let mut escaped = false;
    for (at, byte) in source.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\n' => in_comment = false,
            _ if in_comment => {}
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b';' => in_comment = true,
            b'(' if source.get(at + 1..).is_some_and(|rest| rest.trim_start().starts_with('#')) => {
                open = Some(at);
            }
            b')' => places.extend(open.take().map(|start| start..at + 1)),
            _ => {}
        }
    }
    places
}
