//! The analysis from paths to a report: calls the rooms in their order.

mod assemble;
mod fingerprint;
mod fixes;
mod inputs;
mod root;
mod routes;
mod scope;
mod silence;
mod stale;
mod suppress;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::baseline::Baseline;
use crate::catalogue::{Catalogue, OwnEntries};
use crate::config::{Globs, Layer, PlacedGlob};
use crate::custom::{self, CustomRule};
use crate::diagnostic::{Confidence, Finding};
use crate::link::Program;
use crate::load::load_watched;
use crate::progress::{Progress, Stage};
use crate::project::{DiscoverOptions, Project, ProjectError, Target};
use crate::report::Report;
use crate::rules::{RULES, RuleContext, RuleMeta};
use crate::syntax::{self, STACK_SIZE};
use crate::timings::Timings;

use inputs::Inputs;
use scope::Scope;

pub use root::scanned;
pub use silence::{Silenced, SilencedFile, silence};

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
    /// Told where the time goes.
    pub timings: Arc<Timings>,
    /// The folder that globs are relative to; `None` for what is scanned.
    pub base: Option<PathBuf>,
    /// Report only findings in these files; `None` for everything.
    pub include: Option<Globs>,
    /// Report no findings in these files.
    pub exclude: Globs,
    /// Globs of the configuration of which one that matches nothing is worth a warning.
    pub globs: Vec<PlacedGlob>,
    /// Rules, targets and plans by part of the tree; of those that cover something, the last one decides.
    pub layers: Vec<Layer>,
    /// What the team says of its own packages.
    pub catalogue: OwnEntries,
    /// Findings that are known: only others are reported.
    pub baseline: Option<Baseline>,
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
            max_file_size: 2_000_000,
            custom: Arc::default(),
            changed: None,
            overlay: None,
            progress: Arc::default(),
            timings: Arc::default(),
            base: None,
            include: None,
            exclude: Globs::default(),
            globs: Vec::new(),
            layers: Vec::new(),
            catalogue: OwnEntries::default(),
            baseline: None,
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
    let started = Instant::now();
    // `0` lets rayon take one thread per core.
    let threads = options.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_SIZE).build()?;
    let mut report = pool.install(|| run(options))?;
    report.summary.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

fn run(options: &Options) -> Result<Report, AnalyzeError> {
    let (root, named) = root::root(&options.paths, options.overlay.as_ref().map(|(file, _)| file.as_path()))?;
    let discover = DiscoverOptions {
        target: options.target,
        threads: options.threads.unwrap_or(0),
        overlay: options.overlay.as_ref().map(|(file, text)| (file.as_path(), text.as_slice())),
    };
    let timings = &options.timings;
    let mut project = timings.time("discover", || Project::discover(&root, &discover))?;
    let scope = Scope::new(options, &project);
    scope.choose_targets(&mut project);
    let catalogue = Catalogue::with(options.catalogue.clone())?;
    let loaded =
        timings.time("load", || load_watched(&project, options.max_file_size, &options.progress));
    options.progress.enter(Stage::Following);
    let program = timings.time("link", || Program::link(&project, &loaded.modules, &catalogue));
    let rules = scope.rules();
    options.progress.enter(Stage::Checking);
    let inputs = Inputs {
        options,
        scope: &scope,
        project: &project,
        loaded: &loaded,
        program: &program,
        named: &named,
    };
    let findings = findings(&inputs, &rules);
    Ok(timings.time("report", || assemble::report(&inputs, findings, rules)))
}

/// What the rules find, the team's own after those that are built in.
fn findings(inputs: &Inputs<'_>, rules: &[&'static RuleMeta]) -> Vec<Finding> {
    let Inputs { options, project, program, .. } = *inputs;
    let runs = |id: &str| rules.iter().any(|meta| meta.id == id);
    let own = options.custom.iter().map(|rule| rule.meta.id).collect();
    let context = RuleContext { own, ..RuleContext::new(program, &options.timings) };
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| runs(rule.meta.id)) {
        options.timings.time(rule.meta.id, || (rule.check)(&context, &mut findings));
    }
    let own = options.custom.iter().filter(|rule| runs(rule.meta.id));
    findings.extend(custom::findings(program, own, &|file| {
        let bytes = project.read(file, options.max_file_size).ok().and_then(Result::ok)?;
        Some(syntax::decode(bytes).text)
    }));
    findings
}
