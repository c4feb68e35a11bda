//! The decision: verdict, checklist and placement, in the words of the page.

use crate::report::advice::{
    Advice, Along, Answer, AppAdvice, Choice, Evidence, Need, Placement, Reason, Service, Verdict,
    VerdictRule, Where,
};
use crate::report::advice_words::{self as words, Mended};
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
    /// What is mended where it is, with the routes that it is mended for.
    pub(super) mended: Vec<(Why<'a>, String)>,
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

/// A route that moves, with what moves it and what is mended on the way.
pub(super) struct Row<'a> {
    pub(super) placement: &'a Placement,
    /// What it becomes.
    pub(super) becomes: &'static str,
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
        if words::is_empty(advice) {
            return None;
        }
        let own = advice.apps.len() > 1 || words::has_own_verdict(advice);
        Some(Self {
            verdict: judged(&advice.verdict),
            services: &advice.services,
            rules: &advice.rules,
            unknown: advice.unknown.iter().map(|text| bits(text)).collect(),
            apps: advice.apps.iter().map(|app| decided(app, index, own)).collect(),
        })
    }
}

fn judged(verdict: &Verdict) -> Judged<'_> {
    let class = match verdict.choice {
        Choice::Next => "next",
        Choice::Server => "server",
        Choice::Both => "both",
        Choice::Undecided => "undecided",
    };
    Judged {
        choice: words::choice(verdict.choice),
        class,
        rule: verdict.rule,
        because: bits(&verdict.because),
        closeness: bits(&verdict.closeness),
        would_change: verdict.would_change.iter().map(|text| bits(text)).collect(),
    }
}

fn decided<'a>(app: &'a AppAdvice, index: &'a Index<'a>, own: bool) -> App<'a> {
    let (moves, mended, fine) = words::columns(app);
    let row = |placement: &&'a Placement| {
        let Where::Moves(becomes) = placement.place else { return None };
        let reasons = placement.reasons.iter().map(|reason| why(reason, index)).collect();
        Some(Row { placement, becomes: becomes.words(), reasons })
    };
    let fix = |mended: &Mended<'a>| (why(mended.reason, index), mended.routes(str::to_owned));
    let stays = app.routes.iter().filter(|it| it.place == Where::Stays && it.reasons.is_empty());
    App {
        root: &app.root,
        target: &app.target,
        verdict: own.then(|| judged(&app.verdict)),
        needs: app.needs.iter().map(|need| line(need, index)).collect(),
        moving: count(moves.len(), "route"),
        staying: count(mended.len() + fine, "route"),
        moves: moves.iter().filter_map(row).collect(),
        mended: words::mended(&mended).iter().map(fix).collect(),
        stays: stays.collect(),
        along: app.along.iter().map(|module| (module, words::also_loaded(module.staying))).collect(),
    }
}

fn line<'a>(need: &'a Need, index: &'a Index<'a>) -> Line<'a> {
    let (answer, class) = match (need.answer, need.met) {
        (Answer::Yes, true) => ("yes, and met", "met"),
        (Answer::Yes, false) => ("yes", "yes"),
        (Answer::No, _) => ("no", "no"),
        (Answer::Unknown, _) => ("unknown", "unknown"),
    };
    let proof = |evidence: &'a Evidence| Proof {
        text: bits(&evidence.text),
        place: words::evidence_place(evidence),
        anchor: evidence.finding.as_ref().and_then(|finding| index.anchor(&finding.fingerprint)),
    };
    Line {
        question: need.question,
        answer,
        class,
        weight: words::weight(need.weight),
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
