//! Values in which nobody finds code: most of what is passed around is plain data, and following it leads nowhere.

use crate::facts::{BindingKind, Expr, ExprId, ModuleFacts, Origin, SiteKind};

/// For each expression of a module: whether whoever gets its value can call nothing of the project by it.
///
/// `loads` tells whether a binding is a parameter that gets a module: `import('./x').then((x) => …)`.
pub(super) fn inert(facts: &ModuleFacts, loads: impl Fn(&crate::facts::Binding) -> bool) -> Box<[bool]> {
    let mut inert = vec![false; facts.exprs.len()];
    for (index, &expr) in facts.exprs.iter().enumerate() {
        // Parts stand before what they are parts of; where they do not, nothing is claimed.
        let part = |id: ExprId| id.index() < index && inert.get(id.index()).copied().unwrap_or(false);
        let is = match expr {
            Expr::Function(_) | Expr::Class(_) | Expr::Call(_) | Expr::New(_) => false,
            Expr::Local(id) => {
                let binding = facts.binding(id);
                matches!(binding.kind, BindingKind::Param | BindingKind::Catch)
                    && matches!(binding.origin, Origin::Param { .. } | Origin::None)
                    && !binding.reassigned
                    && !loads(binding)
            }
            Expr::Member { object, .. } => part(object) && is_untyped(facts, object),
            Expr::Object(list) => facts.object(list).iter().all(|property| part(property.value)),
            Expr::Array(list) | Expr::Jsx(list) => facts.list(list).iter().all(|&item| part(item)),
            Expr::Conditional { yes, no, .. } => part(yes) && part(no),
            Expr::Logical { left, right, .. } => part(left) && part(right),
            Expr::Spread(inner) | Expr::Index { object: inner, .. } => part(inner),
            Expr::Sequence(list) => facts.list(list).last().is_none_or(|&last| part(last)),
            Expr::Await(site) | Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Await { value } | SiteKind::Write { value, .. } => part(value),
                _ => true,
            },
            _ => true,
        };
        if let Some(entry) = inert.get_mut(index) {
            *entry = is;
        }
    }
    inert.into_boxed_slice()
}

/// Whether a chain of members begins at a name of no declared type: a type may be a class of the project.
fn is_untyped(facts: &ModuleFacts, expr: ExprId) -> bool {
    let mut current = expr;
    loop {
        match facts.expr(current) {
            Expr::Member { object, .. } => current = object,
            Expr::Local(id) => return facts.binding(id).declared_type == ExprId::UNKNOWN,
            _ => return false,
        }
    }
}
