//! `--fix` and `--diff`: makes the fixes of a report, or shows them.

use std::io::Write as _;

use crate::analyze::{Options, analyze};
use crate::fix::{Plan, plan, write};
use crate::report::{Report, one_line};

use super::error::CliError;
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
    /// Files that were left as they are, and why.
    pub(super) failures: Vec<String>,
}

/// Makes fixes until there are none left; gives the report on what remains.
pub(super) fn fix(options: &Options, unsafe_too: bool) -> Result<(Report, Fixed), CliError> {
    let mut fixed = Fixed::default();
    for _ in 0..MOST_RUNS {
        let report = analyze(options)?;
        let plan = plan(&report, unsafe_too);
        fixed.held_back = plan.held_back;
        if plan.changes.is_empty() || !fixed.failures.is_empty() {
            return Ok((report, fixed));
        }
        let mut written = 0;
        for change in &plan.changes {
            match write(change) {
                Ok(()) => written += 1,
                Err(error) => fixed.failures.push(error.to_string()),
            }
        }
        // Of a fix over several files some may have failed; the next report tells what is left.
        if written > 0 {
            fixed.findings += plan.fixed;
        }
    }
    Ok((analyze(options)?, fixed))
}

/// Says on standard error what was done; the report goes to standard output.
pub(super) fn tell(fixed: &Fixed) {
    let mut text = format!("{} fixed\n", count(fixed.findings));
    for failure in &fixed.failures {
        text.push_str(&format!("warning: {}\n", one_line(failure)));
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

/// Prints what the fixes would change.
pub(super) fn show_diff(report: &Report, unsafe_too: bool) -> Result<(), CliError> {
    let Plan { changes, .. } = plan(report, unsafe_too);
    print(|out| {
        for change in &changes {
            let (before, after) = (change.before.text(), change.after());
            let diff = similar::TextDiff::from_lines(before, &after);
            let file = one_line(&change.file);
            let text = diff.unified_diff().header(&format!("a/{file}"), &format!("b/{file}")).to_string();
            for line in text.lines() {
                writeln!(out, "{}", one_line(line))?;
            }
        }
        Ok(())
    })
}
