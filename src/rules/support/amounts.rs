//! Numbers and times: those that are written down, and those that parameters stand for.

use super::queries::chain::last_name;
use crate::facts::{BinaryKind, Expr, ExprId, LogicalKind, ModuleFacts, Origin, SiteKind};
use crate::link::{ExprRef, FunctionRef, How, Program, Value};

/// How far names are followed.
const MAX_DEPTH: u32 = 8;

/// A number: written down, the default of a parameter, or what callers give for it.
pub(crate) fn amount(program: &Program<'_>, at: ExprRef) -> Option<f64> {
    amount_at(program, at, 0)
}

fn amount_at(program: &Program<'_>, at: ExprRef, depth: u32) -> Option<f64> {
    if let Some(number) = program.number(at) {
        return Some(number);
    }
    let facts = &program.module(at.file)?.facts;
    if depth > MAX_DEPTH {
        return None;
    }
    let go = |id| amount_at(program, ExprRef { file: at.file, id }, depth + 1);
    match facts.expr(at.id) {
        Expr::Binary { kind: BinaryKind::Multiply, left, right } => Some(go(left)? * go(right)?),
        Expr::Binary { kind: BinaryKind::Add, left, right } => Some(go(left)? + go(right)?),
        // `options.limit ?? 60_000`
        Expr::Logical { kind: LogicalKind::Nullish | LogicalKind::Or, left, right } => {
            go(right).or_else(|| go(left))
        }
        Expr::Local(id) => {
            let binding = facts.binding(id);
            match binding.origin {
                _ if binding.reassigned => None,
                Origin::Init { expr, path, .. } if path.is_empty() => go(expr),
                Origin::Init { default, .. } if default != ExprId::UNKNOWN => go(default),
                Origin::Param { index, path, default } => {
                    let function = FunctionRef { file: at.file, id: binding.function };
                    if !path.is_empty() {
                        return (default != ExprId::UNKNOWN).then(|| go(default)).flatten();
                    }
                    let own = facts.function(function.id).params.get(index as usize);
                    let default = own.map(|param| param.default).filter(|&id| id != ExprId::UNKNOWN);
                    let given = given(program, function, index as usize, depth);
                    given.or_else(|| default.and_then(go))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The most that callers write for a parameter.
fn given(program: &Program<'_>, function: FunctionRef, index: usize, depth: u32) -> Option<f64> {
    let nodes = program.graph.per_request(function);
    let edges = nodes.flat_map(|node| program.graph.callers(node));
    let numbers = edges.filter(|edge| edge.how == How::Calls).filter_map(|edge| {
        let facts = &program.module(edge.file)?.facts;
        let SiteKind::Call { callee, args } = facts.site(edge.site()?).kind else { return None };
        if program.value(ExprRef { file: edge.file, id: callee }) != Value::Function(function) {
            return None;
        }
        let &argument = facts.list(args).get(index)?;
        amount_at(program, ExprRef { file: edge.file, id: argument }, depth + 1)
    });
    numbers.reduce(f64::max)
}

/// Whether a value is a moment, or the time since one: `Date.now() - start`, or a name for that.
pub(crate) fn is_time(facts: &ModuleFacts, id: ExprId) -> bool {
    is_time_at(facts, id, 0)
}

fn is_time_at(facts: &ModuleFacts, id: ExprId, depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match facts.expr(id) {
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, .. } => matches!(last_name(facts, callee), Some("now" | "getTime")),
            _ => false,
        },
        Expr::Binary { left, right, .. } => {
            is_time_at(facts, left, depth + 1) || is_time_at(facts, right, depth + 1)
        }
        Expr::Local(id) => match facts.binding(id).origin {
            Origin::Init { expr, path, .. } => path.is_empty() && is_time_at(facts, expr, depth + 1),
            _ => false,
        },
        _ => false,
    }
}

/// How long after now a moment is: `Date.now() + 60_000`, or a name for that.
pub(crate) fn from_now(program: &Program<'_>, at: ExprRef) -> Option<f64> {
    let facts = &program.module(at.file)?.facts;
    let mut id = at.id;
    for _ in 0..MAX_DEPTH {
        match facts.expr(id) {
            Expr::Local(name) => match facts.binding(name).origin {
                Origin::Init { expr, path, .. } if path.is_empty() => id = expr,
                _ => return None,
            },
            Expr::Binary { kind: BinaryKind::Add, left, right } => {
                let of = |time, length| {
                    let length = ExprRef { file: at.file, id: length };
                    is_time(facts, time).then(|| amount(program, length)).flatten()
                };
                return of(left, right).or_else(|| of(right, left));
            }
            _ => return None,
        }
    }
    None
}
