//! Code that runs only when a client left, or something failed.

use super::lexical::{Given, around, given_to, literal, method};
use crate::facts::{
    BindingId, ContextId, ContextKind, Expr, ExprId, FunctionId, ModuleFacts, Origin, SiteId, SiteKind, Use,
};
use crate::link::{FunctionRef, Module, Program};

/// How far a helper is followed to who calls it.
const MAX_DEPTH: u32 = 3;

/// Whether a place is in a `catch` clause.
pub(crate) fn in_catch(facts: &ModuleFacts, context: ContextId) -> bool {
    facts.contexts_from(context).any(|context| context.kind == ContextKind::Catch)
}

/// Whether a function runs only when the client left or something failed.
pub(crate) fn only_when_gone(
    program: &Program<'_>,
    function: FunctionRef,
    cancel: Option<FunctionRef>,
    depth: u32,
) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    let facts = &module.facts;
    if depth > MAX_DEPTH {
        return false;
    }
    around(facts, function.id).any(|id| {
        let own = FunctionRef { file: function.file, id };
        Some(own) == cancel
            || given_to_departure(module, id)
            || is_departure_helper(program, own, cancel, depth)
    })
}

fn given_to_departure(module: &Module, function: FunctionId) -> bool {
    let facts = &module.facts;
    match given_to(module, function) {
        Some(Given::Argument { callee, first, .. }) => {
            let Some((_, name)) = method(facts, callee) else { return false };
            match name {
                "catch" | "onAbort" => true,
                "on" | "once" | "addEventListener" | "addListener" => matches!(
                    literal(facts, first),
                    Some("abort" | "aborted" | "close" | "disconnect" | "disconnected" | "error")
                ),
                _ => false,
            }
        }
        Some(Given::Property { key, .. }) => matches!(facts.text(key), "cancel" | "error"),
        None => false,
    }
}

/// `const cleanup = () => …`, used by nothing but what runs when the client left.
fn is_departure_helper(
    program: &Program<'_>,
    function: FunctionRef,
    cancel: Option<FunctionRef>,
    depth: u32,
) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    let facts = &module.facts;
    let bindings = (0..).map(BindingId).zip(&facts.bindings);
    let binding = bindings.into_iter().find_map(|(id, binding)| match binding.origin {
        Origin::Function(own) if own == function.id => Some(id),
        Origin::Init { expr, path, .. }
            if path.is_empty() && facts.expr(expr) == Expr::Function(function.id) =>
        {
            Some(id)
        }
        _ => None,
    });
    let Some(binding) = binding else { return false };
    let uses = module.uses(binding);
    !uses.is_empty()
        && uses.iter().all(|&id| {
            let user = FunctionRef { file: function.file, id: module.function_of(id) };
            let Use::Part(parent) = facts.use_of(id) else { return false };
            match facts.expr(parent) {
                Expr::Call(site) => use_when_gone(program, user, (id, site), cancel, depth),
                _ => false,
            }
        })
}

fn use_when_gone(
    program: &Program<'_>,
    user: FunctionRef,
    (used, site): (ExprId, SiteId),
    cancel: Option<FunctionRef>,
    depth: u32,
) -> bool {
    let Some(module) = program.module(user.file) else { return false };
    let facts = &module.facts;
    let SiteKind::Call { callee, args } = facts.site(site).kind else { return false };
    if callee == used {
        return in_catch(facts, facts.site(site).context) || only_when_gone(program, user, cancel, depth + 1);
    }
    let event = facts.list(args).first().and_then(|&first| literal(facts, first));
    method(facts, callee).is_some_and(|(_, name)| match name {
        "catch" | "onAbort" => true,
        "on" | "once" | "addEventListener" | "addListener" => {
            matches!(event, Some("abort" | "aborted" | "close" | "disconnect" | "disconnected" | "error"))
        }
        _ => false,
    })
}
