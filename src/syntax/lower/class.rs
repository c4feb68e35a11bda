//! Classes: members, fields and what runs when.

use oxc_ast::ast::{
    Class as ClassNode, ClassElement, Expression, MethodDefinition, MethodDefinitionKind,
    PropertyKey as KeyNode, TSTypeAnnotation,
};

use super::{Body, Lower, id, to_span};
use crate::facts::{
    BindingId, Class, ClassId, Expr, ExprId, FunctionKind, Member, MemberKind, Name, PropertyKey, Use,
    WriteKind,
};
use crate::span::Span;

impl<'a> Lower<'a, '_> {
    /// Lowers a class where it stands: static parts run now, methods and instance fields wait.
    pub(super) fn class(&mut self, node: &'a ClassNode<'a>, hint: Option<Name>) -> ClassId {
        let superclass = node.heritage.as_ref().map_or(ExprId::UNKNOWN, |h| self.expression(&h.expression));
        self.set_use(superclass, Use::Other);
        let name = node.id.as_ref().map(|own| self.name(&own.name)).or(hint);
        let class = ClassId(id(self.facts.classes.len()));
        self.facts.classes.push(Class {
            name,
            span: to_span(node.span),
            function: self.function,
            superclass,
            members: Vec::new(),
            constructor: None,
            fields: None,
        });
        for decorator in &node.decorators {
            let value = self.expression(&decorator.expression);
            self.set_use(value, Use::Other);
        }
        let mut has_fields = false;
        for element in &node.body.body {
            has_fields |= self.class_element(class, element);
        }
        if has_fields {
            let span = to_span(node.span);
            let fields =
                self.add_function(None, span, Span::new(span.start, span.start), FunctionKind::Fields(class));
            self.facts.classes[class.index()].fields = Some(fields);
            self.queue.push_back((fields, Body::Fields(node, class)));
        }
        class
    }

    /// One element; true if it has an initial value that each instance computes.
    fn class_element(&mut self, class: ClassId, element: &'a ClassElement<'a>) -> bool {
        match element {
            ClassElement::StaticBlock(block) => self.statements(&block.body),
            ClassElement::MethodDefinition(method) => self.method(class, method),
            ClassElement::PropertyDefinition(it) => {
                let value = it.value.as_ref();
                return self.field(
                    class,
                    &it.key,
                    it.computed,
                    it.r#static,
                    value,
                    it.type_annotation.as_deref(),
                );
            }
            ClassElement::AccessorProperty(it) => {
                let value = it.value.as_ref();
                return self.field(
                    class,
                    &it.key,
                    it.computed,
                    it.r#static,
                    value,
                    it.type_annotation.as_deref(),
                );
            }
            ClassElement::TSIndexSignature(_) => {}
        }
        false
    }

    fn method(&mut self, class: ClassId, node: &'a MethodDefinition<'a>) {
        let Some(name) = self.member_name(&node.key, node.computed) else { return };
        if node.value.body.is_none() {
            return;
        }
        let is_constructor = node.kind == MethodDefinitionKind::Constructor;
        let kind = if is_constructor {
            FunctionKind::Constructor(class)
        } else {
            FunctionKind::Method { class, is_static: node.r#static }
        };
        let function = self.function_node(&node.value, Some(name), kind);
        let entry = &mut self.facts.functions[function.index()];
        entry.head = Span::new(node.span.start, node.value.params.span.start.max(node.span.start));
        if is_constructor {
            self.facts.classes[class.index()].constructor = Some(function);
            return;
        }
        let kind = match node.kind {
            MethodDefinitionKind::Get => MemberKind::Getter(function),
            MethodDefinitionKind::Set => MemberKind::Setter(function),
            _ => MemberKind::Method(function),
        };
        self.add_member(
            class,
            Member { name, is_static: node.r#static, kind, declared_type: ExprId::UNKNOWN },
        );
    }

    /// A field; static ones get their value now, others when an instance is made.
    fn field(
        &mut self,
        class: ClassId,
        key: &'a KeyNode<'a>,
        computed: bool,
        is_static: bool,
        value: Option<&'a Expression<'a>>,
        annotation: Option<&'a TSTypeAnnotation<'a>>,
    ) -> bool {
        let Some(name) = self.member_name(key, computed) else { return false };
        let declared_type = annotation.map_or(ExprId::UNKNOWN, |t| self.declared_type(&t.type_annotation));
        let now = if is_static { value } else { None };
        let initial = now.map_or(ExprId::UNKNOWN, |v| self.named_expression(v, Some(name), false));
        self.set_use(initial, Use::Field(class));
        self.add_member(class, Member { name, is_static, kind: MemberKind::Field(initial), declared_type });
        !is_static && value.is_some()
    }

    /// The initial values of instance fields, in the function that runs them.
    pub(super) fn instance_fields(&mut self, node: &'a ClassNode<'a>, class: ClassId) {
        for element in &node.body.body {
            let (key, computed, is_static, value) = match element {
                ClassElement::PropertyDefinition(it) => (&it.key, it.computed, it.r#static, &it.value),
                ClassElement::AccessorProperty(it) => (&it.key, it.computed, it.r#static, &it.value),
                _ => continue,
            };
            let (false, Some(value)) = (is_static, value) else { continue };
            let Some(name) = self.member_name(key, computed) else { continue };
            let initial = self.named_expression(value, Some(name), false);
            self.set_use(initial, Use::Field(class));
            let members = &mut self.facts.classes[class.index()].members;
            if let Some(member) = members.iter_mut().find(|m| m.name == name && !m.is_static) {
                member.kind = MemberKind::Field(initial);
            }
        }
    }

    /// `constructor(private name: Type)`: a field that holds the parameter.
    pub(super) fn parameter_property(&mut self, binding: BindingId, declared_type: ExprId, span: Span) {
        let FunctionKind::Constructor(class) = self.facts.function(self.function).kind else { return };
        let name = self.facts.binding(binding).name;
        let value = self.add(Expr::Local(binding));
        let this = self.add(Expr::This);
        let target = self.add(Expr::Member { object: this, property: name });
        self.write(target, WriteKind::Assign, value, span);
        let kind = MemberKind::Field(value);
        self.add_member(class, Member { name, is_static: false, kind, declared_type });
    }

    fn add_member(&mut self, class: ClassId, member: Member) {
        self.facts.classes[class.index()].members.push(member);
    }

    fn member_name(&mut self, key: &'a KeyNode<'a>, computed: bool) -> Option<Name> {
        match self.property_key(key, computed) {
            PropertyKey::Name(name) => Some(name),
            _ => None,
        }
    }
}
