//! What a comparison of times is for: refusing a caller, or waiting before something else is asked.

use super::collect::{How, Read};
use super::view::View;
use crate::facts::{Expr, ExprId, ModuleFacts, SiteKind, Use};
use crate::link::{ExprRef, FunctionRef, How as Via, Phase, Program, Source};

/// Names of functions that wait.
const WAITS: &[&str] = &["sleep", "delay", "wait", "pause", "setTimeout"];

impl View<'_, '_> {
    /// Whether somebody is told to come back later, by what is read here or by who asked for it.
    pub(super) fn refuses(&self) -> bool {
        let mut ordered = self.accesses.reads.iter().filter(|read| read.how == How::Order);
        ordered.any(|read| {
            self.turns_away(read)
                || answers_429(self.program, read.function)
                || callers(self.program, read.function)
                    .into_iter()
                    .any(|caller| answers_429(self.program, caller))
        })
    }

    /// Whether a function throws, says no or leaves it at that, because of what it read.
    fn turns_away(&self, read: &Read) -> bool {
        let Some(module) = self.program.module(read.file) else { return false };
        let facts = &module.facts;
        facts.sites_of(read.function.id).any(|(_, site)| {
            let no = match site.kind {
                SiteKind::Throw { .. } => true,
                SiteKind::Return { value } => {
                    value == ExprId::UNKNOWN || facts.expr(value) == Expr::Bool(false)
                }
                _ => false,
            };
            let tests = || self.program.tests(read.file, site.context);
            no && tests()
                .into_iter()
                .any(|id| self.accesses.touched.contains(&ExprRef { file: read.file, id }))
        })
    }

    /// Whether times are kept only to wait until the next call may be made: nobody is counted, nobody refused.
    pub(super) fn paces(&self) -> bool {
        let times = self.values.iter().any(|v| v.time) && !self.counts();
        times
            && self.accesses.reads.iter().any(|read| {
                self.program.module(read.file).is_some_and(|module| is_waited(&module.facts, read.expr))
            })
    }
}

/// Whether a value says how long something waits: `await sleep(wait)`, `setTimeout(resolve, 1000 - since)`.
fn is_waited(facts: &ModuleFacts, mut at: ExprId) -> bool {
    loop {
        let Use::Part(parent) = facts.use_of(at) else { return false };
        at = parent;
        let Expr::Call(site) = facts.expr(at) else { continue };
        let SiteKind::Call { callee, .. } = facts.site(site).kind else { return false };
        let name = match facts.expr(callee) {
            Expr::Local(id) => facts.text(facts.binding(id).name),
            Expr::Global(name) | Expr::Member { property: name, .. } => facts.text(name),
            _ => return false,
        };
        if WAITS.contains(&name) {
            return true;
        }
    }
}

/// Whether a function answers with "too many requests".
fn answers_429(program: &Program<'_>, function: FunctionRef) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    let facts = &module.facts;
    let too_many = |id: ExprId| match facts.expr(id) {
        Expr::Object(list) => facts.object(list).iter().any(|p| facts.expr(p.value) == Expr::Number(429.0)),
        other => other == Expr::Number(429.0),
    };
    facts.sites_of(function.id).any(|(_, site)| {
        matches!(site.kind, SiteKind::Call { args, .. } | SiteKind::New { args, .. }
            if facts.list(args).iter().any(|&id| too_many(id)))
    })
}

/// The functions that call a function for a request.
fn callers(program: &Program<'_>, function: FunctionRef) -> Vec<FunctionRef> {
    let Some(node) = program.graph.code(function, Phase::Request) else { return Vec::new() };
    let calls = program.graph.callers(node).filter(|edge| edge.how == Via::Calls).take(16);
    let callers = calls.filter_map(|edge| {
        let Source::Node(_) = edge.from else { return None };
        let module = program.module(edge.file)?;
        Some(FunctionRef { file: edge.file, id: module.facts.site(edge.site()?).function })
    });
    callers.collect()
}
