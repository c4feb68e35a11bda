//! Loops, and callbacks for each element, whose every round waits for something outside the process.

use rustc_hash::FxHashMap;

use super::callbacks::for_each;
use super::outside::Outside;
use super::queries::chain::{Declared, call_of, last_name};
use super::rounds::each;
use crate::facts::{ContextKind, Expr, ExprId, FunctionId, LoopKind, ModuleFacts, SiteId, SiteKind, Use};
use crate::link::{ExprRef, FunctionRef, Module, Program, Value};
use crate::rules::RuleContext;
use crate::span::{FileId, Span};

/// What a round of a loop stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Each {
    /// An element of a collection.
    Element(ExprRef),
    /// Some elements of a collection.
    Chunk(ExprRef),
    /// A page of something that is read to its end.
    Page,
}

/// A loop whose rounds go outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fan {
    pub file: FileId,
    pub span: Span,
    pub function: FunctionRef,
    pub each: Each,
    /// What the rounds do.
    pub outside: Outside,
    /// It calls the function that it is in.
    pub recursive: bool,
    /// It may end with the first element that fits.
    pub searches: bool,
}

/// Looks for loops.
pub(crate) struct Loops<'c, 'a, 'p> {
    context: &'c RuleContext<'a, 'p>,
    found: Vec<Fan>,
}

/// What is known of one loop while its calls are collected.
#[derive(Clone, Copy)]
pub(crate) struct Open {
    pub kind: LoopKind,
    pub over: ExprId,
    pub span: Span,
    pub function: FunctionId,
    pub outside: Outside,
    pub calls: usize,
    pub recursive: bool,
    /// It cuts pieces off something, and waits in between.
    pub slices: Option<ExprId>,
    pub sleeps: bool,
}

impl<'c, 'a, 'p> Loops<'c, 'a, 'p> {
    /// Every loop in code that requests make run.
    pub(crate) fn find(context: &'c RuleContext<'a, 'p>) -> Vec<Fan> {
        let mut loops = Self { context, found: Vec::new() };
        for (file, module) in context.program.modules() {
            loops.module(file, module);
        }
        loops.found
    }

    fn program(&self) -> &'a Program<'p> {
        self.context.program
    }

    fn module(&mut self, file: FileId, module: &Module) {
        let facts = &module.facts;
        let mut open: FxHashMap<(u32, u32), Open> = FxHashMap::default();
        let mut declared: Option<Declared> = None;
        for (id, site) in (0..).map(SiteId).zip(&facts.sites) {
            let SiteKind::Call { callee, args } = site.kind else { continue };
            let function = FunctionRef { file, id: site.function };
            if self.program().graph.per_request(function).next().is_none()
                || facts.function(function.id).directives.workflow
            {
                continue;
            }
            let for_each = for_each(facts, callee, facts.list(args));
            let mut around = facts.contexts_from(site.context);
            let in_loop = around.any(|context| matches!(context.kind, ContextKind::Loop { .. }));
            // Most calls are made once, and nobody asks what those cost.
            if for_each.is_none() && !in_loop {
                continue;
            }
            let (outside, recursive) = self.cost(file, facts, (id, facts.list(args)));
            if let Some(for_each) = for_each {
                let declared: &Declared = declared.get_or_insert_with(|| Declared::of(facts));
                if !outside.is_empty() && for_each.is_waited(module, declared, site.expr) {
                    let collection = for_each.collection;
                    let each = Each::Element(ExprRef { file, id: collection });
                    let recursive = (recursive || self.calls_around(file, facts, facts.list(args)))
                        && is_branch(facts, collection);
                    self.found.push(Fan {
                        file,
                        span: site.span,
                        function,
                        each,
                        outside,
                        recursive,
                        searches: false,
                    });
                }
            }
            let slice = sliced(facts, callee, facts.list(args));
            let sleeps = last_name(facts, callee)
                .is_some_and(|name| matches!(name, "setTimeout" | "sleep" | "delay" | "wait"));
            let counts = !outside.is_empty() && awaited(facts, site.expr);
            if !counts && slice.is_none() && !sleeps {
                continue;
            }
            for context in facts.contexts_from(site.context) {
                let ContextKind::Loop { kind, over, span } = context.kind else { continue };
                let entry = open.entry((span.start, span.end)).or_insert(Open {
                    kind,
                    over,
                    span,
                    function: site.function,
                    outside: Outside::default(),
                    calls: 0,
                    recursive: false,
                    slices: None,
                    sleeps: false,
                });
                if counts {
                    entry.outside = entry.outside.and(outside);
                    entry.calls += 1;
                    entry.recursive |= recursive;
                }
                entry.slices = entry.slices.or(slice);
                entry.sleeps |= sleeps;
            }
        }
        for looped in open.into_values().filter(|looped| looped.calls > 0) {
            if let Some(each) = each(self.program(), file, module, looped) {
                let Open { span, function, outside, recursive, .. } = looped;
                let function = FunctionRef { file, id: function };
                let recursive = recursive && matches!(each, Each::Element(at) if is_branch(facts, at.id));
                let searches = returns(facts, function.id, span);
                self.found.push(Fan { file, span, function, each, outside, recursive, searches });
            }
        }
    }

