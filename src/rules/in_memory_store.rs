//! `in-memory-store`: data that later requests need, in one instance's memory.

use super::RuleContext;
use super::support::state::{Purpose, report};
use crate::diagnostic::Finding;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    report(context, "in-memory-store", Purpose::Store, findings);
}
