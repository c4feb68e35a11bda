//! Functions and their parameters.

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, FormalParameters, Function as FunctionNode, TSTypeAnnotation,
};

use super::{Body, Lower, id, to_span};
use crate::facts::{
    BindingKind, Directives, ExprId, Function, FunctionId, FunctionKind, List, Name, Origin, Param, Use,
};
use crate::span::Span;

impl<'a> Lower<'a, '_> {
    pub(super) fn arrow(&mut self, node: &'a ArrowFunctionExpression<'a>, hint: Option<Name>) -> FunctionId {
        let head = Span::new(node.span.start, node.params.span.end.max(node.span.start));
        let function = self.add_function(hint, to_span(node.span), head, FunctionKind::Arrow);
        self.function_flags(function, node.r#async, false, node.return_type.as_deref());
        let body = match &node.body {
            ArrowFunctionBody::FunctionBody(body) => Body::Function(&node.params, body),
            _ => match node.body.as_expression() {
                Some(expression) => Body::Arrow(&node.params, expression),
                None => return function,
            },
        };
        self.queue.push_back((function, body));
        function
    }

    pub(super) fn function_expression(
        &mut self,
        node: &'a FunctionNode<'a>,
        hint: Option<Name>,
    ) -> FunctionId {
        self.function_node(node, hint, FunctionKind::Plain)
    }

    /// Any function with a body of its own: declaration, expression or method.
    pub(super) fn function_node(
        &mut self,
        node: &'a FunctionNode<'a>,
        hint: Option<Name>,
        kind: FunctionKind,
    ) -> FunctionId {
        let own = node.id.as_ref().map(|own| (self.name(&own.name), to_span(own.span)));
        let first_token = Span::new(node.span.start, node.params.span.start.max(node.span.start));
        let (name, head) = own.map_or((hint, first_token), |(name, span)| (Some(name), span));
        let function = self.add_function(name, to_span(node.span), head, kind);
        self.function_flags(function, node.r#async, node.generator, node.return_type.as_deref());
        // A function expression's own name is visible inside it.
        if let Some(symbol) = node.id.as_ref().and_then(|own| own.symbol_id.get()) {
            self.declare(symbol, BindingKind::Function, Origin::Function(function));
        }
        if let Some(body) = &node.body {
            self.queue.push_back((function, Body::Function(&node.params, body)));
        }
        function
    }

    pub(super) fn add_function(
        &mut self,
        name: Option<Name>,
        span: Span,
        head: Span,
        kind: FunctionKind,
    ) -> FunctionId {
        let function = FunctionId(id(self.facts.functions.len()));
        self.facts.functions.push(Function {
            name,
            span,
            head,
            parent: Some(self.function),
            context: self.context,
            kind,
            is_async: false,
            is_generator: false,
            declares_promise: false,
            return_type: ExprId::UNKNOWN,
            params: Vec::new(),
            sites: List::default(),
            exprs: List::default(),
            directives: Directives::default(),
        });
        function
    }

    fn function_flags(
        &mut self,
        function: FunctionId,
        is_async: bool,
        is_generator: bool,
        return_type: Option<&'a TSTypeAnnotation<'a>>,
    ) {
        let declared = return_type.map(|annotation| self.return_type(&annotation.type_annotation));
        let entry = &mut self.facts.functions[function.index()];
        (entry.is_async, entry.is_generator) = (is_async, is_generator);
        if let Some((declares_promise, return_type)) = declared {
            (entry.declares_promise, entry.return_type) = (declares_promise, return_type);
        }
    }

    /// Declares the parameters of the current function.
    pub(super) fn params(&mut self, node: &'a FormalParameters<'a>) {
        let mut params = Vec::with_capacity(node.items.len());
        for (i, item) in node.items.iter().enumerate() {
            let default = item.initializer.as_ref().map_or(ExprId::UNKNOWN, |e| self.expression(e));
            self.set_use(default, Use::Default);
            let declared_type = item
                .type_annotation
                .as_ref()
                .map_or(ExprId::UNKNOWN, |t| self.declared_type(&t.type_annotation));
            let binding = self.declare_pattern(&item.pattern, BindingKind::Param, &|path, default| {
                Origin::Param { index: id(i), path, default }
            });
            if let Some(binding) = binding {
                self.facts.bindings[binding.index()].declared_type = declared_type;
            }
            params.push(Param { binding, default, rest: false });
            // `constructor(private db: Db)` also writes `this.db`.
            if let (Some(binding), true) = (binding, item.accessibility.is_some() || item.readonly) {
                self.parameter_property(binding, declared_type, to_span(item.span));
            }
        }
        if let Some(rest) = &node.rest {
            let index = id(node.items.len());
            let binding = self.declare_pattern(&rest.rest.argument, BindingKind::Param, &|path, default| {
                Origin::Param { index, path, default }
            });
            params.push(Param { binding, default: ExprId::UNKNOWN, rest: true });
        }
        self.facts.functions[self.function.index()].params = params;
    }
}
