//! What a team sets for rules besides their severity.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::support::queries::tables;
use crate::link::Route;
use crate::span::FileId;

/// What is set in one part of a repository; what is not set there is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleChoices {
    /// `uncapped-query`: whether tables grow, by their names.
    pub tables: BTreeMap<String, Growth>,
    /// `local-file-write`: folders that outlive an instance.
    pub file_folders: Option<Vec<String>>,
    /// `local-database-file`: folders that outlive an instance.
    pub database_folders: Option<Vec<String>>,
    /// `blocking-wait`: the shortest wait that is reported, in seconds.
    pub shortest_wait: Option<u32>,
}

/// Whether a table grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// It holds what the project is set up with.
    Small,
    /// It holds what users make without end.
    Growing,
}

/// What is set in all parts of a repository, in the order in which it counts.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// The parts; the last that sets something decides.
    pub parts: Vec<PartChoices>,
}

/// What is set in one part, and what it covers.
#[derive(Clone, Debug)]
pub struct PartChoices {
    /// What is set.
    pub choices: RuleChoices,
    /// The files and apps (by index) of the part; `None` for everything.
    pub covers: Option<(FxHashSet<FileId>, Vec<usize>)>,
}

impl Choices {
    /// Whether a table grows, as far as the team or its name tells.
    pub(crate) fn growth(&self, file: FileId, route: Option<&Route>, table: &str) -> Option<Growth> {
        let named = self.at(file, route, |choices| {
            let named = choices.tables.iter().find(|(name, _)| tables::is_same(name, table));
            named.map(|(_, &growth)| growth)
        });
        named.or_else(|| tables::growth(table))
    }

    /// What holds for a construct in a file, if a route is given where it makes it run.
    pub(crate) fn at<T>(
        &self,
        file: FileId,
        route: Option<&Route>,
        chosen: impl Fn(&RuleChoices) -> Option<T>,
    ) -> Option<T> {
        let covers = |part: &&PartChoices| {
            let covers = part.covers.as_ref();
            covers.is_none_or(|(files, apps)| {
                files.contains(&file) || route.is_some_and(|route| apps.contains(&route.app))
            })
        };
        self.parts.iter().rev().filter(covers).find_map(|part| chosen(&part.choices))
    }
}
