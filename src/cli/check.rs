//! `routelint check`: the analysis and its report.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analyze::{Options, analyze};
use crate::custom;
use crate::report::{Page, Report, write_concise, write_json, write_sarif, write_text};

use super::Exit;
use super::args::{Check, Color, FailOn, Format, Scan};
use super::error::CliError;
use super::output::{page, print};

pub(super) fn run(check: &Check, color: Color) -> Result<Exit, CliError> {
    let report = analyze(&options(&check.scan)?)?;
    let page = page(color);
    show(&report, check.format, page, check.quiet)?;
    Ok(exit(&report, check.fail_on))
}

/// Prints a report.
pub(super) fn show(report: &Report, format: Format, page: Page, quiet: bool) -> Result<(), CliError> {
    print(|out| match format {
        Format::Full => write_text(report, page, quiet, out),
        Format::Concise => write_concise(report, page, quiet, out),
        Format::Json => write_json(report, out),
        Format::Sarif => write_sarif(report, out),
    })
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
    })
}

fn exit(report: &Report, fail_on: FailOn) -> Exit {
    let Some(threshold) = fail_on.threshold() else { return Exit::Clean };
    let fails = report.diagnostics.iter().any(|diagnostic| diagnostic.severity >= threshold);
    if fails { Exit::Findings } else { Exit::Clean }
}
