//! How much of a table a filter leaves.

use super::chain::{call_of, last_name};
use super::equal::{Of, equal};
use super::names::tells_due;
use super::reach::Reach;
use super::values::{by_operators, by_value};
use crate::facts::{
    BindingId, ContextId, ContextKind, Expr, ExprId, ModuleFacts, Origin, PropertyKey, SiteKind, WriteKind,
};
use crate::link::{ExprRef, Program, root};

/// How far names and nested objects are followed.
const MAX_DEPTH: u32 = 10;

/// What a filter object leaves: Prisma's `where`, a Mongo filter, TypeORM's and Sequelize's `where`.
pub(crate) fn object(program: &Program<'_>, at: ExprRef, of: Of<'_>, depth: u32) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    let facts = &module.facts;
    if depth > MAX_DEPTH {
        return Reach::Unknown;
    }
    let go = |id: ExprId| object(program, ExprRef { file: at.file, id }, of, depth + 1);
    let list = match facts.expr(at.id) {
        Expr::Object(list) => list,
        Expr::Local(binding) => return named(program, at, binding, of, depth),
        Expr::Conditional { yes, no, .. } => return go(yes).or(go(no)),
        Expr::Array(list) => {
            // TypeORM and Sequelize: any of these.
            return facts.list(list).iter().map(|&id| go(id)).reduce(Reach::or).unwrap_or(Reach::Whole);
        }
        Expr::Global(name) if facts.text(name) == "undefined" => return Reach::Whole,
        Expr::Function(function) => {
            let mut returned = facts.returned(function);
            return match (returned.next(), returned.next()) {
                (Some(value), None) => {
                    condition(program, ExprRef { file: at.file, id: value }, of, depth + 1)
                }
                _ => Reach::Unknown,
            };
        }
        Expr::Call(_) => return condition(program, at, of, depth + 1),
        _ => return Reach::Unknown,
    };
    let mut reach = Reach::Whole;
    for property in facts.object(list) {
        let value = ExprRef { file: at.file, id: property.value };
        reach = reach.and(match property.key {
            PropertyKey::Name(name) => entry(program, facts.text(name), value, of, depth),
            PropertyKey::Spread => spread(program, value, of, depth),
            PropertyKey::Computed(_) => Reach::Unknown,
        });
    }
    reach
}

/// `...(q ? { name: q } : {})` may leave everything, as may `...(q && { name: q })`.
fn spread(program: &Program<'_>, at: ExprRef, of: Of<'_>, depth: u32) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    match module.facts.expr(at.id) {
        Expr::Logical { right, .. } => {
            match object(program, ExprRef { file: at.file, id: right }, of, depth + 1) {
                Reach::Unknown => Reach::Unknown,
                // Who may see only their own is asked for it.
                Reach::Owner => Reach::Owner,
                _ => Reach::Flags,
            }
        }
        Expr::Conditional { yes, no, .. } => {
            let part = |id| object(program, ExprRef { file: at.file, id }, of, depth + 1);
            match (part(yes), part(no)) {
                (Reach::Unknown, _) | (_, Reach::Unknown) => Reach::Unknown,
                (Reach::Owner, _) | (_, Reach::Owner) => Reach::Owner,
                (yes, no) => yes.or(no),
            }
        }
        Expr::Object(_) | Expr::Local(_) => object(program, at, of, depth + 1),
        _ => Reach::Unknown,
    }
}

