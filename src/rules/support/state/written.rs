//! Copies of what is kept elsewhere: loaded from there, written there too, or given while they are made again.

use super::collect::Write;
use super::lists::SET_UP;
use super::names::has_word;
use super::sent::same;
use super::view::View;
use crate::catalogue::AfterKind;
use crate::facts::{Expr, ExprId, FunctionId, ModuleFacts, SiteKind, Use};
use crate::link::ExprRef;

use super::super::arguments::value_from_request;

/// What is no copy, whatever is given while it is done.
const LASTING: &[AfterKind] =
    &[AfterKind::Message, AfterKind::Payment, AfterKind::Enqueue, AfterKind::Upload, AfterKind::Write];

impl View<'_, '_> {
    /// Whether a variable is loaded from elsewhere, and what requests put there is written there too: `settings = next;
    /// await save(next)`. A restart loads it again.
    pub(super) fn is_written_through(&self) -> bool {
        let sent = |at: usize| {
            self.puts
                .get(at)
                .is_none_or(|put| value_from_request(self.program, ExprRef { file: put.file, id: put.value }))
        };
        let writes = |at: usize| {
            self.puts.get(at).is_some_and(|put| self.effects.of(put.function).has(AfterKind::Write))
        };
        let all = || self.values.iter().enumerate();
        all().any(|(at, value)| value.awaited && !sent(at))
            && all().all(|(at, value)| writes(at) || (value.awaited && !sent(at)))
    }

    /// Whether what is put there says only that something is set up, which may be done twice.
    pub(super) fn in_set_up(&self) -> bool {
        self.puts.iter().all(|put| has_word(self.program.function_name(put.function), SET_UP))
    }

    /// Whether whoever finds a flag gets what the one who set it makes again: `if (busy) return this.rows`.
    pub(super) fn gives_copy(&self) -> bool {
        let harms = |put: &Write| LASTING.iter().any(|&kind| self.effects.likely(put.function).has(kind));
        self.puts.iter().all(|put| {
            let Some(module) = self.program.module(put.file).filter(|_| !harms(put)) else { return false };
            let facts = &module.facts;
            let sites = || facts.sites_of(put.function.id).map(|(_, site)| site);
            let made_again = |value: ExprId| {
                sites().any(|site| {
                    matches!(site.kind, SiteKind::Write { target, .. }
                        if is_kept(facts, target) && same(facts, target, value))
                })
            };
            sites().any(|site| {
                let SiteKind::Return { value } = site.kind else { return false };
                let tests = self.program.tests(put.file, site.context);
                let found = tests.into_iter().any(|id| {
                    facts.use_of(id) == Use::Test
                        && self.accesses.touched.contains(&ExprRef { file: put.file, id })
                });
                found && value != ExprId::UNKNOWN && made_again(value)
            })
        })
    }
}

/// Whether an expression is a variable of the module, or a field.
fn is_kept(facts: &ModuleFacts, at: ExprId) -> bool {
    match facts.expr(at) {
        Expr::Local(id) => facts.binding(id).function == FunctionId::MODULE,
        other => matches!(other, Expr::Member { .. }),
    }
}
