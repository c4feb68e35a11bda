//! `routelint merge`: the reports of all shards as one.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::analyze::{MergeError, merge};
use crate::config::FailOn;
use crate::report::{SHARE_FORMAT, Share};

use super::Exit;
use super::args::Color;
use super::args_merge::Merge;
use super::check::exit;
use super::config::from_here;
use super::deliver::Plan;
use super::error::CliError;
use super::input::read_report;

pub(super) fn run(arguments: &Merge, color: Color) -> Result<Exit, CliError> {
    let plan = Plan::new(&arguments.outputs, false)?;
    let shares = arguments.reports.iter().map(|path| Ok((from_here(path), read(path)?)));
    let shares = shares.collect::<Result<Vec<_>, CliError>>()?;
    let own = shares.first().and_then(|(_, share)| share.run.fails_at);
    let report = merge(shares)?;
    plan.write(&report, color)?;
    Ok(exit(&report, arguments.fail_on.map_or(own, FailOn::threshold)))
}

/// What a report says for `merge`.
fn read(path: &Path) -> Result<Share, CliError> {
    let file = from_here(path);
    let bytes = read_report(path)?;
    let refused = |what: String, help| CliError::Refused(format!("{file}: {what}"), help);
    let broken = |error: &serde_json::Error| {
        let help = "name reports that `routelint --shard I/N` wrote as json or sarif, each as a whole";
        refused(format!("is no complete JSON: {error}"), help)
    };
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut report: Value = serde_json::from_slice(text).map_err(|error| broken(&error))?;
    let sarif = report.pointer("/runs/0/properties").is_some();
    let place = if sarif { "/runs/0/properties/routelint~1shard" } else { "/shard" };
    let Some(shard) = report.pointer_mut(place).map(Value::take) else {
        let what = "is not the report of a shard".to_owned();
        return Err(refused(what, "write it with `routelint --shard I/N --output json=FILE`, or sarif=FILE"));
    };
    // What a later version writes may not read at all, and then it has to be said why.
    if let Some(format) = shard.get("format").and_then(Value::as_u64)
        && format > u64::from(SHARE_FORMAT)
    {
        let format = u32::try_from(format).unwrap_or(u32::MAX);
        return Err(MergeError::Newer { file, format }.into());
    }
    Share::deserialize(shard).map_err(|error| {
        refused(
            format!("is not what this routelint writes for a shard: {error}"),
            "use one version of routelint for shards and merge",
        )
    })
}
