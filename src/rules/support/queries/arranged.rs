//! Orders that people put rows in by hand: a list that somebody sorts is one that somebody can look through.

use super::chain::Step;
use super::filter::entry;
use super::names::words;
use crate::facts::{Expr, ExprId, ModuleFacts, PropertyKey};

/// Whether a column holds the place that somebody gave a row: `sortOrder`, `display_order`. Not `order` or
/// `position`: these hold the places of cards on everybody's boards as well.
pub(super) fn is_place(column: &str) -> bool {
    matches!(words(column).concat().as_str(), "sortorder" | "displayorder" | "sortindex" | "menuorder")
}

/// Whether an options object asks for such an order: `{ orderBy: { sortOrder: 'asc' } }`.
pub(super) fn by_options(facts: &ModuleFacts, options: Option<ExprId>) -> bool {
    let Some(options) = options else { return false };
    ["orderBy", "order", "sort"]
        .iter()
        .any(|key| entry(facts, options, key).is_some_and(|order| is_by_hand(facts, order, 0)))
}

/// Whether chained calls ask for such an order: `.sort({ sortOrder: 1 })`, `.orderBy(asc(t.sortOrder))`.
pub(super) fn by_steps(facts: &ModuleFacts, steps: &[Step]) -> bool {
    let orders = |step: &&Step| matches!(facts.text(step.name), "sort" | "orderBy" | "order");
    steps.iter().filter(orders).any(|step| facts.list(step.args).iter().any(|&id| is_by_hand(facts, id, 0)))
}

fn is_by_hand(facts: &ModuleFacts, id: ExprId, depth: u32) -> bool {
    let go = |id: ExprId| is_by_hand(facts, id, depth + 1);
    if depth > 4 {
        return false;
    }
    match facts.expr(id) {
        Expr::Str(text) => facts.text(text).split([' ', ',']).any(is_place),
        Expr::Member { property, .. } => is_place(facts.text(property)),
        Expr::Object(list) => facts
            .object(list)
            .iter()
            .any(|property| matches!(property.key, PropertyKey::Name(name) if is_place(facts.text(name)))),
        Expr::Array(list) => facts.list(list).iter().any(|&id| go(id)),
        // `asc(t.sortOrder)`
        Expr::Call(_) => super::chain::call_of(facts, id)
            .is_some_and(|(_, _, args)| facts.list(args).iter().any(|&id| go(id))),
        Expr::Function(function) => facts.returned(function).any(go),
        _ => false,
    }
}
