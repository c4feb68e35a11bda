//! Other forms of lost work: timers, callbacks, functions given where a promise is wanted, work after `res.json()`.

use super::fate::Fate;
use super::promises::{Promises, Yields, callee};
use crate::catalogue::{AfterKind, Takes};
use crate::facts::{BindingId, Expr, ExprId, FunctionId, List, SiteId, SiteKind, Use};
use crate::link::{ExprRef, Program, Value};

/// A form of lost work besides an un-awaited promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A timer runs it later.
    Timer,
    /// It reports to a callback that nobody waits for.
    Callback,
    /// `waitUntil(async () => …)`: a function where a promise is wanted.
    NotAPromise,
    /// A function of the project starts the function that it is given, and does not wait.
    Handed,
}

/// What it takes to tell the forms.
pub(crate) struct Forms<'s, 'a, 'p> {
    /// The program.
    pub program: &'a Program<'p>,
    /// What gives promises.
    pub promises: &'a Promises<'a, 'p>,
    /// What becomes of values.
    pub fate: Fate<'s, 'p>,
}

impl Forms<'_, '_, '_> {
    /// The form that a call is, if it is one.
    pub(crate) fn of(&self, id: SiteId) -> Option<Form> {
        let facts = self.fate.facts;
        let site = facts.site(id);
        let (callee, args) = callee(site.kind)?;
        let api = self.promises.api(self.fate.file, id);
        let given = self.is_function(args, 0);
        // Most calls are neither given a function first nor known; what they call does not matter.
        if !given && api.is_none() {
            return None;
        }
        if given && self.wants_promise(id, callee) {
            return Some(Form::NotAPromise);
        }
        if self.is_timer(id) {
            let lasts = given && !self.in_executor(site.function) && self.is_timer_kept(site.expr);
            return lasts.then_some(Form::Timer);
        }
        let api = api?;
        let reports =
            facts.list(args).last().is_some_and(|&last| matches!(facts.expr(last), Expr::Function(_)))
                && facts.list(args).len() > 1;
        let is_lost = match api.kind {
            // Where the callback may be left out, so may all that could tell of the end.
            AfterKind::Message if api.callback => reports || self.has_no_callback(args),
            AfterKind::Message | AfterKind::Upload => reports,
            _ => api.callback && reports,
        };
        let is_discarded = facts.use_of(site.expr) == Use::Discarded;
        (is_lost && is_discarded && !(api.callback && self.in_executor(site.function)))
            .then_some(Form::Callback)
    }

    /// `waitUntil` of a package, or of an event or context.
    fn wants_promise(&self, call: SiteId, callee: ExprId) -> bool {
        let facts = self.fate.facts;
        match self.program.callee(self.fate.file, call) {
            Value::External(external) => {
                let runner = self.program.catalogue.after_response(external.package, &external.export());
                runner.is_some_and(|runner| runner.takes == Takes::Promise)
            }
            Value::Function(_) | Value::Class(_) => false,
            _ => {
                matches!(facts.expr(callee), Expr::Member { property, .. } if facts.text(property) == "waitUntil")
            }
        }
    }

    fn is_function(&self, args: List, index: usize) -> bool {
        let Some(&id) = self.fate.facts.list(args).get(index) else { return false };
        matches!(self.fate.facts.expr(id), Expr::Function(_) | Expr::Local(_))
            && matches!(self.program.value(ExprRef { file: self.fate.file, id }), Value::Function(_))
    }

    /// `publish(topic, text)`, `publish(topic, text, { qos: 1 })`: a name in the last place may be a callback.
    fn has_no_callback(&self, args: List) -> bool {
        let facts = self.fate.facts;
        let list = facts.list(args);
        list.len() < 3 || list.last().is_some_and(|&last| matches!(facts.expr(last), Expr::Object(_)))
    }

    fn is_timer(&self, call: SiteId) -> bool {
        match self.program.callee(self.fate.file, call) {
            Value::Global(path) => matches!(
                path.as_slice(),
                ["setTimeout" | "setImmediate" | "queueMicrotask"]
                    | ["globalThis", "setTimeout" | "setImmediate" | "queueMicrotask"]
                    | ["process", "nextTick"]
            ),
            Value::External(external) => {
                matches!(external.package, "timers" | "node:timers")
                    && matches!(external.export().as_str(), "setTimeout" | "setImmediate")
            }
            _ => false,
        }
    }

    /// Whether nobody holds the timer's handle: what is cleared is a deadline.
    fn is_timer_kept(&self, expr: ExprId) -> bool {
        matches!(self.fate.facts.use_of(expr), Use::Discarded)
    }

    fn in_executor(&self, function: FunctionId) -> bool {
        let mut current = Some(function);
        while let Some(id) = current {
            if self.fate.is_executor(id) {
                return true;
            }
            current = self.fate.facts.function(id).parent;
        }
        false
    }
}

