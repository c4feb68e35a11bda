//! What the names of functions say of the work that is lost with them.

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

/// Whether one of these is a word of a name.
pub(super) fn has_word(name: &str, wanted: &[&str]) -> bool {
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

/// Names of tables that only count what was looked at.
pub(crate) fn is_tally(name: &str) -> bool {
    let counts = [
        "view",
        "views",
        "pageview",
        "pageviews",
        "visit",
        "visits",
        "hit",
        "hits",
        "click",
        "clicks",
        "impression",
        "impressions",
    ];
    has_word(name, &counts) && !is_business(name)
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
pub(super) fn pays(name: &str) -> bool {
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
pub(super) fn is_sending(name: &str) -> bool {
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
