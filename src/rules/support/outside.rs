//! Calls that leave the process: of databases, other services, models; directly or through what is called.

use rustc_hash::{FxHashMap, FxHashSet};

use super::apis::Apis;
use super::effects::EffectMap;
use super::queries::Queries;
use super::queries::chain::{call_of, last_name};
use crate::catalogue::{AfterKind, WorkKind};
use crate::facts::{Expr, ExprId, ModuleFacts, SiteId, SiteKind, Use};
use crate::link::{FunctionRef, Program};
use crate::span::FileId;

/// What calls do outside, or how they wait. A set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outside(u8);

impl Outside {
    /// It is certain by import.
    pub(crate) const KNOWN: Self = Self(1);
    /// It looks so.
    pub(crate) const LIKELY: Self = Self(2);
    /// It takes seconds: models, browsers, crawling.
    pub(crate) const SLOW: Self = Self(4);
    /// It is of another service, not of the project's own database.
    pub(crate) const REMOTE: Self = Self(8);
    /// It is of a database.
    pub(crate) const DATABASE: Self = Self(16);

    /// Both.
    #[must_use]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of the other is in it.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0 && other.0 != 0
    }

    /// Whether it stays inside.
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What leaves the process, by call and by function.
#[derive(Debug, Default)]
pub(crate) struct OutsideMap {
    sites: FxHashMap<(FileId, SiteId), Outside>,
    functions: FxHashMap<FunctionRef, Outside>,
}

