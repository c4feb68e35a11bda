//! Conditions that only those meet who run a site: `{ isAdmin: true }`, `{ role: { in: ['ADMIN', 'MODERATOR'] } }`.

use super::chain::{call_of, last_name};
use super::names::words;
use super::tables::holds_people;
use crate::facts::{Expr, ExprId, Origin};
use crate::link::{ExprRef, Program};

/// Names of those who run a site.
const STAFF: &[&str] = &[
    "admin",
    "admins",
    "administrator",
    "superadmin",
    "superuser",
    "sysadmin",
    "root",
    "moderator",
    "manager",
    "staff",
];

/// Words that change nothing about who is meant. `HOTEL_ADMIN` is another matter: there is one for each hotel.
const AROUND: &[&str] =
    &["is", "super", "system", "site", "global", "platform", "master", "role", "roles", "user", "users"];

/// What a value says of those who have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// It names those who run the site.
    Staff,
    /// `true`
    Yes,
    /// Neither.
    Nothing,
}

/// Whether a name, or a text, is of those who run the site: `isAdmin`, `SUPER_ADMIN`, `STAFF_ROLES`.
pub(crate) fn names_staff(name: &str) -> bool {
    let words = words(name);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(STAFF, word)) && words.iter().all(|word| is(STAFF, word) || is(AROUND, word))
}

/// Whether a key of a table of people, or of a relation of it, and what it equals single out those who run the site.
pub(crate) fn is_staff(relation: Option<&str>, name: &str, value: impl FnOnce() -> Says) -> bool {
    let keeps_role = |name: &str| {
        words(name).last().is_some_and(|word| {
            ["role", "roles", "rol", "type", "kind", "level", "group", "access", "rank"]
                .contains(&word.as_str())
        })
    };
    match relation {
        Some(relation) if keeps_role(relation) => {
            matches!(name, "name" | "key" | "slug" | "code" | "title") && value() == Says::Staff
        }
        Some(relation) if !holds_people(relation) => false,
        _ if keeps_role(name) => value() == Says::Staff,
        _ => names_staff(name) && value() == Says::Yes,
    }
}

/// What the value of a key says.
pub(crate) fn says(program: &Program<'_>, at: ExprRef, depth: u32) -> Says {
    let Some(module) = program.module(at.file) else { return Says::Nothing };
    let facts = &module.facts;
    if depth > 6 {
        return Says::Nothing;
    }
    let go = |id: ExprId| says(program, ExprRef { file: at.file, id }, depth + 1);
    let by_name = |name: &str| if names_staff(name) { Says::Staff } else { Says::Nothing };
    match facts.expr(at.id) {
        Expr::Bool(true) => Says::Yes,
        Expr::Str(text) => by_name(facts.text(text)),
        // `Role.ADMIN`
        Expr::Member { property, .. } => by_name(facts.text(property)),
        Expr::Array(list) => {
            let list = facts.list(list);
            // A list of lists of names is none of roles.
            let is_role =
                |&id: &ExprId| says(program, ExprRef { file: at.file, id }, depth + 4) == Says::Staff;
            let all = !list.is_empty() && list.iter().all(is_role);
            if all { Says::Staff } else { Says::Nothing }
        }
        Expr::Local(id) => match facts.binding(id).origin {
            Origin::Init { expr, path, .. } if path.is_empty() && !facts.binding(id).reassigned => go(expr),
            // What stands in another module is known by its name: `ADMIN_ROLES`.
            Origin::Import(_) => by_name(facts.text(facts.binding(id).name)),
            _ => Says::Nothing,
        },
        // `In(['admin', 'moderator'])`
        Expr::Call(_) => match call_of(facts, at.id) {
            Some((_, callee, args)) if last_name(facts, callee) == Some("In") => {
                facts.list(args).first().map_or(Says::Nothing, |&id| go(id))
            }
            _ => Says::Nothing,
        },
        _ => Says::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_those_who_run_a_site() {
        for name in ["admin", "SUPER_ADMIN", "superAdmin", "ROLE_ADMIN", "isAdmin", "is_staff", "ADMIN_ROLES"]
        {
            assert!(names_staff(name), "{name}");
        }
        for name in
            ["", "user", "role", "HOTEL_ADMIN", "schoolAdmin", "administration", "isAdminOf", "editor"]
        {
            assert!(!names_staff(name), "{name}");
        }
    }
}
