//! Collecting what a tree says about where its apps run.

use rustc_hash::FxHashMap;

use super::app::NextConfig;
use super::apps::Tree;
use super::evidence_files::{self, Fact};
use super::manifest::Package;
use super::paths;
use super::target::{Evidence, Target, TargetChoice};
use crate::disk::Kind;

/// A setting that decides by itself.
pub(super) const STRONG: u32 = 100;
/// A sign that a platform is meant.
pub(super) const MEDIUM: u32 = 40;
/// A hint.
pub(super) const WEAK: u32 = 10;

/// Dependencies that speak for a platform.
const DEPENDENCIES: [(&str, Target, u32); 15] = [
    ("@vercel/functions", Target::Vercel, MEDIUM),
    ("@vercel/blob", Target::Vercel, MEDIUM),
    ("@vercel/edge-config", Target::Vercel, MEDIUM),
    ("@vercel/queue", Target::Vercel, MEDIUM),
    ("@vercel/otel", Target::Vercel, MEDIUM),
    ("workflow", Target::Vercel, MEDIUM),
    ("@vercel/analytics", Target::Vercel, WEAK),
    ("@vercel/speed-insights", Target::Vercel, WEAK),
    ("@vercel/og", Target::Vercel, WEAK),
    ("@netlify/plugin-nextjs", Target::Netlify, STRONG),
    ("@netlify/functions", Target::Netlify, STRONG),
    ("@opennextjs/cloudflare", Target::Cloudflare, MEDIUM),
    ("@cloudflare/next-on-pages", Target::Cloudflare, STRONG),
    ("@opennextjs/aws", Target::Lambda, MEDIUM),
    ("serverless-next.js", Target::Lambda, MEDIUM),
];

/// Looks for evidence, once per folder.
pub(super) struct Detector<'t, 'p> {
    tree: &'t Tree<'p>,
    packages: FxHashMap<&'p str, &'p Package>,
    by_dir: FxHashMap<String, Vec<Evidence>>,
}

impl<'t, 'p> Detector<'t, 'p> {
    pub(super) fn new(tree: &'t Tree<'p>) -> Self {
        let packages = tree.packages.iter().map(|package| (package.dir.as_str(), package)).collect();
        Self { tree, packages, by_dir: FxHashMap::default() }
    }

    /// The target of the app at `root`, from its own folder and those above it.
    pub(super) fn choose(&mut self, root: &str, config: &NextConfig) -> TargetChoice {
        let mut evidence = Vec::new();
        for (distance, dir) in paths::upwards(root).enumerate() {
            evidence.extend(self.of_folder(dir).iter().map(|fact| (distance, seen_from(distance, fact))));
        }
        if config.standalone {
            let file = self.tree.configs.starting(root, "next.config.").unwrap_or_default().to_owned();
            let reason = "output: 'standalone'".to_owned();
            evidence.push((0, Evidence { target: Target::Server, weight: MEDIUM, file, reason }));
        }
        TargetChoice::judge(evidence)
    }

    fn of_folder(&mut self, dir: &str) -> &[Evidence] {
        if !self.by_dir.contains_key(dir) {
            let facts = self.collect(dir);
            self.by_dir.insert(dir.to_owned(), facts);
        }
        self.by_dir.get(dir).map_or(&[], Vec::as_slice)
    }

    fn collect(&self, dir: &str) -> Vec<Evidence> {
        let mut facts = Vec::new();
        if let Some(package) = self.packages.get(dir) {
            self.package(package, &mut facts);
        }
        let adapter = self.has_cloudflare_adapter(dir);
        for path in self.tree.configs.about(dir) {
            // Evidence from a file that cannot be read is no evidence; nothing else hangs on it.
            let Ok(text) = self.tree.configs.read(path) else { continue };
            facts.extend(
                evidence_files::facts(path, &text, adapter).into_iter().map(|fact| with_file(fact, path)),
            );
        }
        self.probe(dir, &mut facts);
        facts
    }

    fn package(&self, package: &Package, facts: &mut Vec<Evidence>) {
        let file = paths::join(&package.dir, "package.json");
        for (name, target, weight) in DEPENDENCIES {
            if package.dependencies.contains_key(name) && !package.peers.contains(name) {
                facts.push(Evidence {
                    target,
                    weight,
                    file: file.clone(),
                    reason: format!("depends on {name}"),
                });
            }
        }
        if let Some(server) = self.custom_server(package) {
            let reason = format!("start script runs the custom server {server}");
            facts.push(Evidence { target: Target::Server, weight: STRONG, file, reason });
        }
    }

    /// The file that boots Next itself, if that is what `npm start` runs.
    fn custom_server(&self, package: &Package) -> Option<String> {
        let (_, start) = package.scripts.iter().find(|(name, _)| name == "start")?;
        let runs = ["node", "tsx", "ts-node", "bun"];
        let mut words = start.split_whitespace().skip_while(|word| !runs.contains(word)).skip(1);
        let file = words
            .find(|word| word.rsplit_once('.').is_some_and(|(_, ext)| matches!(ext, "js" | "ts" | "mjs")))?;
        let path = paths::join(&package.dir, file.trim_start_matches("./"));
        self.tree.files.get(&path)?;
        let text = self.tree.configs.read(&path).ok()?;
        let imports = ["from 'next'", "from \"next\"", "require('next')", "require(\"next\")"];
        imports.iter().any(|import| text.contains(import)).then(|| file.to_owned())
    }

    /// Whether the packages from `dir` upwards adapt Next to Cloudflare: then a `wrangler` file is about the app.
    fn has_cloudflare_adapter(&self, dir: &str) -> bool {
        paths::upwards(dir).filter_map(|dir| self.packages.get(dir)).any(|package| {
            ["@opennextjs/cloudflare", "@cloudflare/next-on-pages"]
                .iter()
                .any(|name| package.dependencies.contains_key(*name))
        })
    }

    /// Looks at paths that the walk passes by: hidden folders, and folders of functions.
    fn probe(&self, dir: &str, facts: &mut Vec<Evidence>) {
        let configs = self.tree.configs;
        for (path, is_folder, target) in [
            (".vercel/project.json", false, Target::Vercel),
            ("netlify/functions", true, Target::Netlify),
            ("amplify", true, Target::Lambda),
        ] {
            let file = paths::join(dir, path);
            let sought = if is_folder { Kind::Folder } else { Kind::File };
            if configs.own_kind(&configs.root().join(&file)) == Some(sought) {
                facts.push(Evidence { target, weight: STRONG, file, reason: path.to_owned() });
            }
        }
        let workflows = paths::join(dir, ".github/workflows");
        let names = configs.names(&configs.root().join(&workflows));
        for name in names.iter().filter(|name| name.ends_with(".yml") || name.ends_with(".yaml")) {
            let path = paths::join(&workflows, name);
            if let Ok(text) = self.tree.configs.read(&path) {
                facts.extend(evidence_files::workflow(&text).into_iter().map(|fact| with_file(fact, &path)));
            }
        }
    }
}

/// A fact as it counts for an app below its folder: a workflow at the root of a monorepo deploys any of its apps.
fn seen_from(distance: usize, fact: &Evidence) -> Evidence {
    let weight = if distance > 0 && fact.file.contains(".github/") { WEAK } else { fact.weight };
    Evidence { weight, ..fact.clone() }
}

fn with_file((target, weight, reason): Fact, file: &str) -> Evidence {
    Evidence { target, weight, file: file.to_owned(), reason }
}
