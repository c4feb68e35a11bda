//! `cross-request-client`: a client kept across requests where I/O belongs to one request.

use super::RuleContext;
use crate::diagnostic::Finding;

pub(crate) fn check(_context: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
