//! The checklist: what an API may need, each answered with what says so.

mod clients;
mod found;
mod shape;
mod teams;

use crate::report::{Answer, Evidence, Need, Weight};

pub(super) use shape::SMALL;

use super::ground::Ground;

/// Every need, in the order in which they are asked.
pub(super) fn checklist(ground: &Ground<'_>) -> Vec<Need> {
    let mut needs = found::needs(ground);
    let clients = clients::several(ground);
    let teams = teams::separate(ground);
    let small = shape::small(ground, (&clients, &teams));
    let simple = shape::simple(ground, (&clients, &teams));
    needs.extend([clients, teams, small, simple, shape::single(ground)]);
    needs
}

/// A preference, with how much a yes counts.
fn preference(
    (id, question): (&'static str, &'static str),
    (weight, points): (Weight, u32),
    (answer, because): (Answer, String),
    evidence: Vec<Evidence>,
) -> Need {
    let points = if answer == Answer::Yes { points } else { 0 };
    Need { id, question, weight, answer, points, met: false, because, evidence }
}

/// Whether a need is answered with yes.
fn is_yes(need: &Need) -> bool {
    need.answer == Answer::Yes
}
