//! What can be said about what is analysed, and how.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use crate::config::parse_size;
use crate::diagnostic::Confidence;
use crate::project::Target;

/// What to analyse, and how: for `check` and `routes`.
#[derive(Args, Debug, Default)]
pub(super) struct Scan {
    /// Folders or files to analyse [default: the current folder]
    #[arg(value_name = "PATHS")]
    pub(super) paths: Vec<PathBuf>,

    /// Judge the code for this platform instead of the one that the repository names
    #[arg(long, value_enum)]
    pub(super) target: Option<Target>,

    /// Run only this rule, even if it is opt-in; repeatable
    #[arg(long, value_name = "ID", value_parser = RuleId, hide_possible_values = true)]
    pub(super) rule: Vec<String>,

    /// Leave out this rule; repeatable
    #[arg(long, value_name = "ID", value_parser = RuleId, hide_possible_values = true)]
    pub(super) skip: Vec<String>,

    /// Show findings that are at least this sure; the summary counts the others [default: medium]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) min_confidence: Option<Confidence>,

    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,

    /// Skip larger files, with a note: bytes, or 512KB, 2MB [default: 2MB]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(super) max_file_size: Option<u64>,

    /// Use this configuration [default: the nearest routelint.jsonc, routelint.json or `routelint` in
    /// package.json, upwards from what is analysed; for files, from the current folder]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,

    /// Use no configuration
    #[arg(long)]
    pub(super) no_config: bool,

    /// Report only what is not in this file of known findings; `routelint baseline` writes it
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub(super) baseline: Option<PathBuf>,

    /// Report known findings too
    #[arg(long)]
    pub(super) no_baseline: bool,

    /// Keep results in this folder, so that a run after which little has changed is quick [default:
    /// node_modules/.cache/routelint if packages are installed, else nowhere]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub(super) cache_dir: Option<PathBuf>,

    /// Neither use what earlier runs kept, nor keep anything
    #[arg(long)]
    pub(super) no_cache: bool,
}

/// Takes any word, and offers the ids of rules for completion; unknown ids get an error of our own.
#[derive(Clone)]
pub(super) struct RuleId;

impl TypedValueParser for RuleId {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        // The help texts hide them, forty ids say little; completion scripts list them.
        Some(Box::new(crate::rules::all().map(|rule| PossibleValue::new(rule.id).help(rule.title))))
    }
}
