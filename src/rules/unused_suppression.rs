//! `unused-suppression`: a comment that silences nothing any more.
//!
//! Whether it does is known only when all other rules have run and their findings were silenced, so the findings
//! are made by `analyze`, which does that, with [`unused`].

use super::RuleContext;
use super::support::fixes::unsilence;
use super::support::judge::meta;
use super::support::tool::finding;
use crate::diagnostic::Finding;
use crate::link::Program;
use crate::span::FileId;
use crate::suppress::Directive;

/// Finds nothing by itself: see the top of the file.
pub(crate) fn check(_: &RuleContext<'_, '_>, _: &mut Vec<Finding>) {}

/// The findings for the rules of which a comment silences nothing. One fix mends them all.
pub(crate) fn unused(
    program: &Program<'_>,
    (file, directive): (FileId, &Directive),
    unused: &[&str],
) -> Vec<Finding> {
    let Some(meta) = meta("unused-suppression") else { return Vec::new() };
    let told = unused.iter().map(|id| {
        let message = format!("`{id}` finds nothing here that this comment could silence");
        let help = "Remove it, or the rule from its list: it would hide what may come later.".to_owned();
        let fix = Some(unsilence(file, directive, unused));
        Finding { fix, ..finding(program, meta, (file, directive.at), message, help) }
    });
    told.collect()
}
