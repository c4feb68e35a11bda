//! What functions do outside the process, directly or through what they call.

use rustc_hash::FxHashMap;

use super::apis::Apis;
use super::guesses::guess;
use crate::catalogue::AfterKind;
use crate::facts::{Expr, ExprId, FunctionId, SiteKind};
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

type Map = FxHashMap<FunctionRef, Effects>;

/// What every function does, once all that it calls is counted in.
#[derive(Debug, Default)]
pub(crate) struct EffectMap {
    known: Map,
    likely: Map,
    /// Who calls each function, or has it written inside.
    pub(crate) callers: FxHashMap<FunctionRef, Vec<FunctionRef>>,
}

impl EffectMap {
    /// Follows calls, and functions written inside functions, to what they do.
    pub(crate) fn find(program: &Program<'_>, apis: &Apis<'_>) -> Self {
        let mut known = Map::default();
        for site in &apis.after {
            if site.api.kind != AfterKind::Harmless {
                let own = known.entry(site.function).or_default();
                *own = own.and(Effects::of(site.api.kind));
            }
        }
        let Calls { callers, guessed } = Calls::find(program);
        spread(&mut known, &callers);
        let mut likely = known.clone();
        for (function, kind) in guessed {
            let own = likely.entry(function).or_default();
            *own = own.and(Effects::of(kind));
        }
        spread(&mut likely, &callers);
        Self { known, likely, callers }
    }

    /// What a function does.
    pub(crate) fn of(&self, function: FunctionRef) -> Effects {
        self.known.get(&function).copied().unwrap_or_default()
    }

    /// What a function does, calls included that only look like something known: `ctx.prisma.user.create()`.
    pub(crate) fn likely(&self, function: FunctionRef) -> Effects {
        self.likely.get(&function).copied().unwrap_or_default()
    }
}

/// Hands what functions do on to whoever calls them.
fn spread(map: &mut Map, callers: &FxHashMap<FunctionRef, Vec<FunctionRef>>) {
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
}

/// Who calls each function, or has it written inside; and calls that only look like something known.
#[derive(Default)]
struct Calls {
    callers: FxHashMap<FunctionRef, Vec<FunctionRef>>,
    guessed: Vec<(FunctionRef, AfterKind)>,
}

impl Calls {
    fn find(program: &Program<'_>) -> Self {
        let mut calls = Self::default();
        for (file, module) in program.modules() {
            for (id, function) in (0..).map(FunctionId).zip(&module.facts.functions) {
                let caller = FunctionRef { file, id };
                for id in function.exprs.range().filter_map(|i| u32::try_from(i).ok()).map(ExprId) {
                    match module.facts.expr(id) {
                        Expr::Function(inner) => {
                            let inner = FunctionRef { file, id: inner };
                            calls.callers.entry(inner).or_default().push(caller);
                        }
                        Expr::Call(site) => calls.add(program, caller, module.facts.site(site).kind),
                        _ => {}
                    }
                }
            }
        }
        calls
    }

    fn add(&mut self, program: &Program<'_>, caller: FunctionRef, kind: SiteKind) {
        let SiteKind::Call { callee, .. } = kind else { return };
        let callee = ExprRef { file: caller.file, id: callee };
        match program.value(callee) {
            Value::Function(function) => self.callers.entry(function).or_default().push(caller),
            Value::Unknown => {
                if let Some(guess) = guess(program, callee) {
                    self.guessed.push((caller, guess.kind));
                }
            }
            _ => {}
        }
    }
}
