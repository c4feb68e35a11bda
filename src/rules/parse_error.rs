//! `parse-error`: a file that could not be read as a program.

use super::RuleContext;
use crate::diagnostic::Finding;

pub(crate) fn check(_context: &RuleContext<'_>, _findings: &mut Vec<Finding>) {}
