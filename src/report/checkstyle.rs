//! Checkstyle's XML, which many review tools read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;

use super::model::{Diagnostic, Report};
use super::xml::{line, name, write_document};

/// The version of Checkstyle whose form this is; readers know it.
const VERSION: &str = "4.3";

/// Writes the report as Checkstyle does: an element per file, an `error` in it per finding.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_checkstyle(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut files: BTreeMap<String, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        files.entry(report.repository_path(&diagnostic.place.file)).or_default().push(diagnostic);
    }
    write_document(out, |xml| {
        let root = xml.create_element("checkstyle").with_attribute(("version", VERSION));
        if files.is_empty() {
            return root.write_empty().map(drop);
        }
        root.write_inner_content(|xml| {
            files.iter().try_for_each(|(file, found)| write_file(xml, file, found))
        })
        .map(drop)
    })
}

fn write_file(xml: &mut Writer<impl Write>, file: &str, found: &[&Diagnostic]) -> io::Result<()> {
    let element = xml.create_element("file").with_attribute(("name", &*name(file)));
    element.write_inner_content(|xml| found.iter().try_for_each(|found| write_error(xml, found))).map(drop)
}

fn write_error(xml: &mut Writer<impl Write>, found: &Diagnostic) -> io::Result<()> {
    let position = found.place.position();
    xml.create_element("error")
        .with_attribute(("line", &*position.line.to_string()))
        .with_attribute(("column", &*position.column.to_string()))
        .with_attribute(("severity", found.severity.as_str()))
        .with_attribute(("message", &*line(&found.message)))
        .with_attribute(("source", &*format!("routelint.{}", found.rule.id)))
        .write_empty()
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write_checkstyle(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn files_hold_their_findings() {
        insta::assert_snapshot!(written(&report()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <checkstyle version="4.3">
          <file name="apps/app/api/users/[id]/route.ts">
            <error line="4" column="24" severity="warning" message="Each request makes a new `PrismaClient`, and with it a new connection pool." source="routelint.in-memory-store"/>
          </file>
          <file name="apps/lib/db &quot;it&apos;s&quot; 100%.ts">
            <error line="4" column="50" severity="error" message="Each request makes a new `PrismaClient`, and with it a new connection pool." source="routelint.per-request-client"/>
          </file>
        </checkstyle>
        "#);
        insta::assert_snapshot!(written(&Report::default()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <checkstyle version="4.3"/>
        "#);
    }

    #[test]
    fn names_and_messages_cannot_break_out() {
        let mut report = report();
        report.diagnostics[0].place.file = "a\"><b>\u{1}\n.ts".into();
        report.diagnostics[0].message = "]]> </file> & \u{0}".into();
        let text = written(&report);
        assert!(text.contains(r#"<file name="apps/a&quot;&gt;&lt;b&gt;\x01\n.ts">"#), "{text}");
        assert!(text.contains(r#"message="]]&gt; &lt;/file&gt; &amp; \x00""#), "{text}");
    }
}
