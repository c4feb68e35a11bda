//! The modules of a picture: which are shown, and which arrows lead to and between them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::graph_entries::{Entry, FoundIn};
use super::imports::{ImportGraph, way};
use super::style::count;

/// Files with findings that are shown; the others are counted.
const FOUND: usize = 24;
/// Other modules beside them.
const BESIDE: usize = 10;
/// Of these, modules that lie on no way but are loaded by several routes, if there are many routes: each is an arrow
/// from most of them.
const SHARED: usize = 3;
/// Up to so many routes, a module on the way of one of them is shown too.
const FEW: usize = 12;

/// The modules that are shown, and what each loads of the others.
pub(super) struct Modules<'a> {
    /// Files with findings, worst first.
    pub(super) found: Vec<FoundIn<'a>>,
    /// Files without, by index in the graph: on ways to findings, then loaded by several routes.
    pub(super) beside: Vec<u32>,
    /// What is left out, in words.
    pub(super) left_out: Vec<String>,
    /// For each file of the graph, whether it is shown.
    shown: Vec<bool>,
    /// The shown modules that each shown module loads, without what another arrow says already.
    arrows: BTreeMap<u32, BTreeSet<u32>>,
}

impl<'a> Modules<'a> {
    pub(super) fn new(entries: &[Entry<'_>], mut found: Vec<FoundIn<'a>>, imports: &ImportGraph) -> Self {
        let mut left_out = Vec::new();
        found.sort_by_key(|file| Reverse(rank(file)));
        let rest: usize = found.iter().skip(FOUND).map(|file| file.found.len()).sum();
        if rest > 0 {
            let files = count(found.len() - FOUND, "module");
            left_out.push(format!("{} in {files}", count(rest, "finding")));
        }
        found.truncate(FOUND);
        let mut shown = vec![false; imports.files.len()];
        let mut show = |file: u32| shown.get_mut(file as usize).into_iter().for_each(|shown| *shown = true);
        found.iter().filter_map(|file| file.at).for_each(&mut show);
        let (beside, more) = beside(entries, &found, imports);
        beside.iter().copied().for_each(&mut show);
        if more > 0 {
            left_out
                .push(format!("{} on ways to findings or loaded by several routes", count(more, "module")));
        }
        let mut modules = Self { found, beside, left_out, shown, arrows: BTreeMap::new() };
        let nodes = modules.found.iter().filter_map(|file| file.at).chain(modules.beside.iter().copied());
        let mut arrows: BTreeMap<u32, BTreeSet<u32>> =
            nodes.map(|file| (file, modules.first_shown(file, imports))).collect();
        reduce(&mut arrows, imports);
        modules.arrows = arrows;
        modules
    }

    /// The shown modules that a file loads, itself or through modules that are not shown.
    fn first_shown(&self, from: u32, imports: &ImportGraph) -> BTreeSet<u32> {
        let mut seen = vec![false; imports.files.len()];
        let mut first = BTreeSet::new();
        let mut open = vec![from];
        while let Some(file) = open.pop() {
            for &next in imports.imports_of(file) {
                let Some(seen) = seen.get_mut(next as usize).filter(|seen| !**seen) else { continue };
                *seen = true;
                if self.shown.get(next as usize) == Some(&true) {
                    first.insert(next);
                } else {
                    open.push(next);
                }
            }
        }
        first.remove(&from);
        first
    }

    /// The shown modules that a route loads, without those that the arrows from one of them lead to.
    pub(super) fn of_route(&self, file: u32, imports: &ImportGraph) -> BTreeSet<u32> {
        let mut arrows = self.arrows.clone();
        let first = self.first_shown(file, imports);
        let mut kept = first.clone();
        for &to in &first {
            kept.remove(&to);
            arrows.insert(file, kept.clone());
            if path(&arrows, file, to).is_none() {
                kept.insert(to);
            }
        }
        kept
    }

    /// The shown modules that a shown module loads.
    pub(super) fn of_module(&self, file: u32) -> impl Iterator<Item = u32> + '_ {
        self.arrows.get(&file).into_iter().flatten().copied()
    }

