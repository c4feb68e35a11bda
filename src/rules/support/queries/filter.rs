//! What options objects, chained calls and texts say of a query.

use super::Call;
use super::chain::{Step, last_name};
use super::equal::{Of, equal};
use super::names::{names_rows, tells_due};
use super::reach::Reach;
use super::{either, narrow};
use crate::facts::{Expr, ExprId, List, ModuleFacts, Origin, PropertyKey, SiteKind};
use crate::link::{ExprRef, Program, Value};
use crate::span::FileId;

/// Keys of options objects that limit the number of rows.
const CAPS: &[&str] = &[
    "take", "limit", "first", "last", "cursor", "skip", "offset", "pageSize", "count", "groupBy", "distinct",
];

/// What an options object leaves: `{ where: …, take: … }`.
pub(crate) fn options(program: &Program<'_>, at: ExprRef, of: Of<'_>, depth: u32) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    let facts = &module.facts;
    if depth > 8 {
        return Reach::Unknown;
    }
    let list = match facts.expr(at.id) {
        Expr::Object(list) => list,
        Expr::Local(id) => {
            let binding = facts.binding(id);
            return match binding.origin {
                // What is added to it later may well be the limit.
                Origin::Init { expr, path, .. } if path.is_empty() && module.writes(id).is_empty() => {
                    options(program, ExprRef { file: at.file, id: expr }, of, depth + 1)
                }
                _ => Reach::Unknown,
            };
        }
        Expr::Global(name) if facts.text(name) == "undefined" => return Reach::Whole,
        _ => return Reach::Unknown,
    };
    let mut reach = Reach::Whole;
    for property in facts.object(list) {
        let value = ExprRef { file: at.file, id: property.value };
        match property.key {
            PropertyKey::Name(name) => match facts.text(name) {
                "where" => reach = reach.and(narrow::object(program, value, of, 0)),
                cap if CAPS.contains(&cap) => return Reach::Capped,
                _ => {}
            },
            PropertyKey::Spread => reach = reach.and(spread(program, value, of, depth)),
            PropertyKey::Computed(_) => reach = Reach::Unknown,
        }
    }
    reach
}

fn spread(program: &Program<'_>, at: ExprRef, of: Of<'_>, depth: u32) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    match module.facts.expr(at.id) {
        Expr::Object(_) | Expr::Local(_) => options(program, at, of, depth + 1),
        // `...(limit && { take: limit })` says that somebody thought of it.
        Expr::Logical { right, .. } => options(program, ExprRef { file: at.file, id: right }, of, depth + 1),
        Expr::Conditional { yes, no, .. } => {
            let part = |id| options(program, ExprRef { file: at.file, id }, of, depth + 1);
            part(yes).and(part(no))
        }
        _ => Reach::Unknown,
    }
}

/// Whether an object says how many rows there may be.
pub(crate) fn has_cap(program: &Program<'_>, at: ExprRef) -> bool {
    matches!(options(program, at, Of::table(None), 0), Reach::Capped | Reach::Unknown)
}

/// The value of a key of an object literal.
pub(crate) fn entry(facts: &ModuleFacts, object: ExprId, name: &str) -> Option<ExprId> {
    let Expr::Object(list) = facts.expr(object) else { return None };
    let found = facts.object(list).iter().rev();
    found
        .clone()
        .find(|p| matches!(p.key, PropertyKey::Name(key) if facts.text(key) == name))
        .map(|p| p.value)
}

/// Whether a chained call is a condition.
pub(crate) fn is_where(name: &str) -> bool {
    matches!(
        name,
        "where"
            | "andWhere"
            | "whereIn"
            | "orderBy"
            | "whereNull"
            | "whereNot"
            | "join"
            | "leftJoin"
            | "whereNotNull"
    )
}

/// What chained calls leave.
pub(crate) fn steps(call: Call<'_, '_>, of: Of<'_>, steps: &[Step]) -> Reach {
    let Some(module) = call.program.module(call.file) else { return Reach::Unknown };
    let facts = &module.facts;
    steps.iter().map(|step| one_step(call, facts, of, *step)).fold(Reach::Whole, Reach::and)
}

