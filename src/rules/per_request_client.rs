//! `per-request-client`: a connection or pool opened while a request is handled, and kept nowhere.

use std::cell::LazyCell;

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::support::arguments::from_request;
use super::support::clients::ClientSite;
use super::support::closing::Closed;
use super::support::help::shared_client;
use super::support::judge::{Words, confidence, finding, is_edge, judge, meta, paths};
use crate::catalogue::ClientKind;
use crate::diagnostic::{Confidence, Finding, Severity, on_routes};
use crate::facts::{Expr, SiteKind};
use crate::link::{Edge, ExprRef, How, Item, Lifetime, NodeId, Value};

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let subscribers = LazyCell::new(|| subscribers(context));
    let found = context.clients.iter().filter_map(|client| {
        let listens = |at| subscribers.contains(&at);
        one(context, client, listens)
    });
    findings.extend(found);
}

fn one(
    context: &RuleContext<'_, '_>,
    client: &ClientSite<'_>,
    listens: impl Fn(ExprRef) -> bool,
) -> Option<Finding> {
    let program = context.program;
    let meta = meta("per-request-client")?;
    let reported = client.kind.is_connection() || matches!(client.kind, ClientKind::File | ClientKind::Smtp);
    if !reported || client.client.shared_by_package || client.client.end_per_request {
        return None;
    }
    let Lifetime::PerRequest(witness) = program.lifetime(client.file, client.site) else { return None };
    // A socket on the edge runtime has to live and die with its request.
    let mut verdict =
        judge(program, meta, &witness.routes, |route, _| !(is_edge(route) && client.kind == ClientKind::Ws))?;
    let closed = context.closings.of(program, client);
    if !client.kind.is_connection() {
        verdict.severity = verdict.severity.min(Severity::Info);
    } else if closed == Closed::Always {
        verdict.severity = verdict.severity.min(Severity::Warning);
    }
    let words = Words {
        message: message(client, closed, paths(program, &verdict.routes)),
        help: shared_client(context, client, verdict.target),
        step: format!("makes {} here", client.what),
    };
    let place = (client.location(program), client.function, witness.path.as_slice());
    let mut finding = finding(program, meta, place, verdict, words);
    finding.confidence = confidence(meta, witness.proven);
    // An adapter's `connect` is called once by whoever got the adapter, as far as its name tells.
    if runs_set_up(context, &witness.path) {
        finding.confidence = Confidence::Low;
    }
    // A subscriber needs a connection of its own for as long as it listens.
    if closed != Closed::No
        && let Some(own) = program.module(client.file)
        && listens(ExprRef { file: client.file, id: own.facts.site(client.site).expr })
    {
        finding.confidence = Confidence::Low;
    }
    // Where the request says what to connect to, there is nothing that could be shared.
    if let SiteKind::Call { args, .. } | SiteKind::New { args, .. } =
        program.module(client.file)?.facts.site(client.site).kind
        && from_request(program, client.file, args)
    {
        finding.confidence = Confidence::Low;
    }
    Some(finding)
}

/// Whether the way leads through a function that other code was handed, and that has a name for what is done once.
fn runs_set_up(context: &RuleContext<'_, '_>, path: &[(Edge, NodeId)]) -> bool {
    let program = context.program;
    let code = path.iter().filter(|(_, node)| matches!(program.graph.node(*node).item, Item::Code(_)));
    // The first is the handler itself, whatever its name.
    code.skip(1).any(|(edge, node)| {
        let Item::Code(function) = program.graph.node(*node).item else { return false };
        let name = program.function_name(function).to_ascii_lowercase();
        let once = ["connect", "init", "setup", "boot", "createconnection"];
        edge.how == How::Uses && once.iter().any(|prefix| name.starts_with(prefix))
    })
}

/// The constructs of clients that are used to listen: `subscriber.subscribe('channel')`.
fn subscribers(context: &RuleContext<'_, '_>) -> FxHashSet<ExprRef> {
    let program = context.program;
    let mut found = FxHashSet::default();
    for (file, module) in program.modules() {
        for site in &module.facts.sites {
            let SiteKind::Call { callee, .. } = site.kind else { continue };
            let Expr::Member { object, property } = module.facts.expr(callee) else { continue };
            let listens = ["subscribe", "psubscribe", "ssubscribe", "pSubscribe", "sSubscribe"];
            if listens.contains(&module.facts.text(property))
                && let Value::Made(made) = program.value(ExprRef { file, id: object })
            {
                found.insert(made.at);
            }
        }
    }
    found
}

fn message(client: &ClientSite<'_>, closed: Closed, routes: usize) -> String {
    let what = client.what;
    let reached = on_routes(", on ", routes, "");
    match (client.kind, closed) {
        (ClientKind::Smtp, _) => {
            format!(
                "every request makes {what} anew{reached}, and with it a connection and a login per message"
            )
        }
        (ClientKind::File, _) => format!("every request opens {what} anew{reached}"),
        (_, Closed::Always) => {
            format!(
                "every request opens {what} and closes it again{reached}: a handshake and a login each time"
            )
        }
        (_, Closed::Sometimes) => {
            format!("every request opens {what}{reached}; it is closed only if nothing throws before")
        }
        (_, Closed::No) => format!("every request opens {what}{reached}, and nothing closes or keeps it"),
    }
}
