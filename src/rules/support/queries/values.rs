//! What the values in a filter object leave: literals, constants, operators.

use super::chain::{call_of, last_name};
use super::reach::Reach;
use crate::facts::{Expr, PropertyKey};
use crate::link::{ExprRef, Program, Value};

/// What equality with a value leaves, by what it is; `own` is what names say of it.
pub(crate) fn by_value(program: &Program<'_>, value: ExprRef, own: Reach) -> Reach {
    let Some(module) = program.module(value.file) else { return Reach::Unknown };
    let facts = &module.facts;
    match facts.expr(value.id) {
        _ if own == Reach::Staff => own,
        Expr::Number(_) | Expr::Str(_) if own != Reach::Dynamic => own,
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
            _ if own == Reach::Dynamic => Reach::Unknown,
            _ => own,
        },
        _ => own,
    }
}

/// Operators of equality.
const EQUALITY: &[&str] = &["in", "$in", "equals", "$eq", "hasSome", "hasEvery", "$all", "eq", "$elemMatch"];
/// Operators by which texts and places are searched.
const SEARCH: &[&str] =
    &["contains", "startsWith", "endsWith", "$regex", "search", "mode", "path", "like", "ilike", "$near"];
/// Operators that leave out some.
const EXCEPT: &[&str] = &["not", "notIn", "$ne", "$nin", "$exists", "$not", "$type", "isNull", "isSet", "ne"];

/// What `{ in: … }`, `{ gte: …, lt: … }` and their like leave; `None` if these are no operators. `own` says what
/// equality with a value leaves, `is_due` that the column says when something is to be done.
pub(crate) fn by_operators(
    program: &Program<'_>,
    at: ExprRef,
    is_due: bool,
    own: impl FnOnce(ExprRef) -> Reach,
) -> Option<Reach> {
    let facts = &program.module(at.file)?.facts;
    let Expr::Object(list) = facts.expr(at.id) else { return None };
    let list = facts.object(list);
    let value_of = |names: &[&str]| {
        let found = list
            .iter()
            .find(|p| matches!(p.key, PropertyKey::Name(name) if names.contains(&facts.text(name))));
        found.map(|p| ExprRef { file: at.file, id: p.value })
    };
    let has = |names: &[&str]| value_of(names).is_some();
    if !list.iter().any(|p| matches!(p.key, PropertyKey::Name(_))) {
        return Some(Reach::Flags);
    }
    if let Some(value) = value_of(EQUALITY) {
        return Some(match own(value) {
            Reach::Dynamic if is_written_down(program, value) => Reach::Flags,
            own => own,
        });
    }
    // Since a date is as a rule a short while; before a date is nearly everything.
    if has(&["gte", "gt", "$gte", "$gt"]) {
        return Some(Reach::Window);
    }
    let until = has(&["lte", "lt", "$lte", "$lt"]);
    if until && is_due {
        return Some(Reach::Window);
    }
    if until || has(EXCEPT) {
        return Some(Reach::Flags);
    }
    has(SEARCH).then_some(Reach::Dynamic)
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
