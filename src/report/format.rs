//! The formats of a report, and the one place that knows which writer each has.

use std::io::{self, Write};

use super::checkstyle::write_checkstyle;
use super::concise::write_concise;
use super::github::write_github;
use super::gitlab::write_gitlab;
use super::json::write_json;
use super::jsonl::write_jsonl;
use super::junit::write_junit;
use super::markdown_report::{COMMENT_LIMIT, write_markdown_report};
use super::model::Report;
use super::sarif::write_sarif;
use super::style::Page;
use super::text::write_text;

/// Formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Code, the way from the route to it, and what to do
    Full,
    /// One line per finding
    Concise,
    /// For programs; schemas/report-v1.schema.json describes it
    Json,
    /// One finding per line, each as in json
    Jsonl,
    /// SARIF 2.1.0 for GitHub code scanning and editors
    Sarif,
    /// Annotations of a GitHub workflow, and its job summary
    Github,
    /// Code quality report for GitLab
    Gitlab,
    /// Test results: a suite per rule, a failed case per finding
    Junit,
    /// Checkstyle XML
    Checkstyle,
    /// For a comment on a pull request
    Markdown,
}

/// What findings are put together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum GroupBy {
    /// The file that has to change
    File,
    /// The rule
    Rule,
    /// The family of the rule
    Family,
    /// The route that reaches the code; a finding stands below each of its routes
    Route,
    /// Errors, then warnings, then infos
    Severity,
}

/// What may be chosen about a report besides its format.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Width and colours, where people read.
    pub page: Page,
    /// Findings only, where people read.
    pub quiet: bool,
    /// How findings are put together, where people read.
    pub group_by: Option<GroupBy>,
    /// Counts per rule and family instead of the findings, where people read.
    pub statistics: bool,
    /// The category of SARIF results; none takes the folder that was scanned.
    pub category: Option<String>,
    /// Known and silenced findings too, marked as such, in SARIF.
    pub silent: bool,
    /// Where the repository's files can be read, without a slash at the end: Markdown links them.
    pub sources: Option<String>,
}

/// Writes the report in a format.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_report(report: &Report, format: Format, view: &View, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Full => write_text(report, view, out),
        Format::Concise => write_concise(report, view, out),
        Format::Json => write_json(report, out),
        Format::Jsonl => write_jsonl(report, out),
        Format::Sarif => write_sarif(report, view, out),
        Format::Github => write_github(report, out),
        Format::Gitlab => write_gitlab(report, out),
        Format::Junit => write_junit(report, out),
        Format::Checkstyle => write_checkstyle(report, out),
        Format::Markdown => write_markdown_report(report, view, COMMENT_LIMIT, out),
    }
}
