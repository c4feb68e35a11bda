//! Where clients are closed.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{ContextKind, Expr, FunctionId, SiteId, SiteKind, Use};
use crate::link::{ExprRef, Program, Value, root};
use crate::span::FileId;

use super::callees::{Callee, Calls};
use super::clients::{ClientSite, external_client};

/// How a client is closed again, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Closed {
    /// It does not.
    No,
    /// On some way, but not when something throws before.
    Sometimes,
    /// In `finally`, by `using`, or by a chained `.finally()`.
    Always,
}

/// Calls that close clients.
#[derive(Debug, Default)]
pub(crate) struct Closings {
    /// Every call that may close a client, by its name or by what it calls, by file and place.
    pub candidates: Vec<(FileId, SiteId)>,
    /// Those of them that are methods, by the construct that made the client.
    by_construct: FxHashMap<ExprRef, Vec<(FileId, SiteId)>>,
}

impl Closings {
    /// Finds every such call in the program.
    pub(crate) fn find(program: &Program<'_>, callees: &[Callee<'_, '_>]) -> Self {
        let methods: FxHashSet<&str> =
            program.catalogue.clients().flat_map(|client| &client.close).map(String::as_str).collect();
        let mut found = Self::default();
        for call in callees.iter().filter(|call| call.how == Calls::Call) {
            let (file, site) = (call.file, call.site);
            let Some(module) = program.module(file) else { continue };
            let Expr::Member { object, property } = module.facts.expr(call.callee) else { continue };
            let is_method = methods.contains(module.facts.text(property));
            if is_method || matches!(call.value, Value::External(_)) {
                found.candidates.push((file, site));
            }
            if is_method {
                for made in made_at(program, ExprRef { file, id: object }) {
                    found.by_construct.entry(made).or_default().push((file, site));
                }
            }
        }
        found
    }

    /// How a client is closed by those that have it.
    pub(crate) fn of(&self, program: &Program<'_>, client: &ClientSite<'_>) -> Closed {
        let Some(module) = program.module(client.file) else { return Closed::No };
        let construct = ExprRef { file: client.file, id: module.facts.site(client.site).expr };
        let calls = self.by_construct.get(&construct).map_or(&[][..], Vec::as_slice);
        let closing = calls.iter().filter(|&&(file, site)| closes(program, client, file, site));
        closing.map(|&(file, site)| how(program, client, file, site)).max().unwrap_or(Closed::No)
    }
}

/// The constructs that a value may come from: what it resolves to, else what was assigned to its name.
fn made_at(program: &Program<'_>, object: ExprRef) -> Vec<ExprRef> {
    match program.value(object) {
        Value::Made(made) => return vec![made.at],
        Value::Instance(_, Some(at)) => return vec![at],
        _ => {}
    }
    let Some(module) = program.module(object.file) else { return Vec::new() };
    let facts = &module.facts;
    let Expr::Local(binding) = facts.expr(root(facts, object.id)) else { return Vec::new() };
    let written = module.writes(binding).iter().filter_map(|&site| match facts.site(site).kind {
        SiteKind::Write { value, .. } => match program.value(ExprRef { file: object.file, id: value }) {
            Value::Made(made) => Some(made.at),
            Value::Instance(_, at) => at,
            _ => None,
        },
        _ => None,
    });
    written.collect()
}

/// Whether a call is of one of the client's own closing methods.
fn closes(program: &Program<'_>, client: &ClientSite<'_>, file: FileId, site: SiteId) -> bool {
    let Some(module) = program.module(file) else { return false };
    let SiteKind::Call { callee, .. } = module.facts.site(site).kind else { return false };
    matches!(module.facts.expr(callee), Expr::Member { property, .. } if client.client.closes(module.facts.text(property)))
}

/// Whether a close runs whatever happens: in `finally`, in a callback for the end of the work, or handed to
/// `waitUntil()`.
fn how(program: &Program<'_>, client: &ClientSite<'_>, file: FileId, site: SiteId) -> Closed {
    let Some(module) = program.module(file) else { return Closed::No };
    let facts = &module.facts;
    let entry = facts.site(site);
    let in_finally = facts.contexts_from(entry.context).any(|c| c.kind == ContextKind::Finally);
    // `.finally(() => …)`, `cancel()`, `req.on('close', …)`: written inside the function that made the client.
    let parents =
        std::iter::successors(facts.function(entry.function).parent, |&id| facts.function(id).parent);
    let is_callback = file == client.file && parents.into_iter().any(|id| id == client.function.id);
    let handed =
        matches!(facts.use_of(entry.expr), Use::Part(e) if is_given_away(program, ExprRef { file, id: e }));
    if in_finally || handed || (is_callback && client.function.id != FunctionId::MODULE) {
        Closed::Always
    } else {
        Closed::Sometimes
    }
}

/// `waitUntil(client.end())`
fn is_given_away(program: &Program<'_>, call: ExprRef) -> bool {
    let Some(module) = program.module(call.file) else { return false };
    let facts = &module.facts;
    let Expr::Call(site) = facts.expr(call.id) else { return false };
    let SiteKind::Call { callee, .. } = facts.site(site).kind else { return false };
    match facts.expr(callee) {
        Expr::Member { property, .. } => facts.text(property) == "waitUntil",
        _ => match program.value(ExprRef { file: call.file, id: callee }) {
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
