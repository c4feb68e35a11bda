//! Entries of the baseline that a run is about.

use crate::baseline::{Baseline, Entry};
use crate::report::{Known, Stale};
use crate::rules::RuleMeta;

use super::fingerprint::repository_prefix;
use super::inputs::{Asked, is_below};

/// The baseline, with the entries that are stale unless something is found: those whose rules and files are looked
/// at, by file. Runs that are about some files only have none.
pub(super) fn known(asked: &Asked<'_>, baseline: &Baseline, rules: &[&RuleMeta]) -> Known {
    let prefix = repository_prefix(&asked.project.root);
    let mut judged: Vec<(&Entry, &String)> = baseline
        .entries
        .iter()
        .filter(|(_, entry)| asked.is_whole() && is_judged(asked, entry, &prefix, rules))
        .map(|(fingerprint, entry)| (entry, fingerprint))
        .collect();
    judged.sort();
    let named = judged.into_iter().map(|(Entry { file, rule, text }, fingerprint)| Stale {
        fingerprint: fingerprint.clone(),
        rule: rule.clone(),
        file: file.clone(),
        text: text.clone(),
    });
    Known { fingerprints: baseline.entries.keys().cloned().collect(), judged: named.collect() }
}

/// Whether a run of everything would find what an entry is about, if its file can be read or has gone.
fn is_judged(asked: &Asked<'_>, entry: &Entry, prefix: &str, rules: &[&RuleMeta]) -> bool {
    let Some(path) = entry.file.strip_prefix(prefix) else { return false };
    let Asked { project, scope, .. } = *asked;
    // A rule that is no more finds nothing.
    let ran = (asked.options.meta(&entry.rule))
        .is_none_or(|meta| asked.rule_ran(rules, meta) && scope.is_on_in(meta, path));
    let in_scope = project.scope.as_ref().is_none_or(|scope| is_below(path, scope));
    ran && in_scope && asked.is_named(path) && scope.reports(path)
}
