//! What can be said to `migrate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::migrate::To;

use super::args_scan::Scan;

pub(super) const MIGRATE_EXAMPLES: &str = "\
Examples:
  routelint migrate '/api/export/[id]'      the plan, with what its findings ask for
  routelint migrate app/api/export/route.ts --to queue
  routelint migrate 3f2a9c --write ../export-service
                                            the plan for a finding, and the service";

/// Arguments of `migrate`.
#[derive(Args, Debug)]
pub(super) struct Migrate {
    /// The route: its URL path, its file, or the fingerprint of a finding about it (the beginning is enough)
    pub(super) route: String,

    #[command(flatten)]
    pub(super) scan: Scan,

    /// What the route becomes [default: what its findings ask for, else express]
    #[arg(long, value_enum)]
    pub(super) to: Option<To>,

    /// Write the service into this folder, which must be empty or not there; no other file is touched
    #[arg(long, value_name = "DIR")]
    pub(super) write: Option<PathBuf>,

    /// How to print the plan
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub(super) format: PlanFormat,
}

/// Formats of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// For people
    Text,
    /// For documents and pull requests
    Markdown,
    /// For programs
    Json,
}
