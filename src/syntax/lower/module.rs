//! Imports and exports, ES and CommonJS.

use oxc_ast::ast::{
    Declaration, Directive, ExportAllDeclaration, ExportDefaultDeclarationKind, ExportFromDeclaration,
    ExportNamedDeclaration, ImportDeclaration, ImportDeclarationSpecifier, ImportOrExportKind,
    ModuleDeclaration, ModuleExportName, TSImportEqualsDeclaration, TSModuleReference,
};
use oxc_syntax::symbol::SymbolId;

use super::{Lower, id, span, to_span};
use crate::facts::{
    BindingKind, ContextId, Directives, Export, ExportKind, Expr, ExprId, FunctionId, FunctionKind, Import,
    ImportedName, List, Name, Origin, Request, RequestId, RequestKind, Use,
};
use crate::span::Span;

/// The directives of a prologue that decide where code runs.
pub(super) fn directives(nodes: &[Directive<'_>]) -> Directives {
    let mut found = Directives::default();
    for node in nodes {
        match node.expression.value.as_str() {
            "use client" => found.client = true,
            "use server" => found.server = true,
            "use workflow" | "use step" => found.workflow = true,
            text if text == "use cache" || text.starts_with("use cache:") => found.cache = true,
            _ => {}
        }
    }
    found
}

impl<'a> Lower<'a, '_> {
    pub(super) fn module_declaration(&mut self, node: &'a ModuleDeclaration<'a>) {
        match node {
            ModuleDeclaration::ImportDeclaration(it) => self.import(it),
            ModuleDeclaration::ExportDeclaration(it) => self.export_declaration(&it.declaration),
            ModuleDeclaration::ExportNamedDeclaration(it) => self.export_named(it),
            ModuleDeclaration::ExportFromDeclaration(it) => self.export_from(it),
            ModuleDeclaration::ExportAllDeclaration(it) => self.export_all(it),
            ModuleDeclaration::ExportDefaultDeclaration(it) => {
                self.export_default(&it.declaration, to_span(it.span));
            }
            ModuleDeclaration::TSExportAssignment(it) => {
                let value = self.expression(&it.expression);
                self.set_use(value, Use::Exported);
                let name = self.name("default");
                self.export(name, ExportKind::CommonJs(value), to_span(it.span), false);
            }
            ModuleDeclaration::TSNamespaceExportDeclaration(_) => {}
        }
    }

    pub(super) fn add_request(&mut self, request: Request) -> RequestId {
        let request_id = RequestId(id(self.facts.requests.len()));
        self.facts.requests.push(request);
        request_id
    }

    /// A request by an import or export statement.
    fn static_request(&mut self, source: &str, kind: RequestKind, span: Span, type_only: bool) -> RequestId {
        let specifier = self.name(source);
        let (function, context) = (FunctionId::MODULE, ContextId(0));
        self.add_request(Request { specifier, kind, span, type_only, pattern: false, function, context })
    }

    fn import(&mut self, node: &'a ImportDeclaration<'a>) {
        let types = node.import_kind == ImportOrExportKind::Type;
        let request = self.static_request(&node.source.value, RequestKind::Import, to_span(node.span), types);
        let Some(specifiers) = &node.specifiers else { return };
        let mut any_value = specifiers.is_empty() && !types;
        for specifier in specifiers {
            let (name, local, type_specifier) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(it) => {
                    let name = ImportedName::Named(self.export_name(&it.imported));
                    (name, &it.local, it.import_kind == ImportOrExportKind::Type)
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => {
                    (ImportedName::Named(self.name("default")), &it.local, false)
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => {
                    (ImportedName::Namespace, &it.local, false)
                }
            };
            let Some(symbol) = local.symbol_id.get() else { continue };
            let type_only = types || type_specifier || self.used_only_as_type(symbol);
            any_value |= !type_only;
            let index = id(self.facts.imports.len());
            let binding = self.declare(symbol, BindingKind::Import, Origin::Import(index));
            self.facts.imports.push(Import { request, name, binding, type_only });
        }
        self.facts.requests[request.index()].type_only = !any_value;
    }

    /// TypeScript drops imports that no value position uses; JavaScript keeps all.
    fn used_only_as_type(&self, symbol: SymbolId) -> bool {
        self.typescript && !self.scoping.get_resolved_references(symbol).any(|r| !r.is_type())
    }

    /// `import x = require('…')`, `import x = a.b`
    pub(super) fn import_equals(&mut self, node: &'a TSImportEqualsDeclaration<'a>) {
        let Some(symbol) = node.id.symbol_id.get() else { return };
        let value = match &node.module_reference {
            TSModuleReference::ExternalModuleReference(it) => {
                let type_only =
                    node.import_kind == ImportOrExportKind::Type || self.used_only_as_type(symbol);
                let source = &it.expression.value;
                let request =
                    self.static_request(source, RequestKind::Require, to_span(node.span), type_only);
                self.add(Expr::Import(request))
            }
            TSModuleReference::IdentifierReference(it) => {
                let expr = self.reference(it.reference_id.get(), &it.name);
                self.add(expr)
            }
            TSModuleReference::QualifiedName(_) => return,
        };
        self.set_use(value, Use::Declared);
        let origin = Origin::Init { expr: value, path: List::default(), default: ExprId::UNKNOWN };
        self.declare(symbol, BindingKind::Const, origin);
    }

    fn export(&mut self, name: Name, kind: ExportKind, span: Span, type_only: bool) {
        self.facts.exports.push(Export { name, kind, span, type_only });
    }

    /// `export const …`, `export function …`, `export class …`
    fn export_declaration(&mut self, node: &'a Declaration<'a>) {
        self.declaration(node);
        match node {
            Declaration::VariableDeclaration(it) => {
                for declarator in &it.declarations {
                    for own in declarator.id.get_binding_identifiers() {
                        self.export_symbol(own.symbol_id.get(), to_span(own.span));
                    }
                }
            }
            Declaration::TSEnumDeclaration(it) => {
                self.export_symbol(it.id.symbol_id.get(), to_span(it.id.span))
            }
            Declaration::FunctionDeclaration(_) | Declaration::ClassDeclaration(_) => {
                if let Some(own) = node.id() {
                    self.export_symbol(own.symbol_id.get(), to_span(own.span));
                }
            }
            _ => {}
        }
    }

    fn export_symbol(&mut self, symbol: Option<SymbolId>, span: Span) {
        if let Some(symbol) = symbol {
            let binding = self.binding(symbol);
            let name = self.facts.binding(binding).name;
            self.export(name, ExportKind::Binding(binding), span, false);
        }
    }

    /// `export { a, b as c }`
    fn export_named(&mut self, node: &'a ExportNamedDeclaration<'a>) {
        for specifier in &node.specifiers {
            let name = self.export_name(&specifier.exported);
            let type_only = node.export_kind == ImportOrExportKind::Type
                || specifier.export_kind == ImportOrExportKind::Type;
            let ModuleExportName::IdentifierReference(local) = &specifier.local else { continue };
            let expr = self.reference(local.reference_id.get(), &local.name);
            if let Expr::Local(binding) = expr {
                self.export(name, ExportKind::Binding(binding), span(&specifier.exported), type_only);
            }
        }
    }

    /// `export { a } from '…'`
    fn export_from(&mut self, node: &'a ExportFromDeclaration<'a>) {
        let all_types = node.export_kind == ImportOrExportKind::Type
            || (!node.specifiers.is_empty()
                && node.specifiers.iter().all(|s| s.export_kind == ImportOrExportKind::Type));
        let request =
            self.static_request(&node.source.value, RequestKind::ReExport, to_span(node.span), all_types);
        for specifier in &node.specifiers {
            let name = self.export_name(&specifier.exported);
            let from = ImportedName::Named(self.export_name(&specifier.local));
            let type_only = all_types || specifier.export_kind == ImportOrExportKind::Type;
            self.export(name, ExportKind::From(request, from), span(&specifier.exported), type_only);
        }
    }

    /// `export * from '…'`, `export * as ns from '…'`
    fn export_all(&mut self, node: &'a ExportAllDeclaration<'a>) {
        let types = node.export_kind == ImportOrExportKind::Type;
        let request =
            self.static_request(&node.source.value, RequestKind::ReExport, to_span(node.span), types);
        let at = to_span(node.span);
        match &node.exported {
            Some(exported) => {
                let name = self.export_name(exported);
                self.export(name, ExportKind::From(request, ImportedName::Namespace), at, types);
            }
            None => {
                let name = self.name("*");
                self.export(name, ExportKind::All(request), at, types);
            }
        }
    }

    fn export_default(&mut self, node: &'a ExportDefaultDeclarationKind<'a>, at: Span) {
        let name = self.name("default");
        let kind = match node {
            ExportDefaultDeclarationKind::FunctionDeclaration(it) => {
                if it.body.is_none() {
                    return;
                }
                let function = self.function_node(it, Some(name), FunctionKind::Plain);
                ExportKind::Value(self.add(Expr::Function(function)))
            }
            ExportDefaultDeclarationKind::ClassDeclaration(it) => {
                let class = self.class(it, Some(name));
                if let Some(symbol) = it.id.as_ref().and_then(|own| own.symbol_id.get()) {
                    self.declare(symbol, BindingKind::Class, Origin::Class(class));
                }
                ExportKind::Value(self.add(Expr::Class(class)))
            }
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => return,
            _ => match node.as_expression() {
                Some(expression) => ExportKind::Value(self.named_expression(expression, Some(name), false)),
                None => return,
            },
        };
        if let ExportKind::Value(value) = kind {
            self.set_use(value, Use::Exported);
        }
        self.export(name, kind, at, false);
    }

    /// `module.exports = …`, `exports.x = …`, `module.exports.x = …`
    pub(super) fn common_js_export(&mut self, target: ExprId, value: ExprId, at: Span) {
        let Expr::Member { object, property } = self.facts.expr(target) else { return };
        let kind = if self.is_module_exports(target) {
            ExportKind::CommonJs(value)
        } else if self.is_exports(object) || self.is_module_exports(object) {
            ExportKind::Value(value)
        } else {
            return;
        };
        let name = if matches!(kind, ExportKind::CommonJs(_)) { self.name("default") } else { property };
        self.export(name, kind, at, false);
    }

    fn is_module_exports(&self, expr: ExprId) -> bool {
        let Expr::Member { object, property } = self.facts.expr(expr) else { return false };
        self.facts.text(property) == "exports" && self.is_global(object, "module")
    }

    fn is_exports(&self, expr: ExprId) -> bool {
        self.is_global(expr, "exports")
    }

    fn is_global(&self, expr: ExprId, text: &str) -> bool {
        matches!(self.facts.expr(expr), Expr::Global(name) if self.facts.text(name) == text)
    }

    fn export_name(&mut self, node: &ModuleExportName<'_>) -> Name {
        match node {
            ModuleExportName::IdentifierName(it) => self.name(&it.name),
            ModuleExportName::IdentifierReference(it) => self.name(&it.name),
            ModuleExportName::StringLiteral(it) => self.name(&it.value),
        }
    }
}
