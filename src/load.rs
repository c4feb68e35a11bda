//! Loading: the modules that entries reach, read in parallel.
//!
//! Only what a route can reach is read: imports of types alone and files for the browser lead nowhere.

mod known;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::Scope;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use crate::facts::{ModuleFacts, Request};
use crate::link::resolve::Resolver;
use crate::link::{Module, Modules, RequestTarget};
use crate::progress::{Progress, Stage};
use crate::project::{App, Project};
use crate::span::FileId;
use crate::syntax::{self, Arena};

pub use known::{Is, Known};

/// What was loaded.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The modules, by file.
    pub modules: Modules,
    /// How many files were read.
    pub files: usize,
    /// Files not read because they are larger than allowed, with their size in bytes.
    pub skipped: Vec<(FileId, u64)>,
    /// Files that the file system refused.
    pub unreadable: Vec<(FileId, io::Error)>,
}

/// Loads all modules that the project's entries reach. Runs on the current thread pool, whose threads need
/// [`syntax::STACK_SIZE`] bytes of stack. Files of more than `max_file_size` bytes are skipped.
#[must_use]
pub fn load(project: &Project, max_file_size: u64) -> Loaded {
    load_watched(project, max_file_size, &Progress::default(), None)
}

/// The same with what is known from before, and tells how far it is.
#[must_use]
pub fn load_watched(
    project: &Project,
    max_file_size: u64,
    progress: &Progress,
    known: Option<&dyn Known>,
) -> Loaded {
    progress.enter(Stage::Reading);
    let loader = Loader::new(project, max_file_size, (progress, known));
    let entries = project.apps.iter().flat_map(|app| &app.entries).map(|entry| entry.file);
    rayon::scope(|scope| entries.for_each(|file| loader.reach(scope, file)));
    // Nothing runs of what stands beside the entries, so that what it imports is no concern.
    let bystanders = project.apps.iter().flat_map(|app| &app.bystanders).map(|bystander| bystander.file);
    let bystanders: Vec<FileId> = bystanders.filter(|&file| loader.is_first(file)).collect();
    let beside: Vec<(FileId, Read)> =
        bystanders.into_par_iter().map(|file| (file, loader.read(file))).collect();
    let mut loaded = loader.loaded();
    for (file, read) in beside {
        if let Read::Module(module) = read
            && module.facts.problems.is_empty()
        {
            loaded.files += 1;
            loaded.modules.table[file.index()] = Some(module);
        }
    }
    loaded
}

/// Reads what entries reach, each file once. No file waits for another one that does not lead to it, and which
/// comes first changes nothing, since each has its place.
struct Loader<'p> {
    project: &'p Project,
    resolver: Resolver<'p>,
    max_file_size: u64,
    progress: &'p Progress,
    known: Option<&'p dyn Known>,
    /// One for each thread, so that nobody waits.
    arenas: Vec<Mutex<Arena>>,
    /// Whether somebody reads the file already, by file.
    seen: Vec<AtomicBool>,
    /// What became of it, by file.
    read: Vec<OnceLock<Read>>,
}

impl<'p> Loader<'p> {
    fn new(
        project: &'p Project,
        max_file_size: u64,
        (progress, known): (&'p Progress, Option<&'p dyn Known>),
    ) -> Self {
        let files = project.files.len();
        Self {
            project,
            resolver: Resolver::new(&project.files, &project.packages, &project.tsconfigs),
            max_file_size,
            progress,
            known,
            arenas: (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect(),
            seen: (0..files).map(|_| AtomicBool::new(false)).collect(),
            read: (0..files).map(|_| OnceLock::new()).collect(),
        }
    }

    /// Whether nobody asked for the file before.
    fn is_first(&self, file: FileId) -> bool {
        self.seen.get(file.index()).is_some_and(|seen| !seen.swap(true, Ordering::Relaxed))
    }

    /// Reads a file, and all that it leads to.
    fn reach<'s>(&'s self, scope: &Scope<'s>, file: FileId) {
        if !self.is_first(file) {
            return;
        }
        scope.spawn(move |scope| {
            let read = self.read(file);
            if let Read::Module(module) = &read {
                next(module).for_each(|file| self.reach(scope, file));
            }
            if let Some(place) = self.read.get(file.index()) {
                place.get_or_init(|| read);
            }
        });
    }

    /// Reads one file.
    fn read(&self, file: FileId) -> Read {
        self.progress.step();
        let arena = self.arenas.get(rayon::current_thread_index().unwrap_or(0));
        match arena.map(|arena| arena.lock().unwrap_or_else(PoisonError::into_inner)) {
            Some(mut arena) => self.read_with(file, &mut arena),
            None => self.read_with(file, &mut Arena::default()),
        }
    }

