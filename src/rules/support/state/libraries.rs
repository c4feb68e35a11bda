//! Packages that keep state in memory: limiters, session stores, caches, locks.

use rustc_hash::FxHashSet;

use super::classify::{Graded, Purpose};
use super::{State, guard};
use crate::catalogue::{AfterKind, StoreKind};
use crate::diagnostic::{Confidence, Severity};
use crate::facts::{BindingId, Expr, Origin, PropertyKey, SiteKind, Use};
use crate::link::{ExprRef, Frequency, FunctionRef, NodeId, Phase, Program, Value};
use crate::span::Location;

use super::super::apis::{ApiSite, Apis};
use super::super::effects::EffectMap;

/// The state that packages keep.
pub(crate) fn states(
    program: &Program<'_>,
    (apis, effects): (&Apis<'_>, &EffectMap),
    known: &FxHashSet<Location>,
) -> Vec<State> {
    apis.stores.iter().filter_map(|site| one(program, effects, site, known)).collect()
}

fn one(
    program: &Program<'_>,
    effects: &EffectMap,
    site: &ApiSite<'_, StoreKind>,
    known: &FxHashSet<Location>,
) -> Option<State> {
    let graded = match site.api.kind {
        StoreKind::RateLimit | StoreKind::Session => limiter(program, site)?,
        StoreKind::Lock => lock(program, effects, site)?,
        StoreKind::Cache => memoised(program, site)?,
        StoreKind::FileWrite
        | StoreKind::FileRead
        | StoreKind::Login
        | StoreKind::VisitorClient
        | StoreKind::FileChange
        | StoreKind::DatabaseFile
        | StoreKind::Harmless => {
            return None;
        }
    };
    let nodes = nodes(program, site);
    let at = site.location(program);
    if nodes.is_empty() || known.contains(&at) {
        return None;
    }
    let graded = match guard::of_context(program, site.file, context(program, site)?) {
        guard::Guard::None => graded,
        guard::Guard::Fallback => Graded { at_most: graded.at_most.min(Severity::Info), ..graded },
        guard::Guard::Development => return None,
    };
    Some(State {
        name: String::new(),
        at,
        function: site.function,
        graded,
        nodes,
        written: None,
        package: Some(site.api.what.clone()),
    })
}

fn context(program: &Program<'_>, site: &ApiSite<'_, StoreKind>) -> Option<crate::facts::ContextId> {
    Some(program.module(site.file)?.facts.site(site.site).context)
}

/// The runs that use it; else those that make it.
fn nodes(program: &Program<'_>, site: &ApiSite<'_, StoreKind>) -> Vec<NodeId> {
    let at = site.expr(program);
    let mut nodes: Vec<NodeId> =
        users(program, at).into_iter().flat_map(|user| program.graph.per_request(user)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    if nodes.is_empty() {
        let all = [Phase::Request, Phase::AfterResponse, Phase::Init];
        nodes.extend(all.into_iter().find_map(|phase| program.graph.code(site.function, phase)));
    }
    nodes
}

/// The functions that name the variable which holds what is made.
fn users(program: &Program<'_>, made: ExprRef) -> Vec<FunctionRef> {
    let Some(module) = program.module(made.file) else { return Vec::new() };
    let owner = (0..)
        .map(BindingId)
        .zip(&module.facts.bindings)
        .find(|(_, binding)| matches!(binding.origin, Origin::Init { expr, .. } if expr == made.id));
    let Some((owner, _)) = owner else { return Vec::new() };
    let mut users = Vec::new();
    for (file, module) in program.modules() {
        let imported = module.facts.imports.iter().map(|import| import.binding);
        let own = (file == made.file).then_some(owner);
        for binding in imported.chain(own) {
            if program.declaration(file, binding) == (made.file, owner) {
                let uses = module.uses(binding).iter();
                users.extend(uses.map(|&id| FunctionRef { file, id: module.function_of(id) }));
            }
        }
    }
    users
}

/// A limiter or a session store: wrong wherever it is, but as the second line of a shared one.
fn limiter(program: &Program<'_>, site: &ApiSite<'_, StoreKind>) -> Option<Graded> {
    let at = site.expr(program);
    if is_insurance(program, at, 0) {
        return None;
    }
    if site.api.packages.iter().any(|package| package == "limiter") {
        // It mostly slows down what the process itself asks of others; as a bound on callers it is asked first.
        return asked(program, at, &["tryRemoveTokens", "getTokensRemaining"]).then_some(Graded {
            purpose: Purpose::RateLimit,
            at_most: Severity::Warning,
            confidence: Confidence::Medium,
        });
    }
    let purpose = if site.api.kind == StoreKind::Session { Purpose::Store } else { Purpose::RateLimit };
    Some(Graded { purpose, at_most: Severity::Error, confidence: Confidence::High })
}

/// Whether one of these methods is called on what was made.
fn asked(program: &Program<'_>, made: ExprRef, methods: &[&str]) -> bool {
    program.modules().any(|(file, module)| {
        module.facts.sites.iter().any(|site| {
            let SiteKind::Call { callee, .. } = site.kind else { return false };
            let Expr::Member { object, property } = module.facts.expr(callee) else { return false };
            methods.contains(&module.facts.text(property))
                && matches!(program.value(ExprRef { file, id: object }), Value::Made(m) if m.at == made)
        })
    })
}

/// `insuranceLimiter: new RateLimiterMemory()`: it helps while the shared store is away.
fn is_insurance(program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    if depth > 4 {
        return false;
    }
    match facts.use_of(at.id) {
        Use::Part(parent) => match facts.expr(parent) {
            Expr::Object(list) => facts.object(list).iter().any(|property| {
                property.value == at.id
                    && matches!(property.key, PropertyKey::Name(name)
                        if matches!(facts.text(name), "insuranceLimiter" | "store" | "ephemeralCache" | "inMemoryBlockLimiter"))
            }),
            Expr::Logical { .. } | Expr::Conditional { .. } => {
                is_insurance(program, ExprRef { file: at.file, id: parent }, depth + 1)
            }
            _ => false,
        },
        Use::Declared => (0..).zip(&facts.bindings).any(|(id, binding)| {
            matches!(binding.origin, Origin::Init { expr, .. } if expr == at.id)
                && module
                    .uses(crate::facts::BindingId(id))
                    .iter()
                    .any(|&id| is_insurance(program, ExprRef { file: at.file, id }, depth + 1))
        }),
        _ => false,
    }
}

/// A lock that outlives requests. Whether it guards shared data is not seen, so it is a warning.
/// A lock: grave where it stands around a write to something that other instances write too.
fn lock(program: &Program<'_>, effects: &EffectMap, site: &ApiSite<'_, StoreKind>) -> Option<Graded> {
    let grave = || guards_writes(program, effects, site.expr(program));
    outlives(program, site).then(|| match grave() {
        true => Graded { purpose: Purpose::Lock, at_most: Severity::Error, confidence: Confidence::High },
        false => {
            Graded { purpose: Purpose::Lock, at_most: Severity::Warning, confidence: Confidence::Medium }
        }
    })
}

/// Whether a function that is given to a method of a value writes data.
fn guards_writes(program: &Program<'_>, effects: &EffectMap, made: ExprRef) -> bool {
    program.modules().any(|(file, module)| {
        module.facts.sites.iter().any(|site| {
            let SiteKind::Call { callee, args } = site.kind else { return false };
            matches!(program.value(ExprRef { file, id: callee }), Value::Made(of) if of.at == made)
                && module.facts.list(args).iter().any(|&id| {
                    matches!(program.value(ExprRef { file, id }), Value::Function(function)
                        if effects.of(function).has(AfterKind::Write))
                })
        })
    })
}

/// A function that remembers what it was asked: worth a word if what it remembers was waited for.
fn memoised(program: &Program<'_>, site: &ApiSite<'_, StoreKind>) -> Option<Graded> {
    let module = program.module(site.file)?;
    let &first = module.facts.list(site.args).first()?;
    let is_async = match program.value(ExprRef { file: site.file, id: first }) {
        Value::Function(function) => {
            let entry = program.module(function.file)?.facts.function(function.id);
            entry.is_async || entry.declares_promise
        }
        _ => false,
    };
    (is_async && outlives(program, site)).then_some(Graded {
        purpose: Purpose::Cache,
        at_most: Severity::Info,
        confidence: Confidence::High,
    })
}

/// Whether a construct is made when modules are loaded, or kept by the first request.
fn outlives(program: &Program<'_>, site: &ApiSite<'_, StoreKind>) -> bool {
    program.graph.code(site.function, Phase::Init).is_some()
        || program.frequency(site.file, site.site) == Frequency::Memoised
}
