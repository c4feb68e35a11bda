//! `request-data-in-module-state`: one user's data in a variable that all requests share.

use super::RuleContext;
use super::support::state::{Purpose, report};
use crate::diagnostic::Finding;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    report(context, "request-data-in-module-state", Purpose::RequestData, findings);
}
