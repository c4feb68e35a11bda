//! Timers: what becomes of them, and what they do.

use rustc_hash::FxHashSet;

use super::apis::ApiSite;
use super::arguments::argument_at;
use crate::catalogue::{ArgumentAt, SchedulerKind};
use crate::facts::{
    BindingId, ContextKind, Expr, ExprId, FunctionId, ModuleFacts, Name, SiteKind, Use, WriteKind,
};
use crate::link::{ExprRef, FunctionRef, Program, Value};
use crate::span::FileId;

/// Delays from this many milliseconds on are more than a pause.
const LONG: f64 = 10_000.0;

/// How many calls lie between what a timer runs and what starts it again.
const MAX_CALLS: u32 = 4;

/// Where a timer is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handle {
    Local(BindingId),
    Member(Name),
}

/// Whether a timer belongs to what the function does: the function that starts it, or one written inside it,
/// clears it again.
pub(crate) fn is_cleared(program: &Program<'_>, site: &ApiSite<'_, SchedulerKind>) -> bool {
    let Some(module) = program.module(site.file) else { return false };
    let facts = &module.facts;
    if site.function.id == FunctionId::MODULE {
        return false;
    }
    let Some(handle) = handle(facts, facts.site(site.site).expr) else { return false };
    let outer = outermost(facts, site.function.id);
    facts.sites.iter().any(|other| {
        let SiteKind::Call { callee, args } = other.kind else { return false };
        if stops(facts, callee, handle) && other.function == facts.site(site.site).function {
            return true;
        }
        let clears = match facts.expr(callee) {
            Expr::Global(name) => is_clear(facts.text(name)),
            Expr::Member { property, .. } => is_clear(facts.text(property)),
            Expr::Local(_) => matches!(program.value(ExprRef { file: site.file, id: callee }),
                Value::External(external) if external.path.last().is_some_and(|name| is_clear(name))),
            _ => false,
        };
        let same = || facts.list(args).first().is_some_and(|&id| named(facts, id) == Some(handle));
        // A field is cleared by another method of its class.
        let near = matches!(handle, Handle::Member(_)) || outermost(facts, other.function) == outer;
        clears && near && same()
    })
}

/// `job.stop()` of a variable: a cron job that ends where it was made.
fn stops(facts: &ModuleFacts, callee: ExprId, handle: Handle) -> bool {
    let Expr::Member { object, property } = facts.expr(callee) else { return false };
    matches!(handle, Handle::Local(_))
        && matches!(facts.text(property), "stop" | "destroy" | "cancel")
        && named(facts, object) == Some(handle)
}

fn is_clear(name: &str) -> bool {
    matches!(name, "clearInterval" | "clearTimeout" | "clearIntervalAsync")
}

