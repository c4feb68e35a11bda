//! How much of a table a filter leaves.

use super::chain::{call_of, last_name};
use super::names::{Key, key};
use crate::facts::{
    BindingId, ContextId, ContextKind, Expr, ExprId, ModuleFacts, Origin, PropertyKey, SiteKind, WriteKind,
};
use crate::link::{ExprRef, Program, Value, root};

/// How much of a table is read; later ones read less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Reach {
    /// Every row.
    Whole,
    /// Every row in some state: active, public, before a date.
    Flags,
    /// The rows of a stretch of time or numbers.
    Window,
    /// The rows of one customer.
    Tenant,
    /// The rows with a property that the caller names.
    Dynamic,
    /// One row, or those of one owner or parent.
    Owner,
    /// A limited number of rows.
    Capped,
    /// It cannot be seen.
    Unknown,
}

impl Reach {
    /// What two conditions leave together.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            // Some of one customer's rows.
            (Self::Tenant, Self::Dynamic | Self::Window) | (Self::Dynamic | Self::Window, Self::Tenant) => {
                Self::Owner
            }
            _ => self.max(other),
        }
    }

    /// What either of two conditions leaves.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            // One's own, and what is shared by all.
            (Self::Owner, Self::Flags) | (Self::Flags, Self::Owner) => Self::Owner,
            _ => self.min(other),
        }
    }
}

/// How far names and nested objects are followed.
const MAX_DEPTH: u32 = 10;

/// What a filter object leaves: Prisma's `where`, a Mongo filter, TypeORM's and Sequelize's `where`.
pub(crate) fn object(program: &Program<'_>, at: ExprRef, parent: Option<&str>, depth: u32) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    let facts = &module.facts;
    if depth > MAX_DEPTH {
        return Reach::Unknown;
    }
    let go = |id: ExprId| object(program, ExprRef { file: at.file, id }, parent, depth + 1);
    let list = match facts.expr(at.id) {
        Expr::Object(list) => list,
        Expr::Local(binding) => return named(program, at, binding, parent, depth),
        Expr::Conditional { yes, no, .. } => return go(yes).or(go(no)),
        Expr::Array(list) => {
            // TypeORM and Sequelize: any of these.
            return facts.list(list).iter().map(|&id| go(id)).reduce(Reach::or).unwrap_or(Reach::Whole);
        }
        Expr::Global(name) if facts.text(name) == "undefined" => return Reach::Whole,
        Expr::Function(function) => {
            let mut returned = facts.returned(function);
            return match (returned.next(), returned.next()) {
                (Some(value), None) => condition(program, ExprRef { file: at.file, id: value }, depth + 1),
                _ => Reach::Unknown,
            };
        }
        Expr::Call(_) => return condition(program, at, depth + 1),
        _ => return Reach::Unknown,
    };
    let mut reach = Reach::Whole;
    for property in facts.object(list) {
        let value = ExprRef { file: at.file, id: property.value };
        reach = reach.and(match property.key {
            PropertyKey::Name(name) => entry(program, facts.text(name), value, parent, depth),
            PropertyKey::Spread => spread(program, value, parent, depth),
            PropertyKey::Computed(_) => Reach::Unknown,
        });
    }
    reach
}

/// `...(q ? { name: q } : {})` may leave everything, as may `...(q && { name: q })`.
fn spread(program: &Program<'_>, at: ExprRef, parent: Option<&str>, depth: u32) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    match module.facts.expr(at.id) {
        Expr::Logical { right, .. } => {
            match object(program, ExprRef { file: at.file, id: right }, parent, depth + 1) {
                Reach::Unknown => Reach::Unknown,
                // Who may see only their own is asked for it.
                Reach::Owner => Reach::Owner,
                _ => Reach::Flags,
            }
        }
        Expr::Conditional { yes, no, .. } => {
            let part = |id| object(program, ExprRef { file: at.file, id }, parent, depth + 1);
            match (part(yes), part(no)) {
                (Reach::Unknown, _) | (_, Reach::Unknown) => Reach::Unknown,
                (Reach::Owner, _) | (_, Reach::Owner) => Reach::Owner,
                (yes, no) => yes.or(no),
            }
        }
        Expr::Object(_) | Expr::Local(_) => object(program, at, parent, depth + 1),
        _ => Reach::Unknown,
    }
}

