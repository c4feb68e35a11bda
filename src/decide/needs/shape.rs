//! What speaks for leaving everything in one place: a small app, one deployment, one person.

use crate::project::Evidence;
use crate::report::{Answer, Need, Weight, count};

use crate::decide::History;
use crate::decide::ground::{Ground, sign};

use super::{is_yes, teams::is_page};

/// An API of more routes is not small.
pub(in crate::decide) const SMALL: usize = 30;

/// A small full-stack app?
pub(super) fn small(ground: &Ground<'_>, (clients, teams): (&Need, &Need)) -> Need {
    const ABOUT: (&str, &str) = ("small-app", "A small full-stack app?");
    let routes = ground.api().count();
    let pages = ground.survey.project.files.below(&ground.app.root).filter(|(_, path)| is_page(path)).count();
    let others = ground.clues.apps.saturating_sub(1) + ground.clues.services;
    let (answer, because) = if routes > SMALL {
        (Answer::No, format!("{} are more than {SMALL}", count(routes, "API route")))
    } else if pages == 0 {
        (Answer::No, "it has an API and no pages".to_owned())
    } else if others > 0 {
        (Answer::No, format!("the repository has {} beside it", count(others, "app")))
    } else if is_yes(teams) {
        (Answer::No, "two teams own it".to_owned())
    } else if clients.points > 1 {
        (Answer::No, "it is one of several programs of the repository".to_owned())
    } else {
        (Answer::Yes, format!("one app with pages and {}", count(routes, "API route")))
    };
    super::preference(ABOUT, (Weight::PrefersNext, 1), (answer, because), Vec::new())
}

/// Is one simple deployment enough?
pub(super) fn simple(ground: &Ground<'_>, (clients, teams): (&Need, &Need)) -> Need {
    const ABOUT: (&str, &str) = ("simple-deployment", "Is one simple deployment enough?");
    let (target, choice, project) = (ground.report(), &ground.app.target, &ground.survey.project);
    let is_other = |it: &Evidence| it.target != choice.target && it.supports();
    let (answer, because) = if ground.clues.services > 0 {
        (Answer::No, "the repository deploys a server already".to_owned())
    } else if is_yes(teams) {
        (Answer::No, "two teams would have to release together".to_owned())
    } else if clients.points > 1 {
        (Answer::No, "programs are released beside it that need its API to hold still".to_owned())
    } else if target.target_assumed {
        (Answer::Unknown, "nothing in the repository says where it is deployed".to_owned())
    } else if ground.stays_up() {
        (Answer::No, format!("it runs as a server already (`{}`)", target.target))
    } else if choice.evidence.iter().any(is_other) {
        (
            Answer::Unknown,
            format!("it goes to `{}`, but the repository names other platforms too", target.target),
        )
    } else {
        (Answer::Yes, format!("everything goes to `{}`", target.target))
    };
    let told = choice.evidence.iter().filter(|it| match answer {
        Answer::Yes => it.target == choice.target,
        Answer::Unknown => is_other(it),
        Answer::No => false,
    });
    let file = |it: &Evidence| if it.file.is_empty() { String::new() } else { project.display(&it.file) };
    // Where the file by its name is the reason, its name stands there already.
    let text = |it: &Evidence| match it.reason.as_str() {
        reason if it.file.ends_with(reason) => "configures the deployment".to_owned(),
        reason => reason.to_owned(),
    };
    let evidence = told.map(|it| sign(text(it), file(it), None)).collect();
    super::preference(ABOUT, (Weight::PrefersNext, 1), (answer, because), evidence)
}

/// A single developer?
pub(super) fn single(ground: &Ground<'_>) -> Need {
    const ABOUT: (&str, &str) = ("single-developer", "A single developer?");
    let (answer, because) = match ground.clues.history {
        History::People(1) => (Answer::Yes, "one person wrote all commits of the last year".to_owned()),
        History::People(people) => (Answer::No, format!("{people} people wrote commits in the last year")),
        History::Unknown(why) => (Answer::Unknown, why.clone()),
    };
    super::preference(ABOUT, (Weight::PrefersNext, 1), (answer, because), Vec::new())
}
