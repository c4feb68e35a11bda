//! Whether a call is a query, and what it says.

use super::Call;
use super::chain::{Chain, Fate, last_name, outwards};
use super::equal::Of;
use super::filter;
use super::reach::Reach;
use super::statements::{takes_sql, text};
use super::{arranged, narrow, pipelines};
use crate::catalogue::QueryKind;
use crate::facts::{BindingKind, Expr, ExprId, ModuleFacts, Origin, PropertyKey};
use crate::link::{ExprRef, Value};

/// What a query says.
pub(crate) struct Seen {
    pub what: &'static str,
    pub table: Option<String>,
    pub reach: Reach,
    pub arranged: bool,
    pub fate: Fate,
    pub end: ExprId,
    pub by_api: bool,
}

/// Whether a call is worth a look: most are not, and are left at the name.
pub(crate) fn is_candidate(facts: &ModuleFacts, callee: ExprId) -> bool {
    last_name(facts, callee).is_some_and(makes_queries)
}

/// Whether a method is one by which queries of any library are made.
fn makes_queries(method: &str) -> bool {
    matches!(
        method,
        "findMany"
            | "find"
            | "findAll"
            | "from"
            | "selectFrom"
            | "select"
            | "query"
            | "execute"
            | "$queryRaw"
            | "$queryRawUnsafe"
            | "unsafe"
            | "prepare"
            | "aggregate"
            | "get"
            | "getDocs"
            | "getMany"
            | "sql"
            | "raw"
    )
}

/// A call that the catalogue knows.
pub(crate) fn known(call: Call<'_, '_>, kind: QueryKind) -> Option<Seen> {
    match kind {
        QueryKind::Options => options(call),
        QueryKind::Filter => filtered(call, true),
        QueryKind::Pipeline => pipeline(call, true),
        QueryKind::Chain => chained(call, true),
        QueryKind::Sql => text(call, Some(kind)),
        QueryKind::Harmless => None,
    }
}

/// A call of something that cannot be followed, by its shape.
pub(crate) fn by_shape(call: Call<'_, '_>) -> Option<Seen> {
    let facts = &call.program.module(call.file)?.facts;
    // A method of the project itself is looked at where it is written.
    let value = call.program.value(ExprRef { file: call.file, id: call.callee });
    if !matches!(value, Value::Unknown | Value::Made(_) | Value::External(_)) {
        return None;
    }
    match last_name(facts, call.callee)? {
        "findMany" => options(call),
        "findAll" if first_object_has(call, &["where", "include", "attributes", "order", "raw"]) => {
            options(call)
        }
        // Payload pages by itself.
        "find" if first_object_has(call, &["collection", "slug"]) => None,
        "find" if first_object_has(call, &["where", "relations", "order", "select", "take"]) => options(call),
        "find" => filtered(call, false),
        "aggregate" => pipeline(call, false),
        "from" | "selectFrom" | "select" => chained(call, false),
        name if takes_sql(name) => text(call, None),
        "get" | "getDocs" => firestore(call),
        _ => None,
    }
}

fn seen(what: &'static str, table: Option<String>, reach: Reach, chain: &Chain) -> Seen {
    Seen { what, table, reach, arranged: false, fate: chain.fate, end: chain.end, by_api: false }
}

/// `findMany({ where, take })`
fn options(call: Call<'_, '_>) -> Option<Seen> {
    let module = call.program.module(call.file)?;
    let facts = &module.facts;
    let Expr::Member { object, .. } = facts.expr(call.callee) else { return None };
    let chain = outwards(module, call.declared, facts.site(call.site).expr);
    let table = last_name(facts, object).map(str::to_owned);
    let of = Of::table(table.as_deref());
    let first = facts.list(call.args).first().copied();
    let reach = match first {
        None => Reach::Whole,
        Some(first) => filter::options(call.program, ExprRef { file: call.file, id: first }, of, 0),
    };
    let arranged = arranged::by_options(facts, first);
    let reach = reach.and(filter::steps(call, of, &chain.steps));
    Some(Seen { arranged, ..seen("a query", table, reach, &chain) })
}

/// `Model.find({ … }).sort(…).limit(…)`, `collection('x').find().toArray()`
fn filtered(call: Call<'_, '_>, known: bool) -> Option<Seen> {
    let module = call.program.module(call.file)?;
    let facts = &module.facts;
    let Expr::Member { object, .. } = facts.expr(call.callee) else { return None };
    let chain = outwards(module, call.declared, facts.site(call.site).expr);
    let arguments = facts.list(call.args);
    let first = arguments.first().map(|&id| ExprRef { file: call.file, id });
    // `[].find(x => …)`
    if first.is_some_and(|at| {
        matches!(facts.expr(at.id), Expr::Function(_)) || matches!(call.program.value(at), Value::Function(_))
    }) {
        return None;
    }
    if !known && !is_collection(call, object, first, &chain) {
        return None;
    }
    let table = collection_name(call, object);
    let of = Of::table(table.as_deref());
    let own = match first {
        None => Reach::Whole,
        Some(at) => narrow::object(call.program, at, of, 0),
    };
    let reach = own.and(filter::steps(call, of, &chain.steps));
    let limited =
        arguments.get(2).is_some_and(|&id| filter::has_cap(call.program, ExprRef { file: call.file, id }));
    let arranged = arranged::by_steps(facts, &chain.steps);
    Some(Seen { arranged, ..seen("a query", table, if limited { Reach::Capped } else { reach }, &chain) })
}

