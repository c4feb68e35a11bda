//! Caches that are read by one function and filled by another, whoever loads what is in them.

use super::collect::Write;
use super::sent::sent;
use super::stored::stored;
use super::times::compares_time;
use super::view::View;
use crate::catalogue::AfterKind;
use crate::facts::{Expr, ExprId, ModuleFacts, Origin, SiteId, SiteKind};
use crate::link::{ExprRef, FunctionRef, How, Phase, Program, Value};
use crate::span::FileId;

/// How far names are followed.
const MAX_DEPTH: u32 = 6;

/// A call of the function that fills: where it stands, and what it is given.
type Call = (FileId, SiteId, Vec<ExprId>);

impl View<'_, '_> {
    /// Whether callers ask another function first, and only then load what they put there:
    /// `getCached(id) ?? setCached(id, await load(id))`.
    pub(super) fn is_filled_after_asking(&self) -> bool {
        self.puts.iter().all(|put| {
            let calls = calls(self.program, put.function);
            let given = given(self.program, put);
            !given.is_empty() && !calls.is_empty() && calls.iter().all(|call| self.loads(call, &given))
        })
    }

    /// Whether what was loaded is given while something else is young, and loaded again where it is not:
    /// `if (Date.now() < expiry.get(key)) return rates.get(key)`.
    pub(super) fn is_given_while_young(&self) -> bool {
        let loaded = self.values.iter().all(|v| v.awaited) && !self.keeps_what_is_sent();
        let young = |put: &Write| {
            let Some(module) = self.program.module(put.file) else { return false };
            let tests = self.program.tests(put.file, module.facts.site(put.site).context);
            let compares = |id| compares_time(self.program, self.apis, ExprRef { file: put.file, id }, 0);
            tests.into_iter().any(compares)
        };
        let mut reads = self.accesses.reads.iter();
        loaded && reads.any(|read| self.puts.iter().all(|put| young(put) && self.is_apart(put, read)))
    }

    /// Whether a caller loaded one of these arguments, and asked before, or writes the same elsewhere.
    fn loads(&self, (file, site, args): &Call, given: &[usize]) -> bool {
        let Some(module) = self.program.module(*file) else { return false };
        let entry = module.facts.site(*site);
        let loaded = given.iter().filter_map(|&index| args.get(index)).any(|&id| {
            let value = ExprRef { file: *file, id };
            stored(self.program, self.apis, value, 0).awaited && !sent(self.program, value)
        });
        let tests = self.program.tests(*file, entry.context);
        let asked = || tests.iter().any(|&id| self.asks(ExprRef { file: *file, id }, 0));
        let caller = FunctionRef { file: *file, id: entry.function };
        loaded && (asked() || self.effects.of(caller).has(AfterKind::Write))
    }

    /// Whether a condition is about what a function gave that reads the holder.
    fn asks(&self, at: ExprRef, depth: u32) -> bool {
        let Some(module) = self.program.module(at.file) else { return false };
        let facts = &module.facts;
        let go = |id: ExprId| self.asks(ExprRef { file: at.file, id }, depth + 1);
        if depth > MAX_DEPTH {
            return false;
        }
        match facts.expr(at.id) {
            Expr::Not(inner) => go(inner),
            Expr::Member { object, .. } => go(object),
            Expr::Logical { left, right, .. } | Expr::Binary { left, right, .. } => go(left) || go(right),
            Expr::Await(site) => matches!(facts.site(site).kind, SiteKind::Await { value } if go(value)),
            Expr::Local(id) => matches!(facts.binding(id).origin, Origin::Init { expr, .. } if go(expr)),
            Expr::Call(site) => {
                let SiteKind::Call { callee, .. } = facts.site(site).kind else { return false };
                matches!(self.program.value(ExprRef { file: at.file, id: callee }), Value::Function(function)
                    if self.accesses.reads.iter().any(|read| read.function == function))
            }
            _ => false,
        }
    }
}

/// The places where requests make a function called.
fn calls(program: &Program<'_>, function: FunctionRef) -> Vec<Call> {
    let Some(node) = program.graph.code(function, Phase::Request) else { return Vec::new() };
    let calls = program.graph.callers(node).filter(|edge| edge.how == How::Calls).take(16);
    let calls = calls.filter_map(|edge| {
        let (site, facts) = (edge.site()?, &program.module(edge.file)?.facts);
        let SiteKind::Call { args, .. } = facts.site(site).kind else { return None };
        Some((edge.file, site, facts.list(args).to_vec()))
    });
    calls.collect()
}

/// The parameters that are put there: the value itself, or parts of it.
fn given(program: &Program<'_>, put: &Write) -> Vec<usize> {
    let Some(module) = program.module(put.file) else { return Vec::new() };
    let facts = &module.facts;
    let parts = |value: ExprId| match facts.expr(value) {
        Expr::Object(list) => facts.object(list).iter().map(|property| property.value).collect(),
        _ => vec![value],
    };
    // `const entry = { value }; store.set(key, entry)`
    let named = |value: ExprId| match facts.expr(value) {
        Expr::Local(id) => match facts.binding(id).origin {
            Origin::Init { expr, path, .. } if path.is_empty() => parts(expr),
            _ => vec![value],
        },
        _ => vec![value],
    };
    let values = parts(put.value).into_iter().flat_map(named);
    values.filter_map(|value| parameter(facts, put, value)).collect()
}

/// Which parameter of the function that puts something there a value is.
fn parameter(facts: &ModuleFacts, put: &Write, value: ExprId) -> Option<usize> {
    let Expr::Local(id) = facts.expr(value) else { return None };
    let binding = facts.binding(id);
    match binding.origin {
        Origin::Param { index, .. } if binding.function == put.function.id => Some(index as usize),
        _ => None,
    }
}
