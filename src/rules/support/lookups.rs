//! The catalogue's entries for what is called, looked up once for all calls of the same thing: there are many more calls
//! than things to call.

use std::hash::{Hash, Hasher};

use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHasher};

use crate::catalogue::{
    AfterKind, Api, Apis as Table, Catalogue, MiddlewareKind, QueryKind, SchedulerKind, SocketKind,
    StoreKind, WorkKind,
};
use crate::link::{External, Program, Value};

use super::apis::{Named, named};

/// What each table has for one thing, in the order in which conditions are tried.
#[derive(Debug, Default)]
pub(super) struct Entries<'p> {
    pub(super) sockets: Vec<&'p Api<SocketKind>>,
    pub(super) stores: Vec<&'p Api<StoreKind>>,
    pub(super) work: Vec<&'p Api<WorkKind>>,
    pub(super) schedulers: Vec<&'p Api<SchedulerKind>>,
    pub(super) middleware: Vec<&'p Api<MiddlewareKind>>,
    pub(super) after: Vec<&'p Api<AfterKind>>,
    pub(super) queries: Vec<&'p Api<QueryKind>>,
}

impl<'p> Entries<'p> {
    fn of(catalogue: &'p Catalogue, named: &Named) -> Self {
        let after = if asks_a_result(&catalogue.after, named) {
            Vec::new()
        } else {
            entries(&catalogue.after, named)
        };
        Self {
            sockets: entries(&catalogue.sockets, named),
            stores: entries(&catalogue.stores, named),
            work: entries(&catalogue.work, named),
            schedulers: entries(&catalogue.schedulers, named),
            middleware: entries(&catalogue.middleware, named),
            after,
            queries: entries(&catalogue.queries, named),
        }
    }
}

fn entries<'p, K>(table: &'p Table<K>, named: &Named) -> Vec<&'p Api<K>> {
    table.find(&named.package, &named.export, named.method.as_deref()).collect()
}

/// What was looked up so far.
pub(super) struct Lookups<'a, 'p> {
    program: &'a Program<'p>,
    known: HashTable<(Value<'p>, Entries<'p>)>,
    listed: Listed<'p>,
}

impl<'a, 'p> Lookups<'a, 'p> {
    pub(super) fn new(program: &'a Program<'p>) -> Self {
        let listed = Listed { catalogue: program.catalogue, packages: FxHashMap::default() };
        Self { program, known: HashTable::new(), listed }
    }

    /// What the tables have for a value that comes from a package or is a global.
    pub(super) fn of(&mut self, value: &Value<'p>) -> Option<&Entries<'p>> {
        if let Value::Class(class) = value {
            let external = self.program.external_base(*class)?;
            return Some(self.of_value(&Value::External(external)));
        }
        let may_be_listed = matches!(value, Value::External(_) | Value::Made(_) | Value::Global(_));
        may_be_listed.then(|| self.of_value(value))
    }

    fn of_value(&mut self, value: &Value<'p>) -> &Entries<'p> {
        let Self { program, known, listed } = self;
        let entry = known.entry(hash(value), |(known, _)| is_same(known, value), |(known, _)| hash(known));
        let mut look_up = || {
            let named = if listed.may_have(value) { named(program, value) } else { None };
            named.map(|named| Entries::of(program.catalogue, &named)).unwrap_or_default()
        };
        &entry.or_insert_with(|| (value.clone(), look_up())).into_mut().1
    }
}

/// Which packages and globals some table has: most things are of others, and cost no more than to know that.
struct Listed<'p> {
    catalogue: &'p Catalogue,
    packages: FxHashMap<(&'p str, bool), bool>,
}

impl<'p> Listed<'p> {
    fn may_have(&mut self, value: &Value<'p>) -> bool {
        let catalogue = self.catalogue;
        match value {
            Value::External(external) => self.package(external),
            Value::Made(made) => self.package(&made.by),
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

/// A hash of what tables are asked for, which is not where it was made.
fn hash(value: &Value<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    match value {
        Value::External(external) => external.hash(&mut hasher),
        Value::Made(made) => (&made.by, &made.steps).hash(&mut hasher),
        Value::Global(path) => path.hash(&mut hasher),
        _ => {}
    }
    hasher.finish()
}

/// Whether tables have the same for two values.
fn is_same(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        (Value::Made(one), Value::Made(other)) => one.by == other.by && one.steps == other.steps,
        _ => one == other,
    }
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
