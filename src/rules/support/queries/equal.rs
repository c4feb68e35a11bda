//! What is left of a table where a column has a certain value.

use super::names::{Key, key};
use super::reach::Reach;
use super::{ids, staff, tables};
use crate::link::{ExprRef, Program};

/// What the keys of a condition belong to.
#[derive(Clone, Copy)]
pub(crate) struct Of<'a> {
    /// The table that is asked holds people.
    people: bool,
    /// The relation of that table whose keys these are.
    relation: Option<&'a str>,
}

impl<'a> Of<'a> {
    /// Columns of a table.
    pub(crate) fn table(name: Option<&str>) -> Self {
        Self { people: name.is_some_and(tables::holds_people), relation: None }
    }

    /// Columns of what a relation leads to.
    pub(crate) const fn below(self, relation: &'a str) -> Self {
        Self { relation: Some(relation), ..self }
    }

    /// What a key singles out; `id` below `workspace` is the workspace's.
    pub(crate) fn key(self, name: &str) -> Key {
        match self.relation {
            Some(relation) if matches!(name, "id" | "_id" | "slug") => key(&format!("{relation}Id")),
            _ => key(name),
        }
    }

    /// Whether a key and what it equals single out those who run the site.
    pub(crate) fn is_staff(self, name: &str, value: impl FnOnce() -> staff::Says) -> bool {
        self.people && staff::is_staff(self.relation, name, value)
    }
}

/// What `name = value` leaves; `Dynamic` if neither of them says what it singles out.
pub(crate) fn equal(program: &Program<'_>, of: Of<'_>, name: &str, value: Option<ExprRef>) -> Reach {
    let says = || value.map_or(staff::Says::Nothing, |value| staff::says(program, value, 0));
    if of.is_staff(name, says) {
        return Reach::Staff;
    }
    let key = match of.key(name) {
        // `{ room: roomId }`
        Key::Plain => value.map_or(Key::Plain, |value| ids::named(program, value, 0)),
        key => key,
    };
    match key {
        Key::Owner => Reach::Owner,
        Key::Tenant => Reach::Tenant,
        Key::Plain => Reach::Dynamic,
    }
}
