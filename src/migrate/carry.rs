//! Which files a route needs: all that it imports, also for types alone, and what each of them asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::analyze::{Survey, package_of};
use crate::facts::{ExportKind, Expr, FunctionId, ImportedName, ModuleFacts, RequestId, SiteKind};
use crate::link::Module;
use crate::link::resolve::{Resolution, Resolver, is_builtin};
use crate::span::FileId;
use crate::syntax::{Arena, STACK_SIZE, decode, read_module};

use super::data;

/// The largest file that is carried over.
const MAX_BYTES: u64 = 8 << 20;

/// Everything that a route's files are made of and ask for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Carried {
    /// The files, in ascending order of path.
    pub(super) files: Vec<CarriedFile>,
    /// Where specifiers lead that are neither relative nor packages, by path from the project's root.
    pub(super) aliases: BTreeMap<String, String>,
    /// Files that stay, because they belong to the browser or hold components, with what is taken of them.
    pub(super) stand_ins: BTreeMap<String, Vec<String>>,
    /// Specifiers that lead to different files in different folders.
    pub(super) clashes: Vec<String>,
    /// Packages by name, with the first file that asks for them.
    pub(super) packages: BTreeMap<String, Asked>,
    /// What is asked of `next`, by specifier.
    pub(super) next: BTreeMap<String, Asked>,
    /// Imports that lead to no file routelint knows: generated code, JSON, assets.
    pub(super) missing: BTreeMap<String, String>,
    /// JSON files that are imported, by path from the project's root, with their texts.
    pub(super) data: BTreeMap<String, String>,
    /// Variables of the environment, in ascending order.
    pub(super) env: BTreeMap<String, String>,
    /// A file awaits at its top or asks where it lies, which only ES modules can.
    pub(super) is_esm: bool,
}

/// A file that moves along.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CarriedFile {
    pub(super) file: FileId,
    /// Its path from the project's root.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
    /// Only types of it are needed.
    pub(super) types_only: bool,
}

/// Who asks for something, and for what of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The first file by path, relative to what was scanned.
    pub(super) by: String,
    /// The names that are taken at run time, in ascending order.
    pub(super) names: Vec<String>,
    /// The same with those of types.
    pub(super) all_names: BTreeSet<String>,
    /// Only types are taken.
    pub(super) types_only: bool,
}

/// Collects what a route's file needs.
pub(super) fn carry(survey: &Survey, route: FileId) -> Carried {
    // Files that only give types were not read yet, and the parser wants a deep stack.
    let work = || Walk::new(survey).run(route);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, work);
        thread.ok().and_then(|thread| thread.join().ok()).unwrap_or_default()
    })
}

/// A search through imports.
struct Walk<'s> {
    survey: &'s Survey,
    resolver: Resolver<'s>,
    carried: Carried,
    /// Files that were looked at.
    seen: FxHashSet<FileId>,
    /// Files of which only types are wanted.
    types: Vec<FileId>,
    /// What is taken of each file that others import.
    taken: BTreeMap<FileId, BTreeSet<String>>,
}

impl<'s> Walk<'s> {
    fn new(survey: &'s Survey) -> Self {
        let project = &survey.project;
        let resolver = Resolver::new(&project.files, &project.packages, &project.tsconfigs);
        Self {
            survey,
            resolver,
            carried: Carried::default(),
            seen: FxHashSet::default(),
            types: Vec::new(),
            taken: BTreeMap::new(),
        }
    }

    fn run(mut self, route: FileId) -> Carried {
        let mut open = vec![route];
        while let Some(file) = open.pop() {
            // A file of the browser's side is no more than a reference where it is imported.
            let module = self.loaded(file).filter(|module| !module.facts.directives.client);
            if let Some(module) = module.filter(|_| self.seen.insert(file)) {
                let module = Arc::clone(module);
                self.keep(file, false, |walk, _| open.extend(walk.read(file, &module.facts)));
            }
        }
        let mut arena = Arena::default();
        while let Some(file) = self.types.pop() {
            let is_client = self.loaded(file).is_some_and(|module| module.facts.directives.client);
            if !is_client && !is_component(self.path(file)) && self.seen.insert(file) {
                self.keep(file, true, |walk, text| {
                    let facts = read_module(walk.path(file), text, &mut arena);
                    walk.read_types(file, &facts);
                });
            }
        }
        let Self { mut carried, seen, taken, survey, .. } = self;
        let left = taken.into_iter().filter(|(file, _)| !seen.contains(file));
        carried.stand_ins = left
            .map(|(file, names)| (survey.project.files.path(file).to_owned(), names.into_iter().collect()))
            .collect();
        carried.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        carried
    }