fn one_step(call: Call<'_, '_>, facts: &ModuleFacts, of: Of<'_>, step: Step) -> Reach {
    let args = facts.list(step.args);
    let first = args.first().map(|&id| ExprRef { file: call.file, id });
    match facts.text(step.name) {
        "sort" | "orderBy" | "order" | "lean" | "exec" | "populate" | "select" | "toArray" | "all"
        | "execute" | "leftJoin" | "innerJoin" | "rightJoin" | "fullJoin" | "join" | "then" | "catch"
        | "finally" | "project" | "allowDiskUse" | "hint" | "session" | "collation" | "maxTimeMS"
        | "selectAll" | "distinctOn" | "addSelect" | "returns" | "throwOnError" | "overrideTypes"
        | "from" | "distinct" | "setOptions" | "read" | "fields" => Reach::Whole,
        // A lock on rows is taken for what is done next.
        "for"
        | "limit"
        | "take"
        | "range"
        | "single"
        | "maybeSingle"
        | "executeTakeFirst"
        | "executeTakeFirstOrThrow"
        | "top"
        | "fetch"
        | "first"
        | "get"
        | "skip"
        | "offset"
        | "count"
        | "countDocuments"
        | "groupBy"
        | "sum"
        | "max"
        | "min"
        | "avg"
        | "insert"
        | "update"
        | "delete"
        | "del"
        | "upsert"
        | "insertInto"
        | "having"
        | "paginate"
        | "cursor"
        | "stream"
        | "next"
        | "hasNext"
        | "as"
        | "explain"
        | "findOne"
        | "pluck"
        | "csv"
        | "increment"
        | "truncate"
        | "createReadStream" => Reach::Capped,
        "where" | "andWhere" | "match" | "filter" | "find" => match (args.len(), first) {
            (0, _) => Reach::Whole,
            (1, Some(at)) if matches!(facts.expr(at.id), Expr::Object(_)) => {
                narrow::object(call.program, at, of, 0)
            }
            (1, Some(at)) => narrow::condition(call.program, at, of, 0),
            _ => triple(call, of, args),
        },
        "eq" | "in" | "whereIn" | "contains" | "textSearch" => column(call, of, args),
        "like" | "ilike" => Reach::Dynamic,
        "or" => first.map_or(Reach::Unknown, |first| either::either(call.program, of, first)),
        "gt" | "gte" => Reach::Window,
        "lt" | "lte" if is_due(facts, args) => Reach::Window,
        "neq" | "is" | "not" | "lt" | "lte" | "whereNot" | "whereNull" | "whereNotNull" => Reach::Flags,
        "whereBetween" => Reach::Window,
        _ => Reach::Unknown,
    }
}

/// Whether the first of these names a column that says when something is to be done.
fn is_due(facts: &ModuleFacts, args: &[ExprId]) -> bool {
    matches!(args.first().map(|&first| facts.expr(first)), Some(Expr::Str(name)) if tells_due(facts.text(name)))
}

/// What `('user_id', value)` leaves.
fn column(call: Call<'_, '_>, of: Of<'_>, args: &[ExprId]) -> Reach {
    let Some(module) = call.program.module(call.file) else { return Reach::Unknown };
    let facts = &module.facts;
    let (Some(&first), value) = (args.first(), args.get(1)) else { return Reach::Unknown };
    let Expr::Str(name) = facts.expr(first) else { return Reach::Unknown };
    let name = facts.text(name);
    let column = name.rsplit('.').next().unwrap_or(name);
    let own = equal(call.program, of, column, value.map(|&id| ExprRef { file: call.file, id }));
    match value.map(|&id| facts.expr(id)) {
        Some(Expr::Bool(_) | Expr::Str(_) | Expr::Number(_) | Expr::Null) if own == Reach::Dynamic => {
            Reach::Flags
        }
        _ => own,
    }
}

/// What `('user_id', '=', value)` leaves.
pub(crate) fn triple(call: Call<'_, '_>, of: Of<'_>, args: &[ExprId]) -> Reach {
    let Some(module) = call.program.module(call.file) else { return Reach::Unknown };
    let facts = &module.facts;
    match args {
        [name, operator, value] => match facts.expr(*operator) {
            Expr::Str(text) => match facts.text(text) {
                "=" | "==" | "in" | "IN" | "array-contains" | "is" => column(call, of, &[*name, *value]),
                "like" | "ilike" => Reach::Dynamic,
                ">" | ">=" => Reach::Window,
                "<" | "<=" if is_due(facts, args) => Reach::Window,
                _ => Reach::Flags,
            },
            _ => Reach::Unknown,
        },
        [_, _] => column(call, of, args),
        _ => Reach::Unknown,
    }
}

