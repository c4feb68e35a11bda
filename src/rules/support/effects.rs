//! What functions do outside the process, directly or through what they call.

use rustc_hash::FxHashMap;

use super::apis::Apis;
use crate::catalogue::AfterKind;
use crate::facts::{Expr, ExprId};
use crate::link::{ExprRef, FunctionRef, Program, Value};

/// A set of [`AfterKind`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects(u32);

impl Effects {
    /// The set of one.
    pub(crate) const fn of(kind: AfterKind) -> Self {
        Self(1 << kind as u32)
    }

    /// Both sets together.
    #[must_use]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a kind is in it.
    pub(crate) const fn has(self, kind: AfterKind) -> bool {
        self.0 & Self::of(kind).0 != 0
    }

    /// Whether nothing is in it.
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What every function does, once all that it calls is counted in.
#[derive(Debug, Default)]
pub(crate) struct EffectMap(FxHashMap<FunctionRef, Effects>);

impl EffectMap {
    /// Follows calls, and functions written inside functions, to what they do.
    pub(crate) fn find(program: &Program<'_>, apis: &Apis<'_>) -> Self {
        let mut map: FxHashMap<FunctionRef, Effects> = FxHashMap::default();
        for site in &apis.after {
            if site.api.kind != AfterKind::Harmless {
                let own = map.entry(site.function).or_default();
                *own = own.and(Effects::of(site.api.kind));
            }
        }
        let callers = callers(program);
        let mut open: Vec<FunctionRef> = map.keys().copied().collect();
        while let Some(function) = open.pop() {
            let effects = map.get(&function).copied().unwrap_or_default();
            for &caller in callers.get(&function).map_or(&[][..], Vec::as_slice) {
                let known = map.entry(caller).or_default();
                let all = known.and(effects);
                if all != *known {
                    *known = all;
                    open.push(caller);
                }
            }
        }
        Self(map)
    }

    /// What a function does.
    pub(crate) fn of(&self, function: FunctionRef) -> Effects {
        self.0.get(&function).copied().unwrap_or_default()
    }
}

/// Who calls each function, or has it written inside.
pub(crate) fn callers(program: &Program<'_>) -> FxHashMap<FunctionRef, Vec<FunctionRef>> {
    let mut callers: FxHashMap<FunctionRef, Vec<FunctionRef>> = FxHashMap::default();
    for (file, module) in program.modules() {
        for (id, function) in (0..).map(crate::facts::FunctionId).zip(&module.facts.functions) {
            let caller = FunctionRef { file, id };
            for id in function.exprs.range().filter_map(|i| u32::try_from(i).ok()).map(ExprId) {
                let called = match module.facts.expr(id) {
                    Expr::Function(inner) => Some(FunctionRef { file, id: inner }),
                    Expr::Call(site) | Expr::New(site) => match module.facts.site(site).kind {
                        crate::facts::SiteKind::Call { callee, .. } => {
                            match program.value(ExprRef { file, id: callee }) {
                                Value::Function(function) => Some(function),
                                _ => None,
                            }
                        }
                        _ => None,
                    },
                    _ => None,
                };
                if let Some(called) = called {
                    callers.entry(called).or_default().push(caller);
                }
            }
        }
    }
    callers
}
