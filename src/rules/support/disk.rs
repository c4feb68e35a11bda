//! What code does with files: each use with the places that its path may lead to, per target.

use super::apis::ApiSite;
use super::arguments::argument_at;
use super::environment::{excluded, is_configurable, targets};
use super::path_parts::{Part, Root};
use super::paths::path_of;
use super::place::{ANY, Occurrence, is_followed, occurrence};
use crate::catalogue::{Api, StoreKind};
use crate::diagnostic::RouteId;
use crate::facts::{ContextId, Expr, List, SiteKind};
use crate::link::{ExprRef, FunctionRef, NodeId, Program, Value};
use crate::project::Target;
use crate::rules::RuleContext;
use crate::span::FileId;

/// A call that reads, writes or changes files.
#[derive(Clone, Debug)]
pub(crate) struct FileUse<'p> {
    /// What it does.
    pub api: &'p Api<StoreKind>,
    /// The call and the run of it that counts.
    pub occurrence: Occurrence,
    /// The innermost condition around it.
    pub context: ContextId,
    /// Its path and the entries that lead to it, on each target of those.
    pub on: Vec<OnTarget>,
}

/// How sure a way is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sureness {
    /// It was followed call by call.
    pub followed: bool,
    /// It is taken only if the configuration says so.
    pub optional: bool,
}

/// A use on one target.
#[derive(Clone, Debug)]
pub(crate) struct OnTarget {
    /// The target.
    pub target: Target,
    /// Where the path leads there.
    pub path: Part,
    /// The routes and handlers that lead to it there.
    pub entries: Vec<(RouteId, NodeId)>,
}

impl FileUse<'_> {
    /// The use on a target.
    pub(crate) fn on(&self, target: Target) -> Option<&OnTarget> {
        self.on.iter().find(|on| on.target == target)
    }

    /// How sure it is that a request does this, given the way from the routes that matter.
    pub(crate) fn sureness(&self, program: &Program<'_>, routes: &[RouteId]) -> Sureness {
        let path = program.graph.path_from(routes, self.occurrence.node);
        Sureness {
            followed: is_followed(program, &path),
            optional: is_configurable(program, (self.occurrence.at.file, self.context), &path),
        }
    }

    /// All routes that lead to it, ascending.
    pub(crate) fn routes(&self) -> Vec<RouteId> {
        let mut routes: Vec<RouteId> =
            self.on.iter().flat_map(|on| on.entries.iter().map(|&(route, _)| route)).collect();
        routes.sort_unstable();
        routes.dedup();
        routes
    }
}

/// A construct that a table tells the path of, if it runs in production.
pub(crate) fn file_use<'p>(
    context: &RuleContext<'_, 'p>,
    site: &ApiSite<'p, StoreKind>,
) -> Option<FileUse<'p>> {
    let program = context.program;
    let occurrence = occurrence(program, site.location(program), site.function, ANY)?;
    let module = program.module(site.file)?;
    let around = module.facts.site(site.site).context;
    let paths = path_arguments(program, site.api, (site.file, site.args));
    // What is not told a path keeps things in memory or the temp directory.
    if paths.is_empty() && !site.api.path.is_empty() {
        return None;
    }
    let mut on = Vec::new();
    for target in targets(program, occurrence.node) {
        if excluded(program, site.file, around, target) {
            continue;
        }
        let entries = context.production.entries(program, occurrence.node, target);
        let read = paths.iter().map(|&at| path_of(program, at, target));
        let path = read.reduce(|a, b| a.or(b, super::path_parts::CALLERS)).unwrap_or_else(Part::project);
        if !entries.is_empty() {
            on.push(OnTarget { target, path, entries });
        }
    }
    (!on.is_empty()).then_some(FileUse { api: site.api, occurrence, context: around, on })
}

