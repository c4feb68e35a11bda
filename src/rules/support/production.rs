//! Whether code runs in production at all.

use crate::facts::{BinaryKind, ContextId, ContextKind, Expr, ExprId, LogicalKind, Origin};
use crate::link::{ExprRef, FunctionRef, How, Program, Source, Value};
use crate::span::FileId;

/// How far names are followed.
const MAX_DEPTH: u32 = 8;

/// Whether a place stands under a condition that never holds in production.
pub(crate) fn only_in_development(program: &Program<'_>, file: FileId, context: ContextId) -> bool {
    let Some(module) = program.module(file) else { return false };
    module.facts.contexts_from(context).any(|context| match context.kind {
        ContextKind::If { test, truth } | ContextKind::Survived { test, truth } => {
            holds(program, ExprRef { file, id: test }, 0) == Some(!truth)
        }
        _ => false,
    })
}

/// Whether every call of a function stands under such a condition.
pub(crate) fn called_only_in_development(program: &Program<'_>, function: FunctionRef) -> bool {
    let mut edges =
        program.graph.per_request(function).flat_map(|node| program.graph.callers(node)).peekable();
    edges.peek().is_some()
        && edges.all(|edge| {
            let (Source::Node(_), How::Calls, Some(site)) = (edge.from, edge.how, edge.site()) else {
                return false;
            };
            let Some(module) = program.module(edge.file) else { return false };
            only_in_development(program, edge.file, module.facts.site(site).context)
        })
}

/// What a condition is in production, where that can be said.
fn holds(program: &Program<'_>, at: ExprRef, depth: u32) -> Option<bool> {
    let facts = &program.module(at.file)?.facts;
    let go = |id: ExprId| holds(program, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return None;
    }
    match facts.expr(at.id) {
        Expr::Not(inner) => go(inner).map(|value| !value),
        Expr::Logical { kind: kind @ (LogicalKind::And | LogicalKind::Or), left, right } => {
            kind.truth(go(left), go(right))
        }
        Expr::Binary { kind: kind @ (BinaryKind::Equal | BinaryKind::NotEqual), left, right } => {
            let (name, text) = match (facts.expr(left), facts.expr(right)) {
                (Expr::Str(text), _) => (right, text),
                (_, Expr::Str(text)) => (left, text),
                _ => return None,
            };
            let is_environment = matches!(program.value(ExprRef { file: at.file, id: name }),
                Value::Global(path) if path == ["process", "env", "NODE_ENV"]);
            is_environment.then(|| (facts.text(text) == "production") == (kind == BinaryKind::Equal))
        }
        Expr::Local(binding) => {
            let entry = facts.binding(binding);
            match entry.origin {
                Origin::Init { expr, path, .. } if path.is_empty() && !entry.reassigned => go(expr),
                Origin::Import(_) => by_name(facts.text(entry.name)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What an imported flag says by its name.
fn by_name(name: &str) -> Option<bool> {
    match name {
        "isDev" | "isDevelopment" | "IS_DEV" | "IS_DEVELOPMENT" | "dev" | "__DEV__" => Some(false),
        "isProd" | "isProduction" | "IS_PROD" | "IS_PRODUCTION" => Some(true),
        _ => None,
    }
}
