//! `in-process-lock`: locks that hold within one process only.

use super::RuleContext;
use super::support::state::{Purpose, report};
use crate::diagnostic::Finding;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    report(context, "in-process-lock", Purpose::Lock, findings);
}
