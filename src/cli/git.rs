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
    /// The repository belongs to somebody else, which git takes for a danger.
    #[error("git does not read the repository around {}: it belongs to another user", .0.display())]
    NotTrusted(PathBuf),
    /// The name stands for no commit here.
    #[error("git knows no commit `{name}` here")]
    NoCommit {
        /// The name.
        name: String,
        /// Why that may be.
        why: Unknown,
    },
    /// A name that is none, as of a variable that is not set.
    #[error("--changed= names no commit")]
    NoName,
    /// A path that does not exist, where a commit may have been meant.
    #[error("{}: no such file or folder", .0.display())]
    NoPath(PathBuf),
    /// Anything else.
    #[error("git {command} failed: {message}")]
    Failed {
        /// The sub-command.
        command: &'static str,
        /// What git said.
        message: String,
    },
}

/// Why git may not know a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// The repository has no commit at all.
    NoCommits,
    /// Only a part of the history is there.
    Shallow,
    /// It was misspelt, or never fetched.
    Name,
}

impl GitError {
    /// What to do about it.
    pub(super) fn help(&self) -> String {
        let help = match self {
            Self::Missing(_) => "install git, or name the files instead",
            Self::NoRepository(_) => "leave out --staged and --changed, or name the files",
            Self::NotTrusted(folder) => {
                let folder = folder.canonicalize().unwrap_or_else(|_| folder.clone());
                return format!(
                    "if you trust it: git config --global --add safe.directory {}",
                    folder.ancestors().find(|it| it.join(".git").exists()).unwrap_or(&folder).display()
                );
            }
            Self::NoCommit { why: Unknown::NoCommits, .. } => {
                "the repository has no commits yet; --changed alone takes every file for new"
            }
            Self::NoCommit { why: Unknown::Shallow, .. } => {
                "a shallow clone has only part of the history: fetch the branch first, with `git fetch origin BRANCH`"
            }
            Self::NoCommit { why: Unknown::Name, .. } => {
                "`git branch --all` lists the branches; one that is not there is fetched with `git fetch origin BRANCH`"
            }
            Self::NoName => {
                "name one, as in --changed=origin/main (is the variable set?); --changed alone is what differs from the last commit"
            }
            Self::NoPath(path) => {
                return format!(
                    "did you mean `--changed={}`? What differs is named with `=`, other words are paths",
                    path.display()
                );
            }
            Self::Failed { .. } => "name the files instead",
        };
        help.to_owned()
    }
}

/// What changed.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// The files that were added or changed, absolute. Of a renamed file it is the new name; deleted ones are left
    /// out.
    pub(super) files: Vec<PathBuf>,
    /// Those whose staged text is not what lies on the disk, relative to the repository's root.
    pub(super) partly: Vec<PathBuf>,
}

/// Asks git what changed in the repository around a folder.
pub(super) fn changed(folder: &Path, changes: &Changes<'_>) -> Result<Changed, GitError> {
    let git = Git { folder };
    let top = git.top()?;
    let mut names = match changes {
        Changes::Staged | Changes::Worktree if !git.has_commits() => git.list("ls-files", &["--cached"])?,
        Changes::Staged => {
            git.list("diff", &["--cached", "--diff-filter=d", "--name-only", "--no-renames"])?
        }
        Changes::Worktree => git.since("HEAD")?,
        Changes::Since(name) => {
            let commit = git.commit(name)?;
            // Without the common ancestor, as in a shallow clone, the other tip has to do.
            git.since(&git.merge_base(&commit).unwrap_or(commit))?
        }
    };
    let mut partly = Vec::new();
    if *changes == Changes::Staged {
        partly = git.list("diff", &["--name-only", "--no-renames"])?;
        partly.retain(|name| names.contains(name));
        partly.sort();
    } else {
        names.extend(git.list("ls-files", &["--others", "--exclude-standard"])?);
    }
    names.sort();
    names.dedup();
    Ok(Changed { files: names.into_iter().map(|name| top.join(name)).collect(), partly })
}

/// Git in a folder.
pub(super) struct Git<'a> {
    pub(super) folder: &'a Path,
}

impl Git<'_> {
    /// Runs a sub-command in the repository's top folder or below; nothing that the repository configures is run.
    pub(super) fn run(&self, command: &'static str, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
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
            // What it says is read here.
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .map_err(GitError::Missing)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        // It is shown on one line.
        let message = String::from_utf8_lossy(&output.stderr);
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        Err(GitError::Failed { command, message })
    }

    fn top(&self) -> Result<PathBuf, GitError> {
        let out = self.run("rev-parse", &["--show-toplevel"]).map_err(|error| match error {
            GitError::Failed { message, .. } if message.contains("not a git repository") => {
                GitError::NoRepository(self.folder.to_path_buf())
            }
            GitError::Failed { message, .. } if message.contains("dubious ownership") => {
                GitError::NotTrusted(self.folder.to_path_buf())
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
            GitError::Failed { .. } => GitError::NoCommit { name: name.to_owned(), why: self.unknown() },
            other => other,
        })?;
        Ok(String::from_utf8_lossy(&out).trim().to_owned())
    }

    /// Whether only a part of the history is there.
    pub(super) fn is_shallow(&self) -> bool {
        let said = self.run("rev-parse", &["--is-shallow-repository"]);
        said.is_ok_and(|said| said.starts_with(b"true"))
    }

    /// Why a commit may not be known.
    fn unknown(&self) -> Unknown {
        if !self.has_commits() {
            Unknown::NoCommits
        } else if self.is_shallow() {
            Unknown::Shallow
        } else {
            Unknown::Name
        }
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
