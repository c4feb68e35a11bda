//! The loop around a pause: how many rounds it makes, or how long it goes on.

use super::amounts::{amount, from_now, is_time};
use super::queries::chain::last_name;
use super::sleeps::Sleep;
use crate::facts::{
    BinaryKind, BindingId, BindingKind, ContextKind, Expr, ExprId, FunctionId, LoopKind, ModuleFacts, Origin,
    SiteKind, Use, WriteKind,
};
use crate::link::{ExprRef, FunctionRef, Module, Program, Value};
use crate::span::{FileId, Span};

/// How far helpers that write to a stream are followed.
const MAX_DEPTH: u32 = 3;

/// The loop around a pause, and what is known of its rounds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rounds {
    /// None.
    Once,
    /// This many at most.
    AtMost(f64),
    /// Until a time has passed, in milliseconds.
    Until(f64),
    /// As many as there are elements of something.
    Each,
    /// Until something is so, however long that takes.
    Open,
    /// It writes to the response meanwhile.
    Streams,
    /// It cannot be told.
    Unknown,
}

/// The loop next around a pause: its kind, what it tests or goes over, and its place.
pub(crate) fn loop_around(program: &Program<'_>, sleep: Sleep) -> Option<(LoopKind, ExprId, Span)> {
    let facts = &program.module(sleep.file)?.facts;
    facts.contexts_from(facts.site(sleep.site).context).find_map(|context| match context.kind {
        ContextKind::Loop { kind, over, span } => Some((kind, over, span)),
        _ => None,
    })
}

/// How often a pause is made in a run of its function.
pub(crate) fn rounds(program: &Program<'_>, sleep: Sleep) -> Rounds {
    let Some(module) = program.module(sleep.file) else { return Rounds::Unknown };
    let facts = &module.facts;
    let site = facts.site(sleep.site);
    let Some((kind, over, span)) = loop_around(program, sleep) else { return Rounds::Once };
    if matches!(kind, LoopKind::ForOf | LoopKind::ForAwait | LoopKind::ForIn) {
        return Rounds::Each;
    }
    let own = FunctionRef { file: sleep.file, id: site.function };
    if facts.function(site.function).is_generator || streams(program, own, Some(span), 0) {
        return Rounds::Streams;
    }
    let file = sleep.file;
    match limit((program, file), module, over) {
        Some(rounds) => rounds,
        None if is_counted(facts, over) => Rounds::Unknown,
        None => inner_limit((program, file), module, (site.function, span)).unwrap_or(Rounds::Open),
    }
}

