//! `unused-suppression`: a comment that silences nothing any more.
//!
//! Whether it does is known only when all other rules have run and their findings were silenced, so the findings
//! are made by `analyze`, which does that, with [`unused`].

use super::RuleContext;
use super::support::judge::meta;
use super::support::tool::finding;
use crate::diagnostic::Finding;
use crate::link::Program;
use crate::span::{FileId, Span};

/// Finds nothing by itself: see the top of the file.
pub(crate) fn check(_: &RuleContext<'_, '_>, _: &mut Vec<Finding>) {}

/// The finding for a rule of which a comment silences nothing. What else the comment is idle about decides its fix.
pub(crate) fn unused(program: &Program<'_>, comment: (FileId, Span), id: &str) -> Option<Finding> {
    let message = format!("`{id}` finds nothing here that this comment could silence");
    let help = "Remove it, or the rule from its list: it would hide what may come later.".to_owned();
    Some(finding(program, meta("unused-suppression")?, comment, message, help))
}
