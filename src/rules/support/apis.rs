//! Constructs of the catalogue's tables in code that runs: which entry each call or construction is.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::catalogue::{
    AfterKind, Api, Apis as Table, Catalogue, MiddlewareKind, QueryKind, SchedulerKind, SocketKind,
    StoreKind, WorkKind,
};
use crate::facts::{List, SiteId};
use crate::link::{ExprRef, External, FunctionRef, Program, Value};
use crate::span::{FileId, Location};

use super::arguments::holds;
use super::callees::{Callee, Calls};

/// So many calls are looked up in one go.
const AT_ONCE: usize = 4096;

/// A call or construction that the catalogue knows.
#[derive(Clone, Copy, Debug)]
pub struct ApiSite<'p, K> {
    /// Its module.
    pub file: FileId,
    /// The call or construction.
    pub site: SiteId,
    /// The function whose run does it.
    pub function: FunctionRef,
    /// Its entry.
    pub api: &'p Api<K>,
    /// Its arguments.
    pub args: List,
}

impl<K> ApiSite<'_, K> {
    /// The construct in the source.
    #[must_use]
    pub fn location(&self, program: &Program<'_>) -> Location {
        let span = program.module(self.file).map(|m| m.facts.site(self.site).span).unwrap_or_default();
        Location { file: self.file, span }
    }

    /// The construct as an expression.
    #[must_use]
    pub fn expr(&self, program: &Program<'_>) -> ExprRef {
        let id =
            program.module(self.file).map_or(crate::facts::ExprId::UNKNOWN, |m| m.facts.site(self.site).expr);
        ExprRef { file: self.file, id }
    }
}

/// What each table finds in code that runs, by file and place in the source.
#[derive(Debug, Default)]
pub struct Apis<'p> {
    /// `sockets.toml`
    pub sockets: Vec<ApiSite<'p, SocketKind>>,
    /// `stores.toml`
    pub stores: Vec<ApiSite<'p, StoreKind>>,
    /// `work.toml`
    pub work: Vec<ApiSite<'p, WorkKind>>,
    /// `schedulers.toml`
    pub schedulers: Vec<ApiSite<'p, SchedulerKind>>,
    /// `middleware.toml`
    pub middleware: Vec<ApiSite<'p, MiddlewareKind>>,
    /// `after.toml`
    pub after: Vec<ApiSite<'p, AfterKind>>,
    /// `queries.toml`
    pub queries: Vec<ApiSite<'p, QueryKind>>,
}

impl<'p> Apis<'p> {
    /// Looks every call and construction that runs up in every table.
    pub(crate) fn find(program: &Program<'p>, callees: &[Callee<'p>]) -> Self {
        let parts: Vec<Self> = callees.par_chunks(AT_ONCE).map(|calls| Self::of(program, calls)).collect();
        let mut found = Self::default();
        for part in parts {
            found.sockets.extend(part.sockets);
            found.stores.extend(part.stores);
            found.work.extend(part.work);
            found.schedulers.extend(part.schedulers);
            found.middleware.extend(part.middleware);
            found.after.extend(part.after);
            found.queries.extend(part.queries);
        }
        found
    }

    /// Looks some calls up.
    fn of(program: &Program<'p>, callees: &[Callee<'p>]) -> Self {
        let mut found = Self::default();
        let catalogue = program.catalogue;
        let mut listed = Listed { catalogue, packages: FxHashMap::default() };
        for call in callees.iter().filter(|call| call.runs && listed.may_have(&call.value)) {
            let Some(named) = named(program, &call.value) else { continue };
            found.sockets.extend(entry(program, call, &catalogue.sockets, &named));
            found.stores.extend(entry(program, call, &catalogue.stores, &named));
            found.work.extend(entry(program, call, &catalogue.work, &named));
            found.schedulers.extend(entry(program, call, &catalogue.schedulers, &named));
            found.middleware.extend(entry(program, call, &catalogue.middleware, &named));
            if !asks_a_result(&catalogue.after, &named) {
                found.after.extend(entry(program, call, &catalogue.after, &named));
            }
            found.queries.extend(entry(program, call, &catalogue.queries, &named));
        }
        found
    }
}

