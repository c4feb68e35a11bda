//! `routelint check`: the analysis and its report.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analyze::{Options, analyze};
use crate::custom;
use crate::report::Report;

use super::Exit;
use super::args::{Check, Color, FailOn, Scan};
use super::deliver::Plan;
use super::error::CliError;
use super::fix;
use super::git::{self, Changes};
use super::progress::Line;

pub(super) fn run(check: &Check, color: Color) -> Result<Exit, CliError> {
    let plan = Plan::new(&check.outputs)?;
    let mut options = options(&check.scan)?;
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
        report
    };
    if check.diff {
        fix::show_diff(&report, check.unsafe_fixes)?;
    } else {
        plan.write(&report, color)?;
    }
    Ok(exit(&report, check.fail_on))
}

/// What the analysis is told; ids are checked here, before any work.
pub(super) fn options(scan: &Scan) -> Result<Options, CliError> {
    let root = scan.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let custom = custom::load(root)?;
    for id in scan.rule.iter().chain(&scan.skip) {
        let own = custom.iter().map(|rule| rule.meta);
        if !crate::rules::all().chain(own).any(|rule| rule.id == id) {
            return Err(CliError::unknown_rule(id));
        }
    }
    Ok(Options {
        paths: scan.paths.clone(),
        target: scan.target,
        only: scan.rule.clone(),
        skip: scan.skip.clone(),
        min_confidence: scan.min_confidence,
        threads: scan.threads.map(usize::from),
        max_file_size: scan.max_file_size,
        custom: Arc::new(custom),
        ..Options::default()
    })
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
