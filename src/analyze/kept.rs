//! What apps gave in one round, for the next one.

use crate::load::{Loaded, Reached};
use crate::report::AppShare;

use super::sources::Sources;

/// What one app gave.
pub(super) struct Kept {
    pub(super) app: usize,
    pub(super) sources: Sources,
    pub(super) share: Option<AppShare>,
    /// Of what, if there is a next round.
    pub(super) of: Option<Of>,
    /// Whether it was taken over from an earlier round.
    pub(super) is_old: bool,
}

/// What an app reaches.
pub(super) struct Of {
    reached: Reached,
    /// Why files are missing in it.
    reasons: Vec<String>,
}

impl Of {
    pub(super) fn new(reached: Reached, loaded: &Loaded) -> Self {
        Self { reasons: loaded.reasons(&reached.missing), reached }
    }
}

impl Kept {
    /// Whether the app would give the same with what it reaches now.
    pub(super) fn is_of(&self, reached: &Reached, loaded: &Loaded) -> bool {
        let is_same = |of: &Of| of.reached.is_same(reached) && of.reasons == loaded.reasons(&reached.missing);
        self.of.as_ref().is_some_and(is_same)
    }
}

/// Each app with what it gave before.
pub(super) fn with_kept(apps: &[usize], kept: Vec<Kept>) -> Vec<(usize, Option<Kept>)> {
    let mut kept = kept.into_iter().peekable();
    // Both ascend.
    let with = |&app: &usize| {
        while kept.next_if(|kept| kept.app < app).is_some() {}
        (app, kept.next_if(|kept| kept.app == app))
    };
    apps.iter().map(with).collect()
}

/// The shares of all apps, and the files that these name. What no other round needs is taken, not copied.
pub(super) fn together(each: &mut [Kept]) -> (Sources, Vec<AppShare>) {
    let (mut sources, mut shares) = (Sources::default(), Vec::new());
    for kept in each {
        let share = if kept.of.is_some() { kept.share.clone() } else { kept.share.take() };
        shares.extend(sources.absorb(&kept.sources, share.into_iter().collect()));
    }
    (sources, shares)
}
