//! The places that conditions test. Many searches pass the same conditions, so each is looked into once.

use std::sync::OnceLock;

use crate::facts::{ContextId, ContextKind, ExprId};
use crate::span::FileId;

use super::places::Place;
use super::value::ExprRef;
use super::{Modules, Program};

/// The places that each condition tests, by file and context; made where somebody asks.
#[derive(Debug)]
pub(super) struct TestedPlaces(Vec<OnceLock<Box<[Tested]>>>);

/// The places that one condition tests.
type Tested = OnceLock<Box<[Place]>>;

impl TestedPlaces {
    /// Nothing is known yet.
    pub(super) fn new(modules: &Modules) -> Self {
        Self(modules.table.iter().map(|_| OnceLock::new()).collect())
    }
}

/// What a condition asks about; `None` for loops, `try` and the like.
pub(super) const fn test_of(kind: ContextKind) -> Option<ExprId> {
    match kind {
        ContextKind::If { test, .. } | ContextKind::Survived { test, .. } | ContextKind::IfNullish(test) => {
            Some(test)
        }
        _ => None,
    }
}

impl Program<'_> {
    /// The conditions around a place, innermost first, each with the places that it tests.
    pub(super) fn tested(
        &self,
        file: FileId,
        context: ContextId,
    ) -> impl Iterator<Item = (ExprId, &[Place])> {
        let known =
            self.module(file).map(|module| &module.facts.contexts).zip(self.tested.0.get(file.index()));
        known.into_iter().flat_map(move |(contexts, known)| {
            let known = known.get_or_init(|| contexts.iter().map(|_| Tested::new()).collect());
            let parent = |id: &ContextId| contexts.get(id.index())?.parent;
            std::iter::successors(Some(context), parent).filter_map(move |id| {
                let test = test_of(contexts.get(id.index())?.kind)?;
                let look = || self.places_read(ExprRef { file, id: test }).into();
                Some((test, &**known.get(id.index())?.get_or_init(look)))
            })
        })
    }
}