/// Whether a list of columns is one of counts: `select({ n: count() })`.
pub(crate) fn aggregates(program: &Program<'_>, file: FileId, columns: List) -> bool {
    let Some(module) = program.module(file) else { return false };
    let facts = &module.facts;
    let Some(&first) = facts.list(columns).first() else { return false };
    let Value::Object(at) = program.value(ExprRef { file, id: first }) else {
        // Columns that are put together elsewhere may be anything.
        return !matches!(facts.expr(first), Expr::Member { .. });
    };
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    let Expr::Object(list) = facts.expr(at.id) else { return false };
    facts.object(list).iter().any(|property| counts(facts, property.value, 0))
}

/// Whether columns of `selectDistinct({ kind: t.kind })` have few values.
pub(crate) fn gives_values(facts: &ModuleFacts, columns: List) -> bool {
    let Some(Expr::Object(list)) = facts.list(columns).first().map(|&first| facts.expr(first)) else {
        return false;
    };
    facts.object(list).iter().all(|property| match facts.expr(property.value) {
        Expr::Member { property, .. } => !names_rows(facts.text(property)),
        _ => false,
    })
}

/// Whether `.select('kind').distinct()` gives values of columns.
pub(crate) fn has_distinct_values(facts: &ModuleFacts, steps: &[Step]) -> bool {
    let is = |step: &&Step, name: &str| facts.text(step.name) == name;
    let mut selected = steps.iter().filter(|step| is(step, "select")).flat_map(|step| facts.list(step.args));
    let is_value = |id: &ExprId| match facts.expr(*id) {
        Expr::Str(column) => !names_rows(facts.text(column)),
        Expr::Array(list) => facts
            .list(list)
            .iter()
            .all(|&id| matches!(facts.expr(id), Expr::Str(column) if !names_rows(facts.text(column)))),
        _ => false,
    };
    steps.iter().any(|step| is(&step, "distinct"))
        && !steps.iter().any(|step| is(&step, "selectAll"))
        && selected.all(is_value)
}

fn counts(facts: &ModuleFacts, id: ExprId, depth: u32) -> bool {
    if depth > 6 {
        return false;
    }
    let Expr::Call(site) = facts.expr(id) else { return false };
    match facts.site(site).kind {
        SiteKind::Tagged { template, .. } => {
            let parts = match facts.expr(template) {
                Expr::Template(list) => facts.list(list).to_vec(),
                _ => vec![template],
            };
            parts.iter().any(|&part| {
                let Expr::Str(text) = facts.expr(part) else { return false };
                let text = facts.text(text).to_ascii_lowercase();
                ["count(", "sum(", "avg(", "min(", "max("].iter().any(|name| text.contains(name))
            })
        }
        SiteKind::Call { callee, .. } => {
            let counting = matches!(
                last_name(facts, callee),
                Some("count" | "countDistinct" | "sum" | "avg" | "min" | "max")
            );
            // `count().as('n')`, `` sql`…`.mapWith(Number) ``
            let inner = match facts.expr(callee) {
                Expr::Member { object, .. } => counts(facts, object, depth + 1),
                _ => false,
            };
            counting || inner
        }
        _ => false,
    }
}

/// Text that an expression certainly is, with `?` for what is put in.
pub(crate) fn text_of(program: &Program<'_>, at: ExprRef, depth: u32) -> Option<String> {
    let facts = &program.module(at.file)?.facts;
    if depth > 8 {
        return None;
    }
    match facts.expr(at.id) {
        Expr::Str(name) => Some(facts.text(name).to_owned()),
        Expr::Template(list) => {
            let parts = facts.list(list).iter().map(|&part| match facts.expr(part) {
                Expr::Str(name) => facts.text(name),
                _ => " ? ",
            });
            Some(parts.collect())
        }
        Expr::Local(id) => match facts.binding(id) {
            binding if binding.reassigned => None,
            binding => match binding.origin {
                Origin::Init { expr, path, .. } if path.is_empty() => {
                    text_of(program, ExprRef { file: at.file, id: expr }, depth + 1)
                }
                _ => None,
            },
        },
        // `` Prisma.sql`…` ``, `` sql`…` ``
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Tagged { template, .. } => {
                text_of(program, ExprRef { file: at.file, id: template }, depth + 1)
            }
            _ => None,
        },
        // `{ text: '…', values }`, `{ sql: '…', args }`
        Expr::Object(_) => {
            let text = entry(facts, at.id, "text").or_else(|| entry(facts, at.id, "sql"))?;
            text_of(program, ExprRef { file: at.file, id: text }, depth + 1)
        }
        _ => None,
    }
}
