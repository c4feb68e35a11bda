//! Loading: the modules that entries reach, read level by level in parallel.
//!
//! Only what a route can reach is read: imports of types alone and files for the browser lead nowhere.

mod version;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::facts::{ModuleFacts, Request};
use crate::link::resolve::Resolver;
use crate::link::{Module, Modules, RequestTarget};
use crate::progress::{Progress, Stage};
use crate::project::{App, Project};
use crate::span::FileId;
use crate::syntax::{self, Arena};

pub use version::{Stamp, digest};

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

/// What is known of files from before. A file is asked for up to twice: by its stamp before it is read, then by its
/// text before it is parsed.
pub trait Known: Sync {
    /// The module of a file, if it would be what it was; `targets` says where what it requests leads today.
    fn recall(
        &self,
        file: FileId,
        is: Is,
        targets: &dyn Fn(&ModuleFacts) -> Vec<RequestTarget>,
    ) -> Option<Arc<Module>>;

    /// Told of each module that was not recalled by its stamp: what the file system said of the file just before it
    /// was read, and its [`digest`].
    fn learn(&self, file: FileId, of: (Option<Stamp>, u128), module: &Arc<Module>);
}

/// What a file is now.
#[derive(Clone, Copy, Debug)]
pub enum Is {
    /// What the file system says of it.
    Stamp(Stamp),
    /// The [`digest`] of its bytes.
    Text(u128),
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
    let resolver = Resolver::new(&project.files, &project.packages, &project.tsconfigs);
    let mut loaded = Loaded::default();
    loaded.modules.table.resize_with(project.files.len(), || None);
    let mut seen = vec![false; project.files.len()];
    let mut level: Vec<FileId> =
        project.apps.iter().flat_map(|app| &app.entries).map(|entry| entry.file).collect();
    let arenas: Vec<Mutex<Arena>> =
        (0..rayon::current_num_threads()).map(|_| Mutex::new(Arena::default())).collect();
    let read_all = |files: &[FileId]| -> Vec<(FileId, Read)> {
        let one = |&file: &FileId| {
            progress.step();
            // One for each thread, so that nobody waits.
            let arena = arenas.get(rayon::current_thread_index().unwrap_or(0));
            let read = |arena: &mut Arena| read((project, &resolver, known), file, max_file_size, arena);
            let read = match arena.map(|arena| arena.lock().unwrap_or_else(PoisonError::into_inner)) {
                Some(mut arena) => read(&mut arena),
                None => read(&mut Arena::default()),
            };
            (file, read)
        };
        files.par_iter().map(one).collect()
    };
    while !level.is_empty() {
        level.sort_unstable();
        level.dedup();
        for &file in &level {
            seen[file.index()] = true;
        }
        let read = read_all(&level);
        level = Vec::new();
        for (file, read) in read {
            match read {
                Read::Module(module) => {
                    loaded.files += 1;
                    level.extend(next(&module).filter(|f| !seen[f.index()]));
                    loaded.modules.table[file.index()] = Some(module);
                }
                Read::TooLarge(size) => loaded.skipped.push((file, size)),
                Read::Failed(error) => loaded.unreadable.push((file, error)),
            }
        }
    }
    // Nothing runs of what stands beside the entries, so that what it imports is no concern.
    let bystanders = project.apps.iter().flat_map(|app| &app.bystanders).map(|bystander| bystander.file);
    let mut bystanders: Vec<FileId> = bystanders.filter(|file| !seen[file.index()]).collect();
    bystanders.sort_unstable();
    bystanders.dedup();
    for (file, read) in read_all(&bystanders) {
        if let Read::Module(module) = read
            && module.facts.problems.is_empty()
        {
            loaded.files += 1;
            loaded.modules.table[file.index()] = Some(module);
        }
    }
    loaded
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

fn read(
    (project, resolver, known): (&Project, &Resolver<'_>, Option<&dyn Known>),
    file: FileId,
    max_size: u64,
    arena: &mut Arena,
) -> Read {
    let targets = |facts: &ModuleFacts| targets(resolver, file, facts);
    let recall = |is: Is| known?.recall(file, is, &targets);
    // A change while the file is read has to make it another one.
    let stamp = known.and_then(|_| Stamp::of(&project.root.join(project.files.path(file))));
    if let Some(module) = stamp.and_then(|stamp| recall(Is::Stamp(stamp))) {
        return Read::Module(module);
    }
    // Offsets have 32 bits, whatever the limit says.
    let bytes = match project.read(file, max_size.min(u64::from(u32::MAX) - 1)) {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(size)) => return Read::TooLarge(size),
        Err(error) => return Read::Failed(error),
    };
    let text = known.map_or(0, |_| digest(&bytes));
    let module = recall(Is::Text(text)).unwrap_or_else(|| {
        let facts = facts(project, file, bytes, arena);
        let targets = targets(&facts);
        Arc::new(Module::new(facts, targets))
    });
    if let Some(known) = known {
        known.learn(file, (stamp, text), &module);
    }
    Read::Module(module)
}

/// What the text of a file says.
fn facts(project: &Project, file: FileId, bytes: Vec<u8>, arena: &mut Arena) -> ModuleFacts {
    let decoded = syntax::decode(bytes);
    let mut facts = syntax::read_module(project.files.path(file), &decoded.text, arena);
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
fn next(module: &Module) -> impl Iterator<Item = FileId> {
    let is_server = !module.facts.directives.client;
    let requests = module.facts.requests.iter().zip(&module.targets);
    requests
        .filter(move |(request, _)| is_server && !request.type_only)
        .flat_map(|(_, target)| target.files().to_vec())
}
