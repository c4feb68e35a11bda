//! Routes: what the entry files export, and how each is configured.

use crate::diagnostic::RouteId;
use crate::facts::{ExportKind, Expr, ExprId, FunctionId, Origin, PropertyKey};
use crate::project::{App, Durations, EntryFile, EntryKind};
use crate::span::{FileId, Span};

use super::flow::{self, Target};
use super::module::{Module, RequestTarget};
use super::resolve::Resolution;
use super::stars::By;
use super::value::{ExprRef, FunctionRef};
use super::{Item, Phase, Program};

/// HTTP methods that a route handler may export.
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"];

/// An entry of an app with its configuration.
#[derive(Clone, Debug)]
pub struct Route {
    /// Index of its app in [`Project::apps`](crate::project::Project).
    pub app: usize,
    /// Its file.
    pub file: FileId,
    /// What makes it an entry.
    pub kind: EntryKind,
    /// The URL path it answers; for others a name such as `middleware`, or the file of server actions.
    pub path: String,
    /// Methods it answers; empty where it answers all or where there is no such thing.
    pub methods: Vec<&'static str>,
    /// Where it runs.
    pub runtime: Runtime,
    /// `maxDuration` in seconds.
    pub max_duration: Option<u32>,
    /// `dynamic`
    pub dynamic: Option<String>,
    /// `revalidate` in seconds; `Some(None)` for `false`.
    pub revalidate: Option<Option<u32>>,
    /// What the framework calls: name, expression and place of each export.
    pub handlers: Vec<Handler>,
}

/// An export that the framework calls.
#[derive(Clone, Debug)]
pub struct Handler {
    /// `GET`, `default`, `register` …
    pub name: String,
    /// What it calls; `None` where that is a package's own code.
    pub target: Option<Target>,
    /// The file and place of the export.
    pub at: (FileId, Span),
    /// When it runs.
    pub phase: Phase,
}

/// A JavaScript runtime of Next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// Node.js
    Node,
    /// The edge runtime: no Node APIs, no TCP.
    Edge,
}

impl Runtime {
    /// The word that Next uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Node => "nodejs",
            Self::Edge => "edge",
        }
    }
}

impl Route {
    /// How messages name it: `GET /api/users`, `middleware`.
    #[must_use]
    pub fn label(&self, handler: &str) -> String {
        match self.kind {
            EntryKind::AppRoute => format!("{handler} {}", self.path),
            EntryKind::ServerAction if handler.is_empty() => "a server action".to_owned(),
            EntryKind::ServerAction => format!("the server action `{handler}`"),
            _ => self.path.clone(),
        }
    }
}

/// The routes of all apps, by app and file.
pub(super) fn routes(program: &Program<'_>) -> Vec<Route> {
    let mut routes = Vec::new();
    for (index, app) in program.project.apps.iter().enumerate() {
        let durations = app.platform.durations();
        for entry in &app.entries {
            if let Some(module) = program.module(entry.file) {
                routes.extend(route(program, (index, app, &durations), entry, module));
            }
        }
    }
    routes
}

