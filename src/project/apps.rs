//! Finding the apps in a tree.

use rustc_hash::FxHashSet;
use semver::Version;

use super::app::{App, EntryKind, Framework, NextConfig};
use super::configs::ConfigFiles;
use super::files::FileSet;
use super::manifest::Package;
use super::platform::Platforms;
use super::routes::Routers;
use super::target::{Target, TargetChoice};
use super::version::{self, Catalogs};
use super::{actions, bystanders, evidence, next_config, paths, routes};

/// All that is known of the tree before its apps are.
pub(super) struct Tree<'p> {
    pub(super) files: &'p FileSet,
    pub(super) configs: &'p ConfigFiles,
    pub(super) packages: &'p [Package],
    /// Folders named `app` or `pages`.
    pub(super) routers: &'p FxHashSet<String>,
    /// What the configuration of platforms says, by folder.
    pub(super) platforms: &'p Platforms,
}

/// A dependency that makes a package an HTTP server of its own.
const SERVERS: [&str; 8] =
    ["express", "fastify", "koa", "@hapi/hapi", "@nestjs/core", "restify", "polka", "@hono/node-server"];

/// Frameworks with an `app/` or `pages/` folder of their own: there a `route.ts` is not Next's.
const OTHER_FRAMEWORKS: [&str; 9] = [
    "@angular/core",
    "@remix-run/react",
    "@react-router/dev",
    "@sveltejs/kit",
    "nuxt",
    "astro",
    "expo-router",
    "@solidjs/start",
    "ember-source",
];

impl<'p> Tree<'p> {
    /// The apps in ascending order of folder, with all that is known about each.
    pub(super) fn apps(&self, target: Option<Target>) -> Vec<App> {
        let roots = self.roots();
        let owners: FxHashSet<&str> = roots.iter().map(|(root, _)| root.as_str()).collect();
        let next = roots.iter().filter(|(_, framework)| *framework == Framework::Next);
        let dirs: Vec<String> = next.map(|(root, _)| root.clone()).collect();
        let catalogs = Catalogs::load(self.configs, self.packages);
        let mut detector = evidence::Detector::new(self);
        let mut apps = Vec::with_capacity(roots.len());
        for (root, framework) in &roots {
            let config = match framework {
                Framework::Next => next_config::read(self.configs, root),
                Framework::Express | Framework::Server => NextConfig::default(),
            };
            let version = self.version(root, *framework, &catalogs);
            let choice = target.map_or_else(|| detector.choose(root, &config), TargetChoice::given);
            let mut app = App {
                root: root.clone(),
                framework: *framework,
                version,
                target: choice,
                plan: None,
                config,
                platform: self.platforms.of(root, &dirs),
                entries: Vec::new(),
                hook_dirs: Vec::new(),
                bystanders: Vec::new(),
            };
            if *framework == Framework::Next {
                self.fill(&mut app, &owners);
            }
            apps.push(app);
        }
        apps
    }

    fn fill(&self, app: &mut App, owners: &FxHashSet<&str>) {
        let routers = Routers::of(self, &app.root);
        let owned = |path: &str| owner(path, owners) == Some(app.root.as_str());
        let mut entries = routes::entries(self.files, app, &routers);
        entries.retain(|entry| owned(self.files.path(entry.file)));
        // Only the app router knows server actions.
        if routers.app.is_some() {
            let known = entries.iter().map(|entry| entry.file).collect();
            let candidates = self.files.below(&app.root).filter(|(_, path)| owned(path));
            entries.extend(actions::entries(self.configs, candidates, &known));
        }
        // Ids ascend with paths.
        entries.sort_unstable_by_key(|entry| (entry.file, entry.kind));
        app.entries = entries;
        let known = app.entries.iter().filter(|entry| entry.kind != EntryKind::PagesApi);
        let known = known.map(|entry| entry.file).collect();
        let place = (app.root.as_str(), app.config.standalone);
        app.bystanders = bystanders::bystanders(self, place, &routers, &owned, &known);
        app.hook_dirs = routers.beside().map(str::to_owned).collect();
        app.hook_dirs.dedup();
    }

