//! Whether code goes on only with a list that is short: `if (ids.length > 50) return …`.

use crate::facts::{
    BinaryKind, BindingId, ContextId, ContextKind, Expr, ExprId, LogicalKind, ModuleFacts, Name, Origin, Use,
};
use crate::link::{ExprRef, Program};

/// The longest list that counts as short.
pub(crate) const MOST: f64 = 1000.0;
/// How far conditions, names and members are followed.
const MAX_DEPTH: u32 = 12;

/// Whether a list is used only where a comparison of its length with a number let the code go on.
pub(crate) fn is_guarded(program: &Program<'_>, list: ExprRef) -> bool {
    let Some(module) = program.module(list.file) else { return false };
    let facts = &module.facts;
    let Some(place) = place(facts, list.id) else { return false };
    let mut context = used_in(facts, list.id);
    for _ in 0..256 {
        let Some(id) = context else { return false };
        let Some(link) = facts.contexts_from(id).next() else { return false };
        context = match link.kind {
            ContextKind::If { test, truth } | ContextKind::Survived { test, truth } => {
                if limits((program, list), facts, (test, truth), &place, 0) {
                    return true;
                }
                link.parent
            }
            // What a callback does is done where it is written, as far as a list's length goes.
            ContextKind::Body(function) => {
                facts.function(function).parent.map(|_| facts.function(function).context)
            }
            _ => link.parent,
        };
    }
    false
}

/// Whether a list is short where a condition is, or is not, so.
fn limits(
    (program, list): (&Program<'_>, ExprRef),
    facts: &ModuleFacts,
    (test, truth): (ExprId, bool),
    wanted: &Place,
    depth: u32,
) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let go = |id, truth| limits((program, list), facts, (id, truth), wanted, depth + 1);
    let is_length = |id: ExprId| match facts.expr(id) {
        Expr::Member { object, property } => {
            matches!(facts.text(property), "length" | "size")
                && place(facts, object).is_some_and(|own| own == *wanted)
        }
        _ => false,
    };
    let is_limit = |id: ExprId| is_limit(program, facts, ExprRef { file: list.file, id });
    match facts.expr(test) {
        Expr::Not(inner) => go(inner, !truth),
        Expr::Logical { kind: LogicalKind::Or, left, right } => {
            !truth && (go(left, false) || go(right, false))
        }
        Expr::Logical { kind: LogicalKind::And, left, right } => truth && (go(left, true) || go(right, true)),
        // `const tooMany = ids.length > 50`
        Expr::Local(id) => match facts.binding(id) {
            binding if binding.reassigned => false,
            binding => match binding.origin {
                Origin::Init { expr, path, .. } => path.is_empty() && go(expr, truth),
                _ => false,
            },
        },
        Expr::Binary { kind, left, right } => {
            let (short, long) = match (kind, truth) {
                (BinaryKind::Less, true) | (BinaryKind::Greater, false) => (left, right),
                (BinaryKind::Greater, true) | (BinaryKind::Less, false) => (right, left),
                (BinaryKind::Equal, true) | (BinaryKind::NotEqual, false) if is_length(left) => (left, right),
                _ => return false,
            };
            is_length(short) && is_limit(long)
        }
        _ => false,
    }
}

/// A number that is small, or a name that somebody gave to one.
fn is_limit(program: &Program<'_>, facts: &ModuleFacts, at: ExprRef) -> bool {
    if let Some(number) = program.number(at) {
        return number <= MOST;
    }
    match facts.expr(at.id) {
        Expr::Local(_) => true,
        Expr::Member { property, .. } => !matches!(facts.text(property), "length" | "size"),
        _ => false,
    }
}

/// A name, and the members that lead from it to a list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    root: BindingId,
    steps: Vec<Name>,
}

/// What a name or member stands for: `const { ids } = body` is `body.ids`.
fn place(facts: &ModuleFacts, id: ExprId) -> Option<Place> {
    let mut at = id;
    let mut steps: Vec<Name> = Vec::new();
    for _ in 0..MAX_DEPTH {
        match facts.expr(at) {
            Expr::Member { object, property } => {
                steps.push(property);
                at = object;
            }
            Expr::Local(root) => {
                let binding = facts.binding(root);
                match binding.origin {
                    Origin::Init { expr, path, .. }
                        if !binding.reassigned
                            && matches!(facts.expr(expr), Expr::Local(_) | Expr::Member { .. }) =>
                    {
                        steps.extend(facts.path(path).iter().rev());
                        at = expr;
                    }
                    _ => return Some(Place { root, steps }),
                }
            }
            _ => return None,
        }
    }
    None
}

/// The conditions and loops around the use of a list: those of the call that gets it, or of the loop over it.
fn used_in(facts: &ModuleFacts, list: ExprId) -> Option<ContextId> {
    let mut at = list;
    for _ in 0..24 {
        match facts.use_of(at) {
            Use::Part(parent) => at = parent,
            Use::Returned(site) | Use::Thrown(site) => return Some(facts.site(site).context),
            Use::Iterated | Use::Test => {
                return facts.contexts.iter().find_map(|context| match context.kind {
                    ContextKind::Loop { over, .. } if over == at => context.parent,
                    _ => None,
                });
            }
            _ => return None,
        }
        if let Expr::Call(site) | Expr::New(site) | Expr::Await(site) | Expr::Write(site) = facts.expr(at) {
            return Some(facts.site(site).context);
        }
    }
    None
}
