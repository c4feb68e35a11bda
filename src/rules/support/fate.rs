//! What becomes of a promise: whether anything waits for it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::promises::callee;
use crate::facts::{
    BindingId, BindingKind, ContextKind, ExportKind, Expr, ExprId, FunctionId, LogicalKind, ModuleFacts,
    Origin, SiteKind, Use,
};
use crate::link::{ExprRef, Program, Value};
use crate::span::FileId;

/// How far a promise is followed through names.
const MAX_DEPTH: u32 = 6;

/// How a promise is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// A statement of its own.
    Statement,
    /// `void p`
    Void,
    /// A statement that ends in `.then()`, `.catch()` or `.finally()`.
    Chained,
    /// Stored in a variable that nothing reads.
    Unused,
    /// An array of promises that nobody settles.
    Array,
    /// An array of promises inside the array of `Promise.all`, or awaited itself.
    Nested,
    /// Stored, and awaited only under a condition.
    Branch,
    /// A condition tests the promise itself.
    Tested,
}

/// A lost promise: the outermost expression that still gives it, and how it is lost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lost {
    /// The statement's call.
    pub root: ExprId,
    /// How.
    pub loss: Loss,
}

/// What a module's names start with.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The variable that begins as each expression.
    pub(crate) inits: FxHashMap<ExprId, BindingId>,
    exported: FxHashSet<BindingId>,
    functions: FxHashMap<FunctionId, ExprId>,
}

impl Names {
    /// Looks through a module once.
    pub(crate) fn of(facts: &ModuleFacts) -> Self {
        let bindings = (0..).map(BindingId).zip(&facts.bindings);
        let inits = bindings.filter_map(|(id, binding)| match binding.origin {
            Origin::Init { expr, path, .. } if path.is_empty() => Some((expr, id)),
            _ => None,
        });
        let exported = facts.exports.iter().filter_map(|export| match export.kind {
            ExportKind::Binding(id) => Some(id),
            _ => None,
        });
        let functions = (0..).map(ExprId).zip(&facts.exprs).filter_map(|(id, expr)| match expr {
            Expr::Function(function) => Some((*function, id)),
            _ => None,
        });
        Self { inits: inits.collect(), exported: exported.collect(), functions: functions.collect() }
    }
}

/// Follows promises within one module.
#[derive(Clone, Copy)]
pub(crate) struct Fate<'a, 'p> {
    /// The program.
    pub program: &'a Program<'p>,
    /// The module.
    pub file: FileId,
    /// What it says.
    pub facts: &'p ModuleFacts,
    /// Its names.
    pub names: &'a Names,
}

impl Fate<'_, '_> {
    /// How the promise that an expression gives is lost; `None` if something waits for it, or may.
    pub(crate) fn of(self, expr: ExprId) -> Option<Lost> {
        self.follow(expr, false, 0)
    }

    /// The same for an array of promises.
    pub(crate) fn of_many(self, expr: ExprId) -> Option<Lost> {
        self.follow(expr, true, 0)
    }

    fn follow(self, expr: ExprId, many: bool, depth: u32) -> Option<Lost> {
        let facts = self.facts;
        let (mut current, mut many, mut nested, mut chained) = (expr, many, false, false);
        let mut root = expr;
        loop {
            let statement = match (many, chained) {
                (true, _) => Loss::Array,
                (_, true) => Loss::Chained,
                _ => Loss::Statement,
            };
            let parent = match facts.use_of(current) {
                Use::Discarded => return Some(Lost { root, loss: statement }),
                Use::Declared => return self.declared(current, many, depth).map(|loss| Lost { root, loss }),
                Use::Test if !many => {
                    return self.tested(current, expr).then_some(Lost { root, loss: Loss::Tested });
                }
                Use::Part(parent) => parent,
                _ => return None,
            };
            match facts.expr(parent) {
                Expr::Void(_) => {
                    return Some(Lost { root, loss: if many { Loss::Array } else { Loss::Void } });
                }
                Expr::Await(_) => {
                    let lost = many && !self.settled_later(parent);
                    return lost.then_some(Lost { root, loss: Loss::Nested });
                }
                Expr::Not(_) if !many => {
                    return self.tested(current, expr).then_some(Lost { root, loss: Loss::Tested });
                }
                Expr::Member { object, property } if object == current && !many => {
                    if !matches!(facts.text(property), "then" | "catch" | "finally") {
                        return None;
                    }
                    let Use::Part(call) = facts.use_of(parent) else { return None };
                    if !self.is_callee(parent, call) {
                        return None;
                    }
                    chained = true;
                    (current, root) = (call, call);
                }
                Expr::Call(_) => {
                    let combinator = self.combinator(parent)?;
                    if many && nested {
                        return (combinator != "race").then_some(Lost { root, loss: Loss::Nested });
                    }
                    many = false;
                    (current, root) = (parent, parent);
                }
                Expr::Array(_) => {
                    if many && matches!(facts.expr(current), Expr::Call(_)) {
                        nested = true;
                    }
                    current = parent;
                }
                Expr::Spread(_) => {
                    many = false;
                    current = parent;
                }
                Expr::Logical { kind, left, .. } if left == current => {
                    if kind == LogicalKind::And {
                        return (!many && self.tested(current, expr))
                            .then_some(Lost { root, loss: Loss::Tested });
                    }
                    current = parent;
                }
                Expr::Logical { .. } | Expr::Sequence(_) => current = parent,
                Expr::Conditional { test, .. } if test == current => {
                    return (!many && self.tested(current, expr))
                        .then_some(Lost { root, loss: Loss::Tested });
                }
                Expr::Conditional { .. } => current = parent,
                _ => return None,
            }
        }
    }

