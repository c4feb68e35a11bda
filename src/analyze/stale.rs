//! Entries of the baseline that no finding needs any more.

use rustc_hash::FxHashSet;

use crate::baseline::{Baseline, Entry};
use crate::report::Stale;
use crate::rules::RuleMeta;

use super::fingerprint::repository_prefix;
use super::inputs::{Inputs, is_below};

/// The entries without a finding, as far as their rules and files were looked at, by file. Runs that are about some
/// files only have none.
pub(super) fn entries(
    inputs: &Inputs<'_>,
    baseline: &Baseline,
    found: &FxHashSet<&str>,
    rules: &[&RuleMeta],
) -> Vec<Stale> {
    if !inputs.is_whole() {
        return Vec::new();
    }
    let prefix = repository_prefix(&inputs.project.root);
    let gone = baseline.entries.iter().filter(|(fingerprint, _)| !found.contains(fingerprint.as_str()));
    let mut stale: Vec<(&Entry, &String)> = gone
        .filter(|(_, entry)| is_judged(inputs, entry, &prefix, rules))
        .map(|(fingerprint, entry)| (entry, fingerprint))
        .collect();
    stale.sort();
    let named = stale.into_iter().map(|(Entry { file, rule, text }, fingerprint)| Stale {
        fingerprint: fingerprint.clone(),
        rule: rule.clone(),
        file: file.clone(),
        text: text.clone(),
    });
    named.collect()
}

/// Whether this run would have found what an entry is about: its rule ran, and its file was read or has gone.
fn is_judged(inputs: &Inputs<'_>, entry: &Entry, prefix: &str, rules: &[&RuleMeta]) -> bool {
    let Some(path) = entry.file.strip_prefix(prefix) else { return false };
    let project = inputs.project;
    // A rule that is no more finds nothing.
    let ran = (inputs.options.meta(&entry.rule))
        .is_none_or(|meta| inputs.rule_ran(rules, meta) && inputs.scope.is_on_in(meta, path));
    let in_scope = project.scope.as_ref().is_none_or(|scope| is_below(path, scope));
    let readable = project.files.get(path).is_none_or(|file| {
        let skipped = inputs.loaded.skipped.iter().any(|(skipped, _)| *skipped == file);
        let unreadable = inputs.loaded.unreadable.iter().any(|(unreadable, _)| *unreadable == file);
        let broken = inputs.program.module(file).is_some_and(|m| m.facts.problems.iter().any(|p| p.fatal));
        !skipped && !unreadable && !broken
    });
    ran && in_scope && readable && inputs.is_named(path) && inputs.scope.reports(path)
}
