//! How grave a loss is, and how it is told.

use super::effects::Effects;
use super::lost::Work;
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
const GRAVE: &[AfterKind] = &[
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

/// Words of a name: `trackToolCall` is `track`, `tool`, `call`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            was_lower = false;
            words.push(String::new());
            continue;
        }
        if words.is_empty() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_numeric();
        if let Some(last) = words.last_mut() {
            last.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn has_word(name: &str, wanted: &[&str]) -> bool {
    words(name).iter().any(|word| wanted.contains(&word.as_str()))
}

/// Names of objects that only note what happens.
pub(crate) fn is_telemetry(name: &str) -> bool {
    has_word(name, &["telemetry", "analytics", "metrics", "tracking", "tracker", "stats"])
}

/// How the name of a log line begins, whatever it is written with: `logger.info()`.
pub(crate) const LOG_LINE: &str = "logLine";

/// Names of what writes log lines.
pub(crate) fn is_logger(name: &str) -> bool {
    has_word(name, &["log", "logger", "logging"])
}

/// Names of methods that write a log line.
pub(crate) fn is_log_level(name: &str) -> bool {
    matches!(
        name,
        "trace"
            | "debug"
            | "verbose"
            | "log"
            | "info"
            | "notice"
            | "warn"
            | "warning"
            | "error"
            | "fatal"
            | "critical"
    )
}

/// Audit trails and money: what is missing there is missed.
pub(crate) fn is_money(name: &str) -> bool {
    has_word(
        name,
        &[
            "audit", "billing", "payment", "payout", "invoice", "refund", "charge", "credit", "credits",
            "purchase",
        ],
    )
}

/// Names of what moves money: `chargeCard`, `refundCredits`.
fn pays(name: &str) -> bool {
    words(name).first().is_some_and(|first| {
        matches!(
            first.as_str(),
            "charge" | "refund" | "pay" | "payout" | "bill" | "invoice" | "credit" | "debit" | "deduct"
        )
    })
}

/// Names of what a business keeps books of: `recordSale`, `logOrder`. Money is such, too.
pub(crate) fn is_business(name: &str) -> bool {
    is_money(name)
        || has_word(
            name,
            &[
                "sale",
                "sales",
                "order",
                "orders",
                "transaction",
                "transactions",
                "subscription",
                "booking",
                "reservation",
                "shipment",
                "delivery",
                "donation",
                "commission",
                "consent",
                "balance",
                "earning",
                "earnings",
            ],
        )
}

/// Names of what only counts or notes something. Who is told of it has to be told: `notifyView`.
pub(crate) fn is_small(name: &str) -> bool {
    let tells = words(name)
        .first()
        .is_some_and(|first| matches!(first.as_str(), "notify" | "email" | "mail" | "deliver" | "remind"));
    let small = [
        "log",
        "logger",
        "track",
        "tracking",
        "analytics",
        "metric",
        "metrics",
        "telemetry",
        "capture",
        "increment",
        "touch",
        "bump",
        "stats",
        "posthog",
        "mixpanel",
        "trace",
        "tracing",
        "span",
        "heartbeat",
        "seen",
        "view",
        "views",
        "accessed",
        "used",
        "activity",
        "record",
        "report",
        "expired",
        "stale",
        "cleanup",
        "prune",
        "sweep",
        "prefetch",
        "warm",
        "warmup",
        "cache",
        "invalidate",
    ];
    !tells && has_word(name, &small)
}

/// Names of what tells somebody something.
fn is_sending(name: &str) -> bool {
    has_word(
        name,
        &[
            "send",
            "notify",
            "notification",
            "webhook",
            "email",
            "mail",
            "publish",
            "dispatch",
            "post",
            "deliver",
            "emit",
            "sync",
            "trigger",
        ],
    )
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

/// Whether a function's name says that it refuses what is not allowed: `requireAdmin`, `assertPermission`.
pub(crate) fn refuses(name: &str) -> bool {
    let words = words(name);
    let verb = words.first().is_some_and(|first| {
        matches!(
            first.as_str(),
            "require"
                | "assert"
                | "ensure"
                | "enforce"
                | "authorize"
                | "authorise"
                | "authenticate"
                | "protect"
                | "guard"
                | "verify"
                | "check"
                | "validate"
                | "must"
                | "throw"
                | "deny"
                | "restrict"
                | "only"
        )
    });
    verb && (words.len() == 1
        && words.iter().all(|w| matches!(w.as_str(), "authorize" | "authenticate" | "protect"))
        || words.iter().skip(1).any(|word| is_subject(word)))
}

/// Whether a function's name says that it answers who may do something: `isAdmin`, `hasAccess`, `canEdit`.
pub(crate) fn permits(name: &str) -> bool {
    let words = words(name);
    let Some(first) = words.first() else { return false };
    first == "can"
        || first == "may"
        || (matches!(
            first.as_str(),
            "is" | "has" | "check" | "verify" | "validate" | "allow" | "allows" | "authorize" | "user"
        ) && words.iter().skip(1).any(|word| is_subject(word)))
        || refuses(name)
}

fn is_subject(word: &str) -> bool {
    matches!(
        word,
        "auth"
            | "authorized"
            | "authorised"
            | "authenticated"
            | "authentication"
            | "authorization"
            | "admin"
            | "admins"
            | "user"
            | "session"
            | "permission"
            | "permissions"
            | "permitted"
            | "access"
            | "role"
            | "roles"
            | "login"
            | "owner"
            | "owns"
            | "member"
            | "membership"
            | "signature"
            | "token"
            | "scope"
            | "scopes"
            | "csrf"
            | "captcha"
            | "recaptcha"
            | "turnstile"
            | "rate"
            | "limit"
            | "quota"
            | "allowed"
            | "credentials"
            | "password"
            | "secret"
            | "signed"
            | "logged"
            | "superuser"
            | "subscription"
            | "entitlement"
            | "origin"
            | "can"
    )
}

#[cfg(test)]
mod tests {
    use super::{is_business, is_small, pays, permits, refuses, words};

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(words("trackToolCall"), ["track", "tool", "call"]);
        assert_eq!(words("require_admin"), ["require", "admin"]);
        assert_eq!(words("sendHTTP2Ping"), ["send", "http2", "ping"]);
    }

    #[test]
    fn names_of_notes_are_not_names_of_what_has_to_be_told() {
        assert!(is_small("trackView") && is_small("sendReport") && !is_small("notifyView"));
        assert!(is_business("recordSale") && is_business("logPayment") && !is_business("recordVisit"));
        assert!(pays("chargeCard") && pays("refundCredits") && !pays("listCharges"));
    }

    #[test]
    fn guards_are_told_by_verb_and_subject() {
        assert!(refuses("requireAdmin") && refuses("assertPermission") && refuses("checkRateLimit"));
        assert!(!refuses("ensureFolder") && !refuses("checkHealth") && !refuses("admin"));
        assert!(permits("isAdmin") && permits("canEdit") && permits("hasAccess") && !permits("isEmpty"));
    }
}
