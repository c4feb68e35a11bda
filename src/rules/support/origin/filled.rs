//! Collections that begin empty: they are as long as the loops that put something in.

use super::super::queries::chain::{call_of, last_name};
use super::super::queries::names::{Key, key, words};
use super::super::rounds::compared_length;
use super::super::sources::{cuts, reads_rows};
use super::{Length, Origins};
use crate::facts::{
    BindingId, ContextKind, Expr, ExprId, FunctionId, ModuleFacts, Origin, Site, SiteKind, Use,
};
use crate::link::{ExprRef, Module};
use crate::span::FileId;

/// What a collection is that begins empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `[]`
    List,
    /// `{}`, `new Map()`, `new Set()`: of all that is put in under one key, one stays.
    Keyed,
}

impl Kind {
    /// What an expression makes; `None` if it is no empty collection.
    pub(super) fn of(facts: &ModuleFacts, made: ExprId) -> Option<Self> {
        match facts.expr(made) {
            Expr::Array(list) if list.is_empty() => Some(Self::List),
            Expr::Object(list) if list.is_empty() => Some(Self::Keyed),
            Expr::New(site) => match facts.site(site).kind {
                SiteKind::New { callee, args } if args.is_empty() => {
                    matches!(last_name(facts, callee), Some("Map" | "Set")).then_some(Self::Keyed)
                }
                _ => None,
            },
            _ => None,
        }
    }
}

impl Origins<'_, '_, '_> {
    /// How long the collection under a name is once it is filled.
    pub(super) fn filled(&self, (file, id): (FileId, BindingId), kind: Kind, depth: u32) -> Length {
        let Some(module) = self.program().module(file) else { return Length::Unknown };
        match kind {
            Kind::List => self.pushed(file, module, id, depth),
            Kind::Keyed => {
                let sites = keyed(module, id).into_iter();
                // Nobody knows what else fills it.
                sites.map(|site| self.rounds(file, module, site, depth)).max().unwrap_or(Length::Unknown)
            }
        }
    }

    /// What is pushed to an array, and how often.
    fn pushed(&self, file: FileId, module: &Module, id: BindingId, depth: u32) -> Length {
        let facts = &module.facts;
        let mut longest = Length::Bounded;
        for (site, method, args) in called_on(module, id) {
            if !matches!(method, "push" | "unshift") {
                continue;
            }
            for &argument in args {
                if let Expr::Spread(inner) = facts.expr(argument) {
                    longest = longest.max(self.length(ExprRef { file, id: inner }, depth + 1));
                }
            }
            longest = longest.max(self.rounds(file, module, site, depth));
        }
        longest
    }

    /// How often a call or an assignment is made: by the loops and callbacks that it stands in.
    fn rounds(&self, file: FileId, module: &Module, site: &Site, depth: u32) -> Length {
        let facts = &module.facts;
        let mut longest = self.around(file, facts, site.function, depth);
        for context in facts.contexts_from(site.context) {
            if let ContextKind::Loop { over, .. } = context.kind {
                // `i < rows.length`; there are fewer chunks than rows.
                let counted = compared_length(facts, over).filter(|_| !puts_piece(facts, site));
                let over = counted.unwrap_or(over);
                longest = longest.max(self.length(ExprRef { file, id: over }, depth + 1));
            }
        }
        longest
    }

    /// How often a callback runs: `xs.forEach(f)`, `stream.on('data', f)`.
    fn around(&self, file: FileId, facts: &ModuleFacts, function: FunctionId, depth: u32) -> Length {
        let own = facts.function(function);
        let Some(parent) = own.parent else { return Length::Bounded };
        // The expression that is this function is one of its parent's.
        let found = facts.sites_of(parent).find_map(|(_, site)| {
            let SiteKind::Call { callee, args } = site.kind else { return None };
            let is_given = facts.list(args).iter().any(|&id| facts.expr(id) == Expr::Function(function));
            is_given.then_some((callee, args))
        });
        let Some((callee, args)) = found else { return Length::Bounded };
        let Expr::Member { object, property } = facts.expr(callee) else { return Length::Bounded };
        match facts.text(property) {
            "forEach" | "map" | "flatMap" => self.length(ExprRef { file, id: object }, depth + 1),
            "on" => {
                let event = facts.list(args).first().map(|&id| facts.expr(id));
                let is_row = matches!(event, Some(Expr::Str(name)) if matches!(facts.text(name), "data" | "row" | "data-row" | "record"));
                let reads = is_row && reads_rows(facts, object);
                if reads { Length::Sent("row of a file") } else { Length::Bounded }
            }
            _ => Length::Bounded,
        }
    }
}