/// The expressions that say where: an argument, or what a function argument passes to its callback.
fn path_arguments(program: &Program<'_>, api: &Api<StoreKind>, args: (FileId, List)) -> Vec<ExprRef> {
    let found = api.path.iter().find_map(|place| argument_at(program, place, args));
    let Some(at) = found else { return Vec::new() };
    match program.value(at) {
        // `destination: (req, file, done) => done(null, 'uploads/')`
        Value::Function(function) => passed_to_callback(program, function),
        // An open file, a stream or an address object says elsewhere where it is.
        Value::Made(made) if matches!(made.by.export().as_str(), "openSync" | "open") => Vec::new(),
        _ => vec![at],
    }
}

/// What a function passes to its last parameter after the error.
fn passed_to_callback(program: &Program<'_>, function: FunctionRef) -> Vec<ExprRef> {
    let Some(module) = program.module(function.file) else { return Vec::new() };
    let facts = &module.facts;
    let entry = facts.function(function.id);
    let Some(done) = entry.params.last().and_then(|param| param.binding) else { return Vec::new() };
    let calls = module.uses(done).iter().filter_map(|&id| {
        let crate::facts::Use::Part(parent) = facts.use_of(id) else { return None };
        let Expr::Call(site) = facts.expr(parent) else { return None };
        let SiteKind::Call { callee, args } = facts.site(site).kind else { return None };
        let second = facts.list(args).get(1).filter(|_| callee == id)?;
        Some(ExprRef { file: function.file, id: *second })
    });
    calls.collect()
}

/// Whether what is read at one path may be what was written at another.
pub(crate) fn may_be_same(read: &Part, write: &Part, lists: bool) -> bool {
    if read.root != write.root || write.unique || read.unique {
        return false;
    }
    let (read, write) = (read.shape(), write.shape());
    let literal = |shape: &str| shape.chars().filter(|c| c.is_alphanumeric()).count();
    if read == write {
        return literal(&read) >= 3;
    }
    let (read_folder, write_folder) = (folder(&read), folder(&write));
    if lists && !read.contains('*') {
        return !read.is_empty() && (write_folder == read || write.starts_with(&format!("{read}/")));
    }
    if read_folder.is_empty() || !(read.contains('*') || write.contains('*')) {
        return false;
    }
    let ends_fit = ending(&read).is_empty() || ending(&write).is_empty() || ending(&read) == ending(&write);
    let within = read_folder == write_folder
        || (read.ends_with('*') && write_folder.starts_with(&format!("{read_folder}/")));
    within && ends_fit
}

/// The literal folder that a shape begins with.
fn folder(shape: &str) -> &str {
    let literal = shape.split('*').next().unwrap_or_default();
    literal.rfind('/').map_or("", |at| literal.get(..at).unwrap_or_default())
}

/// The ending after the last part that cannot be read.
fn ending(shape: &str) -> &str {
    shape
        .rsplit(['*', '/'])
        .next()
        .and_then(|last| last.rfind('.').and_then(|at| last.get(at..)))
        .unwrap_or_default()
}

/// Where a path leads, in words.
pub(crate) fn words(path: &Part) -> String {
    let shape = path.shape();
    match path.root {
        Root::Temp if shape.is_empty() => "the temp directory".to_owned(),
        Root::Temp => format!("`{shape}` in the temp directory"),
        Root::System => format!("`/{}`", shape.trim_start_matches('~').trim_start_matches('/')),
        Root::Project if shape.is_empty() || shape == "*" => "the project's folder".to_owned(),
        Root::Project => format!("`{shape}` in the project's folder"),
        Root::Configured => "a folder that the environment names".to_owned(),
        _ => "a path that is not known here".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(read: &str, write: &str, lists: bool) -> bool {
        may_be_same(
            &Part { root: Root::Project, ..Part::text(read) },
            &Part { root: Root::Project, ..Part::text(write) },
            lists,
        )
    }

    #[test]
    fn what_is_read_back() {
        assert!(same("data/a.json", "./data/a.json", false));
        assert!(same("uploads/*", "uploads/*", false));
        assert!(same("uploads/*", "uploads/magazines/*.pdf", false));
        assert!(same("backups", "backups/*.zip", true));
        assert!(!same("data/b.json", "data/a.json", false));
        assert!(!same("content/*.md", "data/*.md", false));
        assert!(!same("public/logo.png", "public/uploads/*.png", false));
        assert!(!same("*", "*", false));
    }
}
