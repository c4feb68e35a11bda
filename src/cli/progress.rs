//! A line on the terminal for runs that take long: what is being done, and for how long.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::progress::{Progress, Stage};

/// Most runs are over before anybody wonders.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is drawn.
const TICK: Duration = Duration::from_millis(120);
/// Return to the first column and clear the line.
const CLEAR: &str = "\r\u{1b}[2K";

/// Draws the line until it is dropped; then the line is gone.
pub(super) struct Line {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Line {
    /// Starts to watch an analysis, where a person looks at standard error.
    pub(super) fn watch(progress: &Arc<Progress>, quiet: bool) -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        if quiet || !is_wanted(io::stderr().is_terminal(), variable) {
            return Self { running: None };
        }
        let progress = Arc::clone(progress);
        let (stop, stopped) = channel();
        let started = Instant::now();
        let draw = move || {
            let mut wait = PATIENCE;
            let mut drawn = false;
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                // A terminal that takes nothing is not worth an error.
                _ = write!(io::stderr().lock(), "{CLEAR}{}", text(&progress, started.elapsed()));
                _ = io::stderr().flush();
                (wait, drawn) = (TICK, true);
            }
            if drawn {
                _ = write!(io::stderr().lock(), "{CLEAR}");
            }
        };
        // Without a thread there is no line, and nothing else is lost.
        let thread = thread::Builder::new().name("progress".to_owned()).spawn(draw);
        Self { running: thread.ok().map(|thread| (stop, thread)) }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            _ = thread.join();
        }
    }
}

/// Only on a terminal that can clear a line, and not in CI, where some services give every job a terminal.
pub(super) fn is_wanted(terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let ci = variable("CI").is_some_and(|ci| !matches!(ci.as_str(), "" | "0" | "false"));
    terminal && !ci && variable("TERM").is_none_or(|term| term != "dumb")
}

fn text(progress: &Progress, elapsed: Duration) -> String {
    let what = match progress.stage() {
        Stage::Looking => "looking for routes".to_owned(),
        Stage::Reading => format!("reading, {} files", progress.files()),
        Stage::Following => format!("following calls through {} files", progress.files()),
        Stage::Checking => "checking".to_owned(),
    };
    format!("routelint: {what} … {} s", elapsed.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_people_at_a_terminal_see_it() {
        let with = |terminal, set: &[(&str, &str)]| {
            is_wanted(terminal, |name| set.iter().find(|(key, _)| *key == name).map(|(_, v)| (*v).to_owned()))
        };
        assert!(with(true, &[]) && with(true, &[("CI", "false"), ("TERM", "xterm")]));
        assert!(!with(false, &[]));
        assert!(!with(true, &[("CI", "true")]));
        assert!(!with(true, &[("TERM", "dumb")]));
    }

    #[test]
    fn the_line_says_what_is_done_and_fits() {
        let progress = Progress::default();
        assert_eq!(text(&progress, PATIENCE), "routelint: looking for routes … 1 s");
        progress.enter(Stage::Reading);
        progress.step();
        assert_eq!(text(&progress, PATIENCE), "routelint: reading, 1 files … 1 s");
        progress.enter(Stage::Following);
        assert!(text(&progress, Duration::from_secs(3600)).chars().count() < 60);
    }
}
