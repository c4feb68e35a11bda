//! `routelint advise`: where an API belongs, and why.

use crate::analyze::{Options, Survey, survey};
use crate::decide::advise;
use crate::report::{Advice, write_advice, write_advice_json};

use super::Exit;
use super::args::Color;
use super::args_decide::{AdviceFormat, Advise};
use super::config::Effective;
use super::error::CliError;
use super::history::history;
use super::output::{page, print};
use super::progress::Line;

pub(super) fn run(arguments: &Advise, color: Color) -> Result<Exit, CliError> {
    let options = Effective::new(&arguments.scan, None)?.options;
    let (survey, advice) = decide(&options)?;
    print(|out| match arguments.format {
        AdviceFormat::Text => write_advice(&seen(&survey, &advice), page(color), out),
        AdviceFormat::Json => write_advice_json(&advice, out),
    })?;
    Ok(Exit::Clean)
}

/// Reads a project and decides about it. Known findings count as others do: they are as true.
pub(super) fn decide(options: &Options) -> Result<(Survey, Advice), CliError> {
    let survey = read(options)?;
    let advice = advise(&survey, &history(&survey.project.root));
    Ok((survey, advice))
}

/// Reads a project, and shows how far that is to somebody who waits.
pub(super) fn read(options: &Options) -> Result<Survey, CliError> {
    let line = Line::watch(&options.progress, false);
    let survey = survey(options);
    drop(line);
    Ok(survey?)
}

/// The decision with paths that a terminal in the current folder opens.
fn seen(survey: &Survey, advice: &Advice) -> Advice {
    let here = std::env::current_dir().and_then(|folder| folder.canonicalize());
    here.map_or_else(|_| advice.clone(), |here| advice.seen_from(&survey.report, &here))
}
