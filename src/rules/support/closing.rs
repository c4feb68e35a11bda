//! Where clients are closed.

use crate::facts::{ContextKind, Expr, Origin, SiteId, SiteKind, Use};
use crate::link::{ExprRef, Program, Value, root};

use super::clients::{ClientSite, external_client};

/// How the function that makes a client closes it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// It does not.
    No,
    /// On some way, but not when something throws before.
    Sometimes,
    /// In `finally`, by `using`, or by a chained `.finally()`.
    Always,
}

/// How a client made in a function is closed there.
pub(crate) fn closed(program: &Program<'_>, client: &ClientSite<'_>) -> Closed {
    let Some(module) = program.module(client.file) else { return Closed::No };
    let facts = &module.facts;
    let construct = ExprRef { file: client.file, id: facts.site(client.site).expr };
    let mut found = Closed::No;
    for (id, site) in (0..).map(SiteId).zip(&facts.sites) {
        let SiteKind::Call { callee, .. } = site.kind else { continue };
        let Expr::Member { object, property } = facts.expr(callee) else { continue };
        if !client.client.closes(facts.text(property)) {
            continue;
        }
        let is_it = match program.value(ExprRef { file: client.file, id: object }) {
            Value::Made(made) => made.at == construct,
            Value::Instance(_, Some(at)) => at == construct,
            _ => false,
        };
        if is_it || same_name(program, client, construct, object) {
            found = if always(program, client, id) { Closed::Always } else { found.max(Closed::Sometimes) };
            if found == Closed::Always {
                break;
            }
        }
    }
    found
}

impl PartialOrd for Closed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Closed {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (*self as u8).cmp(&(*other as u8))
    }
}

/// `let c; c = new Client(); … c.end()`: the value of a reassigned name is not followed, its name is.
fn same_name(
    program: &Program<'_>,
    client: &ClientSite<'_>,
    construct: ExprRef,
    object: crate::facts::ExprId,
) -> bool {
    let Some(module) = program.module(client.file) else { return false };
    let facts = &module.facts;
    let Expr::Local(binding) = facts.expr(root(facts, object)) else { return false };
    if matches!(facts.binding(binding).origin, Origin::Init { .. } | Origin::Import(_)) {
        return false;
    }
    module.writes(binding).iter().any(|&site| {
        let SiteKind::Write { value, .. } = facts.site(site).kind else { return false };
        value == construct.id
            || matches!(facts.expr(value), Expr::Await(_) if awaited(program, client, value) == construct.id)
    })
}

fn awaited(
    program: &Program<'_>,
    client: &ClientSite<'_>,
    expr: crate::facts::ExprId,
) -> crate::facts::ExprId {
    let Some(module) = program.module(client.file) else { return expr };
    match module.facts.expr(expr) {
        Expr::Await(site) => match module.facts.site(site).kind {
            SiteKind::Await { value } => value,
            _ => expr,
        },
        _ => expr,
    }
}

/// Whether a close runs whatever happens: in `finally`, or in a callback of `.finally()` or of a stream's end.
fn always(program: &Program<'_>, client: &ClientSite<'_>, site: SiteId) -> bool {
    let Some(module) = program.module(client.file) else { return false };
    let facts = &module.facts;
    let entry = facts.site(site);
    if facts.contexts_from(entry.context).any(|c| c.kind == ContextKind::Finally) {
        return true;
    }
    let function = facts.functions.get(entry.function.index());
    let is_callback = function.is_some() && entry.function != client.function.id;
    // A callback that closes is there for the end of the work: `.finally()`, `cancel()`, `req.on('close')`.
    is_callback || matches!(facts.use_of(entry.expr), Use::Part(e) if is_given_away(program, client, e))
}

/// `waitUntil(client.end())`
fn is_given_away(program: &Program<'_>, client: &ClientSite<'_>, call: crate::facts::ExprId) -> bool {
    let Some(module) = program.module(client.file) else { return false };
    let facts = &module.facts;
    let Expr::Call(site) = facts.expr(call) else { return false };
    let SiteKind::Call { callee, .. } = facts.site(site).kind else { return false };
    match facts.expr(callee) {
        Expr::Member { property, .. } => facts.text(property) == "waitUntil",
        _ => match program.value(ExprRef { file: client.file, id: callee }) {
            Value::External(external) => {
                program.catalogue.after_response(external.package, &external.export()).is_some()
            }
            _ => false,
        },
    }
}

/// The client that a value is, if it is one and not something made from it.
pub(crate) fn client_of<'p>(
    program: &Program<'p>,
    value: &Value<'p>,
) -> Option<(&'p crate::catalogue::Client, ExprRef)> {
    match value {
        Value::Made(made) => {
            let client = external_client(program, &made.by)?;
            let same = same_client(&made.steps, made.by.path.last().copied().unwrap_or_default());
            same.then_some((client, made.at))
        }
        Value::Instance(class, Some(at)) => {
            let base = program.external_base(*class)?;
            Some((external_client(program, &base)?, *at))
        }
        _ => None,
    }
}

/// Calls that give the client itself back, or a view of it: what they return is closed with it.
fn same_client(steps: &[&str], export: &str) -> bool {
    let is_pool = export.ends_with("Pool");
    steps.chunks(2).all(|chunk| match chunk {
        [name, "()"] => match *name {
            "$extends" | "promise" | "on" | "once" | "$on" | "then" | "asPromise" | "setMaxListeners" => true,
            "connect" => !is_pool,
            _ => false,
        },
        _ => false,
    })
}
