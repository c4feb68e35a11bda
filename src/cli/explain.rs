//! `routelint explain`: a rule's page in the terminal.

use std::io::Write as _;
use std::path::Path;

use crate::custom;
use crate::report::{Page, write_markdown, write_rule_json};
use crate::rules::RuleMeta;

use super::Exit;
use super::args::{Color, Explain, PageFormat};
use super::error::CliError;
use super::output::{page, print};

/// Pages are prose: wider lines are hard to read.
const WIDEST: usize = 80;

pub(super) fn run(explain: &Explain, color: Color) -> Result<Exit, CliError> {
    let rule = match crate::rules::all().find(|rule| rule.id == explain.rule) {
        Some(rule) => rule,
        None => own(&explain.rule)?,
    };
    if explain.format == PageFormat::Json {
        print(|out| write_rule_json(rule, out))?;
        return Ok(Exit::Clean);
    }
    let page = page(color);
    let page = Page { width: page.width.min(WIDEST), ..page };
    print(|out| {
        // The front matter holds what a page's heading would say.
        if !rule.page.trim_start().starts_with("# ") {
            let heading = format!("# {}\n\n{}", rule.id, rule.title);
            write_markdown(&heading, page, out)?;
            writeln!(out)?;
        }
        write_markdown(rule.page, page, out)
    })?;
    Ok(Exit::Clean)
}

/// A rule of the team's own.
fn own(id: &str) -> Result<&'static RuleMeta, CliError> {
    let own: Vec<&'static RuleMeta> = custom::load(Path::new("."))?.iter().map(|own| own.meta).collect();
    let found = own.iter().copied().find(|meta| meta.id == id);
    found.ok_or_else(|| CliError::unknown_rule(id, &own.iter().map(|meta| meta.id).collect::<Vec<_>>()))
}
