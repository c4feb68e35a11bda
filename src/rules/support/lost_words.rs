//! How grave a loss is, and how it is told.

use super::effects::Effects;
use super::lost::Work;
use super::lost_names::{LOG_LINE, has_word, is_business, is_money, is_sending, is_small, pays, words};
use crate::catalogue::AfterKind;
use crate::diagnostic::{Confidence, Severity};

/// How grave a loss is at most, and how sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grade {
    /// No graver than this.
    pub most: Severity,
    /// No surer than this.
    pub confidence: Confidence,
}

/// What nobody wants to lose.
pub(crate) const GRAVE: &[AfterKind] = &[
    AfterKind::Message,
    AfterKind::Payment,
    AfterKind::Enqueue,
    AfterKind::Upload,
    AfterKind::Write,
    AfterKind::Generate,
];

/// What is a pity to lose.
const SMALL: &[AfterKind] = &[AfterKind::Cache, AfterKind::Track, AfterKind::Log, AfterKind::Removal];

fn any(effects: Effects, kinds: &[AfterKind]) -> bool {
    kinds.iter().any(|&kind| effects.has(kind))
}

/// Grades a loss by what the work does, and by the name of what does it.
pub(crate) fn grade(work: &Work, name: &str) -> Grade {
    let sure = if work.known.is_empty() { Confidence::Medium } else { Confidence::High };
    let effects = if work.known.is_empty() { work.likely } else { work.known };
    let graded = |most| Grade { most, confidence: sure };
    let by_name = named(work, effects, name);
    if is_money(name) {
        let own = if any(effects, GRAVE) { Severity::Error } else { Severity::Warning };
        return graded(by_name.map_or(own, |by_name| own.max(by_name)));
    }
    // A log line of which not even the way out is known.
    if effects.is_empty() && has_word(name, &["log", "logger", "trace", "span"]) {
        return Grade { most: Severity::Info, confidence: Confidence::Low };
    }
    if is_small(name) {
        // The write behind `trackView()` or `touchLastSeen()` is a number, not a record.
        let notes =
            words(name).first().is_some_and(|w| matches!(w.as_str(), "log" | "track" | "capture" | "report"));
        let grave = !notes && any(effects, &[AfterKind::Message, AfterKind::Payment, AfterKind::Enqueue]);
        // Analytics of orders are analytics still.
        let is_record = is_business(name) && effects.has(AfterKind::Http);
        // A log line is one wherever it is kept.
        let writes = effects.has(AfterKind::Write) && !name.starts_with(LOG_LINE);
        return graded(if grave || is_record || writes { Severity::Warning } else { Severity::Info });
    }
    if any(effects, GRAVE) {
        return graded(Severity::Error);
    }
    if let Some(by_name) = by_name {
        return graded(by_name);
    }
    if effects.has(AfterKind::File) {
        return graded(Severity::Warning);
    }
    if any(effects, SMALL) {
        return graded(Severity::Info);
    }
    // What is not seen to do anything is told by its name alone.
    if effects.is_empty() && is_sending(name) {
        return graded(Severity::Warning);
    }
    Grade { most: Severity::Info, confidence: Confidence::Low }
}

/// Whether work is a note that a function of this name writes to a database: what `trackView()` loses is not graver
/// for who wrote it than for who calls it.
pub(crate) fn is_note(work: &Work, around: &str) -> bool {
    let effects = if work.known.is_empty() { work.likely } else { work.known };
    let more = GRAVE.iter().any(|&kind| kind != AfterKind::Write && effects.has(kind));
    is_small(around) && !is_business(around) && !more && !effects.has(AfterKind::Http)
}

/// How grave a request to another service is, by who makes it: notes of what happened aside.
fn named(work: &Work, effects: Effects, name: &str) -> Option<Severity> {
    if !effects.has(AfterKind::Http) {
        return None;
    }
    let acts = work.direct.has(AfterKind::Http) || is_sending(name) || pays(name);
    let notes = is_small(name) || has_word(name, &["audit"]);
    Some(if acts && !notes { Severity::Error } else { Severity::Warning })
}

/// What the work does, for a message; the gravest first.
pub(crate) fn does(work: &Work) -> Option<&'static str> {
    let effects = if work.known.is_empty() { work.likely } else { work.known };
    let told = [
        (AfterKind::Message, "sends a message"),
        (AfterKind::Payment, "calls a payment service"),
        (AfterKind::Enqueue, "hands over a job"),
        (AfterKind::Upload, "stores an object"),
        (AfterKind::Write, "writes to a database"),
        (AfterKind::Generate, "starts costly work"),
        (AfterKind::Http, "calls another service"),
        (AfterKind::File, "works on files"),
        (AfterKind::Removal, "removes files"),
        (AfterKind::Cache, "writes to a cache"),
        (AfterKind::Track, "sends analytics"),
        (AfterKind::Log, "sends logs"),
        (AfterKind::Guard, "checks a limit or permission"),
        (AfterKind::Read, "reads data"),
        (AfterKind::Wait, "waits"),
    ];
    told.iter().find(|(kind, _)| effects.has(*kind)).map(|&(_, words)| words)
}
