//! `routelint rules`: the list of rules.

use std::path::Path;

use crate::custom;
use crate::project::Target;
use crate::report::{write_rules, write_rules_json};
use crate::rules::RuleMeta;

use super::Exit;
use super::args::{Color, ListFormat, Rules};
use super::error::CliError;
use super::output::{page, print};

pub(super) fn run(arguments: &Rules, color: Color) -> Result<Exit, CliError> {
    let own = custom::load(Path::new("."))?;
    let own = own.iter().map(|rule| rule.meta);
    let mut rules: Vec<&RuleMeta> = crate::rules::all().chain(own).collect();
    rules.sort_by_key(|rule| (rule.family, rule.id));
    // The target that is assumed where nothing names one.
    let target = arguments.target.unwrap_or(Target::Lambda);
    print(|out| match arguments.format {
        ListFormat::Table => write_rules(&rules, target, page(color), out),
        ListFormat::Json => write_rules_json(&rules, target, out),
    })?;
    Ok(Exit::Clean)
}
