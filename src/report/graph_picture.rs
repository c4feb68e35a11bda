//! What of a project is drawn, and what only counted: a picture of thousands of nodes helps nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Severity;

use super::graph::{Arrow, Kind, Node, Picture};
use super::graph_entries::{Entry, entries};
use super::graph_groups::{RouteGroup, below, groups};
use super::graph_modules::Modules;
use super::imports::ImportGraph;
use super::model::{Diagnostic, Report};
use super::style::count;

/// Arrows that are drawn at most; Mermaid draws 500.
const ARROWS: usize = 400;
/// Letters of a line before a path is put on two.
const LINE: usize = 40;

/// The picture of a project.
pub(super) fn picture(report: &Report, imports: &ImportGraph) -> Picture {
    let (entries, found) = entries(report, imports);
    let modules = Modules::new(&entries, found, imports);
    let reach: Vec<BTreeSet<u32>> = entries
        .iter()
        .map(|entry| entry.file.map_or_else(BTreeSet::new, |file| modules.of_route(file, imports)))
        .collect();
    let groups = groups(&entries, &reach, &report.apps);
    let mut draft = Draft::new(report);
    draft.routes(&groups, &entries);
    draft.modules(&modules, imports);
    let folded = entries.len() - groups.iter().filter(|group| group.members.len() == 1).count();
    let mut left_out = modules.left_out.clone();
    let arrows = arrows(&draft, &groups, &entries, &reach, &modules);
    let more = draft.draw(arrows);
    if more > 0 {
        left_out.push(count(more, "arrow"));
    }
    draft.picture.notes = notes(report, folded, &left_out);
    draft.picture
}

/// A picture in the making.
struct Draft<'a> {
    report: &'a Report,
    picture: Picture,
    /// The box of each app that has one.
    boxes: BTreeMap<usize, usize>,
    /// The node of each module that is shown.
    files: BTreeMap<u32, usize>,
}

impl<'a> Draft<'a> {
    fn new(report: &'a Report) -> Self {
        Self { report, picture: Picture::default(), boxes: BTreeMap::new(), files: BTreeMap::new() }
    }

    fn add(&mut self, node: Node) -> usize {
        self.picture.nodes.push(node);
        self.picture.nodes.len() - 1
    }

    /// The box of an app.
    fn inside(&mut self, app: usize) -> Option<usize> {
        let of = self.report.apps.get(app)?;
        Some(*self.boxes.entry(app).or_insert_with(|| {
            self.picture.boxes.push(format!("{} ({} → {})", of.root, of.framework, of.target));
            self.picture.boxes.len() - 1
        }))
    }

