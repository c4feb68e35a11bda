//! Which conditions test a place that may keep something from one request to the next, whatever is made there.
//!
//! A search goes through most calls of a large program, far apart in memory, and costs what it has to fetch. Nearly
//! no condition keeps anything; that this is so is one byte for each.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::facts::{ContextId, FunctionId};
use crate::span::FileId;

use super::places::Place;
use super::value::FunctionRef;
use super::{Modules, Program};

/// What is known of each condition together with those around it, by file and context.
#[derive(Debug)]
pub(super) struct LastingConditions(Vec<OnceLock<Box<[AtomicU8]>>>);

/// Nobody asked yet.
const UNKNOWN: u8 = 0;
/// No condition tests such a place.
const NONE: u8 = 1;
/// Some condition does.
const SOME: u8 = 2;

impl LastingConditions {
    /// Nothing is known yet.
    pub(super) fn new(modules: &Modules) -> Self {
        Self(modules.table.iter().map(|_| OnceLock::new()).collect())
    }
}

impl Program<'_> {
    /// Whether some condition around a place tests one that may keep something for later requests.
    pub(super) fn tests_lasting(&self, file: FileId, context: ContextId) -> bool {
        let (Some(module), Some(known)) = (self.module(file), self.lasting.0.get(file.index())) else {
            return false;
        };
        let known =
            known.get_or_init(|| module.facts.contexts.iter().map(|_| AtomicU8::new(UNKNOWN)).collect());
        let Some(answer) = known.get(context.index()) else { return false };
        // Whoever looks finds the same, so it does not matter who is first.
        match answer.load(Ordering::Relaxed) {
            UNKNOWN => {
                let mut tests = self.tested(file, context);
                let found = tests.any(|(_, places)| places.iter().any(|place| self.may_last(place, file)));
                answer.store(if found { SOME } else { NONE }, Ordering::Relaxed);
                found
            }
            known => known == SOME,
        }
    }

    /// Whether a place that is tested in a file outlives the request, and something is put there at all.
    fn may_last(&self, place: &Place, tested_in: FileId) -> bool {
        let written = |file: FileId| self.written(file).iter().any(|written| written.place == *place);
        match place {
            Place::Library | Place::Global(_) => self.outlives_request(place),
            Place::Binding(owner, _) => {
                (written(*owner) || written(tested_in)) && self.outlives_request(place)
            }
            Place::Property(literal, _) => written(literal.file) && self.outlives_request(place),
            // Whether an instance lasts is a search of its own.
            Place::Field(class, _) => written(class.file) || written(tested_in),
        }
    }

    /// Whether what is in a place stays there when the request is over. A field does if its instance does.
    pub(super) fn outlives_request(&self, place: &Place) -> bool {
        let never_per_request = |function| self.graph.per_request(function).next().is_none();
        match place {
            Place::Library | Place::Field(..) => true,
            Place::Global(name) => self.global_writes().get(name).copied().unwrap_or(false),
            Place::Binding(owner, binding) => self.module(*owner).is_some_and(|module| {
                let id = module.facts.binding(*binding).function;
                // A variable of a function that each request runs anew does not outlive it.
                id == FunctionId::MODULE || never_per_request(FunctionRef { file: *owner, id })
            }),
            Place::Property(literal, _) => {
                never_per_request(FunctionRef { file: literal.file, id: self.function_of_expr(*literal) })
            }
        }
    }
}
