//! Calls chained to a call, and what becomes of the result: `db.select().from(t).where(x).limit(5)`.

use rustc_hash::FxHashMap;

use crate::facts::{BindingId, Expr, ExprId, List, ModuleFacts, Name, Origin, SiteId, SiteKind, Use};
use crate::link::Module;

/// A chained call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// The method.
    pub name: Name,
    /// Its arguments.
    pub args: List,
}

/// What becomes of the value of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is awaited, and something uses what comes.
    Awaited,
    /// It is awaited, and nothing uses what comes.
    Ignored,
    /// It is awaited, and only its first elements are taken.
    First,
    /// It is returned.
    Returned,
    /// It is an element of an array: `Promise.all([…])`.
    Listed,
    /// It is kept under a name.
    Named,
    /// Anything else: a part of another query, an argument.
    Other,
}

/// A chain: its calls after the first, outermost last, and its end.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    /// The calls.
    pub steps: Vec<Step>,
    /// The expression of the whole chain.
    pub end: ExprId,
    /// What becomes of it.
    pub fate: Fate,
}

/// Which names each expression is the first value of, in one module.
#[derive(Debug, Default)]
pub(crate) struct Declared(FxHashMap<ExprId, Vec<BindingId>>);

impl Declared {
    /// Looks through the names of a module.
    pub(crate) fn of(facts: &ModuleFacts) -> Self {
        let mut map: FxHashMap<ExprId, Vec<BindingId>> = FxHashMap::default();
        for (id, binding) in (0..).map(BindingId).zip(&facts.bindings) {
            if let Origin::Init { expr, .. } = binding.origin {
                map.entry(expr).or_default().push(id);
            }
        }
        Self(map)
    }

    /// The name that holds the whole value of an expression.
    pub(crate) fn whole(&self, facts: &ModuleFacts, value: ExprId) -> Option<BindingId> {
        let names = self.0.get(&value)?;
        let is_whole = |id: &BindingId| matches!(facts.binding(*id).origin, Origin::Init { path, .. } if path.is_empty());
        names.iter().copied().find(is_whole)
    }

    /// Whether the value is taken apart into its first element: `const [row] = …`.
    pub(crate) fn first_only(&self, facts: &ModuleFacts, value: ExprId) -> bool {
        let first = |id: &BindingId| match facts.binding(*id).origin {
            Origin::Init { path, .. } => {
                facts.path(path).first().is_some_and(|&step| facts.text(step) == "0")
            }
            _ => false,
        };
        self.0.get(&value).is_some_and(|names| names.iter().all(first))
    }
}

/// Follows a chain outwards from a call. A chain that is kept under a name goes on where the name is used.
pub(crate) fn outwards(module: &Module, declared: &Declared, call: ExprId) -> Chain {
    let facts = &module.facts;
    let mut steps = Vec::new();
    let end = climb(facts, call, &mut steps);
    let mut chain = Chain { end, fate: fate(facts, end), steps };
    if chain.fate == Fate::Named
        && let Some(binding) = declared.whole(facts, end)
    {
        for &used in module.uses(binding) {
            let top = climb(facts, used, &mut chain.steps);
            let fate = fate(facts, top);
            if chain.fate == Fate::Named || fate == Fate::Other {
                (chain.end, chain.fate) = (top, fate);
            }
        }
    }
    if chain.fate == Fate::Awaited
        && let Use::Part(awaited) = facts.use_of(chain.end)
        && declared.first_only(facts, awaited)
    {
        chain.fate = Fate::First;
    }
    chain
}

/// The end of the chain that begins at an expression; its calls are added to `steps`.
fn climb(facts: &ModuleFacts, start: ExprId, steps: &mut Vec<Step>) -> ExprId {
    let mut end = start;
    while let Use::Part(member) = facts.use_of(end)
        && let Expr::Member { object, property } = facts.expr(member)
        && object == end
        && let Use::Part(call) = facts.use_of(member)
        && let Expr::Call(site) = facts.expr(call)
        && let SiteKind::Call { callee, args } = facts.site(site).kind
        && callee == member
    {
        steps.push(Step { name: property, args });
        end = call;
    }
    end
}

/// What becomes of an expression.
pub(crate) fn fate(facts: &ModuleFacts, expr: ExprId) -> Fate {
    match facts.use_of(expr) {
        Use::Part(parent) => match facts.expr(parent) {
            Expr::Await(_) => of_awaited(facts, parent),
            Expr::Array(_) => Fate::Listed,
            Expr::Conditional { test, .. } if test != expr => fate(facts, parent),
            Expr::Logical { right, .. } if right == expr => fate(facts, parent),
            _ => Fate::Other,
        },
        Use::Returned(_) => Fate::Returned,
        Use::Declared => Fate::Named,
        _ => Fate::Other,
    }
}

fn of_awaited(facts: &ModuleFacts, awaited: ExprId) -> Fate {
    match facts.use_of(awaited) {
        Use::Discarded if is_taken_apart(facts, awaited) => Fate::Awaited,
        Use::Discarded => Fate::Ignored,
        Use::Part(parent) => match facts.expr(parent) {
            Expr::Member { object, property } if object == awaited && facts.text(property) == "0" => {
                Fate::First
            }
            _ => Fate::Awaited,
        },
        _ => Fate::Awaited,
    }
}

/// Whether an assignment takes a value apart, `[rows] = await q`: its parts follow at once.
fn is_taken_apart(facts: &ModuleFacts, value: ExprId) -> bool {
    let following = facts.exprs.iter().skip(value.index()).take(64);
    following.into_iter().any(|expr| match *expr {
        Expr::Member { object, .. } => object == value,
        Expr::Write(site) => {
            matches!(facts.site(site).kind, SiteKind::Write { value: written, .. } if written == value)
        }
        _ => false,
    })
}

/// The call that an expression is.
pub(crate) fn call_of(facts: &ModuleFacts, expr: ExprId) -> Option<(SiteId, ExprId, List)> {
    let Expr::Call(site) = facts.expr(expr) else { return None };
    match facts.site(site).kind {
        SiteKind::Call { callee, args } => Some((site, callee, args)),
        _ => None,
    }
}

/// The last name of a callee: `eq`, `findMany`.
pub(crate) fn last_name(facts: &ModuleFacts, callee: ExprId) -> Option<&str> {
    match facts.expr(callee) {
        Expr::Local(binding) => Some(facts.text(facts.binding(binding).name)),
        Expr::Global(name) | Expr::Member { property: name, .. } => Some(facts.text(name)),
        _ => None,
    }
}
