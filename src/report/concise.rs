//! One line per finding, for lists and for searching.

use std::io::{self, Write};

use super::escape::one_line;
use super::model::Report;
use super::style::Page;
use super::summary::write_summary;

/// Writes `path:line:col: error[rule-id] message` lines, then the summary unless `quiet`.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_concise(report: &Report, page: Page, quiet: bool, out: &mut impl Write) -> io::Result<()> {
    for diagnostic in &report.diagnostics {
        let severity = diagnostic.severity;
        let place = diagnostic.place.link();
        let name = format!("{}[{}]", severity.as_str(), diagnostic.rule.id);
        let (place, name) = (page.link(&one_line(&place)), page.severity(severity, &name));
        writeln!(out, "{place}: {name} {}", one_line(&diagnostic.message))?;
    }
    if quiet { Ok(()) } else { write_summary(report, page, out) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;

    #[test]
    fn a_finding_is_a_line() {
        let mut report = report();
        report.diagnostics[1].place.file = "a\nb\u{1b}.ts".into();
        let mut out = Vec::new();
        write_concise(&report, Page::default(), true, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains("\na\\nb\\x1b.ts:4:24: warning[in-memory-store] Each"), "{text}");
    }
}
