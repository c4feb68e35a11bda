//! What a holder holds at first, and what is put there.

use crate::catalogue::StoreKind;
use crate::facts::{Expr, ExprId, FunctionId, Origin, SiteKind};
use crate::link::{ExprRef, Program, Value};

use super::super::apis::Apis;

/// How far names are followed.
const MAX_DEPTH: u32 = 6;

/// What a holder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `Map`, object, array, `Set`.
    Container,
    /// `WeakMap`, `WeakSet`: goes with its keys.
    Weak,
    /// A package's cache.
    Package,
    /// A plain variable.
    Variable,
    /// Something else: a client, an object of a package.
    Opaque,
}

/// The form that an expression gives.
pub(crate) fn form(program: &Program<'_>, apis: &Apis<'_>, at: ExprRef, depth: u32) -> Form {
    let Some(module) = program.module(at.file) else { return Form::Variable };
    let facts = &module.facts;
    let go = |id: ExprId| form(program, apis, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return Form::Opaque;
    }
    match facts.expr(at.id) {
        Expr::Object(_) | Expr::Array(_) => Form::Container,
        Expr::Logical { left, right, .. } => known(go(right), go(left)),
        Expr::Conditional { yes, no, .. } => known(go(yes), go(no)),
        Expr::Write(site) => match facts.site(site).kind {
            SiteKind::Write { value, .. } => go(value),
            _ => Form::Variable,
        },
        Expr::New(site) | Expr::Call(site) => {
            if let Some(package) = apis.stores.iter().find(|s| s.file == at.file && s.site == site) {
                return if package.api.kind == StoreKind::Cache { Form::Package } else { Form::Opaque };
            }
            let (SiteKind::New { callee, .. } | SiteKind::Call { callee, .. }) = facts.site(site).kind else {
                return Form::Opaque;
            };
            match program.value(ExprRef { file: at.file, id: callee }) {
                Value::Global(path) => match path.as_slice() {
                    ["Map" | "Set" | "Array"]
                    | ["Object", "create" | "fromEntries"]
                    | ["Array", "from" | "of"] => Form::Container,
                    ["WeakMap" | "WeakSet" | "WeakRef"] => Form::Weak,
                    _ => Form::Opaque,
                },
                _ => Form::Opaque,
            }
        }
        // `const made = new Map(); globalThis.codes = made`
        Expr::Local(id) if facts.binding(id).function != FunctionId::MODULE => {
            match facts.binding(id).origin {
                Origin::Init { expr, path, .. } if path.is_empty() => go(expr),
                _ => Form::Opaque,
            }
        }
        Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) | Expr::Unknown | Expr::Unary(_) => {
            Form::Variable
        }
        Expr::Global(name) if facts.text(name) == "undefined" => Form::Variable,
        Expr::Member { .. }
            if matches!(program.value(at), Value::Global(path)
                if matches!(path.first(), Some(&("globalThis" | "global" | "self")))) =>
        {
            Form::Variable
        }
        _ => Form::Opaque,
    }
}

/// The form that says more.
const fn known(first: Form, other: Form) -> Form {
    match (first, other) {
        (Form::Container | Form::Package | Form::Weak, _) => first,
        (_, Form::Container | Form::Package | Form::Weak) => other,
        (Form::Variable, _) => other,
        _ => first,
    }
}
