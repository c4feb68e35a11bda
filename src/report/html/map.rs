//! The map of routes: by app and folder, each with its methods and the worst that was found of it.

use std::collections::BTreeMap;

use crate::report::advice::{Advice, Where};
use crate::report::groups::tally;
use crate::report::model::{AppReport, RouteReport};
use crate::report::style::count;

use super::findings::worst;
use super::index::{Entry, Index};

/// A folder with more routes is shown by the folders in it.
const CROWDED: usize = 24;
/// Findings that a route names; the others are counted.
const NAMED: usize = 6;

/// The routes of an app.
pub(super) struct App<'a> {
    pub(super) app: &'a AppReport,
    /// Why it is judged for its target.
    pub(super) evidence: String,
    /// `12 routes, 3 with findings`
    pub(super) tally: String,
    pub(super) folders: Vec<Folder<'a>>,
}

/// Routes of a common beginning.
pub(super) struct Folder<'a> {
    pub(super) path: String,
    pub(super) tiles: Vec<Tile<'a>>,
}

/// A route.
pub(super) struct Tile<'a> {
    pub(super) number: usize,
    pub(super) route: &'a RouteReport,
    /// Its path below the folder.
    pub(super) rest: &'a str,
    /// `error`, `warning`, `info`, `none`
    pub(super) worst: &'static str,
    /// `2 errors +1`
    pub(super) sign: String,
    /// `2 errors, 1 info`
    pub(super) tally: String,
    /// `maxDuration 60 s`, …
    pub(super) facts: Vec<String>,
    /// Anchor, rule and place of the worst findings.
    pub(super) findings: Vec<(&'a str, &'a str, String)>,
    pub(super) more: usize,
    /// Where it goes, if that was decided.
    pub(super) place: Option<Where>,
}

impl Tile<'_> {
    /// What it becomes, if it moves.
    pub(super) fn becomes(&self) -> Option<&'static str> {
        match self.place {
            Some(Where::Moves(becomes)) => Some(becomes.words()),
            _ => None,
        }
    }
}

/// The routes of all apps that have some.
pub(super) fn apps<'a>(index: &'a Index<'a>, report: &'a [AppReport], advice: &Advice) -> Vec<App<'a>> {
    let mut first = 0;
    let mut apps = Vec::new();
    for app in report.iter() {
        let numbers = first..first + app.routes.len();
        first = numbers.end;
        if numbers.is_empty() {
            continue;
        }
        let places = advice.apps.iter().find(|advice| advice.root == app.root);
        let place = |route: &RouteReport| {
            let placed =
                places?.routes.iter().find(|placed| placed.path == route.path && placed.file == route.file);
            placed.map(|placed| placed.place)
        };
        let found = numbers.clone().filter(|&number| index.worst(number).is_some()).count();
        let mut folders = BTreeMap::new();
        split(index, numbers.clone().collect(), 1, &mut folders);
        let folder = |(path, numbers): (String, Vec<usize>)| Folder {
            tiles: numbers.iter().map(|&number| tile(index, number, &path, place)).collect(),
            path,
        };
        apps.push(App {
            app,
            evidence: app.evidence.join(", "),
            tally: format!("{}, {found} with findings", count(numbers.len(), "route")),
            folders: folders.into_iter().map(folder).collect(),
        });
    }
    apps
}

/// Puts routes into folders: by the segment after `api`, and deeper where too many have that in common.
fn split(index: &Index<'_>, numbers: Vec<usize>, depth: usize, folders: &mut BTreeMap<String, Vec<usize>>) {
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for number in numbers {
        let path = &index.routes[number].path;
        let depth = if path.starts_with("/api/") { depth + 1 } else { depth };
        found.entry(folder(path, depth)).or_default().push(number);
    }
    for (path, numbers) in found {
        let deeper = numbers.iter().any(|&number| index.routes[number].path.len() > path.len());
        if numbers.len() > CROWDED && depth < 4 && path.starts_with('/') && deeper {
            split(index, numbers, depth + 1, folders);
        } else {
            // A folder of one route says no more than the route.
            let alone = if numbers.len() == 1 { path.rsplit_once('/') } else { None };
            let path = alone.map_or(path.as_str(), |(above, _)| if above.is_empty() { "/" } else { above });
            folders.entry(path.to_owned()).or_default().extend(numbers);
        }
    }
}

/// The first segments of a path; what is no path has a folder of its own.
fn folder(path: &str, depth: usize) -> String {
    if !path.starts_with('/') {
        return "middleware, actions and others".to_owned();
    }
    let end = path.match_indices('/').nth(depth).map_or(path.len(), |(at, _)| at);
    path.get(..end).unwrap_or(path).to_owned()
}

fn tile<'a>(
    index: &'a Index<'a>,
    number: usize,
    folder: &str,
    place: impl Fn(&RouteReport) -> Option<Where>,
) -> Tile<'a> {
    let route = index.routes[number];
    let found: Vec<_> = index.of_route[number].iter().map(|&finding| &index.findings[finding]).collect();
    let mut worst_first = found.clone();
    worst_first.sort_by_key(|entry| std::cmp::Reverse(entry.diagnostic.severity));
    let named = worst_first
        .iter()
        .take(NAMED)
        .map(|entry| (entry.anchor.as_str(), entry.diagnostic.rule.id, entry.diagnostic.place.link()));
    Tile {
        number,
        route,
        rest: route.path.strip_prefix(folder).filter(|rest| rest.starts_with('/')).unwrap_or(&route.path),
        worst: worst(index.worst(number)),
        sign: sign(&found),
        tally: tally(found.iter().map(|entry| entry.diagnostic)),
        facts: facts(route),
        findings: named.collect(),
        more: found.len().saturating_sub(NAMED),
        place: place(route),
    }
}

/// How many there are of the worst, and how many others.
fn sign(found: &[&Entry<'_>]) -> String {
    let Some(worst) = found.iter().map(|entry| entry.diagnostic.severity).max() else {
        return "no findings".to_owned();
    };
    let gravest = found.iter().map(|entry| entry.diagnostic).filter(|found| found.severity == worst);
    match found.len() - gravest.clone().count() {
        0 => tally(gravest),
        others => format!("{} +{others}", tally(gravest)),
    }
}

/// What is known of a route, in a few words each.
fn facts(route: &RouteReport) -> Vec<String> {
    let mut facts = vec![route.kind.clone(), format!("{} runtime", route.runtime)];
    facts.extend(route.max_duration.map(|seconds| format!("maxDuration {seconds} s")));
    facts.extend(route.dynamic.clone());
    facts.extend(route.revalidate.map(|seconds| format!("revalidate {seconds} s")));
    facts
}

#[cfg(test)]
mod tests {
    use super::folder;

    #[test]
    fn routes_are_grouped_by_what_follows_api() {
        assert_eq!(folder("/api/users/[id]", 2), "/api/users");
        assert_eq!(folder("/api/users", 2), "/api/users");
        assert_eq!(folder("/api/v1/users/[id]/posts", 3), "/api/v1/users");
        assert_eq!(folder("/feed.xml", 1), "/feed.xml");
        assert_eq!(folder("middleware", 1), folder("action save", 1));
    }
}
