//! Channels between instances, beside which a channel in the process is only the last step.

use rustc_hash::FxHashSet;

use super::apis::Apis;
use super::broadcast::{Beside, Holder};
use super::lexical::{exprs, method, outermost, within};
use super::place::ANY;
use crate::catalogue::SocketKind;
use crate::diagnostic::RouteId;
use crate::facts::{Expr, ExprId, FunctionId, ModuleFacts, SiteKind};
use crate::link::{ExprRef, FunctionRef, Program, Value};

/// Functions that publish to, or receive from, a service that all instances share.
#[derive(Debug)]
pub(crate) struct Services(Vec<FunctionRef>);

impl Services {
    pub(crate) fn find(program: &Program<'_>, apis: &Apis<'_>) -> Self {
        let subscriptions = apis.sockets.iter().filter(|api| api.api.kind == SocketKind::Subscription);
        let mut found: FxHashSet<FunctionRef> = subscriptions.map(|api| api.function).collect();
        for (file, module) in program.modules() {
            for site in &module.facts.sites {
                let SiteKind::Call { callee, .. } = site.kind else { continue };
                let function = FunctionRef { file, id: site.function };
                if is_shared_channel(program, ExprRef { file, id: callee }) && program.runs(function) {
                    found.insert(function);
                }
            }
        }
        Self(found.into_iter().collect())
    }

    /// What a holder stands beside.
    pub(crate) fn beside(&self, program: &Program<'_>, holder: &Holder) -> Beside {
        if self.reaches(program, &holder.routes(program)) {
            Beside::Service
        } else if beside_poll(program, holder) {
            Beside::Poll
        } else {
            Beside::Nothing
        }
    }

    /// Whether one of these routes goes through such a service.
    fn reaches(&self, program: &Program<'_>, routes: &[RouteId]) -> bool {
        self.0.iter().any(|&function| {
            ANY.iter().filter_map(|&phase| program.graph.code(function, phase)).any(|node| {
                program.graph.routes_to(node).iter().any(|route| routes.binary_search(route).is_ok())
            })
        })
    }
}

/// `redis.publish(…)`, `subscriber.subscribe(…)`
fn is_shared_channel(program: &Program<'_>, callee: ExprRef) -> bool {
    let Some(module) = program.module(callee.file) else { return false };
    let facts = &module.facts;
    let Some((object, name)) = method(facts, callee.id) else { return false };
    if !matches!(
        name,
        "publish" | "subscribe" | "psubscribe" | "pSubscribe" | "xadd" | "xAdd" | "xread" | "xRead"
    ) {
        return false;
    }
    match program.value(ExprRef { file: callee.file, id: object }) {
        Value::Made(made) => program.catalogue.client(made.by.package, &made.by.export()).is_some(),
        Value::Unknown => names_service(facts, object),
        _ => false,
    }
}

/// Names that projects give to the connection of a message service.
fn names_service(facts: &ModuleFacts, object: ExprId) -> bool {
    let name = match facts.expr(object) {
        Expr::Local(binding) => facts.text(facts.binding(binding).name),
        Expr::Member { property, .. } => facts.text(property),
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, .. } => match facts.expr(callee) {
                Expr::Local(binding) => facts.text(facts.binding(binding).name),
                _ => "",
            },
            _ => "",
        },
        _ => "",
    };
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "pub" | "sub")
        || ["redis", "publisher", "subscriber", "pubclient", "subclient", "nats", "kafka", "broker"]
            .iter()
            .any(|word| name.contains(word))
}

/// Whether what is woken through the holder also asks a store again and again: the holder is a short cut then.
fn beside_poll(program: &Program<'_>, holder: &Holder) -> bool {
    holder.puts.iter().any(|&(file, site)| {
        let Some(module) = program.module(file) else { return false };
        let id = module.facts.site(site).function;
        let mut functions: Vec<FunctionRef> = vec![FunctionRef { file, id: outermost(&module.facts, id) }];
        functions.extend(super::leading::leading_to(program, FunctionRef { file, id }));
        functions.into_iter().take(16).any(|function| polls(program, function))
    })
}

fn polls(program: &Program<'_>, function: FunctionRef) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    let facts = &module.facts;
    if function.id == FunctionId::MODULE {
        return false;
    }
    within(module, function.id).into_iter().any(|id| {
        facts.sites_of(id).any(|(_, site)| {
            let SiteKind::Call { callee, args } = site.kind else { return false };
            let repeats = match facts.expr(callee) {
                Expr::Global(name) => matches!(facts.text(name), "setInterval"),
                _ => method(facts, callee).is_some_and(|(_, name)| name == "setInterval"),
            };
            repeats
                && facts.list(args).first().is_some_and(|&given| match facts.expr(given) {
                    // A heartbeat writes; a poll waits for an answer.
                    Expr::Function(callback) => within(module, callback).into_iter().any(|id| {
                        facts.function(id).is_async
                            || exprs(facts, id).any(|(_, expr)| matches!(expr, Expr::Await(_)))
                    }),
                    Expr::Local(binding) => match facts.binding(binding).origin {
                        crate::facts::Origin::Function(id) => facts.function(id).is_async,
                        crate::facts::Origin::Init { expr, .. } => {
                            matches!(facts.expr(expr), Expr::Function(id) if facts.function(id).is_async)
                        }
                        _ => false,
                    },
                    _ => false,
                })
        })
    })
}
