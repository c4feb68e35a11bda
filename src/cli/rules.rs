//! `routelint rules`: the list of rules.

use std::io::Write as _;
use std::path::Path;

use crate::analyze::analyze;
use crate::custom;
use crate::project::Target;
use crate::report::{write_rules, write_rules_json};
use crate::rules::RuleMeta;

use super::Exit;
use super::args::{Color, ListFormat, Rules, Scan};
use super::config::Effective;
use super::error::CliError;
use super::output::{page, print};

pub(super) fn run(arguments: &Rules, color: Color) -> Result<Exit, CliError> {
    let own = custom::load(Path::new("."))?;
    let own = own.iter().map(|rule| rule.meta);
    let mut rules: Vec<&RuleMeta> = crate::rules::all().chain(own).collect();
    rules.sort_by_key(|rule| (rule.family, rule.id));
    let targets = match arguments.target {
        Some(target) => vec![target],
        None => targets()?,
    };
    // The target that is assumed where nothing names one.
    let target = targets.first().copied().unwrap_or(Target::Lambda);
    print(|out| match arguments.format {
        ListFormat::Table => {
            write_rules(&rules, target, page(color), out)?;
            match targets.get(1..) {
                Some([other, ..]) => {
                    writeln!(out, "Other apps here run on {}: --target {0}.", other.as_str())
                }
                _ => Ok(()),
            }
        }
        ListFormat::Json => write_rules_json(&rules, target, out),
    })?;
    Ok(Exit::Clean)
}

/// The targets of the apps in the current folder, if it is a project's, in their order.
fn targets() -> Result<Vec<Target>, CliError> {
    let mut targets = Vec::new();
    // Without a manifest there is no app, and the folder may be anything.
    if Path::new("package.json").is_file() {
        let report = analyze(&Effective::new(&Scan::default(), None)?.options)?;
        for target in report.apps.iter().filter_map(|app| Target::named(&app.target)) {
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    Ok(targets)
}