fn route(
    program: &Program<'_>,
    (index, app, durations): (usize, &App, &Durations<'_>),
    entry: &EntryFile,
    module: &Module,
) -> Option<Route> {
    let handlers = handlers(program, entry, module);
    if entry.kind == EntryKind::ServerAction && handlers.is_empty() {
        return None;
    }
    let config = Config { program, file: entry.file, module };
    let mut methods: Vec<&'static str> = Vec::new();
    if entry.kind == EntryKind::AppRoute {
        methods.extend(METHODS.iter().filter(|&&m| handlers.iter().any(|h| h.name == m)));
    }
    Some(Route {
        app: index,
        file: entry.file,
        kind: entry.kind,
        path: path(program, entry),
        methods,
        runtime: config.runtime(app, entry.kind),
        max_duration: config
            .number("maxDuration")
            .or_else(|| durations.of(program.project.files.path(entry.file))),
        dynamic: config.text("dynamic"),
        revalidate: config.revalidate(),
        handlers,
    })
}

/// The URL path, or where there is none what stands for it: actions are called by what they are in.
fn path(program: &Program<'_>, entry: &EntryFile) -> String {
    match entry.kind {
        EntryKind::ServerAction => program.project.files.path(entry.file).to_owned(),
        kind if entry.url.is_empty() => kind.as_str().to_owned(),
        _ => entry.url.clone(),
    }
}

/// The exports of an entry file that the framework calls.
fn handlers(program: &Program<'_>, entry: &EntryFile, module: &Module) -> Vec<Handler> {
    let names: &[&str] = match entry.kind {
        EntryKind::AppRoute => &METHODS,
        EntryKind::PagesApi => &["default"],
        EntryKind::Middleware => &["middleware", "default"],
        EntryKind::Proxy => &["proxy", "default"],
        EntryKind::Instrumentation => &["register", "onRequestError"],
        EntryKind::Metadata => &["default", "generateImageMetadata", "generateSitemaps"],
        EntryKind::ServerAction => return actions(program, entry, module),
    };
    let mut found = Vec::new();
    for &name in names {
        let phase = if name == "register" { Phase::Init } else { Phase::Request };
        if let Some((file, kind, span)) = exported(program, entry.file, name, 0) {
            found.push(handler(entry.file, name, (program, file, kind, span), phase));
        }
    }
    found
}

/// Follows an exported name to the module that gives it a value.
fn exported(
    program: &Program<'_>,
    file: FileId,
    name: &str,
    depth: u32,
) -> Option<(FileId, Option<ExportKind>, Span)> {
    let module = program.module(file)?;
    let facts = &module.facts;
    if depth > 16 {
        return None;
    }
    let export = facts.exports.iter().rev().find(|e| !e.type_only && facts.text(e.name) == name);
    if let Some(export) = export {
        if let ExportKind::From(request, crate::facts::ImportedName::Named(from)) = export.kind {
            if let RequestTarget::One(Resolution::File(target)) = &module.targets[request.index()] {
                let source = facts.text(from);
                return exported(program, *target, source, depth + 1)
                    .map(|(file, kind, _)| (file, kind, export.span));
            }
            return Some((file, None, export.span));
        }
        return Some((file, Some(export.kind), export.span));
    }
    program.starred(file, name).find_map(|starred| {
        let By::Module(target) = starred.by else { return None };
        let (file, kind, _) = exported(program, target, name, depth + 1)?;
        Some((file, kind, facts.exports.get(starred.through)?.span))
    })
}

/// An export of an entry file, given its value's module, kind and place.
fn handler(
    entry: FileId,
    name: &str,
    (program, file, kind, span): (&Program<'_>, FileId, Option<ExportKind>, Span),
    phase: Phase,
) -> Handler {
    let target = match kind {
        Some(ExportKind::Value(id) | ExportKind::CommonJs(id)) => {
            Some(Target::Item(Item::Value(ExprRef { file, id })))
        }
        Some(ExportKind::Binding(binding)) => flow::binding_target(program, file, binding),
        Some(ExportKind::From(..) | ExportKind::All(_)) | None => None,
    };
    Handler { name: name.to_owned(), target, at: (entry, span), phase }
}

/// Server actions: every exported function of a `"use server"` file, else functions with the directive.
fn actions(program: &Program<'_>, entry: &EntryFile, module: &Module) -> Vec<Handler> {
    let facts = &module.facts;
    let file = entry.file;
    let mut found = Vec::new();
    if facts.directives.server {
        for export in facts.exports.iter().filter(|e| !e.type_only) {
            let name = facts.text(export.name);
            found.push(handler(
                entry.file,
                name,
                (program, file, Some(export.kind), export.span),
                Phase::Request,
            ));
        }
    }
    for (id, function) in (0..).map(FunctionId).zip(&facts.functions) {
        if function.directives.server {
            let name = function.name.map_or("", |n| facts.text(n)).to_owned();
            let target = Some(Target::Item(Item::Code(FunctionRef { file, id })));
            found.push(Handler { name, target, at: (file, function.head), phase: Phase::Request });
        }
    }
    found
}

/// Reads the literal configuration that an entry file exports.
struct Config<'a, 'p> {
    program: &'a Program<'p>,
    file: FileId,
    module: &'a Module,
}

impl Config<'_, '_> {
    /// The expression of `export const name = …`, or of `name` in `export const config = { … }`.
    fn expr(&self, name: &str) -> Option<ExprId> {
        let initial = |name: &str| {
            let ExportKind::Binding(binding) = self.module.export(name)? else { return None };
            let Origin::Init { expr, .. } = self.module.facts.binding(binding).origin else { return None };
            Some(expr)
        };
        initial(name).or_else(|| property(self.module, initial("config")?, name))
    }

    fn text(&self, name: &str) -> Option<String> {
        let Expr::Str(text) = self.module.facts.expr(self.expr(name)?) else { return None };
        Some(self.module.facts.text(text).to_owned())
    }

    fn number(&self, name: &str) -> Option<u32> {
        match self.program.number(ExprRef { file: self.file, id: self.expr(name)? }) {
            Some(number) if (0.0..=1e9).contains(&number) => format!("{number:.0}").parse().ok(),
            _ => None,
        }
    }

    fn revalidate(&self) -> Option<Option<u32>> {
        match self.module.facts.expr(self.expr("revalidate")?) {
            Expr::Bool(false) => Some(None),
            _ => self.number("revalidate").map(Some),
        }
    }

    /// The effective runtime: middleware is edge unless told otherwise, a proxy always runs on Node.
    fn runtime(&self, app: &App, kind: EntryKind) -> Runtime {
        let set = self.text("runtime");
        let edge = match (kind, set.as_deref()) {
            (EntryKind::Proxy, _) => false,
            // Node in middleware: experimental from 15.2 behind a flag, stable from 15.5.
            (EntryKind::Middleware, Some("nodejs")) => {
                app.version.as_ref().is_some_and(|v| (v.major, v.minor) < (15, 2))
            }
            (EntryKind::Middleware, _) => true,
            (_, Some(runtime)) => runtime == "edge" || runtime == "experimental-edge",
            (_, None) => false,
        };
        if edge { Runtime::Edge } else { Runtime::Node }
    }
}

/// The value of a property of an object literal.
fn property(module: &Module, object: ExprId, name: &str) -> Option<ExprId> {
    let Expr::Object(list) = module.facts.expr(object) else { return None };
    let found = module
        .facts
        .object(list)
        .iter()
        .rev()
        .find(|p| matches!(p.key, PropertyKey::Name(key) if module.facts.text(key) == name))?;
    Some(found.value)
}

/// A route by its id.
impl Program<'_> {
    /// A route.
    #[must_use]
    pub fn route(&self, id: RouteId) -> &Route {
        &self.routes[id.index()]
    }

    /// All routes with their ids.
    pub fn route_ids(&self) -> impl Iterator<Item = (RouteId, &Route)> {
        (0..).map(RouteId).zip(&self.routes)
    }

    /// The number that an expression is: a literal, a named constant, or a product or sum of such.
    #[must_use]
    pub fn number(&self, at: ExprRef) -> Option<f64> {
        self.number_at(at, 0)
    }

    fn number_at(&self, at: ExprRef, depth: u32) -> Option<f64> {
        use crate::facts::BinaryKind;
        let facts = &self.module(at.file)?.facts;
        if depth > 16 {
            return None;
        }
        let go = |id| self.number_at(ExprRef { file: at.file, id }, depth + 1);
        match facts.expr(at.id) {
            Expr::Number(number) => Some(number),
            Expr::Binary { kind: BinaryKind::Multiply, left, right } => Some(go(left)? * go(right)?),
            Expr::Binary { kind: BinaryKind::Add, left, right } => Some(go(left)? + go(right)?),
            Expr::Local(binding) => match facts.binding(binding) {
                b if b.reassigned => None,
                b => match b.origin {
                    Origin::Init { expr, path, .. } if path.is_empty() => go(expr),
                    _ => None,
                },
            },
            _ => None,
        }
    }
}
