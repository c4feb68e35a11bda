//! `misplaced-middleware`: a middleware or proxy file that Next never loads, or refuses.

use super::RuleContext;
use super::support::next_middleware::{Likeness, guards_access, has_key, likeness};
use super::support::of_app::{Imported, at_least, export, exports_unknown, no_graver_than, of_app};
use super::support::place::no_surer_than;
use crate::diagnostic::{Confidence, Finding, Note, Severity};
use crate::facts::{FunctionId, ModuleFacts};
use crate::link::{Program, Route, Value};
use crate::project::{App, BystanderKind, EntryKind};
use crate::span::{FileId, Location, Span};

const RULE: &str = "misplaced-middleware";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    let imported = Imported::find(program);
    for (index, app) in program.project.apps.iter().enumerate() {
        let hooks: Vec<&Route> = program
            .routes
            .iter()
            .filter(|route| {
                route.app == index && matches!(route.kind, EntryKind::Middleware | EntryKind::Proxy)
            })
            .collect();
        let named = app.bystanders.iter().filter(|it| it.kind == BystanderKind::Middleware);
        for bystander in named.filter(|it| !imported.has(it.file)) {
            findings.extend(dead(program, app, &hooks, bystander.file));
        }
        for hook in &hooks {
            findings.extend(refused(program, app, hook));
        }
        findings.extend(both(app, &hooks));
    }
}

/// A file that looks like a middleware, and that Next does not load.
fn dead(program: &Program<'_>, app: &App, hooks: &[&Route], file: FileId) -> Option<Finding> {
    let module = program.module(file)?;
    let path = program.project.files.path(file);
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let place = Place::of(app, dir);
    // Nobody else gives a file this name.
    let nested = stem == "_middleware" && place == Place::Router;
    let (looks, at) = match likeness(program, file, module) {
        Some(found) => found,
        None if nested => (Likeness::Shape, exported(&module.facts)?),
        None => return None,
    };
    let convincing = looks == Likeness::Matcher || (place != Place::Elsewhere && looks == Likeness::Shape);
    if !convincing || app.hook_dirs.is_empty() {
        return None;
    }
    let why = why(app, place, (dir, stem))?;
    let guarded = if guards_access(&module.facts) { "; the access checks in it protect nothing" } else { "" };
    let at = Location { file, span: at };
    let help = match hooks.first() {
        Some(live) => {
            let live = program.project.files.path(live.file);
            format!("{live} is the one that runs: move what this one does there, or delete it.")
        }
        None => help(app, stem, place),
    };
    let finding = of_app(app, RULE, at, (format!("Next never runs this {stem}: {why}{guarded}"), help))?;
    // Where another file does the work this one is a leftover.
    let where_express_has_it = ["app", "pages", "app/api", "pages/api"].iter().any(|end| dir.ends_with(end));
    let surely_meant = hooks.is_empty()
        && match place {
            Place::Elsewhere | Place::Unknown => false,
            Place::Router => looks == Likeness::Matcher || where_express_has_it,
            Place::Hooks | Place::WrongRoot => true,
        };
    let finding = if surely_meant { finding } else { no_graver_than(finding, Severity::Warning) };
    Some(if looks == Likeness::Matcher { finding } else { no_surer_than(finding, Confidence::Medium) })
}

/// The export that Next would call.
fn exported(facts: &ModuleFacts) -> Option<Span> {
    ["middleware", "default"].into_iter().find_map(|name| export(facts, name)).map(|export| export.span)
}

/// Where a file lies, seen from the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In a folder in which Next looks.
    Hooks,
    /// In the app's root or its `src`, and Next looks in the other.
    WrongRoot,
    /// Below `app` or `pages`.
    Router,
    /// In another folder of the app's own code.
    Elsewhere,
    /// In a folder that may hold anything: examples, templates, what an image is built from.
    Unknown,
}

/// Folders that hold the app's own code.
const CODE_FOLDERS: [&str; 15] = [
    "lib",
    "libs",
    "util",
    "utils",
    "helpers",
    "server",
    "middleware",
    "middlewares",
    "config",
    "auth",
    "api",
    "core",
    "services",
    "components",
    "features",
];

impl Place {
    fn of(app: &App, dir: &str) -> Self {
        let inner = if app.root.is_empty() {
            dir
        } else {
            dir.strip_prefix(app.root.as_str()).unwrap_or(dir).trim_start_matches('/')
        };
        let inner = if inner == "src" { "" } else { inner.strip_prefix("src/").unwrap_or(inner) };
        if app.hook_dirs.iter().any(|hooks| hooks == dir) {
            return Self::Hooks;
        }
        match inner.split('/').next() {
            Some("") | None => Self::WrongRoot,
            Some("app" | "pages") => Self::Router,
            Some(folder) if CODE_FOLDERS.contains(&folder) => Self::Elsewhere,
            Some(_) => Self::Unknown,
        }
    }
}

