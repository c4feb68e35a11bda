//! What state in memory is for, by its name and by what is done with it.

use super::super::apis::Apis;
use super::collect::{Accesses, Change, How};
use super::form::Form;
use super::guard::{self, Guard};
use super::lists::{CACHED, CALLERS, CONCURRENCY, LIVE, PERSON, SECRET, SERIAL, UPKEEP};
use super::names::hints;
use super::stored::Stored;
use super::subject::Subject;
use super::view::View;
use crate::diagnostic::{Confidence, Severity};
use crate::link::Program;

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

impl View<'_, '_> {
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
            || (!precious && self.is_constant())
        {
            return None;
        }
        self.limiter().or_else(|| {
            // A cache of figures is a cache.
            let figures = (self.hints.harmless || self.subject.harmless_path) && !self.last_word_is(CACHED);
            let quiet = (figures || self.is_buffer()) && !precious;
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
        let harmless = self.hints.harmless || self.subject.harmless_path;
        if (counts && self.in_finally()) || (harmless && !(counts && by_count)) {
            return None;
        }
        let named = self.hints.limiter || self.in_limiter_file();
        // Codes and sessions that count their own uses are still codes and sessions.
        if self.precious() && !hints(&[&self.subject.name]).limiter {
            return None;
        }
        let contains = matches!(self.form, Form::Container | Form::Package);
        if contains && self.keyed() {
            // What was loaded with its time is a copy, whatever is compared afterwards.
            let gathers = times && !self.values.iter().any(|v| v.awaited);
            if (counts || gathers) && by_count && (named || times || by_time) {
                return graded(Purpose::RateLimit, Severity::Error, Confidence::High);
            }
            if named && (counts || gathers) && by_time && !self.hints.cache {
                return graded(Purpose::RateLimit, Severity::Error, Confidence::High);
            }
            // A count by what the request says, compared with a bound, is a limit under any name.
            if counts && by_count && !harmless && self.keys_from_request() {
                return graded(Purpose::RateLimit, Severity::Warning, Confidence::Medium);
            }
            let only_times = self.values.iter().all(|v| v.time && !v.data && !v.awaited && !v.other);
            if only_times && by_time && self.keys_vary() && !self.hints.harmless {
                return graded(Purpose::RateLimit, Severity::Warning, Confidence::Medium);
            }
            return None;
        }
        // One counter for all callers, or one list of times.
        let listed =
            contains && times && self.accesses.reads.iter().any(|read| read.how == How::Order && read.size);
        (self.name_has(CALLERS) && (counts && by_count || listed)).then_some(Graded {
            purpose: Purpose::RateLimit,
            at_most: Severity::Warning,
            confidence: Confidence::Medium,
        })
    }

    fn container(&self) -> Option<Graded> {
        if self.hints.lock && self.is_released() && self.any_guarded() {
            return graded(Purpose::Lock, error_if(self.keys_from_request()), Confidence::High);
        }
        let guarded = self.all_guarded();
        let awaited = self.values.iter().any(|v| v.awaited);
        let timed = self.values.iter().any(|v| v.time);
        let is_set = self.puts.iter().all(|put| put.method && put.key == put.value);
        // What one function looks up, finds too old and makes again is a cache, however it evicts.
        let renewed = timed && self.by_time() && self.read_only_here();
        let cache = (guarded && !is_set) || renewed || self.hints.cache || matches!(self.form, Form::Package);
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
            graded(Purpose::RequestData, error_if(self.name_has(PERSON)), Confidence::Medium)
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

/// An error where it is sure, else a warning.
const fn error_if(sure: bool) -> Severity {
    if sure { Severity::Error } else { Severity::Warning }
}
