//! Where each part of an API belongs: in Next.js routes, in a server that stays up, or in both.
//!
//! Three steps, each on what the one before gave: the checklist of needs with its evidence (`needs/`), the place of
//! each route (`placement.rs`, by `remedy.rs`), and the verdict by stated rules (`verdict.rs`).

mod ground;
mod history;
mod literals;
mod needs;
mod placement;
mod remedy;
mod verdict;

use crate::analyze::Survey;
use crate::report::{Advice, AppAdvice, Choice, Service};

use ground::{Ground, is_aside};

pub use history::History;

/// Decides for every app of a project, and for all of it.
#[must_use]
pub fn advise(survey: &Survey, history: &History) -> Advice {
    let services = services(survey);
    let clues = ground::Clues::of(survey, history, services.len());
    let grounds = survey.apps.iter().filter_map(|app| Ground::new(survey, &clues, app));
    let mut grounds: Vec<Ground<'_>> = grounds.filter(Ground::is_next).collect();
    // Examples and tests are decided about only where there is nothing else.
    if clues.apps > 0 {
        grounds.retain(|ground| !is_aside(&ground.report().root));
    }
    let apps: Vec<AppAdvice> = grounds.iter().map(of_app).collect();
    let verdict = verdict::of_repository(&apps, &services);
    Advice { verdict, services, apps, rules: verdict::RULES.to_vec(), unknown: unknown(survey, history) }
}

fn of_app(ground: &Ground<'_>) -> AppAdvice {
    let (mut routes, unplaced) = placement::place(ground);
    let needs = needs::checklist(ground);
    let verdict = verdict::of_app(ground, &needs, (&routes, &unplaced));
    if verdict.choice == Choice::Server {
        placement::move_all(&mut routes);
    }
    AppAdvice {
        root: ground.report().root.clone(),
        target: ground.report().target.clone(),
        along: placement::along(ground, &routes),
        needs,
        verdict,
        routes,
    }
}

/// The servers that the repository has, those of examples and tests aside.
fn services(survey: &Survey) -> Vec<Service> {
    let servers = survey.report.apps.iter().filter(|app| app.framework != "next" && !is_aside(&app.root));
    servers.map(|app| Service { root: app.root.clone(), framework: app.framework.clone() }).collect()
}

/// What could not be looked at.
fn unknown(survey: &Survey, history: &History) -> Vec<String> {
    let mut unknown = survey.report.warnings.clone();
    if let History::Unknown(why) = history {
        unknown.push(format!("the history of the repository: {why}"));
    }
    unknown
}