    /// What a call does outside, and whether it is of a function that it stands in.
    fn cost(&self, file: FileId, facts: &ModuleFacts, (site, args): (SiteId, &[ExprId])) -> (Outside, bool) {
        let map = &self.context.outside;
        let mut outside = map.of_site(file, site);
        let mut recursive = false;
        if let &Value::Function(function) = self.program().callee(file, site) {
            outside = outside.and(map.of_function(function));
            recursive = function.file == file && encloses(facts, function.id, facts.site(site).function);
        }
        for &argument in args {
            let given = match facts.expr(argument) {
                Expr::Function(id) => Some(FunctionRef { file, id }),
                Expr::Local(_) => match self.program().value(ExprRef { file, id: argument }) {
                    Value::Function(function) => Some(function),
                    _ => None,
                },
                _ => None,
            };
            outside = given.map_or(outside, |function| outside.and(map.of_function(function)));
        }
        (outside, recursive)
    }

    /// Whether a callback calls a function that it stands in.
    fn calls_around(&self, file: FileId, facts: &ModuleFacts, args: &[ExprId]) -> bool {
        args.iter().any(|&argument| {
            let Expr::Function(id) = facts.expr(argument) else { return false };
            facts.sites_of(id).any(|(_, site)| {
                let SiteKind::Call { callee, .. } = site.kind else { return false };
                match self.program().value(ExprRef { file, id: callee }) {
                    Value::Function(called) => {
                        called.file == file && called.id != id && encloses(facts, called.id, id)
                    }
                    _ => false,
                }
            })
        })
    }
}

/// Whether a collection is what a node of a tree has below it: `node.children`, `Object.values(node.children)`.
fn is_branch(facts: &ModuleFacts, collection: ExprId) -> bool {
    match facts.expr(collection) {
        Expr::Member { property, .. } => {
            let name = facts.text(property).to_ascii_lowercase();
            ["children", "nodes", "replies", "folders", "descendants", "childs", "subtasks", "items"]
                .iter()
                .any(|end| name.ends_with(end))
        }
        Expr::Call(_) => call_of(facts, collection).is_some_and(|(_, callee, args)| {
            let below = matches!(last_name(facts, callee), Some("values" | "entries" | "keys"));
            below && facts.list(args).first().is_some_and(|&inner| is_branch(facts, inner))
        }),
        Expr::Logical { left, .. } => is_branch(facts, left),
        _ => false,
    }
}

/// Whether a loop is left with a result.
fn returns(facts: &ModuleFacts, function: FunctionId, span: Span) -> bool {
    facts.sites_of(function).any(|(_, site)| {
        matches!(site.kind, SiteKind::Return { .. }) && (span.start..span.end).contains(&site.span.start)
    })
}

/// Whether a function is, or is written around, another.
fn encloses(facts: &ModuleFacts, outer: FunctionId, inner: FunctionId) -> bool {
    let mut current = Some(inner);
    while let Some(id) = current {
        if id == outer {
            return true;
        }
        current = facts.function(id).parent;
    }
    false
}

/// What `xs.slice(i, i + n)` cuts from.
fn sliced(facts: &ModuleFacts, callee: ExprId, args: &[ExprId]) -> Option<ExprId> {
    let Expr::Member { object, property } = facts.expr(callee) else { return None };
    let cuts = match (facts.text(property), args) {
        // `text.slice(0, 40)` is the same piece in every round.
        ("slice", &[from, _]) => !matches!(facts.expr(from), Expr::Number(_)),
        ("splice", &[_, _]) => true,
        _ => false,
    };
    cuts.then_some(object)
}

/// Whether a call's result is waited for in the same round, or put where it is waited for.
fn awaited(facts: &ModuleFacts, call: ExprId) -> bool {
    let mut at = call;
    for _ in 0..24 {
        let Use::Part(parent) = facts.use_of(at) else { return false };
        match facts.expr(parent) {
            // `return await f()` ends the loop.
            Expr::Await(_) => return !matches!(facts.use_of(parent), Use::Returned(_)),
            Expr::Call(site) => {
                if let SiteKind::Call { callee, args } = facts.site(site).kind
                    && let Expr::Member { property, .. } = facts.expr(callee)
                    && facts.list(args).contains(&at)
                    && facts.text(property) == "push"
                {
                    return true;
                }
                at = parent;
            }
            Expr::Member { .. }
            | Expr::Array(_)
            | Expr::Conditional { .. }
            | Expr::Logical { .. }
            | Expr::Spread(_) => at = parent,
            _ => return false,
        }
    }
    false
}
