//! Values that are ids of something, by their names: `roomId`, `params.id`, `new ObjectId(id)`.

use super::chain::{call_of, last_name};
use super::names::{Key, key, words};
use crate::facts::{Expr, ExprId, ModuleFacts, Origin, SiteKind};
use crate::link::{ExprRef, Program};

/// What a value singles out if it is an id, or a list of ids; `Plain` if nothing says so.
pub(crate) fn named(program: &Program<'_>, at: ExprRef, depth: u32) -> Key {
    let Some(module) = program.module(at.file) else { return Key::Plain };
    let facts = &module.facts;
    if depth > 6 {
        return Key::Plain;
    }
    let go = |id: ExprId| named(program, ExprRef { file: at.file, id }, depth + 1);
    match facts.expr(at.id) {
        Expr::Local(id) => {
            let binding = facts.binding(id);
            match (by_name(facts.text(binding.name)), binding.origin) {
                (Key::Plain, Origin::Init { expr, path, .. }) if !binding.reassigned => {
                    match facts.path(path).last() {
                        // `const { id: room } = params`
                        Some(&step) => by_name(facts.text(step)),
                        None => go(expr),
                    }
                }
                (key, _) => key,
            }
        }
        Expr::Member { object, property } => match facts.text(property) {
            // `workspace.id`
            "id" | "_id" => last_name(facts, object).map_or(Key::Owner, |of| match key(&format!("{of}Id")) {
                Key::Tenant => Key::Tenant,
                _ => Key::Owner,
            }),
            name => by_name(name),
        },
        Expr::Conditional { yes, no, .. } => either(go(yes), || go(no)),
        Expr::Logical { left, right, .. } => either(go(right), || go(left)),
        Expr::Await(site) => match facts.site(site).kind {
            SiteKind::Await { value } => go(value),
            _ => Key::Plain,
        },
        Expr::New(site) => match facts.site(site).kind {
            SiteKind::New { callee, args } if is_object_id(facts, callee) => {
                either(facts.list(args).first().map_or(Key::Owner, |&id| go(id)), || Key::Owner)
            }
            _ => Key::Plain,
        },
        Expr::Call(_) => called(facts, at.id, go),
        _ => Key::Plain,
    }
}

/// `Number(id)`, `id.toString()`, `ObjectId(id)`, `rooms.map((room) => room._id)`
fn called(facts: &ModuleFacts, call: ExprId, go: impl Fn(ExprId) -> Key) -> Key {
    let Some((_, callee, args)) = call_of(facts, call) else { return Key::Plain };
    let first = facts.list(args).first().copied();
    let object = match facts.expr(callee) {
        Expr::Member { object, .. } => Some(object),
        _ => None,
    };
    match (last_name(facts, callee), first, object) {
        (Some("Number" | "String" | "parseInt" | "BigInt" | "In" | "Equal"), Some(first), _) => go(first),
        (Some("toString"), _, Some(object)) => go(object),
        (Some("map"), Some(first), _) => match facts.expr(first) {
            Expr::Function(function) => facts.returned(function).next().map_or(Key::Plain, go),
            _ => Key::Plain,
        },
        _ if is_object_id(facts, callee) => Key::Owner,
        _ => Key::Plain,
    }
}

fn is_object_id(facts: &ModuleFacts, callee: ExprId) -> bool {
    last_name(facts, callee).is_some_and(|name| name.to_ascii_lowercase().ends_with("objectid"))
}

/// The first that says something.
fn either(one: Key, other: impl FnOnce() -> Key) -> Key {
    if one == Key::Plain { other() } else { one }
}

/// What a name singles out if it is one of ids.
fn by_name(name: &str) -> Key {
    let words = words(name);
    let is = |word: Option<&String>| {
        word.is_some_and(|word| matches!(word.as_str(), "id" | "ids" | "uuid" | "oid"))
    };
    if is(words.last()) || is(words.first()) { key(name) } else { Key::Plain }
}
