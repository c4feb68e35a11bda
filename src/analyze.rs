//! The analysis from paths to a report: calls the rooms in their order.

mod assemble;
mod fingerprint;
mod routes;
mod scope;
mod silence;
mod stale;
mod suppress;

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::baseline::Baseline;
use crate::catalogue::{Catalogue, OwnEntries};
use crate::config::{Globs, Layer, PlacedGlob};
use crate::diagnostic::{Confidence, Finding};
use crate::link::Program;
use crate::load::{Loaded, load};
use crate::project::{App, DiscoverOptions, Project, ProjectError, Target};
use crate::report::Report;
use crate::rules::{RULES, RuleContext, RuleMeta};
use crate::span::FileId;
use crate::syntax::STACK_SIZE;

use scope::Scope;

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
    let (root, named) = root(&options.paths)?;
    let discover = DiscoverOptions { target: options.target, threads: options.threads.unwrap_or(0) };
    let mut project = Project::discover(&root, &discover)?;
    let scope = Scope::new(options, &project);
    scope.choose_targets(&mut project);
    let catalogue = Catalogue::with(options.catalogue.clone())?;
    let loaded = load(&project, options.max_file_size);
    let program = Program::link(&project, &loaded.modules, &catalogue);
    let rules = scope.rules();
    let findings = findings(&program, &rules);
    let inputs = Inputs {
        options,
        scope: &scope,
        project: &project,
        loaded: &loaded,
        program: &program,
        named: &named,
    };
    Ok(assemble::report(&inputs, findings, rules))
}

/// What the report is made from.
struct Inputs<'a> {
    options: &'a Options,
    scope: &'a Scope<'a>,
    project: &'a Project,
    loaded: &'a Loaded,
    program: &'a Program<'a>,
    /// The paths that were named, where findings have to lie; empty for everywhere.
    named: &'a [PathBuf],
}

impl Inputs<'_> {
    /// Whether a rule had its say in a file: a run with fewer rules or files must not call a comment unused, or
    /// an entry of the baseline stale.
    fn ran(&self, rules: &[&RuleMeta], meta: &RuleMeta, file: FileId) -> bool {
        let path = self.project.files.path(file);
        self.rule_ran(rules, meta)
            && self.scope.is_on_in(meta, path)
            && self.scope.reports(path)
            && self.is_named(path)
            && self.project.scope.as_ref().is_none_or(|scope| is_below(path, scope))
    }

    /// Whether a rule ran, and has a severity on some app's target.
    fn rule_ran(&self, rules: &[&RuleMeta], meta: &RuleMeta) -> bool {
        let judges = |app: &App| meta.severity_on(app.target.target).is_some();
        rules.iter().any(|rule| rule.id == meta.id) && self.project.apps.iter().any(judges)
    }

    /// Whether a file lies in one of the paths that were named.
    fn is_named(&self, path: &str) -> bool {
        let file = self.project.root.join(path);
        match &self.project.only {
            Some(only) => file.starts_with(self.project.root.join(only)),
            None => self.named.is_empty() || self.named.iter().any(|named| file.starts_with(named)),
        }
    }
}

/// Whether a path lies below a folder.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn findings(program: &Program<'_>, rules: &[&'static RuleMeta]) -> Vec<Finding> {
    let context = RuleContext::new(program);
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| rules.iter().any(|meta| meta.id == rule.meta.id)) {
        (rule.check)(&context, &mut findings);
    }
    findings
}

/// The path that an analysis of these paths is about: one path itself, or what several have in common.
///
/// # Errors
/// When one of several does not exist, or they have no folder in common.
pub fn scanned(paths: &[PathBuf]) -> Result<PathBuf, AnalyzeError> {
    Ok(root(paths)?.0)
}

/// The folder to walk, and the paths to which findings are limited: one folder is walked itself; of several
/// paths their common ancestor is.
fn root(paths: &[PathBuf]) -> Result<(PathBuf, Vec<PathBuf>), AnalyzeError> {
    let absolute =
        |path: &Path| path.canonicalize().map_err(|_| ProjectError::Missing { path: path.to_path_buf() });
    match paths {
        [] => Ok((PathBuf::from("."), Vec::new())),
        [only] => Ok((only.clone(), Vec::new())),
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
            Ok((common, named))
        }
    }
}
