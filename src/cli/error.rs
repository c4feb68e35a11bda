//! What went wrong, and saying so on standard error.

use std::io::{self, Write as _};

use crate::analyze::AnalyzeError;
use crate::config::ConfigError;
use crate::diagnostic::{FileProblems, similar};
use crate::report::{Page, many_lines, one_line, write_problems};

/// A run that could not be done.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// The analysis refused.
    #[error(transparent)]
    Analyze(#[from] AnalyzeError),
    /// The report could not be written.
    #[error("cannot write the report: {0}")]
    Write(#[from] io::Error),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file that routelint keeps cannot be understood.
    #[error("{}: cannot be understood", .0.file)]
    Problems(FileProblems),
    /// A file cannot be read or written.
    #[error("{file}: cannot be {verb}: {source}")]
    File {
        /// The file.
        file: String,
        /// `read` or `written`.
        verb: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// What was asked for cannot be done, and what to do.
    #[error("{0}")]
    Refused(String, &'static str),
    /// A bug in routelint.
    #[error("routelint crashed; this is a bug in it, not in your project")]
    Panic,
    /// A rule id that no rule has.
    #[error("there is no rule `{id}`")]
    UnknownRule {
        /// The id as it was given.
        id: String,
        /// The ids most like it, best first.
        similar: Vec<&'static str>,
    },
}

impl CliError {
    /// The error for an id that is not a rule's.
    pub(super) fn unknown_rule(id: &str) -> Self {
        let similar = similar(id, crate::rules::all().map(|rule| rule.id));
        Self::UnknownRule { id: id.to_owned(), similar }
    }

    /// The reader of our output closed it.
    pub(super) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::Analyze(error) => error.help(),
            Self::Write(_) | Self::Problems(_) | Self::File { .. } => None,
            Self::Config(error) => error.help().map(str::to_owned),
            Self::Refused(_, help) => Some((*help).to_owned()),
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
        let mut out = Vec::new();
        if let Self::Problems(problems) | Self::Config(ConfigError::Invalid(problems)) = self {
            // A vector takes whatever is written.
            _ = write_problems(problems, page, &mut out);
        } else {
            out.extend(format!("error: {}\n", one_line(&self.to_string())).bytes());
            if let Some(help) = self.help() {
                out.extend(format!("  help: {}\n", many_lines(&help)).bytes());
            }
        }
        _ = io::stderr().lock().write_all(&out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_to_do() {
        let error = CliError::unknown_rule("no-such-rule-anywhere");
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