/// `Model.aggregate([{ $match: … }, { $sort: … }])`
fn pipeline(call: Call<'_, '_>, known: bool) -> Option<Seen> {
    let module = call.program.module(call.file)?;
    let facts = &module.facts;
    let Expr::Member { object, .. } = facts.expr(call.callee) else { return None };
    let first = *facts.list(call.args).first()?;
    let table = collection_name(call, object);
    let of = Of::table(table.as_deref());
    let own = pipelines::reach(call.program, of, ExprRef { file: call.file, id: first })?;
    let chain = outwards(module, call.declared, facts.site(call.site).expr);
    if !known && !is_collection(call, object, None, &chain) {
        return None;
    }
    let reach = own.and(filter::steps(call, of, &chain.steps));
    Some(seen("a query", table, reach, &chain))
}

/// Whether what `find` is called on is a collection or a model, as far as shape tells.
fn is_collection(call: Call<'_, '_>, object: ExprId, first: Option<ExprRef>, chain: &Chain) -> bool {
    let Some(module) = call.program.module(call.file) else { return false };
    let facts = &module.facts;
    let steps: Vec<&str> = chain.steps.iter().map(|step| facts.text(step.name)).collect();
    if steps.contains(&"toArray") || collection_call(facts, object).is_some() {
        return true;
    }
    let queries =
        steps.iter().any(|step| matches!(*step, "lean" | "exec" | "populate" | "sort" | "limit" | "skip"));
    let is_model = match facts.expr(object) {
        Expr::Local(binding) => {
            let entry = facts.binding(binding);
            let name = facts.text(entry.name);
            let imported =
                matches!(entry.kind, BindingKind::Import | BindingKind::Const | BindingKind::Param);
            imported && (name.starts_with(char::is_uppercase) || name == "model" || name.ends_with("Model"))
        }
        Expr::Member { property, .. } => {
            let name = facts.text(property);
            name.starts_with(char::is_uppercase) || name.ends_with("Model")
        }
        _ => false,
    };
    let is_filter = first.is_some_and(|at| matches!(facts.expr(at.id), Expr::Object(_)));
    is_model && (is_filter || first.is_none() || queries) && chain.fate != Fate::Other
}

/// The argument of `collection('users')`, directly before a call.
fn collection_call(facts: &ModuleFacts, object: ExprId) -> Option<ExprId> {
    let (_, callee, args) = super::chain::call_of(facts, object)?;
    let is = matches!(last_name(facts, callee), Some("collection" | "collectionGroup"));
    if is { facts.list(args).first().copied() } else { None }
}

/// The name of a collection or model.
fn collection_name(call: Call<'_, '_>, object: ExprId) -> Option<String> {
    let facts = &call.program.module(call.file)?.facts;
    match collection_call(facts, object) {
        Some(name) => match facts.expr(name) {
            Expr::Str(name) => Some(facts.text(name).to_owned()),
            _ => None,
        },
        None => match facts.expr(object) {
            // A collection under a name says what it is where it is made.
            Expr::Local(binding) => match facts.binding(binding).origin {
                Origin::Init { expr, .. } if collection_call(facts, expr).is_some() => {
                    collection_name(call, expr)
                }
                _ => last_name(facts, object).map(str::to_owned),
            },
            _ => last_name(facts, object).map(str::to_owned),
        },
    }
}

