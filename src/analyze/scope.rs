//! What the options say of a part of the tree: which rules run there, for which target.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{Globs, Layer, Level, Plan, Verdict, verdict};
use crate::project::{App, Evidence, Framework, Project, Target, TargetChoice};
use crate::report::LayerShare;
use crate::rules::{Choices, PartChoices, RuleChoices, RuleMeta};

use super::{Options, grade};

/// An app in which rules have another severity than their pages give them.
#[derive(Clone, Debug)]
pub struct AppRules {
    /// Its folder as globs of the configuration see it, else as people do; `.` for all that is looked at.
    pub folder: String,
    /// What it is judged for.
    pub target: Target,
    /// The rules by id: what is in effect, and what would be without a configuration.
    pub rules: Vec<(&'static str, Level, Level)>,
}

/// The options, with paths of the project turned into the paths that their globs are about.
#[derive(Debug)]
pub(super) struct Scope<'o> {
    options: &'o Options,
    /// From the folder of the configuration down to the project's root; empty, or ends with `/`.
    down: String,
    /// From the project's root down to the folder of the configuration, where that lies below it.
    up: String,
}

impl<'o> Scope<'o> {
    pub(super) fn new(options: &'o Options, project: &Project) -> Self {
        let fallback = || project.root.join(project.scope.as_deref().unwrap_or_default());
        let base = options.base.clone().unwrap_or_else(fallback);
        let base: PathBuf = base.canonicalize().unwrap_or(base);
        Self { options, down: below(&base, &project.root), up: below(&project.root, &base) }
    }

    /// A path of the project as globs see it; `None` outside of the folder that they are about.
    pub(super) fn path(&self, path: &str) -> Option<String> {
        if self.up.is_empty() {
            return Some(format!("{}{path}", self.down).trim_end_matches('/').to_owned());
        }
        let is_folder = self.up.strip_suffix('/') == Some(path);
        if is_folder { Some(String::new()) } else { path.strip_prefix(&self.up).map(str::to_owned) }
    }

    /// Whether a layer is about a file, or an app's folder.
    fn covers(&self, layer: &Layer, path: &str) -> bool {
        self.path(path).map_or_else(|| is_whole(layer), |path| layer.covers(&path))
    }

    /// What the layers say of a rule in a file, or in an app's folder.
    fn verdict_at(&self, rule: &str, path: &str) -> Verdict {
        let layers = self.options.layers.iter().filter(|layer| self.covers(layer, path));
        verdict(layers.filter_map(|layer| layer.rules.get(rule)))
    }

    /// Judges every app for the target and plan that its configuration names; the command line's target wins.
    pub(super) fn choose_targets(&self, project: &mut Project) {
        for app in &mut project.apps {
            let app = Arc::make_mut(app);
            let layers = self.options.layers.iter().filter(|layer| self.covers(layer, &app.root));
            app.plan = layers.clone().filter_map(|layer| layer.plan).next_back().map(Plan::as_str);
            let named = layers.filter_map(|layer| Some((layer, layer.target?))).next_back();
            if let Some((layer, target)) = named.filter(|_| self.options.target.is_none()) {
                let reason = layer.source.clone();
                let evidence = vec![Evidence { target, weight: 100, file: String::new(), reason }];
                app.target = TargetChoice { target, assumed: false, evidence };
            }
        }
    }

    /// The rules that run, by id: those that are on somewhere.
    pub(super) fn rules(&self) -> Vec<&'static RuleMeta> {
        let runs = |meta: &RuleMeta| {
            let skipped = self.options.skip.iter().any(|id| id == meta.id);
            let (whole, parts): (Vec<&Layer>, Vec<&Layer>) =
                self.options.layers.iter().partition(|layer| is_whole(layer));
            let is_on_with = |part: Option<&&Layer>| {
                let layers = whole.iter().chain(part);
                self.is_on(meta, verdict(layers.filter_map(|layer| layer.rules.get(meta.id))))
            };
            !skipped && (is_on_with(None) || parts.iter().any(|part| is_on_with(Some(part))))
        };
        self.options.metas().filter(|meta| runs(meta)).collect()
    }

    /// Whether a rule is on: the command line's choice of rules goes first.
    fn is_on(&self, meta: &RuleMeta, verdict: Verdict) -> bool {
        if !self.options.only.is_empty() {
            return self.options.only.iter().any(|id| id == meta.id);
        }
        grade::is_on(meta, verdict)
    }

    /// Whether a rule is on in a file.
    pub(super) fn is_on_in(&self, meta: &RuleMeta, file: &str) -> bool {
        self.is_on(meta, self.verdict_at(meta.id, file))
    }

    /// The layers that are about a file, by their index.
    pub(super) fn layers_of(&self, file: &str) -> Vec<u32> {
        (0..)
            .zip(&self.options.layers)
            .filter(|(_, layer)| self.covers(layer, file))
            .map(|(at, _)| at)
            .collect()
    }

    /// The layers as the join of all apps needs them.
    pub(super) fn shared(&self, project: &Project) -> Vec<LayerShare> {
        let share = |layer: &Layer| {
            let apps = (0..).zip(&project.apps).filter(|(_, app)| self.covers(layer, &app.root));
            LayerShare {
                apps: apps.map(|(at, _)| at).collect(),
                rules: layer.rules.clone(),
                min_confidence: layer.min_confidence,
            }
        };
        self.options.layers.iter().map(share).collect()
    }

    /// Whether findings in a file are reported.
    pub(super) fn reports(&self, file: &str) -> bool {
        let path = self.path(file);
        let is_in = |globs: &Globs| path.as_ref().is_some_and(|path| globs.matches(path));
        self.options.include.as_ref().is_none_or(is_in) && !is_in(&self.options.exclude)
    }
}

