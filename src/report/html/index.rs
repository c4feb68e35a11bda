//! Which finding is about which route, and the names by which parts of the page link to each other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::diagnostic::Severity;
use crate::report::imports::ImportGraph;
use crate::report::model::{Diagnostic, Report, RouteReport};

/// A finding with its place on the page.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) diagnostic: &'a Diagnostic,
    /// The id of its element.
    pub(super) anchor: String,
    /// The routes that reach it, by number, ascending.
    pub(super) routes: Vec<usize>,
}

/// All routes and findings, numbered in the order of the page.
#[derive(Debug)]
pub(super) struct Index<'a> {
    /// By app, then as in the report.
    pub(super) routes: Vec<&'a RouteReport>,
    /// By rule, the gravest first.
    pub(super) findings: Vec<Entry<'a>>,
    /// The findings of each route, by number, ascending.
    pub(super) of_route: Vec<Vec<usize>>,
    anchors: HashMap<&'a str, usize>,
}

impl<'a> Index<'a> {
    pub(super) fn new(report: &'a Report, imports: &ImportGraph) -> Self {
        let routes: Vec<&RouteReport> = report.apps.iter().flat_map(|app| &app.routes).collect();
        let names = Names::new(&routes, imports);
        let mut reached = HashMap::new();
        let mut anchors = HashSet::new();
        let mut index = Self {
            of_route: vec![Vec::new(); routes.len()],
            findings: Vec::new(),
            anchors: HashMap::new(),
            routes: Vec::new(),
        };
        for (number, diagnostic) in in_order(report).into_iter().enumerate() {
            let reaching = names.routes_of(diagnostic, &mut reached);
            for &route in &reaching {
                index.of_route[route].push(number);
            }
            let mut anchor = format!("f-{}", short(&diagnostic.fingerprint));
            if !anchors.insert(anchor.clone()) {
                anchor = format!("{anchor}-n{number}");
            }
            index.anchors.entry(&diagnostic.fingerprint).or_insert(number);
            index.findings.push(Entry { diagnostic, anchor, routes: reaching });
        }
        Self { routes, ..index }
    }

    /// The element of a finding, if the report has it.
    pub(super) fn anchor(&self, fingerprint: &str) -> Option<&str> {
        let number = self.anchors.get(fingerprint)?;
        self.findings.get(*number).map(|entry| entry.anchor.as_str())
    }

    /// The worst that was found of a route.
    pub(super) fn worst(&self, route: usize) -> Option<Severity> {
        let findings = self.of_route.get(route)?;
        findings.iter().map(|&finding| self.findings[finding].diagnostic.severity).max()
    }
}

/// The beginning of a fingerprint, which is seldom that of another one too.
fn short(fingerprint: &str) -> &str {
    fingerprint.get(..8).unwrap_or(fingerprint)
}

/// Findings by rule, the rules with the gravest first, then those with most; within a rule the gravest, surest
/// and most reached first, then as in the report.
fn in_order(report: &Report) -> Vec<&Diagnostic> {
    let mut rules: BTreeMap<&str, (Severity, usize)> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        let (worst, number) = rules.entry(diagnostic.rule.id).or_insert((diagnostic.severity, 0));
        *worst = diagnostic.severity.max(*worst);
        *number += 1;
    }
    let mut ordered: Vec<&Diagnostic> = report.diagnostics.iter().collect();
    ordered.sort_by_key(|diagnostic| {
        let (id, routes) = (diagnostic.rule.id, diagnostic.routes.len());
        let grave = (diagnostic.severity, diagnostic.confidence, routes);
        (Reverse(rules.get(id).copied()), id, Reverse(grave))
    });
    ordered
}

/// Routes by their paths. Several apps may have the same path; then only those that load the finding's file are meant.
struct Names<'a> {
    by_path: HashMap<&'a str, Vec<usize>>,
    files: Vec<&'a str>,
    imports: &'a ImportGraph,
}

impl<'a> Names<'a> {
    fn new(routes: &[&'a RouteReport], imports: &'a ImportGraph) -> Self {
        let mut by_path: HashMap<&str, Vec<usize>> = HashMap::new();
        for (number, route) in routes.iter().enumerate() {
            by_path.entry(&route.path).or_default().push(number);
        }
        Self { by_path, files: routes.iter().map(|route| route.file.as_str()).collect(), imports }
    }

    fn routes_of(&self, diagnostic: &Diagnostic, reached: &mut HashMap<usize, Vec<u32>>) -> Vec<usize> {
        let target = self.imports.index(&diagnostic.place.file);
        let mut all = BTreeSet::new();
        for path in &diagnostic.routes {
            let named = self.by_path.get(path.as_str()).map_or(&[][..], Vec::as_slice);
            let mut meant = named.to_vec();
            if named.len() > 1 {
                meant.retain(|&route| self.loads(route, target, reached));
            }
            all.extend(if meant.is_empty() { named } else { &meant });
        }
        all.into_iter().collect()
    }

    /// Whether a route loads a file; asked once per route.
    fn loads(&self, route: usize, target: Option<u32>, reached: &mut HashMap<usize, Vec<u32>>) -> bool {
        let Some(target) = target else { return false };
        let files = reached.entry(route).or_insert_with(|| {
            let file = self.files.get(route).and_then(|file| self.imports.index(file));
            file.map_or_else(Vec::new, |file| self.imports.reached(file))
        });
        files.binary_search(&target).is_ok()
    }
}
