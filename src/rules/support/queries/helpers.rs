//! Functions of the project that send the SQL they get to a database and give its rows: `query(text, params)`. What
//! such a query reads stands where the function is called.

use std::cell::Cell;

use rustc_hash::FxHashMap;

use super::chain::{Declared, Fate, call_of, last_name, outwards};
use super::filter::entry;
use super::{Call, Query, statements};
use crate::facts::{BindingId, Expr, ExprId, FunctionId, List, ModuleFacts, Origin, SiteId, SiteKind};
use crate::link::{FunctionRef, How, Module, Program, Value};
use crate::span::FileId;

/// How far what a helper returns is followed.
const MAX_DEPTH: u32 = 12;

/// How many expressions are looked at for one helper: names may stand for names many times over.
const MAX_LOOKS: u32 = 1000;

/// How a query is sent, as far as that is known.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    /// Words for the query.
    pub what: String,
    /// It is known by import.
    pub resolved: bool,
    /// It gives rows and fields, as the drivers of MySQL do.
    pub in_pairs: bool,
}

impl Driver {
    /// One that the catalogue knows by these words.
    pub(super) fn of(what: &str) -> Self {
        Self { what: what.to_owned(), resolved: true, in_pairs: what.contains("MySQL") }
    }

    /// One that cannot be followed to a package.
    pub(super) fn unknown() -> Self {
        Self { what: "an SQL query".to_owned(), resolved: false, in_pairs: false }
    }
}

/// A function that gives the rows of the SQL that it gets.
#[derive(Clone, Debug)]
pub(super) struct Helper {
    /// The function.
    function: FunctionRef,
    /// Which of its parameters holds the text.
    index: usize,
    /// The key of the text in that parameter: `query({ text })`.
    key: Option<String>,
    /// How it sends the text; a pair that it takes apart is none any more.
    driver: Driver,
}

/// The helper in which a call sends SQL, if its text is a parameter and the rows are given back.
pub(super) fn helper(call: Call<'_, '_>, text: ExprId, driver: &Driver) -> Option<Helper> {
    let module = call.program.module(call.file)?;
    let facts = &module.facts;
    let (name, key) = parameter(facts, text)?;
    let (function, index, key) = match facts.binding(name).origin {
        Origin::Param { index, path, .. } if !facts.binding(name).reassigned => {
            let mut steps = facts.path(path).iter().map(|&step| facts.text(step).to_owned()).chain(key);
            let key = steps.next();
            (steps.next().is_none()).then_some((facts.binding(name).function, index, key))?
        }
        _ => return None,
    };
    let site = facts.site(call.site);
    let chain = outwards(module, call.declared, site.expr);
    let reads_all = chain.steps.iter().any(|step| facts.text(step.name) == "all");
    if last_name(facts, call.callee) == Some("prepare") && !reads_all {
        return None;
    }
    let way = Way { module, call: site.expr, args: call.args, driver, left: Cell::new(MAX_LOOKS) };
    let pair_is_open = way.given_by(site.function, function)?;
    let driver = Driver { in_pairs: driver.in_pairs && !pair_is_open, ..driver.clone() };
    let function = FunctionRef { file: call.file, id: function };
    Some(Helper { function, index: index as usize, key, driver })
}

/// The name in which a text comes, and the key that it has there: `text`, `options.text`, `{ text, values }`.
fn parameter(facts: &ModuleFacts, text: ExprId) -> Option<(BindingId, Option<String>)> {
    match facts.expr(text) {
        Expr::Local(name) => Some((name, None)),
        Expr::Member { object, property } => match facts.expr(object) {
            Expr::Local(name) => Some((name, Some(facts.text(property).to_owned()))),
            _ => None,
        },
        Expr::Object(_) => {
            let text = entry(facts, text, "text").or_else(|| entry(facts, text, "sql"))?;
            if matches!(facts.expr(text), Expr::Object(_)) { None } else { parameter(facts, text) }
        }
        _ => None,
    }
}

