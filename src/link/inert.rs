//! Values in which nobody finds code: most of what is passed around is plain data, and following it leads nowhere.

use super::flow;
use super::module::{RequestTarget, root};
use super::resolve::Resolution;
use crate::facts::{BindingKind, ExportKind, Expr, ExprId, ModuleFacts, Origin, SiteId, SiteKind};

/// For each expression of a module: whether whoever gets its value can call nothing of the project by it.
///
/// `loads` tells whether a binding is a parameter that gets a module: `import('./x').then((x) => …)`.
pub(super) fn inert(
    facts: &ModuleFacts,
    targets: &[RequestTarget],
    loads: impl Fn(&crate::facts::Binding) -> bool,
) -> Box<[bool]> {
    let open = open(facts);
    let of_package = |import: u32| {
        let target = targets.get(facts.imports[import as usize].request.index());
        !matches!(target, Some(RequestTarget::One(Resolution::File(_))))
    };
    let mut inert = vec![false; facts.exprs.len()];
    for (index, &expr) in facts.exprs.iter().enumerate() {
        // Parts stand before what they are parts of; where they do not, nothing is claimed.
        let part = |id: ExprId| id.index() < index && inert.get(id.index()).copied().unwrap_or(false);
        let is = match expr {
            Expr::Function(_) | Expr::Class(_) | Expr::Call(_) | Expr::New(_) => false,
            Expr::Local(id) => {
                let binding = facts.binding(id);
                let is_param = matches!(binding.kind, BindingKind::Param | BindingKind::Catch);
                let holds_none = match binding.origin {
                    Origin::Param { .. } | Origin::None if is_param => !loads(binding),
                    _ if open[id.index()] => false,
                    Origin::None | Origin::Element { .. } => true,
                    Origin::Init { expr, path, .. } => path.is_empty() && part(expr),
                    Origin::Import(import) => of_package(import),
                    Origin::Param { .. } | Origin::Function(_) | Origin::Class(_) => false,
                };
                holds_none && !binding.reassigned
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

/// For each binding, whether its value may get code after it was made: calls hand some to its methods
/// (`app.get('/', handler)`), or it is exported and others may.
fn open(facts: &ModuleFacts) -> Vec<bool> {
    let mut open = vec![false; facts.bindings.len()];
    let mut mark = |expr: Expr| {
        if let Expr::Local(id) = expr
            && let Some(entry) = open.get_mut(id.index())
        {
            *entry = true;
        }
    };
    for export in &facts.exports {
        match export.kind {
            ExportKind::Binding(id) => mark(Expr::Local(id)),
            ExportKind::Value(id) | ExportKind::CommonJs(id) => mark(facts.expr(id)),
            ExportKind::From(..) | ExportKind::All(_) => {}
        }
    }
    for (id, site) in (0..).map(SiteId).zip(&facts.sites) {
        if let Some((callee, args, _)) = flow::call_parts(site.kind)
            && !args.is_empty()
            && flow::registers(facts, callee, id)
        {
            mark(facts.expr(root(facts, callee)));
        }
    }
    open
}

/// Whether a chain of members begins at a parameter of no declared type: a type may be a class of the project, and
/// so may be what a variable holds.
fn is_untyped(facts: &ModuleFacts, expr: ExprId) -> bool {
    let mut current = expr;
    loop {
        match facts.expr(current) {
            Expr::Member { object, .. } => current = object,
            Expr::Local(id) => {
                let binding = facts.binding(id);
                return matches!(binding.kind, BindingKind::Param | BindingKind::Catch)
                    && binding.declared_type == ExprId::UNKNOWN;
            }
            _ => return false,
        }
    }
}
