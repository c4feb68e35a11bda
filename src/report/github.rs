//! Annotations of a GitHub workflow: commands in the step's log.
//!
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands> tells their form,
//! actions/toolkit how values are escaped, and actions/runner what else in a log it takes for a command.

use std::io::{self, Write};

use crate::diagnostic::Severity;

use super::escape::{many_lines, one_line, visible};
use super::groups::{tally, worst_first};
use super::model::{Diagnostic, Report};
use super::style::count;

/// How many annotations of each level GitHub takes from one step; it drops the others unseen.
const PER_LEVEL: usize = 10;
/// The runner cuts messages that are longer, in UTF-16 code units.
const MESSAGE: usize = 4096;
/// Routes named in an annotation.
const ROUTES: usize = 5;

/// Writes an annotation for as many findings as GitHub takes, the worst first, and the rest as plain lines.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_github(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut used = [0; 3];
    let mut rest = Vec::new();
    for diagnostic in worst_first(report) {
        let used = &mut used[diagnostic.severity as usize];
        *used += 1;
        if *used <= PER_LEVEL {
            writeln!(out, "{}", annotation(report, diagnostic))?;
        } else {
            rest.push(diagnostic);
        }
    }
    if !rest.is_empty() {
        let title = format!("{} that GitHub does not annotate", count(rest.len(), "more finding"));
        writeln!(out, "::group::{}", data(&title))?;
        for diagnostic in rest {
            writeln!(out, "{}", log_line(&summary_of(report, diagnostic)))?;
        }
        writeln!(out, "::endgroup::")?;
    }
    for warning in &report.warnings {
        writeln!(out, "{}", log_line(&format!("warning: {warning}")))?;
    }
    let found = match tally(report.diagnostics.iter()) {
        none if none.is_empty() => "no problems found".to_owned(),
        found => found,
    };
    let summary = &report.summary;
    let looked_at = [count(summary.files, "file"), count(summary.routes, "route")].join(", ");
    writeln!(
        out,
        "routelint: {found} · {} hidden, {} suppressed · {looked_at}",
        summary.hidden, summary.suppressed
    )
}

fn annotation(report: &Report, diagnostic: &Diagnostic) -> String {
    let place = &diagnostic.place;
    let start = place.position();
    let end = place.source.position(place.end_on_line()).column;
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    format!(
        "::{level} title={},file={},line={line},endLine={line},col={},endColumn={end}::{}",
        property(&format!("routelint ({})", diagnostic.rule.id)),
        property(&report.repository_path(&place.file)),
        start.column,
        data(&message(diagnostic)),
        line = start.line,
    )
}

/// What is wrong, from where it is reached, and what to do, no longer than the runner takes.
fn message(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    let named: Vec<&str> = diagnostic.routes.iter().take(ROUTES).map(String::as_str).collect();
    if !named.is_empty() {
        text.push_str(&format!("\nreached from {}", named.join(", ")));
    }
    if diagnostic.routes.len() > ROUTES {
        text.push_str(&format!(" and {} more", diagnostic.routes.len() - ROUTES));
    }
    if !diagnostic.help.is_empty() {
        text.push_str(&format!("\n\n{}", diagnostic.help));
    }
    shortened(&many_lines(&text), MESSAGE)
}

/// At most so many UTF-16 code units of a text.
fn shortened(text: &str, limit: usize) -> String {
    if text.encode_utf16().count() <= limit {
        return text.to_owned();
    }
    let mut units = 1;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= limit
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// A finding on one line of the log.
fn summary_of(report: &Report, diagnostic: &Diagnostic) -> String {
    let position = diagnostic.place.position();
    let file = report.repository_path(&diagnostic.place.file);
    let (severity, rule) = (diagnostic.severity.as_str(), diagnostic.rule.id);
    format!("{severity}[{rule}] {file}:{}:{} {}", position.line, position.column, diagnostic.message)
}

/// A line that is no command: the runner looks for `##[` anywhere in one, and for `::` at its start, where our
/// own words stand.
fn log_line(text: &str) -> String {
    one_line(text).replace("##[", "## [")
}

/// The text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a command's property, which ends at a comma and the properties at a colon. Line ends stay what they
/// are, since they may be part of a path that GitHub has to find; other controls do not reach the log.
fn property(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            ':' => out.push_str("%3A"),
            ',' => out.push_str("%2C"),
            _ => match visible(c) {
                Some(escape) => out.push_str(&escape),
                None => out.push(c),
            },
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write_github(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn annotations_name_the_place_in_the_repository() {
        let text = written(&report());
        let start = "::error title=routelint (per-request-client),file=apps/lib/db \"it's\" 100%25.ts,line=4,\
                     endLine=4,col=50,endColumn=68::Each request makes a new `PrismaClient`, and with it a new \
                     connection pool.%0Areached from /api/r1/[id]";
        assert!(text.starts_with(start), "{text}");
        assert!(text.contains(
            "\n::warning title=routelint (in-memory-store),file=apps/app/api/users/[id]/route.ts,"
        ));
        assert!(
            text.ends_with(
                "\nroutelint: 1 error, 1 warning · 9 hidden, 0 suppressed · 412 files, 38 routes\n"
            )
        );
    }

    #[test]
    fn nothing_from_the_project_becomes_a_command() {
        let mut report = report();
        report.warnings = vec!["::set-env name=A::b\n::error::x ##[error]y".into()];
        report.diagnostics[0].place.file = "a,b:c%0A\n::error::.ts".into();
        report.diagnostics[0].message = "x\r\n::stop-commands::t\n##[add-mask]s".into();
        let found = report.diagnostics[0].clone();
        report.diagnostics.extend(vec![found; PER_LEVEL]);
        let text = written(&report);
        let commands: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("::")).collect();
        assert_eq!(commands.len(), PER_LEVEL + 3, "{text}");
        assert!(commands[0].contains("file=apps/a%2Cb%3Ac%250A%0A%3A%3Aerror%3A%3A.ts,"), "{}", commands[0]);
        assert!(commands[0].contains("::x\\r%0A::stop-commands::t%0A##[add-mask]s"), "{}", commands[0]);
        assert!(
            text.lines().filter(|line| !line.starts_with("::")).all(|line| !line.contains("##[")),
            "{text}"
        );
    }

    #[test]
    fn the_worst_are_annotated_and_the_rest_are_listed() {
        let mut report = report();
        let (error, warning) = (report.diagnostics[0].clone(), report.diagnostics[1].clone());
        report.diagnostics = vec![warning; 12];
        report.diagnostics.push(error);
        let text = written(&report);
        assert!(text.starts_with("::error "), "{text}");
        assert_eq!(text.matches("::warning ").count(), PER_LEVEL);
        assert!(text.contains(
            "::group::2 more findings that GitHub does not annotate\nwarning[in-memory-store] apps/"
        ));
    }

    #[test]
    fn messages_are_cut_between_characters() {
        assert_eq!(shortened("😀😀😀", 6), "😀😀😀");
        assert_eq!(shortened("😀😀😀", 5), "😀😀…");
        let mut report = report();
        report.diagnostics[0].help = "é😀".repeat(4000);
        let line = written(&report).lines().next().unwrap().to_owned();
        let message = line.split_once("col=").unwrap().1.split_once("::").unwrap().1.replace("%0A", "\n");
        assert!((MESSAGE - 1..=MESSAGE).contains(&message.encode_utf16().count()) && message.ends_with('…'));
    }
}
