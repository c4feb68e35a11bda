//! `edge-node-api`: code on the edge runtime uses what only Node has.

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::support::apis::named;
use super::support::arguments::holds;
use super::support::edge::{EdgeReach, only_on_node};
use super::support::edge_help::{help, message};
use super::support::judge::{Verdict, Words, finding, is_edge, judge, meta};
use super::support::place::no_surer_than;
use crate::catalogue::{Api, Construct, NodeApiKind};
use crate::diagnostic::{Confidence, Finding, RouteId, Severity};
use crate::facts::{Expr, ExprId, FunctionId, ImportedName, RequestId, RequestKind, SiteKind, Use};
use crate::link::resolve::Resolution;
use crate::link::{Edge, ExprRef, FunctionRef, Module, NodeId, Program, RequestTarget, Value};
use crate::project::{EntryKind, Target};
use crate::span::{FileId, Location, Span};

const RULE: &str = "edge-node-api";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    let edge: Vec<RouteId> = program
        .route_ids()
        .filter(|(_, route)| is_edge(route) && lacks_node(program, route.app))
        .map(|(id, _)| id)
        .collect();
    if edge.is_empty() {
        return;
    }
    let apps: FxHashSet<usize> = edge.iter().map(|&id| program.route(id).app).collect();
    let reach = EdgeReach::from(program, edge);
    let mut found = FxHashSet::default();
    look(program, &reach, (true, &mut found), findings);
    // Instrumentation is loaded by every runtime that the app has.
    let everywhere = program
        .route_ids()
        .filter(|(_, route)| route.kind == EntryKind::Instrumentation && apps.contains(&route.app))
        .map(|(id, _)| id)
        .collect::<Vec<_>>();
    if !everywhere.is_empty() {
        let reach = EdgeReach::from(program, everywhere);
        look(program, &reach, (false, &mut found), findings);
    }
}

/// Whether the edge code of an app runs without Node's modules.
fn lacks_node(program: &Program<'_>, app: usize) -> bool {
    program
        .project
        .apps
        .get(app)
        .is_some_and(|app| !(app.target.target == Target::Cloudflare && app.platform.nodejs_compat))
}

/// Something that the edge runtime does not have, and where it is used.
struct Missing<'p> {
    at: Location,
    node: NodeId,
    function: FunctionRef,
    api: &'p Api<NodeApiKind>,
    /// How the code names it: a specifier, or a global.
    name: String,
}

fn look(
    program: &Program<'_>,
    reach: &EdgeReach,
    (certain, seen): (bool, &mut FxHashSet<Location>),
    findings: &mut Vec<Finding>,
) {
    for (file, module) in program.modules() {
        let loaded = reach.node(program, FunctionRef { file, id: FunctionId::MODULE }).is_some();
        let runs = |id: FunctionId| reach.node(program, FunctionRef { file, id });
        if !loaded && !(0..).map(FunctionId).zip(&module.facts.functions).any(|(id, _)| runs(id).is_some()) {
            continue;
        }
        let mut missing = imports(program, reach, file, module);
        missing.extend(calls(program, reach, file, module));
        for missing in missing {
            if seen.insert(missing.at) {
                findings.extend(report(program, reach, certain, missing));
            }
        }
    }
}

/// The imports of a module that bring in what is missing, as far as code on the edge uses it.
fn imports<'p>(
    program: &Program<'p>,
    reach: &EdgeReach,
    file: FileId,
    module: &'p Module,
) -> Vec<Missing<'p>> {
    let facts = &module.facts;
    let mut found = Vec::new();
    for (index, request) in (0..).map(RequestId).zip(&facts.requests) {
        let outside =
            matches!(module.targets.get(index.index()), Some(RequestTarget::One(Resolution::External)));
        let package = facts.text(request.specifier);
        if request.type_only || !outside || !program.catalogue.node_api.knows(package) {
            continue;
        }
        let function = FunctionRef { file, id: request.function };
        let used = match request.kind {
            RequestKind::ReExport => None,
            RequestKind::Import => used(program, reach, (file, module), (index, package)),
            RequestKind::Dynamic | RequestKind::Require => {
                let entry =
                    entry(program, package, "default").filter(|_| !only_on_node(facts, request.context));
                entry.and_then(|api| Some((api, reach.node(program, function)?, function)))
            }
        };
        if let Some((api, node, function)) = used {
            let at = Location { file, span: request.span };
            found.push(Missing { at, node, function, api, name: package.to_owned() });
        }
    }
    found
}

