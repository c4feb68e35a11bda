//! The apps and routes of the report.

use crate::link::Route;
use crate::project::{App, EntryKind, Evidence, Framework};
use crate::report::{AppReport, RouteReport};

use super::inputs::Inputs;

/// The app with its routes in the report's order, and the row of each route of the program.
pub(super) fn app(inputs: &Inputs<'_>) -> Option<(AppReport, Vec<u32>)> {
    let app = inputs.project.apps.get(inputs.app)?;
    let mut rows: Vec<(usize, RouteReport)> =
        inputs.program.routes.iter().map(|route| row(inputs, route)).enumerate().collect();
    rows.sort_by(|(_, a), (_, b)| (&a.path, &a.file).cmp(&(&b.path, &b.file)));
    let mut row_of = vec![0; rows.len()];
    for (row, (route, _)) in (0..).zip(&rows) {
        row_of[*route] = row;
    }
    Some((app_report(inputs, app, rows.into_iter().map(|(_, row)| row).collect()), row_of))
}

fn app_report(inputs: &Inputs<'_>, app: &App, routes: Vec<RouteReport>) -> AppReport {
    AppReport {
        root: if app.root.is_empty() || inputs.project.scope.as_ref() == Some(&app.root) {
            ".".to_owned()
        } else {
            inputs.project.display(&app.root)
        },
        framework: match app.framework {
            Framework::Next => "next",
            Framework::Express => "express",
            Framework::Server => "server",
        }
        .to_owned(),
        framework_version: app.version.as_ref().map(ToString::to_string),
        target: app.target.target.as_str().to_owned(),
        target_assumed: app.target.assumed,
        evidence: app.target.evidence.iter().map(|it| evidence(inputs, it)).collect(),
        routes,
    }
}

fn evidence(inputs: &Inputs<'_>, evidence: &Evidence) -> String {
    let file = if evidence.file.is_empty() { String::new() } else { inputs.project.display(&evidence.file) };
    match (file.as_str(), evidence.reason.as_str()) {
        ("", reason) => reason.to_owned(),
        (file, reason) if reason.is_empty() || file.ends_with(reason) => file.to_owned(),
        (file, reason) => format!("{file}: {reason}"),
    }
}

fn row(inputs: &Inputs<'_>, route: &Route) -> RouteReport {
    // Methods only mean something for handlers that export them.
    let methods = if route.kind == EntryKind::AppRoute { route.methods.clone() } else { Vec::new() };
    RouteReport {
        path: route.path.clone(),
        file: inputs.project.display(inputs.project.files.path(route.file)),
        kind: route.kind.as_str().to_owned(),
        methods: methods.into_iter().map(str::to_owned).collect(),
        runtime: route.runtime.as_str().to_owned(),
        max_duration: route.max_duration,
        dynamic: route.dynamic.clone(),
        revalidate: route.revalidate.flatten(),
        findings: 0,
    }
}
