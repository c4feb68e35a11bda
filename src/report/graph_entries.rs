//! The routes of a picture: what each loads, and which findings it runs into.

use std::collections::BTreeMap;

use super::imports::ImportGraph;
use super::model::{Diagnostic, Report, RouteReport};

/// A route, with what a picture asks of it.
pub(super) struct Entry<'a> {
    /// Its app, by index in the report.
    pub(super) app: usize,
    pub(super) route: &'a RouteReport,
    /// Its file, by index in the graph.
    pub(super) file: Option<u32>,
    /// As in [`ImportGraph::before`].
    pub(super) before: Vec<Option<u32>>,
    /// Findings in its own file.
    pub(super) own: Vec<&'a Diagnostic>,
    /// Files of other findings that it runs into, by index in the graph, ascending, each once.
    pub(super) runs: Vec<u32>,
}

impl Entry<'_> {
    /// Whether loading the route loads a file.
    pub(super) fn loads(&self, file: u32) -> bool {
        self.before.get(file as usize).is_some_and(Option::is_some)
    }
}

/// The findings in a file that is no route's.
pub(super) struct FoundIn<'a> {
    pub(super) file: &'a str,
    /// By index in the graph; `None` for a file that nothing loads.
    pub(super) at: Option<u32>,
    pub(super) found: Vec<&'a Diagnostic>,
}

/// The routes in the order of the report, and the files of findings that are no routes, by path.
pub(super) fn entries<'a>(report: &'a Report, imports: &ImportGraph) -> (Vec<Entry<'a>>, Vec<FoundIn<'a>>) {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (app, of) in report.apps.iter().enumerate() {
        entries.extend(of.routes.iter().map(|route| entry(app, route, imports)));
    }
    let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        by_file.entry(&entry.route.file).or_default().push(index);
        by_path.entry(&entry.route.path).or_default().push(index);
    }
    let mut found: BTreeMap<&str, FoundIn<'_>> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        let file = diagnostic.place.file.as_str();
        let named = |entry: &Entry<'_>| diagnostic.routes.contains(&entry.route.path);
        let at = imports.index(file);
        let own = by_file.get(file).map_or(&[][..], Vec::as_slice);
        // Of several routes in a file, those that the finding names; all, if it names none.
        let some = own.iter().any(|&index| entries.get(index).is_some_and(named));
        for &index in own {
            if let Some(entry) = entries.get_mut(index).filter(|entry| !some || named(entry)) {
                entry.own.push(diagnostic);
            }
        }
        if own.is_empty() {
            found
                .entry(file)
                .or_insert_with(|| FoundIn { file, at, found: Vec::new() })
                .found
                .push(diagnostic);
        }
        // Routes of several apps may have the same path: those that do not load the file are not meant.
        let paths = diagnostic.routes.iter().filter_map(|path| by_path.get(path.as_str())).flatten();
        for &index in paths {
            if let (Some(at), Some(entry)) = (at, entries.get_mut(index))
                && entry.route.file != file
                && entry.loads(at)
            {
                entry.runs.push(at);
            }
        }
    }
    for entry in &mut entries {
        entry.runs.sort_unstable();
        entry.runs.dedup();
    }
    (entries, found.into_values().collect())
}

fn entry<'a>(app: usize, route: &'a RouteReport, imports: &ImportGraph) -> Entry<'a> {
    let file = imports.index(&route.file);
    let before = file.map_or_else(Vec::new, |file| imports.before(file));
    Entry { app, route, file, before, own: Vec::new(), runs: Vec::new() }
}
