//! Conditions of which one has to hold, as Supabase writes them: `or('name.ilike.%a%,email.ilike.%a%')`.

use super::equal::{Of, equal};
use super::filter::text_of;
use super::reach::Reach;
use crate::link::{ExprRef, Program};

/// What is put into a text, as [`text_of`] writes it.
const HOLE: char = '?';

/// What `or(conditions)` leaves.
pub(crate) fn either(program: &Program<'_>, of: Of<'_>, conditions: ExprRef) -> Reach {
    match text_of(program, conditions, 0) {
        // What stands in parentheses belongs together.
        Some(text) if !text.contains('(') => {
            let each = text.split(',').map(|condition| one(program, of, condition.trim()));
            each.reduce(Reach::or).unwrap_or(Reach::Unknown)
        }
        _ => Reach::Unknown,
    }
}

/// What `column.operator.value` leaves.
fn one(program: &Program<'_>, of: Of<'_>, condition: &str) -> Reach {
    let mut parts = condition.splitn(3, '.');
    let (Some(name), Some(operator), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
        return Reach::Unknown;
    };
    match operator {
        _ if name.contains(HOLE) => Reach::Unknown,
        "like" | "ilike" | "fts" | "plfts" | "phfts" | "wfts" => Reach::Dynamic,
        "gt" | "gte" => Reach::Window,
        "lt" | "lte" | "neq" | "is" | "not" => Reach::Flags,
        "eq" => match equal(program, of, name, None) {
            // What it equals may be somebody's id.
            Reach::Dynamic if value.contains(HOLE) => Reach::Unknown,
            Reach::Dynamic => Reach::Flags,
            own => own,
        },
        _ => Reach::Unknown,
    }
}
