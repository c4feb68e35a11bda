//! What is lost with a promise: what the work does, whether it feeds the response, and what to do instead.

use rustc_hash::FxHashSet;

use super::effects::{EffectMap, Effects};
use super::guesses::guess;
use super::promises::{Promises, callee};
use crate::catalogue::AfterKind;
use crate::facts::{BindingKind, Expr, ExprId, FunctionId, List, ModuleFacts, PropertyKey, SiteKind, Use};
use crate::link::{ExprRef, FunctionRef, Program, Value};
use crate::span::{FileId, Span};

/// What the work behind a promise does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    /// What it certainly does.
    pub known: Effects,
    /// What it does as far as spelling tells.
    pub likely: Effects,
    /// What a call in the expression itself does, not only what is called further down.
    pub direct: Effects,
    /// The catalogue's words for such a call.
    pub what: Option<String>,
    /// Functions of the project that it calls.
    pub calls: Vec<FunctionRef>,
    /// It writes to the response, or settles a promise that something else waits for.
    pub feeds: bool,
    /// Functions that were looked into.
    seen: FxHashSet<FunctionId>,
    /// What is left out, in the order of the source.
    beside: Vec<Span>,
}

impl Work {
    fn leaves_out(&self, span: Span) -> bool {
        let after = self.beside.partition_point(|beside| beside.start <= span.start);
        let last = after.checked_sub(1).and_then(|at| self.beside.get(at));
        last.is_some_and(|beside| beside.contains(span))
    }
}

/// Looks through expressions for what they do.
pub(crate) struct Reader<'a, 'p> {
    /// The program.
    pub program: &'a Program<'p>,
    /// What functions do.
    pub effects: &'a EffectMap,
    /// What gives promises.
    pub promises: &'a Promises<'a, 'p>,
    /// The module.
    pub file: FileId,
    /// What it says.
    pub facts: &'p ModuleFacts,
}

impl Reader<'_, '_> {
    /// What an expression does, functions written in it included.
    pub(crate) fn work(&self, root: ExprId) -> Work {
        self.work_beside(root, Vec::new())
    }

    /// What an expression does besides what stands in these places, which are in the order of the source.
    pub(crate) fn work_beside(&self, root: ExprId, beside: Vec<Span>) -> Work {
        let mut work = Work { beside, ..Work::default() };
        let outer = self.program.function_of_expr(ExprRef { file: self.file, id: root });
        self.expr(root, outer, &mut work, &mut FxHashSet::default());
        work
    }

    fn expr(&self, at: ExprId, outer: FunctionId, work: &mut Work, seen: &mut FxHashSet<ExprId>) {
        // No expression is looked into twice, whatever leads to it.
        if !seen.insert(at) {
            return;
        }
        let facts = self.facts;
        if work.leaves_out(facts.span_of(at)) {
            return;
        }
        let mut go = |id: ExprId| self.expr(id, outer, work, seen);
        match facts.expr(at) {
            Expr::Call(site) => {
                let Some((callee, args)) = callee(facts.site(site).kind) else { return };
                go(callee);
                facts.list(args).iter().for_each(|&id| go(id));
                self.call(at, (callee, args), true, work);
                work.feeds |= self.settles(callee, args, outer);
                if let Some(function) = self.local_function(callee) {
                    self.body(function, outer, work);
                }
            }
            Expr::New(site) => {
                if let SiteKind::New { args, .. } = facts.site(site).kind {
                    facts.list(args).iter().for_each(|&id| go(id));
                }
            }
            Expr::Await(site) => {
                if let SiteKind::Await { value } = facts.site(site).kind {
                    go(value);
                }
            }
            Expr::Write(site) => {
                if let SiteKind::Write { value, .. } = facts.site(site).kind {
                    go(value);
                }
            }
            Expr::Member { object, .. } => go(object),
            Expr::Index { object, index } => {
                go(object);
                go(index);
            }
            Expr::Spread(inner) | Expr::Void(inner) | Expr::Not(inner) | Expr::Unary(inner) => go(inner),
            Expr::Logical { left, right, .. } | Expr::Binary { left, right, .. } => {
                go(left);
                go(right);
            }
            Expr::Conditional { test, yes, no } => [test, yes, no].into_iter().for_each(go),
            Expr::Array(list) | Expr::Sequence(list) | Expr::Template(list) => {
                facts.list(list).iter().for_each(|&id| go(id));
            }
            Expr::Object(list) => {
                facts
                    .object(list)
                    .iter()
                    .filter(|p| !matches!(p.key, PropertyKey::Computed(_)))
                    .for_each(|p| go(p.value));
            }
            Expr::Function(function) => self.body(function, outer, work),
            Expr::Local(_) => self.named(at, work),
            _ => {}
        }
    }