/// The first use, by code on the edge, of something that a static import brings and the runtime does not have.
fn used<'p>(
    program: &Program<'p>,
    reach: &EdgeReach,
    (file, module): (FileId, &'p Module),
    (request, package): (RequestId, &str),
) -> Option<(&'p Api<NodeApiKind>, NodeId, FunctionRef)> {
    let facts = &module.facts;
    let mut imports = facts.imports.iter().filter(|import| import.request == request).peekable();
    if imports.peek().is_none() {
        // Imported for what loading it does.
        let function = FunctionRef { file, id: FunctionId::MODULE };
        return Some((entry(program, package, "default")?, reach.node(program, function)?, function));
    }
    imports.filter(|import| !import.type_only).find_map(|import| {
        let first = match import.name {
            ImportedName::Named(name) => facts.text(name),
            ImportedName::Namespace => "default",
        };
        module.uses(import.binding).iter().find_map(|&expr| {
            let (whole, steps) = members(module, expr);
            let path: Vec<&str> = std::iter::once(first).chain(steps).collect();
            let api = entry(program, package, &path.join("."))?;
            let function = FunctionRef { file, id: module.function_of(whole) };
            let kept = facts.context_of(whole).is_some_and(|context| only_on_node(facts, context));
            let node = reach.node(program, function).filter(|_| !kept)?;
            Some((api, node, function))
        })
    })
}

/// The longest chain of members that an expression is the object of, and their names.
fn members(module: &Module, expr: ExprId) -> (ExprId, Vec<&str>) {
    let facts = &module.facts;
    let (mut current, mut steps) = (expr, Vec::new());
    while let Use::Part(parent) = facts.use_of(current) {
        match facts.expr(parent) {
            Expr::Member { object, property } if object == current => {
                steps.push(facts.text(property));
                current = parent;
            }
            _ => break,
        }
    }
    (current, steps)
}

/// The entry about an import, if that is of no use on the edge.
fn entry<'p>(program: &Program<'p>, package: &str, export: &str) -> Option<&'p Api<NodeApiKind>> {
    let catalogue = program.catalogue;
    let mut entries = catalogue.node_api.find(package, export, None);
    let first = entries.find(|api| api.construct == Construct::Either && api.when.is_empty())?;
    (first.kind != NodeApiKind::Harmless && first.kind != NodeApiKind::Eval).then_some(first)
}

/// Calls and constructions, by code on the edge, that the runtime does not have or does not allow.
fn calls<'p>(program: &Program<'p>, reach: &EdgeReach, file: FileId, module: &'p Module) -> Vec<Missing<'p>> {
    let facts = &module.facts;
    let catalogue = program.catalogue;
    let mut found = Vec::new();
    for site in &facts.sites {
        let (callee, args, is_new) = match site.kind {
            SiteKind::Call { callee, args } => (callee, args, false),
            SiteKind::New { callee, args } => (callee, args, true),
            _ => continue,
        };
        let function = FunctionRef { file, id: site.function };
        let Some(node) = reach.node(program, function) else { continue };
        let value = program.value(ExprRef { file, id: callee });
        let Some(named) = named(program, &value) else { continue };
        let fits = |api: &&Api<NodeApiKind>| {
            let by_call =
                api.construct != Construct::Either || !api.when.is_empty() || api.kind == NodeApiKind::Eval;
            let is_global = matches!(value, Value::Global(_));
            (by_call || is_global)
                && api.construct.fits(is_new)
                && api.when.iter().all(|when| holds(program, when, file, args))
        };
        let entry =
            catalogue.node_api.find(&named.package, &named.export, named.method.as_deref()).find(fits);
        let Some(api) = entry.filter(|api| api.kind != NodeApiKind::Harmless) else { continue };
        // An alternative is at hand where the code asks first: `process.cwd ? … : …`.
        if only_on_node(facts, site.context) || (is_global(&value) && is_tested(program, file, site.context))
        {
            continue;
        }
        // A client that is only made, by a module that comes along, asks nothing of the runtime.
        let made = ExprRef { file, id: site.expr };
        if !api.when.is_empty() && !is_asked(program, reach, made) {
            continue;
        }
        let name = match &value {
            Value::Global(path) => path.join("."),
            _ => named.package.clone(),
        };
        found.push(Missing { at: Location { file, span: site.span }, node, function, api, name });
    }
    found
}

