//! `--watch`: checks again whenever something changes, until somebody ends it.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::analyze::{AnalyzeError, Changes, Session};
use crate::report::{Report, one_line};
use crate::watch::{Batch, WatchError, Watcher};

use super::Exit;
use super::args::{Check, Color};
use super::config::{Effective, from_here};
use super::deliver::{Delivered, Plan};
use super::error::CliError;
use super::output::print;
use super::progress::{Line, is_wanted};
use super::timings;

/// What a checkout or an editor takes away for a moment is back after this.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often that is looked at.
const TICK: Duration = Duration::from_millis(50);
/// Clear the screen, and go to its first line; what scrolled out of it stays.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J";

/// Checks, and checks again, until standard output is closed or there is nothing left to watch.
pub(super) fn run(check: &Check, color: Color) -> Result<Exit, CliError> {
    let plan = Plan::new(&check.outputs, false)?;
    plan.repeats()?;
    let mut watch = Watch {
        check,
        color,
        plan,
        effective: Effective::new(&check.scan, None)?.with_baseline()?,
        session: Session::new(),
        watcher: Watcher::new()?,
        is_first: true,
    };
    let mut changes = Changes { configuration: true, ..Changes::default() };
    let mut what = What { paths: Vec::new(), since: Instant::now() };
    loop {
        match watch.round(&mut changes, &what) {
            Ok(Delivered::Read) => {}
            Ok(Delivered::Unread) => return Ok(Exit::Clean),
            Err(error) if watch.is_first => return Err(error),
            Err(error) if is_gone(&error) => return Err(watch.gone(error)),
            // It is put right in an editor, and then checked again.
            Err(error) => error.print(super::output::error_page(color)),
        }
        if watch.follow()? {
            // What changed in a new folder before it was watched was not told.
            changes.tree = true;
            continue;
        }
        watch.tell_ready();
        what = watch.wait(&mut changes)?;
    }
}

/// Whether what was to be watched is not there any more.
fn is_gone(error: &CliError) -> bool {
    matches!(error, CliError::Analyze(AnalyzeError::Project(_) | AnalyzeError::Apart { .. }))
}

/// A run that does not end.
struct Watch<'a> {
    check: &'a Check,
    color: Color,
    plan: Plan<'a>,
    effective: Effective,
    session: Session,
    watcher: Watcher,
    /// Nothing has been said yet of what is watched.
    is_first: bool,
}

/// What made a round necessary.
struct What {
    paths: Vec<PathBuf>,
    since: Instant,
}

impl Watch<'_> {
    /// Checks, and reports if there is something to say. Changes are done with if all went well.
    fn round(&mut self, changes: &mut Changes, what: &What) -> Result<Delivered, CliError> {
        let report = loop {
            match self.analyze(changes) {
                Err(error) if !self.is_first && is_gone(&error) && what.since.elapsed() < PATIENCE => {
                    sleep(TICK);
                }
                result => break result?,
            }
        };
        *changes = Changes::default();
        if !self.session.stirred() {
            return Ok(Delivered::Read);
        }
        self.show(&report, what)
    }

    fn analyze(&mut self, changes: &Changes) -> Result<Report, CliError> {
        if changes.configuration && !self.is_first {
            self.effective = Effective::new(&self.check.scan, None)?.with_baseline()?;
        }
        let options = &mut self.effective.options;
        (options.progress, options.timings) = (Arc::default(), Arc::default());
        let line = Line::watch(&options.progress, self.check.outputs.quiet);
        let report = self.session.analyze(options, changes);
        drop(line);
        Ok(report?)
    }

    /// Reports, after all that was reported before or in its place.
    fn show(&self, report: &Report, What { paths, since }: &What) -> Result<Delivered, CliError> {
        let is_again = !self.is_first;
        if is_again && is_wanted(io::stdout().is_terminal(), |name| std::env::var(name).ok()) {
            print(|out| out.write_all(CLEAR.as_bytes()))?;
        }
        let timed = &self.effective.options.timings;
        let delivered = timed.time("write the report", || self.plan.write(report, self.color))?;
        if self.check.timings {
            timings::tell(timed);
        }
        if is_again {
            self.tell(&format!("{} changed, checked in {} ms", names(paths), since.elapsed().as_millis()));
        }
        Ok(delivered)
    }

    /// Watches all that matters now, and says whether some of it is new.
    fn follow(&mut self) -> Result<bool, CliError> {
        let Some(root) = self.session.root().map(Path::to_path_buf) else { return Ok(false) };
        let mut places = self.session.places();
        places.extend(self.files().filter_map(|file| Some(file.parent()?.to_path_buf())));
        Ok(self.watcher.watch(&root, &places)?)
    }

    /// The error for a project that is not there any more.
    fn gone(&self, error: CliError) -> CliError {
        match self.session.root() {
            Some(root) if !root.exists() => WatchError::Gone(root.to_path_buf()).into(),
            _ => error,
        }
    }

    fn tell_ready(&mut self) {
        if std::mem::replace(&mut self.is_first, false) {
            self.tell(&format!("watching {} folders for changes, Ctrl-C ends it", self.watcher.folders()));
        }
    }

    /// Waits for changes that matter, and adds them to those that are still to be looked at.
    fn wait(&mut self, changes: &mut Changes) -> Result<What, CliError> {
        loop {
            let files: Vec<PathBuf> = self.files().collect();
            let session = &self.session;
            let note = |path: &PathBuf, changes: &mut Changes| {
                let is_named = files.contains(path);
                changes.configuration |= is_named;
                is_named || session.note(path, changes)
            };
            let matters = |path: &PathBuf| note(path, &mut Changes::default());
            let Batch { mut paths, is_partial, since } = self.watcher.wait(&matters)?;
            // What is there in the end decides.
            paths.retain(|path| note(path, changes));
            changes.configuration |= is_partial;
            if !changes.is_empty() {
                return Ok(What { paths, since });
            }
        }
    }

    /// Files that arguments or the configuration name, absolute.
    fn files(&self) -> impl Iterator<Item = PathBuf> {
        let named = self.effective.baseline.iter().chain(&self.check.scan.config);
        named.filter_map(|file| {
            let folder = file.parent().filter(|folder| *folder != Path::new(""));
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(folder.join(file.file_name()?))
        })
    }

    /// Says something to whoever looks, beside the report.
    fn tell(&self, text: &str) {
        if !self.check.outputs.quiet {
            // Nobody reads it if standard error is closed.
            _ = writeln!(io::stderr().lock(), "{text}");
        }
    }
}

/// Some files by name, for one line.
fn names(paths: &[PathBuf]) -> String {
    let Some(first) = paths.first() else { return "many files".to_owned() };
    let first = one_line(&from_here(first)).to_string();
    match paths.len() {
        1 => first,
        2 => format!("{first} and 1 other"),
        number => format!("{first} and {} others", number - 1),
    }
}
