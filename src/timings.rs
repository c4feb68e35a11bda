//! Where the time of a run goes, for `--timings`: the pipeline writes it, `cli/timings.rs` prints it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Spans of time by what was done in them, in the order in which they ended.
#[derive(Debug, Default)]
pub struct Timings(Mutex<Vec<(&'static str, Duration)>>);

impl Timings {
    /// Does something and notes how long it took.
    pub fn time<T>(&self, what: &'static str, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = work();
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spent.push((what, started.elapsed()));
        result
    }

    /// What was noted so far.
    #[must_use]
    pub fn spent(&self) -> Vec<(&'static str, Duration)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
