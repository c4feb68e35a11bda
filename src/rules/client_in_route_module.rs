//! `client-in-route-module`: a client that a route file owns, although other code could share it.

use super::RuleContext;
use crate::diagnostic::Finding;

pub(crate) fn check(_context: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
