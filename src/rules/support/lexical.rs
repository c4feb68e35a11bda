//! How functions are nested in the source, and what functions written in place are given to.

use crate::facts::{Expr, ExprId, FunctionId, ModuleFacts, Name, PropertyKey, SiteKind, Use};
use crate::link::Module;

/// How far functions are looked for around a function.
const MAX_NESTING: usize = 64;

/// A function and those around it, innermost first, the module's own level left out.
pub(crate) fn around(facts: &ModuleFacts, function: FunctionId) -> impl Iterator<Item = FunctionId> {
    std::iter::successors(Some(function), |&id| facts.function(id).parent)
        .take(MAX_NESTING)
        .filter(|&id| id != FunctionId::MODULE)
}

/// The outermost function around a function, itself included.
pub(crate) fn outermost(facts: &ModuleFacts, function: FunctionId) -> FunctionId {
    around(facts, function).last().unwrap_or(function)
}

/// A function and all that are written inside it.
pub(crate) fn within(module: &Module, outer: FunctionId) -> Vec<FunctionId> {
    let mut found = vec![outer];
    let mut next = 0;
    while let Some(&function) = found.get(next) {
        found.extend(module.inner(function));
        next += 1;
    }
    found
}

/// What a function written in place is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// An argument of a call or construction of this callee, with the other arguments.
    Argument {
        /// What is called.
        callee: ExprId,
        /// The first argument.
        first: ExprId,
        /// It is `new callee(…)`.
        is_new: bool,
    },
    /// A property of this object literal.
    Property {
        /// The literal.
        object: ExprId,
        /// Its key.
        key: Name,
    },
}

/// What a function written in place is given to.
pub(crate) fn given_to(module: &Module, function: FunctionId) -> Option<Given> {
    let facts = &module.facts;
    let id = module.expression_of(function)?;
    let Use::Part(parent) = facts.use_of(id) else { return None };
    match facts.expr(parent) {
        Expr::Call(site) | Expr::New(site) => match facts.site(site).kind {
            SiteKind::Call { callee, args } if callee != id => {
                Some(Given::Argument { callee, first: *facts.list(args).first()?, is_new: false })
            }
            SiteKind::New { callee, args } => {
                Some(Given::Argument { callee, first: *facts.list(args).first()?, is_new: true })
            }
            _ => None,
        },
        Expr::Object(list) => facts.object(list).iter().find_map(|property| match property.key {
            PropertyKey::Name(key) if property.value == id => Some(Given::Property { object: parent, key }),
            _ => None,
        }),
        _ => None,
    }
}

/// The method that a callee names: `on` in `emitter.on`, and what it is a method of.
pub(crate) fn method(facts: &ModuleFacts, callee: ExprId) -> Option<(ExprId, &str)> {
    match facts.expr(callee) {
        Expr::Member { object, property } => Some((object, facts.text(property))),
        _ => None,
    }
}

/// The text of a string literal.
pub(crate) fn literal(facts: &ModuleFacts, id: ExprId) -> Option<&str> {
    match facts.expr(id) {
        Expr::Str(name) => Some(facts.text(name)),
        _ => None,
    }
}

/// The expressions of a function, those of functions inside it left out.
pub(crate) fn exprs(facts: &ModuleFacts, function: FunctionId) -> impl Iterator<Item = (ExprId, Expr)> {
    let range = facts.function(function).exprs.range();
    range.filter_map(|i| u32::try_from(i).ok()).map(ExprId).map(|id| (id, facts.expr(id)))
}
