//! Pauses: `await new Promise((r) => setTimeout(r, n))`, helpers around it, and packages that do nothing else.

use rustc_hash::FxHashMap;

use super::amounts::amount;
use super::fate::{Fate, Loss, Names};
use super::queries::chain::last_name;
use crate::catalogue::WorkKind;
use crate::facts::{BindingKind, Expr, ExprId, FunctionId, ModuleFacts, Origin, SiteId, SiteKind, Use};
use crate::link::{ExprRef, FunctionRef, Module, Program, Value};
use crate::rules::RuleContext;
use crate::span::FileId;

/// A pause that a request waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sleep {
    pub file: FileId,
    pub site: SiteId,
    pub function: FunctionRef,
    /// How long, as the code says it.
    pub delay: Option<ExprId>,
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
            if program.graph.per_request(function).next().is_none() {
                continue;
            }
            let value = |id: ExprId| milliseconds(program, module, ExprRef { file, id });
            let (delay, waits, blocks) = match site.kind {
                SiteKind::New { .. } => match pause(program, file, facts, id) {
                    // Of a helper, the calls are looked at.
                    Some(delay) => {
                        let is_helper = names_pause(program.function_name(function))
                            && matches!(helper(program, function), Some(Helper::Argument(_)));
                        (Some(delay), value(delay).filter(|_| !is_helper), false)
                    }
                    None => continue,
                },
                SiteKind::Call { callee, args } => match packages.get(&(file, id)) {
                    Some((argument, blocks)) => (*argument, argument.and_then(value), *blocks),
                    None if !awaited(facts, site.expr) || !might_sleep(facts, callee) => continue,
                    None => match helper_of(program, (file, callee), &mut helpers) {
                        Some(Helper::Argument(at)) => {
                            let given = facts.list(args).get(at as usize).copied();
                            (given, given.and_then(value), false)
                        }
                        Some(Helper::Fixed(time)) => (None, Some(time), false),
                        Some(Helper::Unknown) => (None, None, false),
                        None => continue,
                    },
                },
                _ => continue,
            };
            if !blocks && (!awaited(facts, site.expr) || is_aside(program, (file, module), site.function)) {
                continue;
            }
            found.push(Sleep { file, site: id, function, delay, milliseconds: waits, blocks });
        }
    }
    found
}

/// `(async () => { await sleep(15_000); … })()`: a function that is called where it is written, or one around it, and
/// that nothing waits for.
fn is_aside<'p>(program: &Program<'p>, (file, module): (FileId, &'p Module), function: FunctionId) -> bool {
    let facts = &module.facts;
    let around = std::iter::successors(Some(function), |&id| facts.function(id).parent);
    let mut aside = around.filter_map(|id| called_here(module, id)).filter(|&call| !feeds(facts, call));
    aside.any(|call| {
        let names = Names::of(facts);
        let fate = Fate { program, file, facts, names: &names };
        fate.of(call).is_some_and(|lost| matches!(lost.loss, Loss::Statement | Loss::Void | Loss::Chained))
    })
}

/// Whether a part of the code writes to a stream: the answer lasts as long as it does.
fn feeds(facts: &ModuleFacts, part: ExprId) -> bool {
    let around = facts.span_of(part);
    facts.sites.iter().filter(|site| around.contains(site.span)).any(|site| match site.kind {
        SiteKind::Call { callee, .. } => {
            matches!(last_name(facts, callee), Some("write" | "enqueue" | "close" | "end"))
        }
        _ => false,
    })
}

/// The call of a function where it is written.
fn called_here(module: &Module, function: FunctionId) -> Option<ExprId> {
    let written = module.expression_of(function)?;
    let Use::Part(call) = module.facts.use_of(written) else { return None };
    let Expr::Call(site) = module.facts.expr(call) else { return None };
    let SiteKind::Call { callee, .. } = module.facts.site(site).kind else { return None };
    (callee == written).then_some(call)
}

/// Names of helpers that pause; anything else would mean to look into every call.
fn might_sleep(facts: &ModuleFacts, callee: ExprId) -> bool {
    last_name(facts, callee).is_some_and(names_pause)
}

fn names_pause(name: &str) -> bool {
    let holds = |word: &str| {
        name.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    ["sleep", "wait", "delay", "pause", "timeout", "snooze"].into_iter().any(holds)
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
    if !matches!(program.value(ExprRef { file, id: callee }), Value::Global(path) if path == ["Promise"]) {
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
    if let Some(number) = amount(program, at) {
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
