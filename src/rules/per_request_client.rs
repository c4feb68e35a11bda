//! `per-request-client`: a connection or pool opened while a request is handled, and kept nowhere.

use super::RuleContext;
use crate::diagnostic::Finding;

pub(crate) fn check(_context: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
