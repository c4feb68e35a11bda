//! Locks by what is done with them: set where nothing was there, kept while something is waited for, taken away.

use super::super::effects::Effects;
use super::super::lost_words::GRAVE;
use super::classify::{Graded, Purpose, error_if, graded};
use super::collect::{Change, Write};
use super::form::Form;
use super::lists::UPKEEP;
use super::view::View;
use crate::catalogue::AfterKind;
use crate::diagnostic::Confidence;
use crate::facts::{ContextKind, ExprId, ModuleFacts, SiteKind};

impl View<'_, '_> {
    /// Whether a request that finds its key there is refused, until the one that put it there is done.
    pub(super) fn is_held(&self) -> bool {
        let plain = !self.values.iter().any(|v| v.promise || v.live || v.holds);
        self.form == Form::Container
            && plain
            && self.puts.iter().any(|put| {
                put.key != ExprId::UNKNOWN
                    && self.guarded(put)
                    && self.release(put).is_some_and(|r| self.is_lock(r))
            })
    }

    /// A lock that has no name of one.
    pub(super) fn lock(&self) -> Option<Graded> {
        // Refreshes and set-up may be done twice.
        if self.name_has(UPKEEP) {
            return None;
        }
        // What two instances must not do both.
        let does = |effects: Effects| GRAVE.iter().chain(&[AfterKind::Http]).any(|&kind| effects.has(kind));
        let grave = self.puts.iter().any(|put| does(self.effects.likely(put.function)));
        graded(Purpose::Lock, error_if(grave && self.keys_from_request()), Confidence::Medium)
    }

    /// What waits for its entry reads it; who is only kept out does not, unless somebody else shows how far it is.
    fn is_lock(&self, release: &Write) -> bool {
        let in_finally = self.program.module(release.file).is_some_and(|module| {
            let context = module.facts.site(release.site).context;
            module.facts.contexts_from(context).any(|c| c.kind == ContextKind::Finally)
        });
        in_finally || self.only_asked()
    }

    /// Where a function takes away again what it put there, after it waited for something, and whatever else happened:
    /// not only where something failed, nor where the other branch put it.
    fn release(&self, put: &Write) -> Option<&Write> {
        let facts = &self.program.module(put.file)?.facts;
        let needed = conditions(facts, put);
        let mut later = self.accesses.writes.iter().filter(|write| {
            write.kind == Change::Remove
                && write.key != ExprId::UNKNOWN
                && write.function == put.function
                && write.site > put.site
        });
        later.find(|gone| {
            let own = conditions(facts, gone);
            let mut between =
                facts.sites_of(put.function.id).filter(|&(id, _)| put.site < id && id < gone.site);
            needed.iter().all(|condition| own.contains(condition))
                && between.any(|(_, site)| matches!(site.kind, SiteKind::Await { .. }))
        })
    }
}

/// The conditions under which a write happens, and which way they went.
fn conditions(facts: &ModuleFacts, write: &Write) -> Vec<(ExprId, bool)> {
    let around = facts.contexts_from(facts.site(write.site).context);
    let conditions = around.filter_map(|context| match context.kind {
        ContextKind::If { test, truth } | ContextKind::Survived { test, truth } => Some((test, truth)),
        _ => None,
    });
    conditions.collect()
}
