//! Reports to where they belong: files, standard output, the summary of a GitHub job.

use std::io;
use std::path::{Path, PathBuf};

use crate::files::{append, identity, write_whole};
use crate::report::{COMMENT_LIMIT, Format, Page, Report, View, write_markdown_report, write_report};

use super::args::Color;
use super::args_output::Outputs;
use super::error::CliError;
use super::output::{page, print, seen_from_here};
use super::writable::{Unwritable, is_stdout, unwritable};

/// What GitHub takes as the summary of a step, in bytes.
const SUMMARY_LIMIT: usize = 1 << 20;

/// An output that cannot be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutputError {
    /// Two reports would be mixed.
    #[error("{} and {} are both to be written to standard output", name(*first), name(*second))]
    TwiceToStdout { first: Format, second: Format },
    /// One document after the other is none.
    #[error("--watch prints one report after the other, which cannot be read as {}", name(*format))]
    Again { format: Format },
    /// The report would be mixed with the patch.
    #[error("the diff and {} are both to be written to standard output", name(*format))]
    BesideDiff { format: Format },
    /// The second would replace the first.
    #[error("{} and {} are both to be written to {}", name(*first), name(*second), file.display())]
    SameFile { file: PathBuf, first: Format, second: Format },
    /// A folder has the name.
    #[error("cannot write {} to {}: it is a folder", name(*format), file.display())]
    Folder { file: PathBuf, format: Format },
    /// A file stands where a folder has to be.
    #[error("cannot write {} to {}: {} is not a folder", name(*format), file.display(), folder.display())]
    NotAFolder { file: PathBuf, folder: PathBuf, format: Format },
    /// The owner of the file does not want it written.
    #[error("cannot write {} to {}: the file is read-only", name(*format), file.display())]
    ReadOnly { file: PathBuf, format: Format },
    /// The system refuses.
    #[error("cannot write {} to {}: {error}", name(*format), file.display())]
    Write { file: PathBuf, format: Format, error: io::Error },
}

impl OutputError {
    pub(super) fn help(&self) -> Option<String> {
        let help = match self {
            Self::TwiceToStdout { second, .. } => {
                return Some(format!("write one of them to a file: --output {}=FILE", name(*second)));
            }
            Self::BesideDiff { format } => {
                return Some(format!("write the report to a file: --output {}=FILE", name(*format)));
            }
            Self::Again { format } => {
                let format = name(*format);
                return Some(format!(
                    "write it to a file, which every check replaces: --output {format}=FILE"
                ));
            }
            Self::SameFile { .. } => "name a file for each",
            Self::Folder { format, file } => {
                let file = file.join(format!("routelint.{}", extension(*format)));
                return Some(format!("name a file in it: --output {}={}", name(*format), file.display()));
            }
            Self::NotAFolder { .. } => "name a file in a folder",
            Self::ReadOnly { .. } => "make it writable, or name another file",
            Self::Write { .. } => "the file is as it was before; other reports are written",
        };
        Some(help.to_owned())
    }
}

/// Whether there is still somebody who reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivered {
    /// There is, as far as is known.
    Read,
    /// It was closed.
    Unread,
}

/// Which report goes where.
pub(super) struct Plan<'a> {
    arguments: &'a Outputs,
    /// `None` if something else goes there.
    stdout: Option<Format>,
    files: Vec<(Format, &'a Path)>,
}

impl<'a> Plan<'a> {
    /// Checks what can be known before any work; a diff takes standard output for itself.
    pub(super) fn new(arguments: &'a Outputs, diff: bool) -> Result<Self, CliError> {
        let (stdout, files): (Vec<_>, Vec<_>) = arguments
            .output
            .iter()
            .map(|output| (output.format, output.file.as_path()))
            .partition(|(_, file)| is_stdout(file));
        let mut problems = Vec::new();
        let mut to_stdout = arguments.format.into_iter().chain(stdout.into_iter().map(|(format, _)| format));
        let first = to_stdout.next();
        problems.extend(first.filter(|_| diff).map(|format| OutputError::BesideDiff { format }));
        let first = first.unwrap_or(Format::Full);
        problems.extend(to_stdout.map(|second| OutputError::TwiceToStdout { first, second }));
        for (index, &(second, file)) in files.iter().enumerate() {
            let same = files[..index].iter().find(|(_, other)| identity(other) == identity(file));
            problems.extend(match same {
                Some(&(first, _)) => Some(OutputError::SameFile { file: file.into(), first, second }),
                None => refusal(second, file),
            });
        }
        if !problems.is_empty() {
            return Err(CliError::Outputs(problems));
        }
        Ok(Self { arguments, stdout: (!diff).then_some(first), files })
    }