/// The name that a value is given.
fn handle(facts: &ModuleFacts, expr: ExprId) -> Option<Handle> {
    match facts.use_of(expr) {
        Use::Declared => facts.bindings.iter().position(|binding| {
            matches!(binding.origin, crate::facts::Origin::Init { expr: init, .. } if init == expr)
        }).and_then(|at| u32::try_from(at).ok()).map(|at| Handle::Local(BindingId(at))),
        Use::Part(parent) => match facts.expr(parent) {
            Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Write { target, value, kind } if value == expr && kind != WriteKind::Delete => {
                    named(facts, target)
                }
                _ => None,
            },
            // `setInterval(…).unref()`
            Expr::Member { .. } => match facts.use_of(parent) {
                Use::Part(call) if matches!(facts.expr(call), Expr::Call(_)) => handle(facts, call),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn named(facts: &ModuleFacts, expr: ExprId) -> Option<Handle> {
    match facts.expr(expr) {
        Expr::Local(binding) => Some(Handle::Local(binding)),
        Expr::Member { property, .. } => Some(Handle::Member(property)),
        _ => None,
    }
}

/// The function below the module's top level in which a function is written.
pub(crate) fn outermost(facts: &ModuleFacts, function: FunctionId) -> FunctionId {
    let mut current = function;
    while let Some(parent) = facts.function(current).parent.filter(|&p| p != FunctionId::MODULE) {
        current = parent;
    }
    current
}

/// Whether `unref()` is called on a timer: the process does not wait for it.
pub(crate) fn is_unreferenced(program: &Program<'_>, site: &ApiSite<'_, SchedulerKind>) -> bool {
    let Some(module) = program.module(site.file) else { return false };
    let facts = &module.facts;
    let expr = facts.site(site.site).expr;
    let handle = handle(facts, expr);
    facts.sites.iter().any(|other| {
        let SiteKind::Call { callee, .. } = other.kind else { return false };
        let Expr::Member { object, property } = facts.expr(callee) else { return false };
        facts.text(property) == "unref"
            && (object == expr || (handle.is_some() && named(facts, object) == handle))
    })
}

/// Whether a timer or cron construct was given something to run.
pub(crate) fn runs_code(program: &Program<'_>, site: &ApiSite<'_, SchedulerKind>) -> bool {
    let Some(module) = program.module(site.file) else { return false };
    module.facts.list(site.args).iter().any(|&id| {
        let at = ExprRef { file: site.file, id };
        match module.facts.expr(id) {
            Expr::Function(_) => true,
            Expr::Object(list) => module.facts.object(list).iter().any(|entry| {
                let value = program.value(ExprRef { file: site.file, id: entry.value });
                matches!(value, Value::Function(_) | Value::External(_))
            }),
            Expr::Local(_) | Expr::Member { .. } | Expr::Call(_) => {
                matches!(program.value(at), Value::Function(_) | Value::External(_))
            }
            _ => false,
        }
    })
}

/// Whether all that a timer does is to remove old entries from memory.
pub(crate) fn only_sweeps(program: &Program<'_>, site: &ApiSite<'_, SchedulerKind>) -> bool {
    let place = ArgumentAt { arg: 0, key: None };
    let Some(callback) = argument_at(program, &place, (site.file, site.args)) else { return false };
    match program.value(callback) {
        Value::Function(function) => sweeps(program, function, 0) == Some(true),
        _ => false,
    }
}

/// Whether a function removes entries and does nothing else; `None` if it does something else.
fn sweeps(program: &Program<'_>, function: FunctionRef, depth: u32) -> Option<bool> {
    let facts = &program.module(function.file)?.facts;
    if depth > 3 || facts.function(function.id).is_async {
        return None;
    }
    let mut removes = false;
    for (_, site) in facts.sites_of(function.id) {
        match site.kind {
            SiteKind::Await { .. } | SiteKind::New { .. } | SiteKind::Tagged { .. } => return None,
            SiteKind::Write { .. } => removes = true,
            SiteKind::Call { callee, args } => {
                let callee_at = ExprRef { file: function.file, id: callee };
                match program.value(callee_at) {
                    Value::Function(inner) => removes |= sweeps(program, inner, depth + 1)?,
                    Value::Global(path) if is_plain_global(&path) => {}
                    Value::External(_) | Value::Made(_) => match facts.expr(callee) {
                        Expr::Member { property, .. } if removes_entries(facts.text(property)) => {
                            removes = true
                        }
                        _ => return None,
                    },
                    _ => match facts.expr(callee) {
                        Expr::Member { property, .. } if removes_entries(facts.text(property)) => {
                            removes = true
                        }
                        Expr::Member { property, .. } if looks_up(facts.text(property)) => {}
                        _ => return None,
                    },
                }
                for &argument in facts.list(args) {
                    if let Expr::Function(id) = facts.expr(argument) {
                        removes |= sweeps(program, FunctionRef { file: function.file, id }, depth + 1)?;
                    }
                }
            }
            _ => {}
        }
    }
    Some(removes)
}

fn is_plain_global(path: &[&str]) -> bool {
    matches!(
        path.first(),
        Some(&("Date" | "Math" | "Object" | "Array" | "console" | "Number" | "performance"))
    )
}

fn removes_entries(name: &str) -> bool {
    matches!(
        name,
        "delete" | "clear" | "splice" | "shift" | "pop" | "prune" | "purgeStale" | "cleanup" | "evictExpired"
    )
}

fn looks_up(name: &str) -> bool {
    matches!(
        name,
        "get"
            | "has"
            | "entries"
            | "keys"
            | "values"
            | "forEach"
            | "filter"
            | "map"
            | "every"
            | "some"
            | "set"
            | "getTime"
            | "length"
            | "push"
            | "slice"
            | "find"
            | "info"
            | "debug"
            | "log"
    )
}

/// Whether a `setTimeout` is more than a pause: it waits long, or its function starts it again.
pub(crate) fn goes_on(program: &Program<'_>, site: &ApiSite<'_, SchedulerKind>) -> bool {
    let at = |arg: usize| argument_at(program, &ArgumentAt { arg, key: None }, (site.file, site.args));
    if at(1).and_then(|delay| number(program, delay, 0)).is_some_and(|delay| delay >= LONG) {
        return true;
    }
    restarts(program, site)
}

/// Whether what a timer runs leads to the function that started it: `schedule` starts `run`, which calls `schedule`.
pub(crate) fn restarts(program: &Program<'_>, site: &ApiSite<'_, SchedulerKind>) -> bool {
    let place = ArgumentAt { arg: 0, key: None };
    let callback = argument_at(program, &place, (site.file, site.args));
    let Some(Value::Function(callback)) = callback.map(|at| program.value(at)) else { return false };
    let (mut open, mut seen) = (vec![(callback, 0)], FxHashSet::default());
    while let Some((function, depth)) = open.pop() {
        if function == site.function {
            return true;
        }
        let Some(module) = program.module(function.file).filter(|_| depth < MAX_CALLS) else { continue };
        if !seen.insert(function) {
            continue;
        }
        // What runs when something failed only tries again.
        let calls = module.facts.sites_of(function.id).filter(|(_, call)| {
            !module.facts.contexts_from(call.context).any(|context| context.kind == ContextKind::Catch)
        });
        open.extend(calls.filter_map(|(id, _)| match program.callee(function.file, id) {
            Value::Function(called) => Some((*called, depth + 1)),
            _ => None,
        }));
    }
    false
}

/// A constant number, through names and products.
fn number(program: &Program<'_>, at: ExprRef, depth: u32) -> Option<f64> {
    let facts = &program.module(at.file)?.facts;
    if depth > 8 {
        return None;
    }
    let go = |file: FileId, id: ExprId| number(program, ExprRef { file, id }, depth + 1);
    match facts.expr(at.id) {
        Expr::Number(value) => Some(value),
        Expr::Binary { kind: crate::facts::BinaryKind::Multiply, left, right } => {
            Some(go(at.file, left)? * go(at.file, right)?)
        }
        Expr::Local(binding) => {
            let (file, binding) = program.declaration(at.file, binding);
            match program.module(file)?.facts.binding(binding).origin {
                crate::facts::Origin::Init { expr, path, .. } if path.is_empty() => go(file, expr),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a timer feeds the stream of a response, which decides how long it lives.
pub(crate) fn feeds_stream(program: &Program<'_>, site: &ApiSite<'_, SchedulerKind>) -> bool {
    let Some(module) = program.module(site.file) else { return false };
    let facts = &module.facts;
    if site.function.id == FunctionId::MODULE {
        return false;
    }
    let outer = outermost(facts, site.function.id);
    facts.names.iter().any(|name| name == "text/event-stream")
        || facts.sites.iter().any(|other| {
            let within = || outermost(facts, other.function) == outer;
            match other.kind {
                SiteKind::New { callee, .. } => {
                    let name = match facts.expr(callee) {
                        Expr::Global(name) => facts.text(name),
                        _ => return false,
                    };
                    matches!(name, "ReadableStream" | "TransformStream" | "WritableStream") && within()
                }
                SiteKind::Call { callee, .. } => match facts.expr(callee) {
                    Expr::Member { property, .. } => {
                        matches!(facts.text(property), "enqueue" | "write" | "writeSSE" | "ping") && within()
                    }
                    _ => false,
                },
                _ => false,
            }
        })
}
