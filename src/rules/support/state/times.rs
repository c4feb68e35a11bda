//! Sums and times: what tells counters and caches apart.

use crate::facts::{BinaryKind, Expr, ExprId, Origin};
use crate::link::{ExprRef, Program};

use super::super::apis::Apis;
use super::stored::stored;

/// How far names are followed.
const MAX_DEPTH: u32 = 6;

/// Whether an expression has a sum with something else in it: `count + 1`.
pub(crate) fn adds(program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    let go = |id: ExprId| adds(program, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return false;
    }
    match facts.expr(at.id) {
        Expr::Binary { kind: BinaryKind::Add, left, right } => {
            [left, right].into_iter().any(|side| facts.expr(side) == Expr::Number(1.0))
        }
        Expr::Object(list) => facts.object(list).iter().take(12).any(|p| go(p.value)),
        Expr::Logical { left, right, .. } => go(left) || go(right),
        Expr::Conditional { yes, no, .. } => go(yes) || go(no),
        Expr::Local(id) => {
            matches!(facts.binding(id).origin, Origin::Init { expr, path, .. } if path.is_empty() && go(expr))
        }
        _ => false,
    }
}

/// Whether the present time is part of an expression.
pub(crate) fn tells_time(program: &Program<'_>, apis: &Apis<'_>, at: ExprRef) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    match module.facts.expr(at.id) {
        Expr::Binary { left, right, .. } => [left, right].into_iter().any(|id| {
            let side = ExprRef { file: at.file, id };
            tells_time_name(program, side)
                || stored(program, apis, side, 0).time
                || tells_time(program, apis, side)
        }),
        _ => stored(program, apis, at, 0).time || tells_time_name(program, at),
    }
}

/// Whether part of a condition compares times.
pub(crate) fn compares_time(program: &Program<'_>, apis: &Apis<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    let go = |id: ExprId| compares_time(program, apis, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return false;
    }
    match facts.expr(at.id) {
        Expr::Binary { kind: BinaryKind::Less | BinaryKind::Greater, .. } => tells_time(program, apis, at),
        Expr::Logical { left, right, .. } => go(left) || go(right),
        Expr::Not(inner) => go(inner),
        Expr::Local(id) => {
            matches!(facts.binding(id).origin, Origin::Init { expr, path, .. } if path.is_empty() && go(expr))
        }
        _ => false,
    }
}

/// `now`, `windowStart`, `entry.expiresAt`, `CACHE_TTL`
fn tells_time_name(program: &Program<'_>, at: ExprRef) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let name = match module.facts.expr(at.id) {
        Expr::Member { property, .. } => module.facts.text(property),
        Expr::Local(id) => module.facts.text(module.facts.binding(id).name),
        _ => return false,
    };
    super::names::has_word(
        name,
        &[
            "now",
            "time",
            "timestamp",
            "expire",
            "expiry",
            "expiration",
            "ttl",
            "ms",
            "reset",
            "date",
            "age",
            "at",
            "until",
            "exp",
        ],
    )
}
