//! Pauses: `await new Promise((r) => setTimeout(r, n))`, helpers around it, and packages that do nothing else.

use rustc_hash::FxHashMap;

use super::queries::chain::last_name;
use crate::catalogue::WorkKind;
use crate::facts::{
    BinaryKind, BindingKind, ContextKind, Expr, ExprId, FunctionId, LoopKind, ModuleFacts, Origin, SiteId,
    SiteKind, Use,
};
use crate::link::{ExprRef, FunctionRef, Module, Program, Value};
use crate::rules::RuleContext;
use crate::span::{FileId, Span};

/// A pause that a request waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sleep {
    pub file: FileId,
    pub site: SiteId,
    pub function: FunctionRef,
    /// How long, in milliseconds, where that is written down.
    pub milliseconds: Option<f64>,
    /// It makes the whole process wait.
    pub blocks: bool,
}

/// How long a helper waits.
#[derive(Clone, Copy, Debug)]
enum Helper {
    /// As long as this argument says.
    Argument(u32),
    /// Always as long.
    Fixed(f64),
    /// As long as something says that cannot be followed.
    Unknown,
}

/// Every pause that is waited for in code that requests make run.
pub(crate) fn sleeps(context: &RuleContext<'_, '_>) -> Vec<Sleep> {
    let program = context.program;
    let packages: FxHashMap<(FileId, SiteId), (Option<ExprId>, bool)> = context
        .apis
        .work
        .iter()
        .filter(|found| found.api.kind == WorkKind::Sleep)
        .map(|found| {
            let at = found.api.path.first().map_or(0, |path| path.arg);
            let argument = program.module(found.file).and_then(|m| m.facts.list(found.args).get(at).copied());
            ((found.file, found.site), (argument, at == 3))
        })
        .collect();
    let mut helpers: FxHashMap<FunctionRef, Option<Helper>> = FxHashMap::default();
    let mut found = Vec::new();
    for (file, module) in program.modules() {
        let facts = &module.facts;
        for (id, site) in (0..).map(SiteId).zip(&facts.sites) {
            let function = FunctionRef { file, id: site.function };
            let value = |id: ExprId| milliseconds(program, module, ExprRef { file, id });
            let (waits, blocks) = match site.kind {
                SiteKind::New { .. } => match pause(program, file, facts, id) {
                    Some(delay) => (value(delay), false),
                    None => continue,
                },
                SiteKind::Call { callee, args } => match packages.get(&(file, id)) {
                    Some((argument, blocks)) => (argument.and_then(value), *blocks),
                    None if !might_sleep(facts, callee) => continue,
                    None => match helper_of(program, (file, callee), &mut helpers) {
                        Some(Helper::Argument(at)) => {
                            (facts.list(args).get(at as usize).and_then(|&id| value(id)), false)
                        }
                        Some(Helper::Fixed(time)) => (Some(time), false),
                        Some(Helper::Unknown) => (None, false),
                        None => continue,
                    },
                },
                _ => continue,
            };
            if program.graph.per_request(function).next().is_none() || !(blocks || awaited(facts, site.expr))
            {
                continue;
            }
            found.push(Sleep { file, site: id, function, milliseconds: waits, blocks });
        }
    }
    found
}

/// Names of helpers that pause; anything else would mean to look into every call.
fn might_sleep(facts: &ModuleFacts, callee: ExprId) -> bool {
    last_name(facts, callee).is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        ["sleep", "wait", "delay", "pause", "timeout", "snooze"].iter().any(|part| name.contains(part))
    })
}

fn helper_of(
    program: &Program<'_>,
    (file, callee): (FileId, ExprId),
    known: &mut FxHashMap<FunctionRef, Option<Helper>>,
) -> Option<Helper> {
    match program.value(ExprRef { file, id: callee }) {
        Value::Function(function) => *known.entry(function).or_insert_with(|| helper(program, function)),
        // `promisify(setTimeout)`
        Value::Made(made) if made.steps.is_empty() && made.by.export().ends_with("promisify") => {
            let facts = &program.module(made.at.file)?.facts;
            let Expr::Call(site) = facts.expr(made.at.id) else { return None };
            let SiteKind::Call { args, .. } = facts.site(site).kind else { return None };
            let first = *facts.list(args).first()?;
            (last_name(facts, first) == Some("setTimeout")).then_some(Helper::Argument(0))
        }
        _ => None,
    }
}

