//! What state in memory is for, by its name and by what is done with it.

use super::collect::{Accesses, Change, How, Write};
use super::form::{Form, Stored, adds, compares_time, form, stored, tells_time};
use super::guard::{self, Guard};
use super::names::{Hints, has_word, hints, last_word};
use super::resolve::Holder;
use super::subject::Subject;
use crate::diagnostic::{Confidence, Severity};
use crate::facts::{ContextKind, Expr, ExprId};
use crate::link::{ExprRef, Program};

use super::super::apis::Apis;
use super::super::arguments::value_from_request;

/// What state is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Counts or throttles what callers do.
    RateLimit,
    /// Holds what must not be lost.
    Store,
    /// Holds copies for speed.
    Cache,
    /// Says who may go on.
    Lock,
    /// Holds what belongs to one request or one user.
    RequestData,
}

/// A purpose, and how grave and how sure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Graded {
    /// What for.
    pub purpose: Purpose,
    /// No graver than this.
    pub at_most: Severity,
    /// No surer than this.
    pub confidence: Confidence,
}

const fn graded(purpose: Purpose, at_most: Severity, confidence: Confidence) -> Option<Graded> {
    Some(Graded { purpose, at_most, confidence })
}

/// Names of what is lost with the process and missed: graver than a cache, whatever else the name says.
const PRECIOUS: &[&str] =
    &["otp", "session", "csrf", "nonce", "verification", "idempotency", "cart", "challenge", "2fa"];
