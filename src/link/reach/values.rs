//! Values that are handed over: everything in them that whoever has them may call.

use super::arguments::Runs;
use super::expansion::{Expansion, Step};
use crate::facts::{BindingId, Expr, ExprId, PropertyKey, SiteId, SiteKind};
use crate::link::flow;
use crate::link::graph::{At, Edge, How, Item, NodeId, Phase};
use crate::link::value::{ClassRef, ExprRef, FunctionRef, Value};
use crate::span::FileId;

impl Expansion<'_, '_> {
    /// Everything in a value that may be called.
    pub(super) fn value(&mut self, node: NodeId, at: ExprRef, phase: Phase) {
        let Some(module) = self.module(at.file) else { return };
        let facts = &module.facts;
        let edge = self.edge(node, at.file, At::Expr(at.id), How::Uses);
        let part = |id: ExprId| ExprRef { file: at.file, id };
        match facts.expr(at.id) {
            Expr::Function(id) => self.reach(Item::Code(FunctionRef { file: at.file, id }), phase, edge),
            Expr::Class(id) => self.whole_class(ClassRef { file: at.file, id }, phase, edge),
            Expr::Local(binding) => self.exposed_binding(node, at.file, binding, phase, edge),
            Expr::Member { object, .. } => self.exposed_member(at, part(object), phase, edge),
            Expr::Call(site) | Expr::New(site) => self.exposed_call(at.file, site, phase, edge),
            Expr::Object(list) => {
                for property in facts.object(list) {
                    if !matches!(property.key, PropertyKey::Computed(_))
                        || self.may_hold_code(part(property.value))
                    {
                        self.hand_over(part(property.value), phase, edge);
                    }
                }
            }
            Expr::Array(list) | Expr::Jsx(list) => {
                for &item in facts.list(list) {
                    self.hand_over(part(item), phase, edge);
                }
            }
            Expr::Conditional { yes, no, .. } => {
                self.hand_over(part(yes), phase, edge);
                self.hand_over(part(no), phase, edge);
            }
            Expr::Logical { left, right, .. } => {
                self.hand_over(part(left), phase, edge);
                self.hand_over(part(right), phase, edge);
            }
            Expr::Spread(inner) => self.hand_over(part(inner), phase, edge),
            Expr::Index { object, .. } => self.hand_over(part(object), phase, edge),
            Expr::Sequence(list) => {
                if let Some(&last) = facts.list(list).last() {
                    self.hand_over(part(last), phase, edge);
                }
            }
            Expr::Await(site) | Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Await { value } | SiteKind::Write { value, .. } => {
                    self.hand_over(part(value), phase, edge);
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// A name is handed over: what it stands for, and what module code registered on it.
    pub(super) fn exposed_binding(
        &mut self,
        node: NodeId,
        file: FileId,
        binding: BindingId,
        phase: Phase,
        edge: Edge,
    ) {
        if let Some(target) = flow::binding_target(self.program, file, binding) {
            self.target(target, phase, edge);
        }
        let key = flow::canonical(self.program, file, binding);
        self.steps.push(Step::Expose(node, key, phase, edge));
    }

    pub(super) fn exposed_member(&mut self, at: ExprRef, object: ExprRef, phase: Phase, edge: Edge) {
        match self.program.value(at) {
            Value::Function(function) => self.reach(Item::Code(function), phase, edge),
            Value::Class(class) => self.whole_class(class, phase, edge),
            Value::Object(inner) | Value::Instance(_, Some(inner)) if inner != at => {
                self.reach(Item::Value(inner), phase, edge);
            }
            Value::Instance(class, _) => self.methods(class, false, phase, edge),
            Value::Module(file) => self.whole_module(file, phase, edge),
            Value::Global(_) | Value::External(_) => {}
            value @ (Value::Made(_) | Value::Unknown | Value::Object(_)) => {
                if let Some(target) = self.export_of(at, object) {
                    return self.target(target, phase, edge);
                }
                match (value, self.program.value(object)) {
                    (Value::Made(made), holder) if !matches!(holder, Value::Made(_)) => {
                        self.reach(Item::Value(made.at), phase, edge);
                    }
                    // A member of a class or module gives nothing but itself away.
                    (_, Value::Class(_) | Value::Module(_)) => {}
                    _ => self.hand_over(object, phase, edge),
                }
            }
        }
    }

    /// What a member of a module of the project leads to: `routes.users` after `import * as routes`.
    fn export_of(&self, at: ExprRef, object: ExprRef) -> Option<flow::Target> {
        let facts = &self.module(at.file)?.facts;
        let Expr::Member { property, .. } = facts.expr(at.id) else { return None };
        let Value::Module(file) = self.program.value(object) else { return None };
        flow::export_target(self.program, file, facts.text(property), 0)
    }

    /// What a function returns is handed over.
    fn returned(&mut self, function: FunctionRef, phase: Phase, edge: Edge) {
        let Some(module) = self.module(function.file) else { return };
        for id in module.facts.returned(function.id) {
            self.hand_over(ExprRef { file: function.file, id }, phase, edge);
        }
    }

    /// The result of a call is handed over: what the call returned, and what it was given.
    pub(super) fn exposed_call(&mut self, file: FileId, site: SiteId, phase: Phase, edge: Edge) {
        let Some(module) = self.module(file) else { return };
        let facts = &module.facts;
        let Some((callee, args, is_new)) = flow::call_parts(facts.site(site).kind) else { return };
        let value = self.program.value(ExprRef { file, id: callee });
        let chosen = if value == Value::Unknown { self.chosen(file, callee) } else { Vec::new() };
        let mut target = None;
        match value {
            Value::Function(function) => {
                target = Some(function);
                self.returned(function, phase, edge);
            }
            Value::Class(class) if is_new => {
                target = self.constructor_of(class);
                self.methods(class, false, phase, edge);
            }
            // `makers[name]()`: what any of them returned.
            Value::Unknown if !chosen.is_empty() => {
                chosen.into_iter().for_each(|function| self.returned(function, phase, edge));
            }
            // `procedure.use(auth).query(fn)`: what the chain was given before.
            _ => match facts.expr(callee) {
                Expr::Member { object, .. } | Expr::Index { object, .. } => {
                    self.hand_over(ExprRef { file, id: object }, phase, edge);
                }
                Expr::Call(_) | Expr::Local(_) => self.hand_over(ExprRef { file, id: callee }, phase, edge),
                _ => {}
            },
        }
        for (index, &argument) in facts.list(args).iter().enumerate() {
            let argument = ExprRef { file, id: argument };
            let is_call = matches!(facts.expr(argument.id), Expr::Call(_) | Expr::New(_));
            if !is_call && !self.may_hold_code(argument) {
                continue;
            }
            let mut edge = edge;
            match target.and_then(|t| Some((t, self.module(t.file)?))) {
                Some((target, callee_module)) => {
                    if let Some(call) = callee_module.param_call(target.id, index) {
                        edge.through = Some((target.file, call.site()));
                    }
                }
                None => match self.runs_callback(&value, (file, callee), phase) {
                    Runs::Never => continue,
                    Runs::Once => edge.how = How::Memoised,
                    Runs::In(_) | Runs::WhenUsed => {}
                },
            }
            self.hand_over(argument, phase, edge);
        }
    }
}