    fn read_with(&self, file: FileId, arena: &mut Arena) -> Read {
        let targets = |facts: &ModuleFacts| targets(&self.resolver, file, facts);
        let recall = |is: Is| self.known?.recall(file, is, &targets);
        // A change while the file is read has to make it another one.
        let stamp = self.known.and_then(|_| self.project.stamp(file));
        if let Some(module) = stamp.and_then(|stamp| recall(Is::Stamp(stamp))) {
            return Read::Module(module);
        }
        // Offsets have 32 bits, whatever the limit says.
        let limit = self.max_file_size.min(u64::from(u32::MAX) - 1);
        match self.project.read_into(file, limit, &mut arena.bytes) {
            Ok(Ok(())) => {}
            Ok(Err(size)) => return Read::TooLarge(size),
            Err(error) => return Read::Failed(error),
        }
        let digest = self.known.map_or(0, |_| xxh3_128(&arena.bytes));
        let module = recall(Is::Text(digest)).unwrap_or_else(|| {
            let facts = facts(self.project.files.path(file), arena);
            let targets = targets(&facts);
            Arc::new(Module::new(facts, targets))
        });
        if let Some(known) = self.known {
            known.learn(file, (stamp, digest), &module);
        }
        Read::Module(module)
    }

    /// What was read, in ascending order of file.
    fn loaded(self) -> Loaded {
        let mut loaded = Loaded::default();
        loaded.modules.table.reserve_exact(self.read.len());
        for (file, read) in (0..).map(FileId).zip(self.read) {
            let module = match read.into_inner() {
                Some(Read::Module(module)) => Some(module),
                Some(Read::TooLarge(size)) => {
                    loaded.skipped.push((file, size));
                    None
                }
                Some(Read::Failed(error)) => {
                    loaded.unreadable.push((file, error));
                    None
                }
                None => None,
            };
            loaded.files += usize::from(module.is_some());
            loaded.modules.table.push(module);
        }
        loaded
    }
}

/// What one app reaches of what was loaded.
#[derive(Debug, Default)]
pub struct Reached {
    /// The modules, by file.
    pub modules: Modules,
    /// Files that are not there: skipped or unreadable.
    pub missing: Vec<FileId>,
}

impl Reached {
    /// Whether it is what was reached at another time, down to each module.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let is_same = |pair: (&Option<Arc<Module>>, &Option<Arc<Module>>)| match pair {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (own, other) => own.is_none() && other.is_none(),
        };
        let (own, others) = (&self.modules.table, &other.modules.table);
        self.missing == other.missing && own.len() == others.len() && own.iter().zip(others).all(is_same)
    }
}

impl Loaded {
    /// In words why each file was not read.
    #[must_use]
    pub fn reasons(&self, missing: &[FileId]) -> Vec<String> {
        let skipped = self.skipped.iter().filter(|(file, _)| missing.contains(file));
        let unreadable = self.unreadable.iter().filter(|(file, _)| missing.contains(file));
        let reasons = skipped.map(|(_, size)| size.to_string());
        reasons.chain(unreadable.map(|(_, error)| error.to_string())).collect()
    }

    /// What an app's entries reach, and its bystanders: what a run of this app alone would load.
    #[must_use]
    pub fn of_app(&self, app: &App) -> Reached {
        let mut reached = Reached::default();
        if app.entries.is_empty() && app.bystanders.is_empty() {
            return reached;
        }
        reached.modules.table.resize_with(self.modules.table.len(), || None);
        let mut seen = vec![false; self.modules.table.len()];
        let mut open: Vec<FileId> = app.entries.iter().map(|entry| entry.file).collect();
        while let Some(file) = open.pop() {
            if std::mem::replace(&mut seen[file.index()], true) {
                continue;
            }
            match &self.modules.table[file.index()] {
                Some(module) => {
                    open.extend(next(module));
                    reached.modules.table[file.index()] = Some(Arc::clone(module));
                }
                None => reached.missing.push(file),
            }
        }
        for file in app.bystanders.iter().map(|bystander| bystander.file).filter(|file| !seen[file.index()]) {
            if let Some(module) = &self.modules.table[file.index()]
                && module.facts.problems.is_empty()
            {
                reached.modules.table[file.index()] = Some(Arc::clone(module));
            }
        }
        reached
    }
}

/// What became of one file.
enum Read {
    Module(Arc<Module>),
    TooLarge(u64),
    Failed(io::Error),
}

/// What the text of a file says whose bytes were read.
fn facts(path: &str, arena: &mut Arena) -> ModuleFacts {
    let decoded = syntax::decode(std::mem::take(&mut arena.bytes));
    let mut facts = syntax::read_module(path, &decoded.text, arena);
    arena.bytes = decoded.text.into_bytes();
    if let Some(problem) = decoded.problem {
        facts.problems.insert(0, problem);
    }
    facts
}

/// Where the requests of a module lead.
fn targets(resolver: &Resolver<'_>, file: FileId, facts: &ModuleFacts) -> Vec<RequestTarget> {
    let target = |request: &Request| {
        let specifier = facts.text(request.specifier);
        if request.pattern {
            RequestTarget::Many(resolver.resolve_pattern(file, specifier))
        } else {
            RequestTarget::One(resolver.resolve(file, specifier))
        }
    };
    facts.requests.iter().map(target).collect()
}

/// The files that a module loads on the server.
pub fn next(module: &Module) -> impl Iterator<Item = FileId> {
    let is_server = !module.facts.directives.client;
    let requests = module.facts.requests.iter().zip(&module.targets);
    requests
        .filter(move |(request, _)| is_server && !request.type_only)
        .flat_map(|(_, target)| target.files().to_vec())
}
