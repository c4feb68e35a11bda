//! How severe a finding is where it lies, and whether it is sure enough, once all apps that have it are known.

use crate::config::{Level, Verdict, verdict};
use crate::diagnostic::{Confidence, Severity};
use crate::report::{Found, LayerShare, RunShare};
use crate::rules::{RuleMeta, Status};

/// What the layers say of a finding.
pub(super) struct Grade {
    verdict: Verdict,
    /// Less sure ones are hidden.
    pub(super) min_confidence: Confidence,
}

impl Grade {
    /// Of a finding of this rule that these apps (by index) have; `None` if the rule is off there.
    pub(super) fn new(run: &RunShare, meta: &RuleMeta, found: &Found, apps: &[u32]) -> Option<Self> {
        let verdict = verdict(layers(run, found, apps).filter_map(|layer| layer.rules.get(meta.id)));
        // The command line goes before the layers.
        let layers = || layers(run, found, apps).filter_map(|layer| layer.min_confidence).last();
        let min_confidence = run.min_confidence.or_else(layers).unwrap_or(Confidence::Medium);
        (run.chosen || is_on(meta, verdict)).then_some(Self { verdict, min_confidence })
    }

    /// Its severity, if the rule says this one.
    pub(super) fn severity(&self, own: Severity) -> Severity {
        match self.verdict {
            Verdict::Level(level) => level.severity().unwrap_or(own),
            Verdict::On | Verdict::Unnamed => own,
        }
    }
}

/// Whether a rule is on of which the layers say this.
pub(super) fn is_on(meta: &RuleMeta, verdict: Verdict) -> bool {
    match verdict {
        Verdict::Unnamed => meta.status == Status::Stable,
        Verdict::On => true,
        Verdict::Level(level) => level != Level::Off,
    }
}

/// The layers that count for a finding.
///
/// An override counts for findings in its files, and for those that only routes of its apps reach: code that several
/// apps share is not silenced by one of them.
fn layers<'r>(run: &'r RunShare, found: &Found, apps: &[u32]) -> impl Iterator<Item = &'r LayerShare> {
    (0..).zip(&run.layers).filter_map(move |(at, layer)| {
        let all = !apps.is_empty() && apps.iter().all(|app| layer.apps.contains(app));
        (all || found.layers.contains(&at)).then_some(layer)
    })
}
