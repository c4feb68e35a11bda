//! The decision: verdict, checklist and placement, in the words of the page.

use crate::report::advice::{
    Advice, Along, Answer, AppAdvice, Choice, Evidence, Need, Placement, Reason, Service, Verdict,
    VerdictRule, Weight, Where,
};
use crate::report::style::count;

use super::index::Index;
use super::words::{Bit, bits};

/// What was decided.
pub(super) struct Decision<'a> {
    pub(super) verdict: Judged<'a>,
    pub(super) services: &'a [Service],
    pub(super) rules: &'a [VerdictRule],
    pub(super) unknown: Vec<Vec<Bit<'a>>>,
    pub(super) apps: Vec<App<'a>>,
}

/// A verdict.
pub(super) struct Judged<'a> {
    pub(super) choice: &'static str,
    /// The class of its sign.
    pub(super) class: &'static str,
    pub(super) rule: &'static str,
    pub(super) because: Vec<Bit<'a>>,
    pub(super) closeness: Vec<Bit<'a>>,
    pub(super) would_change: Vec<Vec<Bit<'a>>>,
}

/// The decision for an app.
pub(super) struct App<'a> {
    pub(super) root: &'a str,
    pub(super) target: &'a str,
    /// Nothing where the app is all there is: then the verdict of the repository says it.
    pub(super) verdict: Option<Judged<'a>>,
    pub(super) needs: Vec<Line<'a>>,
    pub(super) moves: Vec<Row<'a>>,
    pub(super) mended: Vec<Row<'a>>,
    /// Routes that stay as they are.
    pub(super) stays: Vec<&'a Placement>,
    /// `3 routes`
    pub(super) moving: String,
    pub(super) staying: String,
    /// Each with who else needs it, in words.
    pub(super) along: Vec<(&'a Along, String)>,
}

/// A line of the checklist.
pub(super) struct Line<'a> {
    pub(super) question: &'a str,
    pub(super) answer: &'static str,
    /// The class of its sign.
    pub(super) class: &'static str,
    pub(super) weight: &'static str,
    pub(super) because: Vec<Bit<'a>>,
    pub(super) evidence: Vec<Proof<'a>>,
}

/// Something that speaks for an answer.
pub(super) struct Proof<'a> {
    pub(super) text: Vec<Bit<'a>>,
    pub(super) place: String,
    /// The finding on this page, if it is one.
    pub(super) anchor: Option<&'a str>,
}

/// A route with what moves it, or is mended in place.
pub(super) struct Row<'a> {
    pub(super) placement: &'a Placement,
    /// What it becomes.
    pub(super) becomes: Option<&'static str>,
    pub(super) reasons: Vec<Why<'a>>,
}

/// A finding, and what is done about it.
pub(super) struct Why<'a> {
    pub(super) reason: &'a Reason,
    pub(super) message: Vec<Bit<'a>>,
    pub(super) remedy: Vec<Bit<'a>>,
    pub(super) anchor: Option<&'a str>,
}

impl<'a> Decision<'a> {
    /// `None` if nothing was decided or asked.
    pub(super) fn new(advice: &'a Advice, index: &'a Index<'a>) -> Option<Self> {
        if *advice == Advice::default() {
            return None;
        }
        let alone = advice.apps.len() < 2;
        Some(Self {
            verdict: judged(&advice.verdict),
            services: &advice.services,
            rules: &advice.rules,
            unknown: advice.unknown.iter().map(|text| bits(text)).collect(),
            apps: advice.apps.iter().map(|app| decided(app, index, alone)).collect(),
        })
    }
}

fn judged(verdict: &Verdict) -> Judged<'_> {
    let (choice, class) = match verdict.choice {
        Choice::Next => ("Next.js routes", "next"),
        Choice::Server => ("Express, a service that stays up", "server"),
        Choice::Both => ("Both: Next.js routes and a service that stays up", "both"),
        Choice::Undecided => ("The facts do not decide", "undecided"),
    };
    Judged {
        choice,
        class,
        rule: verdict.rule,
        because: bits(&verdict.because),
        closeness: bits(&verdict.closeness),
        would_change: verdict.would_change.iter().map(|text| bits(text)).collect(),
    }
}

fn decided<'a>(app: &'a AppAdvice, index: &'a Index<'a>, alone: bool) -> App<'a> {
    let row = |placement: &'a Placement| Row {
        placement,
        becomes: match placement.place {
            Where::Moves(becomes) => Some(becomes.words()),
            Where::Stays => None,
        },
        reasons: placement.reasons.iter().map(|reason| why(reason, index)).collect(),
    };
    let (moves, rest): (Vec<&Placement>, Vec<&Placement>) =
        app.routes.iter().partition(|placement| placement.place != Where::Stays);
    let staying = rest.len();
    let (mended, stays): (Vec<&Placement>, Vec<&Placement>) =
        rest.into_iter().partition(|placement| !placement.reasons.is_empty());
    App {
        root: &app.root,
        target: &app.target,
        verdict: (!alone).then(|| judged(&app.verdict)),
        needs: app.needs.iter().map(|need| line(need, index)).collect(),
        moving: count(moves.len(), "route"),
        staying: count(staying, "route"),
        moves: moves.into_iter().map(row).collect(),
        mended: mended.into_iter().map(row).collect(),
        stays,
        along: app.along.iter().map(|module| (module, others(module.staying))).collect(),
    }
}

/// `2 routes that stay load it too`
fn others(staying: usize) -> String {
    match staying {
        0 => String::new(),
        1 => "; 1 route that stays loads it too".to_owned(),
        _ => format!("; {staying} routes that stay load it too"),
    }
}

fn line<'a>(need: &'a Need, index: &'a Index<'a>) -> Line<'a> {
    let (answer, class) = match (need.answer, need.met) {
        (Answer::Yes, true) => ("yes, and met", "met"),
        (Answer::Yes, false) => ("yes", "yes"),
        (Answer::No, _) => ("no", "no"),
        (Answer::Unknown, _) => ("unknown", "unknown"),
    };
    let weight = match need.weight {
        Weight::RequiresServer => "requires a server",
        Weight::PrefersServer => "prefers a server",
        Weight::PrefersNext => "prefers Next.js",
    };
    let proof = |evidence: &'a Evidence| Proof {
        text: bits(&evidence.text),
        place: match evidence.line {
            Some(line) if !evidence.file.is_empty() => format!("{}:{line}", evidence.file),
            _ => evidence.file.clone(),
        },
        anchor: evidence.finding.as_ref().and_then(|finding| index.anchor(&finding.fingerprint)),
    };
    Line {
        question: need.question,
        answer,
        class,
        weight,
        because: bits(&need.because),
        evidence: need.evidence.iter().map(proof).collect(),
    }
}

fn why<'a>(reason: &'a Reason, index: &'a Index<'a>) -> Why<'a> {
    Why {
        reason,
        message: bits(&reason.message),
        remedy: bits(&reason.remedy),
        anchor: index.anchor(&reason.finding.fingerprint),
    }
}
