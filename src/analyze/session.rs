//! Round after round on the same project: what an earlier round knows and nothing has touched is taken from there.
//!
//! A run by itself is the first round of a session, so that a later one gives what a fresh run would.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use rustc_hash::FxHashSet;

use crate::catalogue::Catalogue;
use crate::config::top;
use crate::custom;
use crate::disk::Disk;
use crate::link::Modules;
use crate::project::{Concern, Project};
use crate::report::Report;

use super::apps;
use super::before::{Before, Versions};
use super::inputs::Asked;
use super::kept::{Kept, together};
use super::remember::{Memory, Snapshot};
use super::root::{self, Root};
use super::scope::Scope;
use super::{AnalyzeError, Options, discover, share, threads};

/// What changed since the last round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that may have another text, absolute.
    pub texts: FxHashSet<PathBuf>,
    /// Files or folders may have come or gone.
    pub tree: bool,
    /// The options may be others, or what the project's configuration says.
    pub configuration: bool,
}

impl Changes {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && !self.tree && !self.configuration
    }
}

/// What is kept from round to round.
#[derive(Default)]
pub struct Session {
    last: Option<Last>,
    /// Whether files are to be known again; a single run spares itself what that costs.
    remembers: bool,
    /// Whether the last round had anything to do.
    stirred: bool,
}

/// What the last round knew.
pub(super) struct Last {
    pub(super) project: Project,
    named: Vec<PathBuf>,
    pub(super) modules: Modules,
    versions: Versions,
    shares: Vec<Kept>,
}

impl Session {
    /// A session of several rounds.
    #[must_use]
    pub fn new() -> Self {
        Self { remembers: true, ..Self::default() }
    }

    /// Analyses a project; what changed since the last round has to be in `changes`. A round that fails changes
    /// nothing for the next one, which has to be told of its changes again.
    ///
    /// # Errors
    /// As [`analyze`](super::analyze).
    pub fn analyze(&mut self, options: &Options, changes: &Changes) -> Result<Report, AnalyzeError> {
        let started = Instant::now();
        let mut report = threads(options)?.install(|| self.round(options, changes))?;
        let duration = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        report.summary.duration_ms = duration;
        if let Some(share) = &mut report.share {
            share.duration_ms = duration;
        }
        Ok(report)
    }

    /// Whether the last round had something to do; if not, its report is that of the round before.
    #[must_use]
    pub const fn stirred(&self) -> bool {
        self.stirred
    }

    /// Adds what a change at an absolute path means, and says whether it means anything; before the first round, it
    /// does not.
    pub fn note(&self, path: &Path, changes: &mut Changes) -> bool {
        let is_own = || path.iter().any(|part| Path::new(custom::FOLDER).starts_with(part));
        let concern = self.last.as_ref().map(|last| last.project.concern(path));
        match concern {
            None => return false,
            Some(Concern::None) if !is_own() => return false,
            Some(Concern::Text(_)) => drop(changes.texts.insert(path.to_path_buf())),
            Some(Concern::Tree) => changes.tree = true,
            Some(Concern::None | Concern::Configuration) => changes.configuration = true,
        }
        true
    }

    /// The folders in which something may change that matters, absolute: those that were looked into, those above
    /// them where configuration is looked for, and that of the team's own rules.
    #[must_use]
    pub fn places(&self) -> Vec<PathBuf> {
        let Some(Last { project, .. }) = &self.last else { return Vec::new() };
        let top = top(&project.root);
        let above = project.root.ancestors().take_while(|folder| folder.starts_with(top));
        let rules = custom::root_of(&project.root).map(|folder| folder.join(custom::FOLDER));
        let rules = rules.iter().flat_map(|folder| folder.ancestors().take(2));
        let mut places = project.places();
        places.extend(above.chain(rules).map(Path::to_path_buf));
        places
    }

    /// The folder that is looked at, absolute.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.last.as_ref().map(|last| last.project.root.as_path())
    }

    fn round(&mut self, options: &Options, changes: &Changes) -> Result<Report, AnalyzeError> {
        let root = root::of(options)?;
        // What a session remembers is more than what lies on the disk.
        let memory = if self.remembers { None } else { Memory::of(options, &root) };
        let recall = |memory: &Memory| options.timings.time("look for changes", || memory.recall());
        if let Some(snapshot) = memory.as_ref().and_then(recall) {
            return Ok(options.timings.time("join the apps", || snapshot.report(options)));
        }
        let catalogue = Catalogue::with(options.catalogue.clone())?;
        let disk = memory.as_ref().map(Memory::disk).unwrap_or_default();
        let (project, named, before) = self.find(options, (root, disk), changes)?;
        let (snapshot, last) = run(options, (project, named), &catalogue, (before, memory));
        let report = options.timings.time("join the apps", || snapshot.report(options));
        self.stirred |= last.shares.iter().any(|kept| !kept.is_old);
        if self.remembers {
            self.last = Some(last);
        }
        Ok(report)
    }

    /// The project of a round, with what is known of it from before.
    fn find(
        &mut self,
        options: &Options,
        (root, disk): (Root, Arc<Disk>),
        changes: &Changes,
    ) -> Result<(Project, Vec<PathBuf>, Option<Before>), AnalyzeError> {
        let is_texts = !changes.tree && !changes.configuration;
        let (project, named) = match &self.last {
            Some(last) if is_texts => (last.project.clone(), last.named.clone()),
            _ => discover(options, root, disk)?,
        };
        let Some(last) = self.last.take() else {
            self.stirred = true;
            return Ok((project, named, self.remembers.then(Before::default)));
        };
        let is_same = is_texts || project.is_same(&last.project);
        let mut before = Before::new(&project, (&last.project, last.modules, last.versions), is_same);
        before.touch(changes.texts.iter().filter_map(|path| project.file(path)));
        self.stirred = !is_same || named != last.named || changes.configuration;
        if !self.stirred {
            before.shares = last.shares;
        }
        Ok((project, named, Some(before)))
    }
}

/// Analyses what was found, and gives what the next round may use of it.
pub(super) fn run(
    options: &Options,
    (project, named): (Project, Vec<PathBuf>),
    catalogue: &Catalogue,
    (mut before, memory): (Option<Before>, Option<Memory>),
) -> (Snapshot, Last) {
    let scope = Scope::new(options, &project);
    let rules = scope.rules();
    let changed: Option<FxHashSet<&Path>> =
        options.changed.as_ref().map(|changed| changed.iter().map(PathBuf::as_path).collect());
    let asked = Asked { options, scope: &scope, project: &project, changed: changed.as_ref(), named: &named };
    let whole = share::run(asked, &rules);
    let mine = share::members(&project.apps, options.shard);
    let facts = memory.as_ref().map(|memory| memory.facts(&project));
    let from_before = (before.as_mut(), facts.as_ref());
    let (modules, mut shares) = apps::shares(asked, &whole, (&rules, catalogue), &mine, from_before);
    let (sources, reports) = together(&mut shares);
    let base = project.root.join(project.scope.as_deref().unwrap_or_default());
    let root = project.root.clone();
    let mut snapshot =
        Snapshot { answers: Vec::new(), project: root, base, run: whole, sources, apps: reports };
    if let (Some(memory), Some(facts)) = (memory, facts) {
        options.timings.time("remember", || memory.keep(&mut snapshot, facts));
    }
    let versions = before.map(Before::versions).unwrap_or_default();
    (snapshot, Last { project, named, modules, versions, shares })
}
