//! JUnit's XML, in the form that Jenkins and GitLab read: a suite per rule, a failed case per finding.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::escape::many_lines;
use super::model::{Diagnostic, Report};
use super::xml::{line, name, text, write_document};

/// Writes the report as test results. A rule that found nothing is a suite with one case that passed, so that a
/// clean run has results too.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_junit(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, Vec<&Diagnostic>> =
        report.rules.iter().map(|rule| (rule.id, Vec::new())).collect();
    for diagnostic in &report.diagnostics {
        rules.entry(diagnostic.rule.id).or_default().push(diagnostic);
    }
    let tests: usize = rules.values().map(|found| found.len().max(1)).sum();
    write_document(out, |xml| {
        let root = xml
            .create_element("testsuites")
            .with_attribute(("name", env!("CARGO_PKG_NAME")))
            .with_attribute(("tests", &*tests.to_string()))
            .with_attribute(("failures", &*report.diagnostics.len().to_string()))
            .with_attribute(("errors", "0"));
        root.write_inner_content(|xml| {
            rules.iter().try_for_each(|(rule, found)| write_suite(xml, report, rule, found))
        })
        .map(drop)
    })
}

fn write_suite(
    xml: &mut Writer<impl Write>,
    report: &Report,
    rule: &str,
    found: &[&Diagnostic],
) -> io::Result<()> {
    let suite = xml
        .create_element("testsuite")
        .with_attribute(("name", rule))
        .with_attribute(("tests", &*found.len().max(1).to_string()))
        .with_attribute(("failures", &*found.len().to_string()))
        .with_attribute(("errors", "0"));
    suite
        .write_inner_content(|xml| {
            if found.is_empty() {
                return case(xml, rule, "nothing found").write_empty().map(drop);
            }
            // Results of two runs are compared by the names of their cases, so those hold no line numbers.
            let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
            found.iter().try_for_each(|found| {
                let number = seen.entry(&found.place.file).or_default();
                *number += 1;
                write_case(xml, report, found, *number)
            })
        })
        .map(drop)
}

fn write_case(
    xml: &mut Writer<impl Write>,
    report: &Report,
    found: &Diagnostic,
    number: usize,
) -> io::Result<()> {
    let file = report.repository_path(&found.place.file);
    let title = if number == 1 { name(&file) } else { format!("{} ({number})", name(&file)) };
    case(xml, found.rule.id, &title)
        .write_inner_content(|xml| {
            xml.create_element("failure")
                .with_attribute(("type", found.severity.as_str()))
                .with_attribute(("message", &*line(&found.message)))
                .write_text_content(BytesText::new(&body(report, found)))
                .map(drop)
        })
        .map(drop)
}

fn case<'a, W: Write>(
    xml: &'a mut Writer<W>,
    rule: &str,
    title: &str,
) -> quick_xml::writer::ElementWriter<'a, W> {
    xml.create_element("testcase").with_attribute(("name", title)).with_attribute(("classname", rule))
}

/// Where it is, how a route gets there, and what to do.
fn body(report: &Report, found: &Diagnostic) -> String {
    let link = |place: &super::model::Place| {
        let position = place.position();
        format!("{}:{}:{}", name(&report.repository_path(&place.file)), position.line, position.column)
    };
    let mut body = format!("{}\n{}\n", link(&found.place), many_lines(&found.message));
    if !found.routes.is_empty() {
        body.push_str(&format!("reached from {}\n", found.routes.join(", ")));
    }
    for step in &found.trace {
        body.push_str(&format!("  {}  {}\n", link(&step.place), step.message));
    }
    if !found.help.is_empty() {
        body.push_str(&format!("help: {}\n", found.help));
    }
    text(&body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{STORE, report};

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write_junit(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_finding_is_a_failed_case_and_a_quiet_rule_one_that_passed() {
        let mut report = report();
        report.diagnostics.remove(0);
        report.diagnostics.push(report.diagnostics[0].clone());
        insta::assert_snapshot!(written(&report), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="routelint" tests="3" failures="2" errors="0">
          <testsuite name="in-memory-store" tests="2" failures="2" errors="0">
            <testcase name="apps/app/api/users/[id]/route.ts" classname="in-memory-store">
              <failure type="warning" message="Each request makes a new `PrismaClient`, and with it a new connection pool.">apps/app/api/users/[id]/route.ts:4:24
        Each request makes a new `PrismaClient`, and with it a new connection pool.
        help: Create the client once in a module and import it.
        </failure>
            </testcase>
            <testcase name="apps/app/api/users/[id]/route.ts (2)" classname="in-memory-store">
              <failure type="warning" message="Each request makes a new `PrismaClient`, and with it a new connection pool.">apps/app/api/users/[id]/route.ts:4:24
        Each request makes a new `PrismaClient`, and with it a new connection pool.
        help: Create the client once in a module and import it.
        </failure>
            </testcase>
          </testsuite>
          <testsuite name="per-request-client" tests="1" failures="0" errors="0">
            <testcase name="nothing found" classname="per-request-client"/>
          </testsuite>
        </testsuites>
        "#);
        assert!(written(&Report { rules: vec![&STORE], ..Report::default() }).contains("nothing found"));
    }

    #[test]
    fn code_and_names_cannot_break_out() {
        let mut report = report();
        report.diagnostics[0].help = "</failure>]]>&\u{1b}\u{ffff}".into();
        let text = written(&report);
        assert!(text.contains("help: &lt;/failure&gt;]]&gt;&amp;\\x1b\u{fffd}\n"), "{text}");
        assert_eq!(text.matches("<testcase ").count(), 2);
    }
}