/// A filter under a name: what it begins with, and what is added to it.
fn named(program: &Program<'_>, at: ExprRef, id: BindingId, of: Of<'_>, depth: u32) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    let facts = &module.facts;
    let binding = facts.binding(id);
    let Origin::Init { expr, path, .. } = binding.origin else { return Reach::Unknown };
    if !path.is_empty() || binding.reassigned && !written_to(program, at, id) {
        return Reach::Unknown;
    }
    let mut reach = object(program, ExprRef { file: at.file, id: expr }, of, depth + 1);
    for &site in module.writes(id) {
        let entry_site = facts.site(site);
        let SiteKind::Write { target, value, kind } = entry_site.kind else { continue };
        let Expr::Member { property, .. } = facts.expr(target) else { return Reach::Unknown };
        if kind == WriteKind::Delete {
            continue;
        }
        let added = entry(program, facts.text(property), ExprRef { file: at.file, id: value }, of, depth);
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
fn entry(program: &Program<'_>, name: &str, value: ExprRef, of: Of<'_>, depth: u32) -> Reach {
    let Some(module) = program.module(value.file) else { return Reach::Unknown };
    let facts = &module.facts;
    if depth > MAX_DEPTH {
        return Reach::Unknown;
    }
    let elements = || match facts.expr(value.id) {
        Expr::Array(list) => facts.list(list).to_vec(),
        _ => Vec::new(),
    };
    let go = |id: ExprId| object(program, ExprRef { file: value.file, id }, of, depth + 1);
    match name {
        "AND" | "$and" if !elements().is_empty() => {
            return elements().into_iter().map(go).reduce(Reach::and).unwrap_or(Reach::Unknown);
        }
        "AND" | "$and" => return go(value.id),
        "OR" | "$or" => {
            if let Some(each) = mapped(facts, value.id) {
                return go(each);
            }
            return elements().into_iter().map(go).reduce(Reach::or).unwrap_or(Reach::Dynamic);
        }
        "NOT" | "$nor" => return Reach::Flags,
        "$text" | "$where" | "$expr" | "RAW" => return Reach::Unknown,
        "is" if facts.expr(value.id) == Expr::Null => return Reach::Flags,
        // Of a relation: any, all, none of what it holds.
        "some" | "every" | "is" | "has" => return go(value.id),
        "none" | "isNot" => return Reach::Flags,
        _ => {}
    }
    let own = |value: ExprRef| equal(program, of, name, Some(value));
    match facts.expr(value.id) {
        Expr::Object(_) => by_operators(program, value, tells_due(name), own)
            .unwrap_or_else(|| object(program, value, of.below(name), depth + 1)),
        // Of nobody: whoever has no name.
        Expr::Str(text) if facts.text(text).is_empty() => Reach::Flags,
        _ => by_value(program, value, own(value)),
    }
}

/// What `xs.map((x) => …)` makes of each element.
fn mapped(facts: &ModuleFacts, id: ExprId) -> Option<ExprId> {
    let (_, callee, args) = call_of(facts, id)?;
    let Expr::Member { property, .. } = facts.expr(callee) else { return None };
    let Expr::Function(function) = facts.expr(*facts.list(args).first()?) else { return None };
    let mut returned = facts.returned(function);
    let each = returned.next().filter(|_| facts.text(property) == "map")?;
    returned.next().is_none().then_some(each)
}

/// `lte(jobs.nextRunAt, now)`
fn is_due(facts: &ModuleFacts, args: &[ExprId]) -> bool {
    let column = args.first().map(|&first| facts.expr(first));
    matches!(column, Some(Expr::Member { property, .. }) if tells_due(facts.text(property)))
}

/// What a condition built by functions leaves: `and(eq(t.userId, id), gte(t.at, from))`.
pub(crate) fn condition(program: &Program<'_>, at: ExprRef, of: Of<'_>, depth: u32) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    let facts = &module.facts;
    if depth > MAX_DEPTH {
        return Reach::Unknown;
    }
    let go = |id: ExprId| condition(program, ExprRef { file: at.file, id }, of, depth + 1);
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
    let value = args.get(1).map(|&id| ExprRef { file: at.file, id });
    let own = || match args.first().map(|&first| facts.expr(first)) {
        Some(Expr::Member { property, .. }) => equal(program, of, facts.text(property), value),
        Some(_) => Reach::Owner,
        None => Reach::Dynamic,
    };
    match last_name(facts, callee) {
        Some("and") => args.iter().map(|&id| go(id)).reduce(Reach::and).unwrap_or(Reach::Whole),
        Some("or") => args.iter().map(|&id| go(id)).reduce(Reach::or).unwrap_or(Reach::Whole),
        Some("eq") => match (own(), value.map(|at| facts.expr(at.id))) {
            (Reach::Dynamic, Some(Expr::Bool(_) | Expr::Str(_) | Expr::Number(_) | Expr::Null)) => {
                Reach::Flags
            }
            (own, _) => own,
        },
        Some("inArray" | "arrayContains" | "arrayOverlaps") => own(),
        Some("like" | "ilike") => Reach::Dynamic,
        Some("between" | "gt" | "gte") => Reach::Window,
        Some("lt" | "lte") if is_due(facts, args) => Reach::Window,
        Some(
            "ne" | "lt" | "lte" | "isNull" | "isNotNull" | "not" | "notInArray" | "notLike" | "notBetween"
            | "notIlike",
        ) => Reach::Flags,
        _ => Reach::Unknown,
    }
}
