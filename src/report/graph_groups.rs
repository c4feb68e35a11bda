//! The routes of a picture, folded until there are few enough to read.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Severity;

use super::graph_entries::Entry;
use super::model::AppReport;

/// Nodes for routes.
const MOST: usize = 40;

/// Routes that are one node.
pub(super) struct RouteGroup {
    pub(super) app: usize,
    /// By index in the entries, ascending.
    pub(super) members: Vec<usize>,
    /// The beginning that all their paths have in common: `/api/users`; `None` for what is left of several folders.
    pub(super) name: Option<String>,
}

/// How routes are put together: those of a folder so many segments deep, and alike in what.
#[derive(Clone, Copy)]
struct Fold {
    depth: usize,
    alike: Alike,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Alike {
    /// They load the same shown modules, and have findings of the same rules.
    Reach,
    /// They have findings of the same rules.
    Rules,
    Nothing,
}

/// Each route by itself, or else the finest folding of which there are few enough.
pub(super) fn groups(entries: &[Entry<'_>], reach: &[BTreeSet<u32>], apps: &[AppReport]) -> Vec<RouteGroup> {
    let paths: Vec<Vec<&str>> = entries.iter().map(|entry| segments(entry, apps)).collect();
    if entries.len() <= MOST {
        let alone = |(index, entry): (usize, &Entry<'_>)| group(entry.app, vec![index], &paths);
        return entries.iter().enumerate().map(alone).collect();
    }
    let finer = (2..=6).rev().map(|depth| Fold { depth, alike: Alike::Reach });
    let coarser = [(3, Alike::Rules), (2, Alike::Rules), (2, Alike::Nothing)];
    let coarser = coarser.into_iter().map(|(depth, alike)| Fold { depth, alike });
    let mut last = Vec::new();
    for fold in finer.chain(coarser) {
        last = harmless_together(folded(entries, reach, &paths, fold), entries, reach, &paths);
        if last.len() <= MOST {
            return last;
        }
    }
    rest_together(last, entries, &paths)
}

/// The groups of an app that run into no finding are one if they load the same shown modules.
fn harmless_together(
    groups: Vec<RouteGroup>,
    entries: &[Entry<'_>],
    reach: &[BTreeSet<u32>],
    paths: &[Vec<&str>],
) -> Vec<RouteGroup> {
    let finds = |&index: &usize| {
        entries.get(index).is_some_and(|entry| !entry.own.is_empty() || !entry.runs.is_empty())
    };
    let (mut kept, harmless): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|group| group.members.iter().any(finds));
    let loads = |group: &RouteGroup| {
        let of_members = group.members.iter().filter_map(|&index| reach.get(index));
        of_members.flatten().copied().collect::<BTreeSet<u32>>()
    };
    let mut alike: BTreeMap<(usize, BTreeSet<u32>), Vec<RouteGroup>> = BTreeMap::new();
    for group in harmless {
        alike.entry((group.app, loads(&group))).or_default().push(group);
    }
    kept.extend(alike.into_iter().map(|((app, _), groups)| joined(app, groups, paths)));
    kept.sort_by_key(|group| (group.app, group.members.first().copied()));
    kept
}

/// The routes of each app by folder, and by what they have to be alike in.
fn folded(
    entries: &[Entry<'_>],
    reach: &[BTreeSet<u32>],
    paths: &[Vec<&str>],
    fold: Fold,
) -> Vec<RouteGroup> {
    let nothing = BTreeSet::new();
    let mut found: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let path = paths.get(index).map_or(&[][..], Vec::as_slice);
        let reach = reach.get(index).filter(|_| fold.alike == Alike::Reach).unwrap_or(&nothing);
        let rules: BTreeSet<&str> = match fold.alike {
            Alike::Nothing => BTreeSet::new(),
            Alike::Reach | Alike::Rules => entry.own.iter().map(|found| found.rule.id).collect(),
        };
        let key = (entry.app, answers(entry), &path[..path.len().min(fold.depth)], rules, reach);
        found.entry(key).or_default().push(index);
    }
    found.into_iter().map(|((app, ..), members)| group(app, members, paths)).collect()
}

/// Groups of an app as one.
fn joined(app: usize, groups: Vec<RouteGroup>, paths: &[Vec<&str>]) -> RouteGroup {
    let folders = groups.len();
    let mut members: Vec<usize> = groups.into_iter().flat_map(|group| group.members).collect();
    members.sort_unstable();
    match folders {
        1 => group(app, members, paths),
        _ => RouteGroup { app, members, name: None },
    }
}

/// The most important stay; of each app, the others are one.
fn rest_together(groups: Vec<RouteGroup>, entries: &[Entry<'_>], paths: &[Vec<&str>]) -> Vec<RouteGroup> {
    let mut ranked: Vec<(_, RouteGroup)> =
        groups.into_iter().map(|group| (rank(&group, entries), group)).collect();
    ranked.sort_by(|(a, _), (b, _)| b.cmp(a));
    let apps = ranked.iter().map(|(_, group)| group.app).collect::<BTreeSet<usize>>().len();
    let mut rest: BTreeMap<usize, Vec<RouteGroup>> = BTreeMap::new();
    for (_, group) in ranked.split_off(MOST.saturating_sub(apps).min(ranked.len())) {
        rest.entry(group.app).or_default().push(group);
    }
    let mut kept: Vec<RouteGroup> = ranked.into_iter().map(|(_, group)| group).collect();
    kept.extend(rest.into_iter().map(|(app, groups)| joined(app, groups, paths)));
    kept.sort_by_key(|group| (group.app, group.members.first().copied()));
    kept
}

fn rank(group: &RouteGroup, entries: &[Entry<'_>]) -> impl Ord + use<> {
    let members = || group.members.iter().filter_map(|&index| entries.get(index));
    let worst: Option<Severity> = members().flat_map(|entry| &entry.own).map(|found| found.severity).max();
    let found: usize = members().map(|entry| entry.own.len() + entry.runs.len()).sum();
    (worst, found, group.members.len(), Reverse(group.members.first().copied()))
}

fn group(app: usize, members: Vec<usize>, paths: &[Vec<&str>]) -> RouteGroup {
    let mut of_members = members.iter().filter_map(|&index| paths.get(index));
    let mut common: &[&str] = of_members.next().map_or(&[], Vec::as_slice);
    for path in of_members {
        let same = common.iter().zip(path).take_while(|(a, b)| a == b).count();
        common = &common[..same];
    }
    RouteGroup { app, name: Some(common.join("/")), members }
}

/// Whether a route answers requests to its path; what else there is has a file instead.
fn answers(entry: &Entry<'_>) -> bool {
    entry.route.path.starts_with('/')
}

/// The segments of a path; those of a file begin at the app's folder. A slash before the first stays with it.
fn segments<'a>(entry: &Entry<'a>, apps: &[AppReport]) -> Vec<&'a str> {
    let path = entry.route.path.as_str();
    let root = apps.get(entry.app).map_or("", |app| app.root.as_str());
    let path = below(path, root).unwrap_or(path);
    let Some((first, rest)) =
        path.char_indices().skip(1).find(|&(_, c)| c == '/').map(|(at, _)| path.split_at(at))
    else {
        return vec![path];
    };
    std::iter::once(first).chain(rest.split('/').skip(1)).collect()
}

/// A file's path below a folder.
pub(super) fn below<'a>(file: &'a str, root: &str) -> Option<&'a str> {
    if root == "." {
        return (!file.starts_with("../")).then_some(file);
    }
    file.strip_prefix(root)?.strip_prefix('/')
}
