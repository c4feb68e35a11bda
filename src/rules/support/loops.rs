//! Loops that nothing ends but the client.

use rustc_hash::FxHashSet;

use super::departures::{in_catch, only_when_gone};
use super::endings::Keeper;
use crate::facts::{ContextId, ContextKind, Expr, ExprId, LoopKind, ModuleFacts, SiteKind};
use crate::link::{ExprRef, FunctionRef, Program};
use crate::span::{Location, Span};

/// How far a condition is followed.
const MAX_DEPTH: u32 = 6;

/// Loops that nothing ends but the client.
pub(crate) fn loops(
    program: &Program<'_>,
    function: FunctionRef,
    cancel: Option<FunctionRef>,
    found: &mut Vec<(Keeper, Location)>,
) {
    let Some(module) = program.module(function.file) else { return };
    let facts = &module.facts;
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for (_, site) in facts.sites_of(function.id) {
        if !matches!(site.kind, SiteKind::Await { .. }) {
            continue;
        }
        for context in facts.contexts_from(site.context) {
            let ContextKind::Loop { kind, over, span } = context.kind else { continue };
            if !matches!(kind, LoopKind::For | LoopKind::While | LoopKind::DoWhile) || !seen.insert(span) {
                continue;
            }
            if let Some(keeper) = endless((program, cancel), function, over, span) {
                found.push((keeper, Location { file: function.file, span }));
            }
        }
    }
}

/// Whether a loop goes on for ever, or until the client leaves.
fn endless(
    (program, cancel): (&Program<'_>, Option<FunctionRef>),
    function: FunctionRef,
    over: ExprId,
    span: Span,
) -> Option<Keeper> {
    let facts = &program.module(function.file)?.facts;
    let tells_abort = |id: ExprId| tells_abort((program, cancel), ExprRef { file: function.file, id }, 0);
    let always = over == ExprId::UNKNOWN
        || matches!(facts.expr(over), Expr::Bool(true))
        || matches!(facts.expr(over), Expr::Number(n) if n != 0.0);
    let until_abort = tells_abort(over);
    if !always && !until_abort {
        return None;
    }
    let mut only_abort = true;
    let mut exits = false;
    for (_, site) in facts.sites_of(function.id) {
        let leaves = matches!(site.kind, SiteKind::Return { .. } | SiteKind::Throw { .. } | SiteKind::Jump);
        if leaves && site.span.start >= span.start && site.span.end <= span.end {
            exits = true;
            only_abort &= tests_within(facts, site.context, span).any(tells_abort);
        }
    }
    match (exits, only_abort, until_abort) {
        (true, false, _) => None,
        (true, true, _) | (false, _, true) => Some(Keeper::LoopUntilAbort),
        (false, _, false) => Some(Keeper::Loop),
    }
}

/// The conditions around a place inside a loop.
fn tests_within(facts: &ModuleFacts, context: ContextId, span: Span) -> impl Iterator<Item = ExprId> {
    let inside =
        move |kind: &ContextKind| !matches!(kind, ContextKind::Loop { span: own, .. } if *own == span);
    facts.contexts_from(context).map(|context| context.kind).take_while(inside).filter_map(
        |kind| match kind {
            ContextKind::If { test, .. } => Some(test),
            _ => None,
        },
    )
}

/// Whether a condition asks if the client is still there.
fn tells_abort((program, cancel): (&Program<'_>, Option<FunctionRef>), at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    let go = |id: ExprId| tells_abort((program, cancel), ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH || at.id == ExprId::UNKNOWN {
        return false;
    }
    match facts.expr(at.id) {
        Expr::Member { object, property } => names_abort(facts.text(property)) || go(object),
        // A flag that only what runs when the client left sets.
        Expr::Local(binding) => {
            names_abort(facts.text(facts.binding(binding).name))
                && module.writes(binding).iter().all(|&site| {
                    let site = facts.site(site);
                    let function = FunctionRef { file: at.file, id: site.function };
                    in_catch(facts, site.context) || only_when_gone(program, function, cancel, 0)
                })
        }
        Expr::Not(inner) => go(inner),
        Expr::Logical { left, right, .. } => go(left) && go(right),
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, .. } => go(callee),
            _ => false,
        },
        _ => false,
    }
}

fn names_abort(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["abort", "closed", "disconnect", "cancel", "destroyed", "isopen", "connected", "alive", "writableended"]
        .iter()
        .any(|word| name.contains(word))
}