/// Why Next does not load a file that looks like a middleware; `None` where it may.
fn why(app: &App, place: Place, (dir, stem): (&str, &str)) -> Option<String> {
    if stem == "_middleware" {
        // Nested middleware was what Next had before 12.2.
        return at_least(app, 12, 2)
            .then(|| "since 12.2 there is one file `middleware` for the whole app, and a nested one stops the build".to_owned());
    }
    if !at_least(app, 12, 2) {
        return None;
    }
    if stem == "proxy" && !at_least(app, 16, 0) && matches!(place, Place::Hooks | Place::WrongRoot) {
        let version = app.version.as_ref().map(ToString::to_string).unwrap_or_default();
        return Some(format!("`proxy` is a name that only Next 16 knows, and this app has {version}"));
    }
    let looked = looked_in(app);
    match place {
        // It has an extension that is none of a page, or stands beside the other router.
        Place::Hooks | Place::Unknown => None,
        Place::WrongRoot => Some(format!("it looks for one only {looked}, beside the router in use")),
        Place::Router | Place::Elsewhere => {
            Some(format!("it looks for one only {looked}, and this one lies in {dir}/"))
        }
    }
}

/// Where Next looks, for a sentence.
fn looked_in(app: &App) -> String {
    match app.hook_dirs.first().map(String::as_str) {
        Some("") | None => "in the project's root".to_owned(),
        Some(dir) => format!("in {dir}/"),
    }
}

fn help(app: &App, stem: &str, place: Place) -> String {
    let name = if at_least(app, 16, 0) && app.version.is_some() { "proxy.ts" } else { "middleware.ts" };
    let dir = app.hook_dirs.first().map_or("", String::as_str);
    let target = if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") };
    let limit = match place {
        Place::Router => {
            " It then runs for every path: name the ones it is for in `config.matcher`, such as `'/api/:path*'`."
        }
        _ => "",
    };
    let renamed = if name == "proxy.ts" && stem != "proxy" { " and export it as `proxy`" } else { "" };
    format!(
        "Move it to {target}{renamed}.{limit} Until then check access in the handlers themselves, which is right in any \
         case."
    )
}

/// A file in its place that Next refuses.
fn refused(program: &Program<'_>, app: &App, hook: &Route) -> Option<Finding> {
    let module = program.module(hook.file)?;
    let facts = &module.facts;
    let is_proxy = hook.kind == EntryKind::Proxy;
    let name = if is_proxy { "proxy" } else { "middleware" };
    if hook.handlers.is_empty() && !exports_unknown(module) {
        let other =
            facts.exports.iter().find(|export| !export.type_only && facts.text(export.name) != "config");
        let first = facts.functions.get(FunctionId::MODULE.index() + 1).map(|function| function.head);
        // A file that says nothing is one that somebody switched off.
        let span = other.map(|export| export.span).or(first)?;
        let words = (
            format!("Next refuses this file: it exports neither a function `{name}` nor a default one"),
            format!("Export the function as `{name}`, or as the default export."),
        );
        return of_app(app, RULE, Location { file: hook.file, span }, words);
    }
    if is_proxy && sets_runtime(program, hook.file) {
        let span = export(facts, "config")?.span;
        let words = (
            "Next refuses this file: a proxy always runs on Node.js, and setting `runtime` in it stops the build".to_owned(),
            "Remove `runtime` from `config`. Code that needs the edge runtime stays in `middleware.ts`.".to_owned(),
        );
        return of_app(app, RULE, Location { file: hook.file, span }, words);
    }
    None
}

fn sets_runtime(program: &Program<'_>, file: FileId) -> bool {
    let Value::Object(at) = program.export_value(file, "config") else { return false };
    let Some(module) = program.module(at.file) else { return false };
    has_key(&module.facts, at.id, "runtime")
}

/// `middleware` and `proxy` side by side.
fn both(app: &App, hooks: &[&Route]) -> Option<Finding> {
    let of = |kind: EntryKind| hooks.iter().find(|hook| hook.kind == kind);
    let (middleware, proxy) = (of(EntryKind::Middleware)?, of(EntryKind::Proxy)?);
    let place = |route: &Route| {
        let (file, span) = route.handlers.first()?.at;
        Some(Location { file, span })
    };
    let words = (
        "Next 16 stops the build where there is both a `middleware` and a `proxy` file".to_owned(),
        "Move what this one does into `proxy.ts`, and delete it.".to_owned(),
    );
    let mut finding = of_app(app, RULE, place(middleware)?, words)?;
    finding.related.extend(place(proxy).map(|at| Note { at, message: "the proxy is here".to_owned() }));
    // Without a version the app may be one that does not know proxies.
    Some(if app.version.is_some() { finding } else { no_surer_than(finding, Confidence::Medium) })
}