/// Whether a site puts in a piece of something: `chunks.push(rows.slice(i, i + 100))`.
fn puts_piece(facts: &ModuleFacts, site: &Site) -> bool {
    matches!(site.kind, SiteKind::Call { args, .. } if cuts(facts, facts.list(args)))
}

/// Each method that is called on a name, with its arguments.
fn called_on(module: &Module, id: BindingId) -> impl Iterator<Item = (&Site, &str, &[ExprId])> {
    let facts = &module.facts;
    module.uses(id).iter().filter_map(move |&used| {
        let Use::Part(member) = facts.use_of(used) else { return None };
        let Expr::Member { object, property } = facts.expr(member) else { return None };
        let Use::Part(call) = facts.use_of(member) else { return None };
        let (site, callee, args) = call_of(facts, call)?;
        (object == used && callee == member)
            .then(|| (facts.site(site), facts.text(property), facts.list(args)))
    })
}

/// Where something is put in under a key of its own: `set.add(row.id)`, `map.set(row.userId, …)`, `groups[row.email] = …`.
/// Rows that are grouped by their state are few groups.
fn keyed(module: &Module, id: BindingId) -> Vec<&Site> {
    let facts = &module.facts;
    let mut found: Vec<&Site> = Vec::new();
    for (site, method, args) in called_on(module, id) {
        if matches!(method, "add" | "set") && args.first().is_some_and(|&key| is_own(facts, key, 0)) {
            found.push(site);
        }
    }
    for &write in module.writes(id) {
        let site = facts.site(write);
        if let SiteKind::Write { target, .. } = site.kind
            && let Expr::Index { object, index } = facts.expr(target)
            && facts.expr(object) == Expr::Local(id)
            && is_own(facts, index, 0)
        {
            found.push(site);
        }
    }
    found
}

/// Whether a key is one of its own for each row or owner, by its name.
fn is_own(facts: &ModuleFacts, at: ExprId, depth: u32) -> bool {
    let go = |id: ExprId| is_own(facts, id, depth + 1);
    let by_name = |name: &str| match key(name) {
        Key::Owner => true,
        // One for each customer; `brand` and `store` may be few.
        Key::Tenant => words(name).len() > 1,
        Key::Plain => false,
    };
    if depth > 4 {
        return false;
    }
    match facts.expr(at) {
        Expr::Member { property, .. } => by_name(facts.text(property)),
        Expr::Local(id) => match facts.binding(id).origin {
            Origin::Init { expr, path, .. } => match facts.path(path).last() {
                Some(&step) => by_name(facts.text(step)),
                None => go(expr),
            },
            _ => by_name(facts.text(facts.binding(id).name)),
        },
        Expr::Template(parts) => facts.list(parts).iter().any(|&part| go(part)),
        // `String(row.userId)`, `row.userId.toString()`
        Expr::Call(_) => call_of(facts, at).is_some_and(|(_, callee, args)| match facts.expr(callee) {
            Expr::Member { object, property } => facts.text(property) == "toString" && go(object),
            _ => last_name(facts, callee) == Some("String") && facts.list(args).iter().any(|&id| go(id)),
        }),
        _ => false,
    }
}

/// Whether elements are the beginnings of texts, of which many are the same: `rows.map((row) => row.date.slice(0, 7))`.
pub(super) fn is_cut(facts: &ModuleFacts, elements: ExprId) -> bool {
    let Some((_, callee, args)) = call_of(facts, elements) else { return false };
    let Expr::Member { object, property } = facts.expr(callee) else { return false };
    match (facts.text(property), facts.list(args)) {
        ("filter" | "sort", _) => is_cut(facts, object),
        ("map", &[callback, ..]) => match facts.expr(callback) {
            Expr::Function(callback) => facts.returned(callback).all(|value| is_beginning(facts, value)),
            _ => false,
        },
        _ => false,
    }
}

/// The year or month of a date, by its length: `text.slice(0, 7)`.
fn is_beginning(facts: &ModuleFacts, value: ExprId) -> bool {
    let Some((_, callee, args)) = call_of(facts, value) else { return false };
    let cuts = matches!(last_name(facts, callee), Some("slice" | "substring" | "substr"));
    cuts && match *facts.list(args) {
        [from, to] => {
            facts.expr(from) == Expr::Number(0.0)
                && matches!(facts.expr(to), Expr::Number(length) if length <= 7.0)
        }
        _ => false,
    }
}