/// Names of what an app proves itself with, for as long as it is valid.
const SECRET: &[&str] = &["token", "credential", "secret", "jwk", "jwks", "key", "certificate"];
/// Names of what is made once per key and stays: not data.
const LIVE: &[&str] = &[
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
const CONCURRENCY: &[&str] = &[
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
const BUFFER: &[&str] = &["pending", "buffer", "buffered", "batch", "outbox", "flush"];
/// Names of one user, rather than of a request's parts.
const PERSON: &[&str] = &[
    "user", "session", "userid", "token", "email", "account", "tenant", "customer", "member", "viewer",
    "jwt", "identity", "cookie",
];
/// Names of what de-duplicates work within one process, where doing it twice does no harm.
const UPKEEP: &[&str] = &[
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
const SERIAL: &[&str] = &[
    "id", "ids", "seq", "sequence", "next", "index", "idx", "uid", "cursor", "round", "robin", "pointer",
    "offset",
];

/// Judges a holder; `None` where it is no state that a later request could miss.
pub(crate) fn classify<'p>(
    program: &Program<'p>,
    apis: &Apis<'p>,
    subject: &Subject,
    accesses: &Accesses,
) -> Option<Graded> {
    let view = View::new(program, apis, subject, accesses)?;
    let graded = view.purpose()?;
    let guards = view.puts.iter().map(|put| guard::around(program, (put.file, put.site), put.function));
    match guards.min()?.max(guard::of_maker(program, subject)) {
        Guard::None => Some(graded),
        Guard::Fallback => Some(Graded {
            at_most: graded.at_most.min(Severity::Info),
            confidence: graded.confidence.min(Confidence::Medium),
            ..graded
        }),
        Guard::Development => None,
    }
}

/// What is known of a holder.
struct View<'a, 'p> {
    program: &'a Program<'p>,
    apis: &'a Apis<'p>,
    subject: &'a Subject,
    accesses: &'a Accesses,
    form: Form,
    hints: Hints,
    /// What requests put there.
    puts: Vec<Write>,
    values: Vec<Stored>,
}

impl<'a, 'p> View<'a, 'p> {
    fn new(
        program: &'a Program<'p>,
        apis: &'a Apis<'p>,
        subject: &'a Subject,
        accesses: &'a Accesses,
    ) -> Option<Self> {
        let form = whole_form(program, apis, subject, accesses);
        let contains = matches!(form, Form::Container | Form::Package);
        let counts = |write: &&Write| contains || (write.depth == 0 && !write.method);
        let puts: Vec<Write> = accesses
            .writes
            .iter()
            .filter(counts)
            .filter(|write| write.request && write.kind != Change::Remove)
            .copied()
            .collect();
        let value = |put: &Write| stored(program, apis, ExprRef { file: put.file, id: put.value }, 0);
        let (puts, values): (Vec<Write>, Vec<Stored>) = puts
            .into_iter()
            .map(|put| (put, value(&put)))
            .filter(|(put, value)| put.kind == Change::Count || !value.nothing)
            .unzip();
        let names: Vec<&str> = subject.names.iter().map(String::as_str).collect();
        let view = Self { program, apis, subject, accesses, form, hints: hints(&names), puts, values };
        (!view.puts.is_empty() && !matches!(form, Form::Weak)).then_some(view)
    }

    fn purpose(&self) -> Option<Graded> {
        let reads = &self.accesses.reads;
        let read = |how: How| reads.iter().any(|read| read.how == how && !read.size);
        let is_read = read(How::Value) || read(How::Presence) || read(How::Order);
        if !is_read || read(How::Dispatch) {
            return None;
        }
        let precious = self.precious();
        if self.values.iter().any(|v| v.promise)
            || self.name_has(CONCURRENCY)
            || (!precious && (self.is_constant() || self.subject.harmless_path))
        {
            return None;
        }
        self.limiter().or_else(|| {
            let quiet = (self.hints.harmless || self.is_buffer()) && !precious;
            // Rooms and games are data, though they are instances.
            let kept = |v: &Stored| v.own && self.hints.store && !self.all_guarded();
            let live = self.values.iter().any(|v| v.live && !v.data && !kept(v));
            if quiet || live || (!precious && self.last_word_is(LIVE)) {
                return None;
            }
            if self.counts() && self.in_finally() {
                return None;
            }
            match self.form {
                Form::Container | Form::Package => self.container(),
                _ => self.variable(),
            }
        })
    }

    /// `const PLANS = { free: … }`: a table, whatever is done with its rows.
    fn is_constant(&self) -> bool {
        let loud = self.subject.name.chars().all(|c| !c.is_lowercase());
        let filled = self.subject.initial.is_some_and(|at| {
            self.program.module(at.file).is_some_and(|module| match module.facts.expr(at.id) {
                Expr::Object(list) | Expr::Array(list) => !list.is_empty(),
                _ => false,
            })
        });
        loud && filled
    }

    /// A list that is gathered and then sent on as a whole.
    fn is_buffer(&self) -> bool {
        let listed = self.puts.iter().all(|put| put.key == ExprId::UNKNOWN && put.kind == Change::Put);
        listed && matches!(self.form, Form::Container) && self.name_has(BUFFER)
    }

    // ------------------------------------------------------------------------------------------ counters

    fn limiter(&self) -> Option<Graded> {
        let of_package = self.values.iter().any(|v| v.limiter);
        if of_package && self.keyed() {
            return graded(Purpose::RateLimit, Severity::Error, Confidence::High);
        }
        let order = |time: bool| {
            self.accesses.reads.iter().any(|read| {
                read.how == How::Order && !read.size && self.tells_time(read.file, read.expr) == time
            })
        };
        let by_count = order(false);
        let by_time = order(true);
        let counts = self.counts();
        let times = self.values.iter().any(|v| v.time);
        if (counts && self.in_finally()) || (self.hints.harmless && !(counts && by_count)) {
            return None;
        }
        let named = self.hints.limiter;
        let contains = matches!(self.form, Form::Container | Form::Package);
        if contains && self.keyed() {
            if (counts || times) && by_count && (named || times || by_time) {
                return graded(Purpose::RateLimit, Severity::Error, Confidence::High);
            }
            if counts && by_count {
                return graded(Purpose::RateLimit, Severity::Error, Confidence::Medium);
            }
            if named && (counts || times) && by_time && !self.hints.cache {
                return graded(Purpose::RateLimit, Severity::Error, Confidence::High);
            }
            let only_times = self.values.iter().all(|v| v.time && !v.data && !v.awaited && !v.other);
            if only_times && by_time && self.keys_vary() && !self.hints.harmless {
                return graded(Purpose::RateLimit, Severity::Warning, Confidence::Medium);
            }
            return None;
        }
        // One counter for all callers.
        (named && counts && by_count).then_some(Graded {
            purpose: Purpose::RateLimit,
            at_most: Severity::Warning,
            confidence: Confidence::Medium,
        })
    }

    fn counts(&self) -> bool {
        self.puts.iter().any(|put| {
            put.kind == Change::Count || adds(self.program, ExprRef { file: put.file, id: put.value }, 0)
        })
    }

    fn keyed(&self) -> bool {
        self.puts.iter().any(|put| put.key != ExprId::UNKNOWN)
    }

    /// Keys are not all written out.
    fn keys_vary(&self) -> bool {
        self.puts.iter().any(|put| {
            let facts = self.program.module(put.file).map(|m| m.facts.expr(put.key));
            put.key != ExprId::UNKNOWN && !matches!(facts, Some(Expr::Str(_) | Expr::Number(_)))
        })
    }

    fn tells_time(&self, file: crate::span::FileId, id: ExprId) -> bool {
        tells_time(self.program, self.apis, ExprRef { file, id })
    }

    fn in_finally(&self) -> bool {
        self.accesses.writes.iter().any(|write| {
            self.program.module(write.file).is_some_and(|module| {
                let context = module.facts.site(write.site).context;
                module.facts.contexts_from(context).any(|c| c.kind == ContextKind::Finally)
            })
        })
    }

    // ------------------------------------------------------------------------------------------ containers

    fn container(&self) -> Option<Graded> {
        if self.hints.lock && self.is_released() && self.any_guarded() {
            return graded(Purpose::Lock, self.error_if(self.keys_from_request()), Confidence::High);
        }
        let guarded = self.all_guarded();
        let awaited = self.values.iter().any(|v| v.awaited);
        let timed = self.values.iter().any(|v| v.time);
        let is_set = self.puts.iter().all(|put| put.method && put.key == put.value);
        let cache = (guarded && !is_set) || self.hints.cache || matches!(self.form, Form::Package);
        if self.precious() && !(guarded && awaited) {
            return graded(Purpose::Store, Severity::Error, Confidence::High);
        }
        if cache {
            let loads = awaited && self.keys_from_request();
            let worth = loads || timed || self.by_time() || matches!(self.form, Form::Package);
            let own = self.name_has(SECRET) && !self.keys_from_request();
            return if worth && !own {
                graded(Purpose::Cache, Severity::Info, Confidence::High)
            } else {
                None
            };
        }
        if self.values.iter().all(|v| v.yes) && !self.hints.store {
            return None;
        }
        let from_request = self.keys_from_request() || self.values_from_request();
        let elsewhere = self.read_elsewhere();
        match (self.hints.store, from_request, elsewhere) {
            (true, true, true) => graded(Purpose::Store, Severity::Error, Confidence::High),
            (true, true, false) | (true, false, true) => {
                graded(Purpose::Store, Severity::Warning, Confidence::Medium)
            }
            (false, true, true) => graded(Purpose::Store, Severity::Warning, Confidence::Medium),
            _ => None,
        }
    }

    /// What is put there is also taken away by the function that puts it.
    fn is_released(&self) -> bool {
        self.accesses.writes.iter().any(|write| {
            let gone = write.kind == Change::Remove || {
                stored(self.program, self.apis, ExprRef { file: write.file, id: write.value }, 0).nothing
                    && write.kind == Change::Put
            };
            gone && write.request && self.puts.iter().any(|put| put.function == write.function)
        })
    }

    fn guarded(&self, put: &Write) -> bool {
        let Some(module) = self.program.module(put.file) else { return false };
        let tests = self.program.tests(put.file, module.facts.site(put.site).context);
        tests.into_iter().any(|id| self.accesses.touched.contains(&ExprRef { file: put.file, id }))
    }

    fn any_guarded(&self) -> bool {
        self.puts.iter().any(|put| self.guarded(put))
    }

    fn all_guarded(&self) -> bool {
        self.puts.iter().all(|put| self.guarded(put))
    }

    /// Whether what is read has an age: it is compared with the time, or used only while something else is young.
    fn by_time(&self) -> bool {
        self.accesses.reads.iter().any(|read| read.how == How::Order && self.tells_time(read.file, read.expr))
            || self.puts.iter().any(|put| {
                let Some(module) = self.program.module(put.file) else { return false };
                let tests = self.program.tests(put.file, module.facts.site(put.site).context);
                tests.into_iter().any(|id| {
                    let test = ExprRef { file: put.file, id };
                    self.accesses.touched.contains(&test) && compares_time(self.program, self.apis, test, 0)
                })
            })
    }

    fn keys_from_request(&self) -> bool {
        self.puts.iter().any(|put| {
            put.key != ExprId::UNKNOWN
                && value_from_request(self.program, ExprRef { file: put.file, id: put.key })
        })
    }

    fn values_from_request(&self) -> bool {
        self.puts.iter().any(|put| {
            put.value != ExprId::UNKNOWN
                && value_from_request(self.program, ExprRef { file: put.file, id: put.value })
        })
    }

    /// Whether something else reads than what writes; what is tested before it is written was written before.
    fn read_elsewhere(&self) -> bool {
        self.accesses.reads.iter().any(|read| {
            matches!(read.how, How::Value | How::Presence | How::Order)
                && !read.size
                && self.puts.iter().any(|put| put.function != read.function || self.guarded(put))
        })
    }

    fn precious(&self) -> bool {
        self.name_has(PRECIOUS) || self.puts.iter().any(|put| self.key_begins(put, PRECIOUS))
    }

    /// `` `otp:${email}` ``
    fn key_begins(&self, put: &Write, list: &[&str]) -> bool {
        let Some(module) = self.program.module(put.file) else { return false };
        let facts = &module.facts;
        let text = match facts.expr(put.key) {
            Expr::Template(parts) => facts.list(parts).first().map(|&id| facts.expr(id)),
            other => Some(other),
        };
        matches!(text, Some(Expr::Str(name)) if has_word(facts.text(name), list))
    }

    fn name_has(&self, list: &[&str]) -> bool {
        self.subject.names.iter().any(|name| has_word(name, list))
    }

    /// Names say last what they are: `clientSessions` are sessions, `sessionClients` are clients.
    fn last_word_is(&self, list: &[&str]) -> bool {
        last_word(&self.subject.name).is_some_and(|word| has_word(&word, list))
    }

    const fn error_if(&self, sure: bool) -> Severity {
        if sure { Severity::Error } else { Severity::Warning }
    }

    // ------------------------------------------------------------------------------------------ variables

    fn variable(&self) -> Option<Graded> {
        if self.values.iter().all(|v| v.yes) {
            return self.flag();
        }
        let of_user = guard::from_identity(self.program, &self.puts);
        if of_user {
            let sure = self.read_elsewhere();
            let confidence = if sure { Confidence::High } else { Confidence::Medium };
            return graded(Purpose::RequestData, Severity::Error, confidence);
        }
        let guarded = self.all_guarded();
        if self.by_time() && (self.values.iter().any(|v| v.awaited || v.data || v.other)) {
            let own = self.name_has(SECRET);
            return if own { None } else { graded(Purpose::Cache, Severity::Info, Confidence::High) };
        }
        if guarded || self.hints.cache {
            return None;
        }
        if self.puts.iter().all(|put| put.kind == Change::Count) {
            let shown = self.accesses.reads.iter().any(|read| read.how == How::Value && read.depth == 0);
            let serial = self.name_has(SERIAL) || !shown;
            return if serial { None } else { graded(Purpose::Store, Severity::Warning, Confidence::Medium) };
        }
        if self.values.iter().all(|v| v.number && !v.data && !v.other) {
            return None;
        }
        if !self.values_from_request() || !self.read_elsewhere() {
            return None;
        }
        if self.hints.identity {
            graded(Purpose::RequestData, self.error_if(self.name_has(PERSON)), Confidence::Medium)
        } else {
            graded(Purpose::Store, Severity::Error, Confidence::High)
        }
    }

    /// A variable that only ever becomes `true`: a flag, or a lock if it is taken back.
    fn flag(&self) -> Option<Graded> {
        if !self.is_released() || !self.any_guarded() || self.name_has(UPKEEP) {
            return None;
        }
        graded(Purpose::Lock, Severity::Warning, Confidence::Medium)
    }
}

/// The form of a holder: of its first value, else of what is put there.
fn whole_form(program: &Program<'_>, apis: &Apis<'_>, subject: &Subject, accesses: &Accesses) -> Form {
    let mut found = match subject.initial {
        Some(at) => form(program, apis, at, 0),
        None => Form::Variable,
    };
    if matches!(found, Form::Variable) {
        let later = accesses.writes.iter().filter(|w| w.depth == 0 && w.kind == Change::Put && !w.method);
        for write in later {
            let more = form(program, apis, ExprRef { file: write.file, id: write.value }, 0);
            // `let last = null; last = { id }` is a variable; `let items; items = []` holds things.
            let empty = stored(program, apis, ExprRef { file: write.file, id: write.value }, 0).nothing;
            if matches!(more, Form::Package | Form::Weak) || (empty && matches!(more, Form::Container)) {
                found = more;
            }
        }
    }
    if matches!(subject.holder, Holder::Global(_)) && matches!(found, Form::Opaque) {
        return Form::Variable;
    }
    found
}
