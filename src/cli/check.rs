//! `routelint check`: the analysis and its report.

use crate::analyze::analyze;
use crate::config::FailOn;
use crate::report::{Report, write_concise, write_json, write_sarif, write_text};

use super::Exit;
use super::args::{Check, Color, Format};
use super::config::Effective;
use super::error::CliError;
use super::output::{page, print};
use super::print_config;

pub(super) fn run(check: &Check, color: Color) -> Result<Exit, CliError> {
    let effective = Effective::new(&check.scan)?;
    let fail_on = effective.fail_on(check.fail_on);
    if check.print_config {
        return print_config::run(check, &effective);
    }
    let report = analyze(&effective.with_baseline()?.options)?;
    let page = page(color);
    let printed = print(|out| match check.format {
        Format::Full => write_text(&report, page, check.quiet, out),
        Format::Concise => write_concise(&report, page, check.quiet, out),
        Format::Json => write_json(&report, out),
        Format::Sarif => write_sarif(&report, check.sarif_suppressed, out),
    });
    printed.map(|()| exit(&report, fail_on))
}

fn exit(report: &Report, fail_on: FailOn) -> Exit {
    let Some(threshold) = fail_on.threshold() else { return Exit::Clean };
    let fails = report.diagnostics.iter().any(|diagnostic| diagnostic.severity >= threshold);
    if fails { Exit::Findings } else { Exit::Clean }
}
