//! Queries that read rows, in code that runs, and how much of a table each reads.
//!
//! What a query is called on is known by import where it can be followed, else by the shape of the call:
//! `ctx.prisma.user.findMany()`, `db.select().from(t)`, `Model.find({})`.

mod arranged;
pub(crate) mod chain;
mod either;
mod equal;
pub(crate) mod filter;
mod helpers;
mod ids;
mod look;
pub(crate) mod names;
mod narrow;
mod pipelines;
mod reach;
mod sql;
mod staff;
mod statements;
pub(crate) mod tables;
mod values;

use rustc_hash::{FxHashMap, FxHashSet};

use super::apis::Apis;
use crate::facts::{ExprId, List, SiteId, SiteKind};
use crate::link::{FunctionRef, Program, Route};
use crate::rules::{Choices, Growth};
use crate::span::FileId;
use chain::Declared;
pub(crate) use chain::Fate;
use helpers::Driver;
pub(crate) use reach::Reach;

/// A query that reads rows.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// Its module.
    pub file: FileId,
    /// The call that makes it.
    pub site: SiteId,
    /// The function whose run does it.
    pub function: FunctionRef,
    /// Words for it, with their article.
    pub what: String,
    /// The table, collection or model, where it has a name.
    pub table: Option<String>,
    /// How much of it is read.
    pub reach: Reach,
    /// The rows are asked for in an order that people put them in by hand.
    pub arranged: bool,
    /// What becomes of the rows.
    pub fate: Fate,
    /// The outermost call of its chain.
    pub end: ExprId,
    /// What it is called on is known by import.
    pub resolved: bool,
    /// What it is called on is text in the source: the row limit of the API may hold.
    pub by_api: bool,
}

impl Query {
    /// Whether its table grows, by what a team sets for a route, by its name, or by the order of its rows: what people
    /// put in order by hand is not long.
    pub(crate) fn growth(&self, choices: &Choices, route: Option<&Route>) -> Option<Growth> {
        let named = choices.growth(self.file, route, self.table.as_deref().unwrap_or_default());
        named.or_else(|| self.arranged.then_some(Growth::Small))
    }
}

/// Every query in code that runs, by file and place.
#[derive(Debug, Default)]
pub(crate) struct Queries {
    /// Them.
    pub list: Vec<Query>,
    by_end: FxHashMap<(FileId, ExprId), usize>,
}

/// A call to be looked at.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a, 'p> {
    program: &'a Program<'p>,
    file: FileId,
    site: SiteId,
    function: FunctionRef,
    callee: ExprId,
    args: List,
    declared: &'a Declared,
}

impl Call<'_, '_> {
    /// The query that a call is; how it is sent is known by import, or not.
    fn query(self, seen: look::Seen, driver: Option<&Driver>) -> Query {
        Query {
            file: self.file,
            site: self.site,
            function: self.function,
            what: driver.map_or_else(|| seen.what.to_owned(), |driver| driver.what.clone()),
            table: seen.table,
            reach: seen.reach,
            arranged: seen.arranged,
            fate: seen.fate,
            end: seen.end,
            resolved: driver.is_some_and(|driver| driver.resolved),
            by_api: seen.by_api,
        }
    }
}

impl Queries {
    /// Looks through every call that runs.
    pub(crate) fn find(program: &Program<'_>, apis: &Apis<'_>) -> Self {
        let known: FxHashMap<(FileId, SiteId), _> =
            apis.queries.iter().map(|found| ((found.file, found.site), found.api)).collect();
        let mut list = Vec::new();
        let mut helpers = Vec::new();
        for (file, module) in program.modules() {
            let facts = &module.facts;
            let mut declared: Option<Declared> = None;
            for (site, entry) in (0..).map(SiteId).zip(&facts.sites) {
                let (callee, args) = match entry.kind {
                    SiteKind::Call { callee, args } => (callee, args),
                    SiteKind::Tagged { callee, .. } => (callee, List::default()),
                    _ => continue,
                };
                let api = known.get(&(file, site));
                if api.is_none() && !look::is_candidate(facts, callee) {
                    continue;
                }
                let function = FunctionRef { file, id: entry.function };
                if program.graph.per_request(function).next().is_none() {
                    continue;
                }
                let declared: &Declared = declared.get_or_insert_with(|| Declared::of(facts));
                let call = Call { program, file, site, function, callee, args, declared };
                let seen = match api {
                    Some(api) => look::known(call, api.kind),
                    None => look::by_shape(call),
                };
                if let Some(seen) = seen {
                    let driver = api.map(|api| Driver::of(&api.what));
                    list.push(call.query(seen, driver.as_ref()));
                } else if let Some(text) = statements::sql_text(call, api.map(|api| api.kind)) {
                    let driver = api.map_or_else(Driver::unknown, |api| Driver::of(&api.what));
                    helpers.extend(helpers::helper(call, text, &driver));
                }
            }
        }
        helpers::follow(program, helpers, &mut list);
        let by_end = list.iter().enumerate().map(|(i, query)| ((query.file, query.end), i)).collect();
        Self { list, by_end }
    }

    /// The query whose outermost call is this.
    pub(crate) fn ending_at(&self, file: FileId, end: ExprId) -> Option<&Query> {
        self.by_end.get(&(file, end)).and_then(|&at| self.list.get(at))
    }

    /// The calls that are queries.
    pub(crate) fn sites(&self) -> FxHashSet<(FileId, SiteId)> {
        self.list.iter().map(|query| (query.file, query.site)).collect()
    }
}