/// `db.select().from(t).where(…)`, `db.selectFrom('t')`, `supabase.from('t').select()`, `knex('t').where(…)`
fn chained(call: Call<'_, '_>, known: bool) -> Option<Seen> {
    let module = call.program.module(call.file)?;
    let facts = &module.facts;
    let name = last_name(facts, call.callee)?;
    let chain = outwards(module, call.declared, facts.site(call.site).expr);
    let first = facts.list(call.args).first().copied();
    let table = match first.map(|id| facts.expr(id)) {
        Some(Expr::Str(name)) => {
            Some(facts.text(name).split([' ', '.']).next().unwrap_or_default().to_owned())
        }
        Some(Expr::Local(_) | Expr::Member { .. }) => {
            first.and_then(|id| last_name(facts, id)).map(str::to_owned)
        }
        _ => None,
    };
    let steps = |seen: Seen| {
        let of = Of::table(seen.table.as_deref());
        let reach = seen.reach.and(filter::steps(call, of, &chain.steps));
        Seen { reach, arranged: arranged::by_steps(facts, &chain.steps), ..seen }
    };
    let method = match facts.expr(call.callee) {
        Expr::Member { object, .. } => super::chain::call_of(facts, object),
        _ => None,
    };
    let before = method.and_then(|(_, callee, _)| last_name(facts, callee));
    match (name, before) {
        ("from", Some("select" | "selectDistinct" | "selectDistinctOn")) => {
            let (_, _, columns) = method?;
            let is_table =
                matches!(first.map(|id| facts.expr(id)), Some(Expr::Local(_) | Expr::Member { .. }));
            if !is_table
                || first.is_some_and(|id| is_part_query(facts, id))
                || filter::aggregates(call.program, call.file, columns)
                || before == Some("selectDistinct") && filter::gives_values(facts, columns)
            {
                return None;
            }
            Some(steps(seen("a Drizzle query", table, Reach::Whole, &chain)))
        }
        ("selectFrom", _) if filter::has_distinct_values(facts, &chain.steps) => None,
        ("selectFrom", _) => Some(steps(seen("a Kysely query", table, Reach::Whole, &chain))),
        ("select", Some("from")) => {
            let (_, _, from) = method?;
            let Expr::Str(table) = facts.expr(*facts.list(from).first()?) else { return None };
            let counts = facts.list(call.args).get(1).is_some_and(|&id| {
                matches!(filter::entry(facts, id, "head"), Some(value) if facts.expr(value) == Expr::Bool(true))
            });
            let embeds_count = first.is_some_and(
                |id| matches!(facts.expr(id), Expr::Str(text) if facts.text(text).contains("count(")),
            );
            if counts || embeds_count {
                return None;
            }
            let found = seen("a Supabase query", Some(facts.text(table).to_owned()), Reach::Whole, &chain);
            Some(Seen { by_api: true, ..steps(found) })
        }
        ("get" | "getDocs", _) => firestore(call),
        _ if known => {
            let selects = chain.steps.iter().any(|step| facts.text(step.name) == "select")
                || chain.fate == Fate::Awaited
                    && chain.steps.iter().all(|step| filter::is_where(facts.text(step.name)));
            (selects && table.is_some()).then(|| steps(seen("a query", table, Reach::Whole, &chain)))
        }
        _ => None,
    }
}

/// Whether a name stands for a query that is used as a table: `….as('x')`, `db.$with('x').as(…)`.
fn is_part_query(facts: &ModuleFacts, id: ExprId) -> bool {
    let Expr::Local(binding) = facts.expr(id) else { return false };
    let Origin::Init { expr, .. } = facts.binding(binding).origin else { return false };
    super::chain::call_of(facts, expr).is_some_and(|(_, callee, _)| last_name(facts, callee) == Some("as"))
}

/// `db.collection('x').where(…).get()`, `getDocs(query(collection(db, 'x'), where(…)))`
fn firestore(call: Call<'_, '_>) -> Option<Seen> {
    let module = call.program.module(call.file)?;
    let facts = &module.facts;
    let chain = outwards(module, call.declared, facts.site(call.site).expr);
    let mut reach = Reach::Whole;
    let mut conditions: Vec<&[ExprId]> = Vec::new();
    let mut at = match facts.expr(call.callee) {
        Expr::Member { object, .. } => object,
        _ => *facts.list(call.args).first()?,
    };
    for _ in 0..16 {
        let (_, callee, args) = super::chain::call_of(facts, at)?;
        let args = facts.list(args);
        match last_name(facts, callee)? {
            "collection" | "collectionGroup" => {
                // A collection below a document belongs to it.
                let below = match facts.expr(callee) {
                    Expr::Member { object, .. } => matches!(
                        super::chain::call_of(facts, object).and_then(|(_, c, _)| last_name(facts, c)),
                        Some("doc")
                    ),
                    _ => args.len() > 2,
                };
                let name = args.iter().rev().find_map(|&id| match facts.expr(id) {
                    Expr::Str(name) => Some(facts.text(name).to_owned()),
                    _ => None,
                })?;
                let of = Of::table(Some(&name));
                let reach =
                    conditions.iter().map(|args| filter::triple(call, of, args)).fold(reach, Reach::and);
                let reach = if below || name.contains('/') { Reach::Owner } else { reach };
                return Some(seen("a Firestore query", Some(name), reach, &chain));
            }
            "limit" | "limitToLast" | "count" => reach = Reach::Capped,
            "where" => conditions.push(args),
            "query" => {
                for &part in args.iter().skip(1) {
                    let (_, callee, args) = super::chain::call_of(facts, part)?;
                    match last_name(facts, callee)? {
                        "where" => conditions.push(facts.list(args)),
                        "orderBy" => {}
                        _ => reach = Reach::Capped,
                    }
                }
                at = *args.first()?;
                continue;
            }
            "orderBy" | "select" | "startAfter" => {}
            _ => return None,
        }
        let Expr::Member { object, .. } = facts.expr(callee) else { return None };
        at = object;
    }
    None
}

/// Whether the first argument is an object literal with one of these keys.
fn first_object_has(call: Call<'_, '_>, keys: &[&str]) -> bool {
    let Some(module) = call.program.module(call.file) else { return false };
    let facts = &module.facts;
    let Some(&first) = facts.list(call.args).first() else { return false };
    let Expr::Object(list) = facts.expr(first) else { return false };
    facts
        .object(list)
        .iter()
        .any(|p| matches!(p.key, PropertyKey::Name(name) if keys.contains(&facts.text(name))))
}
