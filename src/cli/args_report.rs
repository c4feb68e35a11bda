//! What can be said about pages for people.

use std::path::PathBuf;

use clap::Args;

use super::args_scan::Scan;

pub(super) const REPORT_EXAMPLES: &str = "\
Examples:
  routelint report --html report.html              one page that needs no network
  routelint report apps/web --html - >web.html     of one app, on standard output
  routelint report --html report.html --previous last.json
                                                   with what changed since that JSON report
  routelint report --markdown report.md            the decision and the findings for a pull request";

/// Arguments of `report`.
#[derive(Args, Debug)]
pub(super) struct Report {
    #[command(flatten)]
    pub(super) scan: Scan,

    /// Write the decision, the map of routes and all findings as one HTML page; `-` is standard output
    #[arg(long, value_name = "FILE", required_unless_present = "markdown")]
    pub(super) html: Option<PathBuf>,

    /// Write the decision and the findings as Markdown that GitHub takes as a comment; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub(super) markdown: Option<PathBuf>,

    /// Tell on the page what is new and what is gone since this JSON report
    #[arg(long, value_name = "FILE", requires = "html")]
    pub(super) previous: Option<PathBuf>,
}
