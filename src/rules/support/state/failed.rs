//! What runs only where a shared store failed: what follows a `try` that would have returned.

use super::guard::{Guard, asks_shared_store, of_test};
use crate::facts::{ContextId, ContextKind, ModuleFacts, Site, SiteId, SiteKind};
use crate::link::{ExprRef, Program};
use crate::span::FileId;

/// `try { return await redis.incr(key) } catch (error) { log(error) } here`, and the same within `if (redis)`.
pub(super) fn after_failure(program: &Program<'_>, file: FileId, place: SiteId) -> bool {
    let Some(module) = program.module(file) else { return false };
    let facts = &module.facts;
    let here = facts.site(place);
    let around: Vec<ContextId> = outwards(facts, here.context).collect();
    let mut earlier = facts.sites_of(here.function).take_while(|&(id, _)| id < place);
    earlier.any(|(_, site)| {
        let Some(block) = left_block(facts, site) else { return false };
        if around.contains(&block) {
            return false;
        }
        let mut outer = outwards(facts, block).skip(1);
        if outer.next().is_some_and(|outside| around.contains(&outside)) {
            return asks(program, file, block);
        }
        let mut outer = outwards(facts, block).skip(1).skip_while(|&id| survives(facts, id));
        let branch = outer.next().map(|id| facts.contexts[id.index()].kind);
        let follows = outer.next().is_some_and(|outside| around.contains(&outside));
        matches!(branch, Some(ContextKind::If { test, truth }) if follows
            && of_test(program, ExprRef { file, id: test }, !truth) == Guard::Fallback)
    })
}

/// The `try` that a `return` always ends: it stands in its block, in no branch of it.
fn left_block(facts: &ModuleFacts, site: &Site) -> Option<ContextId> {
    if !matches!(site.kind, SiteKind::Return { .. }) {
        return None;
    }
    let block = outwards(facts, site.context).find(|&id| !survives(facts, id))?;
    matches!(facts.contexts[block.index()].kind, ContextKind::Try { handled: true, .. }).then_some(block)
}

fn survives(facts: &ModuleFacts, id: ContextId) -> bool {
    matches!(facts.contexts[id.index()].kind, ContextKind::Survived { .. })
}

/// A context and those around it.
fn outwards(facts: &ModuleFacts, from: ContextId) -> impl Iterator<Item = ContextId> {
    std::iter::successors(Some(from), |id| facts.contexts[id.index()].parent)
}

/// Whether a shared store is asked in a block.
fn asks(program: &Program<'_>, file: FileId, block: ContextId) -> bool {
    program.module(file).is_some_and(|module| {
        let facts = &module.facts;
        facts.sites.iter().any(|site| {
            matches!(site.kind, SiteKind::Call { callee, .. }
                if outwards(facts, site.context).any(|id| id == block)
                    && asks_shared_store(program, ExprRef { file, id: callee }))
        })
    })
}
