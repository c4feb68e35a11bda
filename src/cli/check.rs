//! `routelint check`: the analysis and its report.

use std::sync::Arc;

use crate::analyze::{Options, analyze};
use crate::report::Report;

use super::Exit;
use super::args::{Check, Color, FailOn, Scan};
use super::deliver::Plan;
use super::error::CliError;
use super::progress::Line;

pub(super) fn run(check: &Check, color: Color) -> Result<Exit, CliError> {
    let plan = Plan::new(&check.outputs)?;
    let options = options(&check.scan)?;
    let line = Line::watch(&options.progress, check.outputs.quiet);
    let report = analyze(&options)?;
    drop(line);
    plan.write(&report, color)?;
    Ok(exit(&report, check.fail_on))
}

/// What the analysis is told; ids are checked here, before any work.
pub(super) fn options(scan: &Scan) -> Result<Options, CliError> {
    for id in scan.rule.iter().chain(&scan.skip) {
        if !crate::rules::all().any(|rule| rule.id == id) {
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
        progress: Arc::default(),
    })
}

fn exit(report: &Report, fail_on: FailOn) -> Exit {
    let Some(threshold) = fail_on.threshold() else { return Exit::Clean };
    let fails = report.diagnostics.iter().any(|diagnostic| diagnostic.severity >= threshold);
    if fails { Exit::Findings } else { Exit::Clean }
}
