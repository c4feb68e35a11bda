//! What changed since an earlier report.

use std::collections::HashSet;

use crate::diagnostic::Severity;
use crate::report::model::Report;
use crate::report::previous::{Earlier, EarlierFinding, Previous};

/// Findings that are gone and named; the others are counted.
const NAMED: usize = 50;

/// The comparison.
pub(super) struct Trend<'a> {
    /// What cannot be compared, in words; then the rest is empty.
    pub(super) note: Option<String>,
    /// A word on what makes the two hard to compare.
    pub(super) caution: Option<String>,
    /// Severity, count before, count now.
    pub(super) counts: Vec<(&'static str, usize, usize)>,
    pub(super) new: usize,
    pub(super) unchanged: usize,
    /// Silenced or put into the baseline since.
    pub(super) silenced: usize,
    /// Not found any more.
    pub(super) gone: usize,
    pub(super) named: Vec<&'a EarlierFinding>,
    known: HashSet<&'a str>,
}

impl<'a> Trend<'a> {
    pub(super) fn new(previous: &'a Previous, report: &Report) -> Self {
        match previous {
            Previous::Known(earlier) => Self::compared(earlier, report),
            Previous::Newer { version, tool } => {
                let tool = tool.as_ref().map_or_else(String::new, |tool| format!(" by routelint {tool}"));
                let note = format!(
                    "The earlier report has version {version} of the format, written{tool}; this routelint knows \
                     version 1, so nothing is compared."
                );
                Self { note: Some(note), ..Self::nothing() }
            }
        }
    }

    /// `new` or `known`; nothing without a comparison.
    pub(super) fn state(&self, fingerprint: &str) -> &'static str {
        match (&self.note, self.known.contains(fingerprint)) {
            (Some(_), _) => "",
            (None, true) => "known",
            (None, false) => "new",
        }
    }

    fn nothing() -> Self {
        Self {
            note: None,
            caution: None,
            counts: Vec::new(),
            new: 0,
            unchanged: 0,
            silenced: 0,
            gone: 0,
            named: Vec::new(),
            known: HashSet::new(),
        }
    }

    fn compared(earlier: &'a Earlier, report: &Report) -> Self {
        let before = &earlier.diagnostics;
        let known: HashSet<&str> = before.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let now: HashSet<&str> = report.diagnostics.iter().map(|one| one.fingerprint.as_str()).collect();
        let silent: HashSet<&str> =
            report.silent.iter().map(|silent| silent.diagnostic.fingerprint.as_str()).collect();
        let left = before.iter().filter(|finding| !now.contains(&*finding.fingerprint));
        let (silenced, gone): (Vec<_>, Vec<_>) =
            left.partition(|finding| silent.contains(&*finding.fingerprint));
        let counts = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
            let then = before.iter().filter(|finding| finding.severity == severity).count();
            let today = report.diagnostics.iter().filter(|finding| finding.severity == severity).count();
            (severity.as_str(), then, today)
        });
        let new = report.diagnostics.iter().filter(|one| !known.contains(&*one.fingerprint)).count();
        let version = earlier.tool_version();
        let caution = (version != env!("CARGO_PKG_VERSION")).then(|| {
            format!("The earlier report is by routelint {version}: some of the difference may be its rules.")
        });
        Self {
            note: None,
            caution,
            counts: counts.to_vec(),
            new,
            unchanged: report.diagnostics.len() - new,
            silenced: silenced.len(),
            gone: gone.len(),
            named: gone.into_iter().take(NAMED).collect(),
            known,
        }
    }

    /// How many are gone and not named.
    pub(super) fn more(&self) -> usize {
        self.gone - self.named.len()
    }
}
