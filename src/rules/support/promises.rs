//! Which expressions give a promise, across modules.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::apis::Apis;
use super::guesses::guess;
use crate::catalogue::{AfterKind, Api};
use crate::facts::{Expr, ExprId, FunctionId, List, Origin, SiteId, SiteKind};
use crate::link::{ExprRef, FunctionRef, Program, Value};
use crate::span::FileId;

/// How far names and returns are followed.
const MAX_DEPTH: u32 = 24;

/// Whether an expression gives a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Yields {
    /// No, or not as far as can be seen.
    No,
    /// It looks like it.
    Likely,
    /// Yes.
    Promise,
}

/// Answers which expressions give promises.
pub(crate) struct Promises<'a, 'p> {
    program: &'a Program<'p>,
    apis: FxHashMap<(FileId, SiteId), &'p Api<AfterKind>>,
    functions: RefCell<FxHashMap<FunctionRef, Yields>>,
}

impl<'a, 'p> Promises<'a, 'p> {
    /// Prepares to answer for a program.
    pub(crate) fn new(program: &'a Program<'p>, apis: &Apis<'p>) -> Self {
        let apis = apis.after.iter().map(|site| ((site.file, site.site), site.api)).collect();
        Self { program, apis, functions: RefCell::default() }
    }

    /// The catalogue's entry for a call.
    pub(crate) fn api(&self, file: FileId, site: SiteId) -> Option<&'p Api<AfterKind>> {
        self.apis.get(&(file, site)).copied()
    }

    /// Whether an expression gives a promise.
    pub(crate) fn of(&self, at: ExprRef) -> Yields {
        self.expr(at, 0)
    }

    /// Whether calling a function gives a promise.
    pub(crate) fn of_function(&self, function: FunctionRef) -> Yields {
        self.function(function, 0)
    }

    /// Whether a call starts nothing until it is awaited, or until `then` is called on it.
    pub(crate) fn is_lazy(&self, at: ExprRef) -> bool {
        let Some(module) = self.program.module(at.file) else { return false };
        let Expr::Call(site) = module.facts.expr(at.id) else { return false };
        if let Some(api) = self.api(at.file, site) {
            return api.lazy;
        }
        let Some((callee, _)) = callee(module.facts.site(site).kind) else { return false };
        let callee = ExprRef { file: at.file, id: callee };
        self.program.value(callee) == Value::Unknown && guess(self.program, callee).is_some_and(|g| g.lazy)
    }

    fn expr(&self, at: ExprRef, depth: u32) -> Yields {
        let Some(module) = self.program.module(at.file) else { return Yields::No };
        if depth > MAX_DEPTH {
            return Yields::No;
        }
        let facts = &module.facts;
        let go = |id: ExprId| self.expr(ExprRef { file: at.file, id }, depth + 1);
        match facts.expr(at.id) {
            Expr::Call(site) => self.call(at.file, site, depth),
            Expr::New(site) => match facts.site(site).kind {
                SiteKind::New { callee, .. } => self.constructs(ExprRef { file: at.file, id: callee }),
                _ => Yields::No,
            },
            Expr::Local(binding) => match facts.binding(binding) {
                entry if entry.reassigned => Yields::No,
                entry => match entry.origin {
                    Origin::Init { expr, path, .. } if path.is_empty() => go(expr),
                    _ => Yields::No,
                },
            },
            Expr::Conditional { yes, no, .. } => go(yes).max(go(no)),
            Expr::Logical { left, right, .. } => go(right).max(go(left)),
            Expr::Sequence(list) => facts.list(list).last().map_or(Yields::No, |&last| go(last)),
            Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Write { value, .. } => go(value),
                _ => Yields::No,
            },
            _ => Yields::No,
        }
    }

    fn constructs(&self, callee: ExprRef) -> Yields {
        match self.program.value(callee) {
            Value::Global(path) if path == ["Promise"] => Yields::Promise,
            _ => Yields::No,
        }
    }

    fn call(&self, file: FileId, site: SiteId, depth: u32) -> Yields {
        let Some(module) = self.program.module(file) else { return Yields::No };
        if let Some(api) = self.api(file, site) {
            return if api.callback || api.kind == AfterKind::Harmless {
                Yields::No
            } else {
                Yields::Promise
            };
        }
        let Some((callee, args)) = callee(module.facts.site(site).kind) else { return Yields::No };
        let at = ExprRef { file, id: callee };
        match self.program.callee(file, site) {
            &Value::Function(function) => self.function(function, depth + 1).max(self.wrapped(at, depth)),
            Value::Global(path) => match path.as_slice() {
                ["Promise", "all" | "allSettled" | "race" | "any" | "resolve" | "reject"] => Yields::Promise,
                _ => Yields::No,
            },
            Value::Made(made) if made.steps.is_empty() && self.keeps_async(&made.by.export()) => {
                self.argument_of(made.at, depth)
            }
            // A known package, of which the table does not say that this is a promise.
            Value::Made(_) | Value::External(_) if !self.is_chain(at) => Yields::No,
            Value::Class(_) => Yields::No,
            _ => self.shape(at, args, depth),
        }
    }

    /// What the spelling of a callee tells: chains on promises, and names that are telling.
    fn shape(&self, callee: ExprRef, args: List, depth: u32) -> Yields {
        let Some(module) = self.program.module(callee.file) else { return Yields::No };
        if let Expr::Member { object, .. } = module.facts.expr(callee.id)
            && self.is_chain(callee)
        {
            let object = self.expr(ExprRef { file: callee.file, id: object }, depth + 1);
            let handles = module.facts.list(args).first().is_some_and(|&first| {
                matches!(module.facts.expr(first), Expr::Function(_))
                    || matches!(
                        self.program.value(ExprRef { file: callee.file, id: first }),
                        Value::Function(_)
                    )
            });
            return if handles { object.max(Yields::Likely) } else { object };
        }
        if guess(self.program, callee).is_some() { Yields::Likely } else { Yields::No }
    }

    /// `x.then`, `x.catch`, `x.finally`
    fn is_chain(&self, callee: ExprRef) -> bool {
        let Some(module) = self.program.module(callee.file) else { return false };
        matches!(module.facts.expr(callee.id), Expr::Member { property, .. }
            if matches!(module.facts.text(property), "then" | "catch" | "finally"))
    }

    /// Whether a package's function gives an async function for an async one.
    fn keeps_async(&self, export: &str) -> bool {
        matches!(
            export.rsplit('.').next(),
            Some(
                "cache"
                    | "unstable_cache"
                    | "experimental_cache"
                    | "traceable"
                    | "traced"
                    | "observe"
                    | "wrapTraced"
            )
        )
    }

    /// Whether the first function handed to a call is async.
    fn argument_of(&self, call: ExprRef, depth: u32) -> Yields {
        let Some(module) = self.program.module(call.file) else { return Yields::No };
        let Expr::Call(site) = module.facts.expr(call.id) else { return Yields::No };
        let Some((_, args)) = callee(module.facts.site(site).kind) else { return Yields::No };
        let functions = module.facts.list(args).iter().filter_map(|&id| {
            match self.program.value(ExprRef { file: call.file, id }) {
                Value::Function(function) => Some(self.function(function, depth + 1)),
                _ => None,
            }
        });
        functions.max().unwrap_or(Yields::No)
    }

    /// `const save = withRetry(async () => …)`: a wrapper of the project that gives back a function which calls
    /// what the wrapper was given.
    fn wrapped(&self, callee: ExprRef, depth: u32) -> Yields {
        let Some(module) = self.program.module(callee.file) else { return Yields::No };
        let Expr::Local(binding) = module.facts.expr(callee.id) else { return Yields::No };
        match module.facts.binding(binding).origin {
            Origin::Init { expr, path, .. }
                if path.is_empty() && matches!(module.facts.expr(expr), Expr::Call(_)) =>
            {
                self.argument_of(ExprRef { file: callee.file, id: expr }, depth).min(Yields::Likely)
            }
            _ => Yields::No,
        }
    }

    fn function(&self, function: FunctionRef, depth: u32) -> Yields {
        if let Some(&known) = self.functions.borrow().get(&function) {
            return known;
        }
        if depth > MAX_DEPTH {
            return Yields::No;
        }
        // A function that returns its own result sees what stands here meanwhile.
        self.functions.borrow_mut().insert(function, Yields::No);
        let yields = self.declared(function).unwrap_or_else(|| self.returned(function, depth));
        self.functions.borrow_mut().insert(function, yields);
        yields
    }

    /// What a function says of itself.
    fn declared(&self, function: FunctionRef) -> Option<Yields> {
        let module = self.program.module(function.file)?;
        let entry = module.facts.function(function.id);
        if entry.is_generator || function.id == FunctionId::MODULE {
            return Some(Yields::No);
        }
        (entry.is_async || entry.declares_promise).then_some(Yields::Promise)
    }

    fn returned(&self, function: FunctionRef, depth: u32) -> Yields {
        let Some(module) = self.program.module(function.file) else { return Yields::No };
        let values = module.facts.returned(function.id);
        values.map(|id| self.expr(ExprRef { file: function.file, id }, depth + 1)).max().unwrap_or(Yields::No)
    }

    /// Whether an async function waits for anything: one that does not is done when it returns.
    pub(crate) fn waits(&self, function: FunctionRef) -> bool {
        let Some(module) = self.program.module(function.file) else { return false };
        let mut sites = module.facts.sites_of(function.id);
        sites.any(|(_, site)| match site.kind {
            SiteKind::Await { .. } => true,
            SiteKind::Return { value } => {
                value != ExprId::UNKNOWN
                    && matches!(
                        module.facts.expr(value),
                        Expr::Call(_) | Expr::Local(_) | Expr::New(_) | Expr::Conditional { .. }
                    )
            }
            _ => false,
        })
    }
}

/// The callee and arguments of a call.
pub(crate) fn callee(kind: SiteKind) -> Option<(ExprId, List)> {
    match kind {
        SiteKind::Call { callee, args } => Some((callee, args)),
        SiteKind::Tagged { callee, .. } => Some((callee, List::default())),
        _ => None,
    }
}
