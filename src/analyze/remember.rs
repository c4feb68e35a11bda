//! The whole result of a run, kept for the next one: as long as the file system gives the same answers, it holds.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, Key, Store};
use crate::config::Layer;
use crate::disk::{Answer, Disk, Stamp, still};
use crate::facts::ModuleFacts;
use crate::link::{Module, RequestTarget};
use crate::load::{Is, Known};
use crate::project::{AGAIN, Project, resolved};
use crate::report::{AppShare, Report, RunShare};
use crate::span::FileId;

use super::given::Gave;
use super::root::Root;
use super::sources::Sources;
use super::{Options, join, share};

/// Where the result of this run may be, and is going to be.
pub(super) struct Memory {
    cache: Cache,
    key: Key,
    disk: Arc<Disk>,
}

/// Everything that the report is made of.
#[derive(Serialize, Deserialize)]
pub(super) struct Snapshot {
    /// What the file system said.
    pub(super) answers: Vec<Answer>,
    /// The project's root.
    pub(super) project: PathBuf,
    /// The folder that paths in the report are relative to.
    pub(super) base: PathBuf,
    pub(super) run: RunShare,
    pub(super) sources: Sources,
    pub(super) apps: Vec<AppShare>,
}

impl Memory {
    /// The memory for these options, if they have one.
    pub(super) fn of(options: &Options, root: &Root) -> Option<Self> {
        let cache = options.cache.clone()?;
        let key = key(options, root)?;
        Some(Self { cache, key, disk: Arc::new(Disk::recording()) })
    }

    /// The way to the file system that this remembers.
    pub(super) fn disk(&self) -> Arc<Disk> {
        Arc::clone(&self.disk)
    }

    /// What an earlier run found out, if it would be the same today.
    pub(super) fn recall(&self) -> Option<Snapshot> {
        let mut snapshot: Snapshot = self.cache.snapshot(self.key)?;
        let stamped = still(&snapshot.answers, AGAIN)?;
        if !stamped.is_empty() {
            for (index, stamp) in stamped {
                if let Some(answer) = snapshot.answers.get_mut(index) {
                    answer.stamp = Some(stamp);
                }
            }
            self.cache.keep(self.key, &snapshot);
        }
        Some(snapshot)
    }

    /// The facts that earlier runs have read.
    pub(super) fn facts<'p>(&self, project: &'p Project) -> Facts<'p> {
        let gave = Gave::new(self.key, self.disk.digest());
        Facts { store: self.cache.facts(), project, gave }
    }

    /// Keeps what this run found out.
    pub(super) fn keep(&self, snapshot: &mut Snapshot, facts: Facts<'_>) {
        facts.store.close();
        snapshot.answers = self.disk.take();
        self.cache.keep(self.key, snapshot);
    }
}

/// The facts of a project's files, as far as earlier runs have read them, and what its apps gave.
pub(super) struct Facts<'p> {
    pub(super) store: Store,
    project: &'p Project,
    pub(super) gave: Gave,
}

impl Facts<'_> {
    fn key(&self, file: FileId, digest: u128) -> u128 {
        Store::key(self.project.files.path(file), digest)
    }
}

impl Known for Facts<'_> {
    fn recall(
        &self,
        file: FileId,
        is: Is,
        targets: &dyn Fn(&ModuleFacts) -> Vec<RequestTarget>,
    ) -> Option<Arc<Module>> {
        let Is::Text(digest) = is else { return None };
        let facts: ModuleFacts = self.store.get(self.key(file, digest))?;
        let targets = targets(&facts);
        Some(Arc::new(Module::new(facts, targets)))
    }

    fn learn(&self, file: FileId, (_, digest): (Option<Stamp>, u128), module: &Arc<Module>) {
        self.store.put(self.key(file, digest), &module.facts);
        self.gave.learn(file, digest);
    }
}

impl Snapshot {
    /// The report.
    pub(super) fn report(self, options: &Options) -> Report {
        let Self { run, sources, apps, .. } = self;
        let rules = run.rules.iter().filter_map(|id| options.meta(id)).collect();
        let share = options.shard.map(|shard| share::share(shard, &run, &sources, &apps));
        let is_shard = share.is_some();
        let report = join::report((&run, is_shard), self.base, &sources, apps, rules);
        Report { share, project: self.project, ..report }
    }
}

/// What decides the result beside the files of the project; `None` for text that comes from elsewhere.
fn key(options: &Options, root: &Root) -> Option<Key> {
    // Every option by name: a new one has to find its place here.
    let Options {
        paths,
        target,
        only,
        skip,
        min_confidence,
        threads: _,
        max_file_size,
        custom,
        changed,
        overlay,
        progress: _,
        timings: _,
        cache: _,
        base,
        configured,
        include,
        exclude,
        mentions,
        layers,
        catalogue,
        baseline,
        shard,
    } = options;
    if overlay.is_some() {
        return None;
    }
    let Root { path, named, files } = root;
    let mut text = String::new();
    // A string takes whatever is written.
    _ = write!(text, "{:?} {named:?} {files} {paths:?} {changed:?} {base:?} {configured:?}", resolved(path)?);
    _ = write!(text, "{target:?} {only:?} {skip:?} {min_confidence:?} {max_file_size} {shard:?}");
    _ = write!(text, "{include:?} {exclude:?} {mentions:?} {catalogue:?} {baseline:?}");
    for Layer { files, rules, target, plan, min_confidence, choices, source } in layers {
        _ = write!(text, "{files:?} {rules:?} {target:?} {plan:?} {min_confidence:?} {choices:?} {source:?}");
    }
    let own = custom.iter().flat_map(|rule| [rule.meta.id, &rule.text]);
    Some(Key::of(std::iter::once(text.as_str()).chain(own)))
}
