//! The table of routes, like the one that `next build` prints.

use std::io::{self, Write};

use super::escape::one_line;
use super::json::apps;
use super::json_write::write_value;
use super::model::{AppReport, Report, RouteReport};
use super::style::{Page, columns};
use super::summary::{app_line, write_no_routes};
use super::table::{table, table_with_notes};

/// Writes the routes of every app with what is known of them.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_routes(report: &Report, page: Page, out: &mut impl Write) -> io::Result<()> {
    if report.apps.iter().all(|app| app.routes.is_empty()) {
        return write_no_routes(report, page, out);
    }
    for (index, app) in report.apps.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", page.wrap(&app_line(app, page, 0), "", "  "))?;
        out.write_all(routes_of(app, page).as_bytes())?;
    }
    Ok(())
}

/// Writes the apps with their routes as JSON, in the form that the report has.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_routes_json(report: &Report, out: &mut impl Write) -> io::Result<()> {
    write_value(&apps(report), out)
}

fn routes_of(app: &AppReport, page: Page) -> String {
    if app.routes.is_empty() {
        return "  no routes\n".to_owned();
    }
    let head = ["Route", "Methods", "Runtime", "Max", "Findings", "File"];
    let wide: Vec<Vec<String>> = app
        .routes
        .iter()
        .map(|route| cells(route, page).into_iter().chain([file(route)]).collect())
        .collect();
    let whole = table(page, "  ", &head, &wide);
    if whole.lines().all(|line| columns(line) <= page.width) {
        return whole;
    }
    // Too wide with the files beside the rest: each goes below its route.
    let rows: Vec<Vec<String>> = app.routes.iter().map(|route| cells(route, page)).collect();
    let files: Vec<String> = app.routes.iter().map(|route| page.dim(&file(route))).collect();
    table_with_notes(page, "  ", &head[..5], &rows, &files)
}

fn cells(route: &RouteReport, page: Page) -> Vec<String> {
    let findings = match route.findings {
        0 => page.dim("-"),
        number => page.bold(&number.to_string()),
    };
    vec![
        one_line(&route.path).into_owned(),
        if route.methods.is_empty() {
            page.dim("-")
        } else {
            one_line(&route.methods.join(", ")).into_owned()
        },
        route.runtime.to_owned(),
        route.max_duration.map_or_else(|| page.dim("-"), |seconds| format!("{seconds} s")),
        findings,
    ]
}

/// The file as it can be opened: from the same folder as the app's in the line above the table.
fn file(route: &RouteReport) -> String {
    one_line(&route.file).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;

    fn written(report: &Report, width: usize) -> String {
        let mut out = Vec::new();
        write_routes(report, Page { width, colour: false, ..Page::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn files_stand_beside_their_routes_or_below() {
        let row = "  /api/users/[id]  GET, POST  nodejs   60 s  2         app/api/users/[id]/route.ts\n";
        assert!(written(&report(), 100).ends_with(row), "{}", written(&report(), 100));
        assert!(written(&report(), 80).ends_with("  2\n    app/api/users/[id]/route.ts\n"));
    }

    #[test]
    fn a_project_without_routes_says_what_was_looked_for() {
        assert!(written(&Report::default(), 80).starts_with("no routes found in the current folder"));
    }
}