/// Whether a function does nothing but pause.
fn helper(program: &Program<'_>, function: FunctionRef) -> Option<Helper> {
    let module = program.module(function.file)?;
    let facts = &module.facts;
    let file = function.file;
    let (site, _) = facts.sites_of(function.id).find(|(id, site)| {
        matches!(site.kind, SiteKind::New { .. }) && pause(program, file, facts, *id).is_some()
    })?;
    let others = facts.sites_of(function.id).filter(|(_, site)| matches!(site.kind, SiteKind::Call { .. }));
    // A function that does other things besides is looked at by its own pause.
    if others.count() > 0 {
        return None;
    }
    let given = facts.site(site).expr;
    if !matches!(facts.use_of(given), Use::Returned(_)) && !awaited(facts, given) {
        return None;
    }
    let delay = pause(program, file, facts, site)?;
    if let Expr::Local(binding) = facts.expr(delay)
        && let entry = facts.binding(binding)
        && entry.kind == BindingKind::Param
        && entry.function == function.id
        && let Origin::Param { index, .. } = entry.origin
    {
        return Some(Helper::Argument(index));
    }
    Some(milliseconds(program, module, ExprRef { file, id: delay }).map_or(Helper::Unknown, Helper::Fixed))
}

/// The delay in `new Promise((resolve) => setTimeout(resolve, delay))`.
fn pause(program: &Program<'_>, file: FileId, facts: &ModuleFacts, site: SiteId) -> Option<ExprId> {
    let SiteKind::New { callee, args } = facts.site(site).kind else { return None };
    if program.value(ExprRef { file, id: callee }) != Value::Global(vec!["Promise"]) {
        return None;
    }
    let Expr::Function(executor) = facts.expr(*facts.list(args).first()?) else { return None };
    let mut calls = facts.sites_of(executor).filter_map(|(_, site)| match site.kind {
        SiteKind::Call { callee, args } => Some((callee, args)),
        _ => None,
    });
    let (callee, args) = calls.next()?;
    if calls.next().is_some() || last_name(facts, callee) != Some("setTimeout") {
        return None;
    }
    let &[callback, delay, ..] = facts.list(args) else { return None };
    resolves(facts, executor, callback).then_some(delay)
}

/// Whether a timer's callback is the promise's `resolve`, or calls only that.
fn resolves(facts: &ModuleFacts, executor: FunctionId, callback: ExprId) -> bool {
    let is_resolve = |id: ExprId| match facts.expr(id) {
        Expr::Local(binding) => {
            let binding = facts.binding(binding);
            binding.function == executor && matches!(binding.origin, Origin::Param { index: 0, .. })
        }
        _ => false,
    };
    if is_resolve(callback) {
        return true;
    }
    let Expr::Function(inner) = facts.expr(callback) else { return false };
    let mut calls = facts.sites_of(inner).filter_map(|(_, site)| match site.kind {
        SiteKind::Call { callee, .. } => Some(callee),
        _ => None,
    });
    calls.next().is_some_and(is_resolve) && calls.next().is_none()
}

/// A time that is written down; for the element of a list of times, all of them together.
fn milliseconds(program: &Program<'_>, module: &Module, at: ExprRef) -> Option<f64> {
    if let Some(number) = program.number(at) {
        return Some(number);
    }
    let Expr::Local(id) = module.facts.expr(at.id) else { return None };
    let Origin::Element { expr, .. } = module.facts.binding(id).origin else { return None };
    let list = array(program, ExprRef { file: at.file, id: expr })?;
    let facts = &program.module(list.file)?.facts;
    let Expr::Array(items) = facts.expr(list.id) else { return None };
    facts.list(items).iter().map(|&id| program.number(ExprRef { file: list.file, id })).sum()
}