    /// A shortest way along the arrows.
    pub(super) fn way(&self, first: &BTreeSet<u32>, to: u32) -> Option<Vec<u32>> {
        let ways = first.iter().filter_map(|&from| path(&self.arrows, from, to));
        ways.min_by_key(Vec::len)
    }
}

/// How much a file with findings matters: severity, routes, findings.
fn rank(file: &FoundIn<'_>) -> impl Ord + use<> {
    let worst = file.found.iter().map(|found| found.severity).max();
    let routes = file.found.iter().flat_map(|found| &found.routes).collect::<BTreeSet<_>>().len();
    (worst, routes, file.found.len(), Reverse(file.file.to_owned()))
}

/// The modules without findings that are shown, and how many might have been.
fn beside(entries: &[Entry<'_>], found: &[FoundIn<'_>], imports: &ImportGraph) -> (Vec<u32>, usize) {
    let mut on_way: BTreeMap<u32, usize> = BTreeMap::new();
    let mut loading = vec![0_usize; imports.files.len()];
    let routes: BTreeSet<u32> = entries.iter().filter_map(|entry| entry.file).collect();
    let with: BTreeSet<u32> = found.iter().filter_map(|file| file.at).collect();
    for entry in entries {
        let ways = entry.runs.iter().filter(|to| with.contains(to)).filter_map(|&to| way(&entry.before, to));
        for file in ways.flatten().collect::<BTreeSet<u32>>() {
            *on_way.entry(file).or_default() += 1;
        }
        for (loading, before) in loading.iter_mut().zip(&entry.before) {
            *loading += usize::from(before.is_some());
        }
    }
    let least = if entries.len() <= FEW { 1 } else { 2 };
    let other = |file: &u32| !routes.contains(file) && !with.contains(file);
    let mut ways: Vec<(Reverse<usize>, u32)> = on_way
        .into_iter()
        .filter(|&(_, number)| number >= least)
        .map(|(file, n)| (Reverse(n), file))
        .collect();
    ways.retain(|(_, file)| other(file));
    ways.sort_unstable();
    let known: BTreeSet<u32> = ways.iter().map(|&(_, file)| file).collect();
    let shared = (0_u32..).zip(loading).filter(|&(_, number)| number > 1);
    let mut shared: Vec<_> = shared.map(|(file, number)| (Reverse(number), file)).collect();
    shared.retain(|(_, file)| other(file) && !known.contains(file));
    shared.sort_unstable();
    let all = ways.len() + shared.len();
    shared.truncate(if entries.len() <= FEW { BESIDE } else { SHARED });
    let beside: Vec<u32> = ways.into_iter().chain(shared).take(BESIDE).map(|(_, file)| file).collect();
    let more = all - beside.len();
    (beside, more)
}

/// Takes out every arrow that the others make up for; those that no import stands for first.
fn reduce(arrows: &mut BTreeMap<u32, BTreeSet<u32>>, imports: &ImportGraph) {
    let direct = |from, to| imports.imports_of(from).contains(&to);
    let mut all: Vec<(bool, u32, u32)> = arrows
        .iter()
        .flat_map(|(&from, to)| to.iter().map(move |&to| (direct(from, to), from, to)))
        .collect();
    all.sort_unstable();
    for (_, from, to) in all {
        arrows.entry(from).or_default().remove(&to);
        if path(arrows, from, to).is_none() {
            arrows.entry(from).or_default().insert(to);
        }
    }
}

/// A shortest way along arrows, both ends included.
fn path(arrows: &BTreeMap<u32, BTreeSet<u32>>, from: u32, to: u32) -> Option<Vec<u32>> {
    let mut before = BTreeMap::from([(from, from)]);
    let mut open = std::collections::VecDeque::from([from]);
    while let Some(file) = open.pop_front() {
        if file == to {
            let step = |file: &u32| before.get(file).copied().filter(|it| it != file);
            let mut way: Vec<u32> = std::iter::successors(Some(to), step).collect();
            way.reverse();
            return Some(way);
        }
        for &next in arrows.get(&file).into_iter().flatten() {
            if let std::collections::btree_map::Entry::Vacant(place) = before.entry(next) {
                place.insert(file);
                open.push_back(next);
            }
        }
    }
    None
}
