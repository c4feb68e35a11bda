//! The analysis from paths to a report: calls the rooms in their order.

use std::path::PathBuf;

use crate::diagnostic::Confidence;
use crate::project::Target;
use crate::report::Report;

/// What to analyse and what to report.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folders or files; empty means the current folder.
    pub paths: Vec<PathBuf>,
    /// Judge every app for this target, whatever its files say.
    pub target: Option<Target>,
    /// Run only these rules, opt-in ones included; empty runs all that are on by default.
    pub only: Vec<String>,
    /// Leave out these rules.
    pub skip: Vec<String>,
    /// Hide findings that are less sure.
    pub min_confidence: Confidence,
    /// Worker threads; `None` takes as many as there are cores.
    pub threads: Option<usize>,
    /// Skip larger files (bytes).
    pub max_file_size: u64,
}

/// Why an analysis could not be done at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalyzeError {
    /// A path that was named does not exist.
    #[error("{path}: no such file or folder")]
    MissingPath {
        /// The path as it was given.
        path: String,
    },
}

impl AnalyzeError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::MissingPath { .. } => {
                Some("name the folder of a project, or run without a path in it".into())
            }
        }
    }
}

/// Analyses a project.
///
/// # Errors
/// When a path does not exist.
pub fn analyze(options: &Options) -> Result<Report, AnalyzeError> {
    for path in &options.paths {
        if !path.exists() {
            return Err(AnalyzeError::MissingPath { path: path.display().to_string() });
        }
    }
    Ok(Report::default())
}
