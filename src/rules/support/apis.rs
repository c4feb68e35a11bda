//! Constructs of the catalogue's tables in code that runs: which entry each call or construction is.

use rayon::prelude::*;

use crate::catalogue::{
    AfterKind, Api, MiddlewareKind, QueryKind, SchedulerKind, SocketKind, StoreKind, WorkKind,
};
use crate::facts::{List, SiteId};
use crate::link::{ExprRef, External, FunctionRef, Program, Value};
use crate::span::{FileId, Location};

use super::arguments::holds;
use super::callees::{Callee, Calls};
use super::lookups::Lookups;

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
    pub(crate) fn find(program: &Program<'p>, callees: &[Callee<'_, 'p>]) -> Self {
        let parts: Vec<Self> = callees
            .par_chunks(AT_ONCE)
            .map_init(|| Lookups::new(program), |lookups, calls| Self::of(program, lookups, calls))
            .collect();
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
    fn of(program: &Program<'p>, lookups: &mut Lookups<'_, 'p>, callees: &[Callee<'_, 'p>]) -> Self {
        let mut found = Self::default();
        for call in callees.iter().filter(|call| call.runs) {
            let Some(entries) = lookups.of(call.value) else { continue };
            found.sockets.extend(entry(program, call, &entries.sockets));
            found.stores.extend(entry(program, call, &entries.stores));
            found.work.extend(entry(program, call, &entries.work));
            found.schedulers.extend(entry(program, call, &entries.schedulers));
            found.middleware.extend(entry(program, call, &entries.middleware));
            found.after.extend(entry(program, call, &entries.after));
            found.queries.extend(entry(program, call, &entries.queries));
        }
        found
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

/// The entry that a call is of: the first whose conditions hold.
fn entry<'p, K>(
    program: &Program<'p>,
    call: &Callee<'_, 'p>,
    entries: &[&'p Api<K>],
) -> Option<ApiSite<'p, K>> {
    let &Callee { file, site, function, args, how, .. } = call;
    let fits = |api: &&&Api<K>| {
        api.construct.fits(how == Calls::New) && api.when.iter().all(|when| holds(program, when, file, args))
    };
    let &api = entries.iter().find(fits)?;
    Some(ApiSite { file, site, function, api, args })
}
