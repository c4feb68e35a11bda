//! The analysis from paths to a report: calls the rooms in their order.

mod apps;
mod assemble;
mod before;
mod fingerprint;
mod fixes;
mod given;
mod grade;
mod idle;
mod inputs;
mod join;
mod kept;
mod merge;
mod remember;
mod root;
mod routes;
mod scope;
mod session;
mod share;
mod silence;
mod sources;
mod stale;
mod suppress;
mod survey;

use std::path::PathBuf;
use std::sync::Arc;

use crate::baseline::Baseline;
use crate::cache::Cache;
use crate::catalogue::OwnEntries;
use crate::config::{Globs, Layer, Mention};
use crate::custom::CustomRule;
use crate::diagnostic::Confidence;
use crate::disk::Disk;
use crate::progress::Progress;
use crate::project::{DiscoverOptions, Project, ProjectError, Target};
use crate::report::Report;
use crate::rules::{RULES, RuleMeta};
use crate::syntax::STACK_SIZE;
use crate::timings::Timings;

use root::Root;
use scope::Scope;

pub use crate::project::is_source;
pub use merge::{MergeError, merge};
pub use root::start;
pub use scope::AppRules;
pub use session::{Changes, Session};
pub use share::Shard;
pub use silence::{Silenced, SilencedFile, silence};
pub use survey::{AppSurvey, Survey, package_of, survey};

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
    /// Hide findings that are less sure, whatever the layers say; without either, those of low confidence.
    pub min_confidence: Option<Confidence>,
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
    /// Told where the time goes.
    pub timings: Arc<Timings>,
    /// Where results are kept for later runs.
    pub cache: Option<Cache>,
    /// The folder that globs are relative to; `None` for what is scanned.
    pub base: Option<PathBuf>,
    /// The folder whose configuration counts, or would if it had one; `None` if none was looked for. Others below it
    /// are worth a word.
    pub configured: Option<PathBuf>,
    /// Report only findings in these files; `None` for everything.
    pub include: Option<Globs>,
    /// Report no findings in these files.
    pub exclude: Globs,
    /// What the configuration speaks of; what the project does not have is worth a warning.
    pub mentions: Vec<Mention>,
    /// Rules, targets, plans and confidence by part of the tree; of those that cover something, the last one decides.
    pub layers: Vec<Layer>,
    /// What the team says of its own packages.
    pub catalogue: OwnEntries,
    /// Findings that are known: only others are reported.
    pub baseline: Option<Baseline>,
    /// Only a part of the apps.
    pub shard: Option<Shard>,
}

impl Default for Options {
    /// The current folder, all rules that are on by default, findings of medium confidence or more.
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            target: None,
            only: Vec::new(),
            skip: Vec::new(),
            min_confidence: None,
            threads: None,
            max_file_size: 2_000_000,
            custom: Arc::default(),
            changed: None,
            overlay: None,
            progress: Arc::default(),
            timings: Arc::default(),
            cache: None,
            base: None,
            configured: None,
            include: None,
            exclude: Globs::default(),
            mentions: Vec::new(),
            layers: Vec::new(),
            catalogue: OwnEntries::default(),
            baseline: None,
            shard: None,
        }
    }
}

impl Options {
    /// Every rule there is, by id: those that are built in, then the team's own.
    fn metas(&self) -> impl Iterator<Item = &'static RuleMeta> {
        RULES.iter().map(|rule| &rule.meta).chain(self.custom.iter().map(|rule| rule.meta))
    }

    /// What is known of a rule, built in or the team's own.
    fn meta(&self, id: &str) -> Option<&'static RuleMeta> {
        self.metas().find(|meta| meta.id == id)
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
    Session::default().analyze(options, &Changes::default())
}

/// The apps in which the options give rules another severity than their pages, in their order.
///
/// # Errors
/// When a path does not exist or cannot be read, or there are no threads to be had.
pub fn apps_with_own_rules(options: &Options) -> Result<Vec<AppRules>, AnalyzeError> {
    let discover = || discover(options, root::of(options)?, Arc::default());
    let (project, _) = threads(options)?.install(discover)?;
    Ok(Scope::new(options, &project).apps_with_own_rules(&project))
}

/// Threads with room for what parsers recurse into.
fn threads(options: &Options) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    // `0` lets rayon take one thread per core.
    let threads = options.threads.unwrap_or(0);
    rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_SIZE).build()
}

/// The project with the targets that are in effect, and the paths to which findings are limited.
fn discover(
    options: &Options,
    Root { path, named, files }: Root,
    disk: Arc<Disk>,
) -> Result<(Project, Vec<PathBuf>), AnalyzeError> {
    let discover = DiscoverOptions {
        target: options.target,
        threads: options.threads.unwrap_or(0),
        overlay: options.overlay.as_ref().map(|(file, text)| (file.as_path(), text.as_slice())),
        files: files || options.changed.is_some(),
        disk,
    };
    let mut project = options.timings.time("find the project", || Project::discover(&path, &discover))?;
    Scope::new(options, &project).choose_targets(&mut project);
    Ok((project, named))
}
