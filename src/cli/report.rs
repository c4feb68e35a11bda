//! `routelint report`: the decision, the routes and the findings on a page.

use std::path::Path;

use crate::analyze::survey;
use crate::decide::advise;
use crate::files::{identity, write_whole};
use crate::report::{Dossier, Previous, write_html};

use super::Exit;
use super::args_report::Report;
use super::config::{Effective, from_here};
use super::error::{CliError, warn};
use super::input::read_report;
use super::output::print;
use super::progress::Line;
use super::writable::{Unwritable, is_stdout, unwritable};

pub(super) fn run(arguments: &Report) -> Result<Exit, CliError> {
    let html = &arguments.html;
    if let Some(problem) = unwritable(html).filter(|_| !is_stdout(html)) {
        return Err(refused(html, &problem));
    }
    if arguments.previous.as_ref().is_some_and(|previous| identity(previous) == identity(html)) {
        let what = format!("the page would replace the earlier report {}", html.display());
        return Err(CliError::Refused(what, "name another file for the page"));
    }
    let previous = arguments.previous.as_deref().map(earlier).transpose()?;
    let options = Effective::new(&arguments.scan, None)?.with_baseline()?.options;
    let line = Line::watch(&options.progress, false);
    let survey = survey(&options)?;
    drop(line);
    let dossier = Dossier {
        report: &survey.report,
        advice: &advise(&survey),
        imports: &survey.imports,
        previous: previous.as_ref(),
    };
    if is_stdout(html) {
        print(|out| write_html(&dossier, out))?;
    } else {
        let mut bytes = Vec::new();
        let written = write_html(&dossier, &mut bytes).and_then(|()| write_whole(html, &bytes));
        let failed = |source| CliError::File { file: from_here(html), verb: "written", source };
        written.map_err(failed)?;
    }
    Ok(Exit::Clean)
}

/// The report to compare with. One of a later form is worth a word and no failure.
fn earlier(path: &Path) -> Result<Previous, CliError> {
    let file = from_here(path);
    let previous = Previous::read(&read_report(path)?);
    let previous = previous.map_err(|error| CliError::Refused(format!("{file}: {error}"), error.help()))?;
    if let Previous::Newer { version, .. } = &previous {
        warn(&format!(
            "{file}: version {version} of the report's format is newer than this routelint; nothing is compared"
        ));
    }
    Ok(previous)
}

fn refused(file: &Path, problem: &Unwritable) -> CliError {
    CliError::Refused(format!("cannot write to {}: {problem}", file.display()), problem.help())
}
