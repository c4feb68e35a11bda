//! `routelint check`: the analysis and its report.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::analyze::{Options, analyze, is_source};
use crate::config::FailOn;
use crate::diagnostic::Severity;
use crate::report::Report;

use super::Exit;
use super::args::{Check, Color};
use super::config::Effective;
use super::deliver::Plan;
use super::error::{CliError, warn};
use super::fix;
use super::git::{self, Changed, Changes, GitError};
use super::print_config;
use super::progress::Line;
use super::timings;
use super::watch;

pub(super) fn run(check: &Check, color: Color) -> Result<Exit, CliError> {
    if check.watch {
        return watch::run(check, color);
    }
    let plan = Plan::new(&check.outputs, check.diff)?;
    let changes = changes(check)?;
    let effective = Effective::new(&check.scan, check.stdin_filename.as_deref())?;
    let fail_on = effective.fail_on(check.fail_on);
    if check.print_config {
        return print_config::run(check, &effective);
    }
    let mut options = effective.with_baseline()?.options;
    narrow(check, changes.as_ref(), &mut options)?;
    options.shard = check.shard;
    let line = Line::watch(&options.progress, check.outputs.quiet);
    let report = if check.fix {
        let (report, fixed) = fix::fix(&options, check.unsafe_fixes)?;
        drop(line);
        fix::tell(&fixed);
        report
    } else {
        let mut report = analyze(&options)?;
        drop(line);
        if let Some(share) = &mut report.share {
            share.run.fails_at = fail_on.threshold();
        }
        report
    };
    let written = options.timings.time("write the report", || plan.write(&report, color));
    if check.timings {
        timings::tell(&options.timings);
    }
    let differs = check.diff && fix::show_diff(&report, check.unsafe_fixes)?;
    written?;
    Ok(if differs && fail_on != FailOn::Never { Exit::Findings } else { exit(&report, fail_on.threshold()) })
}

/// Which changes are asked for, if only they are.
fn changes(check: &Check) -> Result<Option<Changes<'_>>, GitError> {
    let changes = match (check.staged, check.changed.as_deref().map(str::trim)) {
        (false, None) => return Ok(None),
        (true, _) => Changes::Staged,
        // Whoever leaves a variable empty would see nothing, and think that all is well.
        (false, Some("")) => return Err(GitError::NoName),
        (false, Some("HEAD")) => Changes::Worktree,
        (false, Some(name)) => Changes::Since(name),
    };
    let missing = check.scan.paths.iter().find(|path| !path.exists());
    match missing.filter(|_| changes == Changes::Worktree) {
        Some(path) => Err(GitError::NoPath(path.clone())),
        None => Ok(Some(changes)),
    }
}

/// Limits the report to what changed, and takes a file's text from standard input.
fn narrow(check: &Check, changes: Option<&Changes<'_>>, options: &mut Options) -> Result<(), CliError> {
    let root = options.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let folder =
        if root.is_file() { root.parent().filter(|p| !p.as_os_str().is_empty()) } else { Some(root) };
    let folder = folder.unwrap_or(Path::new("."));
    // That a path does not exist is for the analysis to say.
    if let Some(changes) = changes.filter(|_| folder.exists()) {
        let Changed { files, partly } = git::changed(folder, changes)?;
        tell_partly(&partly);
        options.changed = Some(files);
    }
    if let Some(file) = &check.stdin_filename {
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text).map_err(CliError::Stdin)?;
        options.overlay = Some((file.clone(), text));
    }
    Ok(())
}

/// Says which files of the commit are not judged as they will be committed.
fn tell_partly(files: &[PathBuf]) {
    let name = |file: &PathBuf| file.to_str().filter(|name| is_source(name)).map(str::to_owned);
    let files: Vec<String> = files.iter().filter_map(name).collect();
    let Some(first) = files.first() else { return };
    let which = match files.len() {
        1 => format!("{first} is staged only in part"),
        2 => format!("{first} and 1 other file are staged only in part"),
        number => format!("{first} and {} other files are staged only in part", number - 1),
    };
    warn(&format!("{which}: what is checked is what lies on the disk, not what the commit will hold"));
}

/// How a run with this report ends, if it fails from a severity on.
pub(super) fn exit(report: &Report, threshold: Option<Severity>) -> Exit {
    let Some(threshold) = threshold else { return Exit::Clean };
    let fails = report.diagnostics.iter().any(|diagnostic| diagnostic.severity >= threshold);
    if fails { Exit::Findings } else { Exit::Clean }
}
