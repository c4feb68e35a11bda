//! `routelint migrate`: the plan for one route, and its service.

use std::io::Write as _;

use crate::migrate::{Plan, markdown, plan, write};
use crate::report::{Page, many_lines, one_line, write_markdown, write_value};

use super::Exit;
use super::advise::read;
use super::args::Color;
use super::args_migrate::{Migrate, PlanFormat};
use super::config::Effective;
use super::error::CliError;
use super::output::{page, print};

/// Plans are prose: wider lines are hard to read.
const WIDEST: usize = 80;

pub(super) fn run(arguments: &Migrate, color: Color) -> Result<Exit, CliError> {
    let options = Effective::new(&arguments.scan, None)?.options;
    let survey = read(&options)?;
    let here = std::env::current_dir().unwrap_or_default();
    let plan = plan(&survey, &arguments.route, arguments.to, &here)?;
    if let Some(folder) = &arguments.write {
        write(&plan, folder)?;
    }
    let page = page(color);
    let page = Page { width: page.width.min(WIDEST), ..page };
    print(|out| match arguments.format {
        PlanFormat::Json => write_value(&plan, out),
        PlanFormat::Markdown => out.write_all(many_lines(&markdown(&plan)).as_bytes()),
        PlanFormat::Text => write_markdown(&many_lines(&markdown(&plan)), page, out),
    })?;
    if let Some(folder) = &arguments.write {
        told(&plan, &folder.display().to_string());
    }
    Ok(Exit::Clean)
}

/// Says on standard error what was written, so that a plan in a pipe stays a plan.
fn told(plan: &Plan, folder: &str) {
    let text = format!("wrote {} files into {folder}; start with its README.md", plan.files.len());
    _ = writeln!(std::io::stderr().lock(), "{}", one_line(&text));
}
