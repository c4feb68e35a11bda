//! What moves with a route, and what stays with others.

use std::collections::BTreeMap;

use crate::analyze::Survey;
use crate::facts::{Expr, FunctionKind, PropertyKey, SiteKind};
use crate::project::{App, EntryKind, Target};
use crate::report::{Diagnostic, RouteReport};

use super::MigrateError;
use super::carry::{Carried, carry};
use super::choose::{Chosen, SOCKETS};
use super::known;

/// A route on its way, with all that is known of it.
pub(super) struct Moving<'s> {
    pub(super) survey: &'s Survey,
    /// Its app.
    pub(super) app: &'s App,
    pub(super) route: &'s RouteReport,
    /// The route's file from the project's root.
    pub(super) path: String,
    pub(super) findings: Vec<&'s Diagnostic>,
    /// How many routes the finding names besides, if one was asked for.
    pub(super) others: usize,
    pub(super) carried: Carried,
    /// Modules that other routes load too, with how many do; relative to what was scanned.
    pub(super) shared: BTreeMap<String, usize>,
    /// Functions of the route's file.
    pub(super) functions: Vec<String>,
    /// The middleware that runs before the route.
    pub(super) before: Option<String>,
}

impl<'s> Moving<'s> {
    pub(super) fn of(survey: &'s Survey, chosen: &Chosen<'s>) -> Result<Self, MigrateError> {
        let project = &survey.project;
        let unreadable = || MigrateError::Unreadable { file: chosen.route.file.clone() };
        let row = survey.imports.index(&chosen.route.file).ok_or_else(unreadable)?;
        let file = survey.file(row).ok_or_else(unreadable)?;
        let module =
            survey.modules.table.get(file.index()).and_then(Option::as_deref).ok_or_else(unreadable)?;
        if module.facts.problems.iter().any(|problem| problem.fatal) {
            return Err(unreadable());
        }
        let app = survey.apps.get(chosen.app).and_then(|alone| project.apps.get(alone.app));
        let app = app.ok_or_else(unreadable)?;
        let before =
            app.entries.iter().find(|entry| matches!(entry.kind, EntryKind::Middleware | EntryKind::Proxy));
        Ok(Self {
            survey,
            app,
            route: chosen.route,
            path: project.files.path(file).to_owned(),
            findings: chosen.findings.clone(),
            others: chosen.others,
            shared: shared(survey, chosen, row),
            carried: carry(survey, file),
            functions: functions(module),
            before: before.map(|entry| project.display(project.files.path(entry.file))),
        })
    }

    /// Whether it is a file of `pages/api`.
    pub(super) fn is_pages(&self) -> bool {
        self.route.kind == "pages-api"
    }

    /// The platform that the app is judged for.
    pub(super) fn target(&self) -> Target {
        self.app.target.target
    }

