//! The analysis from paths to a report: calls the rooms in their order.

mod assemble;
mod fixes;
mod routes;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::catalogue::Catalogue;
use crate::custom::{self, CustomRule};
use crate::diagnostic::{Confidence, Finding};
use crate::link::Program;
use crate::load::{Loaded, load_watched};
use crate::progress::{Progress, Stage};
use crate::project::{DiscoverOptions, Project, ProjectError, Target};
use crate::report::Report;
use crate::rules::{RULES, RuleContext, RuleMeta, Status};
use crate::syntax::{self, STACK_SIZE};

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
    /// The team's own rules, which run like those that are on by default.
    pub custom: Arc<Vec<CustomRule>>,
    /// Show only findings in these files (absolute paths), or that name a place in one of them.
    pub changed: Option<Vec<PathBuf>>,
    /// A file whose text is not what lies on the disk; only its findings are shown.
    pub overlay: Option<(PathBuf, Vec<u8>)>,
    /// Told how far the analysis is, for somebody who waits.
    pub progress: Arc<Progress>,
}

impl Default for Options {
    /// The current folder, all rules that are on by default, findings of medium confidence or more.
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            target: None,
            only: Vec::new(),
            skip: Vec::new(),
            min_confidence: Confidence::Medium,
            threads: None,
            max_file_size: 2 << 20,
            custom: Arc::default(),
            changed: None,
            overlay: None,
            progress: Arc::default(),
        }
    }
}

/// Why an analysis could not be done at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalyzeError {
    /// A path that was named does not exist or cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The paths that were named have no folder in common.
    #[error("{} and {} have no folder in common", first.display(), second.display())]
    Apart {
        /// One of them.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// The operating system gives no threads.
    #[error("cannot start worker threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The tables that routelint is built with do not read.
    #[error("the built-in catalogue is broken: {0}")]
    Catalogue(#[from] serde_json::Error),
}

impl AnalyzeError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Project(ProjectError::Missing { .. }) => {
                "name the folder of a project, or run without a path in it"
            }
            Self::Project(ProjectError::Unreadable { .. }) => "check the permissions of the folder",
            Self::Apart { .. } => "run routelint once for each",
            Self::Threads(_) => "try --threads 1, or allow the process more memory",
            Self::Catalogue(_) => "this is a fault of routelint; please report it",
        };
        Some(help.to_owned())
    }
}

/// Analyses a project.
///
/// # Errors
/// When a path does not exist or cannot be read, or there are no threads to be had.
pub fn analyze(options: &Options) -> Result<Report, AnalyzeError> {
    let started = Instant::now();
    // `0` lets rayon take one thread per core.
    let threads = options.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_SIZE).build()?;
    let mut report = pool.install(|| run(options))?;
    report.summary.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

fn run(options: &Options) -> Result<Report, AnalyzeError> {
    let (root, named) = root(options)?;
    let discover = DiscoverOptions {
        target: options.target,
        threads: options.threads.unwrap_or(0),
        overlay: options.overlay.as_ref().map(|(file, text)| (file.as_path(), text.as_slice())),
    };
    let project = Project::discover(&root, &discover)?;
    let catalogue = Catalogue::builtin()?;
    let loaded = load_watched(&project, options.max_file_size, &options.progress);
    options.progress.enter(Stage::Following);
    let program = Program::link(&project, &loaded.modules, &catalogue);
    let rules = enabled(options);
    options.progress.enter(Stage::Checking);
    let mut findings = findings(&program, &rules);
    let own = options.custom.iter().filter(|rule| rules.iter().any(|meta| meta.id == rule.meta.id));
    findings.extend(custom::findings(&program, own, &|file| {
        let bytes = project.read(file, options.max_file_size).ok().and_then(Result::ok)?;
        Some(syntax::decode(bytes).text)
    }));
    let inputs = Inputs { options, project: &project, loaded: &loaded, program: &program, named: &named };
    Ok(assemble::report(&inputs, findings, rules))
}

/// What the report is made from.
struct Inputs<'a> {
    options: &'a Options,
    project: &'a Project,
    loaded: &'a Loaded,
    program: &'a Program<'a>,
    /// The paths that were named, where findings have to lie; empty for everywhere.
    named: &'a [PathBuf],
}

/// The rules that run, by id.
fn enabled(options: &Options) -> Vec<&'static RuleMeta> {
    let wanted = |meta: &RuleMeta| {
        if options.only.is_empty() {
            meta.status == Status::Stable
        } else {
            options.only.iter().any(|id| id == meta.id)
        }
    };
    let skipped = |meta: &RuleMeta| options.skip.iter().any(|id| id == meta.id);
    let own = options.custom.iter().map(|rule| rule.meta);
    RULES.iter().map(|rule| &rule.meta).chain(own).filter(|meta| wanted(meta) && !skipped(meta)).collect()
}

fn findings(program: &Program<'_>, rules: &[&'static RuleMeta]) -> Vec<Finding> {
    let context = RuleContext::new(program);
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| rules.iter().any(|meta| meta.id == rule.meta.id)) {
        (rule.check)(&context, &mut findings);
    }
    findings
}

/// The folder to walk, and the paths to which findings are limited: one path is looked at by itself, of several
/// their common project is.
fn root(options: &Options) -> Result<(PathBuf, Vec<PathBuf>), AnalyzeError> {
    let absolute =
        |path: &Path| path.canonicalize().map_err(|_| ProjectError::Missing { path: path.to_path_buf() });
    let (root, mut named) = match options.paths.as_slice() {
        [] => (PathBuf::from("."), Vec::new()),
        [only] => (only.clone(), Vec::new()),
        [first, rest @ ..] => {
            let mut common = absolute(first)?;
            let mut named = vec![common.clone()];
            for path in rest {
                let path = absolute(path)?;
                while !path.starts_with(&common) {
                    if !common.pop() {
                        return Err(AnalyzeError::Apart { first: first.clone(), second: path });
                    }
                }
                named.push(path);
            }
            // Files are part of a project: what their common folder alone holds says little about them.
            let files = named.iter().any(|path| path.is_file());
            (if files { project_of(&common) } else { common }, named)
        }
    };
    let Some((file, _)) = &options.overlay else { return Ok((root, named)) };
    let file = std::path::absolute(file).map_err(|_| ProjectError::Missing { path: file.clone() })?;
    let root = if options.paths.is_empty() { project_of(&file) } else { root };
    named.push(file);
    Ok((root, named))
}

/// The nearest folder, from a path upwards, that begins a project; else the nearest that exists.
fn project_of(path: &Path) -> PathBuf {
    let begins = |folder: &&Path| folder.join("package.json").exists() || folder.join(".git").exists();
    let found = path.ancestors().find(begins).or_else(|| path.ancestors().find(|folder| folder.is_dir()));
    found.unwrap_or(Path::new("/")).to_path_buf()
}
