//! Completions and the manual page, from the definition of the command line.

use std::io::Write as _;

use clap_complete::Shell;

use super::Exit;
use super::args::command;
use super::error::CliError;
use super::output::print;

pub(super) fn completions(shell: Shell) -> Result<Exit, CliError> {
    // `generate` panics when its writer fails, so it fills a buffer.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "routelint", &mut script);
    print(|out| out.write_all(&script))?;
    Ok(Exit::Clean)
}

pub(super) fn man() -> Result<Exit, CliError> {
    print(|out| clap_mangen::Man::new(command()).render(out))?;
    Ok(Exit::Clean)
}
