//! Two columns: what stays a Next.js route, and what moves. As little as possible moves.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Severity;
use crate::project::Target;
use crate::report::{Along, Becomes, Diagnostic, Placement, Reason, RouteReport, Where, is_api_kind};

use super::ground::{Ground, finding};
use super::remedy::{Remedy, remedy};

/// From so many routes on, and for a third of the API, a construct is taken for something that they share: then what
/// they share moves, and they stay.
const SHARED: usize = 6;

/// Every route of the API with its place, and those of other entries that something is to be done about. Second,
/// what needs a process of its own and moves no route.
pub(super) fn place<'a>(ground: &Ground<'a>) -> (Vec<Placement>, Vec<&'a Diagnostic>) {
    let target = ground.app.target.target;
    let api: BTreeSet<&str> = ground.api().map(|route| route.path.as_str()).collect();
    let mut reasons: BTreeMap<&str, Vec<(Reason, Option<Becomes>)>> = BTreeMap::new();
    let mut unplaced = Vec::new();
    for found in ground.findings() {
        let remedy = remedy(found, target);
        let moves = remedy.becomes.filter(|_| moves_routes(&api, found));
        if remedy.becomes.is_some() && moves.is_none() {
            unplaced.push(found);
        }
        // An info is worth knowing, and nothing to do.
        let told = found.routes.iter().filter(|_| found.severity >= Severity::Warning);
        for path in told {
            let moves = moves.filter(|_| api.contains(path.as_str()));
            reasons.entry(path).or_default().push((reason(found, &remedy, moves), moves));
        }
    }
    let is_listed =
        |route: &&RouteReport| is_api_kind(&route.kind) || reasons.contains_key(route.path.as_str());
    let routes = ground.report().routes.iter().filter(is_listed);
    let placed = routes.map(|route| {
        let reasons = reasons.get(route.path.as_str()).cloned().unwrap_or_default();
        // What it becomes is what needs most: sockets before jobs.
        let becomes = reasons.iter().filter_map(|(_, becomes)| *becomes).min();
        Placement {
            path: route.path.clone(),
            file: route.file.clone(),
            kind: route.kind.clone(),
            methods: route.methods.clone(),
            place: becomes.map_or(Where::Stays, Where::Moves),
            reasons: reasons.into_iter().map(|(reason, _)| reason).collect(),
        }
    });
    (placed.collect(), unplaced)
}

/// Whether a construct that needs a process of its own takes its routes along. Something that many share is called
/// from where they are; what starts with the process, or is an action of a page, has no route that could move.
fn moves_routes(api: &BTreeSet<&str>, found: &Diagnostic) -> bool {
    let named = found.routes.iter().filter(|path| api.contains(path.as_str())).count();
    named > 0 && (named < SHARED || named * 3 < api.len())
}

fn reason(found: &Diagnostic, remedy: &Remedy, moves: Option<Becomes>) -> Reason {
    let text = if remedy.becomes.is_some() && moves.is_none() {
        format!("{}: the routes stay and call it", remedy.text)
    } else {
        remedy.text.to_owned()
    };
    Reason {
        finding: finding(found),
        file: found.place.file.clone(),
        line: found.place.position().line,
        message: found.message.clone(),
        moves: moves.is_some(),
        breaks: found.severity == Severity::Error,
        remedy: text,
    }
}

/// What belongs in a server as a whole moves as a whole.
pub(super) fn move_all(routes: &mut [Placement]) {
    for route in routes.iter_mut().filter(|route| is_api_kind(&route.kind)) {
        if route.place == Where::Stays {
            route.place = Where::Moves(Becomes::ExpressRoute);
        }
    }
}

/// The modules that routes on both sides load.
pub(super) fn along(ground: &Ground<'_>, routes: &[Placement]) -> Vec<Along> {
    let imports = &ground.survey.imports;
    let mut moving: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut staying: BTreeMap<u32, usize> = BTreeMap::new();
    for route in routes {
        let Some(start) = imports.index(&route.file) else { continue };
        for file in imports.reached(start).into_iter().filter(|&file| file != start) {
            match route.place {
                Where::Moves(_) => moving.entry(file).or_default().push(route.path.clone()),
                Where::Stays => *staying.entry(file).or_default() += 1,
            }
        }
    }
    let both = moving.into_iter().filter_map(|(file, moving)| Some((file, moving, *staying.get(&file)?)));
    both.map(|(file, moving, staying)| Along { file: imports.file(file).to_owned(), moving, staying })
        .collect()
}

/// What jobs can be handed to without a server of one's own.
pub(super) const fn platform_means(target: Target) -> Option<&'static str> {
    Some(match target {
        Target::Vercel => "Vercel Queues or Workflow",
        Target::Netlify => "a background function (up to 15 minutes)",
        Target::Lambda => "SQS with a Lambda of its own (up to 15 minutes)",
        Target::Cloudflare => "Queues, Workflows or a container",
        Target::CloudRun => "Cloud Tasks or a Cloud Run job",
        Target::Server | Target::Cluster => return None,
    })
}
