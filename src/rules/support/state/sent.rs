//! Data that requests send, kept as it came: nothing that can be made or loaded again.

use std::cell::Cell;

use super::super::arguments::value_from_request;
use super::collect::{Change, Write};
use super::guard::given;
use super::view::View;
use crate::facts::{Expr, ExprId, FunctionKind, ModuleFacts, Origin, PropertyKey, SiteKind};
use crate::link::{ExprRef, FunctionRef, Phase, Program};

/// How far names and calls are followed.
const MAX_DEPTH: u32 = 8;

/// How many expressions are looked at for one value: names may stand for names many times over.
const MAX_LOOKS: u32 = 500;

impl View<'_, '_> {
    /// Whether requests put data of their own there: more than its key, and nothing that lives.
    pub(super) fn keeps_what_is_sent(&self) -> bool {
        let lives = self.values.iter().any(|v| v.live || v.holds || v.promise);
        !lives && self.puts.iter().any(|put| self.carries(put))
    }

    /// Whether requests change a part of what others put there, or count in it: that is no copy of anything. A copy of
    /// what was loaded may count how often it was asked for.
    pub(super) fn is_changed(&self) -> bool {
        let made = !self.values.iter().any(|v| v.awaited);
        let inner = || self.puts.iter().filter(|put| put.depth > 1);
        inner().any(|put| self.carries(put) || (made && put.kind == Change::Count))
    }

    /// Whether all that a request sent is put there, with something beside it: `{ ...event, at: new Date() }`.
    pub(super) fn is_spread(&self, put: &Write) -> bool {
        let Some(module) = self.program.module(put.file) else { return false };
        let facts = &module.facts;
        let Expr::Object(list) = facts.expr(put.value) else { return false };
        facts.object(list).iter().any(|property| {
            property.key == PropertyKey::Spread
                && sent(self.program, ExprRef { file: put.file, id: property.value })
        })
    }

    fn carries(&self, put: &Write) -> bool {
        put.kind == Change::Put
            && Look::new(self.program).carries(ExprRef { file: put.file, id: put.value }, put.key, 0)
    }
}

/// Whether a value is a part of a request, as it came or read in.
pub(super) fn sent(program: &Program<'_>, at: ExprRef) -> bool {
    Look::new(program).sent(at, 0)
}

/// One look at a value.
struct Look<'a, 'p> {
    program: &'a Program<'p>,
    /// How many expressions may still be looked at.
    left: Cell<u32>,
}

impl<'a, 'p> Look<'a, 'p> {
    const fn new(program: &'a Program<'p>) -> Self {
        Self { program, left: Cell::new(MAX_LOOKS) }
    }

