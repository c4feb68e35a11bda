//! Express and its kin in routes: what they make, which requests get to it, and how routes of Next differ.

use rustc_hash::{FxHashMap, FxHashSet};

use super::apis::ApiSite;
use crate::catalogue::MiddlewareKind;
use crate::diagnostic::RouteId;
use crate::facts::{Expr, ExprId, FunctionId, SiteKind, Use};
use crate::link::{ExprRef, FunctionRef, Item, NodeId, Phase, Program, Route, Target, Value};
use crate::project::EntryKind;
use crate::rules::RuleContext;
use crate::span::FileId;

/// A construct of the table of middlewares.
pub(crate) type Construct<'p> = ApiSite<'p, MiddlewareKind>;

/// Whether an entry is given web requests, so that there is no `res` and no `next`.
pub(crate) const fn takes_web_requests(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::AppRoute | EntryKind::Middleware | EntryKind::Proxy | EntryKind::ServerAction)
}

/// A use of what a construct gives by code that a request makes run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Applied {
    /// The use.
    pub at: ExprRef,
    /// The run of the code around it.
    pub node: NodeId,
}

/// Where requests get to what constructs give.
#[derive(Debug, Default)]
pub(crate) struct Uses(FxHashMap<ExprRef, Vec<Applied>>);

impl Uses {
    /// Looks through all code that requests make run, if there is anything to look for.
    pub(crate) fn find(context: &RuleContext<'_, '_>, kinds: &[MiddlewareKind]) -> Self {
        let program = context.program;
        let sites = context.apis.middleware.iter().filter(|site| kinds.contains(&site.api.kind));
        let wanted: FxHashSet<ExprRef> = sites.map(|site| site.expr(program)).collect();
        let mut found = Self::default();
        if wanted.is_empty() {
            return found;
        }
        for (file, module) in program.modules() {
            for (id, function) in (0..).map(FunctionId).zip(&module.facts.functions) {
                let Some(node) = program.graph.per_request(FunctionRef { file, id }).next() else { continue };
                for id in function.exprs.range().filter_map(|at| u32::try_from(at).ok()).map(ExprId) {
                    let at = ExprRef { file, id };
                    let made = match module.facts.expr(id) {
                        Expr::Local(_) => match program.value(at) {
                            Value::Made(made) if made.steps.is_empty() => made.at,
                            _ => continue,
                        },
                        Expr::Call(_) | Expr::New(_) => at,
                        _ => continue,
                    };
                    if wanted.contains(&made) {
                        found.0.entry(made).or_default().push(Applied { at, node });
                    }
                }
            }
        }
        found
    }

    /// The uses of what a construct gives.
    pub(crate) fn of(&self, construct: ExprRef) -> &[Applied] {
        self.0.get(&construct).map_or(&[], Vec::as_slice)
    }
}

/// The routes in which some of these nodes run.
pub(crate) fn routes_of(program: &Program<'_>, nodes: impl Iterator<Item = NodeId>) -> Vec<RouteId> {
    let nodes: FxHashSet<NodeId> = nodes.collect();
    let mut routes: Vec<RouteId> = nodes.into_iter().flat_map(|node| program.graph.routes_to(node)).collect();
    routes.sort_unstable();
    routes.dedup();
    routes
}

/// Whether a construct is handed to an application of its own framework: `app.use(cors())`.
pub(crate) fn belongs_to_app(context: &RuleContext<'_, '_>, site: &Construct<'_>) -> bool {
    let program = context.program;
    let Some(module) = program.module(site.file) else { return false };
    let facts = &module.facts;
    let mut current = site.expr(program).id;
    // Through lists and conditions, up to the call.
    for _ in 0..8 {
        let Use::Part(parent) = facts.use_of(current) else { return false };
        if let Expr::Call(call) = facts.expr(parent) {
            let SiteKind::Call { callee, .. } = facts.site(call).kind else { return false };
            let Expr::Member { object, .. } = facts.expr(callee) else { return false };
            return is_app(context, ExprRef { file: site.file, id: object });
        }
        current = parent;
    }
    false
}

/// Whether an expression is an application of Express or its kin.
fn is_app(context: &RuleContext<'_, '_>, at: ExprRef) -> bool {
    let Value::Made(made) = context.program.value(at) else { return false };
    let mut entries = context.program.catalogue.middleware.find(made.by.package, "default", None);
    let by_table = context
        .apis
        .middleware
        .iter()
        .any(|site| site.api.kind == MiddlewareKind::App && site.expr(context.program) == made.at);
    by_table || entries.any(|api| api.kind == MiddlewareKind::App)
}

/// The function that Next calls for a handler, where it is one of the project.
pub(crate) fn handler_function(program: &Program<'_>, target: Option<Target>) -> Option<FunctionRef> {
    match target? {
        Target::Item(Item::Code(function)) => Some(function),
        Target::Item(Item::Value(at)) => match program.value(at) {
            Value::Function(function) => Some(function),
            _ => None,
        },
        Target::Class(_) | Target::Module(_) => None,
    }
}

/// What the exported `config` of an API route says of `api.<key>`, where that is `true` or `false`.
pub(crate) fn api_config(program: &Program<'_>, file: FileId, key: &str) -> Option<bool> {
    let api = property(program, program.export_value(file, "config"), "api")?;
    let value = property(program, program.value(api), key)?;
    match program.module(value.file)?.facts.expr(value.id) {
        Expr::Bool(value) => Some(value),
        _ => None,
    }
}

fn property(program: &Program<'_>, object: Value<'_>, name: &str) -> Option<ExprRef> {
    let Value::Object(at) = object else { return None };
    let facts = &program.module(at.file)?.facts;
    let Expr::Object(list) = facts.expr(at.id) else { return None };
    let named = |key| matches!(key, crate::facts::PropertyKey::Name(key) if facts.text(key) == name);
    let found = facts.object(list).iter().rev().find(|property| named(property.key))?;
    Some(ExprRef { file: at.file, id: found.value })
}

/// Whether Next leaves the request's body alone on all of these routes.
pub(crate) fn body_is_unread(program: &Program<'_>, routes: &[RouteId]) -> bool {
    routes.iter().all(|&id| api_config(program, program.route(id).file, "bodyParser") == Some(false))
}

/// The run of a module's own code.
pub(crate) fn init_node(program: &Program<'_>, file: FileId) -> Option<NodeId> {
    program.graph.code(FunctionRef { file, id: FunctionId::MODULE }, Phase::Init)
}

/// Whether a route is given Node's request and response.
pub(crate) fn is_pages(route: &Route) -> bool {
    route.kind == EntryKind::PagesApi
}