/// A number that a loop's condition compares a counter or the time with.
fn limit((program, file): (&Program<'_>, FileId), module: &Module, test: ExprId) -> Option<Rounds> {
    let facts = &module.facts;
    match facts.expr(test) {
        Expr::Binary { kind: BinaryKind::Less | BinaryKind::Greater, left, right } => {
            let number = |id| amount(program, ExprRef { file, id });
            let until = |id| from_now(program, ExprRef { file, id });
            if is_time(facts, left) || is_time(facts, right) {
                let time = number(right).or_else(|| number(left));
                let time = time.or_else(|| until(right)).or_else(|| until(left));
                return Some(time.map_or(Rounds::Unknown, Rounds::Until));
            }
            let (most, counter) = match (number(right), number(left)) {
                (Some(most), _) => (most, left),
                (None, Some(most)) => (most, right),
                (None, None) => return None,
            };
            Some(
                step((program, file), module, counter)
                    .map_or(Rounds::Unknown, |step| Rounds::AtMost(most / step)),
            )
        }
        Expr::Logical { left, right, .. } => {
            limit((program, file), module, left).or_else(|| limit((program, file), module, right))
        }
        _ => None,
    }
}

/// By how much a counter grows in a round; `None` if that cannot be told.
fn step((program, file): (&Program<'_>, FileId), module: &Module, counter: ExprId) -> Option<f64> {
    let facts = &module.facts;
    let Expr::Local(id) = facts.expr(counter) else { return Some(1.0) };
    let step = module.writes(id).iter().find_map(|&site| match facts.site(site).kind {
        SiteKind::Write { kind: WriteKind::Compound, value, .. } => Some(value),
        _ => None,
    });
    match step {
        None => Some(1.0),
        Some(step) => amount(program, ExprRef { file, id: step }).filter(|&step| step >= 1.0),
    }
}

/// Whether a condition compares with something, if only with a name: `i < retries`, `i < xs.length`.
fn is_counted(facts: &ModuleFacts, test: ExprId) -> bool {
    match facts.expr(test) {
        Expr::Binary { kind: BinaryKind::Less | BinaryKind::Greater, .. } => true,
        Expr::Logical { left, right, .. } => is_counted(facts, left) || is_counted(facts, right),
        Expr::Write(_) => true,
        _ => false,
    }
}

/// `while (true) { if (tries++ > 10) break; … }`: a limit tested inside.
fn inner_limit(
    (program, file): (&Program<'_>, FileId),
    module: &Module,
    (function, span): (FunctionId, Span),
) -> Option<Rounds> {
    let facts = &module.facts;
    let exprs = facts.function(function).exprs.range();
    exprs.filter_map(|i| u32::try_from(i).ok()).map(ExprId).find_map(|id| {
        let start = facts.starts.get(id.index()).copied()?;
        if !(span.start..span.end).contains(&start) || facts.use_of(id) != Use::Test {
            return None;
        }
        match limit((program, file), module, id) {
            Some(rounds) => Some(rounds),
            None if is_counted(facts, id) => Some(Rounds::Unknown),
            None => None,
        }
    })
}

/// Whether a function, or a loop in it, sends something on its way, by itself or through a helper.
fn streams(program: &Program<'_>, function: FunctionRef, part: Option<Span>, depth: u32) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    let facts = &module.facts;
    let inside = |at: u32| part.is_none_or(|span| (span.start..span.end).contains(&at));
    facts.sites_of(function.id).any(|(_, site)| {
        let SiteKind::Call { callee, .. } = site.kind else { return false };
        if !inside(site.span.start) {
            return false;
        }
        match last_name(facts, callee) {
            Some("enqueue" | "write" | "writeSSE" | "sendEvent" | "emit") => true,
            // A callback that a caller hands over: `poll((state) => controller.enqueue(state))`.
            Some("send") if matches!(facts.expr(callee), Expr::Local(id) if is_param(facts, id)) => true,
            _ if depth >= MAX_DEPTH || !matches!(facts.expr(callee), Expr::Local(_)) => false,
            _ => match program.value(ExprRef { file: function.file, id: callee }) {
                // A helper of the same file: what other modules write to is not this response.
                Value::Function(called) => {
                    called.file == function.file
                        && called != function
                        && streams(program, called, None, depth + 1)
                }
                _ => false,
            },
        }
    })
}

fn is_param(facts: &ModuleFacts, id: BindingId) -> bool {
    let binding = facts.binding(id);
    binding.kind == BindingKind::Param && matches!(binding.origin, Origin::Param { .. })
}

/// Whether a pause in a loop is one that the other side asked for: it is made when the status is 429, or is as long
/// as a `retry-after` says.
pub(crate) fn is_asked_for(program: &Program<'_>, sleep: Sleep) -> bool {
    let Some(module) = program.module(sleep.file) else { return false };
    let facts = &module.facts;
    let Some((_, _, span)) = loop_around(program, sleep) else { return false };
    let site = facts.site(sleep.site);
    let is_loop = |kind: ContextKind| matches!(kind, ContextKind::Loop { span: own, .. } if own == span);
    let tests = facts.contexts_from(site.context).map(|context| context.kind);
    let limited = tests.take_while(|&kind| !is_loop(kind)).any(|kind| match kind {
        ContextKind::If { test, truth: true } => tells_limit(facts, test, 0),
        _ => false,
    });
    limited || sleep.delay.is_some_and(|delay| tells_limit(facts, delay, 0))
}

/// `response.status === 429`, `headers.get('retry-after')`, or a name for that.
fn tells_limit(facts: &ModuleFacts, id: ExprId, depth: u32) -> bool {
    if depth > 10 || id == ExprId::UNKNOWN {
        return false;
    }
    let go = |id| tells_limit(facts, id, depth + 1);
    let named = |name: &str| {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        name.contains("retryafter") || name.contains("ratelimit") || name.contains("toomanyrequests")
    };
    match facts.expr(id) {
        Expr::Number(number) => (number - 429.0).abs() < 0.5,
        Expr::Str(name) => named(facts.text(name)),
        Expr::Member { object, property } => named(facts.text(property)) || go(object),
        Expr::Binary { left, right, .. } | Expr::Logical { left, right, .. } => go(left) || go(right),
        Expr::Conditional { test, yes, no } => go(test) || go(yes) || go(no),
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, args } => go(callee) || facts.list(args).iter().any(|&id| go(id)),
            _ => false,
        },
        Expr::Local(id) => {
            let binding = facts.binding(id);
            named(facts.text(binding.name))
                || matches!(binding.origin, Origin::Init { expr, path, .. } if path.is_empty() && go(expr))
        }
        _ => false,
    }
}
