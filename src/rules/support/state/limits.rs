//! Limits on callers: what is counted, and what it is compared with.

use super::classify::{Graded, Purpose, graded};
use super::collect::{How, Read};
use super::form::Form;
use super::lists::CALLERS;
use super::names::hints;
use super::view::View;
use crate::diagnostic::{Confidence, Severity};
use crate::facts::{Expr, ExprId};
use crate::link::ExprRef;

impl View<'_, '_> {
    pub(super) fn limiter(&self) -> Option<Graded> {
        let of_package = self.values.iter().any(|v| v.limiter);
        if of_package && self.keyed() {
            return graded(Purpose::RateLimit, Severity::Error, Confidence::High);
        }
        let by_count = self.ordered(false).next().is_some();
        let counts = self.counts();
        let times = self.values.iter().any(|v| v.time);
        let harmless = self.is_harmless();
        if (counts && self.in_finally()) || (harmless && !(counts && by_count)) {
            return None;
        }
        // Codes and sessions that count their own uses are still codes and sessions.
        if self.precious() && !hints(&[&self.subject.name]).limiter {
            return None;
        }
        let contains = matches!(self.form, Form::Container | Form::Package);
        if contains && self.keyed() {
            return self.per_caller(by_count);
        }
        // One counter for all callers, or one list of times.
        let sized = || self.accesses.reads.iter().any(|read| read.how == How::Order && read.size);
        let listed = contains && times && !self.hints.harmless && !self.hints.made && sized();
        (self.name_has(CALLERS) && !self.hints.harmless && (counts && by_count || listed)).then_some(Graded {
            purpose: Purpose::RateLimit,
            at_most: Severity::Warning,
            confidence: Confidence::Medium,
        })
    }

    /// An entry for each caller.
    fn per_caller(&self, by_count: bool) -> Option<Graded> {
        let counts = self.counts();
        let named = (self.hints.limiter || self.in_limiter_file()) && (counts || !self.is_record());
        let by_time = self.ordered(true).next().is_some();
        let times = self.values.iter().any(|v| v.time);
        // What was loaded with its time is a copy, whatever is compared afterwards.
        let gathers = times && !self.values.iter().any(|v| v.awaited);
        // What no name says has to be seen.
        let seen = self.tallies() && self.is_bounded();
        if (counts || gathers) && by_count && (named || seen && (by_time || counts && times)) {
            return graded(Purpose::RateLimit, Severity::Error, Confidence::High);
        }
        if named && (counts || gathers) && by_time && !self.hints.cache {
            return graded(Purpose::RateLimit, Severity::Error, Confidence::High);
        }
        // A count by what the request says, compared with a bound, is a limit under any name.
        if counts && seen && !self.is_harmless() && self.keys_from_request() {
            return graded(Purpose::RateLimit, Severity::Warning, Confidence::Medium);
        }
        let told = || self.hints.limiter || self.in_limiter_file() || self.refuses();
        if self.only_times()
            && by_time
            && self.keys_vary()
            && !self.hints.harmless
            && !self.hints.made
            && told()
        {
            return graded(Purpose::RateLimit, Severity::Warning, Confidence::Medium);
        }
        None
    }

    /// Whether nothing but times is kept.
    pub(super) fn only_times(&self) -> bool {
        self.values.iter().all(|v| v.time && !v.data && !v.awaited && !v.other)
    }

    /// What is read and compared with `<` or `>`: with times, or with something else.
    fn ordered(&self, time: bool) -> impl Iterator<Item = &Read> {
        let ordered = self.accesses.reads.iter().filter(|read| read.how == How::Order && !read.size);
        ordered.filter(move |read| self.tells_time(read.file, read.expr) == time)
    }

    /// `requestLog` is a log of requests, and may be what limits them; `logTimes` are times of log lines.
    fn is_record(&self) -> bool {
        self.last_word_is(&["log"])
    }

    /// Names of logs and figures: throttled for their own sake.
    fn is_harmless(&self) -> bool {
        (self.hints.harmless && !self.is_record()) || self.hints.made || self.subject.harmless_path
    }

    /// Whether nothing but numbers and times is kept: with a name, a text or a list of answers it is no tally.
    fn tallies(&self) -> bool {
        self.puts.iter().zip(&self.values).all(|(put, value)| {
            let pushed = put.method && put.key == ExprId::UNKNOWN;
            !value.content && (!pushed || value.number) && !self.is_spread(put)
        })
    }

    /// Whether what is kept is compared with a bound from elsewhere, rather than with another part of itself:
    /// `entry.count >= 10`, not `quiz.index < quiz.total`.
    fn is_bounded(&self) -> bool {
        let kept = |read: &Read, id| self.accesses.touched.contains(&ExprRef { file: read.file, id });
        self.ordered(false).any(|read| {
            let expr = self.program.module(read.file).map(|module| module.facts.expr(read.expr));
            matches!(expr, Some(Expr::Binary { left, right, .. }) if !(kept(read, left) && kept(read, right)))
        })
    }
}