    fn may_look(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    /// Whether a value has something in it that a request sent, other than the key.
    fn carries(&self, at: ExprRef, key: ExprId, depth: u32) -> bool {
        let Some(module) = self.program.module(at.file) else { return false };
        let facts = &module.facts;
        let go = |id: ExprId| self.carries(ExprRef { file: at.file, id }, key, depth + 1);
        if depth > MAX_DEPTH || !self.may_look() {
            return false;
        }
        match facts.expr(at.id) {
            Expr::Object(list) => {
                let properties =
                    || facts.object(list).iter().filter(|p| !matches!(p.key, PropertyKey::Computed(_)));
                let known = |id: ExprId| !is_param(facts, id) || self.sent(ExprRef { file: at.file, id }, 0);
                properties().all(|p| known(p.value)) && properties().any(|p| go(p.value))
            }
            Expr::Logical { left, right, .. } => go(left) || go(right),
            Expr::Spread(inner) => go(inner),
            Expr::Local(id) => {
                let whole = match facts.binding(id).origin {
                    Origin::Init { expr, path, .. } if path.is_empty() => go(expr),
                    _ => false,
                };
                whole || (!same(facts, at.id, key) && self.sent(at, 0))
            }
            _ => !same(facts, at.id, key) && self.sent(at, 0),
        }
    }

    /// Whether a value is a part of a request, as it came or read in: not what was made or loaded for it.
    fn sent(&self, at: ExprRef, depth: u32) -> bool {
        let Some(module) = self.program.module(at.file) else { return false };
        let facts = &module.facts;
        let go = |id: ExprId| self.sent(ExprRef { file: at.file, id }, depth + 1);
        if depth > MAX_DEPTH || !self.may_look() {
            return false;
        }
        match facts.expr(at.id) {
            Expr::Member { object, .. } | Expr::Index { object, .. } => go(object),
            Expr::Spread(inner) => go(inner),
            Expr::Logical { left, .. } => go(left),
            Expr::Await(site) => matches!(facts.site(site).kind, SiteKind::Await { value } if go(value)),
            Expr::Local(id) => match facts.binding(id).origin {
                Origin::Init { expr, .. } | Origin::Element { expr, .. } => go(expr),
                Origin::Param { index, path, .. } => {
                    let function = FunctionRef { file: at.file, id: facts.binding(id).function };
                    let arguments = given(self.program, function, index as usize);
                    let step = facts.path(path).first().map(|&step| facts.text(step));
                    match arguments.as_slice() {
                        [] => is_handler(self.program, function) && value_from_request(self.program, at),
                        all => all.iter().all(|&one| self.sent(part(self.program, one, step), depth + 1)),
                    }
                }
                _ => false,
            },
            Expr::New(site) => match facts.site(site).kind {
                // `new URL(request.url)`
                SiteKind::New { callee, args } if is_global(facts, callee, "URL") => {
                    facts.list(args).first().is_some_and(|&id| go(id))
                }
                _ => false,
            },
            Expr::Call(site) => {
                let SiteKind::Call { callee, args } = facts.site(site).kind else { return false };
                let Expr::Member { object, property } = facts.expr(callee) else { return false };
                match facts.text(property) {
                    "json" | "text" | "formData" | "get" | "getAll" | "trim" | "toLowerCase" | "slice" => {
                        go(object)
                    }
                    "parse" => facts.list(args).first().is_some_and(|&id| go(id)),
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

/// A part of an argument that is written out where it is given.
fn part(program: &Program<'_>, argument: ExprRef, step: Option<&str>) -> ExprRef {
    let found = || {
        let facts = &program.module(argument.file)?.facts;
        let Expr::Object(list) = facts.expr(argument.id) else { return None };
        let named =
            |key: PropertyKey| matches!(key, PropertyKey::Name(name) if Some(facts.text(name)) == step);
        let property = facts.object(list).iter().find(|property| named(property.key))?;
        Some(ExprRef { file: argument.file, id: property.value })
    };
    found().unwrap_or(argument)
}

/// Whether a function may be what the framework calls: it is no method, nor is it written inside code that a request
/// runs, which gets what was called there.
fn is_handler(program: &Program<'_>, function: FunctionRef) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    let entry = module.facts.function(function.id);
    let runs = |id| program.graph.code(FunctionRef { file: function.file, id }, Phase::Request).is_some();
    !matches!(entry.kind, FunctionKind::Method { .. } | FunctionKind::Constructor(_))
        && !entry.parent.is_some_and(runs)
}

fn is_param(facts: &ModuleFacts, at: ExprId) -> bool {
    matches!(facts.expr(at), Expr::Local(id) if matches!(facts.binding(id).origin, Origin::Param { .. }))
}

fn is_global(facts: &ModuleFacts, at: ExprId, wanted: &str) -> bool {
    matches!(facts.expr(at), Expr::Global(name) if facts.text(name) == wanted)
}

/// Whether two expressions are the same name or member: `map.set(body.id, body.id)`.
pub(super) fn same(facts: &ModuleFacts, one: ExprId, other: ExprId) -> bool {
    match (facts.expr(one), facts.expr(other)) {
        (Expr::Local(a), Expr::Local(b)) => a == b,
        (Expr::This, Expr::This) => true,
        (Expr::Member { object: a, property: x }, Expr::Member { object: b, property: y }) => {
            x == y && same(facts, a, b)
        }
        _ => one == other,
    }
}
