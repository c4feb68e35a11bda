//! Words of a decision that every form of it uses.

use super::advice::{Advice, Answer, AppAdvice, Choice, Evidence, Placement, Reason, Weight, Where};
use super::style::count;

/// A verdict as a heading.
pub(super) const fn choice(choice: Choice) -> &'static str {
    match choice {
        Choice::Next => "Next.js routes",
        Choice::Server => "Express (a persistent service)",
        Choice::Both => "both, Next.js routes and Express (a persistent service)",
        Choice::Undecided => "the facts do not decide",
    }
}

/// An answer.
pub(super) const fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unknown => "?",
    }
}

/// What a yes speaks for.
pub(super) const fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::RequiresServer => "requires a server",
        Weight::PrefersServer => "prefers a server",
        Weight::PrefersNext => "prefers Next.js",
    }
}

/// `lib/db.ts:4`; empty for what is in no file.
pub(super) fn place(file: &str, line: Option<u32>) -> String {
    line.filter(|_| !file.is_empty()).map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"))
}

/// Where evidence stands.
pub(super) fn evidence_place(evidence: &Evidence) -> String {
    place(&evidence.file, evidence.line)
}

/// The routes of an app: those that move, those that stay and are mended, and how many stay as they are.
pub(super) fn columns(app: &AppAdvice) -> (Vec<&Placement>, Vec<&Placement>, usize) {
    let (moves, stays): (Vec<_>, Vec<_>) =
        app.routes.iter().partition(|it| matches!(it.place, Where::Moves(_)));
    let (mended, fine): (Vec<_>, Vec<_>) = stays.into_iter().partition(|it| !it.reasons.is_empty());
    (moves, mended, fine.len())
}

/// Something that is mended where it is, and the routes that it is mended for.
pub(super) struct Mended<'a> {
    pub(super) reason: &'a Reason,
    pub(super) routes: Vec<&'a str>,
}

impl Mended<'_> {
    /// `/api/a, /api/b and 3 more`, each name as `named` gives it.
    pub(super) fn routes(&self, named: impl Fn(&str) -> String) -> String {
        const NAMED: usize = 3;
        let first: Vec<String> = self.routes.iter().take(NAMED).map(|route| named(route)).collect();
        match self.routes.len().saturating_sub(NAMED) {
            0 => first.join(", "),
            more => format!("{} and {more} more", first.join(", ")),
        }
    }
}

/// What is mended for routes that stay, each once, in the order of its first route.
pub(super) fn mended<'a>(stays: &[&'a Placement]) -> Vec<Mended<'a>> {
    let mut all: Vec<Mended<'a>> = Vec::new();
    for placement in stays {
        for reason in &placement.reasons {
            let same = |known: &&mut Mended<'_>| {
                let known = known.reason;
                (&known.finding, &known.file, known.line) == (&reason.finding, &reason.file, reason.line)
            };
            match all.iter_mut().find(same) {
                Some(known) => known.routes.push(&placement.path),
                None => all.push(Mended { reason, routes: vec![&placement.path] }),
            }
        }
    }
    all
}

/// Whether the whole repository has a verdict that is not the one of its only app.
pub(super) fn has_own_verdict(advice: &Advice) -> bool {
    advice.apps.first().is_none_or(|app| app.verdict != advice.verdict)
}

/// Reasons that move a route, and those that are mended.
pub(super) fn reasons(placement: &Placement, moves: bool) -> impl Iterator<Item = &Reason> {
    placement.reasons.iter().filter(move |reason| reason.moves == moves)
}

/// A route: `GET, POST /api/users`.
pub(super) fn route(placement: &Placement) -> String {
    match placement.methods.as_slice() {
        [] => placement.path.clone(),
        methods => format!("{} {}", methods.join(", "), placement.path),
    }
}

/// `12 routes stay as they are.`
pub(super) fn untouched(number: usize) -> String {
    let verb = if number == 1 { "stays as it is" } else { "stay as they are" };
    format!("{} {verb}.", count(number, "route"))
}

/// `; 2 routes that stay load it too`
pub(super) fn also_loaded(staying: usize) -> String {
    match staying {
        0 => String::new(),
        1 => "; 1 route that stays loads it too".to_owned(),
        _ => format!("; {staying} routes that stay load it too"),
    }
}

/// Whether there is anything to say.
pub(super) fn is_empty(advice: &Advice) -> bool {
    advice.apps.is_empty() && advice.services.is_empty() && advice.verdict.because.is_empty()
}
