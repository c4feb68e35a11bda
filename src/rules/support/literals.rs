//! Small questions about calls and object literals.

use crate::facts::{Expr, PropertyKey, SiteId, SiteKind};
use crate::link::{ExprRef, FunctionRef, Program, Value};
use crate::span::FileId;

/// Whether a call is of this very function.
pub(crate) fn calls(program: &Program<'_>, file: FileId, site: SiteId, function: FunctionRef) -> bool {
    let Some(module) = program.module(file) else { return false };
    let SiteKind::Call { callee, .. } = module.facts.site(site).kind else { return false };
    program.value(ExprRef { file, id: callee }) == Value::Function(function)
}

/// Whether an argument is `undefined`: as good as none.
pub(crate) fn is_undefined(program: &Program<'_>, at: ExprRef) -> bool {
    matches!(program.value(at), Value::Global(path) if path == ["undefined"])
}

/// The value of a property of an object literal, and whether no spread behind it may give another.
pub(crate) fn property(program: &Program<'_>, literal: ExprRef, name: &str) -> Option<(ExprRef, bool)> {
    let facts = &program.module(literal.file)?.facts;
    let Expr::Object(list) = facts.expr(literal.id) else { return None };
    let mut sure = true;
    for entry in facts.object(list).iter().rev() {
        match entry.key {
            PropertyKey::Name(key) if facts.text(key) == name => {
                return Some((ExprRef { file: literal.file, id: entry.value }, sure));
            }
            PropertyKey::Spread => sure = false,
            _ => {}
        }
    }
    None
}
