//! How long a part of a value is: of an object that a function returns, of what is awaited together.

use super::{Length, MAX_CALLS, MAX_DEPTH, Origins};
use crate::facts::{BindingKind, Expr, ExprId, ModuleFacts, Origin, PropertyKey, SiteKind};
use crate::link::{ExprRef, FunctionRef, Value};
use crate::rules::support::queries::chain::call_of;
use crate::rules::support::schemas;
use crate::rules::support::sources::{BY_CLIENT, part_of};

impl Origins<'_, '_, '_> {
    /// What is some steps below a value: `const { data: { rows } } = …`.
    pub(super) fn below(&self, at: ExprRef, steps: &[&str], depth: u32) -> Length {
        match steps.split_first() {
            Some((first, rest)) => below_known(self.part(at, first, depth + 1), rest),
            None => self.length(at, depth + 1),
        }
    }

    /// What is some steps below what a function is given.
    pub(super) fn given(&self, function: FunctionRef, index: usize, steps: &[&str], depth: u32) -> Length {
        if let Some((first, rest)) = steps.split_first()
            && schemas::is_input(first)
            && let Some(schema) = schemas::input_of(self.program(), function)
        {
            return below_known(schemas::validated(self.program(), schema, BY_CLIENT), rest);
        }
        self.parameter(function, index, steps, depth)
    }

    /// A member of a value.
    pub(super) fn part(&self, at: ExprRef, step: &str, depth: u32) -> Length {
        let Some(module) = self.program().module(at.file) else { return Length::Unknown };
        let facts = &module.facts;
        let inside = |id: ExprId| self.part(ExprRef { file: at.file, id }, step, depth + 1);
        let whole = || part_of(self.length(at, depth + 1), step);
        if depth > MAX_DEPTH || !self.may_look() {
            return Length::Unknown;
        }
        if self.context.queries.ending_at(at.file, at.id).is_some() {
            return whole();
        }
        match facts.expr(at.id) {
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => inside(value),
                _ => Length::Unknown,
            },
            Expr::Local(id) => match facts.binding(id) {
                binding if binding.reassigned => whole(),
                binding => match binding.origin {
                    Origin::Init { expr, path, .. } if path.is_empty() => inside(expr),
                    // `options.rows`
                    Origin::Param { index, path, .. } if binding.kind == BindingKind::Param => {
                        let function = FunctionRef { file: at.file, id: binding.function };
                        let mut steps: Vec<&str> =
                            facts.path(path).iter().map(|&step| facts.text(step)).collect();
                        steps.push(step);
                        self.given(function, index as usize, &steps, depth + 1)
                    }
                    _ => whole(),
                },
            },
            Expr::Object(_) | Expr::Array(_) => match written_part(facts, at.id, step) {
                // What is put into it later is not seen.
                Some(id) => self.length(ExprRef { file: at.file, id }, depth + 1).max(Length::Unknown),
                None => whole(),
            },
            Expr::Call(_) => {
                let Some((_, callee, args)) = call_of(facts, at.id) else { return Length::Unknown };
                let args = facts.list(args);
                match (self.program().value(ExprRef { file: at.file, id: callee }), args.first()) {
                    (Value::Function(function), _) => {
                        let args = args.iter().map(|&id| ExprRef { file: at.file, id }).collect();
                        self.returned(function, args, Some(step), depth)
                    }
                    (Value::Global(path), Some(&list)) if path.as_slice() == ["Promise", "all"] => {
                        inside(list)
                    }
                    _ => whole(),
                }
            }
            _ => whole(),
        }
    }

    /// The longest of what a function returns, or of a member of it.
    pub(super) fn returned(
        &self,
        function: FunctionRef,
        args: Vec<ExprRef>,
        step: Option<&str>,
        depth: u32,
    ) -> Length {
        let Some(module) = self.program().module(function.file) else { return Length::Unknown };
        let values = module.facts.returned(function.id);
        let deep = self.calls.borrow().len() >= MAX_CALLS;
        if deep || self.calls.borrow().iter().any(|(called, _)| *called == function) {
            return Length::Unknown;
        }
        self.calls.borrow_mut().push((function, args));
        let longest = values
            .map(|id| ExprRef { file: function.file, id })
            .map(|at| match step {
                Some(step) => self.part(at, step, depth + 1),
                None => self.length(at, depth + 1),
            })
            .filter(|length| *length != Length::Bounded)
            .max()
            .unwrap_or(Length::Unknown);
        self.calls.borrow_mut().pop();
        longest
    }

    /// The argument that a parameter stands for in the call that is being looked at; else the expression itself.
    pub(super) fn argument(&self, at: ExprRef) -> ExprRef {
        let found = || {
            let facts = &self.program().module(at.file)?.facts;
            let Expr::Local(id) = facts.expr(at.id) else { return None };
            let Origin::Param { index, path, .. } = facts.binding(id).origin else { return None };
            let calls = self.calls.borrow();
            let (function, args) = calls.last()?;
            let is_own = *function == FunctionRef { file: at.file, id: facts.binding(id).function };
            (is_own && path.is_empty()).then(|| args.get(index as usize).copied())?
        };
        found().unwrap_or(at)
    }
}

/// What is some steps below something of a known length.
pub(super) fn below_known(length: Length, steps: &[&str]) -> Length {
    steps.iter().fold(length, |length, step| part_of(length, step))
}

/// The value that stands under a key or at a place of a literal.
fn written_part(facts: &ModuleFacts, literal: ExprId, step: &str) -> Option<ExprId> {
    match facts.expr(literal) {
        Expr::Object(list) => {
            let named = |key| matches!(key, PropertyKey::Name(name) if facts.text(name) == step);
            facts
                .object(list)
                .iter()
                .rev()
                .find(|property| named(property.key))
                .map(|property| property.value)
        }
        Expr::Array(list) => {
            let elements = facts.list(list);
            let place: usize = step.parse().ok()?;
            let before = elements.get(..=place)?;
            let is_spread = |id: &ExprId| matches!(facts.expr(*id), Expr::Spread(_));
            (!before.iter().any(is_spread)).then(|| before.last().copied())?
        }
        _ => None,
    }
}