    fn path(&self, file: FileId) -> &'s str {
        self.survey.project.files.path(file)
    }

    fn loaded(&self, file: FileId) -> Option<&'s Arc<Module>> {
        self.survey.modules.table.get(file.index()).and_then(Option::as_ref)
    }

    /// Takes a file along, and looks at what it imports.
    fn keep(&mut self, file: FileId, types_only: bool, look: impl FnOnce(&mut Self, &str)) {
        let Ok(Ok(bytes)) = self.survey.project.read(file, MAX_BYTES) else { return };
        let text = decode(bytes).text;
        look(self, &text);
        self.carried.files.push(CarriedFile { file, path: self.path(file).to_owned(), text, types_only });
    }

    /// What a module that runs asks for; gives the modules that it loads.
    fn read(&mut self, file: FileId, facts: &ModuleFacts) -> Vec<FileId> {
        let project = &self.survey.project;
        let path = self.path(file);
        let shown = project.display(path);
        self.carried.is_esm |= is_esm(facts);
        for name in env_names(facts) {
            note(&mut self.carried.env, name, &shown);
        }
        let mut loads = Vec::new();
        for (id, request) in (0..).map(RequestId).zip(&facts.requests) {
            let specifier = facts.text(request.specifier);
            match self.resolver.resolve(file, specifier) {
                _ if request.pattern => note(&mut self.carried.missing, specifier, &shown),
                Resolution::File(target) => {
                    self.take(specifier, target, names_of(facts, id, true));
                    let list = if request.type_only { &mut self.types } else { &mut loads };
                    list.push(target);
                }
                Resolution::External => {
                    let names = [false, true].map(|with_types| names_of(facts, id, with_types));
                    self.external(specifier, names, request.type_only, &shown);
                }
                Resolution::Missing if request.type_only => {}
                Resolution::Missing => match data::find(project, path, without_query(specifier)) {
                    Some((target, text)) => {
                        self.alias(without_query(specifier), &target);
                        self.carried.data.insert(target, text);
                    }
                    None => note(&mut self.carried.missing, specifier, &shown),
                },
            }
        }
        loads
    }

    /// What a module asks for of which only types are wanted.
    fn read_types(&mut self, file: FileId, facts: &ModuleFacts) {
        let shown = self.survey.project.display(self.path(file));
        for (id, request) in (0..).map(RequestId).zip(&facts.requests) {
            let specifier = facts.text(request.specifier);
            match self.resolver.resolve(file, specifier) {
                Resolution::File(target) => {
                    self.take(specifier, target, names_of(facts, id, true));
                    self.types.push(target);
                }
                Resolution::External => {
                    let names = [Vec::new(), names_of(facts, id, true)];
                    self.external(specifier, names, true, &shown);
                }
                Resolution::Missing => {}
            }
        }
    }

    /// Notes that a file is imported.
    fn take(&mut self, specifier: &str, target: FileId, names: Vec<String>) {
        self.alias(without_query(specifier), self.path(target));
        self.taken.entry(target).or_default().extend(names);
    }

    fn alias(&mut self, specifier: &str, target: &str) {
        if specifier.starts_with('.') {
            return;
        }
        let known = self.carried.aliases.entry(specifier.to_owned()).or_insert_with(|| target.to_owned());
        if known != target && !self.carried.clashes.iter().any(|clash| clash == specifier) {
            self.carried.clashes.push(specifier.to_owned());
        }
    }

    fn external(&mut self, specifier: &str, [names, all]: [Vec<String>; 2], types_only: bool, shown: &str) {
        let package = package_of(specifier);
        if package.contains(':') || is_builtin(specifier) || is_builtin(package) {
            return;
        }
        let (table, key) = match package {
            "next" => (&mut self.carried.next, specifier),
            _ => (&mut self.carried.packages, package),
        };
        let asked = table.entry(key.to_owned()).or_insert_with(|| Asked {
            by: shown.to_owned(),
            types_only: true,
            ..Asked::default()
        });
        if *shown < *asked.by {
            shown.clone_into(&mut asked.by);
        }
        asked.types_only &= types_only;
        asked.all_names.extend(all);
        asked.names.extend(names);
        asked.names.sort_unstable();
        asked.names.dedup();
    }
}

/// Keeps the first file by path that has something.
fn note(table: &mut BTreeMap<String, String>, name: impl Into<String>, shown: &str) {
    let first = table.entry(name.into()).or_insert_with(|| shown.to_owned());
    if *shown < **first {
        shown.clone_into(first);
    }
}

/// A specifier without what tells a bundler how to load it.
fn without_query(specifier: &str) -> &str {
    specifier.split_once('?').map_or(specifier, |(before, _)| before)
}

/// Whether a file holds components, which drag all of a page along.
fn is_component(path: &str) -> bool {
    path.ends_with(".tsx") || path.ends_with(".jsx")
}

/// The names that a request takes, at run time or at all.
fn names_of(facts: &ModuleFacts, request: RequestId, with_types: bool) -> Vec<String> {
    let name = |name| match name {
        ImportedName::Named(name) => facts.text(name).to_owned(),
        ImportedName::Namespace => "*".to_owned(),
    };
    let imports = facts.imports.iter().filter(|import| import.request == request);
    let imported = imports.filter(|import| with_types || !import.type_only).map(|import| name(import.name));
    let again = facts.exports.iter().filter_map(|export| match export.kind {
        ExportKind::From(from, taken) if from == request && (with_types || !export.type_only) => {
            Some(name(taken))
        }
        _ => None,
    });
    imported.chain(again).collect()
}

/// Whether a module cannot be a CommonJS one.
fn is_esm(facts: &ModuleFacts) -> bool {
    let mut top = facts.sites_of(FunctionId::MODULE);
    top.any(|(_, site)| matches!(site.kind, SiteKind::Await { .. }))
        || facts.exprs.contains(&Expr::ImportMeta)
}

/// Variables that a module reads as `process.env.NAME`.
fn env_names(facts: &ModuleFacts) -> Vec<&str> {
    let is_env = |expr| match facts.expr(expr) {
        Expr::Member { object, property } => {
            facts.text(property) == "env"
                && matches!(facts.expr(object), Expr::Global(name) if facts.text(name) == "process")
        }
        _ => false,
    };
    let members = facts.exprs.iter().filter_map(|expr| match *expr {
        Expr::Member { object, property } if is_env(object) => Some(facts.text(property)),
        _ => None,
    });
    let taken_apart = facts.bindings.iter().filter_map(|binding| match binding.origin {
        crate::facts::Origin::Init { expr, path, .. } if is_env(expr) => {
            facts.path(path).first().map(|&name| facts.text(name))
        }
        _ => None,
    });
    members.chain(taken_apart).filter(|name| super::shapes::is_identifier(name)).collect()
}
