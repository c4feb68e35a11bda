//! `in-memory-cache`: copies of data in one instance's memory.

use super::RuleContext;
use super::support::state::{Purpose, report};
use crate::diagnostic::Finding;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    report(context, "in-memory-cache", Purpose::Cache, findings);
}
