//! Which code runs where it is deployed: conditions on the environment, such as `NODE_ENV` and `VERCEL`.

use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::RouteId;
use crate::facts::{BinaryKind, ContextId, ContextKind, Expr, ExprId, Origin, SiteKind};
use crate::link::{Edge, ExprRef, How, NodeId, Program, Source, Value};
use crate::project::Target;
use crate::span::{FileId, Span};

/// How far a condition is followed through names.
const MAX_DEPTH: u32 = 8;

/// Whether code in a context never runs in production on a target.
pub(crate) fn excluded(program: &Program<'_>, file: FileId, context: ContextId, target: Target) -> bool {
    let Some(module) = program.module(file) else { return false };
    module.facts.contexts_from(context).any(|link| match link.kind {
        ContextKind::If { test, truth } | ContextKind::Survived { test, truth } => {
            truth_of(program, ExprRef { file, id: test }, target, 0) == Some(!truth)
        }
        _ => false,
    })
}

/// What a condition is in production on a target, if that can be told.
pub(crate) fn truth_of(program: &Program<'_>, at: ExprRef, target: Target, depth: u32) -> Option<bool> {
    let facts = &program.module(at.file)?.facts;
    let go = |id: ExprId| truth_of(program, ExprRef { file: at.file, id }, target, depth + 1);
    if depth > MAX_DEPTH {
        return None;
    }
    match facts.expr(at.id) {
        Expr::Bool(value) => Some(value),
        Expr::Not(inner) => go(inner).map(|value| !value),
        Expr::Logical { kind, left, right } => kind.truth(go(left), go(right)),
        Expr::Binary { kind: kind @ (BinaryKind::Equal | BinaryKind::NotEqual), left, right } => {
            let pair = |a: ExprId, b: ExprId| {
                let a = ExprRef { file: at.file, id: a };
                Some((variable(program, a, target)?, text(program, ExprRef { file: at.file, id: b })?))
            };
            let (found, wanted) = pair(left, right).or_else(|| pair(right, left))?;
            let equal = match found {
                Variable::Is(value) => Some(value == wanted),
                Variable::Set if matches!(wanted, "" | "0" | "false" | "undefined") => Some(false),
                Variable::Set => None,
                Variable::Unset => Some(wanted == "undefined"),
            }?;
            Some(equal == (kind == BinaryKind::Equal))
        }
        Expr::Member { .. } | Expr::Global(_) => named(program, at, target),
        Expr::Local(binding) => {
            if let Some(known) = named(program, at, target) {
                return Some(known);
            }
            let (file, binding) = program.declaration(at.file, binding);
            let owner = &program.module(file)?.facts.binding(binding);
            let known = match owner.origin {
                Origin::Init { expr, path, .. } if path.is_empty() && !owner.reassigned => {
                    truth_of(program, ExprRef { file, id: expr }, target, depth + 1)
                }
                _ => None,
            };
            known.or_else(|| by_name(program.module(file)?.facts.text(owner.name)))
        }
        Expr::Call(site) => {
            let SiteKind::Call { callee, args } = facts.site(site).kind else { return None };
            let callee = ExprRef { file: at.file, id: callee };
            match program.value(callee) {
                Value::Global(path) if path == ["Boolean"] => go(*facts.list(args).first()?),
                Value::Function(function) => {
                    let owner = program.module(function.file)?;
                    let mut returned = owner.facts.returned(function.id);
                    let (first, more) = (returned.next()?, returned.next());
                    let at = ExprRef { file: function.file, id: first };
                    if more.is_some() { None } else { truth_of(program, at, target, depth + 1) }
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// What is known of a variable of the environment in production.
enum Variable {
    Is(&'static str),
    Set,
    Unset,
}

fn variable(program: &Program<'_>, at: ExprRef, target: Target) -> Option<Variable> {
    let facts = &program.module(at.file)?.facts;
    if let Expr::TypeOf(inner) = facts.expr(at.id) {
        let Expr::Global(name) = facts.expr(inner) else { return None };
        return match facts.text(name) {
            "window" | "document" | "EdgeRuntime" => Some(Variable::Is("undefined")),
            _ => None,
        };
    }
    let name = match program.value(at) {
        Value::Global(path) => match path.as_slice() {
            ["process", "env", name] => *name,
            _ => return None,
        },
        // `env.NODE_ENV`, where a package checked `env`.
        _ => match facts.expr(at.id) {
            Expr::Member { property, .. } if facts.text(property) == "NODE_ENV" => "NODE_ENV",
            _ => return None,
        },
    };
    let serverless = matches!(target, Target::Vercel | Target::Lambda | Target::Netlify);
    match name {
        "NODE_ENV" => Some(Variable::Is("production")),
        "NEXT_RUNTIME" => Some(Variable::Is("nodejs")),
        "VERCEL_ENV" if serverless && target != Target::Netlify => Some(Variable::Is("production")),
        // Whoever asks for Vercel deploys there, even if nothing else says so.
        "VERCEL" | "VERCEL_URL" | "VERCEL_REGION" if target == Target::Vercel || target == Target::Lambda => {
            Some(Variable::Set)
        }
        "NETLIFY" if target == Target::Netlify => Some(Variable::Set),
        "CF_PAGES" if target == Target::Cloudflare => Some(Variable::Set),
        "K_SERVICE" if target == Target::CloudRun => Some(Variable::Set),
        _ if name.starts_with("AWS_LAMBDA_") || name == "LAMBDA_TASK_ROOT" => {
            serverless.then_some(Variable::Set)
        }
        "JEST_WORKER_ID" | "VITEST" | "CYPRESS" | "CI" | "NEXT_PHASE" => Some(Variable::Unset),
        _ => None,
    }
}

/// The truth of a variable, or of a name that says which environment it stands for.
fn named(program: &Program<'_>, at: ExprRef, target: Target) -> Option<bool> {
    match variable(program, at, target) {
        Some(Variable::Set) => Some(true),
        Some(Variable::Unset) => Some(false),
        Some(Variable::Is(_)) => Some(true),
        None => match program.module(at.file)?.facts.expr(at.id) {
            Expr::Member { property, .. } => by_name(program.module(at.file)?.facts.text(property)),
            _ => None,
        },
    }
}

fn by_name(name: &str) -> Option<bool> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match plain.as_str() {
        "isproduction" | "isprod" | "inproduction" | "isserver" => Some(true),
        "isdev" | "isdevelopment" | "dev" | "indevelopment" | "istest" | "devmode" | "isdevmode"
        | "isbrowser" | "isclient" | "islocal" | "islocalhost" | "isdevelopmentmode" => Some(false),
        _ => None,
    }
}

fn text<'p>(program: &Program<'p>, at: ExprRef) -> Option<&'p str> {
    let facts = &program.module(at.file)?.facts;
    match facts.expr(at.id) {
        Expr::Str(name) => Some(facts.text(name)),
        Expr::Global(name) if facts.text(name) == "undefined" => Some("undefined"),
        _ => None,
    }
}

/// Whether a place, or a call on the way to it, runs only under a condition on the configuration: the way of
/// those who have not set up something better.
pub(crate) fn is_configurable(
    program: &Program<'_>,
    (file, context): (FileId, ContextId),
    path: &[(Edge, NodeId)],
) -> bool {
    let calls = path.iter().filter_map(|(edge, _)| {
        let module = program.module(edge.file)?;
        Some((edge.file, module.facts.site(edge.site()?).context))
    });
    std::iter::once((file, context)).chain(calls).any(|(file, context)| {
        program
            .tests(file, context)
            .into_iter()
            .any(|test| asks_configuration(program, ExprRef { file, id: test }, 0))
    })
}

/// Whether an expression reads a setting: one of a configuration, or a variable of the environment that does not
/// say where the code runs.
fn asks_configuration(program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    let go = |id: ExprId| asks_configuration(program, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return false;
    }
    match facts.expr(at.id) {
        Expr::Member { object, property } => match program.value(at) {
            Value::Global(path) if path.starts_with(&["process", "env"]) => path.get(2).is_some_and(|name| {
                !matches!(*name, "NODE_ENV" | "NEXT_RUNTIME" | "NEXT_PHASE" | "VERCEL" | "CI")
            }),
            _ => matches!(facts.text(property), "config" | "enabled" | "settings" | "options") || go(object),
        },
        Expr::Not(inner) => go(inner),
        Expr::Logical { left, right, .. } | Expr::Binary { left, right, .. } => go(left) || go(right),
        Expr::Local(binding) => {
            let (file, binding) = program.declaration(at.file, binding);
            let origin = program.module(file).map(|module| module.facts.binding(binding).origin);
            matches!(origin, Some(Origin::Init { expr, .. })
                if asks_configuration(program, ExprRef { file, id: expr }, depth + 1))
        }
        Expr::Call(site) => {
            let SiteKind::Call { callee, args } = facts.site(site).kind else { return false };
            if let Value::Function(function) = program.value(ExprRef { file: at.file, id: callee }) {
                let Some(owner) = program.module(function.file) else { return false };
                let returned: Vec<ExprId> = owner.facts.returned(function.id).collect();
                return returned
                    .into_iter()
                    .any(|id| asks_configuration(program, ExprRef { file: function.file, id }, depth + 2));
            }
            facts.list(args).iter().any(|&id| go(id))
        }
        _ => false,
    }
}

/// What runs in production: which calls and imports a condition on the environment rules out, found once.
#[derive(Debug, Default)]
pub(crate) struct Production {
    closed: Mutex<FxHashMap<(FileId, ContextId, Target), bool>>,
    /// The contexts of `import()` and `require()`, by module.
    loads: Mutex<FxHashMap<FileId, FxHashMap<Span, ContextId>>>,
}

impl Production {
    /// The routes that lead to a node on the targets of their apps, less those from which a condition rules it out.
    /// `around` is the innermost condition around the construct in question.
    pub(crate) fn routes(
        &self,
        program: &Program<'_>,
        goal: NodeId,
        around: (FileId, ContextId),
    ) -> Vec<RouteId> {
        let mut routes = Vec::new();
        for target in targets(program, goal) {
            if !self.is_closed(program, around, target) {
                routes.extend(self.entries(program, goal, target).into_iter().map(|(route, _)| route));
            }
        }
        routes.sort_unstable();
        routes.dedup();
        routes
    }

    /// The routes of a target, each with the node of its handler, that lead to a node there, ascending.
    pub(crate) fn entries(
        &self,
        program: &Program<'_>,
        goal: NodeId,
        target: Target,
    ) -> Vec<(RouteId, NodeId)> {
        let mut seen = FxHashSet::from_iter([goal]);
        let mut open = vec![goal];
        let mut found = Vec::new();
        while let Some(id) = open.pop() {
            for edge in program.graph.callers(id) {
                match edge.from {
                    Source::Route(route) if target_of(program, route) == Some(target) => {
                        found.push((route, id));
                    }
                    Source::Node(from) if !seen.contains(&from) && !self.is_shut(program, &edge, target) => {
                        seen.insert(from);
                        open.push(from);
                    }
                    Source::Route(_) | Source::Node(_) => {}
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a condition around an edge's place rules it out.
    fn is_shut(&self, program: &Program<'_>, edge: &Edge, target: Target) -> bool {
        let context = match edge.site() {
            Some(site) => program.module(edge.file).map(|module| module.facts.site(site).context),
            None if edge.how == How::Imports => {
                self.load_context(program, edge.file, program.span_of_edge(edge))
            }
            None => None,
        };
        context.is_some_and(|context| self.is_closed(program, (edge.file, context), target))
    }

    fn is_closed(&self, program: &Program<'_>, (file, context): (FileId, ContextId), target: Target) -> bool {
        let key = (file, context, target);
        let known = || self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&known) = known().get(&key) {
            return known;
        }
        let closed = excluded(program, file, context, target);
        known().insert(key, closed);
        closed
    }

    fn load_context(&self, program: &Program<'_>, file: FileId, span: Span) -> Option<ContextId> {
        let mut loads = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
        let contexts = loads.entry(file).or_insert_with(|| {
            let Some(module) = program.module(file) else { return FxHashMap::default() };
            let facts = &module.facts;
            let exprs = (0..).map(ExprId).zip(&facts.exprs);
            exprs
                .filter_map(|(id, expr)| match expr {
                    Expr::Import(request) => Some((facts.request(*request).span, facts.context_of(id)?)),
                    _ => None,
                })
                .collect()
        });
        contexts.get(&span).copied()
    }
}

/// Where a route's app runs.
fn target_of(program: &Program<'_>, route: RouteId) -> Option<Target> {
    program.project.apps.get(program.route(route).app).map(|app| app.target.target)
}

/// The targets of the routes that lead to a node.
pub(crate) fn targets(program: &Program<'_>, node: NodeId) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for route in program.graph.routes_to(node) {
        if let Some(target) = target_of(program, route)
            && !targets.contains(&target)
        {
            targets.push(target);
        }
    }
    targets
}
