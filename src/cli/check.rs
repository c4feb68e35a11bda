//! `routelint check`: the analysis and its report.

use crate::analyze::{Options, analyze};
use crate::report::{Report, write_concise, write_json, write_sarif, write_text};

use super::Exit;
use super::args::{Check, Color, FailOn, Format, Scan};
use super::error::CliError;
use super::fix;
use super::output::{page, print};

pub(super) fn run(check: &Check, color: Color) -> Result<Exit, CliError> {
    let options = options(&check.scan)?;
    let report = if check.fix {
        let (report, fixed) = fix::fix(&options, check.unsafe_fixes)?;
        fix::tell(&fixed);
        report
    } else {
        analyze(&options)?
    };
    if check.diff {
        fix::show_diff(&report, check.unsafe_fixes)?;
        return Ok(exit(&report, check.fail_on));
    }
    let page = page(color);
    let printed = print(|out| match check.format {
        Format::Full => write_text(&report, page, check.quiet, out),
        Format::Concise => write_concise(&report, page, check.quiet, out),
        Format::Json => write_json(&report, out),
        Format::Sarif => write_sarif(&report, out),
    });
    printed.map(|()| exit(&report, check.fail_on))
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
    })
}

fn exit(report: &Report, fail_on: FailOn) -> Exit {
    let Some(threshold) = fail_on.threshold() else { return Exit::Clean };
    let fails = report.diagnostics.iter().any(|diagnostic| diagnostic.severity >= threshold);
    if fails { Exit::Findings } else { Exit::Clean }
}
