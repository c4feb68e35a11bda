//! Calls, constructions, assignments, and the calls that load modules.

use oxc_ast::ast::{
    AssignmentExpression, AssignmentOperator, AssignmentTarget, AssignmentTargetMaybeDefault,
    AssignmentTargetProperty, CallExpression, Expression, ImportExpression, NewExpression,
    SimpleAssignmentTarget, TaggedTemplateExpression, UpdateExpression,
};

use super::{Lower, to_span};
use crate::facts::{
    ContextKind, Expr, ExprId, List, PropertyKey, Request, RequestId, RequestKind, SiteKind, Use, WriteKind,
};
use crate::span::Span;

impl<'a> Lower<'a, '_> {
    pub(super) fn call(&mut self, node: &'a CallExpression<'a>) -> ExprId {
        let callee = self.expression(&node.callee);
        let args = self.arguments(&node.arguments);
        let first = self.facts.list(args).first().copied();
        if let (Expr::Global(name), Some(first)) = (self.facts.expr(callee), first)
            && self.facts.text(name) == "require"
            && let Some(request) = self.request_of(first, RequestKind::Require, to_span(node.span))
        {
            return self.add(Expr::Import(request));
        }
        let site = self.add_site(SiteKind::Call { callee, args }, to_span(node.span));
        let expr = self.add_site_expr(site, Expr::Call(site));
        self.use_in_call(callee, args, expr);
        expr
    }

    pub(super) fn new_expression(&mut self, node: &'a NewExpression<'a>) -> ExprId {
        let callee = self.expression(&node.callee);
        let args = self.arguments(&node.arguments);
        let site = self.add_site(SiteKind::New { callee, args }, to_span(node.span));
        let expr = self.add_site_expr(site, Expr::New(site));
        self.use_in_call(callee, args, expr);
        expr
    }

    /// Callee and arguments are parts of the call.
    fn use_in_call(&mut self, callee: ExprId, args: List, call: ExprId) {
        self.set_use(callee, Use::Part(call));
        for i in args.range() {
            self.set_use(self.facts.lists[i], Use::Part(call));
        }
    }

    pub(super) fn tagged(&mut self, node: &'a TaggedTemplateExpression<'a>) -> ExprId {
        let callee = self.expression(&node.tag);
        let template = self.template(&node.quasi);
        let template = self.add(template);
        let site = self.add_site(SiteKind::Tagged { callee, template }, to_span(node.span));
        let expr = self.add_site_expr(site, Expr::Call(site));
        self.set_uses(&[callee, template], expr);
        expr
    }

    pub(super) fn dynamic_import(&mut self, node: &'a ImportExpression<'a>) -> ExprId {
        let source = self.expression(&node.source);
        match self.request_of(source, RequestKind::Dynamic, to_span(node.span)) {
            Some(request) => self.add(Expr::Import(request)),
            None => self.add(Expr::Unknown),
        }
    }

    /// The request that a literal, or a template that starts with a literal path, makes.
    fn request_of(&mut self, source: ExprId, kind: RequestKind, span: Span) -> Option<RequestId> {
        let (specifier, pattern) = match self.facts.expr(source) {
            Expr::Str(name) => (name, false),
            Expr::Template(list) => {
                let parts = self.facts.list(list).iter().map(|&part| match self.facts.expr(part) {
                    Expr::Str(name) => self.facts.text(name),
                    _ => "*",
                });
                let pattern: String = parts.collect();
                // `import(x)` in disguise names no folder: not worth following.
                if !pattern.starts_with(['.', '@', '~', '#']) || !pattern.contains('/') {
                    return None;
                }
                (self.name(&pattern), true)
            }
            _ => return None,
        };
        let (function, context) = (self.function, self.context);
        Some(self.add_request(Request {
            specifier,
            kind,
            span,
            type_only: false,
            pattern,
            function,
            context,
        }))
    }

    pub(super) fn assignment(&mut self, node: &'a AssignmentExpression<'a>) -> ExprId {
        let span = to_span(node.span);
        let kind = match node.operator {
            AssignmentOperator::Assign => WriteKind::Assign,
            AssignmentOperator::LogicalOr => WriteKind::IfFalsy,
            AssignmentOperator::LogicalAnd => WriteKind::IfTruthy,
            AssignmentOperator::LogicalNullish => WriteKind::IfNullish,
            _ => WriteKind::Compound,
        };
        if matches!(
            node.left,
            AssignmentTarget::ArrayAssignmentTarget(_) | AssignmentTarget::ObjectAssignmentTarget(_)
        ) {
            let value = self.expression(&node.right);
            self.destructure(&node.left, value, span);
            return value;
        }
        let target = self.target(&node.left);
        let hint = match self.facts.expr(target) {
            Expr::Local(binding) => Some(self.facts.binding(binding).name),
            Expr::Member { property, .. } => Some(property),
            _ => None,
        };
        let context = match kind {
            WriteKind::IfFalsy => Some(ContextKind::If { test: target, truth: false }),
            WriteKind::IfTruthy => Some(ContextKind::If { test: target, truth: true }),
            WriteKind::IfNullish => Some(ContextKind::IfNullish(target)),
            _ => None,
        };
        let outer = self.context;
        if let Some(context) = context {
            self.enter(context);
        }
        let value = self.named_expression(&node.right, hint, false);
        let expr = self.write(target, kind, value, span);
        self.context = outer;
        self.common_js_export(target, value, span);
        expr
    }

    pub(super) fn update(&mut self, node: &'a UpdateExpression<'a>) -> ExprId {
        let target = self.simple_target(&node.argument);
        self.write(target, WriteKind::Update, ExprId::UNKNOWN, to_span(node.span))
    }

    pub(super) fn write(&mut self, target: ExprId, kind: WriteKind, value: ExprId, span: Span) -> ExprId {
        let site = self.add_site(SiteKind::Write { target, kind, value }, span);
        let expr = self.add_site_expr(site, Expr::Write(site));
        self.set_uses(&[target, value], expr);
        expr
    }

    /// The place that an assignment writes to.
    pub(super) fn target(&mut self, node: &'a AssignmentTarget<'a>) -> ExprId {
        node.as_simple_assignment_target().map_or(ExprId::UNKNOWN, |t| self.simple_target(t))
    }

    fn simple_target(&mut self, node: &'a SimpleAssignmentTarget<'a>) -> ExprId {
        match node {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(it) => {
                let expr = self.reference(it.reference_id.get(), &it.name);
                self.add(expr)
            }
            SimpleAssignmentTarget::TSAsExpression(it) => self.expression(&it.expression),
            SimpleAssignmentTarget::TSSatisfiesExpression(it) => self.expression(&it.expression),
            SimpleAssignmentTarget::TSNonNullExpression(it) => self.expression(&it.expression),
            SimpleAssignmentTarget::TSTypeAssertion(it) => self.expression(&it.expression),
            _ => node.as_member_expression().map_or(ExprId::UNKNOWN, |m| self.member(m)),
        }
    }

    /// `[a, b.c] = value` and `({ a, b: c } = value)`: a write to each place, with the part that it gets.
    fn destructure(&mut self, node: &'a AssignmentTarget<'a>, value: ExprId, at: Span) {
        match node {
            AssignmentTarget::ArrayAssignmentTarget(it) => {
                for (i, element) in it.elements.iter().enumerate() {
                    if let Some(element) = element {
                        let name = self.name(&i.to_string());
                        let part = self.add(Expr::Member { object: value, property: name });
                        self.destructure_part(element, part, at);
                    }
                }
                if let Some(rest) = &it.rest {
                    self.destructure(&rest.target, value, at);
                }
            }
            AssignmentTarget::ObjectAssignmentTarget(it) => {
                for property in &it.properties {
                    self.destructure_property(property, value, at);
                }
                if let Some(rest) = &it.rest {
                    self.destructure(&rest.target, value, at);
                }
            }
            _ => {
                let target = self.target(node);
                self.write(target, WriteKind::Destructured, value, at);
            }
        }
    }

    fn destructure_property(&mut self, node: &'a AssignmentTargetProperty<'a>, value: ExprId, at: Span) {
        match node {
            AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(it) => {
                let property = self.name(&it.binding.name);
                let part = self.add(Expr::Member { object: value, property });
                if let Some(init) = &it.init {
                    let default = self.expression(init);
                    self.set_use(default, Use::Default);
                }
                let target = self.reference(it.binding.reference_id.get(), &it.binding.name);
                let target = self.add(target);
                self.write(target, WriteKind::Destructured, part, at);
            }
            AssignmentTargetProperty::AssignmentTargetPropertyProperty(it) => {
                let part = match self.property_key(&it.name, it.computed) {
                    PropertyKey::Name(property) => self.add(Expr::Member { object: value, property }),
                    _ => value,
                };
                self.destructure_part(&it.binding, part, at);
            }
        }
    }

    fn destructure_part(&mut self, node: &'a AssignmentTargetMaybeDefault<'a>, part: ExprId, at: Span) {
        if let AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(it) = node {
            let default = self.expression(&it.init);
            self.set_use(default, Use::Default);
            self.destructure(&it.binding, part, at);
        } else if let Some(target) = node.as_assignment_target() {
            self.destructure(target, part, at);
        }
    }

    /// A statement-level expression.
    pub(super) fn expression_statement(&mut self, node: &'a Expression<'a>) {
        let expr = self.expression(node);
        // `void x` discards x, which is what matters; the Void node keeps that it was meant.
        self.set_use(expr, Use::Discarded);
    }
}
