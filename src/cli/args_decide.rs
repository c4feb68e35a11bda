//! What can be said to those who ask where an API belongs.

use clap::{Args, ValueEnum};

use super::args_scan::Scan;

pub(super) const ADVISE_EXAMPLES: &str = "\
Examples:
  routelint advise                 the checklist, the verdict and where each route belongs
  routelint advise apps/web        of one app
  routelint advise --format json   for programs";

/// Arguments of `advise`.
#[derive(Args, Debug)]
pub(super) struct Advise {
    #[command(flatten)]
    pub(super) scan: Scan,

    /// How to print
    #[arg(long, value_enum, default_value_t = AdviceFormat::Text)]
    pub(super) format: AdviceFormat,
}

/// How a decision is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum AdviceFormat {
    /// For people, on a terminal
    Text,
    /// For programs
    Json,
}
