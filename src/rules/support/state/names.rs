//! What names say about state.

/// What a name makes likely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hints {
    /// Counts or throttles.
    pub limiter: bool,
    /// Things that must not be lost: sessions, one-time codes, jobs.
    pub store: bool,
    /// Copies for speed.
    pub cache: bool,
    /// Who may go on.
    pub lock: bool,
    /// Who is asking.
    pub identity: bool,
    /// Logs, warnings, figures, tests: nobody misses it.
    pub harmless: bool,
    /// What is made once per key and stays, mostly: handlers, templates.
    pub made: bool,
}

const LIMITER: &[&str] = &[
    "rate",
    "ratelimit",
    "ratelimiter",
    "limit",
    "limiter",
    "attempt",
    "hit",
    "bucket",
    "throttle",
    "throttled",
    "throttler",
    "strike",
    "cooldown",
    "quota",
    "lockout",
    "brute",
    "dedupe",
    "dedup",
    "ip",
    "count",
    "counter",
    "usage",
    "tries",
    "window",
    "request",
];
const STORE: &[&str] = &[
    "session",
    "otp",
    "token",
    "code",
    "cart",
    "basket",
    "user",
    "job",
    "status",
    "progress",
    "queue",
    "room",
    "todo",
    "task",
    "db",
    "database",
    "data",
    "item",
    "store",
    "storage",
    "message",
    "order",
    "post",
    "comment",
    "vote",
    "notification",
    "game",
    "lobby",
    "player",
    "state",
    "verification",
    "nonce",
    "challenge",
    "csrf",
    "conversation",
    "chat",
    "thread",
    "upload",
    "setting",
    "idempotency",
    "processed",
    "seen",
    "used",
    "product",
    "note",
    "event",
    "booking",
    "reservation",
    "account",
    "invite",
    "result",
    "score",
    "poll",
    "survey",
    "submission",
    "entry",
    "record",
    "issue",
    "history",
    "context",
    "memory",
    "document",
    "file",
    "export",
    "report",
    "run",
    "workflow",
];
const CACHE: &[&str] = &["cache", "cached", "memo", "memoized", "lru", "ttl"];
const LOCK: &[&str] = &[
    "lock",
    "locked",
    "mutex",
    "semaphore",
    "inflight",
    "flight",
    "processing",
    "busy",
    "running",
    "active",
];
const IDENTITY: &[&str] = &[
    "user", "session", "userid", "token", "auth", "email", "account", "tenant", "customer", "member", "req",
    "request", "res", "cookie", "header", "ctx", "viewer", "identity", "jwt", "locale",
];
const HARMLESS: &[&str] = &[
    "warn",
    "warned",
    "warning",
    "log",
    "logged",
    "logger",
    "debug",
    "metric",
    "telemetry",
    "stat",
    "histogram",
    "gauge",
    "trace",
    "tracer",
    "span",
    "mock",
    "fixture",
    "breaker",
    "circuit",
    "initialized",
    "inited",
    "ready",
    "loaded",
    "setup",
    "booted",
    "deprecation",
    "deprecated",
    "healthy",
    "sigterm",
    "shutdown",
    "unhealthy",
    "performance",
    "timing",
];
const MADE: &[&str] = &[
    "registry",
    "registered",
    "plugin",
    "handler",
    "listener",
    "hook",
    "schema",
    "regex",
    "pattern",
    "template",
    "formatter",
    "icon",
    "font",
    "i18n",
    "translation",
    "module",
    "component",
    "connected",
    "installed",
];

/// Folders and files that hold figures and logs.
const HARMLESS_PATHS: &[&str] = &[
    "log",
    "logger",
    "logging",
    "prom",
    "prometheus",
    "metric",
    "telemetry",
    "tracing",
    "instrumentation",
    "sentry",
    "posthog",
    "analytic",
    "otel",
    "observability",
    "test",
    "mock",
    "fixture",
    "debug",
];

/// Whether a file's path says that it is about logs, figures or tests.
pub(crate) fn is_harmless_path(path: &str) -> bool {
    // Folders of routes are words of a URL: `app/api/audit-logs/route.ts` serves logs, and may limit who reads them.
    let is_url = path.contains("/api/") || path.starts_with("api/");
    path.rsplit('/').take(if is_url { 1 } else { 3 }).any(|part| has_word(part, HARMLESS_PATHS))
}

/// What a name, or several, say.
pub(crate) fn hints(names: &[&str]) -> Hints {
    let mut hints = Hints::default();
    for name in names {
        for word in words(name) {
            let word = word.as_str();
            let singular = word.strip_suffix('s').unwrap_or(word);
            let is = |list: &[&str]| list.contains(&word) || list.contains(&singular) || plural_y(word, list);
            hints.limiter |= is(LIMITER);
            hints.store |= is(STORE);
            hints.cache |= is(CACHE);
            hints.lock |= is(LOCK);
            hints.identity |= is(IDENTITY);
            hints.harmless |= is(HARMLESS);
            hints.made |= is(MADE);
        }
    }
    hints
}

/// `entries`, `histories`
fn plural_y(word: &str, list: &[&str]) -> bool {
    word.strip_suffix("ies").is_some_and(|stem| list.contains(&format!("{stem}y").as_str()))
        || word.strip_suffix("es").is_some_and(|stem| list.contains(&stem))
}

/// Whether a name has one of these words in it.
pub(crate) fn has_word(name: &str, list: &[&str]) -> bool {
    words(name).iter().any(|word| list.contains(&word.as_str()) || list.contains(&word.trim_end_matches('s')))
}

/// The last word of a name that is no number.
pub(crate) fn last_word(name: &str) -> Option<String> {
    words(name).pop()
}

/// The words of a name, lower-case: `rateLimitByIP` gives `rate`, `limit`, `by`, `ip`.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = None;
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let starts = letter.is_uppercase()
            && (before.is_some_and(char::is_lowercase)
                || (before.is_some_and(char::is_uppercase)
                    && letters.peek().is_some_and(|n| n.is_lowercase())));
        if (starts || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        before = letter.is_alphabetic().then_some(letter);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(words("rateLimitByIP"), ["rate", "limit", "by", "ip"]);
        assert_eq!(words("OTPStore"), ["otp", "store"]);
        assert_eq!(words("_job_status2"), ["job", "status2"]);
        assert_eq!(words(""), [""; 0]);
    }

    #[test]
    fn plurals_count() {
        assert!(hints(&["loginAttempts"]).limiter);
        assert!(hints(&["sessions"]).store);
        assert!(hints(&["ipHistories"]).store);
        assert!(hints(&["memoryCaches"]).cache);
        assert_eq!(hints(&["foo"]), Hints::default());
    }
}
