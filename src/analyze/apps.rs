//! The apps side by side: each is a program of its own, since another one has other processes, and other callers of
//! what they share.

use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;

use crate::catalogue::Catalogue;
use crate::custom;
use crate::diagnostic::Finding;
use crate::link::{Modules, Program};
use crate::load::{Known, Loaded, Reached, load_watched};
use crate::progress::Stage;
use crate::project::Project;
use crate::report::{AppShare, RunShare};
use crate::rules::{Choices, RULES, Rule, RuleContext, RuleMeta};
use crate::span::FileId;
use crate::syntax;
use crate::timings::timed;

use super::assemble;
use super::before::Before;
use super::given;
use super::inputs::{Asked, Inputs};
use super::kept::{Kept, Of, with_kept};
use super::remember::Facts;
use super::sources::{AppSources, Sources, Texts};

/// What all apps of a run have in common.
struct Common<'a> {
    asked: Asked<'a>,
    run: &'a RunShare,
    rules: &'a [&'static RuleMeta],
    catalogue: &'a Catalogue,
    /// The project in which nothing runs.
    idle: Project,
    loaded: Loaded,
    texts: Texts<'a>,
    choices: Arc<Choices>,
    /// Whether there is a next round.
    keeps: bool,
    /// What earlier runs found out.
    facts: Option<&'a Facts<'a>>,
}

/// What some apps give, by their place in the project, and all modules.
pub(super) fn shares(
    asked: Asked<'_>,
    run: &RunShare,
    (rules, catalogue): (&[&'static RuleMeta], &Catalogue),
    apps: &[usize],
    (mut before, facts): (Option<&mut Before>, Option<&Facts<'_>>),
) -> (Modules, Vec<Kept>) {
    let kept = before.as_mut().map(|before| std::mem::take(&mut before.shares)).unwrap_or_default();
    let Asked { options, project, .. } = asked;
    let idle = project.idle();
    let loaded = options.timings.time("load modules", || {
        let facts = facts.map(|facts| facts as &dyn Known);
        let known = before.as_deref().map(|before| before as &dyn Known).or(facts);
        load_watched(&idle.with_apps(apps, project), options.max_file_size, &options.progress, known)
    });
    let keeps = before.is_some();
    let choices = Arc::new(asked.scope.choices(project));
    let texts = Texts::new(project);
    options.progress.enter(Stage::Following);
    let common = Common { asked, run, rules, catalogue, idle, loaded, texts, choices, keeps, facts };
    let apps: Vec<(usize, Option<Kept>)> = with_kept(apps, kept);
    let each = apps.into_par_iter().with_max_len(1).map(|(app, kept)| {
        let reached = common.loaded.of_app(&project.apps[app]);
        match kept {
            Some(kept) if kept.is_of(&reached, &common.loaded) => Kept { is_old: true, ..kept },
            _ => recalled(&common, app, reached),
        }
    });
    let each = each.collect();
    (common.loaded.modules, each)
}

/// What one app gives, or gave in an earlier run when it reached the same. An app that is alone is not asked for: if
/// it had reached the same, so would the whole run.
fn recalled(common: &Common<'_>, app: usize, reached: Reached) -> Kept {
    let facts = common.facts.filter(|_| common.asked.project.apps.len() > 1);
    let key = facts.and_then(|facts| facts.gave.key((common.run, &common.loaded), app, &reached));
    let Some((facts, key)) = facts.zip(key) else { return fresh(common, app, reached).0 };
    given::recall(&facts.store, key, app, &common.texts).unwrap_or_else(|| {
        let (kept, files) = fresh(common, app, reached);
        given::keep(&facts.store, key, files, &kept);
        kept
    })
}

/// What one app gives, and the files that it names.
fn fresh(common: &Common<'_>, app: usize, reached: Reached) -> (Kept, Vec<FileId>) {
    let ((sources, files), share) = share(common, app, &reached);
    let of = common.keeps.then(|| Of::new(reached, &common.loaded));
    (Kept { app, sources, share, of, is_old: false }, files)
}

/// The share of one app. It sees of the others where they lie, and nothing that they run.
fn share(common: &Common<'_>, app: usize, reached: &Reached) -> ((Sources, Vec<FileId>), Option<AppShare>) {
    let Common { asked, loaded, .. } = common;
    let view = common.idle.with_apps(&[app], asked.project);
    let timings = &asked.options.timings;
    let program = timings.time("link", || Program::link(&view, &reached.modules, common.catalogue));
    asked.options.progress.enter(Stage::Checking);
    let inputs = Inputs { asked: *asked, loaded, program: &program, app, missing: &reached.missing };
    let findings = findings(common, &program);
    let mut sources = AppSources::new(&common.texts);
    let share = timings.time("make findings readable", || {
        assemble::share(&inputs, findings, (common.run, common.rules), &mut sources)
    });
    (sources.into_named(), share)
}

/// What the rules find, the team's own after those that are built in. Rules run side by side; what they find stays
/// in their order.
fn findings(common: &Common<'_>, program: &Program<'_>) -> Vec<Finding> {
    let Asked { options, project, .. } = common.asked;
    let runs = |id: &str| common.rules.iter().any(|meta| meta.id == id);
    let own = options.custom.iter().map(|rule| rule.meta.id).collect();
    let choices = Arc::clone(&common.choices);
    let context = RuleContext { own, choices, ..RuleContext::new(program, &options.timings) };
    let asked: Vec<&Rule> = RULES.iter().filter(|rule| runs(rule.meta.id)).collect();
    let each: Vec<(Vec<Finding>, Duration)> = asked
        .par_iter()
        .with_max_len(1)
        .map(|rule| {
            timed(|| {
                let mut findings = Vec::new();
                (rule.check)(&context, &mut findings);
                findings
            })
        })
        .collect();
    let mut findings = Vec::new();
    for (rule, (own, took)) in asked.iter().zip(each) {
        options.timings.note(rule.meta.id, took);
        findings.extend(own);
    }
    let own = options.custom.iter().filter(|rule| runs(rule.meta.id));
    findings.extend(custom::findings(program, own, &|file| {
        let bytes = project.read(file, options.max_file_size).ok().and_then(Result::ok)?;
        Some(syntax::decode(bytes).text)
    }));
    findings
}