    /// Writes every report. One that fails does not keep the others from being written; all failures are told.
    pub(super) fn write(&self, report: &Report, color: Color) -> Result<Delivered, CliError> {
        let view = self.view(Page::default());
        let seen = seen_from_here(report);
        let shown = |format| if is_for_people(format) { &*seen } else { report };
        let mut problems = Vec::new();
        let mut delivered = Delivered::Read;
        for &(format, file) in &self.files {
            let mut bytes = Vec::new();
            let written = write_report(shown(format), format, &view, &mut bytes);
            if let Err(error) = written.and_then(|()| write_whole(file, &bytes)) {
                problems.push(OutputError::Write { file: file.into(), format, error });
            }
        }
        if self.stdout == Some(Format::Github)
            || self.files.iter().any(|&(format, _)| format == Format::Github)
        {
            job_summary(report, &View { sources: sources_on_github(), ..view });
        }
        if let Some(format) = self.stdout {
            // Markdown is read on a page of its own, in one colour.
            let page = if format == Format::Markdown { Page::default() } else { page(color) };
            match print(|out| write_report(shown(format), format, &self.view(page), out)) {
                // The reader has what it wanted; whether there are findings does not depend on it.
                Err(error) if error.is_broken_pipe() => delivered = Delivered::Unread,
                printed => printed?,
            }
        }
        if problems.is_empty() { Ok(delivered) } else { Err(CliError::Outputs(problems)) }
    }

    /// Checks that one report may follow the other on standard output.
    pub(super) fn repeats(&self) -> Result<(), CliError> {
        let document = self.stdout.filter(|format| !is_for_people(*format));
        document.map_or(Ok(()), |format| Err(CliError::Outputs(vec![OutputError::Again { format }])))
    }

    fn view(&self, page: Page) -> View {
        let Outputs { quiet, group_by, statistics, ref sarif_category, sarif_suppressed, .. } =
            *self.arguments;
        View {
            page,
            quiet,
            group_by,
            statistics,
            category: sarif_category.clone(),
            silent: sarif_suppressed,
            sources: None,
        }
    }
}

/// Whether a format is read where routelint runs; others name files as the repository does, wherever that is.
const fn is_for_people(format: Format) -> bool {
    matches!(format, Format::Full | Format::Concise)
}

/// Why a file cannot be written, as far as it shows beforehand.
fn refusal(format: Format, file: &Path) -> Option<OutputError> {
    let file = file.to_path_buf();
    Some(match unwritable(&file)? {
        Unwritable::Folder => OutputError::Folder { file, format },
        Unwritable::NotAFolder(folder) => OutputError::NotAFolder { file, folder, format },
        Unwritable::ReadOnly => OutputError::ReadOnly { file, format },
    })
}

/// Adds the report to the summary of the job, for which GitHub names a file. The log has the findings already, so
/// that a summary which cannot be written is worth a word and no failure.
fn job_summary(report: &Report, view: &View) {
    let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else { return };
    let file = Path::new(&file);
    let used = file.metadata().map_or(0, |there| usize::try_from(there.len()).unwrap_or(usize::MAX));
    // Beyond the limit GitHub shows nothing of the step's summary.
    let room = SUMMARY_LIMIT.saturating_sub(used.saturating_add(1));
    let written = if room < COMMENT_LIMIT / 10 {
        Err(io::Error::other("it is full"))
    } else {
        let mut text = if used > 0 { b"\n".to_vec() } else { Vec::new() };
        write_markdown_report(report, view, room, &mut text).and_then(|()| append(file, &text))
    };
    if let Err(error) = written {
        super::error::warn(&format!("cannot write the job summary to {}: {error}", file.display()));
    }
}

/// Where GitHub shows the files of the commit that a workflow runs on.
fn sources_on_github() -> Option<String> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (server, repository) = (variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?);
    Some(format!("{server}/{repository}/blob/{}", variable("GITHUB_SHA")?))
}

/// A format as it is named on the command line.
fn name(format: Format) -> String {
    clap::ValueEnum::to_possible_value(&format).map_or_else(String::new, |value| value.get_name().to_owned())
}

/// What files of a format usually end with.
const fn extension(format: Format) -> &'static str {
    match format {
        Format::Json | Format::Gitlab => "json",
        Format::Jsonl => "jsonl",
        Format::Sarif => "sarif",
        Format::Junit | Format::Checkstyle => "xml",
        Format::Markdown => "md",
        Format::Full | Format::Concise | Format::Github => "txt",
    }
}
