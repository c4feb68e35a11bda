//! Arguments: when the code in what is passed to a call runs.

use super::expansion::{Expansion, Step};
use crate::facts::{BindingKind, Expr, ExprId, SiteId};
use crate::link::flow;
use crate::link::graph::{At, Edge, How, Item, NodeId, Phase, Source};
use crate::link::module::{ParamCall, root};
use crate::link::value::{ExprRef, FunctionRef, Value};
use crate::span::FileId;

impl<'p> Expansion<'_, 'p> {
    /// A value is passed to a function of the project.
    pub(super) fn argument(
        &mut self,
        phase: Phase,
        mut edge: Edge,
        (target, index): (FunctionRef, usize),
        argument: ExprRef,
    ) {
        if !self.may_hold_code(argument) {
            return;
        }
        let Some(callee) = self.module(target.file) else { return };
        let call = callee.param_call(target.id, index);
        if phase == Phase::Init && !matches!(call, Some(ParamCall::Now(_))) {
            return;
        }
        edge.through = call.map(|call| (target.file, call.site()));
        edge.how = How::Uses;
        self.hand_over(argument, phase, edge);
    }

    /// A value is passed to code outside the project.
    pub(super) fn foreign_argument(
        &mut self,
        phase: Phase,
        mut edge: Edge,
        callee_value: &Value<'p>,
        (site, callee): (SiteId, ExprId),
        argument: ExprRef,
    ) {
        if !self.may_hold_code(argument) {
            return;
        }
        let runs = self.runs_callback(callee_value, (edge.file, callee), phase);
        match runs {
            Runs::Never => {}
            Runs::In(phase) => {
                edge.how = How::Uses;
                self.hand_over(argument, phase, edge);
            }
            Runs::Once => {
                edge.how = How::Memoised;
                if phase != Phase::Init {
                    self.hand_over(argument, phase, edge);
                }
            }
            Runs::WhenUsed => self.register(edge, callee, site),
        }
    }

    /// A call at module level may hand code to a method of a binding.
    pub(super) fn register(&mut self, edge: Edge, callee: ExprId, site: SiteId) {
        let file = edge.file;
        let Some(module) = self.module(file) else { return };
        if !flow::registers(&module.facts, callee, site) {
            return;
        }
        let Expr::Local(binding) = module.facts.expr(root(&module.facts, callee)) else { return };
        // `function routes(app) { app.get('/', handler) }`: whoever passed the app serves it.
        if let (BindingKind::Param, Source::Node(node)) = (module.facts.binding(binding).kind, edge.from) {
            return self.registered_arguments(node, Phase::Request, file, site);
        }
        let key = flow::canonical(self.program, file, binding);
        self.steps.push(Step::Register(key, file, site));
    }

    /// The code that a registration handed over runs for requests.
    pub(super) fn registered_arguments(&mut self, node: NodeId, phase: Phase, file: FileId, site: SiteId) {
        let Some(module) = self.module(file) else { return };
        let Some((_, args, _)) = flow::call_parts(module.facts.site(site).kind) else { return };
        for &argument in module.facts.list(args) {
            let argument = ExprRef { file, id: argument };
            if self.may_hold_code(argument) {
                let edge = self.edge(node, file, At::Expr(argument.id), How::Uses);
                self.hand_over(argument, phase, edge);
            }
        }
    }

    pub(super) fn hand_over(&mut self, argument: ExprRef, phase: Phase, edge: Edge) {
        let Some(module) = self.module(argument.file) else { return };
        match module.facts.expr(argument.id) {
            Expr::Function(id) => {
                self.reach(Item::Code(FunctionRef { file: argument.file, id }), phase, edge)
            }
            _ => self.reach(Item::Value(argument), phase, edge),
        }
    }

    /// Whether it is worth looking for functions in an argument.
    pub(super) fn may_hold_code(&self, argument: ExprRef) -> bool {
        let Some(module) = self.module(argument.file) else { return false };
        if module.is_inert(argument.id) {
            return false;
        }
        match module.facts.expr(argument.id) {
            Expr::Function(_)
            | Expr::Class(_)
            | Expr::Object(_)
            | Expr::Array(_)
            | Expr::Conditional { .. }
            | Expr::Logical { .. }
            | Expr::Spread(_)
            | Expr::Member { .. }
            | Expr::Jsx(_) => true,
            Expr::Local(binding) => {
                !matches!(module.facts.binding(binding).kind, BindingKind::Param | BindingKind::Catch)
            }
            _ => false,
        }
    }

    /// When code outside the project runs a function that it is given in a phase.
    pub(super) fn runs_callback(
        &self,
        callee: &Value<'p>,
        (file, expr): (FileId, ExprId),
        phase: Phase,
    ) -> Runs {
        let catalogue = self.program.catalogue;
        match callee {
            Value::External(external) if catalogue.may_run(external.package) => {
                let export = external.export();
                if catalogue.is_background(external.package, &export, None) {
                    return Runs::Never;
                }
                if catalogue.after_response(external.package, &export).is_some() && phase != Phase::Init {
                    return Runs::In(Phase::AfterResponse);
                }
                if catalogue.is_memoiser(external.package, &export) {
                    return Runs::Once;
                }
            }
            Value::Made(made) if catalogue.may_run(made.by.package) => {
                let method = made.steps.join(".");
                if catalogue.is_background(made.by.package, &made.by.export(), Some(&method)) {
                    return Runs::Never;
                }
            }
            Value::Global(path) => match path.as_slice() {
                // Signal and error handlers of the process.
                ["process", "on" | "once" | "addListener"] => return Runs::Never,
                ["Promise", ..] | ["Array", "from"] => return Runs::In(phase),
                _ => {}
            },
            _ => {}
        }
        if phase != Phase::Init || self.is_array_method(file, expr) {
            Runs::In(phase)
        } else {
            Runs::WhenUsed
        }
    }

    /// `x.map(f)` and its like run `f` at once.
    pub(super) fn is_array_method(&self, file: FileId, callee: ExprId) -> bool {
        let Some(module) = self.module(file) else { return false };
        let Expr::Member { property, .. } = module.facts.expr(callee) else { return false };
        matches!(
            module.facts.text(property),
            "map"
                | "forEach"
                | "filter"
                | "reduce"
                | "reduceRight"
                | "find"
                | "findIndex"
                | "findLast"
                | "some"
                | "every"
                | "flatMap"
                | "sort"
                | "toSorted"
                | "replace"
                | "replaceAll"
                | "then"
                | "catch"
                | "finally"
        )
    }
}

/// When a callback runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// Not as part of a request.
    Never,
    /// In this phase.
    In(Phase),
    /// At first use, then never again in this process.
    Once,
    /// When request code uses the object that it was handed to.
    WhenUsed,
}
