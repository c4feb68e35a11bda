//! When a write happens: always, only where a shared store is missing, or only in development.

use super::collect::Write;
use super::failed::after_failure;
use crate::facts::{BinaryKind, ContextId, ContextKind, Expr, ExprId, FunctionId, Origin, SiteId, SiteKind};
use crate::link::{ExprRef, FunctionRef, How, Phase, Program, Source, Value};
use crate::span::FileId;

use super::names::has_word;
use super::resolve::Holder;
use super::subject::Subject;

/// When a write happens; the least grave last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Guard {
    /// Whenever the code runs.
    None,
    /// Only if a shared store is not there.
    Fallback,
    /// Only in development or tests.
    Development,
}

/// Words of what a shared store is called.
const SHARED: &[&str] =
    &["redis", "upstash", "kv", "valkey", "memcached", "dynamo", "database", "db", "supabase", "ratelimit"];

/// What surrounds a write, in its function and in the calls that lead to it.
pub(crate) fn around(program: &Program<'_>, (file, site): (FileId, SiteId), function: FunctionRef) -> Guard {
    let own = of_site(program, file, site);
    if own != Guard::None {
        return own;
    }
    let mut least: Option<Guard> = None;
    for node in program.graph.per_request(function) {
        for edge in program.graph.callers(node) {
            let guard = match (edge.how, edge.from, edge.site()) {
                (How::Calls, Source::Node(_), Some(site)) => of_site(program, edge.file, site),
                _ => Guard::None,
            };
            least = Some(least.map_or(guard, |known| known.min(guard)));
        }
    }
    least.unwrap_or(Guard::None)
}

/// What surrounds the making of what holds: of the instance whose field it is, or of the closure around it.
pub(crate) fn of_maker(program: &Program<'_>, subject: &Subject) -> Guard {
    let least = match &subject.holder {
        Holder::Field(class, _) => {
            program.constructions(*class).iter().map(|&(file, site)| of_site(program, file, site)).min()
        }
        Holder::Binding(..) if subject.function.id != FunctionId::MODULE => {
            let node = program.graph.code(subject.function, Phase::Init);
            let callers = node.into_iter().flat_map(|node| program.graph.callers(node));
            callers
                .map(|edge| edge.site().map_or(Guard::None, |site| of_site(program, edge.file, site)))
                .min()
        }
        _ => None,
    };
    least.unwrap_or(Guard::None)
}

/// What stands around and before a place.
fn of_site(program: &Program<'_>, file: FileId, site: SiteId) -> Guard {
    let Some(module) = program.module(file) else { return Guard::None };
    match of_context(program, file, module.facts.site(site).context) {
        Guard::None if after_failure(program, file, site) => Guard::Fallback,
        found => found,
    }
}

/// What the conditions around a place say.
pub(crate) fn of_context(program: &Program<'_>, file: FileId, context: ContextId) -> Guard {
    let Some(module) = program.module(file) else { return Guard::None };
    let facts = &module.facts;
    let mut found = Guard::None;
    for context in facts.contexts_from(context) {
        let guard = match context.kind {
            ContextKind::If { test, truth } | ContextKind::Survived { test, truth } => {
                of_test(program, ExprRef { file, id: test }, truth)
            }
            ContextKind::Catch => Guard::Fallback,
            _ => Guard::None,
        };
        found = found.max(guard);
    }
    found
}

/// What a condition says that went one way.
pub(super) fn of_test(program: &Program<'_>, test: ExprRef, truth: bool) -> Guard {
    let Some(module) = program.module(test.file) else { return Guard::None };
    let facts = &module.facts;
    let go = |id: ExprId, truth: bool| of_test(program, ExprRef { file: test.file, id }, truth);
    match facts.expr(test.id) {
        Expr::Not(inner) => go(inner, !truth),
        Expr::Logical { left, right, .. } => go(left, truth).max(go(right, truth)),
        Expr::Binary { kind: kind @ (BinaryKind::Equal | BinaryKind::NotEqual), left, right } => {
            let same = (kind == BinaryKind::Equal) == truth;
            let text = [left, right].into_iter().find_map(|id| match facts.expr(id) {
                Expr::Str(name) => Some(facts.text(name)),
                _ => None,
            });
            match text {
                Some("development" | "test" | "dev") if same => Guard::Development,
                Some("production") if !same => Guard::Development,
                Some("memory" | "in-memory" | "local") if same => Guard::Fallback,
                _ if [left, right].iter().any(|&id| matches!(facts.expr(id), Expr::Null)) => {
                    let subject = if matches!(facts.expr(left), Expr::Null) { right } else { left };
                    go(subject, !same)
                }
                _ => Guard::None,
            }
        }
        // `if (!redis)`, `if (!process.env.REDIS_URL)`
        Expr::Local(_) | Expr::Member { .. } | Expr::Call(_) if !truth && is_shared_store(program, test) => {
            Guard::Fallback
        }
        _ => Guard::None,
    }
}

/// Whether a value is, or is called, a store that all instances share, or its setting.
fn is_shared_store(program: &Program<'_>, at: ExprRef) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    if let Value::Made(made) = program.value(at)
        && made.steps.is_empty()
        && program.catalogue.client(made.by.package, &made.by.export()).is_some()
    {
        return true;
    }
    match facts.expr(at.id) {
        Expr::Local(id) => {
            let binding = facts.binding(id);
            let initial = match binding.origin {
                Origin::Init { expr, path, .. } if path.is_empty() => Some(expr),
                _ => None,
            };
            has_word(facts.text(binding.name), SHARED)
                || initial.is_some_and(|id| gives_shared_store(program, ExprRef { file: at.file, id }))
        }
        Expr::Member { property, .. } => has_word(facts.text(property), SHARED),
        Expr::Call(_) => gives_shared_store(program, at),
        _ => false,
    }
}

