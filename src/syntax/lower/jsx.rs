//! Elements: which component, and which values it is handed.

use oxc_ast::ast::{
    JSXAttributeItem, JSXAttributeValue, JSXChild, JSXElement, JSXElementName, JSXExpression,
    JSXExpressionContainer, JSXMemberExpression, JSXMemberExpressionObject,
};

use super::{Lower, to_span};
use crate::facts::{Expr, ExprId, List};

impl<'a> Lower<'a, '_> {
    pub(super) fn jsx_element(&mut self, node: &'a JSXElement<'a>) -> List {
        let mut items = Vec::new();
        match &node.opening_element.name {
            JSXElementName::IdentifierReference(it) => {
                let expr = self.reference(it.reference_id.get(), &it.name);
                items.push(self.add(expr));
            }
            JSXElementName::MemberExpression(it) => items.push(self.jsx_member(it)),
            JSXElementName::Identifier(_)
            | JSXElementName::NamespacedName(_)
            | JSXElementName::ThisExpression(_) => {}
        }
        for attribute in &node.opening_element.attributes {
            match attribute {
                JSXAttributeItem::SpreadAttribute(it) => items.push(self.expression(&it.argument)),
                JSXAttributeItem::Attribute(it) => match &it.value {
                    Some(JSXAttributeValue::ExpressionContainer(it)) => self.jsx_container(it, &mut items),
                    Some(JSXAttributeValue::Element(it)) => {
                        let list = self.jsx_element(it);
                        items.push(self.add(Expr::Jsx(list)));
                    }
                    _ => {}
                },
            }
        }
        self.jsx_children(&node.children, &mut items);
        self.list(items)
    }

    pub(super) fn jsx_children(&mut self, nodes: &'a [JSXChild<'a>], items: &mut Vec<ExprId>) {
        for node in nodes {
            match node {
                JSXChild::Text(_) => {}
                JSXChild::Element(it) => {
                    let list = self.jsx_element(it);
                    if !list.is_empty() {
                        items.push(self.add(Expr::Jsx(list)));
                    }
                }
                JSXChild::Fragment(it) => self.jsx_children(&it.children, items),
                JSXChild::ExpressionContainer(it) => self.jsx_container(it, items),
                JSXChild::Spread(it) => items.push(self.expression(&it.expression)),
            }
        }
    }

    fn jsx_container(&mut self, node: &'a JSXExpressionContainer<'a>, items: &mut Vec<ExprId>) {
        match &node.expression {
            JSXExpression::EmptyExpression(_) => self.containers.push(to_span(node.span)),
            expression => items.extend(expression.as_expression().map(|e| self.expression(e))),
        }
    }

    fn jsx_member(&mut self, node: &'a JSXMemberExpression<'a>) -> ExprId {
        let object = match &node.object {
            JSXMemberExpressionObject::IdentifierReference(it) => {
                let expr = self.reference(it.reference_id.get(), &it.name);
                self.add(expr)
            }
            JSXMemberExpressionObject::MemberExpression(it) => self.jsx_member(it),
            JSXMemberExpressionObject::ThisExpression(_) => self.add(Expr::This),
        };
        let property = self.name(&node.property.name);
        self.add(Expr::Member { object, property })
    }
}