/// A filter under a name: what it begins with, and what is added to it.
fn named(program: &Program<'_>, at: ExprRef, id: BindingId, parent: Option<&str>, depth: u32) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    let facts = &module.facts;
    let binding = facts.binding(id);
    let Origin::Init { expr, path, .. } = binding.origin else { return Reach::Unknown };
    if !path.is_empty() || binding.reassigned && !written_to(program, at, id) {
        return Reach::Unknown;
    }
    let mut reach = object(program, ExprRef { file: at.file, id: expr }, parent, depth + 1);
    for &site in module.writes(id) {
        let entry_site = facts.site(site);
        let SiteKind::Write { target, value, kind } = entry_site.kind else { continue };
        let Expr::Member { property, .. } = facts.expr(target) else { return Reach::Unknown };
        if kind == WriteKind::Delete {
            continue;
        }
        let added = entry(program, facts.text(property), ExprRef { file: at.file, id: value }, parent, depth);
        let always = facts
            .contexts_from(entry_site.context)
            .all(|context| !matches!(context.kind, ContextKind::If { .. } | ContextKind::Case { .. }));
        reach = match added {
            // `if (runId) where.runId = runId`: without it, everything.
            _ if !always && is_asked_for(facts, entry_site.context, value) => reach.and(Reach::Whole),
            // Whoever has an owner set is asked for it; for others it is anybody's guess.
            Reach::Owner | Reach::Tenant | Reach::Unknown if !always => Reach::Unknown,
            _ if !always => reach.and(Reach::Whole),
            added => reach.and(added),
        };
    }
    reach
}

/// Whether a value is only used if it is there: `if (x) … = x`, `if (x) … = x.trim()`.
fn is_asked_for(facts: &ModuleFacts, context: ContextId, value: ExprId) -> bool {
    let Expr::Local(wanted) = facts.expr(root(facts, value)) else { return false };
    facts.contexts_from(context).any(|context| {
        matches!(context.kind, ContextKind::If { test, truth: true } if facts.expr(test) == Expr::Local(wanted))
    })
}

/// Whether what is written is something below the name, not the name itself.
fn written_to(program: &Program<'_>, at: ExprRef, id: BindingId) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    module.writes(id).iter().all(|&site| {
        matches!(module.facts.site(site).kind, SiteKind::Write { target, .. } if module.facts.expr(target) != Expr::Local(id))
    })
}

/// One entry of a filter.
fn entry(program: &Program<'_>, name: &str, value: ExprRef, parent: Option<&str>, depth: u32) -> Reach {
    let Some(module) = program.module(value.file) else { return Reach::Unknown };
    let facts = &module.facts;
    if depth > MAX_DEPTH {
        return Reach::Unknown;
    }
    let elements = || match facts.expr(value.id) {
        Expr::Array(list) => facts.list(list).to_vec(),
        _ => Vec::new(),
    };
    let go = |id: ExprId| object(program, ExprRef { file: value.file, id }, parent, depth + 1);
    match name {
        "AND" | "$and" if !elements().is_empty() => {
            return elements().into_iter().map(go).reduce(Reach::and).unwrap_or(Reach::Unknown);
        }
        "AND" | "$and" => return go(value.id),
        "OR" | "$or" => return elements().into_iter().map(go).reduce(Reach::or).unwrap_or(Reach::Dynamic),
        "NOT" | "$nor" => return Reach::Flags,
        "$text" | "$where" | "$expr" | "RAW" => return Reach::Unknown,
        "is" if facts.expr(value.id) == Expr::Null => return Reach::Flags,
        // Of a relation: any, all, none of what it holds.
        "some" | "every" | "is" | "has" => return go(value.id),
        "none" | "isNot" => return Reach::Flags,
        _ => {}
    }
    let grade = key(&qualified(name, parent));
    let own = match grade {
        Key::Owner => Reach::Owner,
        Key::Tenant => Reach::Tenant,
        Key::Plain => Reach::Dynamic,
    };
    match facts.expr(value.id) {
        Expr::Object(list) => {
            let operators: Vec<&str> = facts
                .object(list)
                .iter()
                .filter_map(
                    |p| if let PropertyKey::Name(name) = p.key { Some(facts.text(name)) } else { None },
                )
                .collect();
            if let Some(reach) = by_operators(&operators, own) {
                let first = facts.object(list).first().map(|p| ExprRef { file: value.file, id: p.value });
                let written_down = first.is_some_and(|at| is_written_down(program, at));
                let searches = operators
                    .iter()
                    .any(|name| matches!(*name, "contains" | "startsWith" | "endsWith" | "$regex"));
                return if reach == Reach::Dynamic && written_down && !searches {
                    Reach::Flags
                } else {
                    reach
                };
            }
            object(program, value, Some(name), depth + 1)
        }
        // Of nobody: whoever has no name.
        Expr::Str(text) if facts.text(text).is_empty() => Reach::Flags,
        Expr::Number(_) | Expr::Str(_) if grade != Key::Plain => own,
        Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) | Expr::Not(_) => Reach::Flags,
        Expr::Global(name) if facts.text(name) == "undefined" => Reach::Whole,
        Expr::Member { object, .. } if is_constant(program, ExprRef { file: value.file, id: object }) => {
            Reach::Flags
        }
        // `In(ids)`, `MoreThan(date)`
        Expr::Call(_) => match call_of(facts, value.id).and_then(|(_, callee, _)| last_name(facts, callee)) {
            Some("In" | "ObjectId" | "Number" | "String" | "parseInt" | "BigInt" | "Equal" | "toString") => {
                own
            }
            Some("LessThan" | "LessThanOrEqual" | "Not" | "IsNull") => Reach::Flags,
            Some("Between" | "MoreThan" | "MoreThanOrEqual") => Reach::Window,
            _ if grade == Key::Plain => Reach::Unknown,
            _ => own,
        },
        _ => own,
    }
}