/// Adds the queries that are made through helpers, and through helpers of these.
pub(super) fn follow(program: &Program<'_>, mut open: Vec<Helper>, list: &mut Vec<Query>) {
    let mut declared: FxHashMap<FileId, Declared> = FxHashMap::default();
    let mut known: Vec<FunctionRef> = open.iter().map(|helper| helper.function).collect();
    while let Some(helper) = open.pop() {
        for (file, site) in calls_of(program, helper.function) {
            let Some(module) = program.module(file) else { continue };
            let entry = module.facts.site(site);
            let SiteKind::Call { callee, args } = entry.kind else { continue };
            let function = FunctionRef { file, id: entry.function };
            let Some(text) = helper.text(&module.facts, args) else { continue };
            let declared = declared.entry(file).or_insert_with(|| Declared::of(&module.facts));
            let call = Call { program, file, site, function, callee, args, declared };
            if let Some(mut found) = statements::sql(call, text) {
                // The pair of rows and fields looks as if only the first row were used.
                if helper.driver.in_pairs && found.fate == Fate::First {
                    found.fate = Fate::Awaited;
                }
                list.push(call.query(found, Some(&helper.driver)));
            } else if let Some(outer) = self::helper(call, text, &helper.driver)
                && !known.contains(&outer.function)
            {
                known.push(outer.function);
                open.push(outer);
            }
        }
    }
    list.sort_by_key(|query| (query.file, query.site));
    list.dedup_by_key(|query| (query.file, query.site));
}

impl Helper {
    /// The text among the arguments of a call.
    fn text(&self, facts: &ModuleFacts, args: List) -> Option<ExprId> {
        let argument = *facts.list(args).get(self.index)?;
        match &self.key {
            Some(key) => entry(facts, argument, key),
            None => Some(argument),
        }
    }
}

/// The calls of a function in code that runs.
fn calls_of(program: &Program<'_>, function: FunctionRef) -> Vec<(FileId, SiteId)> {
    let nodes = program.graph.per_request(function);
    let edges = nodes.flat_map(|node| program.graph.callers(node)).filter(|edge| edge.how == How::Calls);
    let sites = edges.filter_map(|edge| Some((edge.file, edge.site()?)));
    sites.filter(|&(file, site)| *program.callee(file, site) == Value::Function(function)).collect()
}

/// The way of rows out of a function.
struct Way<'a> {
    module: &'a Module,
    /// The call that reads them.
    call: ExprId,
    /// Its arguments, of which one may be a callback.
    args: List,
    driver: &'a Driver,
    /// How many expressions may still be looked at.
    left: Cell<u32>,
}