/// Awaited work that follows the end of a response in the same function: `res.json(x); await save()`. Gives the
/// awaited calls.
pub(crate) fn after_send(
    fate: Fate<'_, '_>,
    function: FunctionId,
    promises: &Promises<'_, '_>,
) -> Vec<SiteId> {
    let facts = fate.facts;
    let late = late(fate, function).into_iter().filter_map(|id| match facts.site(id).kind {
        SiteKind::Await { value } => match facts.expr(value) {
            Expr::Call(call) if promises.of(ExprRef { file: fate.file, id: value }) == Yields::Promise => {
                Some(call)
            }
            _ => None,
        },
        _ => None,
    });
    late.collect()
}

/// What follows the end of a response in the same function.
pub(crate) fn late(fate: Fate<'_, '_>, function: FunctionId) -> Vec<SiteId> {
    let facts = fate.facts;
    let mut found = Vec::new();
    let Some(res) = response_param(fate, function) else { return found };
    let mut sent = None;
    for (id, site) in facts.sites_of(function) {
        match site.kind {
            SiteKind::Call { callee, .. }
                if facts.use_of(site.expr) == Use::Discarded && sends(fate, callee, res) =>
            {
                sent.get_or_insert(site.context);
            }
            SiteKind::Return { .. } | SiteKind::Throw { .. } | SiteKind::Jump
                if sent == Some(site.context) =>
            {
                sent = None
            }
            _ => {
                let Some(context) = sent else { continue };
                let mut current = Some(site.context);
                while let Some(id) = current.filter(|&id| id != context) {
                    current = facts.contexts.get(id.index()).and_then(|c| c.parent);
                }
                if current.is_some() {
                    found.push(id);
                }
            }
        }
    }
    found
}

/// Whether the handler that a call stands in answers right after it, in the same block: whatever the call's own
/// callbacks would answer comes too late.
pub(crate) fn answers_after(fate: Fate<'_, '_>, call: SiteId) -> bool {
    let site = fate.facts.site(call);
    let Some(res) = response_param(fate, site.function) else { return false };
    fate.facts.sites_of(site.function).any(|(_, later)| match later.kind {
        SiteKind::Call { callee, .. } => {
            later.context == site.context && later.span.start >= site.span.end && sends(fate, callee, res)
        }
        _ => false,
    })
}

/// The second parameter of a handler of `pages/api`.
fn response_param(fate: Fate<'_, '_>, function: FunctionId) -> Option<BindingId> {
    let binding = fate.facts.function(function).params.get(1)?.binding?;
    let name = fate.facts.text(fate.facts.binding(binding).name);
    matches!(name, "res" | "response").then_some(binding)
}

/// `res.json()`, `res.status(200).json()`
fn sends(fate: Fate<'_, '_>, callee: ExprId, res: BindingId) -> bool {
    let facts = fate.facts;
    let Expr::Member { property, .. } = facts.expr(callee) else { return false };
    matches!(facts.text(property), "json" | "send" | "end" | "redirect")
        && facts.expr(crate::link::root(facts, callee)) == Expr::Local(res)
}
