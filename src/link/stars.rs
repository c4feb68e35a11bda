//! Names that modules export through `export * from`.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::facts::{ExportKind, RequestId};
use crate::span::FileId;

use super::module::{RequestTarget, name_hash};
use super::resolve::Resolution;
use super::{Modules, Program};

/// How many `export *` lead on from one another until they are followed no further.
const MAX_HOPS: u32 = 48;

/// Who may export a name for a module that re-exports all of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Starred {
    /// The index of the `export *` in the module itself that leads there.
    pub(super) through: usize,
    /// Who that is.
    pub(super) by: By,
}

/// A module or package behind `export *`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// A module that exports the name itself, or that is `module.exports`, whose members nobody has listed.
    Module(FileId),
    /// A package, as this request of this module names it.
    Package(FileId, RequestId),
}

/// What is behind the `export *` of each module, by file; looked up once per module, so that to ask a barrel for one
/// name takes no look at each of its modules.
#[derive(Debug)]
pub(super) struct Stars(Vec<OnceLock<Box<Barrel>>>);

impl Stars {
    /// Nothing is known yet.
    pub(super) fn new(modules: &Modules) -> Self {
        Self(modules.table.iter().map(|_| OnceLock::new()).collect())
    }
}

/// What is behind the `export *` of one module.
#[derive(Debug, Default)]
struct Barrel {
    /// In the order in which they are asked: the first that has a name gives it.
    behind: Vec<Starred>,
    /// The hash of each name with the index of a module that exports it, ascending.
    names: Vec<(u32, u32)>,
    /// The indices of those that may export any name, ascending.
    any: Vec<u32>,
}

impl Program<'_> {
    /// Those who may export a name for a module that does not export it itself, in the order in which they count.
    pub(super) fn starred(&self, file: FileId, name: &str) -> impl Iterator<Item = Starred> {
        // What a module exports by default stays its own.
        let barrel = self.stars.0.get(file.index()).filter(|_| name != "default");
        let barrel = barrel.map(|known| &**known.get_or_init(|| Box::new(Look::from(self, file))));
        barrel.into_iter().flat_map(move |barrel| {
            let hash = name_hash(name);
            let start = barrel.names.partition_point(|&(known, _)| known < hash);
            let same = barrel.names[start..].iter().take_while(move |&&(known, _)| known == hash);
            let mut same = same.map(|&(_, at)| at).filter(move |&at| self.has(barrel, at, name)).peekable();
            let mut any = barrel.any.iter().copied().peekable();
            let order = std::iter::from_fn(move || match (same.peek(), any.peek()) {
                (Some(one), Some(other)) if other < one => any.next(),
                (Some(_), _) => same.next(),
                (None, _) => any.next(),
            });
            order.filter_map(|at| barrel.behind.get(at as usize).copied())
        })
    }

    /// Whether a module behind a barrel exports a name: others may share its hash.
    fn has(&self, barrel: &Barrel, at: u32, name: &str) -> bool {
        let Some(&Starred { by: By::Module(file), .. }) = barrel.behind.get(at as usize) else {
            return false;
        };
        self.module(file).is_some_and(|module| module.export(name).is_some())
    }
}

/// The look behind the `export *` of one module, which comes by each module once.
struct Look<'a, 'p> {
    program: &'a Program<'p>,
    barrel: Barrel,
    seen: FxHashSet<FileId>,
}

impl<'a, 'p> Look<'a, 'p> {
    fn from(program: &'a Program<'p>, file: FileId) -> Barrel {
        let mut look = Look { program, barrel: Barrel::default(), seen: FxHashSet::from_iter([file]) };
        look.stars(file, None, 0);
        look.barrel.names.sort_unstable();
        look.barrel
    }

