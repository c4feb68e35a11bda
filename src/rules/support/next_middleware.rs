//! What tells a middleware of Next from a module that only has its name.

use crate::facts::{Expr, ExprId, FunctionId, ModuleFacts, PropertyKey};
use crate::link::{Module, Program, Value};
use crate::span::{FileId, Span};

/// How much a module looks like a middleware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// It exports a function and `config.matcher`, which only Next reads.
    Matcher,
    /// It exports a function of the right name or make.
    Shape,
}

/// Packages whose calls give whole middlewares.
const MAKERS: [&str; 14] = [
    "next-auth",
    "@auth/",
    "@clerk/nextjs",
    "next-intl",
    "next-international",
    "next-i18n-router",
    "@auth0/nextjs-auth0",
    "@kinde-oss/kinde-auth-nextjs",
    "@logto/next",
    "@workos-inc/authkit-nextjs",
    "@arcjet/next",
    "@descope/nextjs-sdk",
    "@stackframe/",
    "@edge-csrf/nextjs",
];

/// Whether a module looks like a middleware, and the export that does.
pub(crate) fn likeness(program: &Program<'_>, file: FileId, module: &Module) -> Option<(Likeness, Span)> {
    let facts = &module.facts;
    let named = |name: &str| facts.exports.iter().find(|e| !e.type_only && facts.text(e.name) == name);
    let exported = ["middleware", "proxy"].into_iter().find_map(|name| Some((name, named(name)?)));
    let (name, export) = exported.or_else(|| Some(("default", named("default")?)))?;
    if let Value::Object(at) = program.export_value(file, "config")
        && let Some(holder) = program.module(at.file)
        && has_key(&holder.facts, at.id, "matcher")
    {
        return Some((Likeness::Matcher, export.span));
    }
    let value = program.export_value(file, name);
    let of_package = match &value {
        Value::Made(made) => Some(made.by.package),
        Value::External(external) => Some(external.package),
        _ => None,
    };
    let made = of_package.is_some_and(|package| MAKERS.iter().any(|maker| package.starts_with(maker)));
    let answers =
        matches!(value, Value::Function(function) if takes_requests(program, function.file, function.id));
    (made || answers).then_some((Likeness::Shape, export.span))
}

/// Whether a function takes what Next gives a middleware, in a module that uses Next's server classes.
fn takes_requests(program: &Program<'_>, file: FileId, id: FunctionId) -> bool {
    let Some(module) = program.module(file) else { return false };
    let facts = &module.facts;
    let uses_next = facts
        .requests
        .iter()
        .any(|request| matches!(facts.text(request.specifier), "next/server" | "next/server.js"));
    let params = &facts.function(id).params;
    uses_next && (1..=2).contains(&params.len()) && !returns_function(facts, id)
}

/// `(handler) => (request) => …` makes handlers and is none.
fn returns_function(facts: &ModuleFacts, id: FunctionId) -> bool {
    facts.returned(id).any(|value| matches!(facts.expr(value), Expr::Function(_)))
}

/// Whether an object literal has this key.
pub(crate) fn has_key(facts: &ModuleFacts, object: ExprId, name: &str) -> bool {
    let Expr::Object(list) = facts.expr(object) else { return false };
    let mut keys = facts.object(list).iter().map(|property| property.key);
    keys.any(|key| matches!(key, PropertyKey::Name(key) if facts.text(key) == name))
}

/// Whether a module seems to decide who may pass: it speaks of sessions, tokens and signing in.
pub(crate) fn guards_access(facts: &ModuleFacts) -> bool {
    let words = ["auth", "session", "token", "login", "log-in", "signin", "sign-in", "jwt", "unauthorized"];
    facts.names.iter().any(|name| {
        let name = name.to_ascii_lowercase();
        words.iter().any(|word| name.contains(word))
    })
}
