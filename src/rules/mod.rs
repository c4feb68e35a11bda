//! The rules: each turns the linked program into findings.
//!
//! A rule is two files: its check in `src/rules/<id with _>.rs` and its page in `rules/<id>.md`. `build.rs`
//! pairs them and writes [`RULES`]; what checks share lives in `support/`.

mod choices;
mod context;
mod meta;
mod support;

pub use choices::{Choices, Growth, PartChoices, RuleChoices};
pub use context::RuleContext;
pub use meta::{RuleMeta, Status};

use crate::diagnostic::Finding;
use crate::link::{FunctionRef, Phase, Program};
use crate::span::Location;

/// A rule: its page and its check.
#[derive(Debug)]
pub struct Rule {
    /// What its page says.
    pub meta: RuleMeta,
    /// Adds what it finds.
    pub check: fn(&RuleContext<'_, '_>, &mut Vec<Finding>),
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// A finding of a rule that is not built in, for a construct in a function that runs in one of these phases.
/// The words are what is wrong, and what to do.
#[must_use]
pub fn reported(
    program: &Program<'_>,
    meta: &'static RuleMeta,
    (at, function): (Location, FunctionRef),
    phases: &[Phase],
    (message, help): (String, String),
) -> Option<Finding> {
    let occurrence = support::place::occurrence(program, at, function, phases)?;
    let routes = program.graph.routes_to(occurrence.node);
    let verdict = support::judge::judge(program, meta, &routes, |_, _| true)?;
    let step = format!("is what `{}` looks for", meta.id);
    let words = support::judge::Words { message, help, step };
    let path = program.graph.path_from(&verdict.routes, occurrence.node);
    Some(support::judge::finding(program, meta, (at, function, path.as_slice()), verdict, words))
}
/// The fix for all such findings of a comment.
pub(crate) use support::fixes::unsilence as unused_suppression_fix;
/// The finding for a comment that silences nothing of a rule, once that is known: see `unused-suppression`.
pub(crate) use unused_suppression::unused as unused_suppression_finding;

/// What is known of every rule, by id.
pub fn all() -> impl Iterator<Item = &'static RuleMeta> {
    RULES.iter().map(|rule| &rule.meta)
}

/// The rule of this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.meta.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::project::Target;

    #[test]
    fn rules_are_sorted_and_found_by_id() {
        assert!(RULES.is_sorted_by(|a, b| a.meta.id < b.meta.id));
        for known in RULES {
            assert!(rule(known.meta.id).is_some_and(|found| std::ptr::eq(found, known)));
        }
        assert!(rule("no-such-rule").is_none());
    }

    #[test]
    fn severity_comes_from_the_page() {
        let severity = |target| rule("per-request-client").map(|rule| rule.meta.severity_on(target));
        assert_eq!(severity(Target::Vercel), Some(Some(Severity::Error)));
        assert_eq!(severity(Target::Cloudflare), Some(None));
    }

    #[test]
    fn pages_come_without_their_front_matter() {
        for rule in RULES {
            assert!(rule.meta.page.starts_with("# "), "{}", rule.meta.id);
        }
    }
}
