//! One line per finding, for lists and for searching.

use std::io::{self, Write};

use super::escape::one_line;
use super::format::View;
use super::groups::{groups, tally};
use super::model::{Diagnostic, Report};
use super::statistics::write_statistics;
use super::style::Page;
use super::summary::write_summary;

/// Writes `path:line:col: error[rule-id] message` lines, indented below their headings if they are grouped, then
/// the summary unless the view is quiet.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_concise(report: &Report, view: &View, out: &mut impl Write) -> io::Result<()> {
    let page = view.page;
    if view.statistics {
        write_statistics(report, page, out)?;
    } else {
        for group in groups(&report.diagnostics, view.group_by) {
            if !group.title.is_empty() {
                let found = tally(group.members.iter().map(|member| member.diagnostic));
                writeln!(out, "{}: {found}", page.bold(&one_line(&group.title)))?;
            }
            let indent = if group.title.is_empty() { "" } else { "  " };
            for member in group.members {
                writeln!(out, "{indent}{}", line(member.diagnostic, page))?;
            }
        }
    }
    if view.quiet { Ok(()) } else { write_summary(report, page, out) }
}

/// A finding on a line.
pub(super) fn line(diagnostic: &Diagnostic, page: Page) -> String {
    let place = page.link(&one_line(&diagnostic.place.link()));
    let name = page.rule(diagnostic.severity, diagnostic.rule);
    format!("{place}: {name} {}", one_line(&diagnostic.message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::GroupBy;
    use crate::report::sample::report;

    #[test]
    fn a_finding_is_a_line() {
        let mut report = report();
        report.diagnostics[1].place.file = "a\nb\u{1b}.ts".into();
        let mut out = Vec::new();
        write_concise(&report, &View { quiet: true, ..View::default() }, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains("\na\\nb\\x1b.ts:4:24: warning[in-memory-store] Each"), "{text}");
    }

    #[test]
    fn groups_have_a_heading_and_repeat_a_finding_for_each_route() {
        let view = View { quiet: true, group_by: Some(GroupBy::Route), ..View::default() };
        let mut out = Vec::new();
        write_concise(&report(), &view, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("/api/r1/[id]: 1 error\n  lib/db"), "{text}");
        assert!(text.contains("\nno route: 1 warning\n  app/api"), "{text}");
        assert_eq!(text.matches("error[per-request-client]").count(), 40);
    }
}