    /// `const jobs = await items.map(async …)` is of no use by itself; `Promise.all(jobs)` may follow.
    fn settled_later(self, wait: ExprId) -> bool {
        let combined = |expr: ExprId| match self.facts.use_of(expr) {
            Use::Part(parent) => self.combinator(parent).is_some(),
            Use::Iterated => true,
            _ => false,
        };
        let binding = self.names.inits.get(&wait).filter(|_| self.facts.use_of(wait) == Use::Declared);
        let module = self.program.module(self.file);
        let uses = binding.zip(module).map_or(&[][..], |(&binding, module)| module.uses(binding));
        combined(wait) || uses.iter().any(|&used| combined(used))
    }

    /// Only a call itself is tested by mistake: names and alternatives may hold nothing.
    fn tested(self, current: ExprId, expr: ExprId) -> bool {
        current == expr && matches!(self.facts.expr(expr), Expr::Call(_) | Expr::Local(_))
    }

    fn is_callee(self, member: ExprId, call: ExprId) -> bool {
        let Expr::Call(site) = self.facts.expr(call) else { return false };
        callee(self.facts.site(site).kind).is_some_and(|(callee, _)| callee == member)
    }

    /// Which of `Promise.all` and its like a call is.
    fn combinator(self, call: ExprId) -> Option<&'static str> {
        let Expr::Call(site) = self.facts.expr(call) else { return None };
        let Value::Global(path) = self.program.callee(self.file, site) else { return None };
        match path.as_slice() {
            ["Promise", "all" | "allSettled"] => Some("all"),
            ["Promise", "race" | "any"] => Some("race"),
            ["Promise", "resolve"] => Some("resolve"),
            _ => None,
        }
    }

    /// A promise in a variable is lost if nothing reads the variable, or whatever reads it loses it.
    fn declared(self, init: ExprId, many: bool, depth: u32) -> Option<Loss> {
        let &binding = self.names.inits.get(&init)?;
        let module = self.program.module(self.file)?;
        let entry = self.facts.binding(binding);
        if entry.reassigned
            || !matches!(entry.kind, BindingKind::Const | BindingKind::Let | BindingKind::Var)
            || depth > MAX_DEPTH
        {
            return None;
        }
        if self.names.exported.contains(&binding) {
            return None;
        }
        let uses = module.uses(binding);
        let mut loss = Loss::Unused;
        for &used in uses {
            match self.follow(used, many, depth + 1) {
                Some(lost) => loss = lost.loss,
                None => return self.on_one_branch(init, uses).then_some(Loss::Branch),
            }
        }
        // What is tested may have been nothing.
        if loss == Loss::Tested && !matches!(self.facts.expr(init), Expr::Call(_)) {
            None
        } else {
            Some(loss)
        }
    }

    /// Whether a promise that starts unconditionally is only used by an `await` under one condition.
    fn on_one_branch(self, init: ExprId, uses: &[ExprId]) -> bool {
        let &[only] = uses else { return false };
        let (Use::Part(parent), Expr::Call(start)) = (self.facts.use_of(only), self.facts.expr(init)) else {
            return false;
        };
        let (Expr::Await(wait), start) = (self.facts.expr(parent), self.facts.site(start)) else {
            return false;
        };
        let wait = self.facts.site(wait);
        if start.function != wait.function {
            return false;
        }
        let mut current = Some(wait.context);
        while let Some(id) = current.filter(|&id| id != start.context) {
            let Some(context) = self.facts.contexts.get(id.index()) else { return false };
            match context.kind {
                ContextKind::If { .. } => current = context.parent,
                _ => return false,
            }
        }
        current.is_some() && wait.context != start.context
    }

    /// Whether a function is written in the executor of a `new Promise` that hands its `resolve` on: then that
    /// promise tells when the work is done.
    pub(crate) fn settled_elsewhere(self, function: FunctionId) -> bool {
        let mut current = Some(function);
        while let Some(id) = current {
            if self.is_executor(id) && self.hands_on(id) {
                return true;
            }
            current = self.facts.function(id).parent;
        }
        false
    }

    /// Whether a function is the executor of a `new Promise`.
    pub(crate) fn is_executor(self, function: FunctionId) -> bool {
        let Some(&expr) = self.names.functions.get(&function) else { return false };
        let Use::Part(parent) = self.facts.use_of(expr) else { return false };
        let Expr::New(site) = self.facts.expr(parent) else { return false };
        let SiteKind::New { callee, .. } = self.facts.site(site).kind else { return false };
        matches!(self.program.value(ExprRef { file: self.file, id: callee }), Value::Global(path) if path == ["Promise"])
    }

    /// Whether a parameter is stored in something.
    fn hands_on(self, function: FunctionId) -> bool {
        let Some(module) = self.program.module(self.file) else { return false };
        let params = self.facts.function(function).params.iter().filter_map(|param| param.binding);
        params.flat_map(|binding| module.uses(binding)).any(|&used| match self.facts.use_of(used) {
            Use::Part(parent) => {
                matches!(
                    self.facts.expr(parent),
                    Expr::Object(_) | Expr::Write(_) | Expr::Array(_) | Expr::Call(_)
                ) && !self.is_callee(used, parent)
            }
            _ => false,
        })
    }
}