/// The array literal that a name stands for.
fn array(program: &Program<'_>, at: ExprRef) -> Option<ExprRef> {
    let facts = &program.module(at.file)?.facts;
    match facts.expr(at.id) {
        Expr::Array(_) => Some(at),
        Expr::Local(id) => match facts.binding(id).origin {
            Origin::Init { expr, path, .. } if path.is_empty() => {
                matches!(facts.expr(expr), Expr::Array(_)).then_some(ExprRef { file: at.file, id: expr })
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether the code waits for a promise, and not for whichever of several comes first.
fn awaited(facts: &ModuleFacts, promise: ExprId) -> bool {
    let mut at = promise;
    for _ in 0..12 {
        let Use::Part(parent) = facts.use_of(at) else { return false };
        match facts.expr(parent) {
            Expr::Await(_) => return true,
            Expr::Call(site) => match facts.site(site).kind {
                SiteKind::Call { callee, .. }
                    if matches!(last_name(facts, callee), Some("all" | "allSettled")) =>
                {
                    at = parent
                }
                _ => return false,
            },
            Expr::Array(_) | Expr::Conditional { .. } => at = parent,
            _ => return false,
        }
    }
    false
}

/// The loop around a pause, and what is known of its rounds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rounds {
    /// None.
    Once,
    /// This many at most.
    AtMost(f64),
    /// Until a time has passed, in milliseconds.
    Until(f64),
    /// As many as there are elements of something.
    Each,
    /// Until something is so, however long that takes.
    Open,
    /// It writes to the response meanwhile.
    Streams,
    /// It cannot be told.
    Unknown,
}

/// How often a pause is made in a run of its function.
pub(crate) fn rounds(program: &Program<'_>, sleep: Sleep) -> Rounds {
    let Some(module) = program.module(sleep.file) else { return Rounds::Unknown };
    let facts = &module.facts;
    let site = facts.site(sleep.site);
    let nearest = facts.contexts_from(site.context).find_map(|context| match context.kind {
        ContextKind::Loop { kind, over, span } => Some((kind, over, span)),
        _ => None,
    });
    let Some((kind, over, span)) = nearest else { return Rounds::Once };
    if matches!(kind, LoopKind::ForOf | LoopKind::ForAwait | LoopKind::ForIn) {
        return Rounds::Each;
    }
    if facts.function(site.function).is_generator || streams(facts, site.function, span) {
        return Rounds::Streams;
    }
    let file = sleep.file;
    match limit(program, file, facts, over) {
        Some(rounds) => rounds,
        None if is_counted(facts, over) => Rounds::Unknown,
        None => inner_limit(program, file, facts, (site.function, span)).unwrap_or(Rounds::Open),
    }
}

/// A number that a loop's condition compares a counter or the time with.
fn limit(program: &Program<'_>, file: FileId, facts: &ModuleFacts, test: ExprId) -> Option<Rounds> {
    match facts.expr(test) {
        Expr::Binary { kind: BinaryKind::Less | BinaryKind::Greater, left, right } => {
            let number = |id| program.number(ExprRef { file, id });
            let times = mentions_now(facts, left) || mentions_now(facts, right);
            match number(right).or_else(|| number(left)) {
                Some(number) if times => Some(Rounds::Until(number)),
                Some(number) => Some(Rounds::AtMost(number)),
                None if times => Some(Rounds::Unknown),
                None => None,
            }
        }
        Expr::Logical { left, right, .. } => {
            limit(program, file, facts, left).or_else(|| limit(program, file, facts, right))
        }
        _ => None,
    }
}

/// Whether a condition compares with something, if only with a name: `i < retries`, `i < xs.length`.
fn is_counted(facts: &ModuleFacts, test: ExprId) -> bool {
    match facts.expr(test) {
        Expr::Binary { kind: BinaryKind::Less | BinaryKind::Greater, .. } => true,
        Expr::Logical { left, right, .. } => is_counted(facts, left) || is_counted(facts, right),
        Expr::Write(_) => true,
        _ => false,
    }
}

fn mentions_now(facts: &ModuleFacts, id: ExprId) -> bool {
    match facts.expr(id) {
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, .. } => matches!(last_name(facts, callee), Some("now" | "getTime")),
            _ => false,
        },
        Expr::Binary { left, right, .. } => mentions_now(facts, left) || mentions_now(facts, right),
        _ => false,
    }
}

/// `while (true) { if (tries++ > 10) break; … }`: a limit tested inside.
fn inner_limit(
    program: &Program<'_>,
    file: FileId,
    facts: &ModuleFacts,
    (function, span): (FunctionId, Span),
) -> Option<Rounds> {
    let exprs = facts.function(function).exprs.range();
    exprs.filter_map(|i| u32::try_from(i).ok()).map(ExprId).find_map(|id| {
        let start = facts.starts.get(id.index()).copied()?;
        if !(span.start..span.end).contains(&start) || facts.use_of(id) != Use::Test {
            return None;
        }
        match limit(program, file, facts, id) {
            Some(rounds) => Some(rounds),
            None if is_counted(facts, id) => Some(Rounds::Unknown),
            None => None,
        }
    })
}

/// Whether a loop sends something on its way.
fn streams(facts: &ModuleFacts, function: FunctionId, span: Span) -> bool {
    facts.sites_of(function).any(|(_, site)| {
        let SiteKind::Call { callee, .. } = site.kind else { return false };
        (span.start..span.end).contains(&site.span.start)
            && last_name(facts, callee)
                .is_some_and(|name| matches!(name, "enqueue" | "write" | "writeSSE" | "sendEvent" | "emit"))
    })
}
