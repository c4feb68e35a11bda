//! `dead-handler`: a handler that Next never calls: by its name, or by the name of its file.

use super::RuleContext;
use super::support::of_app::{Imported, export, exports_unknown, no_graver_than, of_app};
use super::support::place::no_surer_than;
use crate::diagnostic::{Confidence, Finding, RouteId, Severity};
use crate::facts::{BindingId, Export, ExportKind, Expr, FunctionId, Origin};
use crate::link::{FunctionRef, Module, Program, Route, Value};
use crate::project::{App, BystanderKind, EntryKind};
use crate::span::{FileId, Location};

const RULE: &str = "dead-handler";
/// The names that a route handler may have.
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"];

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    let imported = Imported::find(program);
    for (id, route) in program.route_ids() {
        let Some(app) = program.project.apps.get(route.app) else { continue };
        let Some(module) = program.module(route.file) else { continue };
        let found = match route.kind {
            EntryKind::AppRoute => in_route_file(program, app, route, module),
            EntryKind::PagesApi if !imported.has(route.file) => in_pages(app, route, module),
            _ => Vec::new(),
        };
        findings.extend(found.into_iter().map(|finding| of_route(finding, id)));
    }
    for app in &program.project.apps {
        let handlers = app.bystanders.iter().filter(|it| it.kind == BystanderKind::Handler);
        for bystander in handlers.filter(|it| !imported.has(it.file)) {
            findings.extend(misnamed_file(program, app, bystander.file));
        }
    }
}

fn of_route(mut finding: Finding, id: RouteId) -> Finding {
    finding.routes = vec![id];
    finding
}

/// `route.ts`: what it exports besides, or instead of, methods.
fn in_route_file(program: &Program<'_>, app: &App, route: &Route, module: &Module) -> Vec<Finding> {
    let facts = &module.facts;
    let file = route.file;
    let mut found: Vec<Finding> = Vec::new();
    for export in facts.exports.iter().filter(|export| !export.type_only) {
        let name = facts.text(export.name);
        if let Some(method) =
            METHODS.into_iter().find(|method| method.eq_ignore_ascii_case(name) && *method != name)
            && !route.methods.contains(&method)
            && is_handler(program, file, module, export)
        {
            let words = (
                format!("Next never calls `{name}`: it looks for `{method}`, in capitals"),
                format!("Export it as `{method}`."),
            );
            found.extend(of_app(app, RULE, Location { file, span: export.span }, words));
        }
    }
    let default = export(facts, "default").filter(|export| !matches!(export.kind, ExportKind::CommonJs(_)));
    if let Some(export) = default {
        let at = Location { file, span: export.span };
        let words = (
            "Next never calls the default export of a route file: it looks for a function per method, such as `GET`".to_owned(),
            "Export a function for each method, `export async function GET(request: Request)`, that returns a `Response`."
                .to_owned(),
        );
        let finding = of_app(app, RULE, at, words);
        // Beside methods it is a leftover, and mostly one of them under a second name.
        found.extend(if route.methods.is_empty() {
            finding
        } else {
            finding.map(|finding| no_graver_than(finding, Severity::Info))
        });
    }
    if found.is_empty() && route.methods.is_empty() && !exports_unknown(module) {
        found.extend(no_method(app, file, module));
    }
    found
}

/// A route file with code, but without a method.
fn no_method(app: &App, file: FileId, module: &Module) -> Option<Finding> {
    let facts = &module.facts;
    let first = facts.exports.iter().find(|export| !export.type_only).map(|export| export.span);
    let code = facts.functions.get(FunctionId::MODULE.index() + 1).map(|function| function.head);
    // A file without code is one that is yet to be written.
    let span = first.or(code)?;
    let words = (
        "this route file exports no method: Next answers every request to it with 405".to_owned(),
        "Export a function for each method that it answers, such as `GET` or `POST`.".to_owned(),
    );
    of_app(app, RULE, Location { file, span }, words)
}

/// Whether an export is a function of the module that only Next could call.
fn is_handler(program: &Program<'_>, file: FileId, module: &Module, export: &Export) -> bool {
    let ExportKind::Binding(binding) = export.kind else { return false };
    let used = module.uses(binding).iter().any(|&at| module.facts.expr(at) == Expr::Local(binding));
    let value = program.binding_value(file, binding);
    let calls = matches!(value, Value::Made(_) | Value::External(_));
    let fits = matches!(value, Value::Function(function) if takes_request(program, function));
    !used && (fits || (calls && export_is_call(module, binding)))
}

