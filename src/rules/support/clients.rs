//! Constructs that give clients: which catalogue entry each is, and what its arguments make of it.

use rustc_hash::FxHashMap;

use crate::catalogue::{Client, ClientKind};
use crate::facts::{Expr, ExprId, List, SiteId, SiteKind, Use};
use crate::link::{ExprRef, External, FunctionRef, Program, Value};
use crate::span::{FileId, Location};

use super::arguments::{holds, made_by};
use super::callees::{Callee, Calls};

/// A construct that gives a client.
#[derive(Clone, Debug)]
pub struct ClientSite<'p> {
    /// Its module.
    pub file: FileId,
    /// The call or construction.
    pub site: SiteId,
    /// The function whose run makes it.
    pub function: FunctionRef,
    /// Its catalogue entry.
    pub client: &'p Client,
    /// What it holds, given its arguments and what is chained to it.
    pub kind: ClientKind,
    /// Words for it: `a PostgreSQL connection pool`.
    pub what: &'p str,
}

impl ClientSite<'_> {
    /// The construct in the source.
    #[must_use]
    pub fn location(&self, program: &Program<'_>) -> Location {
        let span = program.module(self.file).map(|m| m.facts.site(self.site).span).unwrap_or_default();
        Location { file: self.file, span }
    }
}

/// All client constructs in functions that run, by file and place.
pub(crate) fn clients<'p>(program: &Program<'p>, callees: &[Callee<'_, 'p>]) -> Vec<ClientSite<'p>> {
    let mut found = Vec::new();
    let mut packages = FxHashMap::default();
    for call in callees.iter().filter(|call| call.runs && call.how != Calls::Tagged) {
        // Most calls are of packages without any client, and cost no more than to know that.
        if let Some(External { package, missing: false, .. }) = package_of(call.value)
            && !*packages.entry(*package).or_insert_with(|| program.catalogue.may_have_client(package))
        {
            continue;
        }
        let &Callee { file, site, function, args, .. } = call;
        let Some(client) = entry(program, call) else { continue };
        let Some(expr) = program.module(file).map(|module| module.facts.site(site).expr) else { continue };
        let (kind, what) = kind(program, client, file, (expr, args));
        found.push(ClientSite { file, site, function, client, kind, what });
    }
    found.sort_by_key(|c| c.location(program));
    found
}

/// The export of a package that a value is, or was made by.
fn package_of<'v, 'p>(value: &'v Value<'p>) -> Option<&'v External<'p>> {
    match value {
        Value::External(external) => Some(external),
        Value::Made(made) => Some(&made.by),
        _ => None,
    }
}

/// The catalogue entry of what a call or construction makes.
fn entry<'p>(program: &Program<'p>, call: &Callee<'_, 'p>) -> Option<&'p Client> {
    let is_new = call.how == Calls::New;
    let client = match call.value {
        Value::External(external) => external_client(program, external),
        &Value::Class(class) if is_new => match program.external_base(class) {
            Some(external) => external_client(program, &external),
            None => {
                let module = program.module(class.file)?;
                let name = module.facts.text(module.facts.class(class.id).name?);
                program.catalogue.generated_client(program.project.files.path(class.file), name, false)
            }
        },
        Value::Made(made) => {
            let method = if made.steps.is_empty() { "()".to_owned() } else { made.steps.join(".") };
            program.catalogue.client_from_method(made.by.package, &made.by.export(), &method)
        }
        _ => None,
    }?;
    client.construct.fits(is_new).then_some(client)
}

/// The entry of a package's export, generated clients included.
pub(crate) fn external_client<'p>(program: &Program<'p>, external: &External<'_>) -> Option<&'p Client> {
    let export = external.export();
    let known = program.catalogue.client(external.package, &export);
    known.or_else(|| program.catalogue.generated_client(external.package, &export, external.missing))
}

/// What a construct holds, by its arguments, then by what is chained to it.
fn kind<'p>(
    program: &Program<'p>,
    client: &'p Client,
    file: FileId,
    (expr, args): (ExprId, List),
) -> (ClientKind, &'p str) {
    let mut kind = client.kind;
    let mut what = client.what.as_str();
    if let Some(variant) = client.variant.iter().find(|v| holds(program, &v.when, file, args)) {
        kind = variant.kind;
        what = variant.what.as_deref().unwrap_or(what);
    }
    for chain in &client.chain {
        if chained(program, file, expr, &chain.method, &chain.argument_call) {
            kind = chain.kind;
        }
    }
    (kind, what)
}

/// Whether `.method(argument())` follows a construct, directly or after other calls.
fn chained(program: &Program<'_>, file: FileId, expr: ExprId, method: &str, argument_call: &str) -> bool {
    let Some(module) = program.module(file) else { return false };
    let facts = &module.facts;
    let mut current = expr;
    while let Use::Part(member) = facts.use_of(current) {
        let Expr::Member { property, .. } = facts.expr(member) else { return false };
        let Use::Part(call) = facts.use_of(member) else { return false };
        let Expr::Call(site) = facts.expr(call) else { return false };
        let SiteKind::Call { callee, args } = facts.site(site).kind else { return false };
        if callee != member {
            return false;
        }
        let argument = facts.list(args).first().map(|&id| ExprRef { file, id });
        if facts.text(property) == method && argument.is_some_and(|a| made_by(program, a, argument_call)) {
            return true;
        }
        current = call;
    }
    false
}
