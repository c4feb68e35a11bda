//! `--fix` and `--diff`: makes the fixes of a report, or shows them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::analyze::{Options, analyze};
use crate::fix::{Change, FixError, Plan, check, patch, plan, write};
use crate::report::{Report, one_line};

use super::error::{CliError, warn};
use super::output::print;

/// Fixes that overlap are made one run at a time; more runs than this are no longer progress.
const MOST_RUNS: usize = 10;

/// What was mended.
#[derive(Debug, Default)]
pub(super) struct Fixed {
    /// Findings.
    pub(super) findings: usize,
    /// Findings with a fix that was not allowed.
    pub(super) held_back: usize,
    /// Why files were left as they are.
    failures: Vec<FixError>,
}

/// Makes fixes until there are none left; gives the report on what remains.
pub(super) fn fix(options: &Options, unsafe_too: bool) -> Result<(Report, Fixed), CliError> {
    let mut fixed = Fixed::default();
    for _ in 0..MOST_RUNS {
        let report = analyze(options)?;
        let plan = fixed.choose(&report, unsafe_too);
        fixed.held_back = plan.held_back;
        if plan.changes.is_empty() {
            return Ok((report, fixed));
        }
        for change in &plan.changes {
            fixed.failures.extend(write(change).err());
        }
        let is_made = |files: &&Vec<String>| !files.iter().any(|file| fixed.left().contains(file));
        fixed.findings += plan.fixed.iter().filter(is_made).count();
    }
    Ok((analyze(options)?, fixed))
}

impl Fixed {
    /// Chooses fixes of which every file can be written: one of two files must not be made by half.
    fn choose(&mut self, report: &Report, unsafe_too: bool) -> Plan {
        loop {
            let plan = plan(report, unsafe_too, &self.left());
            let failures: Vec<FixError> =
                plan.changes.iter().filter_map(|change| check(change).err()).collect();
            if failures.is_empty() {
                return plan;
            }
            self.failures.extend(failures);
        }
    }

    /// The files that were left as they are.
    fn left(&self) -> Vec<String> {
        self.failures.iter().map(|failure| failure.file().to_owned()).collect()
    }
}

/// Says on standard error what was done; the report goes to standard output.
pub(super) fn tell(fixed: &Fixed) {
    let mut text = format!("{} fixed\n", count(fixed.findings));
    for failure in &fixed.failures {
        text.push_str(&format!("warning: {}\n", one_line(&failure.to_string())));
    }
    if fixed.held_back > 0 {
        text.push_str(&format!(
            "{} can be fixed with --unsafe-fixes: look at them with --diff first\n",
            count(fixed.held_back)
        ));
    }
    _ = std::io::stderr().lock().write_all(text.as_bytes());
}

fn count(findings: usize) -> String {
    if findings == 1 { "1 finding".to_owned() } else { format!("{findings} findings") }
}

/// Prints what the fixes would change, as a patch, and whether they would change anything.
pub(super) fn show_diff(report: &Report, unsafe_too: bool) -> Result<bool, CliError> {
    let Plan { changes, fixed, held_back, .. } = plan(report, unsafe_too, &[]);
    let (names, folder) = names(report, &changes);
    let mut text = String::new();
    for (change, name) in changes.iter().zip(names) {
        match patch(change, &name) {
            Some(patch) => text.push_str(&patch),
            None => warn(&format!(
                "{name}: its patch would have control characters in it; --fix makes the change"
            )),
        }
    }
    let mut says = format!("{} would be fixed\n", count(fixed.len()));
    if let Some(folder) = folder.filter(|_| !text.is_empty()) {
        says.push_str(&format!("note: the patch is for {}\n", one_line(&folder.display().to_string())));
    }
    if held_back > 0 {
        says.push_str(&format!("--unsafe-fixes shows the fixes of {} more\n", count(held_back)));
    }
    print(|out| out.write_all(text.as_bytes()))?;
    _ = std::io::stderr().lock().write_all(says.as_bytes());
    Ok(!changes.is_empty())
}

/// What a patch calls the files: relative to the current folder, where people apply it. If some lie outside, as no patch
/// may have them, relative to the folder that comes with the names.
fn names(report: &Report, changes: &[Change]) -> (Vec<String>, Option<PathBuf>) {
    let below = |folder: PathBuf| {
        let name = |change: &Change| relative(&change.path.canonicalize().ok()?, &folder);
        changes.iter().map(name).collect::<Option<Vec<_>>>()
    };
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    match here.ok().and_then(below) {
        Some(names) => (names, None),
        None => (changes.iter().map(|change| change.file.clone()).collect(), Some(report.base.clone())),
    }
}

/// A file's path below a folder, with `/`.
fn relative(file: &Path, folder: &Path) -> Option<String> {
    let parts = file.strip_prefix(folder).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/"))
}
