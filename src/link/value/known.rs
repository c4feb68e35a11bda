//! What is remembered of values, so that a name that a thousand expressions use is followed once.
//!
//! A value depends on nothing but the code and how much of [`MAX_DEPTH`] is left, so whoever asks first, on
//! whatever thread, everybody gets the same answer. An answer that was found within the limit is good wherever as much is left as
//! it took. One that met the limit, as every cycle does, is good at its own depth only.

use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::search::Search;
use super::{FunctionRef, MAX_DEPTH, Value};
use crate::facts::{BindingId, ModuleFacts};
use crate::link::Modules;
use crate::span::FileId;

/// The values of bindings and the results of functions, as far as somebody asked for them.
#[derive(Debug)]
pub(in crate::link) struct KnownValues<'p> {
    /// What was found within the limit, by file; made for a module when its first value is asked for.
    found: Vec<OnceLock<Table<'p>>>,
    /// What met the limit, by the depth at which it was asked for.
    cut: Mutex<FxHashMap<(Wanted, u32), Value<'p>>>,
}

/// The values that were found in one module.
#[derive(Debug)]
struct Table<'p> {
    bindings: Box<[OnceLock<Answer<'p>>]>,
    functions: Box<[OnceLock<Answer<'p>>]>,
}

/// A value, and how many steps it took to find.
#[derive(Debug)]
struct Answer<'p> {
    value: Value<'p>,
    steps: u32,
}

/// Something whose value is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Wanted {
    /// What a binding is.
    Binding(FileId, BindingId),
    /// What a function returns.
    Returned(FunctionRef),
}

impl<'p> KnownValues<'p> {
    /// Nothing is known yet.
    pub(in crate::link) fn new(modules: &Modules) -> Self {
        Self { found: modules.table.iter().map(|_| OnceLock::new()).collect(), cut: Mutex::default() }
    }

    fn place(&self, wanted: Wanted, facts: &ModuleFacts) -> Option<&OnceLock<Answer<'p>>> {
        let (Wanted::Binding(file, _) | Wanted::Returned(FunctionRef { file, .. })) = wanted;
        let table = self.found.get(file.index())?.get_or_init(|| Table {
            bindings: facts.bindings.iter().map(|_| OnceLock::new()).collect(),
            functions: facts.functions.iter().map(|_| OnceLock::new()).collect(),
        });
        match wanted {
            Wanted::Binding(_, id) => table.bindings.get(id.index()),
            Wanted::Returned(function) => table.functions.get(function.id.index()),
        }
    }
}

impl<'p> Search<'_, 'p> {
    /// What is known of something, else what `follow` finds.
    pub(super) fn remembered(
        &self,
        wanted: Wanted,
        (facts, depth): (&ModuleFacts, u32),
        follow: impl FnOnce() -> Value<'p>,
    ) -> Value<'p> {
        // First of all, since another thread may know the answer by now.
        if self.is_current(wanted) {
            return Value::Unknown;
        }
        let known = &self.program.values;
        let Some(place) = known.place(wanted, facts) else { return Value::Unknown };
        if let Some(answer) = place.get()
            && !self.is_too_deep(depth + answer.steps)
        {
            return answer.value.clone();
        }
        if self.is_too_deep(depth) {
            return Value::Unknown;
        }
        let cut = || known.cut.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = cut().get(&(wanted, depth)) {
            self.is_too_deep(MAX_DEPTH + 1);
            return value.clone();
        }
        let (value, deepest) = self.work_out(wanted, depth, follow);
        if deepest > MAX_DEPTH {
            cut().insert((wanted, depth), value.clone());
        } else {
            // Another thread may have been faster, with the same answer.
            let _ = place.set(Answer { value: value.clone(), steps: deepest - depth });
        }
        value
    }
}
