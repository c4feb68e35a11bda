//! The little that is kept of types: names of declared types, and whether a function declares a promise.

use oxc_ast::ast::{TSType, TSTypeName, TSTypeReference};
use oxc_syntax::symbol::SymbolFlags;

use super::Lower;
use crate::facts::{Expr, ExprId};

impl<'a> Lower<'a, '_> {
    /// Whether a return type is a promise, and the name of what it gives.
    pub(super) fn return_type(&mut self, node: &'a TSType<'a>) -> (bool, ExprId) {
        let promise = matches!(node, TSType::TSTypeReference(it) if is_promise(it));
        (promise, self.declared_type(node))
    }

    /// The name of a declared type: `T`, `ns.T`, `T | null`, and `T` for `Promise<T>`; else unknown.
    pub(super) fn declared_type(&mut self, node: &'a TSType<'a>) -> ExprId {
        match node {
            TSType::TSTypeReference(it) if is_promise(it) => {
                let inner = it.type_arguments.as_ref().and_then(|arguments| arguments.params.first());
                inner.map_or(ExprId::UNKNOWN, |t| self.declared_type(t))
            }
            TSType::TSTypeReference(it) => self.type_name(&it.type_name),
            TSType::TSParenthesizedType(it) => self.declared_type(&it.type_annotation),
            TSType::TSUnionType(it) => {
                let mut named = it.types.iter().filter(|t| !is_empty_type(t));
                match (named.next(), named.next()) {
                    (Some(only), None) => self.declared_type(only),
                    _ => ExprId::UNKNOWN,
                }
            }
            _ => ExprId::UNKNOWN,
        }
    }

    fn type_name(&mut self, node: &'a TSTypeName<'a>) -> ExprId {
        match node {
            TSTypeName::IdentifierReference(it) => {
                let symbol = it.reference_id.get().and_then(|r| self.scoping.get_reference(r).symbol_id());
                // Interfaces, aliases and type parameters lead nowhere at run time.
                let kept = symbol.is_some_and(|symbol| {
                    let flags = self.scoping.symbol_flags(symbol);
                    flags.intersects(SymbolFlags::Import | SymbolFlags::TypeImport | SymbolFlags::Class)
                });
                if !kept {
                    return ExprId::UNKNOWN;
                }
                let expr = self.reference(it.reference_id.get(), &it.name);
                self.add(expr)
            }
            TSTypeName::QualifiedName(it) => {
                let object = self.type_name(&it.left);
                if object == ExprId::UNKNOWN {
                    return object;
                }
                let property = self.name(&it.right.name);
                self.add(Expr::Member { object, property })
            }
            TSTypeName::ThisExpression(_) => ExprId::UNKNOWN,
        }
    }
}

fn is_promise(node: &TSTypeReference<'_>) -> bool {
    let TSTypeName::IdentifierReference(name) = &node.type_name else { return false };
    matches!(
        name.name.as_str(),
        "Promise" | "PromiseLike" | "AsyncGenerator" | "AsyncIterable" | "AsyncIterableIterator"
    )
}

const fn is_empty_type(node: &TSType<'_>) -> bool {
    matches!(node, TSType::TSNullKeyword(_) | TSType::TSUndefinedKeyword(_) | TSType::TSVoidKeyword(_))
}
