//! `routelint routes`: the table of routes, or a picture of them.

use crate::analyze::{Survey, analyze};
use crate::report::{write_graph, write_routes, write_routes_json};

use super::Exit;
use super::advise::read;
use super::args::{Color, ListFormat, Routes};
use super::config::Effective;
use super::error::CliError;
use super::output::{page, print, seen_from_here};
use super::progress::Line;

pub(super) fn run(arguments: &Routes, color: Color) -> Result<Exit, CliError> {
    let options = Effective::new(&arguments.scan, None)?.with_baseline()?.options;
    if let Some(language) = arguments.graph {
        let Survey { report, imports, .. } = read(&options)?;
        print(|out| write_graph(&report, &imports, language, out))?;
        return Ok(Exit::Clean);
    }
    let line = Line::watch(&options.progress, false);
    let report = analyze(&options)?;
    drop(line);
    print(|out| match arguments.format {
        ListFormat::Table => write_routes(&seen_from_here(&report), page(color), out),
        ListFormat::Json => write_routes_json(&report, out),
    })?;
    Ok(Exit::Clean)
}