    fn routes(&mut self, groups: &[RouteGroup], entries: &[Entry<'_>]) {
        for group in groups {
            let members: Vec<&Entry<'_>> = group.members.iter().filter_map(|&at| entries.get(at)).collect();
            let mut lines = match members.as_slice() {
                [one] => alone(group, one),
                _ => together(group, &members),
            };
            let own: BTreeMap<*const Diagnostic, &Diagnostic> =
                members.iter().flat_map(|entry| &entry.own).map(|&it| (std::ptr::from_ref(it), it)).collect();
            let (found, worst) = found_lines(own.values().copied());
            lines.extend(found);
            let inside = self.inside(group.app);
            self.add(Node { kind: Kind::Route, inside, lines, worst });
        }
    }

    fn modules(&mut self, modules: &Modules<'_>, imports: &ImportGraph) {
        let mut packages: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for file in &modules.found {
            let (lines, worst) = found_lines(file.found.iter().copied());
            let node = self.module(file.file, lines, worst);
            let Some(at) = file.at else { continue };
            self.files.insert(at, node);
            for package in package_of(&file.found, imports.packages_of(at)) {
                packages.entry(package).or_default().push(node);
            }
        }
        for &at in &modules.beside {
            let node = self.module(imports.file(at), Vec::new(), None);
            self.files.insert(at, node);
        }
        for (package, nodes) in packages {
            let lines = vec![package.to_owned()];
            let to = self.add(Node { kind: Kind::Package, inside: None, lines, worst: None });
            self.picture.arrows.extend(nodes.into_iter().map(|from| Arrow { from, to, way: true }));
        }
    }

    /// The node of a module, in the box of the innermost app whose folder it lies in.
    fn module(&mut self, file: &str, found: Vec<String>, worst: Option<Severity>) -> usize {
        let apps = self.report.apps.iter().enumerate();
        let around = apps.filter_map(|(index, app)| Some((below(file, &app.root)?, index)));
        let around = around.min_by_key(|(rest, _)| rest.len());
        let inside = around.and_then(|(_, app)| self.boxes.get(&app).copied());
        let mut lines = path_lines(around.map_or(file, |(rest, _)| rest));
        lines.extend(found);
        self.add(Node { kind: Kind::Module, inside, lines, worst })
    }

    /// Adds the arrows, those on ways first; returns how many there is no room for.
    fn draw(&mut self, arrows: BTreeMap<(usize, usize), bool>) -> usize {
        let mut arrows: Vec<Arrow> =
            arrows.into_iter().map(|((from, to), way)| Arrow { from, to, way }).collect();
        arrows.sort_by_key(|arrow| !arrow.way);
        let more = arrows.len().saturating_sub(ARROWS);
        arrows.truncate(ARROWS);
        self.picture.arrows.extend(arrows);
        self.picture.arrows.sort_by_key(|arrow| (arrow.from, arrow.to));
        more
    }
}

/// The arrows by their ends, and whether each lies on a way to a finding that a route runs into.
fn arrows(
    draft: &Draft<'_>,
    groups: &[RouteGroup],
    entries: &[Entry<'_>],
    reach: &[BTreeSet<u32>],
    modules: &Modules<'_>,
) -> BTreeMap<(usize, usize), bool> {
    let mut arrows: BTreeMap<(usize, usize), bool> = BTreeMap::new();
    let node = |file: &u32| draft.files.get(file).copied();
    for (&file, &from) in &draft.files {
        arrows.extend(modules.of_module(file).filter_map(|to| Some(((from, node(&to)?), false))));
    }
    // The nodes of routes are the first.
    for (from, group) in groups.iter().enumerate() {
        let none = BTreeSet::new();
        for &member in &group.members {
            let first = reach.get(member).unwrap_or(&none);
            for to in first.iter().filter_map(node) {
                arrows.entry((from, to)).or_default();
            }
            let runs = entries.get(member).map_or(&[][..], |entry| &entry.runs);
            for way in runs.iter().filter_map(|&to| modules.way(first, to)) {
                let nodes: Vec<usize> = std::iter::once(from).chain(way.iter().filter_map(node)).collect();
                arrows.extend(
                    nodes.windows(2).filter_map(|ends| Some(((*ends.first()?, *ends.last()?), true))),
                );
            }
        }
    }
    arrows
}

fn alone(group: &RouteGroup, entry: &Entry<'_>) -> Vec<String> {
    let mut lines = path_lines(group.name.as_deref().unwrap_or(&entry.route.path));
    if !entry.route.methods.is_empty() {
        lines.push(entry.route.methods.join(", "));
    }
    lines
}

/// The folder of routes, and how many there are.
fn together(group: &RouteGroup, members: &[&Entry<'_>]) -> Vec<String> {
    let all = |what: fn(&Entry<'_>) -> bool| members.iter().all(|entry| what(entry));
    let number = members.len();
    let words = if all(|entry| entry.route.path.starts_with('/')) {
        count(number, "route")
    } else if all(|entry| entry.route.kind == "server-action") {
        format!("{number} files of actions")
    } else {
        format!("{number} entries")
    };
    let name =
        group.name.as_ref().map(|name| format!("{name}{}", if name.ends_with('/') { "…" } else { "/…" }));
    // Routes of several folders have no name: they are what is left beside the others.
    let finds = |entry: &&Entry<'_>| !entry.own.is_empty() || !entry.runs.is_empty();
    let words = match (&name, members.iter().any(finds)) {
        (Some(_), _) => words,
        (None, true) => format!("{words} of other folders"),
        (None, false) => format!("{words} without findings"),
    };
    name.into_iter().chain([words]).collect()
}

/// `warning: lost-work × 3` for each rule, and the worst severity.
fn found_lines<'a>(found: impl Iterator<Item = &'a Diagnostic>) -> (Vec<String>, Option<Severity>) {
    let mut counts: BTreeMap<(std::cmp::Reverse<Severity>, &str), usize> = BTreeMap::new();
    for diagnostic in found {
        *counts.entry((std::cmp::Reverse(diagnostic.severity), diagnostic.rule.id)).or_default() += 1;
    }
    let worst = counts.keys().map(|(severity, _)| severity.0).max();
    let line = |((severity, rule), number): ((std::cmp::Reverse<Severity>, &str), usize)| {
        let times = if number > 1 { format!(" × {number}") } else { String::new() };
        format!("{}: {rule}{times}", severity.0.as_str())
    };
    (counts.into_iter().map(line).collect(), worst)
}

/// The package that findings are about, if the file loads only one besides Next.js, React and Node's own, or they
/// name it.
fn package_of<'a>(found: &[&Diagnostic], packages: &'a [String]) -> Vec<&'a str> {
    let frame = |name: &&str| {
        matches!(*name, "next" | "react" | "react-dom" | "server-only") || name.starts_with("node:")
    };
    let named = |package: &&str| found.iter().any(|it| it.message.contains(&format!("`{package}`")));
    let others: Vec<&str> = packages.iter().map(String::as_str).filter(|name| !frame(name)).collect();
    match others.as_slice() {
        [_] => others,
        _ => packages.iter().map(String::as_str).filter(named).collect(),
    }
}

/// A path on one line, or its folder and its name if that is long.
fn path_lines(path: &str) -> Vec<String> {
    match path.rsplit_once('/') {
        Some((folder, name)) if path.chars().count() > LINE => vec![format!("{folder}/"), name.to_owned()],
        _ => vec![path.to_owned()],
    }
}

/// What a reader has to know.
fn notes(report: &Report, folded: usize, left_out: &[String]) -> Vec<String> {
    let routes: usize = report.apps.iter().map(|app| app.routes.len()).sum();
    let mut notes = vec![
        format!("routelint: {}, {}", count(routes, "route"), count(report.diagnostics.len(), "finding")),
        "An arrow: loads, itself or through modules that are not shown. A thick one: the way to a finding."
            .to_owned(),
    ];
    if folded > 0 {
        notes.push(format!(
            "{} put together by folder: an arrow is that of at least one.",
            count(folded, "route")
        ));
    }
    if !left_out.is_empty() {
        notes.push(format!("Left out: {}.", left_out.join("; ")));
    }
    notes
}
