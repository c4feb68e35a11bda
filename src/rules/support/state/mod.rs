//! State in memory: what requests write for later requests, wherever it is kept, and what it is for.
//!
//! `resolve` says which holder an expression belongs to, `collect` lists what is done to each holder, `mentions` where
//! it is named, `subject` says where it is declared, `form` and `names` say what it looks like, `classify` judges:
//! `limits`, `refused` and `held` know limits and locks by what is done with them, `split` and `written` copies, `sent`
//! knows what requests bring, `failed` what runs without a shared store, and `ways` what excludes each other within one
//! function.

mod classify;
mod collect;
mod failed;
mod follow;
mod form;
mod guard;
mod held;
mod libraries;
mod limits;
mod lists;
mod mentions;
mod names;
mod refused;
mod report;
mod resolve;
mod sent;
mod split;
mod stored;
mod subject;
mod times;
mod view;
mod ways;
mod written;

use rustc_hash::FxHashSet;

use crate::link::{FunctionRef, NodeId, Program};
use crate::span::Location;

use super::apis::Apis;
use super::effects::EffectMap;

pub(crate) use classify::Purpose;
pub(crate) use report::report;
use subject::Subject;

/// State in memory that a later request could miss.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// How it is called in messages.
    pub name: String,
    /// Where it is declared or made.
    pub at: Location,
    /// The function it is declared in.
    pub function: FunctionRef,
    /// What it is for, how grave and how sure.
    pub graded: classify::Graded,
    /// The runs that write it.
    pub nodes: Vec<NodeId>,
    /// A write, to show beside it.
    pub written: Option<Location>,
    /// Words of the package's construct, if it is one.
    pub package: Option<String>,
}

/// All such state of a program, by file and place.
pub(crate) fn states<'p>(program: &Program<'p>, apis: &Apis<'p>, effects: &EffectMap) -> Vec<State> {
    let resolver = resolve::Resolver::new(program);
    let mut found: Vec<State> = collect::collect(program, &resolver)
        .into_iter()
        .filter_map(|(holder, accesses)| {
            let subject = subject::subject(program, &holder, &accesses)?;
            let graded = classify::classify(program, (apis, effects), &subject, &accesses)?;
            let writes = accesses.writes.iter().filter(|write| write.request);
            let mut nodes: Vec<NodeId> =
                writes.clone().flat_map(|write| program.graph.per_request(write.function)).collect();
            nodes.sort_unstable();
            nodes.dedup();
            let written = writes.into_iter().find_map(|write| {
                let span = program.module(write.file)?.facts.site(write.site).span;
                Some(Location { file: write.file, span })
            });
            let Subject { name, at, function, .. } = subject;
            Some(State { name, at, function, graded, nodes, written, package: None })
        })
        .collect();
    let known: FxHashSet<Location> = found.iter().map(|state| state.at).collect();
    found.extend(libraries::states(program, (apis, effects), &known));
    found.sort_by_key(|state| (state.at, state.name.clone()));
    found
}