    fn roots(&self) -> Vec<(String, Framework)> {
        let mut next: FxHashSet<String> =
            self.packages.iter().filter_map(|package| self.next_package(package)).collect();
        for path in self.configs.paths() {
            if paths::name(path).starts_with("next.config.") && self.has_router(paths::parent(path)) {
                next.insert(paths::parent(path).to_owned());
            }
        }
        let nothing_known = next.is_empty();
        next.extend(self.by_routes().filter(|(_, broken)| nothing_known || *broken).map(|(dir, _)| dir));
        let servers = self.packages.iter().filter(|package| !next.contains(&package.dir));
        let servers = servers.filter_map(|package| Some((package.dir.clone(), server(package)?)));
        let mut roots: Vec<_> = servers.collect();
        roots.extend(next.iter().map(|dir| (dir.clone(), Framework::Next)));
        roots.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        roots
    }

    /// The folder of a package that builds a Next app by itself.
    fn next_package(&self, package: &Package) -> Option<String> {
        package.dependencies.get("next")?;
        let configured = self.configs.starting(&package.dir, "next.config.").is_some();
        // A library for Next apps has them provide Next.
        let library = package.peers.contains("next");
        (configured || (!library && self.has_router(&package.dir))).then(|| package.dir.clone())
    }

    fn has_router(&self, dir: &str) -> bool {
        ["app", "pages", "src/app", "src/pages"]
            .iter()
            .any(|name| self.routers.contains(&paths::join(dir, name)))
    }

    /// Folders that have the routes of a Next app, though no package says so, and whether that is because their
    /// `package.json` cannot be read.
    fn by_routes(&self) -> impl Iterator<Item = (String, bool)> {
        let mut seen = FxHashSet::default();
        self.files.iter().filter_map(move |(_, path)| {
            let package = self.package_above(paths::parent(path));
            let router = routes::router_of_route(path, package.map_or("", |package| package.dir.as_str()))?;
            if !seen.insert(router) {
                return None;
            }
            let holder = paths::parent(router);
            let dir = if paths::name(holder) == "src" { paths::parent(holder) } else { holder };
            if package.is_some_and(is_other) {
                return None;
            }
            let broken = package.is_some_and(|package| package.broken && package.dir == dir);
            Some((dir.to_owned(), broken))
        })
    }

    pub(super) fn package_above(&self, dir: &str) -> Option<&'p Package> {
        let at = |dir: &str| self.packages.binary_search_by(|package| package.dir.as_str().cmp(dir)).ok();
        self.packages.get(paths::upwards(dir).find_map(at)?)
    }

    /// The version of the nearest package that says one: workspaces may state it once at their root.
    fn version(&self, root: &str, framework: Framework, catalogs: &Catalogs) -> Option<Version> {
        let package = paths::upwards(root).find_map(|dir| {
            let package = self.package_above(dir).filter(|package| package.dir == dir)?;
            let name = match framework {
                Framework::Next => "next",
                Framework::Express => "express",
                Framework::Server => {
                    SERVERS.into_iter().find(|name| package.dependencies.contains_key(*name))?
                }
            };
            package.dependencies.contains_key(name).then_some((package, name))
        });
        package.and_then(|(package, name)| version::lowest(package, name, catalogs))
    }
}

/// The root of the app that a path belongs to.
fn owner<'o>(path: &str, owners: &FxHashSet<&'o str>) -> Option<&'o str> {
    paths::upwards(paths::parent(path)).find_map(|dir| owners.get(dir).copied())
}

/// The server framework that a package runs on; one that it only tests with does not count.
fn server(package: &Package) -> Option<Framework> {
    let runs = |name: &str| {
        package.dependencies.contains_key(name)
            && !package.dev_only.contains(name)
            && !package.peers.contains(name)
    };
    // Nest brings Express along; what the code is written against is Nest.
    if runs("express") && !runs("@nestjs/core") {
        return Some(Framework::Express);
    }
    SERVERS.iter().any(|name| runs(name)).then_some(Framework::Server)
}

fn is_other(package: &Package) -> bool {
    server(package).is_some() || OTHER_FRAMEWORKS.iter().any(|name| package.dependencies.contains_key(*name))
}
