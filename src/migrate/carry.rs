//! Which files a route needs: all that it imports, also for types alone, and what each of them asks for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analyze::Survey;
use crate::facts::{ExportKind, Expr, ImportedName, ModuleFacts, RequestKind};
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
    /// A `.js` file has `require` or `module.exports`.
    pub(super) is_common_js: bool,
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
    /// The names, in ascending order.
    pub(super) names: Vec<String>,
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
}

impl<'s> Walk<'s> {
    fn new(survey: &'s Survey) -> Self {
        let project = &survey.project;
        let resolver = Resolver::new(&project.files, &project.packages, &project.tsconfigs);
        Self { survey, resolver, carried: Carried::default() }
    }

    fn run(mut self, route: FileId) -> Carried {
        let mut open = vec![route];
        let mut seen = vec![false; self.survey.project.files.len()];
        let mut arena = Arena::default();
        while let Some(file) = open.pop() {
            let Some(seen) = seen.get_mut(file.index()).filter(|seen| !**seen) else { continue };
            *seen = true;
            let Ok(Ok(bytes)) = self.survey.project.read(file, MAX_BYTES) else { continue };
            let text = decode(bytes).text;
            let path = self.survey.project.files.path(file).to_owned();
            let loaded: Option<&Arc<Module>> =
                self.survey.modules.table.get(file.index()).and_then(Option::as_ref);
            match loaded {
                Some(module) => self.read(file, &module.facts, &mut open),
                None => self.read(file, &read_module(&path, &text, &mut arena), &mut open),
            }
            self.carried.files.push(CarriedFile { file, path, text, types_only: loaded.is_none() });
        }
        self.carried.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.carried
    }

    fn read(&mut self, file: FileId, facts: &ModuleFacts, open: &mut Vec<FileId>) {
        let project = &self.survey.project;
        let path = project.files.path(file);
        let shown = project.display(path);
        if path.ends_with(".js") && is_common_js(facts) {
            self.carried.is_common_js = true;
        }
        for name in env_names(facts) {
            note(&mut self.carried.env, name, &shown);
        }
        for (index, request) in (0..).zip(&facts.requests) {
            let specifier = facts.text(request.specifier);
            let whole = specifier.split_once('?').map_or(specifier, |(before, _)| before);
            match self.resolver.resolve(file, specifier) {
                _ if request.pattern => note(&mut self.carried.missing, specifier, &shown),
                Resolution::File(target) => {
                    open.push(target);
                    if !whole.starts_with('.') {
                        self.alias(whole, project.files.path(target));
                    }
                }
                Resolution::External => {
                    let names = names_of(facts, crate::facts::RequestId(index));
                    self.external(specifier, names, request.type_only, &shown);
                }
                Resolution::Missing if request.type_only => {}
                Resolution::Missing => match data::find(project, path, whole) {
                    Some((target, text)) => {
                        if !whole.starts_with('.') {
                            self.alias(whole, &target);
                        }
                        self.carried.data.insert(target, text);
                    }
                    None => note(&mut self.carried.missing, specifier, &shown),
                },
            }
        }
    }

    fn alias(&mut self, specifier: &str, target: &str) {
        let known = self.carried.aliases.entry(specifier.to_owned()).or_insert_with(|| target.to_owned());
        if known != target && !self.carried.clashes.iter().any(|clash| clash == specifier) {
            self.carried.clashes.push(specifier.to_owned());
        }
    }

    fn external(&mut self, specifier: &str, names: Vec<String>, types_only: bool, shown: &str) {
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
            names: Vec::new(),
            types_only: true,
        });
        if *shown < *asked.by {
            shown.clone_into(&mut asked.by);
        }
        asked.types_only &= types_only;
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

/// `@scope/name` of `@scope/name/part`.
fn package_of(specifier: &str) -> &str {
    let slashes = usize::from(specifier.starts_with('@'));
    specifier.match_indices('/').nth(slashes).map_or(specifier, |(end, _)| &specifier[..end])
}

/// The names that a request takes, at run time.
fn names_of(facts: &ModuleFacts, request: crate::facts::RequestId) -> Vec<String> {
    let name = |name| match name {
        ImportedName::Named(name) => facts.text(name).to_owned(),
        ImportedName::Namespace => "*".to_owned(),
    };
    let imports = facts.imports.iter().filter(|import| import.request == request && !import.type_only);
    let imported = imports.map(|import| name(import.name));
    let again = facts.exports.iter().filter_map(|export| match export.kind {
        ExportKind::From(from, taken) if from == request && !export.type_only => Some(name(taken)),
        _ => None,
    });
    imported.chain(again).collect()
}

fn is_common_js(facts: &ModuleFacts) -> bool {
    let exports = facts.exports.iter().any(|export| matches!(export.kind, ExportKind::CommonJs(_)));
    exports || facts.requests.iter().any(|request| request.kind == RequestKind::Require)
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
