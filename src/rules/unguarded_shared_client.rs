//! `unguarded-shared-client`: a shared client that a reload in development opens again.

use super::RuleContext;
use crate::diagnostic::Finding;

pub(crate) fn check(_context: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
