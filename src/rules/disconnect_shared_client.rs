//! `disconnect-shared-client`: a shared client closed at the end of a request.

use super::RuleContext;
use crate::diagnostic::Finding;

pub(crate) fn check(_context: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
