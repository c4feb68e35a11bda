//! The last lines of a report for people: what was looked at, for which platform, and what is not shown.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::diagnostic::{Confidence, Severity};

use super::escape::one_line;
use super::model::{AppReport, Report, Stale, Summary};
use super::style::{Page, columns, count};

/// Entries of the baseline named before the rest are only counted.
const STALE_NAMED: usize = 10;

/// Warnings, apps with their targets, and the counts.
pub(crate) fn write_summary(report: &Report, page: Page, out: &mut impl Write) -> io::Result<()> {
    if !report.diagnostics.is_empty() {
        writeln!(out)?;
    }
    for warning in &report.warnings {
        let line = format!("{} {}", page.severity(Severity::Warning, "warning:"), one_line(warning));
        writeln!(out, "{}", page.wrap(&line, "", "  "))?;
    }
    write_stale(report, page, out)?;
    if report.summary.routes == 0 {
        write_no_routes(report, page, out)?;
    }
    let column = report.apps.iter().map(|app| columns(&one_line(&app.root))).max().unwrap_or(0).min(30);
    for app in &report.apps {
        writeln!(out, "{}", page.wrap(&app_line(app, page, column), "", "  "))?;
    }
    write_counts(report, page, out)
}

/// Entries of the baseline that can go.
fn write_stale(report: &Report, page: Page, out: &mut impl Write) -> io::Result<()> {
    let Some(stale) = report.stale.as_ref().filter(|stale| !stale.is_empty()) else { return Ok(()) };
    let (verb, them) = if stale.len() == 1 { ("is", "it") } else { ("are", "them") };
    let number = count(stale.len(), "finding");
    let line = format!("{number} of the baseline {verb} gone; `routelint baseline` takes {them} out:");
    writeln!(out, "{}", page.wrap(&line, "", "  "))?;
    for Stale { rule, file, text, .. } in stale.iter().take(STALE_NAMED) {
        let line =
            format!("{} {}  {}", page.link(&one_line(file)), one_line(rule), page.dim(&one_line(text)));
        writeln!(out, "{}", page.wrap(&line, "  ", "    "))?;
    }
    if stale.len() > STALE_NAMED {
        writeln!(out, "  and {} more", stale.len() - STALE_NAMED)?;
    }
    Ok(())
}

/// `apps/web  next 15.3.1 → vercel (apps/web/vercel.json)`.
pub(crate) fn app_line(app: &AppReport, page: Page, column: usize) -> String {
    let root = one_line(&app.root);
    let pad = " ".repeat(column.saturating_sub(columns(&root)));
    let version =
        app.framework_version.as_deref().map_or(String::new(), |version| format!(" {}", one_line(version)));
    let why = if app.target_assumed {
        ", assumed serverless: nothing in the repository names a platform; set --target".to_owned()
    } else if app.evidence.is_empty() {
        String::new()
    } else {
        format!(" ({})", one_line(&app.evidence.join(", ")))
    };
    format!("{}{pad}  {}{version} → {}{why}", page.bold(&root), app.framework, page.bold(&app.target))
}

/// Says that there are no routes and where they were looked for.
pub(crate) fn write_no_routes(report: &Report, page: Page, out: &mut impl Write) -> io::Result<()> {
    let root = match report.root.as_str() {
        "" | "." => "the current folder".into(),
        root => one_line(root),
    };
    let text = if report.apps.is_empty() {
        format!(
            "no routes found in {root}: no package.json there or below depends on next, and no app or pages folder holds routes"
        )
    } else {
        format!(
            "no routes found in {root}: looked for app/**/route.ts, pages/api/**, middleware or proxy, \
             server actions and instrumentation, at the root of each app and in its src folder"
        )
    };
    writeln!(out, "{}", page.wrap(&text, "", "  "))
}

/// One line, broken between its parts if the page is narrow.
fn write_counts(report: &Report, page: Page, out: &mut impl Write) -> io::Result<()> {
    let parts = [findings(report, page), not_shown(&report.summary), looked_at(&report.summary)];
    let mut line = String::new();
    for part in parts {
        if !line.is_empty() && columns(&line) + 3 + columns(&part) > page.width {
            writeln!(out, "{}", page.wrap(&format!("{line} ·"), "", "  "))?;
            line = format!("  {part}");
        } else {
            line = if line.is_empty() { part } else { format!("{line} · {part}") };
        }
    }
    writeln!(out, "{}", page.wrap(&line, "", "  "))
}

fn findings(report: &Report, page: Page) -> String {
    let Summary { errors, warnings, infos, .. } = report.summary;
    let graded = [(Severity::Error, errors), (Severity::Warning, warnings), (Severity::Info, infos)];
    let counts: Vec<String> = graded
        .into_iter()
        .filter(|&(_, number)| number > 0)
        .map(|(severity, number)| match severity {
            Severity::Info => page.severity(severity, &format!("{number} info")),
            _ => page.severity(severity, &count(number, severity.as_str())),
        })
        .collect();
    if counts.is_empty() {
        return page.bold("no problems found");
    }
    let files: BTreeSet<&str> = report.diagnostics.iter().map(|diagnostic| &*diagnostic.place.file).collect();
    format!("{} in {}", counts.join(", "), count(files.len(), "file"))
}

/// What the report leaves out, and the flag that shows it.
fn not_shown(summary: &Summary) -> String {
    let Summary { hidden, elsewhere, suppressed, baselined, unparsed, skipped, .. } = *summary;
    let how = format!(" (--min-confidence {})", Confidence::Low.as_str());
    let mut parts = vec![
        format!("{hidden} hidden{}", if hidden > 0 { &how } else { "" }),
        format!("{suppressed} suppressed"),
    ];
    if elsewhere > 0 {
        parts.push(format!("{elsewhere} elsewhere"));
    }
    if baselined > 0 {
        parts.push(format!("{baselined} in the baseline"));
    }
    if unparsed > 0 {
        parts.push(format!("{} unreadable", count(unparsed, "file")));
    }
    if skipped > 0 {
        parts.push(format!("{} too large (--max-file-size)", count(skipped, "file")));
    }
    parts.join(", ")
}

fn looked_at(summary: &Summary) -> String {
    let Summary { files, routes, duration_ms, .. } = *summary;
    let duration = if duration_ms < 10_000 {
        format!("{duration_ms} ms")
    } else {
        format!("{}.{} s", duration_ms / 1000, duration_ms % 1000 / 100)
    };
    format!("{}, {}, {duration}", count(files, "file"), count(routes, "route"))
}
