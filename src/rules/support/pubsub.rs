//! Channels between instances, beside which a channel in the process is only the last step.

use rustc_hash::FxHashSet;

use super::broadcast::Holder;
use super::lexical::{exprs, method, outermost, within};
use crate::catalogue::SocketKind;
use crate::diagnostic::RouteId;
use crate::facts::{Expr, FunctionId, SiteKind};
use crate::link::{FunctionRef, Program};
use crate::rules::RuleContext;
use crate::span::FileId;

/// Functions that receive from a service that all instances share.
#[derive(Debug)]
pub(crate) struct Elsewhere(Vec<FunctionRef>);

impl Elsewhere {
    pub(crate) fn find(context: &RuleContext<'_, '_>) -> Self {
        let subscriptions = context.apis.sockets.iter().filter(|api| api.api.kind == SocketKind::Subscription);
        Self(subscriptions.map(|api| api.function).collect())
    }

    /// Whether code of the holder's files, or of the same routes, receives from such a service.
    pub(crate) fn reaches(&self, program: &Program<'_>, holder: &Holder, routes: &[RouteId]) -> bool {
        let mut files: FxHashSet<FileId> = holder.sends.iter().map(|&(file, _)| file).collect();
        files.insert(holder.at.file);
        self.0.iter().any(|function| {
            files.contains(&function.file)
                || program.graph.per_request(*function).any(|node| {
                    program.graph.routes_to(node).iter().any(|route| routes.binary_search(route).is_ok())
                        && holder.sends.iter().any(|&(file, site)| {
                            program.module(file).is_some_and(|module| {
                                let id = module.facts.site(site).function;
                                super::paths::leading_to(program, FunctionRef { file, id }).contains(function)
                            })
                        })
                })
        })
    }
}

/// Whether what is woken through the holder also asks a store again and again: the holder is a short cut then.
pub(crate) fn beside_poll(program: &Program<'_>, holder: &Holder) -> bool {
    holder.puts.iter().any(|&(file, site)| {
        let Some(module) = program.module(file) else { return false };
        let id = module.facts.site(site).function;
        let mut functions: Vec<FunctionRef> = vec![FunctionRef { file, id: outermost(&module.facts, id) }];
        functions.extend(super::paths::leading_to(program, FunctionRef { file, id }));
        functions.into_iter().take(16).any(|function| polls(program, function))
    })
}

fn polls(program: &Program<'_>, function: FunctionRef) -> bool {
    let Some(module) = program.module(function.file) else { return false };
    let facts = &module.facts;
    if function.id == FunctionId::MODULE {
        return false;
    }
    within(facts, function.id).into_iter().any(|id| {
        facts.sites_of(id).any(|(_, site)| {
            let SiteKind::Call { callee, args } = site.kind else { return false };
            let repeats = match facts.expr(callee) {
                Expr::Global(name) => matches!(facts.text(name), "setInterval"),
                _ => method(facts, callee).is_some_and(|(_, name)| name == "setInterval"),
            };
            repeats
                && facts.list(args).first().is_some_and(|&given| match facts.expr(given) {
                    // A heartbeat writes; a poll waits for an answer.
                    Expr::Function(callback) => within(facts, callback)
                        .into_iter()
                        .any(|id| exprs(facts, id).any(|(_, expr)| matches!(expr, Expr::Await(_)))),
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
