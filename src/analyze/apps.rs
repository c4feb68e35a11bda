//! The apps side by side: each is a program of its own, since another one has other processes, and other callers of
//! what they share.

use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;

use crate::catalogue::Catalogue;
use crate::custom;
use crate::diagnostic::Finding;
use crate::link::Program;
use crate::load::{Loaded, load_watched};
use crate::progress::Stage;
use crate::project::Project;
use crate::report::{AppShare, RunShare};
use crate::rules::{Choices, RULES, Rule, RuleContext, RuleMeta};
use crate::syntax;
use crate::timings::timed;

use super::assemble;
use super::inputs::{Asked, Inputs};
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
}

/// The shares of some apps, by their place in the project, and the files that these name.
pub(super) fn shares(
    asked: Asked<'_>,
    run: &RunShare,
    (rules, catalogue): (&[&'static RuleMeta], &Catalogue),
    apps: &[usize],
) -> (Sources, Vec<AppShare>) {
    let Asked { options, project, .. } = asked;
    let idle = project.idle();
    let loaded = options.timings.time("load modules", || {
        load_watched(&idle.with_apps(apps, project), options.max_file_size, &options.progress)
    });
    let choices = Arc::new(asked.scope.choices(project));
    let texts = Texts::new(project);
    options.progress.enter(Stage::Following);
    let common = Common { asked, run, rules, catalogue, idle, loaded, texts, choices };
    let each: Vec<(Sources, Option<AppShare>)> =
        apps.par_iter().with_max_len(1).map(|&app| share(&common, app)).collect();
    let (mut sources, mut shares) = (Sources::default(), Vec::new());
    for (own, share) in each {
        shares.extend(sources.absorb(own, share.into_iter().collect()));
    }
    (sources, shares)
}

/// The share of one app. It sees of the others where they lie, and nothing that they run.
fn share(common: &Common<'_>, app: usize) -> (Sources, Option<AppShare>) {
    let Common { asked, loaded, .. } = common;
    let view = common.idle.with_apps(&[app], asked.project);
    let reached = loaded.of_app(&asked.project.apps[app]);
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
