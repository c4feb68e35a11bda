//! Methods of arrays that do something for each element, and whether a request waits for all of it.

use super::queries::chain::{Declared, call_of, last_name};
use crate::facts::{BindingId, Expr, ExprId, FunctionId, ModuleFacts, Use};
use crate::link::Module;

/// A call of a callback for each element of a collection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ForEach {
    /// What it goes over.
    pub collection: ExprId,
    /// How it is waited for.
    way: Way,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    /// `xs.map(f)` gives an array of promises.
    Map,
    /// `xs.forEach((x) => jobs.push(f(x)))` puts them into another.
    Push(FunctionId),
    /// `xs.reduce(async (before, x) => …)` gives the last of a chain.
    Chain,
}

/// What `xs.map(f)` and its like go over.
pub(crate) fn for_each(facts: &ModuleFacts, callee: ExprId, args: &[ExprId]) -> Option<ForEach> {
    let Expr::Member { object: collection, property } = facts.expr(callee) else { return None };
    let &first = args.first()?;
    let way = match (facts.text(property), facts.expr(first)) {
        ("map" | "flatMap", _) => Way::Map,
        ("forEach", Expr::Function(callback)) => Way::Push(callback),
        ("reduce", Expr::Function(callback)) => {
            let begins = args.get(1).is_some_and(|&begin| is_resolved(facts, begin));
            if !facts.function(callback).is_async && !begins {
                return None;
            }
            Way::Chain
        }
        _ => return None,
    };
    Some(ForEach { collection, way })
}

impl ForEach {
    /// Whether something waits for what the callbacks begin; `call` is the whole call.
    pub(crate) fn is_waited(self, module: &Module, declared: &Declared, call: ExprId) -> bool {
        let facts = &module.facts;
        match self.way {
            Way::Map => {
                in_promise_all(facts, call)
                    || declared.whole(facts, call).is_some_and(|array| is_gathered(module, array))
            }
            Way::Push(callback) => facts.sites_of(callback).any(|(_, site)| {
                let Some((_, callee, _)) = call_of(facts, site.expr) else { return false };
                let Expr::Member { object, property } = facts.expr(callee) else { return false };
                let Expr::Local(array) = facts.expr(object) else { return false };
                facts.text(property) == "push" && is_gathered(module, array)
            }),
            Way::Chain => match facts.use_of(call) {
                Use::Part(parent) => matches!(facts.expr(parent), Expr::Await(_)),
                Use::Returned(_) => true,
                _ => false,
            },
        }
    }
}

/// `Promise.resolve()`
fn is_resolved(facts: &ModuleFacts, id: ExprId) -> bool {
    call_of(facts, id).is_some_and(|(_, callee, _)| match facts.expr(callee) {
        Expr::Member { object, property } => {
            facts.text(property) == "resolve" && last_name(facts, object) == Some("Promise")
        }
        _ => false,
    })
}

/// Whether something waits for all promises of an array that has a name.
fn is_gathered(module: &Module, array: BindingId) -> bool {
    module.uses(array).iter().any(|&used| in_promise_all(&module.facts, used))
}

/// Whether an array is what `Promise.all` or its like gets.
fn in_promise_all(facts: &ModuleFacts, start: ExprId) -> bool {
    let mut at = start;
    for _ in 0..6 {
        let Use::Part(parent) = facts.use_of(at) else { return false };
        match facts.expr(parent) {
            Expr::Spread(_) | Expr::Array(_) => at = parent,
            Expr::Call(_) => {
                let Some((_, callee, _)) = call_of(facts, parent) else { return false };
                return match facts.expr(callee) {
                    Expr::Member { object, property } => {
                        matches!(facts.text(property), "all" | "allSettled" | "any")
                            && matches!(last_name(facts, object), Some("Promise" | "Bluebird"))
                    }
                    _ => false,
                };
            }
            _ => return false,
        }
    }
    false
}