/// A constant that the result of a call is given to: `export const get = withAuth(…)`.
fn export_is_call(module: &Module, binding: BindingId) -> bool {
    match module.facts.binding(binding).origin {
        Origin::Init { expr, path, .. } => {
            path.is_empty() && matches!(module.facts.expr(expr), Expr::Call(_))
        }
        _ => false,
    }
}

fn takes_request(program: &Program<'_>, function: FunctionRef) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    let params = &module.facts.function(function.id).params;
    let first = params.first().and_then(|param| param.binding);
    let name = first.map_or("", |binding| module.facts.text(module.facts.binding(binding).name));
    params.len() <= 2
        && (params.is_empty() || name.to_ascii_lowercase().trim_start_matches('_').starts_with("req"))
}

/// `pages/api`: handlers by method, as the App Router has them.
fn in_pages(app: &App, route: &Route, module: &Module) -> Vec<Finding> {
    let facts = &module.facts;
    if export(facts, "default").is_some() || exports_unknown(module) || !route.handlers.is_empty() {
        return Vec::new();
    }
    let named = METHODS.into_iter().find_map(|method| Some((method, export(facts, method)?)));
    let Some((name, export)) = named else { return Vec::new() };
    let words = (
        format!("Next never calls `{name}` of a file in pages/api: it calls the default export, and there is none"),
        "Export one handler as the default, and look at `req.method` in it; or move the file to `app/…/route.ts`, where \
         functions are called by method."
            .to_owned(),
    );
    of_app(app, RULE, Location { file: route.file, span: export.span }, words).into_iter().collect()
}

/// A file below `app/api` that is written as a handler, but is not called `route`.
fn misnamed_file(program: &Program<'_>, app: &App, file: FileId) -> Option<Finding> {
    let module = program.module(file)?;
    let facts = &module.facts;
    let method = METHODS.into_iter().find_map(|method| {
        let export = export(facts, method)?;
        matches!(program.export_value(file, method), Value::Function(_)).then_some(export)
    });
    let default = || {
        let export = export(facts, "default")?;
        let Value::Function(function) = program.export_value(file, "default") else { return None };
        answers_node(program, function).then_some(export)
    };
    let (export, sure) = match method {
        Some(export) => (export, true),
        None => (default()?, imports_api_types(module)),
    };
    let path = program.project.files.path(file);
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let target = if stem.eq_ignore_ascii_case("index") || stem.eq_ignore_ascii_case("route") {
        format!("{dir}/route.ts")
    } else {
        format!("{dir}/{stem}/route.ts")
    };
    let words = (
        format!(
            "Next never calls this handler: below app/ only a file called `route` is one, and this is `{name}`"
        ),
        format!(
            "Move it to `{target}`, and export a function for each method that takes a `Request` and returns a `Response`."
        ),
    );
    let finding = of_app(app, RULE, Location { file, span: export.span }, words)?;
    if is_copy(stem) && has_route(program, dir) {
        return Some(no_graver_than(finding, Severity::Info));
    }
    Some(if sure {
        finding
    } else {
        no_surer_than(no_graver_than(finding, Severity::Warning), Confidence::Medium)
    })
}

/// Whether a name says that a file is a copy of a route: `route-old`, `route.bak`, `route2`.
fn is_copy(stem: &str) -> bool {
    let stem = stem.to_ascii_lowercase();
    let rest = stem.strip_prefix("route").unwrap_or_default();
    !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Whether a folder has a route that answers.
fn has_route(program: &Program<'_>, dir: &str) -> bool {
    program.routes.iter().any(|route| {
        let path = program.project.files.path(route.file);
        route.kind == EntryKind::AppRoute && path.rsplit_once('/').is_some_and(|(folder, _)| folder == dir)
    })
}

/// Whether a function is written as a handler of the pages router: `(req, res)`.
fn answers_node(program: &Program<'_>, function: FunctionRef) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    let facts = &module.facts;
    let names = facts.function(function.id).params.iter().map(|param| {
        let name = param.binding.map_or("", |binding| facts.text(facts.binding(binding).name));
        name.trim_start_matches('_').to_ascii_lowercase()
    });
    let names: Vec<String> = names.collect();
    matches!(names.as_slice(), [req, res] if req.starts_with("req") && res.starts_with("res"))
}

/// Whether a module names the types of the pages router.
fn imports_api_types(module: &Module) -> bool {
    module.facts.names.iter().any(|name| matches!(name, "NextApiRequest" | "NextApiResponse"))
}
