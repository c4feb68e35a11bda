//! What can be said about shards.

use std::path::PathBuf;

use clap::Args;

use crate::analyze::Shard;
use crate::config::FailOn;

use super::args_output::Outputs;

pub(super) const MERGE_EXAMPLES: &str = "\
Examples:
  routelint --shard 1/2 --output json=1.json       on one machine
  routelint --shard 2/2 --output json=2.json       on another one
  routelint merge 1.json 2.json -o sarif=all.sarif exits as one run of everything would

Exit codes are those of `routelint check`.";

/// Arguments of `merge`.
#[derive(Args, Debug)]
pub(super) struct Merge {
    /// The json or sarif reports of all shards, in any order
    #[arg(value_name = "REPORTS", required = true)]
    pub(super) reports: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) outputs: Outputs,

    /// Exit with 1 if there is a finding of at least this severity [default: as for the shards]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) fail_on: Option<FailOn>,
}

/// `2/4`
pub(super) fn shard(text: &str) -> Result<Shard, String> {
    let number = |text: &str| text.parse::<u16>().ok().filter(|&number| number > 0).map(u32::from);
    let parts = text.split_once('/').and_then(|(index, of)| Some((number(index)?, number(of)?)));
    match parts {
        Some((index, of)) if index <= of => Ok(Shard { index, of }),
        Some((_, of)) => Err(format!("of {of} shards the last is {of}/{of}")),
        None => Err("name the shard and how many there are, such as 2/4".to_owned()),
    }
}
