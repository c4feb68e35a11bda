//! `legacy-pages-api`: a route that still lies in `pages/api`.

use super::RuleContext;
use super::support::of_app::of_app;
use crate::diagnostic::Finding;
use crate::project::EntryKind;
use crate::span::Location;

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    for (id, route) in program.route_ids().filter(|(_, route)| route.kind == EntryKind::PagesApi) {
        let Some(app) = program.project.apps.get(route.app) else { continue };
        let Some(handler) = route.handlers.first() else { continue };
        let at = Location { file: handler.at.0, span: handler.at.1 };
        let words = (
            format!("{} is a route of the pages router", route.path),
            format!(
                "Move it to app{}/route.ts: a function for each method, that takes a `Request` and returns a `Response`. \
                 `req.query` becomes `request.nextUrl.searchParams` and `await params`, `req.body` becomes `await \
                 request.json()`, `res.status(201).json(x)` becomes `Response.json(x, {{ status: 201 }})`.",
                route.path
            ),
        );
        findings.extend(of_app(app, "legacy-pages-api", at, words).map(|mut finding| {
            finding.routes = vec![id];
            finding
        }));
    }
}