    /// What its connections are made with: `socket.io` or `ws`, if it holds any.
    pub(super) fn sockets(&self) -> Option<&'static str> {
        let package = |name: &str| self.carried.packages.contains_key(name);
        let server = self.findings.iter().any(|finding| finding.rule.id == "websocket-server");
        let any = self.findings.iter().any(|finding| SOCKETS.contains(&finding.rule.id));
        if any && package("socket.io") {
            return Some("socket.io");
        }
        // A broadcast without either goes out over plain HTTP.
        (server || (any && package("ws"))).then_some("ws")
    }

    /// Whether the handler opens a socket server by itself, which must not happen beside the service's own.
    pub(super) fn opens_server(&self) -> bool {
        self.findings.iter().any(|finding| finding.rule.id == "websocket-server")
    }

    /// The path that its socket server is told to listen on.
    pub(super) fn socket_path(&self) -> Option<&str> {
        let finding = self.findings.iter().find(|finding| finding.rule.id == "websocket-server")?;
        let project = &self.survey.project;
        let file = self.carried.files.iter().find(|it| project.display(&it.path) == finding.place.file)?.file;
        let facts = &self.survey.modules.table.get(file.index())?.as_deref()?.facts;
        let site = facts.sites.iter().find(|site| site.span.start == finding.place.start)?;
        let (SiteKind::New { args, .. } | SiteKind::Call { args, .. }) = site.kind else { return None };
        facts.list(args).iter().find_map(|&argument| {
            let Expr::Object(properties) = facts.expr(argument) else { return None };
            let path = facts.object(properties).iter().find(
                |property| matches!(property.key, PropertyKey::Name(name) if facts.text(name) == "path"),
            )?;
            match facts.expr(path.value) {
                Expr::Str(text) => Some(facts.text(text)).filter(|path| path.starts_with('/')),
                _ => None,
            }
        })
    }

    /// Where the socket server is opened.
    pub(super) fn socket_file(&self) -> &str {
        let found = self.findings.iter().find(|finding| finding.rule.id == "websocket-server");
        found.map_or(&self.route.file, |finding| &finding.place.file)
    }

    /// The versions that the app asks for of a package, and of its types.
    pub(super) fn version(&self, name: &str) -> Option<&'s str> {
        let project = &self.survey.project;
        let own = project.package_of(&self.path);
        let holders = own
            .into_iter()
            .chain(self.carried.files.iter().filter_map(|file| project.package_of(&file.path)));
        let mut ranges = holders.chain(project.packages.first()).filter_map(|it| it.dependencies.get(name));
        ranges.next().map(String::as_str)
    }

    /// The files that lead back to themselves by their imports.
    fn circles(&self) -> Vec<String> {
        let graph = &self.survey.imports;
        let shown = self.carried.files.iter().filter(|file| !file.types_only);
        let shown = shown.map(|file| self.survey.project.display(&file.path));
        let is_circle = |file: &String| {
            let Some(own) = graph.index(file) else { return false };
            graph.imports_of(own).iter().any(|&next| next != own && graph.path(next, own).is_some())
        };
        shown.filter(is_circle).collect()
    }

    /// What somebody has to decide, whatever the route becomes.
    pub(super) fn decisions(&self) -> Vec<String> {
        let carried = &self.carried;
        let mut all = Vec::new();
        if let Some(file) = &self.before {
            all.push(format!(
                "`{file}` runs before this route in Next.js. Requests that come through `rewrites()` still pass it, \
                 others do not: whatever it checks (who asks, from where) has to be checked in the service too."
            ));
        }
        for (specifier, asked) in &carried.next {
            let calls = asked.names.iter().filter_map(|name| Some((name, known::of_call(specifier, name)?)));
            all.extend(
                calls.map(|(name, what)| format!("`{name}` of `{specifier}` in `{}`: {what}.", asked.by)),
            );
            if !known::has_stand_in(specifier) && !asked.types_only {
                all.push(format!(
                    "`{}` imports `{specifier}`, which has no stand-in: what it exports throws when it is used. Cut \
                     the import, or replace it.",
                    asked.by
                ));
            }
        }
        let packages = carried.packages.iter().filter(|(_, asked)| !asked.types_only);
        all.extend(packages.filter_map(|(name, asked)| {
            Some(format!("`{name}` in `{}`: {}.", asked.by, known::of_package(name)?))
        }));
        let circles = self.circles();
        if carried.is_esm && !circles.is_empty() {
            all.push(format!(
                "These import each other in a circle: {}. Next.js's bundler takes that; the service's loader, tsx, may \
                 end with `__name is not a function`. Move what both need into a module of its own.",
                super::steps::names(&circles)
            ));
        }
        if !carried.stand_ins.is_empty() {
            let files: Vec<String> =
                carried.stand_ins.keys().map(|path| self.survey.project.display(path)).collect();
            all.push(format!(
                "Files of the browser's side stay, and stand-ins without types are written for what is taken of them: \
                 {}. Types that the handler needs of them belong into a module of their own.",
                super::steps::names(&files)
            ));
        }
        all.extend(carried.missing.iter().map(|(specifier, by)| {
            format!(
                "`{by}` imports `{specifier}`, which is no source file of the project: copy or generate it."
            )
        }));
        all.extend(carried.clashes.iter().map(|specifier| {
            format!(
                "`{specifier}` means different files in different folders; the service knows one of them. Write \
                 the others as relative imports."
            )
        }));
        if self.route.runtime == "edge" {
            all.push("The route runs on the edge; the service runs on Node.js, which has all that the edge has but \
                      bindings of the platform.".to_owned());
        }
        if !self.app.config.base_path.is_empty() {
            all.push(format!(
                "`basePath` is `{}`: the service answers without it, as the handler sees paths too.",
                self.app.config.base_path
            ));
        }
        all
    }
}

/// Modules that the route loads and routes of the app load too that stay.
fn shared(survey: &Survey, chosen: &Chosen<'_>, row: u32) -> BTreeMap<String, usize> {
    let graph = &survey.imports;
    let own = graph.reached(row);
    let mut shared = BTreeMap::new();
    let routes = survey.report.apps.iter().flat_map(|app| &app.routes);
    let mut others: Vec<&str> =
        routes.map(|route| route.file.as_str()).filter(|file| *file != chosen.route.file).collect();
    others.sort_unstable();
    others.dedup();
    for other in others {
        let reached = graph.index(other).map(|other| graph.reached(other)).unwrap_or_default();
        for module in own.iter().filter(|module| reached.binary_search(module).is_ok()) {
            *shared.entry(graph.file(*module).to_owned()).or_insert(0) += 1;
        }
    }
    shared
}

/// The functions of a module that have names, in source order.
fn functions(module: &crate::link::Module) -> Vec<String> {
    let facts = &module.facts;
    let own = facts.functions.iter().filter(|function| {
        matches!(function.kind, FunctionKind::Plain | FunctionKind::Arrow)
            && function.parent == Some(crate::facts::FunctionId::MODULE)
    });
    let names = own.filter_map(|function| function.name).map(|name| facts.text(name));
    let mut names: Vec<String> = names.filter(|name| *name != "default").map(str::to_owned).collect();
    names.dedup();
    names
}
