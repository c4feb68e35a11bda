//! `--timings`: where the time of a run went.

use std::io::Write as _;

use crate::timings::Timings;

/// Prints what took longest first, in milliseconds, on standard error.
pub(super) fn tell(timings: &Timings) {
    let mut spent = timings.spent();
    spent.sort_by_key(|&(_, took)| std::cmp::Reverse(took));
    let mut lines = String::new();
    for (what, took) in spent.iter().filter(|(_, took)| took.as_micros() >= 50) {
        lines.push_str(&format!("{:>9.1} ms  {what}\n", took.as_secs_f64() * 1e3));
    }
    // Nobody reads it if standard error is closed.
    _ = std::io::stderr().lock().write_all(lines.as_bytes());
}