impl Way<'_> {
    /// Whether an outer function gives the rows that an inner one reads, and took rows and fields apart before.
    fn given_by(&self, inner: FunctionId, outer: FunctionId) -> Option<bool> {
        let facts = &self.module.facts;
        let mut at = inner;
        let mut opened = self.returned(inner, |id| id == self.call).or_else(|| self.resolved(inner))?;
        // `return retry(async () => …)`: whoever gets the inner function gives what it returns.
        while at != outer {
            let function = self.module.expression_of(at)?;
            at = facts.function(at).parent?;
            opened |= self.returned(at, |id| {
                let parts = match facts.expr(id) {
                    Expr::Call(site) | Expr::New(site) => match facts.site(site).kind {
                        SiteKind::Call { args, .. } | SiteKind::New { args, .. } => facts.list(args),
                        _ => &[],
                    },
                    _ => &[],
                };
                parts.contains(&function)
            })?;
        }
        Some(opened)
    }

    /// Whether one of the values that a function returns is the rows.
    fn returned(&self, function: FunctionId, is_source: impl Fn(ExprId) -> bool) -> Option<bool> {
        let facts = &self.module.facts;
        facts.returned(function).filter_map(|id| self.leads(id, &is_source, 0)).max()
    }

    /// Whether a callback of the call gives the rows to `resolve`.
    fn resolved(&self, function: FunctionId) -> Option<bool> {
        let facts = &self.module.facts;
        let Expr::Function(callback) = facts.expr(*facts.list(self.args).last()?) else { return None };
        let resolve = facts.function(function).params.first()?.binding?;
        let values = facts.sites_of(callback).filter_map(|(_, site)| match site.kind {
            SiteKind::Call { callee, args } if facts.expr(callee) == Expr::Local(resolve) => {
                facts.list(args).first().copied()
            }
            _ => None,
        });
        let is_result = |id: ExprId| match facts.expr(id) {
            Expr::Local(name) => {
                let binding = facts.binding(name);
                binding.function == callback
                    && matches!(binding.origin, Origin::Param { index: 1, path, .. } if path.is_empty())
            }
            _ => false,
        };
        // A callback gets rows and fields apart.
        values.filter_map(|id| self.leads(id, &is_result, 0)).max().map(|_| true)
    }

    /// Whether a value is the rows of a source, all of them, and on its way rows and fields were taken apart.
    fn leads(&self, at: ExprId, is_source: &dyn Fn(ExprId) -> bool, depth: u32) -> Option<bool> {
        let facts = &self.module.facts;
        let left = self.left.get();
        if depth > MAX_DEPTH || left == 0 {
            return None;
        }
        self.left.set(left - 1);
        if is_source(at) {
            return Some(false);
        }
        let go = |id: ExprId| self.leads(id, is_source, depth + 1);
        match facts.expr(at) {
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => go(value),
                _ => None,
            },
            Expr::Member { object, property } => match facts.text(property) {
                "rows" | "recordset" => go(object),
                "0" if self.driver.in_pairs => opened(go(object)),
                _ => None,
            },
            Expr::Logical { left, right, .. } => go(left).or_else(|| go(right)),
            Expr::Conditional { yes, no, .. } => go(yes).or_else(|| go(no)),
            Expr::Object(list) => facts.object(list).iter().find_map(|property| go(property.value)),
            Expr::Local(name) => self.named(name, is_source, depth),
            Expr::Call(_) => {
                let (_, callee, _) = call_of(facts, at)?;
                let Expr::Member { object, property } = facts.expr(callee) else { return None };
                let keeps = ["all", "map", "filter", "catch", "finally"];
                if keeps.contains(&facts.text(property)) { go(object) } else { None }
            }
            _ => None,
        }
    }

    /// A name for rows: what it begins with, or what is written to it.
    fn named(&self, name: BindingId, is_source: &dyn Fn(ExprId) -> bool, depth: u32) -> Option<bool> {
        let facts = &self.module.facts;
        let binding = facts.binding(name);
        let go = |id: ExprId| self.leads(id, is_source, depth + 1);
        // What an unknown driver gives is told by the name: `const [rows] = await connection.execute(text)`.
        let is_many = || {
            self.driver.in_pairs
                || !self.driver.resolved && matches!(facts.text(binding.name), "rows" | "results" | "result")
        };
        let first = match binding.origin {
            Origin::Init { expr, path, .. } => match facts.path(path) {
                [] => go(expr),
                &[step] => match facts.text(step) {
                    "rows" => go(expr),
                    "0" if is_many() => opened(go(expr)),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let mut written = self.module.writes(name).iter().filter_map(|&site| match facts.site(site).kind {
            SiteKind::Write { target, value, .. } if facts.expr(target) == Expr::Local(name) => go(value),
            _ => None,
        });
        first.or_else(|| written.next())
    }
}

/// The first of a pair is the rows, the first of rows is one of them.
fn opened(pair: Option<bool>) -> Option<bool> {
    pair.filter(|is_open| !is_open).map(|_| true)
}
