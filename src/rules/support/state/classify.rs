//! What state in memory is for, by its name and by what is done with it.

use super::super::apis::Apis;
use super::super::effects::EffectMap;
use super::collect::{Accesses, Change, How};
use super::form::Form;
use super::guard::{self, Guard};
use super::lists::{CACHED, CONCURRENCY, EXPIRY, LIVE, PERSON, SECRET, SERIAL, UPKEEP};
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

/// A judgement.
pub(super) const fn graded(purpose: Purpose, at_most: Severity, confidence: Confidence) -> Option<Graded> {
    Some(Graded { purpose, at_most, confidence })
}

/// Judges a holder; `None` where it is no state that a later request could miss.
pub(crate) fn classify<'p>(
    program: &Program<'p>,
    known: (&Apis<'p>, &EffectMap),
    subject: &Subject,
    accesses: &Accesses,
) -> Option<Graded> {
    let view = View::new(program, known, subject, accesses)?;
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
        let held = self.is_held();
        if self.values.iter().any(|v| v.promise)
            || (!held && (self.name_has(CONCURRENCY) || self.paces()))
            || (!precious && self.is_constant())
        {
            return None;
        }
        self.limiter().or_else(|| {
            // A cache of figures is a cache.
            let cached = self.last_word_is(CACHED);
            let figures = (self.hints.harmless || self.subject.harmless_path) && !cached;
            // Names of what is made once per key say nothing where requests bring what is kept.
            let made = (self.hints.made && !cached) || self.last_word_is(LIVE);
            let quiet = (figures || self.is_buffer()) && !precious;
            // Rooms and games are data, though they are instances.
            let kept = |v: &Stored| v.own && self.hints.store && !self.all_guarded();
            let live = self.values.iter().any(|v| v.live && !v.data && !kept(v));
            let brought = self.form == Form::Container && self.keeps_what_is_sent();
            if quiet || live || (made && !precious && !held && !brought) {
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

    fn container(&self) -> Option<Graded> {
        if self.hints.lock && self.is_released() && self.any_guarded() {
            return graded(Purpose::Lock, error_if(self.keys_from_request()), Confidence::High);
        }
        if self.is_held() {
            return self.lock();
        }
        let filled = self.is_filled_after_asking();
        let guarded = self.all_guarded() || filled;
        let awaited = self.values.iter().any(|v| v.awaited) || filled;
        let timed = self.values.iter().any(|v| v.time);
        let is_set = self.puts.iter().all(|put| put.method && put.key == put.value);
        // When something was done last is no copy, unless it says when one expires.
        let stamps = self.only_times() && !self.name_has(EXPIRY);
        // What one function looks up, finds too old and makes again is a cache, however it evicts.
        let renewed =
            (timed && !stamps && self.by_time() && self.read_only_here()) || self.is_given_while_young();
        // What is never read is no copy of anything.
        let asked = is_set || self.only_asked();
        let copied = guarded && !asked && !stamps && !self.is_changed();
        let cache = copied || renewed || self.hints.cache || matches!(self.form, Form::Package);
        if self.precious() && !(guarded && awaited) {
            return graded(Purpose::Store, Severity::Error, Confidence::High);
        }
        if cache {
            let loads = awaited && self.keys_from_request();
            let worth = loads || timed || renewed || self.by_time() || matches!(self.form, Form::Package);
            let own = self.name_has(SECRET) && !self.keys_from_request();
            return if worth && !own {
                graded(Purpose::Cache, Severity::Info, Confidence::High)
            } else {
                None
            };
        }
        let set_up = is_set && self.only_asked() && self.in_set_up();
        if (set_up || self.values.iter().all(|v| v.yes)) && !self.hints.store {
            return None;
        }
        if self.shows_counts() {
            return graded(Purpose::Store, Severity::Warning, Confidence::Medium);
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
        if self.is_written_through() {
            return graded(Purpose::Cache, Severity::Info, Confidence::High);
        }
        if self.hints.identity {
            graded(Purpose::RequestData, error_if(self.name_has(PERSON)), Confidence::Medium)
        } else {
            graded(Purpose::Store, Severity::Error, Confidence::High)
        }
    }

    /// A variable that only ever becomes `true`: a flag, or a lock if it is taken back.
    fn flag(&self) -> Option<Graded> {
        if !self.is_released() || !self.any_guarded() || self.name_has(UPKEEP) || self.gives_copy() {
            return None;
        }
        graded(Purpose::Lock, Severity::Warning, Confidence::Medium)
    }
}

/// An error where it is sure, else a warning.
pub(super) const fn error_if(sure: bool) -> Severity {
    if sure { Severity::Error } else { Severity::Warning }
}