/// Which packages and globals some table has: most calls are of others, and cost no more than to know that.
struct Listed<'a, 'p> {
    catalogue: &'a Catalogue,
    packages: FxHashMap<(&'p str, bool), bool>,
}

impl<'p> Listed<'_, 'p> {
    fn may_have(&mut self, value: &Value<'p>) -> bool {
        let catalogue = self.catalogue;
        match value {
            Value::External(external) => self.package(external),
            Value::Made(made) => self.package(&made.by),
            Value::Class(_) => true,
            Value::Global(path) => {
                let first = match path.as_slice() {
                    ["globalThis" | "global" | "window" | "self", first, ..] => first,
                    [first, ..] => first,
                    [] => return false,
                };
                let known = self.packages.entry((first, true));
                *known.or_insert_with(|| catalogue.lists(&format!("global:{first}")))
            }
            _ => false,
        }
    }

    fn package(&mut self, external: &External<'p>) -> bool {
        let (catalogue, package) = (self.catalogue, external.package);
        let known = || catalogue.lists(package) || catalogue.may_be_generated(package);
        external.missing || *self.packages.entry((package, false)).or_insert_with(known)
    }
}

/// A value by the names that tables use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// `pg`, `global:setInterval`
    pub package: String,
    /// `Pool`
    pub export: String,
    /// `query`, for what calling or constructing the export gave.
    pub method: Option<String>,
}

/// The names of a value that comes from a package or is a global.
pub(crate) fn named(program: &Program<'_>, value: &Value<'_>) -> Option<Named> {
    match value {
        Value::External(external) => Some(of_external(program, external, None)),
        Value::Made(made) => {
            let method = if made.steps.is_empty() { "()".to_owned() } else { made.steps.join(".") };
            Some(of_external(program, &made.by, Some(method)))
        }
        Value::Class(class) => {
            let external = program.external_base(*class)?;
            Some(of_external(program, &external, None))
        }
        Value::Global(path) => {
            let path = match path.as_slice() {
                ["globalThis" | "global" | "window" | "self", rest @ ..] if !rest.is_empty() => rest,
                path => path,
            };
            let (first, rest) = path.split_first()?;
            Some(Named { package: format!("global:{first}"), export: rest.join("."), method: None })
        }
        _ => None,
    }
}

/// An export by name; generated clients go by their package's name.
fn of_external(program: &Program<'_>, external: &External<'_>, method: Option<String>) -> Named {
    let export = external.export();
    let generated = program.catalogue.generated_client(external.package, &export, external.missing);
    let package = match generated.and_then(|client| client.packages.first()) {
        Some(package) => package.clone(),
        None => external.package.to_owned(),
    };
    Named { package, export, method }
}

/// Whether a method is one of what a promise gave: `rows.map()` after `const rows = await db.select()…`. Values do
/// not tell a promise from its result.
fn asks_a_result(after: &Table<AfterKind>, named: &Named) -> bool {
    let Some(method) = named.method.as_deref() else { return false };
    let last = method.rsplit('.').next().unwrap_or_default();
    if OF_DATA.contains(&last) {
        // `agenda.every()` is one of these names too; then the table spells it out.
        let mut entries = after.find(&named.package, &named.export, Some(method));
        return !entries.any(|api| api.method.iter().any(|known| known == method));
    }
    method.match_indices(".()").any(|(end, _)| {
        let asked = method.get(..end).unwrap_or_default();
        let mut entries = after.find(&named.package, &named.export, Some(asked));
        entries.next().is_some_and(|api| api.kind != AfterKind::Harmless && !api.lazy)
    })
}

/// Methods of arrays, text and dates, which queries do not have.
const OF_DATA: &[&str] = &[
    "map",
    "forEach",
    "filter",
    "some",
    "every",
    "reduce",
    "includes",
    "push",
    "join",
    "slice",
    "flatMap",
    "flat",
    "indexOf",
    "findIndex",
    "concat",
    "toString",
    "toISOString",
    "getTime",
    "toLowerCase",
    "toUpperCase",
    "split",
    "trim",
    "replaceAll",
    "startsWith",
    "endsWith",
    "toFixed",
    "at",
    "entries",
    "hasOwnProperty",
    "toJSON",
    "toObject",
    "localeCompare",
    "charAt",
    "substring",
    "padStart",
    "match",
    "reverse",
    "shift",
    "pop",
    "unshift",
    "splice",
    "toLocaleString",
];

/// The entry of a table that a call is of.
fn entry<'p, K>(
    program: &Program<'p>,
    call: &Callee<'p>,
    table: &'p Table<K>,
    named: &Named,
) -> Option<ApiSite<'p, K>> {
    let &Callee { file, site, function, args, how, .. } = call;
    let fits = |api: &&Api<K>| {
        api.construct.fits(how == Calls::New) && api.when.iter().all(|when| holds(program, when, file, args))
    };
    let api = table.find(&named.package, &named.export, named.method.as_deref()).find(fits)?;
    Some(ApiSite { file, site, function, api, args })
}
