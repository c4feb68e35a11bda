//! `routelint suppress`: writes comments that silence the findings that there are.

use std::io::Write as _;

use crate::analyze::{analyze, silence};
use crate::files::replace;
use crate::report::one_line;

use super::Exit;
use super::args::Suppress;
use super::config::{Effective, from_here};
use super::error::CliError;
use super::output::{print, seen_from_here};
use super::progress::Line;

pub(super) fn run(arguments: &Suppress) -> Result<Exit, CliError> {
    let effective = Effective::new(&arguments.scan, None)?.with_baseline()?;
    let line = Line::watch(&effective.options.progress, false);
    let report = analyze(&effective.options)?;
    drop(line);
    let silenced = silence(&seen_from_here(&report), &arguments.reason)?;
    let (mut total, mut files) = (0, 0);
    for file in &silenced.files {
        let failed = |source| CliError::File { file: from_here(&file.path), verb: "written", source };
        replace(&file.path, &file.bytes).map_err(failed)?;
        total += file.silenced;
        files += 1;
    }
    print(|out| {
        for (place, why) in &silenced.left {
            writeln!(out, "{}: left as it is: {why}", one_line(place))?;
        }
        let plural = |number: usize| if number == 1 { "" } else { "s" };
        writeln!(out, "{total} finding{} silenced in {files} file{}", plural(total), plural(files))
    })?;
    Ok(if silenced.left.is_empty() { Exit::Clean } else { Exit::Findings })
}
