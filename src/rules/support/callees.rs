//! The calls and constructions that rules look at, with what each calls.

use rayon::prelude::*;

use crate::facts::{ExprId, FunctionId, List, SiteId, SiteKind};
use crate::link::{FunctionRef, Module, Program, Value};
use crate::span::FileId;

/// A call, construction or tagged template, and what it calls.
#[derive(Debug)]
pub(crate) struct Callee<'a, 'p> {
    /// Its module.
    pub file: FileId,
    /// The call.
    pub site: SiteId,
    /// The function whose run does it.
    pub function: FunctionRef,
    /// That function runs in some phase.
    pub runs: bool,
    /// The expression that is called.
    pub callee: ExprId,
    /// What that is.
    pub value: &'a Value<'p>,
    /// Its arguments; none for templates.
    pub args: List,
    /// How it calls.
    pub how: Calls,
}

/// How a [`Callee`] is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calls {
    /// `f()`
    Call,
    /// `new C()`
    New,
    /// `` tag`…` ``
    Tagged,
}

/// The calls of all modules, by file and place.
pub(crate) fn callees<'a, 'p>(program: &'a Program<'p>) -> Vec<Callee<'a, 'p>> {
    let modules: Vec<(FileId, &Module)> = program.modules().collect();
    modules.into_par_iter().flat_map_iter(|(file, module)| of_module(program, file, module)).collect()
}

fn of_module<'a, 'p>(
    program: &'a Program<'p>,
    file: FileId,
    module: &'a Module,
) -> impl Iterator<Item = Callee<'a, 'p>> + use<'a, 'p> {
    // The calls of a function stand together.
    let mut last: Option<(FunctionId, bool)> = None;
    program.callees(file).filter_map(move |(site, value)| {
        let entry = module.facts.site(site);
        let (callee, args, how) = match entry.kind {
            SiteKind::Call { callee, args } => (callee, args, Calls::Call),
            SiteKind::New { callee, args } => (callee, args, Calls::New),
            SiteKind::Tagged { callee, .. } => (callee, List::default(), Calls::Tagged),
            _ => return None,
        };
        if program.is_for_browsers(file, entry.context) {
            return None;
        }
        let function = FunctionRef { file, id: entry.function };
        let (_, runs) = last
            .filter(|&(id, _)| id == function.id)
            .unwrap_or_else(|| (function.id, program.runs(function)));
        last = Some((function.id, runs));
        // Of code that never runs only plain calls matter: who calls whom.
        (runs || how == Calls::Call).then_some(Callee {
            file,
            site,
            function,
            runs,
            callee,
            value,
            args,
            how,
        })
    })
}
