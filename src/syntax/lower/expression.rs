//! Expressions.

use oxc_ast::ast::{
    Argument, ArrayExpression, ArrayExpressionElement, BinaryExpression, BinaryOperator, ChainElement,
    ConditionalExpression, Expression, LogicalExpression, LogicalOperator, MemberExpression,
    ObjectExpression, ObjectPropertyKind, PropertyKey as KeyNode, TemplateLiteral, UnaryExpression,
    UnaryOperator,
};

use super::{Lower, span, to_span};
use crate::facts::{
    BinaryKind, ContextKind, Expr, ExprId, List, LogicalKind, Name, Property, PropertyKey, SiteKind, Use,
    WriteKind,
};

impl<'a> Lower<'a, '_> {
    pub(super) fn expression(&mut self, node: &'a Expression<'a>) -> ExprId {
        let outer = std::mem::replace(&mut self.position, span(node).start);
        let expr = self.any_expression(node);
        self.position = outer;
        expr
    }

    fn any_expression(&mut self, node: &'a Expression<'a>) -> ExprId {
        let expr = match node {
            Expression::BooleanLiteral(it) => Expr::Bool(it.value),
            Expression::NullLiteral(_) => Expr::Null,
            Expression::NumericLiteral(it) => Expr::Number(it.value),
            Expression::StringLiteral(it) => Expr::Str(self.name(&it.value)),
            Expression::TemplateLiteral(it) => self.template(it),
            Expression::Identifier(it) => self.reference(it.reference_id.get(), &it.name),
            Expression::Super(_) => Expr::Super,
            Expression::ThisExpression(_) => Expr::This,
            Expression::ImportMeta(_) => Expr::ImportMeta,
            Expression::ArrayExpression(it) => self.array(it),
            Expression::ObjectExpression(it) => self.object_literal(it),
            Expression::ArrowFunctionExpression(it) => Expr::Function(self.arrow(it, None)),
            Expression::FunctionExpression(it) => Expr::Function(self.function_expression(it, None)),
            Expression::ClassExpression(it) => Expr::Class(self.class(it, None)),
            Expression::AssignmentExpression(it) => return self.assignment(it),
            Expression::UpdateExpression(it) => return self.update(it),
            Expression::AwaitExpression(it) => {
                let value = self.expression(&it.argument);
                return self.await_value(value, to_span(it.span));
            }
            Expression::YieldExpression(it) => {
                let value = it.argument.as_ref().map_or(ExprId::UNKNOWN, |a| self.expression(a));
                Expr::Yield(value)
            }
            Expression::CallExpression(it) => return self.call(it),
            Expression::NewExpression(it) => return self.new_expression(it),
            Expression::TaggedTemplateExpression(it) => return self.tagged(it),
            Expression::ImportExpression(it) => return self.dynamic_import(it),
            Expression::ChainExpression(it) => return self.chain(&it.expression),
            Expression::LogicalExpression(it) => self.logical(it),
            Expression::BinaryExpression(it) => self.binary(it),
            Expression::ConditionalExpression(it) => self.conditional(it),
            Expression::UnaryExpression(it) => return self.unary(it),
            Expression::SequenceExpression(it) => {
                let items = it.expressions.iter().map(|e| self.expression(e)).collect();
                Expr::Sequence(self.list(items))
            }
            Expression::JSXElement(it) => Expr::Jsx(self.jsx_element(it)),
            Expression::JSXFragment(it) => {
                let mut items = Vec::new();
                self.jsx_children(&it.children, &mut items);
                Expr::Jsx(self.list(items))
            }
            Expression::ParenthesizedExpression(it) => return self.expression(&it.expression),
            Expression::TSAsExpression(it) => return self.expression(&it.expression),
            Expression::TSSatisfiesExpression(it) => return self.expression(&it.expression),
            Expression::TSTypeAssertion(it) => return self.expression(&it.expression),
            Expression::TSNonNullExpression(it) => return self.expression(&it.expression),
            Expression::TSInstantiationExpression(it) => return self.expression(&it.expression),
            Expression::ComputedMemberExpression(_)
            | Expression::StaticMemberExpression(_)
            | Expression::PrivateFieldExpression(_) => {
                return node.as_member_expression().map_or(ExprId::UNKNOWN, |m| self.member(m));
            }
            Expression::BigIntLiteral(_)
            | Expression::RegExpLiteral(_)
            | Expression::PrivateInExpression(_)
            | Expression::NewTarget(_)
            | Expression::V8IntrinsicExpression(_) => Expr::Unknown,
        };
        self.add(expr)
    }

    pub(super) fn await_value(&mut self, value: ExprId, span: crate::span::Span) -> ExprId {
        let site = self.add_site(SiteKind::Await { value }, span);
        let expr = self.add_site_expr(site, Expr::Await(site));
        self.set_use(value, Use::Part(expr));
        expr
    }

    pub(super) fn chain(&mut self, node: &'a ChainElement<'a>) -> ExprId {
        match node {
            ChainElement::CallExpression(it) => self.call(it),
            ChainElement::TSNonNullExpression(it) => self.expression(&it.expression),
            _ => node.as_member_expression().map_or(ExprId::UNKNOWN, |m| self.member(m)),
        }
    }

    pub(super) fn member(&mut self, node: &'a MemberExpression<'a>) -> ExprId {
        let object = self.expression(node.object());
        let property = match node {
            MemberExpression::StaticMemberExpression(it) => self.name(&it.property.name),
            MemberExpression::PrivateFieldExpression(it) => self.name(&format!("#{}", it.field.name)),
            MemberExpression::ComputedMemberExpression(it) => {
                let index = self.expression(&it.expression);
                match self.literal_key(index) {
                    Some(name) => name,
                    None => return self.add(Expr::Index { object, index }),
                }
            }
        };
        self.add(Expr::Member { object, property })
    }

    /// The name that a literal index stands for: `x['a']` is `x.a`, `x[0]` is `x.0`.
    fn literal_key(&mut self, index: ExprId) -> Option<Name> {
        match self.facts.expr(index) {
            Expr::Str(name) => Some(name),
            Expr::Number(number) => Some(self.name(&number.to_string())),
            _ => None,
        }
    }

    pub(super) fn template(&mut self, node: &'a TemplateLiteral<'a>) -> Expr {
        if let Some(text) = node.single_quasi() {
            return Expr::Str(self.name(&text));
        }
        let mut parts = Vec::with_capacity(node.quasis.len() * 2);
        for (i, quasi) in node.quasis.iter().enumerate() {
            let text = quasi.value.cooked.as_ref().unwrap_or(&quasi.value.raw);
            let name = self.name(text);
            parts.push(self.add(Expr::Str(name)));
            if let Some(expression) = node.expressions.get(i) {
                parts.push(self.expression(expression));
            }
        }
        Expr::Template(self.list(parts))
    }

    fn array(&mut self, node: &'a ArrayExpression<'a>) -> Expr {
        let mut items = Vec::with_capacity(node.elements.len());
        for element in &node.elements {
            items.push(match element {
                ArrayExpressionElement::SpreadElement(it) => self.spread(&it.argument),
                ArrayExpressionElement::Elision(_) => ExprId::UNKNOWN,
                _ => element.as_expression().map_or(ExprId::UNKNOWN, |e| self.expression(e)),
            });
        }
        Expr::Array(self.list(items))
    }

    fn spread(&mut self, node: &'a Expression<'a>) -> ExprId {
        let value = self.expression(node);
        self.add(Expr::Spread(value))
    }

    pub(super) fn arguments(&mut self, nodes: &'a [Argument<'a>]) -> List {
        let mut items = Vec::with_capacity(nodes.len());
        for node in nodes {
            items.push(match node {
                Argument::SpreadElement(it) => self.spread(&it.argument),
                _ => node.as_expression().map_or(ExprId::UNKNOWN, |e| self.expression(e)),
            });
        }
        self.list(items)
    }

    fn object_literal(&mut self, node: &'a ObjectExpression<'a>) -> Expr {
        let mut items = Vec::with_capacity(node.properties.len());
        for property in &node.properties {
            items.push(match property {
                ObjectPropertyKind::SpreadProperty(it) => {
                    Property { key: PropertyKey::Spread, value: self.expression(&it.argument) }
                }
                ObjectPropertyKind::ObjectProperty(it) => {
                    let key = self.property_key(&it.key, it.computed);
                    let hint = if let PropertyKey::Name(name) = key { Some(name) } else { None };
                    let value = self.named_expression(&it.value, hint, it.method);
                    Property { key, value }
                }
            });
        }
        Expr::Object(self.object(items))
    }

    /// The key of a property, member or pattern.
    pub(super) fn property_key(&mut self, node: &'a KeyNode<'a>, computed: bool) -> PropertyKey {
        if let KeyNode::PrivateIdentifier(it) = node {
            return PropertyKey::Name(self.name(&format!("#{}", it.name)));
        }
        if let Some(text) = node.static_name() {
            return PropertyKey::Name(self.name(&text));
        }
        let key = if computed { node.as_expression() } else { None };
        PropertyKey::Computed(key.map_or(ExprId::UNKNOWN, |e| self.expression(e)))
    }

    /// An expression stored under a name: functions and classes without one of their own take it.
    pub(super) fn named_expression(
        &mut self,
        node: &'a Expression<'a>,
        hint: Option<Name>,
        method: bool,
    ) -> ExprId {
        self.position = span(node).start;
        let expr = match node.get_inner_expression() {
            Expression::ArrowFunctionExpression(it) => Expr::Function(self.arrow(it, hint)),
            Expression::FunctionExpression(it) => {
                let function = self.function_expression(it, hint);
                if method {
                    self.facts.functions[function.index()].kind = crate::facts::FunctionKind::ObjectMethod;
                }
                Expr::Function(function)
            }
            Expression::ClassExpression(it) => Expr::Class(self.class(it, hint)),
            _ => return self.expression(node),
        };
        self.add(expr)
    }

    fn logical(&mut self, node: &'a LogicalExpression<'a>) -> Expr {
        let left = self.expression(&node.left);
        let (kind, context) = match node.operator {
            LogicalOperator::And => (LogicalKind::And, ContextKind::If { test: left, truth: true }),
            LogicalOperator::Or => (LogicalKind::Or, ContextKind::If { test: left, truth: false }),
            LogicalOperator::Coalesce => (LogicalKind::Nullish, ContextKind::IfNullish(left)),
        };
        let right = self.within(context, |lower| lower.expression(&node.right));
        Expr::Logical { kind, left, right }
    }

    fn conditional(&mut self, node: &'a ConditionalExpression<'a>) -> Expr {
        let test = self.expression(&node.test);
        let yes = self.within(ContextKind::If { test, truth: true }, |l| l.expression(&node.consequent));
        let no = self.within(ContextKind::If { test, truth: false }, |l| l.expression(&node.alternate));
        Expr::Conditional { test, yes, no }
    }

    fn binary(&mut self, node: &'a BinaryExpression<'a>) -> Expr {
        let kind = match node.operator {
            BinaryOperator::Equality | BinaryOperator::StrictEquality => BinaryKind::Equal,
            BinaryOperator::Inequality | BinaryOperator::StrictInequality => BinaryKind::NotEqual,
            BinaryOperator::LessThan | BinaryOperator::LessEqualThan => BinaryKind::Less,
            BinaryOperator::GreaterThan | BinaryOperator::GreaterEqualThan => BinaryKind::Greater,
            BinaryOperator::Addition => BinaryKind::Add,
            BinaryOperator::Multiplication => BinaryKind::Multiply,
            BinaryOperator::Exponential => BinaryKind::Power,
            BinaryOperator::Instanceof => BinaryKind::InstanceOf,
            BinaryOperator::In => BinaryKind::In,
            _ => BinaryKind::Other,
        };
        let left = self.expression(&node.left);
        let right = self.expression(&node.right);
        Expr::Binary { kind, left, right }
    }

    fn unary(&mut self, node: &'a UnaryExpression<'a>) -> ExprId {
        let operand = self.expression(&node.argument);
        let expr = match node.operator {
            UnaryOperator::LogicalNot => Expr::Not(operand),
            UnaryOperator::Typeof => Expr::TypeOf(operand),
            UnaryOperator::Void => Expr::Void(operand),
            UnaryOperator::Delete => {
                let span = span(node);
                return self.write(operand, WriteKind::Delete, ExprId::UNKNOWN, span);
            }
            _ => Expr::Unary(operand),
        };
        self.add(expr)
    }
}