    /// The `export *` of a module: other modules in order, after them the first package.
    fn stars(&mut self, file: FileId, through: Option<usize>, hops: u32) {
        let Some(module) = self.program.module(file) else { return };
        let mut package = None;
        for (index, export) in module.facts.exports.iter().enumerate() {
            let ExportKind::All(request) = export.kind else { continue };
            let through = through.unwrap_or(index);
            match module.targets[request.index()] {
                RequestTarget::One(Resolution::File(target)) if self.seen.insert(target) => {
                    self.module(target, through, hops + 1);
                }
                RequestTarget::One(Resolution::External) if package.is_none() => {
                    package = Some(Starred { through, by: By::Package(file, request) });
                }
                _ => {}
            }
        }
        if let Some(package) = package {
            let at = self.add(package);
            self.barrel.any.push(at);
        }
    }

    /// A module that is re-exported: its own names come before those that it re-exports.
    fn module(&mut self, file: FileId, through: usize, hops: u32) {
        let Some(module) = self.program.module(file) else { return };
        let at = self.add(Starred { through, by: By::Module(file) });
        self.barrel.names.extend(module.export_hashes().map(|hash| (hash, at)));
        if module.common_js().is_some() {
            self.barrel.any.push(at);
        } else if hops < MAX_HOPS {
            self.stars(file, Some(through), hops);
        }
    }

    fn add(&mut self, starred: Starred) -> u32 {
        self.barrel.behind.push(starred);
        u32::try_from(self.barrel.behind.len() - 1).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::By;
    use crate::catalogue::Catalogue;
    use crate::link::Program;
    use crate::load::load;
    use crate::project::{DiscoverOptions, Project};

    /// A route over barrels that re-export each other in a circle; `both` is in two of them.
    const FILES: [(&str, &str); 6] = [
        ("package.json", r#"{"dependencies":{"next":"15.0.0","pg":"8"}}"#),
        ("app/api/x/route.ts", "export * from './first';\nexport * from './second';\n"),
        ("app/api/x/first.ts", "export * from './deep';\nexport * from './route';\nexport * from 'pg';\n"),
        ("app/api/x/deep.ts", "export * from './first';\nexport const GET = () => 1, both = 1;\n"),
        (
            "app/api/x/second.ts",
            "export * from './old';\nexport const both = 2, own = 3;\nexport default 4;\n",
        ),
        ("app/api/x/old.ts", "module.exports = { own: 5 };\n"),
    ];

    #[test]
    fn the_first_star_gives_a_name_and_packages_come_after_the_modules_beside_them() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("app/api/x")).expect("a folder");
        for (path, text) in FILES {
            fs::write(root.path().join(path), text).expect("a file");
        }
        let project = Project::discover(root.path(), &DiscoverOptions::default()).expect("a project");
        let loaded = load(&project, 1 << 20);
        let catalogue = Catalogue::builtin().expect("the catalogue");
        let program = Program::link(&project, &loaded.modules, &catalogue);
        let route = project.files.get("app/api/x/route.ts").expect("the route");
        let who = |name: &str| -> Vec<(usize, &str)> {
            let name_of = |path: &'static str| path.trim_start_matches("app/api/x/");
            let starred = program.starred(route, name);
            starred
                .map(|starred| match starred.by {
                    By::Module(file) => (starred.through, project.files.path(file)),
                    By::Package(..) => (starred.through, "a package"),
                })
                .map(|(through, path)| {
                    (through, FILES.iter().find(|f| f.0 == path).map_or(path, |f| name_of(f.0)))
                })
                .collect()
        };
        assert_eq!(who("both"), [(0, "deep.ts"), (0, "a package"), (1, "second.ts"), (1, "old.ts")]);
        assert_eq!(who("own"), [(0, "a package"), (1, "second.ts"), (1, "old.ts")]);
        assert_eq!(who("Pool"), [(0, "a package"), (1, "old.ts")]);
        assert_eq!(who("default"), []);
        assert_eq!(program.routes[0].methods, ["GET"]);
    }
}
