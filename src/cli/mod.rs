//! The command line: from arguments to calls and an exit code. The only place that prints.

mod advise;
mod args;
mod args_decide;
mod args_merge;
mod args_migrate;
mod args_output;
mod args_report;
mod args_scan;
mod baseline;
mod cache;
mod check;
mod complete;
mod config;
mod crash;
mod deliver;
mod error;
mod explain;
mod fix;
mod git;
mod history;
mod init;
mod input;
mod merge;
mod migrate;
mod output;
mod print_config;
mod progress;
mod query;
mod report;
mod routes;
mod rules;
mod suppress;
mod test_rules;
mod timings;
mod watch;
mod writable;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::Parser as _;

pub use args::{Arguments, command};

use args::Command;
use error::CliError;

/// How a run ended, the same for every format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean,
    /// Findings at or above `--fail-on`.
    Findings,
    /// Wrong usage or configuration, or an internal error.
    Failure,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::SUCCESS,
            Exit::Findings => Self::from(1),
            Exit::Failure => Self::from(2),
        }
    }
}

/// Runs the command; the first argument is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let (outcome, color) = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => {
            crash::end_with_an_error(arguments.color);
            (dispatch(&arguments), arguments.color)
        }
        Err(error) => return usage(&error).into(),
    };
    let exit = outcome.unwrap_or_else(|error| {
        // The reader went away (`routelint | head`): it has what it wanted.
        if error.is_broken_pipe() {
            return Exit::Clean;
        }
        error.print(output::error_page(color));
        Exit::Failure
    });
    exit.into()
}

fn dispatch(arguments: &Arguments) -> Result<Exit, CliError> {
    let color = arguments.color;
    match &arguments.command {
        None => check::run(&arguments.check, color),
        Some(Command::Check(check)) => check::run(check, color),
        Some(Command::Explain(explain)) => explain::run(explain, color),
        Some(Command::Rules(rules)) => rules::run(rules, color),
        Some(Command::Routes(routes)) => routes::run(routes, color),
        Some(Command::Advise(arguments)) => advise::run(arguments, color),
        Some(Command::Report(report)) => report::run(report),
        Some(Command::Merge(merge)) => merge::run(merge, color),
        Some(Command::Migrate(migrate)) => migrate::run(migrate, color),
        Some(Command::Query(query)) => query::run(query, color),
        Some(Command::Test(test)) => test_rules::run(test),
        Some(Command::Init(init)) => init::run(init),
        Some(Command::Baseline(baseline)) => baseline::run(baseline, color),
        Some(Command::Suppress(suppress)) => suppress::run(suppress),
        Some(Command::Completions { shell }) => complete::completions(*shell),
        Some(Command::Man) => complete::man(),
    }
}

/// Help and version go to standard output and are no failure; mistakes go to standard error.
fn usage(error: &clap::Error) -> Exit {
    match error.print() {
        Err(problem) if problem.kind() != io::ErrorKind::BrokenPipe => Exit::Failure,
        _ if error.use_stderr() => Exit::Failure,
        _ => Exit::Clean,
    }
}
