//! Which apps a shard has, and what all shards of a run have in common.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::config::Layer;
use crate::diagnostic::Severity;
use crate::project::App;
use crate::report::{AppShare, OwnRule, RunShare, SHARE_FORMAT, Share};
use crate::rules::{RuleMeta, rule};

use super::fingerprint::{digest, repository_prefix};
use super::inputs::Asked;
use super::sources::Sources;
use super::{idle, stale};

/// A part of the apps: the `index`th, from 1, of `of` parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub index: u32,
    /// Of how many.
    pub of: u32,
}

/// The apps of a shard, by their place in the project: the large ones first, each goes to the shard that has least.
///
/// An app weighs as many entries as it has, up to the next power of two and 16 at least, so that one more seldom moves
/// anything.
pub(super) fn members(apps: &[Arc<App>], shard: Option<Shard>) -> Vec<usize> {
    let Some(Shard { index, of }) = shard else { return (0..apps.len()).collect() };
    let weight = |app: &Arc<App>| app.entries.len().max(16).next_power_of_two();
    let mut order: Vec<usize> = (0..apps.len()).collect();
    order.sort_by_key(|&app| (Reverse(weight(&apps[app])), app));
    // More shards than apps stay empty, however many are asked for.
    let filled = apps.len().min(usize::try_from(of).unwrap_or(usize::MAX));
    let mut loads = vec![0; filled];
    let mut mine = Vec::new();
    for app in order {
        let least = loads.iter().enumerate().min_by_key(|&(shard, load)| (*load, shard));
        let Some(least) = least.map(|(shard, _)| shard) else { break };
        loads[least] += weight(&apps[app]);
        if u32::try_from(least + 1) == Ok(index) {
            mine.push(app);
        }
    }
    mine.sort_unstable();
    mine
}

/// What all shards of a run have in common.
pub(super) fn run(asked: Asked<'_>, rules: &[&'static RuleMeta]) -> RunShare {
    let Asked { options, scope, project, .. } = asked;
    let base = project.root.join(project.scope.as_deref().unwrap_or_default());
    let unread = project.warnings.iter().map(|w| format!("{}: {}", project.display(&w.file), w.message));
    RunShare {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        root: options.paths.first().map_or_else(|| ".".to_owned(), |path| path.display().to_string()),
        prefix: repository_prefix(&base),
        settings: settings(asked),
        tree: tree(asked),
        apps: project.apps.iter().map(|app| app.root.clone()).collect(),
        rules: rules.iter().map(|meta| meta.id.to_owned()).collect(),
        own: rules.iter().filter(|meta| rule(meta.id).is_none()).map(|meta| own(meta)).collect(),
        chosen: !options.only.is_empty(),
        min_confidence: options.min_confidence,
        layers: scope.shared(project),
        fails_at: Some(Severity::Error),
        warnings: unread.chain(idle::globs(&asked)).chain(scope.unread(project)).collect(),
        packages: idle::packages(&asked),
        baseline: options.baseline.as_ref().map(|baseline| stale::known(&asked, baseline, rules)),
    }
}

/// The report's part that `routelint merge` needs.
pub(super) fn share(shard: Shard, run: &RunShare, sources: &Sources, apps: &[AppShare]) -> Share {
    Share {
        format: SHARE_FORMAT,
        index: shard.index,
        of: shard.of,
        run: run.clone(),
        sources: sources.shared(),
        apps: apps.to_vec(),
        duration_ms: 0,
    }
}

fn own(meta: &RuleMeta) -> OwnRule {
    OwnRule {
        id: meta.id.to_owned(),
        title: meta.title.to_owned(),
        family: meta.family.to_owned(),
        severity: meta.severity,
        confidence: meta.confidence,
        since: meta.since.to_owned(),
        page: meta.page.to_owned(),
    }
}

/// A digest of everything that is decided for a run, without what differs from machine to machine.
fn settings(asked: Asked<'_>) -> String {
    let Asked { options, project, .. } = asked;
    let mut text = format!(
        "{:?}\n{:?}\n{:?}\n{}\n{:?}\n",
        options.target, options.only, options.skip, options.max_file_size, options.catalogue
    );
    // A string takes whatever is written.
    for mention in &options.mentions {
        _ = writeln!(text, "{:?}", mention.text);
    }
    for Layer { target, plan, choices, .. } in &options.layers {
        _ = writeln!(text, "{target:?} {plan:?} {choices:?}");
    }
    for rule in options.custom.iter() {
        _ = writeln!(text, "{:?}", rule.meta);
    }
    for path in asked.named.iter().chain(options.changed.iter().flatten()) {
        _ = writeln!(text, "{}", path.strip_prefix(&project.root).unwrap_or(path).display());
    }
    _ = writeln!(text, "{:?} {:?}", project.only, options.changed.is_some());
    digest(&text)
}

/// A digest of the tree: its files' names, and the apps with their targets.
fn tree(asked: Asked<'_>) -> String {
    let mut text = String::new();
    for (_, path) in asked.project.files.iter() {
        text.push_str(path);
        text.push('\0');
    }
    for app in &asked.project.apps {
        _ = writeln!(text, "{} {}", app.root, app.target.target.as_str());
    }
    digest(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{EntryFile, EntryKind, Framework, NextConfig, Platform, Target, TargetChoice};
    use crate::span::FileId;

    fn app(root: &str, entries: usize) -> Arc<App> {
        let entry = EntryFile { file: FileId(0), kind: EntryKind::AppRoute, url: String::new() };
        Arc::new(App {
            root: root.to_owned(),
            framework: Framework::Next,
            version: None,
            target: TargetChoice { target: Target::Vercel, assumed: false, evidence: Vec::new() },
            plan: None,
            config: NextConfig::default(),
            platform: Platform::default(),
            entries: vec![entry; entries],
            hook_dirs: Vec::new(),
            bystanders: Vec::new(),
        })
    }

    fn split(apps: &[Arc<App>], of: u32) -> Vec<Vec<usize>> {
        (1..=of).map(|index| members(apps, Some(Shard { index, of }))).collect()
    }

    #[test]
    fn every_app_is_in_one_shard_and_large_ones_apart() {
        let mut apps: Vec<Arc<App>> = (0..60).map(|n| app(&format!("apps/{n:02}"), n % 7)).collect();
        apps[31] = app("apps/31", 900);
        for of in [1, 2, 7, 60, 61, 1000] {
            let shards = split(&apps, of);
            let mut all = shards.concat();
            all.sort_unstable();
            assert_eq!(all, (0..60).collect::<Vec<_>>(), "{of}");
        }
        let shards = split(&apps, 4);
        assert!(shards.contains(&vec![31]), "{shards:?}");
        let sizes: Vec<usize> = shards.iter().map(Vec::len).filter(|&size| size > 1).collect();
        assert!(sizes.iter().all(|&size| (19..=20).contains(&size)), "{sizes:?}");
        assert_eq!(members(&apps, Some(Shard { index: u32::MAX, of: u32::MAX })), [] as [usize; 0]);
        assert_eq!(members(&[], Some(Shard { index: 1, of: 3 })), [] as [usize; 0]);
    }

    #[test]
    fn a_new_file_seldom_moves_an_app() {
        let apps: Vec<Arc<App>> = [40, 15, 3, 0].iter().map(|&n| app("a", n)).collect();
        let more: Vec<Arc<App>> = [41, 16, 4, 1].iter().map(|&n| app("a", n)).collect();
        assert_eq!(split(&apps, 3), split(&more, 3));
    }
}
