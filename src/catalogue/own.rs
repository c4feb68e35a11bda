//! What a team says of its own packages, in the shape of the built-in tables.

use rustc_hash::FxHashSet;

use super::api::{AfterKind, Api};
use super::index::{Entry, normal};
use super::schema::{Client, Runner};

/// What a team says of its own packages. Names are written out, without patterns.
#[derive(Clone, Debug, Default)]
pub struct OwnEntries {
    /// What gives clients.
    pub clients: Vec<Client>,
    /// What gives promises that somebody has to wait for.
    pub after: Vec<Api<AfterKind>>,
    /// What waits for the work it is given.
    pub after_response: Vec<Runner>,
}

impl OwnEntries {
    /// Every package with an export that an entry is about.
    pub(super) fn names(&self) -> FxHashSet<(String, String)> {
        let mut names = FxHashSet::default();
        let entries = (self.clients.iter().map(|entry| entry as &dyn Entry))
            .chain(self.after.iter().map(|entry| entry as &dyn Entry))
            .chain(self.after_response.iter().map(|entry| entry as &dyn Entry));
        for entry in entries {
            for package in entry.packages() {
                for export in entry.exports() {
                    let first = normal(export).split('.').next().unwrap_or_default();
                    names.insert((package.clone(), first.to_owned()));
                }
            }
        }
        names
    }
}
