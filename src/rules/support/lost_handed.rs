//! Work that is handed to a function of the project as a function, and that nothing there waits for:
//! `runInBackground(() => send(mail))`, `jobs.add(async () => …)`.

use super::fate::{Fate, Loss, Names};
use super::lexical::method;
use super::lost_scan::Scan;
use super::promises::{Yields, callee};
use crate::facts::{BindingId, Expr, ExprId, FunctionId, SiteId, SiteKind, Use};
use crate::link::{FunctionRef, Module, Value};

impl Scan<'_, '_> {
    /// Whether a call hands over a function that gives a promise, and neither the call nor what is called waits for it.
    pub(crate) fn is_handed_on(&self, id: SiteId) -> bool {
        let facts = self.fate.facts;
        let site = facts.site(id);
        let Some((callee, args)) = callee(site.kind) else { return false };
        let is_dropped = match facts.use_of(site.expr) {
            Use::Discarded => true,
            Use::Part(parent) => matches!(facts.expr(parent), Expr::Void(_)),
            _ => false,
        };
        let works = |id: ExprId| match facts.expr(id) {
            // One that is given something may be a listener, or write to a stream.
            Expr::Function(function) => {
                facts.function(function).params.is_empty()
                    && self.promises.of_function(FunctionRef { file: self.file, id: function }) > Yields::No
            }
            _ => false,
        };
        let Some(index) = facts.list(args).iter().position(|&id| works(id)).filter(|_| is_dropped) else {
            return false;
        };
        let Value::Function(function) = self.program().value(self.at(callee)) else { return false };
        self.promises.of_function(function) == Yields::No && self.drops(function, index)
    }

    /// Whether a function calls one of its parameters, now or from a queue, and never waits for what that gives.
    fn drops(&self, function: FunctionRef, index: usize) -> bool {
        let Some(module) = self.program().module(function.file) else { return false };
        let param = module.facts.function(function.id).params.get(index);
        let Some(binding) = param.and_then(|param| param.binding) else { return false };
        let names = Names::of(&module.facts);
        let fate = Fate { program: self.program(), file: function.file, facts: &module.facts, names: &names };
        let mut uses = module.uses(binding).iter().filter(|&&used| module.facts.use_of(used) != Use::Test);
        let mut is_used = false;
        uses.all(|&used| {
            is_used = true;
            is_dropped(fate, used) || self.is_queued(fate, module, used)
        }) && is_used
    }

    /// `jobs.push(job)`, where `jobs` is a list from which the module takes functions and calls them, by itself.
    fn is_queued(&self, fate: Fate<'_, '_>, module: &Module, used: ExprId) -> bool {
        let facts = fate.facts;
        let Use::Part(parent) = facts.use_of(used) else { return false };
        let Expr::Call(site) = facts.expr(parent) else { return false };
        let SiteKind::Call { callee, .. } = facts.site(site).kind else { return false };
        let Some((list, "push" | "unshift")) = method(facts, callee) else { return false };
        let takes = facts.sites.iter().filter(|site| match site.kind {
            SiteKind::Call { callee, .. } => method(facts, callee)
                .is_some_and(|(from, name)| matches!(name, "shift" | "pop") && is_same(fate, from, list)),
            _ => false,
        });
        let mut takes = takes.filter(|site| calls_it(fate, module, site.expr));
        takes.any(|site| self.runs_by_itself(FunctionRef { file: fate.file, id: site.function }))
    }

    /// Whether only its own module calls a function: nobody else waits for it.
    fn runs_by_itself(&self, function: FunctionRef) -> bool {
        let callers = self.context.effects.callers.get(&function);
        callers.is_some_and(|callers| callers.iter().all(|caller| caller.file == function.file))
    }
}

/// Whether a use of a function calls it, and what that gives is lost.
fn is_dropped(fate: Fate<'_, '_>, used: ExprId) -> bool {
    let facts = fate.facts;
    let Use::Part(parent) = facts.use_of(used) else { return false };
    let Expr::Call(site) = facts.expr(parent) else { return false };
    callee(facts.site(site).kind).is_some_and(|(callee, _)| callee == used)
        && !fate.settled_elsewhere(facts.site(site).function)
        && fate
            .of(parent)
            .is_some_and(|lost| matches!(lost.loss, Loss::Statement | Loss::Void | Loss::Chained))
}

/// Whether two expressions name the same list: a variable of the module, or a field of `this`.
fn is_same(fate: Fate<'_, '_>, one: ExprId, other: ExprId) -> bool {
    let facts = fate.facts;
    let is_lasting = |id: BindingId| facts.binding(id).function == FunctionId::MODULE;
    match (facts.expr(one), facts.expr(other)) {
        (Expr::Local(one), Expr::Local(other)) => one == other && is_lasting(one),
        (
            Expr::Member { object: one, property: name },
            Expr::Member { object: other, property: other_name },
        ) => {
            let is_this = |id: ExprId| facts.expr(id) == Expr::This;
            name == other_name && is_this(one) && is_this(other)
        }
        _ => false,
    }
}

/// Whether what an expression gives is called: at once, or by the name that it gets.
fn calls_it(fate: Fate<'_, '_>, module: &Module, given: ExprId) -> bool {
    let is_called = |id: ExprId| match fate.facts.use_of(id) {
        Use::Part(parent) => match fate.facts.expr(parent) {
            Expr::Call(site) => callee(fate.facts.site(site).kind).is_some_and(|(callee, _)| callee == id),
            _ => false,
        },
        _ => false,
    };
    let named = fate.names.inits.get(&given).map_or(&[][..], |&binding| module.uses(binding));
    is_called(given) || named.iter().any(|&used| is_called(used))
}
