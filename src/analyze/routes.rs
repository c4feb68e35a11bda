//! The apps and routes of the report.

use crate::diagnostic::Finding;
use crate::link::Route;
use crate::project::{App, EntryKind, Evidence, Framework};
use crate::report::{AppReport, RouteReport};

use super::Inputs;

/// The apps with their routes; findings that are shown are counted for each route.
pub(super) fn apps(inputs: &Inputs<'_>, shown: &[Finding]) -> Vec<AppReport> {
    let mut counts = vec![0; inputs.program.routes.len()];
    for finding in shown {
        for route in &finding.routes {
            counts[route.index()] += 1;
        }
    }
    let routes: Vec<(&Route, usize)> = inputs.program.routes.iter().zip(counts).collect();
    inputs
        .project
        .apps
        .iter()
        .enumerate()
        .map(|(index, app)| {
            let own = routes.iter().filter(|(route, _)| route.app == index);
            let mut routes: Vec<RouteReport> = own.map(|&(route, count)| row(inputs, route, count)).collect();
            routes.sort_by(|a, b| (&a.path, &a.file).cmp(&(&b.path, &b.file)));
            app_report(inputs, app, routes)
        })
        .collect()
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
        },
        framework_version: app.version.as_ref().map(ToString::to_string),
        target: app.target.target.as_str(),
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

fn row(inputs: &Inputs<'_>, route: &Route, findings: usize) -> RouteReport {
    // Methods only mean something for handlers that export them.
    let methods = if route.kind == EntryKind::AppRoute { route.methods.clone() } else { Vec::new() };
    RouteReport {
        path: route.path.clone(),
        file: inputs.project.display(inputs.project.files.path(route.file)),
        kind: route.kind.as_str(),
        methods: methods.into_iter().map(str::to_owned).collect(),
        runtime: route.runtime.as_str(),
        max_duration: route.max_duration,
        dynamic: route.dynamic.clone(),
        revalidate: route.revalidate.flatten(),
        findings,
    }
}