/// `id` below `workspace` is the workspace's.
fn qualified(name: &str, parent: Option<&str>) -> String {
    match parent {
        Some(parent) if matches!(name, "id" | "_id" | "slug") => format!("{parent}Id"),
        _ => name.to_owned(),
    }
}

/// What `{ in: … }`, `{ gte: …, lt: … }` and their like leave; `None` if these are no operators.
fn by_operators(operators: &[&str], own: Reach) -> Option<Reach> {
    let has = |names: &[&str]| operators.iter().any(|operator| names.contains(operator));
    if operators.is_empty() {
        return Some(Reach::Flags);
    }
    if has(&["in", "$in", "equals", "$eq", "hasSome", "hasEvery", "$all", "eq", "$elemMatch"]) {
        return Some(own);
    }
    let from = has(&["gte", "gt", "$gte", "$gt"]);
    let to = has(&["lte", "lt", "$lte", "$lt"]);
    // Since a date is as a rule a short while; before a date is nearly everything.
    if from {
        return Some(Reach::Window);
    }
    if to || has(&["not", "notIn", "$ne", "$nin", "$exists", "$not", "$type", "isNull", "isSet", "ne"]) {
        return Some(Reach::Flags);
    }
    if has(&[
        "contains",
        "startsWith",
        "endsWith",
        "$regex",
        "search",
        "mode",
        "path",
        "like",
        "ilike",
        "$near",
    ]) {
        return Some(Reach::Dynamic);
    }
    None
}

/// `['open', Status.HELD]`, `OPEN_STATES`: values that stand in the source.
fn is_written_down(program: &Program<'_>, at: ExprRef) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    match facts.expr(at.id) {
        Expr::Array(list) => facts.list(list).iter().all(|&id| match facts.expr(id) {
            Expr::Str(_) | Expr::Number(_) | Expr::Bool(_) => true,
            Expr::Member { object, .. } => is_constant(program, ExprRef { file: at.file, id: object }),
            _ => false,
        }),
        Expr::Str(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Null => true,
        Expr::Local(binding) => {
            let name = facts.text(facts.binding(binding).name);
            name.len() > 1 && !name.contains(char::is_lowercase)
        }
        Expr::Member { object, .. } => is_constant(program, ExprRef { file: at.file, id: object }),
        _ => false,
    }
}

/// `Status.ACTIVE`: a member of an enum or of a table of constants.
fn is_constant(program: &Program<'_>, object: ExprRef) -> bool {
    let Some(module) = program.module(object.file) else { return false };
    let facts = &module.facts;
    match facts.expr(object.id) {
        Expr::Local(binding) => facts.text(facts.binding(binding).name).starts_with(char::is_uppercase),
        Expr::Member { property, .. } => facts.text(property).starts_with(char::is_uppercase),
        Expr::Global(name) => facts.text(name).starts_with(char::is_uppercase),
        _ => matches!(program.value(object), Value::External(_)),
    }
}

/// What a condition built by functions leaves: `and(eq(t.userId, id), gte(t.at, from))`.
pub(crate) fn condition(program: &Program<'_>, at: ExprRef, depth: u32) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    let facts = &module.facts;
    if depth > MAX_DEPTH {
        return Reach::Unknown;
    }
    let go = |id: ExprId| condition(program, ExprRef { file: at.file, id }, depth + 1);
    if let Expr::Conditional { yes, no, .. } = facts.expr(at.id) {
        return go(yes).or(go(no));
    }
    if let Expr::Global(name) = facts.expr(at.id)
        && facts.text(name) == "undefined"
    {
        return Reach::Whole;
    }
    let Some((_, callee, args)) = call_of(facts, at.id) else { return Reach::Unknown };
    let args = facts.list(args);
    let column = args.first().map_or(Key::Plain, |&first| match facts.expr(first) {
        Expr::Member { property, .. } => key(facts.text(property)),
        _ => Key::Owner,
    });
    let own = match column {
        Key::Owner => Reach::Owner,
        Key::Tenant => Reach::Tenant,
        Key::Plain => Reach::Dynamic,
    };
    match last_name(facts, callee) {
        Some("and") => args.iter().map(|&id| go(id)).reduce(Reach::and).unwrap_or(Reach::Whole),
        Some("or") => args.iter().map(|&id| go(id)).reduce(Reach::or).unwrap_or(Reach::Whole),
        Some("eq") if column != Key::Plain => own,
        Some("eq") => match args.get(1).map(|&id| facts.expr(id)) {
            Some(Expr::Bool(_) | Expr::Str(_) | Expr::Number(_) | Expr::Null) => Reach::Flags,
            _ => own,
        },
        Some("inArray" | "arrayContains" | "arrayOverlaps") => own,
        Some("like" | "ilike") => Reach::Dynamic,
        Some("between" | "gt" | "gte") => Reach::Window,
        Some(
            "ne" | "lt" | "lte" | "isNull" | "isNotNull" | "not" | "notInArray" | "notLike" | "notBetween"
            | "notIlike",
        ) => Reach::Flags,
        _ => Reach::Unknown,
    }
}
