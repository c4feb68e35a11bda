//! Where the time of a run goes, for `--timings`: the pipeline writes it, the command line prints it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long was spent on what, in the order in which it was first noted. Apps, and the rules of an app, are looked at
/// side by side, so the sum may be more than what somebody waited.
#[derive(Debug, Default)]
pub struct Timings(Mutex<Vec<(&'static str, Duration)>>);

/// Does something, and says how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let result = work();
    (result, started.elapsed())
}

impl Timings {
    /// Does something and notes how long it took.
    pub fn time<T>(&self, what: &'static str, work: impl FnOnce() -> T) -> T {
        let (result, took) = timed(work);
        self.note(what, took);
        result
    }

    /// Notes how long something took that was done beside something else, so that the order stays the same.
    pub fn note(&self, what: &'static str, took: Duration) {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match spent.iter_mut().find(|(known, _)| *known == what) {
            Some((_, sum)) => *sum += took,
            None => spent.push((what, took)),
        }
    }

    /// What was noted so far.
    #[must_use]
    pub fn spent(&self) -> Vec<(&'static str, Duration)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
