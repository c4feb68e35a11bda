//! What functions do outside the process, directly or through what they call.

use rustc_hash::FxHashMap;

use super::apis::Apis;
use super::callees::{Callee, Calls};
use super::guesses::guess;
use crate::catalogue::AfterKind;
use crate::facts::FunctionId;
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
    pub(crate) fn find(program: &Program<'_>, apis: &Apis<'_>, callees: &[Callee<'_, '_>]) -> Self {
        let mut known = Map::default();
        for site in &apis.after {
            if site.api.kind != AfterKind::Harmless {
                let own = known.entry(site.function).or_default();
                *own = own.and(Effects::of(site.api.kind));
            }
        }
        let (callers, guessed) = rayon::join(|| callers(program, callees), || guessed(program, callees));
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

/// Who calls each function, or has it written inside.
fn callers(program: &Program<'_>, callees: &[Callee<'_, '_>]) -> FxHashMap<FunctionRef, Vec<FunctionRef>> {
    let mut callers: FxHashMap<FunctionRef, Vec<FunctionRef>> = FxHashMap::default();
    for (file, module) in program.modules() {
        for (id, function) in (0..).map(FunctionId).zip(&module.facts.functions) {
            // Methods of classes are no expressions: somebody else decides who calls them.
            let written = module.expression_of(id).is_some();
            if let Some(parent) = function.parent.filter(|_| written) {
                callers.entry(FunctionRef { file, id }).or_default().push(FunctionRef { file, id: parent });
            }
        }
    }
    for call in callees.iter().filter(|call| call.how == Calls::Call) {
        if let Value::Function(function) = *call.value {
            callers.entry(function).or_default().push(call.function);
        }
    }
    callers
}

/// Calls that only look like something known.
fn guessed(program: &Program<'_>, callees: &[Callee<'_, '_>]) -> Vec<(FunctionRef, AfterKind)> {
    let unknown = callees.iter().filter(|call| call.how == Calls::Call && *call.value == Value::Unknown);
    let guesses = unknown.filter_map(|call| {
        let guess = guess(program, ExprRef { file: call.file, id: call.callee })?;
        Some((call.function, guess.kind))
    });
    guesses.collect()
}
