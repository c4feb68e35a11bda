//! Lists of words that names are compared with.

/// Names of what is lost with the process and missed: graver than a cache, whatever else the name says.
pub(crate) const PRECIOUS: &[&str] =
    &["otp", "session", "csrf", "nonce", "verification", "idempotency", "cart", "challenge", "2fa"];
/// Names of what an app proves itself with, for as long as it is valid.
pub(crate) const SECRET: &[&str] = &["token", "credential", "secret", "jwk", "jwks", "key", "certificate"];
/// Names of what is made once per key and stays: not data.
pub(crate) const LIVE: &[&str] = &[
    "agent",
    "dispatcher",
    "client",
    "instance",
    "adapter",
    "pool",
    "connection",
    "conn",
    "socket",
    "ws",
    "subscriber",
    "listener",
    "controller",
    "emitter",
    "writer",
    "stream",
    "singleton",
    "registry",
    "provider",
    "service",
    "interval",
    "timer",
    "timeout",
    "watcher",
    "observer",
    "callback",
    "promise",
    "resolver",
    "executor",
    "worker",
];
/// Names of limits on what one process does at the same time: theirs to keep.
pub(crate) const CONCURRENCY: &[&str] = &[
    "concurrent",
    "concurrency",
    "bulkhead",
    "slot",
    "semaphore",
    "inflight",
    "flight",
    "backpressure",
    "breaker",
    "circuit",
];
/// Names of what is gathered to be sent on.
pub(crate) const BUFFER: &[&str] = &["pending", "buffer", "buffered", "batch", "outbox", "flush"];
/// Names of one user, rather than of a request's parts.
pub(crate) const PERSON: &[&str] = &[
    "user", "session", "userid", "token", "email", "account", "tenant", "customer", "member", "viewer",
    "jwt", "identity", "cookie",
];
/// Names of what de-duplicates work within one process, where doing it twice does no harm.
pub(crate) const UPKEEP: &[&str] = &[
    "refresh",
    "refreshing",
    "load",
    "loading",
    "fetch",
    "fetching",
    "warm",
    "warming",
    "init",
    "initializing",
    "flush",
    "flushing",
    "queue",
    "drain",
    "draining",
    "connect",
    "connecting",
    "cleanup",
    "sweep",
    "prune",
    "reconnecting",
    "started",
    "start",
];
/// Names of numbers that only have to differ.
pub(crate) const SERIAL: &[&str] = &[
    "id", "ids", "seq", "sequence", "next", "index", "idx", "uid", "cursor", "round", "robin", "pointer",
    "offset",
];

/// Names of what counts what callers do, however it is kept.
pub(crate) const CALLERS: &[&str] =
    &["rate", "limit", "limiter", "attempt", "throttle", "request", "hit", "quota"];

/// Last words of names of copies.
pub(super) const CACHED: &[&str] = &["cache", "cached", "memo"];

/// Names of when a copy is too old.
pub(super) const EXPIRY: &[&str] = &["expiry", "expire", "expires", "expiration", "ttl", "cache"];

/// Names of functions that make ready what is there afterwards, however often they run.
pub(super) const SET_UP: &[&str] =
    &["ensure", "init", "initialize", "setup", "migrate", "prepare", "provision", "bootstrap"];
