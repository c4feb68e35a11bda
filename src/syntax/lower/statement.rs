//! Statements: order, conditions, loops and early exits.

use oxc_ast::ast::{
    Declaration, Expression, ForStatementInit, ForStatementLeft, IfStatement, Statement, SwitchStatement,
    TSNamespaceDeclarationBody, TryStatement, VariableDeclaration, VariableDeclarationKind,
};

use super::{Lower, span, to_span};
use crate::facts::{BindingKind, ContextId, ContextKind, ExprId, LoopKind, Origin, SiteKind, Use, WriteKind};
use crate::span::Span;

impl<'a> Lower<'a, '_> {
    /// A list of statements; what follows an early exit runs in the context of having survived it.
    pub(super) fn statements(&mut self, nodes: &'a [Statement<'a>]) {
        let outer = self.context;
        for node in nodes {
            self.statement(node);
        }
        self.context = outer;
    }

    fn statement(&mut self, node: &'a Statement<'a>) {
        match node {
            Statement::ExpressionStatement(it) => self.expression_statement(&it.expression),
            Statement::BlockStatement(it) => self.statements(&it.body),
            Statement::IfStatement(it) => self.if_statement(it),
            Statement::ReturnStatement(it) => {
                let value = it.argument.as_ref().map_or(ExprId::UNKNOWN, |e| self.expression(e));
                self.return_value(value, to_span(it.span));
            }
            Statement::ThrowStatement(it) => {
                let value = self.expression(&it.argument);
                let site = self.add_site(SiteKind::Throw { value }, to_span(it.span));
                self.set_use(value, Use::Thrown(site));
            }
            Statement::BreakStatement(it) => _ = self.add_site(SiteKind::Jump, to_span(it.span)),
            Statement::ContinueStatement(it) => _ = self.add_site(SiteKind::Jump, to_span(it.span)),
            Statement::TryStatement(it) => self.try_statement(it),
            Statement::SwitchStatement(it) => self.switch(it),
            Statement::LabeledStatement(it) => self.statement(&it.body),
            Statement::WithStatement(it) => {
                let object = self.expression(&it.object);
                self.set_use(object, Use::Other);
                self.statement(&it.body);
            }
            Statement::ForStatement(_)
            | Statement::ForInStatement(_)
            | Statement::ForOfStatement(_)
            | Statement::WhileStatement(_)
            | Statement::DoWhileStatement(_) => self.loop_statement(node),
            Statement::DebuggerStatement(_) | Statement::EmptyStatement(_) => {}
            _ => match (node.as_declaration(), node.as_module_declaration()) {
                (Some(declaration), _) => self.declaration(declaration),
                (_, Some(declaration)) => self.module_declaration(declaration),
                _ => {}
            },
        }
    }

    pub(super) fn declaration(&mut self, node: &'a Declaration<'a>) {
        if node.declare() {
            return;
        }
        match node {
            Declaration::VariableDeclaration(it) => self.variables(it),
            Declaration::FunctionDeclaration(it) => {
                if it.body.is_some() {
                    _ = self.function_node(it, None, crate::facts::FunctionKind::Plain);
                }
            }
            Declaration::ClassDeclaration(it) => {
                let class = self.class(it, None);
                if let Some(symbol) = it.id.as_ref().and_then(|own| own.symbol_id.get()) {
                    self.declare(symbol, BindingKind::Class, Origin::Class(class));
                }
            }
            Declaration::TSImportEqualsDeclaration(it) => self.import_equals(it),
            Declaration::TSNamespaceDeclaration(it) => {
                if let TSNamespaceDeclarationBody::TSModuleBlock(block) = &it.body {
                    self.statements(&block.body);
                }
            }
            Declaration::TSEnumDeclaration(_)
            | Declaration::TSTypeAliasDeclaration(_)
            | Declaration::TSInterfaceDeclaration(_)
            | Declaration::TSExternalModuleDeclaration(_)
            | Declaration::TSGlobalDeclaration(_) => {}
        }
    }

    fn variables(&mut self, node: &'a VariableDeclaration<'a>) {
        let kind = match node.kind {
            VariableDeclarationKind::Var => BindingKind::Var,
            VariableDeclarationKind::Let => BindingKind::Let,
            _ => BindingKind::Const,
        };
        for declarator in &node.declarations {
            let hint = declarator.id.get_identifier_name().map(|name| self.name(&name));
            let value = declarator.init.as_ref().map(|init| self.named_expression(init, hint, false));
            if let Some(value) = value {
                self.set_use(value, Use::Declared);
                if node.kind == VariableDeclarationKind::AwaitUsing {
                    self.add_site(SiteKind::Await { value }, to_span(declarator.span));
                }
            }
            let binding = self.declare_pattern(&declarator.id, kind, &|path, default| match value {
                Some(expr) => Origin::Init { expr, path, default },
                None => Origin::None,
            });
            if let (Some(binding), Some(annotation)) = (binding, &declarator.type_annotation) {
                let declared_type = self.declared_type(&annotation.type_annotation);
                self.facts.bindings[binding.index()].declared_type = declared_type;
            }
        }
    }

    fn if_statement(&mut self, node: &'a IfStatement<'a>) {
        let test = self.expression(&node.test);
        self.set_use(test, Use::Test);
        self.within(ContextKind::If { test, truth: true }, |lower| lower.statement(&node.consequent));
        if let Some(alternate) = &node.alternate {
            self.within(ContextKind::If { test, truth: false }, |lower| lower.statement(alternate));
        }
        let leaves = exits(&node.consequent);
        let other_leaves = node.alternate.as_ref().is_some_and(exits);
        if leaves != other_leaves {
            self.enter(ContextKind::Survived { test, truth: other_leaves });
        }
    }

    fn loop_statement(&mut self, node: &'a Statement<'a>) {
        let at = span(node);
        match node {
            Statement::ForStatement(it) => {
                match &it.init {
                    Some(ForStatementInit::VariableDeclaration(declaration)) => self.variables(declaration),
                    Some(init) => {
                        if let Some(expression) = init.as_expression() {
                            self.expression_statement(expression);
                        }
                    }
                    None => {}
                }
                self.conditional_loop(LoopKind::For, at, it.test.as_ref(), |lower| {
                    lower.statement(&it.body);
                    if let Some(update) = &it.update {
                        lower.expression_statement(update);
                    }
                });
            }
            Statement::WhileStatement(it) => {
                self.conditional_loop(LoopKind::While, at, Some(&it.test), |lower| lower.statement(&it.body));
            }
            Statement::DoWhileStatement(it) => {
                self.conditional_loop(LoopKind::DoWhile, at, Some(&it.test), |lower| {
                    lower.statement(&it.body)
                });
            }
            Statement::ForOfStatement(it) => {
                let kind = if it.r#await { LoopKind::ForAwait } else { LoopKind::ForOf };
                self.iteration(kind, at, &it.left, &it.right, &it.body);
            }
            Statement::ForInStatement(it) => {
                self.iteration(LoopKind::ForIn, at, &it.left, &it.right, &it.body)
            }
            _ => {}
        }
    }

    /// `for (;;)`, `while`, `do`: the condition is evaluated inside the loop.
    fn conditional_loop(
        &mut self,
        kind: LoopKind,
        at: Span,
        test: Option<&'a Expression<'a>>,
        body: impl FnOnce(&mut Self),
    ) {
        self.add_site(SiteKind::Loop, at);
        let outer = self.enter(ContextKind::Loop { kind, over: ExprId::UNKNOWN, span: at });
        let inside: ContextId = self.context;
        if let Some(test) = test {
            let over = self.expression(test);
            self.set_use(over, Use::Test);
            self.facts.contexts[inside.index()].kind = ContextKind::Loop { kind, over, span: at };
        }
        body(self);
        self.context = outer;
    }

    /// `for…of` and `for…in`: the collection is evaluated once, before the loop.
    fn iteration(
        &mut self,
        kind: LoopKind,
        at: Span,
        left: &'a ForStatementLeft<'a>,
        right: &'a Expression<'a>,
        body: &'a Statement<'a>,
    ) {
        let over = self.expression(right);
        self.set_use(over, Use::Iterated);
        self.add_site(SiteKind::Loop, at);
        self.within(ContextKind::Loop { kind, over, span: at }, |lower| {
            if kind == LoopKind::ForAwait {
                lower.add_site(SiteKind::Await { value: over }, span(right));
            }
            match left {
                ForStatementLeft::VariableDeclaration(declaration) => {
                    for declarator in &declaration.declarations {
                        lower.declare_pattern(&declarator.id, BindingKind::Const, &|path, _| {
                            Origin::Element { expr: over, path }
                        });
                    }
                }
                _ => {
                    if let Some(target) = left.as_assignment_target() {
                        let target = lower.target(target);
                        lower.write(target, WriteKind::Destructured, ExprId::UNKNOWN, at);
                    }
                }
            }
            lower.statement(body);
        });
    }

    fn try_statement(&mut self, node: &'a TryStatement<'a>) {
        let kind = ContextKind::Try { handled: node.handler.is_some(), finally: node.finalizer.is_some() };
        self.within(kind, |lower| lower.statements(&node.block.body));
        if let Some(handler) = &node.handler {
            self.within(ContextKind::Catch, |lower| {
                if let Some(param) = &handler.param {
                    lower.declare_pattern(&param.pattern, BindingKind::Catch, &|_, _| Origin::None);
                }
                lower.statements(&handler.body.body);
            });
        }
        if let Some(finalizer) = &node.finalizer {
            self.within(ContextKind::Finally, |lower| lower.statements(&finalizer.body));
        }
    }

    fn switch(&mut self, node: &'a SwitchStatement<'a>) {
        let over = self.expression(&node.discriminant);
        self.set_use(over, Use::Test);
        for case in &node.cases {
            let test = case.test.as_ref().map(|test| self.expression(test));
            if let Some(test) = test {
                self.set_use(test, Use::Test);
            }
            self.within(ContextKind::Case { over, test }, |lower| lower.statements(&case.consequent));
        }
    }
}

/// Whether a statement always leaves the statement list it stands in.
fn exits(node: &Statement<'_>) -> bool {
    match node {
        Statement::ReturnStatement(_)
        | Statement::ThrowStatement(_)
        | Statement::BreakStatement(_)
        | Statement::ContinueStatement(_) => true,
        Statement::BlockStatement(it) => it.body.iter().any(exits),
        Statement::IfStatement(it) => exits(&it.consequent) && it.alternate.as_ref().is_some_and(exits),
        Statement::TryStatement(it) => {
            it.finalizer.as_ref().is_some_and(|f| f.body.iter().any(exits))
                || (it.block.body.iter().any(exits)
                    && it.handler.as_ref().is_none_or(|h| h.body.body.iter().any(exits)))
        }
        _ => false,
    }
}