impl OutsideMap {
    /// Finds the calls, and follows who calls them.
    pub(crate) fn find(
        program: &Program<'_>,
        (apis, effects): (&Apis<'_>, &EffectMap),
        queries: &Queries,
    ) -> Self {
        let mut map = Self::default();
        for found in apis.after.iter().filter(|found| leaves(found.api.kind)) {
            let own = match found.api.kind {
                AfterKind::Generate => Outside::SLOW.and(Outside::REMOTE),
                AfterKind::Write | AfterKind::Read => Outside::DATABASE,
                AfterKind::Cache => Outside::default(),
                _ => Outside::REMOTE,
            };
            map.add(found.file, found.site, found.function, Outside::KNOWN.and(own));
        }
        for found in apis.work.iter().filter(|found| is_slow(found.api.kind)) {
            map.add(
                found.file,
                found.site,
                found.function,
                Outside::KNOWN.and(Outside::SLOW).and(Outside::REMOTE),
            );
        }
        let queries: FxHashSet<(FileId, SiteId)> = queries.sites();
        for (file, module) in program.modules() {
            for (id, site) in (0..).map(SiteId).zip(&module.facts.sites) {
                let SiteKind::Call { callee, .. } = site.kind else { continue };
                let function = FunctionRef { file, id: site.function };
                if queries.contains(&(file, id)) || looks_like_query(&module.facts, callee) {
                    map.add(file, id, function, Outside::LIKELY.and(Outside::DATABASE));
                } else if looks_like_service(&module.facts, callee) {
                    map.add(file, id, function, Outside::LIKELY);
                }
            }
        }
        let mut open: Vec<FunctionRef> = map.functions.keys().copied().collect();
        while let Some(function) = open.pop() {
            let own = map.of_function(function);
            for &caller in effects.callers.get(&function).map_or(&[][..], Vec::as_slice) {
                let known = map.functions.entry(caller).or_default();
                let all = known.and(own);
                if all != *known {
                    *known = all;
                    open.push(caller);
                }
            }
        }
        map
    }

    fn add(&mut self, file: FileId, site: SiteId, function: FunctionRef, what: Outside) {
        let entry = self.sites.entry((file, site)).or_default();
        *entry = entry.and(what);
        let entry = self.functions.entry(function).or_default();
        *entry = entry.and(what);
    }

    /// What a call itself does.
    pub(crate) fn of_site(&self, file: FileId, site: SiteId) -> Outside {
        self.sites.get(&(file, site)).copied().unwrap_or_default()
    }

    /// What a function does, once all that it calls is counted in.
    pub(crate) fn of_function(&self, function: FunctionRef) -> Outside {
        self.functions.get(&function).copied().unwrap_or_default()
    }
}

/// Kinds that cost a round trip.
const fn leaves(kind: AfterKind) -> bool {
    matches!(
        kind,
        AfterKind::Message
            | AfterKind::Http
            | AfterKind::Payment
            | AfterKind::Write
            | AfterKind::Enqueue
            | AfterKind::Upload
            | AfterKind::Generate
            | AfterKind::Read
            | AfterKind::Cache
    )
}

/// Work that takes seconds each time.
const fn is_slow(kind: WorkKind) -> bool {
    matches!(
        kind,
        WorkKind::Generation
            | WorkKind::Crawl
            | WorkKind::Browser
            | WorkKind::Video
            | WorkKind::Model
            | WorkKind::Ocr
            | WorkKind::Poll
    )
}

/// Names by which handles of databases go.
const HANDLES: &[&str] =
    &["prisma", "db", "tx", "trx", "database", "conn", "knex", "drizzle", "supabase", "supabaseAdmin"];

/// Methods of models, repositories and collections that cost a round trip.
const METHODS: &[&str] = &[
    "create",
    "createMany",
    "save",
    "update",
    "updateOne",
    "updateMany",
    "upsert",
    "delete",
    "deleteOne",
    "deleteMany",
    "insert",
    "insertOne",
    "insertMany",
    "findOne",
    "findFirst",
    "findUnique",
    "findById",
    "findByIdAndUpdate",
    "findByPk",
    "findOneAndUpdate",
    "findOneAndDelete",
    "findOneBy",
    "replaceOne",
    "bulkWrite",
    "count",
    "countDocuments",
    "aggregate",
    "findUniqueOrThrow",
    "findFirstOrThrow",
    "findOneOrFail",
    "remove",
    "query",
    "execute",
    "findMany",
    "findByIdAndDelete",
    "exists",
    "destroy",
    "softDelete",
    "increment",
];

/// Those of [`METHODS`] that nothing else has.
const TELLING: &[&str] = &[
    "insertOne",
    "insertMany",
    "updateOne",
    "updateMany",
    "deleteOne",
    "deleteMany",
    "findOneAndUpdate",
    "findOneAndDelete",
    "replaceOne",
    "bulkWrite",
    "countDocuments",
    "findByIdAndUpdate",
    "findByIdAndDelete",
    "findUnique",
    "findFirst",
    "findUniqueOrThrow",
    "findFirstOrThrow",
    "findByPk",
    "createMany",
    "findOneBy",
    "findOneOrFail",
];

/// Names by which services go; calls of them that are awaited leave the process.
const SERVICES: &[&str] =
    &["store", "storage", "bucket", "queue", "redis", "axios", "http", "s3", "mailer", "kv"];

/// Whether a call is awaited, directly.
fn is_awaited(facts: &ModuleFacts, callee: ExprId) -> bool {
    let Use::Part(call) = facts.use_of(callee) else { return false };
    matches!(facts.use_of(call), Use::Part(parent) if matches!(facts.expr(parent), Expr::Await(_)))
}

/// Whether a call is awaited that is of something named like a service.
fn looks_like_service(facts: &ModuleFacts, callee: ExprId) -> bool {
    let Expr::Member { object, property } = facts.expr(callee) else { return false };
    let is_service = || last_name(facts, object).is_some_and(|name| SERVICES.contains(&name));
    facts.text(property) == "sendMail" || is_awaited(facts, callee) && is_service()
}

/// Whether a call looks like one of a database.
fn looks_like_query(facts: &ModuleFacts, callee: ExprId) -> bool {
    let Expr::Member { object, property } = facts.expr(callee) else { return false };
    let method = facts.text(property);
    if is_of_document(facts, object, method) {
        return true;
    }
    if !METHODS.contains(&method) && !matches!(method, "values" | "set" | "from") {
        return false;
    }
    if TELLING.contains(&method) {
        return true;
    }
    let names = receiver_names(facts, object);
    if matches!(method, "values" | "set" | "from") {
        // `db.insert(t).values(…)`, `db.update(t).set(…)`, `db.select().from(t)`
        return names.iter().any(|name| matches!(*name, "insert" | "update" | "select"));
    }
    let is_handle =
        names.iter().any(|name| HANDLES.contains(name) || name.ends_with("Prisma") || name.ends_with("Db"));
    let is_model = names.first().is_some_and(|name| {
        name.starts_with(char::is_uppercase)
            && !matches!(*name, "Object" | "Promise" | "Array" | "Map" | "Set" | "JSON" | "Reflect")
            || name.ends_with("Repository")
            || name.ends_with("Repo")
            || name.ends_with("Model")
            || name.ends_with("Collection")
            || name.ends_with("collection")
    });
    // `document.save()`: whatever has no arguments and is awaited is judged by its caller.
    is_handle || is_model || method == "save"
}

/// Whether a call reads or writes a document of Firestore: `db.collection('x').doc(id).get()`, `found.ref.update(…)`.
fn is_of_document(facts: &ModuleFacts, object: ExprId, method: &str) -> bool {
    let is_call =
        |at, name| call_of(facts, at).is_some_and(|(_, callee, _)| last_name(facts, callee) == Some(name));
    match method {
        // What is added to a batch or transaction is no call of its own, and stands in its arguments.
        "get" | "set" | "update" | "delete" => match facts.expr(object) {
            Expr::Member { property, .. } => facts.text(property) == "ref",
            Expr::Call(_) => is_call(object, "doc") && receiver_names(facts, object).contains(&"collection"),
            _ => false,
        },
        "add" => is_call(object, "collection"),
        _ => false,
    }
}

/// The names in what a method is called on, nearest first.
fn receiver_names(facts: &ModuleFacts, object: ExprId) -> Vec<&str> {
    let mut names = Vec::new();
    let mut at = object;
    for _ in 0..8 {
        names.extend(last_name(facts, at));
        at = match facts.expr(at) {
            Expr::Member { object, .. } | Expr::Index { object, .. } => object,
            Expr::Call(site) => match facts.site(site).kind {
                SiteKind::Call { callee, .. } => callee,
                _ => break,
            },
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => value,
                _ => break,
            },
            _ => break,
        };
    }
    names
}
