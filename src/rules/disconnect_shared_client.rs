//! `disconnect-shared-client`: a client that requests share is closed at the end of one of them.

use super::RuleContext;
use super::support::closing::client_of;
use super::support::fixes::remove;
use super::support::judge::{Words, finding, judge, meta};
use crate::diagnostic::{Finding, Note};
use crate::facts::{ContextKind, Expr, ExprId, FunctionId, Site, SiteId, SiteKind, Use};
use crate::link::{ExprRef, Frequency, FunctionRef, Program, Value};
use crate::project::Target;
use crate::span::{FileId, Location, Span};

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    for &(file, id) in &context.closings.candidates {
        let Some(site) = context.program.module(file).map(|module| module.facts.site(id)) else { continue };
        if let SiteKind::Call { callee, .. } = site.kind
            && let Some((what, made)) = closed_client(context, (file, site), callee)
        {
            findings.extend(one(context, (file, id), what, made));
        }
    }
}

/// The shared client that a call closes: its words, and where it is made if the project makes it.
fn closed_client<'a>(
    context: &'a RuleContext<'_, '_>,
    (file, site): (FileId, &Site),
    callee: ExprId,
) -> Option<(&'a str, Option<Location>)> {
    let program = context.program;
    let facts = &program.module(file)?.facts;
    let Expr::Member { object, property } = facts.expr(callee) else { return None };
    let method = facts.text(property);
    let callee = program.value(ExprRef { file, id: callee });
    if let Value::External(external) = &callee {
        if !program.catalogue.may_close(external.package) {
            return None;
        }
        let client = program.catalogue.closed_by_export(external.package, &external.export())?;
        return Some((&client.what, None));
    }
    let (client, made) = client_of(program, &program.value(ExprRef { file, id: object }))?;
    if !client.closes(method) || client.end_per_request {
        return None;
    }
    if ends_setup(context, (file, site), made) {
        return None;
    }
    let construct = context.clients.iter().find(|c| {
        c.file == made.file && program.module(c.file).is_some_and(|m| m.facts.site(c.site).expr == made.id)
    });
    match construct {
        Some(site) if !site.kind.is_connection() => None,
        Some(site) => {
            let shared =
                client.shared_by_package || program.frequency(site.file, site.site) != Frequency::PerRequest;
            shared.then(|| (site.what, Some(site.location(program))))
        }
        None => None,
    }
}

/// The end of a setup that failed: in a `catch`, or in the very function that makes the client (its event
/// handlers included), nobody else has the client yet.
fn ends_setup(context: &RuleContext<'_, '_>, (file, site): (FileId, &Site), made: ExprRef) -> bool {
    let Some(module) = context.program.module(file) else { return false };
    let facts = &module.facts;
    let in_catch = facts.contexts_from(site.context).any(|c| c.kind == ContextKind::Catch);
    let maker = context.program.function_of_expr(made);
    let functions = std::iter::successors(Some(site.function), |&id| facts.function(id).parent);
    in_catch
        || (file == made.file && maker != FunctionId::MODULE && functions.into_iter().any(|id| id == maker))
}

/// The statement that a call is, awaited or not; `None` if something is done with what it gives.
fn statement(program: &Program<'_>, file: FileId, call: &Site) -> Option<Span> {
    let facts = &program.module(file)?.facts;
    match facts.use_of(call.expr) {
        Use::Discarded => Some(call.span),
        Use::Part(parent) if facts.use_of(parent) == Use::Discarded => match facts.expr(parent) {
            Expr::Await(site) => Some(facts.site(site).span),
            _ => None,
        },
        _ => None,
    }
}

fn one(
    context: &RuleContext<'_, '_>,
    (file, site): (FileId, SiteId),
    what: &str,
    made: Option<Location>,
) -> Option<Finding> {
    let program = context.program;
    let meta = meta("disconnect-shared-client")?;
    let entry = program.module(file)?.facts.site(site);
    let function = FunctionRef { file, id: entry.function };
    let node = program.graph.per_request(function).next()?;
    let verdict = judge(program, meta, &program.graph.routes_to(node), |_, _| true)?;
    let help = match verdict.target {
        Target::Vercel | Target::Netlify | Target::Lambda | Target::CloudRun => {
            "Remove this call: the instance keeps the connection for its next request, and idle connections close by \
             themselves when it is retired."
        }
        Target::Server | Target::Cluster | Target::Cloudflare => {
            "Remove this call, or close the client when the process gets SIGTERM."
        }
    };
    let words = Words {
        message: format!(
            "{what} that all requests share is closed by one of them; the others fail or reconnect"
        ),
        help: help.to_owned(),
        step: "closes the shared client here".to_owned(),
    };
    let primary = Location { file, span: entry.span };
    let path = program.graph.path_from(&verdict.routes, node);
    let mut finding = finding(program, meta, (primary, function, path.as_slice()), verdict, words);
    finding.fix = statement(program, file, entry).map(|span| remove(file, span, "Remove the call"));
    finding.related.extend(made.map(|at| Note { at, message: "the shared client is made here".to_owned() }));
    Some(finding)
}
