//! `request-data-in-module-state`: one user's data in a variable that all requests share.

use super::RuleContext;
use super::support::state::{Purpose, report};
use super::support::visitors::shared_sessions;
use crate::diagnostic::Finding;

const RULE: &str = "request-data-in-module-state";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    report(context, RULE, Purpose::RequestData, findings);
    shared_sessions(context, RULE, findings);
}