/// Whether code that runs for requests on the edge uses what a construction gives.
fn is_asked(program: &Program<'_>, reach: &EdgeReach, made: ExprRef) -> bool {
    program.modules().any(|(file, module)| {
        let functions = (1..).map(FunctionId).zip(module.facts.functions.iter().skip(1));
        functions.into_iter().any(|(id, function)| {
            let mut exprs = function.exprs.range().filter_map(|at| u32::try_from(at).ok()).map(ExprId);
            reach.node(program, FunctionRef { file, id }).is_some()
                && exprs.any(|id| {
                    matches!(module.facts.expr(id), Expr::Local(_))
                        && matches!(program.value(ExprRef { file, id }), Value::Made(it) if it.at == made)
                })
        })
    })
}

const fn is_global(value: &Value<'_>) -> bool {
    matches!(value, Value::Global(_))
}

/// Whether the code tests, before it gets here, that something is there at all: `typeof process !== 'undefined'`.
fn is_tested(program: &Program<'_>, file: FileId, context: crate::facts::ContextId) -> bool {
    program.tests(file, context).iter().any(|&test| mentions_global(program, file, test, 0))
}

fn mentions_global(program: &Program<'_>, file: FileId, expr: ExprId, depth: u32) -> bool {
    let Some(module) = program.module(file) else { return false };
    let facts = &module.facts;
    let go = |id: ExprId| depth < 8 && mentions_global(program, file, id, depth + 1);
    match facts.expr(expr) {
        Expr::TypeOf(_) => true,
        Expr::Not(inner) => go(inner),
        Expr::Logical { left, right, .. } | Expr::Binary { left, right, .. } => go(left) || go(right),
        Expr::Member { object, property } => {
            // `process.env.X` is there everywhere, so that it tests something else.
            facts.text(property) != "env"
                && matches!(facts.expr(object), Expr::Global(name) if facts.text(name) == "process")
        }
        _ => false,
    }
}

fn report(program: &Program<'_>, reach: &EdgeReach, certain: bool, missing: Missing<'_>) -> Option<Finding> {
    let Missing { at, node, function, api, name } = missing;
    let meta = meta(RULE)?;
    let routes: Vec<RouteId> = program
        .graph
        .routes_to(node)
        .into_iter()
        .filter(|id| reach.routes.binary_search(id).is_ok())
        .collect();
    let verdict = judge(program, meta, &routes, |_, _| true)?;
    let path = reach.path(node);
    let first = program.route(*verdict.routes.first()?);
    let app = program.project.apps.get(first.app)?;
    let words = Words {
        message: message(api, &name, certain),
        help: help(api, &name, first.kind, app),
        step: format!("{} `{name}` here", if api.construct == Construct::Either { "loads" } else { "uses" }),
    };
    let by_barrel = path.iter().any(|(edge, _)| is_re_export(program, edge));
    let weak = !certain || by_barrel;
    let (most, surest) = match api.kind {
        NodeApiKind::MissingGlobal => (Severity::Info, Confidence::Low),
        NodeApiKind::NodeGlobal | NodeApiKind::Eval => (Severity::Warning, Confidence::Medium),
        // Prisma fails at the first query, and edge code may do without one.
        NodeApiKind::Driver if !api.when.is_empty() => (Severity::Warning, Confidence::Medium),
        _ if weak => (Severity::Warning, Confidence::Medium),
        _ => (Severity::Error, Confidence::High),
    };
    let verdict: Verdict = verdict.at_most(most);
    Some(no_surer_than(finding(program, meta, (at, function, path.as_slice()), verdict, words), surest))
}

/// Whether an edge is a re-export: bundlers may leave out what of a barrel nobody uses.
fn is_re_export(program: &Program<'_>, edge: &Edge) -> bool {
    let Some(module) = program.module(edge.file) else { return false };
    let span = program.span_of_edge(edge);
    span != Span::default()
        && module.facts.requests.iter().any(|it| it.kind == RequestKind::ReExport && it.span == span)
}