    /// A function written in the expression.
    fn body(&self, function: FunctionId, outer: FunctionId, work: &mut Work) {
        if work.beside.is_empty() {
            let inner = FunctionRef { file: self.file, id: function };
            work.known = work.known.and(self.effects.of(inner));
            work.likely = work.likely.and(self.effects.likely(inner));
        }
        let mut open = vec![function];
        while let Some(function) = open.pop() {
            if !work.seen.insert(function) {
                continue;
            }
            for id in
                self.facts.function(function).exprs.range().filter_map(|i| u32::try_from(i).ok()).map(ExprId)
            {
                match self.facts.expr(id) {
                    Expr::Function(_) | Expr::Call(_) if work.leaves_out(self.facts.span_of(id)) => {}
                    Expr::Function(inner) => open.push(inner),
                    Expr::Call(site) => {
                        let Some((callee, args)) = callee(self.facts.site(site).kind) else { continue };
                        self.call(id, (callee, args), false, work);
                        work.feeds |= self.settles(callee, args, outer);
                        open.extend(self.local_function(callee));
                    }
                    _ => {}
                }
            }
        }
    }

    /// A function handed over by name.
    fn named(&self, at: ExprId, work: &mut Work) {
        let is_argument = matches!(self.facts.use_of(at), Use::Part(parent)
            if matches!(self.facts.expr(parent), Expr::Call(site)
                if callee(self.facts.site(site).kind).is_some_and(|(callee, _)| callee != at)));
        if is_argument
            && let Value::Function(function) = self.program.value(ExprRef { file: self.file, id: at })
        {
            work.known = work.known.and(self.effects.of(function));
            work.likely = work.likely.and(self.effects.likely(function));
        }
    }

    fn call(&self, at: ExprId, (callee, _): (ExprId, List), is_own: bool, work: &mut Work) {
        let Expr::Call(site) = self.facts.expr(at) else { return };
        let callee = ExprRef { file: self.file, id: callee };
        if let Some(api) = self.promises.api(self.file, site) {
            if api.kind != AfterKind::Harmless {
                let kind = Effects::of(api.kind);
                work.known = work.known.and(kind);
                work.likely = work.likely.and(kind);
                if is_own {
                    work.direct = work.direct.and(kind);
                    work.what.get_or_insert_with(|| api.what.clone());
                }
            }
            return;
        }
        match self.program.value(callee) {
            Value::Function(function) => {
                work.known = work.known.and(self.effects.of(function));
                work.likely = work.likely.and(self.effects.likely(function));
                if is_own {
                    work.calls.push(function);
                }
            }
            Value::Unknown => {
                if let Some(guess) = guess(self.program, callee) {
                    let kind = Effects::of(guess.kind);
                    work.likely = work.likely.and(kind);
                    if is_own {
                        work.direct = work.direct.and(kind);
                    }
                }
            }
            _ => {}
        }
    }

    /// A function written in the same function as its call, or further out: it sees the same names.
    fn local_function(&self, callee: ExprId) -> Option<FunctionId> {
        let Value::Function(function) = self.program.value(ExprRef { file: self.file, id: callee }) else {
            return None;
        };
        let is_inner = function.file == self.file
            && self.facts.function(function.id).parent.is_some_and(|parent| parent != FunctionId::MODULE);
        is_inner.then_some(function.id)
    }

    /// Whether a call writes to a response or stream, or tells somebody outside that the work is done:
    /// `writer.close()`, `controller.enqueue(x)`, `resolve(x)`, `done()`, `handle(req, res)`.
    fn settles(&self, callee: ExprId, args: List, outer: FunctionId) -> bool {
        let tells = match self.facts.expr(callee) {
            Expr::Local(_) => {
                self.name_outside(callee, outer).is_some_and(|(name, is_param)| is_param && is_callback(name))
            }
            Expr::Member { object, property } => {
                let method = self.facts.text(property);
                let streams = self
                    .name_outside(object, outer)
                    .is_some_and(|(name, is_param)| is_stream(name, is_param));
                let feeds = matches!(
                    method,
                    "update" | "append" | "done" | "error" | "write" | "close" | "enqueue" | "merge"
                );
                let is_stream_name =
                    self.name_outside(object, outer).is_some_and(|(name, _)| name == "stream");
                (is_stream_name && feeds)
                    || (streams && !matches!(method, "on" | "once" | "then" | "get" | "getHeader" | "abort"))
            }
            _ => false,
        };
        tells
            || self.facts.list(args).iter().any(|&id| {
                self.name_outside(id, outer).is_some_and(|(name, is_param)| {
                    is_stream(name, is_param) || (is_param && is_callback(name))
                })
            })
    }

    /// A name declared by the function around the expression or one further out, and whether it is a parameter.
    fn name_outside(&self, at: ExprId, outer: FunctionId) -> Option<(&str, bool)> {
        let Expr::Local(binding) = self.facts.expr(at) else { return None };
        let entry = self.facts.binding(binding);
        let mut function = Some(outer);
        while let Some(id) = function {
            if entry.function == id {
                return Some((self.facts.text(entry.name), entry.kind == BindingKind::Param));
            }
            function = self.facts.function(id).parent;
        }
        None
    }
}

/// Names of what a response is written through.
fn is_stream(name: &str, is_param: bool) -> bool {
    let lower = name.to_ascii_lowercase();
    let ends = ["controller", "writer", "writable", "datastream", "passthrough"];
    (is_param && matches!(lower.as_str(), "res" | "response" | "reply" | "stream"))
        || (lower != "abortcontroller" && ends.iter().any(|end| lower.ends_with(end)))
}

/// Names of what tells that work is done.
fn is_callback(name: &str) -> bool {
    matches!(
        name,
        "resolve" | "reject" | "done" | "cb" | "callback" | "next" | "_resolve" | "_reject" | "res" | "rej"
    )
}
