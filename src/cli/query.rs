//! `routelint query`: one query from the command line, as a rule that runs alone.

use std::sync::Arc;

use crate::analyze::analyze;
use crate::custom::CustomRule;
use crate::diagnostic::Confidence;

use super::Exit;
use super::args::{Color, Query};
use super::check::{options, show};
use super::error::CliError;
use super::output::page;

pub(super) fn run(query: &Query, color: Color) -> Result<Exit, CliError> {
    let rule = CustomRule::query(&query.query, query.phase).map_err(|error| vec![error])?;
    let mut options = options(&query.scan)?;
    options.only = vec![rule.meta.id.to_owned()];
    options.min_confidence = Confidence::Low;
    options.custom = Arc::new(vec![rule]);
    let report = analyze(&options)?;
    show(&report, query.format, page(color), true)?;
    Ok(Exit::Clean)
}
