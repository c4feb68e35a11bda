//! Why a configuration cannot be used.

use std::io;

use crate::diagnostic::FileProblems;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file that was named is not there, or cannot be read.
    #[error("{file}: cannot be read: {source}")]
    Unreadable {
        /// The file as people see it.
        file: String,
        /// The reason.
        source: io::Error,
    },
    /// No person wrote this.
    #[error("{file}: larger than 1 MB, which is no configuration")]
    TooLarge {
        /// The file as people see it.
        file: String,
    },
    /// It is no plain file, or a link that leads out of the repository.
    #[error("{file}: {what}")]
    NotAFile {
        /// The file as people see it.
        file: String,
        /// What it is.
        what: &'static str,
    },
    /// One folder with two configurations.
    #[error("{first} and {second} both configure routelint for this folder")]
    Twice {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// Its text is wrong.
    #[error("{}: wrong configuration", .0.file)]
    Invalid(FileProblems),
}

impl ConfigError {
    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> Option<&'static str> {
        match self {
            Self::Unreadable { .. } => Some("`--no-config` runs without a configuration"),
            Self::TooLarge { .. } | Self::NotAFile { .. } => {
                Some("`--config FILE` names another one, `--no-config` runs without")
            }
            Self::Twice { .. } => Some("keep one of them"),
            Self::Invalid(_) => None,
        }
    }
}
