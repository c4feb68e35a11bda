//! `routelint query`: one query from the command line, as a rule that runs alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analyze::analyze;
use crate::custom::{CustomRule, root_of};
use crate::diagnostic::Confidence;

use super::Exit;
use super::args::{Color, Query};
use super::config::Effective;
use super::deliver::Plan;
use super::error::CliError;

pub(super) fn run(query: &Query, color: Color) -> Result<Exit, CliError> {
    let plan = Plan::new(&query.outputs, false)?;
    let mut rule = CustomRule::query(&query.query, query.phase)?;
    let place = query.scan.paths.first().map_or_else(|| Path::new("."), PathBuf::as_path);
    rule.root = root_of(place);
    let mut options = Effective::new(&query.scan, None)?.options;
    options.only = vec![rule.meta.id.to_owned()];
    options.min_confidence = Some(Confidence::Low);
    options.custom = Arc::new(vec![rule]);
    plan.write(&analyze(&options)?, color)?;
    Ok(Exit::Clean)
}
