//! The ways through one function: what excludes each other, and what ends in the answer.

use super::collect::{Read, Write};
use crate::facts::{ContextId, ContextKind, Expr, ExprId, ModuleFacts, SiteKind, Use};

/// Whether a function either writes or reads: `if (req.method === 'POST') list.push(…); else res.json(list)`. Then
/// another request reads what one wrote.
pub(super) fn apart(facts: &ModuleFacts, write: &Write, read: &Read) -> bool {
    let Some(reads) = context_of(facts, read.expr) else { return false };
    let writes = facts.site(write.site).context;
    facts.contexts_from(writes).any(|one| {
        facts.contexts_from(reads).any(|other| match (turn(one.kind), turn(other.kind)) {
            (Some((a, yes)), Some((b, also))) => a == b && yes != also,
            _ => case(one.kind).zip(case(other.kind)).is_some_and(|(a, b)| a.0 == b.0 && a.1 != b.1),
        })
    })
}

/// Whether a value ends in what a function returns or answers.
pub(super) fn is_answered(facts: &ModuleFacts, mut at: ExprId) -> bool {
    loop {
        at = match facts.use_of(at) {
            Use::Returned(_) => return true,
            Use::Part(parent) => parent,
            _ => return false,
        };
        if let Expr::Call(site) = facts.expr(at)
            && let SiteKind::Call { callee, .. } = facts.site(site).kind
            && let Expr::Member { property, .. } = facts.expr(callee)
            && matches!(facts.text(property), "json" | "send")
        {
            return true;
        }
    }
}

/// The context of the call, or the `return`, that an expression is part of.
fn context_of(facts: &ModuleFacts, mut at: ExprId) -> Option<ContextId> {
    loop {
        if let Expr::Call(site) | Expr::New(site) | Expr::Await(site) | Expr::Write(site) = facts.expr(at) {
            return Some(facts.site(site).context);
        }
        at = match facts.use_of(at) {
            Use::Part(parent) => parent,
            Use::Returned(site) | Use::Thrown(site) => return Some(facts.site(site).context),
            _ => return None,
        };
    }
}

/// A condition, and which way it went.
fn turn(kind: ContextKind) -> Option<(ExprId, bool)> {
    match kind {
        ContextKind::If { test, truth } | ContextKind::Survived { test, truth } => Some((test, truth)),
        _ => None,
    }
}

/// What a `switch` asks, and the answer.
fn case(kind: ContextKind) -> Option<(ExprId, Option<ExprId>)> {
    match kind {
        ContextKind::Case { over, test } => Some((over, test)),
        _ => None,
    }
}
