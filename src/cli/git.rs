//! What git calls changed, asked of the git on this machine.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Which changes are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Changes<'a> {
    /// What the next commit would hold.
    Staged,
    /// What differs from the last commit, new files included.
    Worktree,
    /// What differs from where this branch left another, new files included.
    Since(&'a str),
}

/// Why git did not say.
#[derive(Debug, thiserror::Error)]
pub(super) enum GitError {
    /// It cannot be started.
    #[error("git cannot be started: {0}")]
    Missing(std::io::Error),
    /// There is no repository.
    #[error("{}: not in a git repository", .0.display())]
    NoRepository(PathBuf),
    /// The name stands for no commit here.
    #[error("git knows no commit `{0}` here")]
    NoCommit(String),
    /// Anything else.
    #[error("git {command} failed: {message}")]
    Failed {
        /// The sub-command.
        command: &'static str,
        /// What git said.
        message: String,
    },
}

impl GitError {
    /// What to do about it.
    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::Missing(_) => "install git, or name the files instead",
            Self::NoRepository(_) => "leave out --staged and --changed, or name the files",
            Self::NoCommit(_) => {
                "a shallow clone has only part of the history: fetch the branch first, with `git fetch origin BRANCH`"
            }
            Self::Failed { .. } => "name the files instead",
        }
    }
}

/// The files that were added or changed, absolute. Of a renamed file it is the new name; deleted ones are left out.
pub(super) fn changed(folder: &Path, changes: &Changes<'_>) -> Result<Vec<PathBuf>, GitError> {
    let git = Git { folder };
    let top = git.top()?;
    let mut names = match changes {
        Changes::Staged if !git.has_commits() => git.list("ls-files", &["--cached"])?,
        Changes::Staged => {
            git.list("diff", &["--cached", "--diff-filter=d", "--name-only", "--no-renames"])?
        }
        Changes::Worktree if !git.has_commits() => git.list("ls-files", &["--cached"])?,
        Changes::Worktree => git.since("HEAD")?,
        Changes::Since(name) => {
            let commit = git.commit(name)?;
            // Without the common ancestor, as in a shallow clone, the other tip has to do.
            git.since(&git.merge_base(&commit).unwrap_or(commit))?
        }
    };
    if *changes != Changes::Staged {
        names.extend(git.list("ls-files", &["--others", "--exclude-standard"])?);
    }
    names.sort();
    names.dedup();
    Ok(names.into_iter().map(|name| top.join(name)).collect())
}

/// Git in a folder.
struct Git<'a> {
    folder: &'a Path,
}

impl Git<'_> {
    /// Runs a sub-command in the repository's top folder or below; nothing that the repository configures is run.
    fn run(&self, command: &'static str, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.folder)
            .args([
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.quotePath=false",
                "--no-optional-locks",
                command,
            ])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(GitError::Missing)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(GitError::Failed { command, message })
    }

    fn top(&self) -> Result<PathBuf, GitError> {
        let out = self.run("rev-parse", &["--show-toplevel"]).map_err(|error| match error {
            GitError::Failed { message, .. } if message.contains("not a git repository") => {
                GitError::NoRepository(self.folder.to_path_buf())
            }
            other => other,
        })?;
        Ok(PathBuf::from(path(out.strip_suffix(b"\n").unwrap_or(&out))))
    }

    fn has_commits(&self) -> bool {
        self.run("rev-parse", &["--verify", "--quiet", "HEAD"]).is_ok()
    }

    fn commit(&self, name: &str) -> Result<String, GitError> {
        let wanted = format!("{name}^{{commit}}");
        let out = self.run("rev-parse", &["--verify", "--quiet", "--end-of-options", &wanted]);
        let out = out.map_err(|error| match error {
            GitError::Failed { .. } => GitError::NoCommit(name.to_owned()),
            other => other,
        })?;
        Ok(String::from_utf8_lossy(&out).trim().to_owned())
    }

    fn merge_base(&self, commit: &str) -> Option<String> {
        let out = self.run("merge-base", &[commit, "HEAD"]).ok()?;
        Some(String::from_utf8_lossy(&out).trim().to_owned())
    }

    /// Files in the work tree that differ from a commit.
    fn since(&self, commit: &str) -> Result<Vec<PathBuf>, GitError> {
        self.list("diff", &["--diff-filter=d", "--name-only", "--no-renames", commit])
    }

    /// Names that a sub-command lists, relative to the top.
    fn list(&self, command: &'static str, arguments: &[&str]) -> Result<Vec<PathBuf>, GitError> {
        let extra: &[&str] = match command {
            "diff" => &["-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules"],
            // From a folder below the top it would list that folder alone, relative to it.
            _ => &["-z", "--full-name", ":/"],
        };
        let mut all = Vec::from(arguments);
        all.extend(extra);
        let out = self.run(command, &all)?;
        Ok(out
            .split(|&byte| byte == 0)
            .filter(|name| !name.is_empty())
            .map(|n| PathBuf::from(path(n)))
            .collect())
    }
}

/// Bytes of git's as a path.
#[cfg(unix)]
fn path(bytes: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(bytes)
}

/// Bytes of git's as a path: names on Windows are Unicode.
#[cfg(not(unix))]
fn path(bytes: &[u8]) -> &OsStr {
    std::str::from_utf8(bytes).map_or(OsStr::new(""), OsStr::new)
}
