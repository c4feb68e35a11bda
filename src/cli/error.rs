//! What went wrong, and saying so on standard error.

use std::io::{self, Write as _};

use crate::analyze::{AnalyzeError, MergeError};
use crate::config::ConfigError;
use crate::diagnostic::{FileProblems, similar};
use crate::migrate::{MigrateError, WriteError};
use crate::report::{Page, many_lines, one_line, write_problems};
use crate::watch::WatchError;

use super::deliver::OutputError;
use super::git::GitError;

/// A run that could not be done.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// The analysis refused.
    #[error(transparent)]
    Analyze(#[from] AnalyzeError),
    /// Reports of shards do not go together.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// There is no plan for a route.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// A service cannot be written.
    #[error(transparent)]
    Service(#[from] WriteError),
    /// Changes cannot be seen.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// Git did not say what changed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Standard input could not be read.
    #[error("cannot read standard input: {0}")]
    Stdin(io::Error),
    /// The report could not be written.
    #[error("cannot write the report: {0}")]
    Write(#[from] io::Error),
    /// Reports that could not be written; there is at least one.
    #[error("{} cannot be written", .0.len())]
    Outputs(Vec<OutputError>),
    /// A bug in routelint.
    #[error("routelint crashed; this is a bug in it, not in your project")]
    Panic,
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Files that people keep for routelint, or a query, that cannot be understood.
    #[error("{} cannot be understood", .0.len())]
    Problems(Vec<FileProblems>),
    /// A file cannot be read or written.
    #[error("{file}: cannot be {verb}: {source}")]
    File {
        /// The file.
        file: String,
        /// `read`, `written` or `used`.
        verb: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// What was asked for cannot be done, and what to do.
    #[error("{0}")]
    Refused(String, &'static str),
    /// A rule id that no rule has.
    #[error("there is no rule `{id}`")]
    UnknownRule {
        /// The id as it was given.
        id: String,
        /// The ids most like it, best first.
        similar: Vec<&'static str>,
    },
}

impl From<Vec<FileProblems>> for CliError {
    fn from(problems: Vec<FileProblems>) -> Self {
        Self::Problems(problems)
    }
}

impl From<FileProblems> for CliError {
    fn from(problems: FileProblems) -> Self {
        Self::Problems(vec![problems])
    }
}

impl CliError {
    /// The error for an id that is not a rule's, neither built in nor among the team's own.
    pub(super) fn unknown_rule(id: &str, own: &[&'static str]) -> Self {
        let known = crate::rules::all().map(|rule| rule.id).chain(own.iter().copied());
        Self::UnknownRule { id: id.to_owned(), similar: similar(id, known) }
    }

    /// The reader of our output closed it.
    pub(super) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::Analyze(error) => error.help(),
            Self::Merge(error) => Some(error.help().to_owned()),
            Self::Migrate(error) => Some(error.help()),
            Self::Service(error) => Some(error.help().to_owned()),
            Self::Watch(error) => error.help().map(str::to_owned),
            Self::Git(error) => Some(error.help()),
            Self::Config(error) => error.help().map(str::to_owned),
            Self::Refused(_, help) => Some((*help).to_owned()),
            Self::Write(_) | Self::Stdin(_) | Self::Outputs(_) | Self::Problems(_) | Self::File { .. } => {
                None
            }
            Self::Panic => Some(format!(
                "please report it with the message above: {}/issues",
                env!("CARGO_PKG_REPOSITORY")
            )),
            Self::UnknownRule { similar, .. } if similar.is_empty() => {
                Some("`routelint rules` lists the rules".to_owned())
            }
            Self::UnknownRule { similar, .. } => {
                Some(format!("did you mean `{}`? `routelint rules` lists them all", similar.join("` or `")))
            }
        }
    }

    /// Writes the error for people; where standard error is closed there is nobody to tell.
    pub(super) fn print(&self, page: Page) {
        match self {
            Self::Outputs(problems) => {
                problems.iter().for_each(|problem| tell(&problem.to_string(), problem.help()))
            }
            Self::Problems(files) => show(files, page),
            Self::Config(ConfigError::Invalid(problems)) => show(std::slice::from_ref(problems), page),
            _ => tell(&self.to_string(), self.help()),
        }
    }
}

/// Shows what is wrong in files, each mistake in its lines.
fn show(files: &[FileProblems], page: Page) {
    let mut out = Vec::new();
    for (index, problems) in files.iter().enumerate() {
        if index > 0 {
            out.push(b'\n');
        }
        // A vector takes whatever is written.
        _ = write_problems(problems, page, &mut out);
    }
    _ = io::stderr().lock().write_all(&out);
}

/// Writes what went wrong and what to do about it.
fn tell(error: &str, help: Option<String>) {
    let mut out = format!("error: {}\n", one_line(error));
    if let Some(help) = help {
        out.push_str(&format!("  help: {}\n", many_lines(&help)));
    }
    _ = io::stderr().lock().write_all(out.as_bytes());
}

/// Writes what is not as it should be and no reason to stop.
pub(super) fn warn(text: &str) {
    _ = writeln!(io::stderr().lock(), "warning: {}", one_line(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_to_do() {
        let error = CliError::unknown_rule("no-such-rule-anywhere", &[]);
        assert_eq!(error.to_string(), "there is no rule `no-such-rule-anywhere`");
        assert_eq!(error.help().as_deref(), Some("`routelint rules` lists the rules"));
        let similar = vec!["in-memory-store", "in-memory-cache"];
        let help = CliError::UnknownRule { id: "in-memory".into(), similar }.help();
        assert!(help.is_some_and(|help| help.contains("`in-memory-store` or `in-memory-cache`")));
    }

    #[test]
    fn only_a_closed_reader_is_a_broken_pipe() {
        assert!(CliError::Write(io::ErrorKind::BrokenPipe.into()).is_broken_pipe());
        assert!(!CliError::Write(io::ErrorKind::StorageFull.into()).is_broken_pipe());
    }
}
