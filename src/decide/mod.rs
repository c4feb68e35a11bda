//! Where each part of an API belongs: in Next.js routes, in a server that stays up, or in both.

use crate::analyze::Survey;
use crate::report::Advice;

/// Decides for every app of a project, and for all of it.
#[must_use]
pub fn advise(survey: &Survey) -> Advice {
    let _ = survey;
    Advice::default()
}
