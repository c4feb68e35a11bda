//! `routelint check`: the analysis and its report.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::analyze::{Options, analyze};
use crate::config::FailOn;
use crate::report::Report;

use super::Exit;
use super::args::{Check, Color};
use super::config::Effective;
use super::deliver::Plan;
use super::error::CliError;
use super::fix;
use super::git::{self, Changes};
use super::print_config;
use super::progress::Line;

pub(super) fn run(check: &Check, color: Color) -> Result<Exit, CliError> {
    let plan = Plan::new(&check.outputs)?;
    let effective = Effective::new(&check.scan, check.stdin_filename.as_deref())?;
    let fail_on = effective.fail_on(check.fail_on);
    if check.print_config {
        return print_config::run(check, &effective);
    }
    let mut options = effective.with_baseline()?.options;
    narrow(check, &mut options)?;
    let line = Line::watch(&options.progress, check.outputs.quiet);
    let report = if check.fix {
        let (report, fixed) = fix::fix(&options, check.unsafe_fixes)?;
        drop(line);
        fix::tell(&fixed);
        report
    } else {
        let report = analyze(&options)?;
        drop(line);
        for (w,d) in options.timings.spent() { eprintln!("{w:28} {:8.1}", d.as_secs_f64()*1e3); }
        report
    };
    if check.diff {
        fix::show_diff(&report, check.unsafe_fixes)?;
    } else {
        plan.write(&report, color)?;
    }
    Ok(exit(&report, fail_on))
}

/// Limits the report to what changed, and takes a file's text from standard input.
fn narrow(check: &Check, options: &mut Options) -> Result<(), CliError> {
    let root = options.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let folder =
        if root.is_file() { root.parent().filter(|p| !p.as_os_str().is_empty()) } else { Some(root) };
    let folder = folder.unwrap_or(Path::new("."));
    let changes = match (check.staged, check.changed.as_deref()) {
        (true, _) => Some(Changes::Staged),
        (false, Some("")) => Some(Changes::Worktree),
        (false, Some(name)) => Some(Changes::Since(name)),
        (false, None) => None,
    };
    if let Some(changes) = changes {
        options.changed = Some(git::changed(folder, &changes)?);
    }
    if let Some(file) = &check.stdin_filename {
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text).map_err(CliError::Stdin)?;
        options.overlay = Some((file.clone(), text));
    }
    Ok(())
}

fn exit(report: &Report, fail_on: FailOn) -> Exit {
    let Some(threshold) = fail_on.threshold() else { return Exit::Clean };
    let fails = report.diagnostics.iter().any(|diagnostic| diagnostic.severity >= threshold);
    if fails { Exit::Findings } else { Exit::Clean }
}
