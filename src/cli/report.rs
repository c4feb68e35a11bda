//! `routelint report`: the decision, the routes and the findings on a page.

use std::io::{self, Write as _};
use std::path::Path;

use crate::files::{identity, write_whole};
use crate::report::{COMMENT_LIMIT, Dossier, Previous, View, write_html, write_markdown_advice};

use super::Exit;
use super::advise::decide;
use super::args_report::Report;
use super::config::{Effective, from_here};
use super::error::{CliError, warn};
use super::input::read_report;
use super::output::print;
use super::writable::{Unwritable, is_stdout, unwritable};

pub(super) fn run(arguments: &Report) -> Result<Exit, CliError> {
    let files = [arguments.html.as_deref(), arguments.markdown.as_deref()];
    check(files, arguments.previous.as_deref())?;
    let previous = arguments.previous.as_deref().map(earlier).transpose()?;
    let options = Effective::new(&arguments.scan, None)?.with_baseline()?.options;
    let (survey, advice) = decide(&options)?;
    let report = &survey.report;
    let mut written = Ok(());
    if let Some(file) = files[0] {
        let dossier =
            Dossier { report, advice: &advice, imports: &survey.imports, previous: previous.as_ref() };
        written = deliver(file, |out| write_html(&dossier, out));
    }
    if let Some(file) = files[1] {
        let view = View::default();
        let markdown = |out: &mut Vec<u8>| write_markdown_advice(report, &advice, &view, COMMENT_LIMIT, out);
        // One that fails does not keep the other from being written.
        written = written.and(deliver(file, markdown));
    }
    written.map(|()| Exit::Clean)
}

/// Checks what can be known before any work.
fn check(files: [Option<&Path>; 2], previous: Option<&Path>) -> Result<(), CliError> {
    for file in files.into_iter().flatten() {
        if let Some(problem) = unwritable(file).filter(|_| !is_stdout(file)) {
            return Err(refused(file, &problem));
        }
        if previous.is_some_and(|previous| identity(previous) == identity(file)) {
            let what = format!("the page would replace the earlier report {}", file.display());
            return Err(CliError::Refused(what, "name another file for the page"));
        }
    }
    match files {
        [Some(page), Some(markdown)] if identity(page) == identity(markdown) => {
            let what = format!("both forms are to be written to {}", page.display());
            Err(CliError::Refused(what, "name a file for each"))
        }
        _ => Ok(()),
    }
}

/// Writes one form to where it belongs.
fn deliver(file: &Path, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Result<(), CliError> {
    let mut bytes = Vec::new();
    let failed = |source| CliError::File { file: from_here(file), verb: "written", source };
    write(&mut bytes).map_err(failed)?;
    if is_stdout(file) {
        return print(|out| out.write_all(&bytes));
    }
    write_whole(file, &bytes).map_err(failed)
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