impl Scope<'_> {
    /// What the layers set for rules, in their order.
    pub(super) fn choices(&self, project: &Project) -> Choices {
        let set = self.options.layers.iter().filter(|layer| layer.choices != RuleChoices::default());
        let part = |layer: &Layer| {
            let files =
                || project.files.iter().filter(|(_, path)| self.covers(layer, path)).map(|(id, _)| id);
            let apps = project.apps.iter().enumerate().filter(|(_, app)| self.covers(layer, &app.root));
            let covers = (!is_whole(layer)).then(|| (files().collect(), apps.map(|(at, _)| at).collect()));
            PartChoices { choices: layer.choices.clone(), covers }
        };
        Choices { parts: set.map(part).collect() }
    }

    /// Whether all that globs can match is looked at.
    pub(super) fn is_whole(&self, project: &Project) -> bool {
        let is_part = project.scope.is_some() || project.only.is_some() || self.options.paths.len() > 1;
        !is_part && self.down.is_empty()
    }
}

impl Scope<'_> {
    /// A warning about configuration files of packages that are not read, since one further up counts.
    pub(super) fn unread(&self, project: &Project) -> Option<String> {
        let counts = self.options.configured.as_ref()?;
        let unread = project.configured.iter().filter(|path| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            // Fixtures and examples may have some of their own; they are no part of what is checked.
            let counts_here = project.packages.iter().any(|package| package.dir == folder)
                || project.apps.iter().any(|app| Path::new(&app.root).starts_with(folder));
            let absolute = project.root.join(folder);
            counts_here && absolute.strip_prefix(counts).is_ok_and(|rest| rest != Path::new(""))
        });
        let unread: Vec<&String> = unread.collect();
        let others = match unread.len() {
            1 => String::new(),
            number => format!(", and {} more", number.saturating_sub(1)),
        };
        let why = self.options.layers.first().map_or_else(
            || {
                "a run has one configuration, looked for upwards from where it begins, with `overrides`"
                    .to_owned()
            },
            |layer| format!("{} counts for the whole run; its `overrides` can say the same", layer.source),
        );
        unread.first().map(|first| format!("{}: not read{others}: {why}", project.display(first)))
    }
}

impl Scope<'_> {
    /// The apps in which the layers give rules another severity than their pages, in their order.
    pub(super) fn apps_with_own_rules(&self, project: &Project) -> Vec<AppRules> {
        let judged = project.apps.iter().filter(|app| app.framework == Framework::Next);
        let own = |app: &Arc<App>| {
            let folder = self.path(&app.root).unwrap_or_else(|| project.display(&app.root));
            let folder = if folder.is_empty() { ".".to_owned() } else { folder };
            let target = app.target.target;
            let rules =
                self.options.metas().filter_map(|meta| self.own_level(meta, &app.root, target)).collect();
            AppRules { folder, target, rules }
        };
        judged.map(own).filter(|app| !app.rules.is_empty()).collect()
    }

    /// What the layers make of a rule in an app's folder, and what it would be, if that differs.
    fn own_level(
        &self,
        meta: &RuleMeta,
        folder: &str,
        target: Target,
    ) -> Option<(&'static str, Level, Level)> {
        // Where the construct is right, no level makes a finding of it.
        let own = Level::from(meta.severity_on(target)?);
        let level = |verdict: Verdict| match verdict {
            _ if !grade::is_on(meta, verdict) => Level::Off,
            Verdict::Level(level) => level,
            Verdict::On | Verdict::Unnamed => own,
        };
        let (level, usual) = (level(self.verdict_at(meta.id, folder)), level(Verdict::Unnamed));
        (level != usual).then_some((meta.id, level, usual))
    }
}

/// Whether a layer is about everything.
fn is_whole(layer: &Layer) -> bool {
    layer.files.is_none()
}

/// The way from one folder down to another with a `/` at its end; empty if there is none.
fn below(upper: &Path, lower: &Path) -> String {
    let mut way = String::new();
    for part in lower.strip_prefix(upper).unwrap_or(Path::new("")).components() {
        way.push_str(&part.as_os_str().to_string_lossy());
        way.push('/');
    }
    way
}