/// Whether what is called is a part of a shared store, or a function that is called one or asks one:
/// `redis.incr`, `prisma.limit.upsert`, `countInRedis`.
pub(super) fn asks_shared_store(program: &Program<'_>, callee: ExprRef) -> bool {
    let Some(facts) = program.module(callee.file).map(|module| &module.facts) else { return false };
    let object = |id: &ExprId| match facts.expr(*id) {
        Expr::Member { object, .. } => Some(object),
        _ => None,
    };
    let mut parts = std::iter::successors(Some(callee.id), object);
    parts.any(|id| is_shared_store(program, ExprRef { file: callee.file, id }))
        || matches!(program.value(callee), Value::Function(function) if calls_shared_store(program, function))
}

/// Whether a function calls a method of a shared store.
fn calls_shared_store(program: &Program<'_>, function: FunctionRef) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    module.facts.sites_of(function.id).any(|(_, site)| {
        let SiteKind::Call { callee, .. } = site.kind else { return false };
        let Expr::Member { object, .. } = module.facts.expr(callee) else { return false };
        is_shared_store(program, ExprRef { file: function.file, id: object })
    })
}

/// Whether a call is of something that is called a shared store, or that makes one.
fn gives_shared_store(program: &Program<'_>, call: ExprRef) -> bool {
    let Some(module) = program.module(call.file) else { return false };
    let facts = &module.facts;
    let Expr::Call(site) = facts.expr(call.id) else { return false };
    let SiteKind::Call { callee, .. } = facts.site(site).kind else { return false };
    let named = match facts.expr(callee) {
        Expr::Local(id) => has_word(facts.text(facts.binding(id).name), SHARED),
        Expr::Member { property, .. } => has_word(facts.text(property), SHARED),
        _ => false,
    };
    let Value::Function(function) = program.value(ExprRef { file: call.file, id: callee }) else {
        return named;
    };
    named || makes_client(program, function)
}

/// Whether a function makes a client of a package: `getLimiters()` that fills a map with limiters on Redis.
fn makes_client(program: &Program<'_>, function: FunctionRef) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    module.facts.sites_of(function.id).any(|(_, site)| {
        let (SiteKind::New { callee, .. } | SiteKind::Call { callee, .. }) = site.kind else { return false };
        matches!(program.value(ExprRef { file: function.file, id: callee }), Value::External(external)
            if program.catalogue.client(external.package, &external.export()).is_some())
    })
}

/// Whether what is written is who is asking: the result of a session look-up, cookies, headers, the request itself.
pub(crate) fn from_identity(program: &Program<'_>, puts: &[Write]) -> bool {
    puts.iter().any(|put| identity(program, ExprRef { file: put.file, id: put.value }, 0))
}

/// What callers give a function in one position.
pub(super) fn given(program: &Program<'_>, function: FunctionRef, index: usize) -> Vec<ExprRef> {
    let Some(node) = program.graph.code(function, Phase::Request) else { return Vec::new() };
    let calls = program.graph.callers(node).filter(|edge| edge.how == How::Calls).take(16);
    let arguments = calls.filter_map(|edge| {
        let facts = &program.module(edge.file)?.facts;
        let SiteKind::Call { args, .. } = facts.site(edge.site()?).kind else { return None };
        Some(ExprRef { file: edge.file, id: *facts.list(args).get(index)? })
    });
    arguments.collect()
}

fn identity(program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    let go = |id: ExprId| identity(program, ExprRef { file: at.file, id }, depth + 1);
    if depth > 8 {
        return false;
    }
    match facts.expr(at.id) {
        Expr::Await(site) => matches!(facts.site(site).kind, SiteKind::Await { value } if go(value)),
        Expr::Member { object, .. } => go(object),
        Expr::Logical { left, right, .. } => go(left) || go(right),
        Expr::Conditional { yes, no, .. } => go(yes) || go(no),
        Expr::Local(id) => {
            let binding = facts.binding(id);
            if let Origin::Param { index, path, .. } = binding.origin
                && path.is_empty()
            {
                let function = FunctionRef { file: at.file, id: binding.function };
                return given(program, function, index as usize)
                    .into_iter()
                    .any(|argument| identity(program, argument, depth + 1));
            }
            !binding.reassigned
                && binding.function != FunctionId::MODULE
                && matches!(binding.origin, Origin::Init { expr, .. } if go(expr))
        }
        Expr::Call(site) => {
            let SiteKind::Call { callee, .. } = facts.site(site).kind else { return false };
            let name = match facts.expr(callee) {
                Expr::Local(id) => facts.text(facts.binding(id).name),
                Expr::Member { object, property } => {
                    if matches!(facts.text(property), "get" | "getAll") {
                        return go(object);
                    }
                    facts.text(property)
                }
                _ => return false,
            };
            matches!(
                name,
                "auth"
                    | "getServerSession"
                    | "getSession"
                    | "currentUser"
                    | "getCurrentUser"
                    | "cookies"
                    | "headers"
                    | "getAuth"
                    | "unstable_getServerSession"
                    | "getServerAuthSession"
            )
        }
        _ => false,
    }
}
