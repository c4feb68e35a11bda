//! What the rounds of a loop stand for: elements, chunks, pages.

use super::iteration::{Each, Open};
use crate::facts::{BinaryKind, Expr, ExprId, LoopKind, ModuleFacts, Origin, SiteKind, Use};
use crate::link::{ExprRef, Module, Program};
use crate::span::{FileId, Span};

/// What the rounds of a loop stand for; `None` if their number is fixed, or cannot be told.
pub(crate) fn each(program: &Program<'_>, file: FileId, module: &Module, looped: Open) -> Option<Each> {
    let facts = &module.facts;
    let of = |id: ExprId| ExprRef { file, id };
    match looped.kind {
        LoopKind::ForOf | LoopKind::ForAwait | LoopKind::ForIn => {
            return Some(Each::Element(of(looped.over)));
        }
        LoopKind::For | LoopKind::While | LoopKind::DoWhile => {}
    }
    let emptied = || emptied(module, looped);
    if let Some(collection) = compared_length(facts, looped.over).or_else(emptied) {
        return Some(match looped.slices {
            Some(_) => Each::Chunk(of(collection)),
            None => Each::Element(of(collection)),
        });
    }
    if has_number(program, file, facts, looped.over) || looped.sleeps {
        return None;
    }
    // To read a list to its end is one thing, to do something for each page another. A generator's reader may stop it.
    let works = awaits(facts, looped) > 1 && !facts.function(looped.function).is_generator;
    (works && pages(module, looped)).then_some(Each::Page)
}

/// How often a round waits.
fn awaits(facts: &ModuleFacts, looped: Open) -> usize {
    let sites = facts.sites_of(looped.function).filter(|(_, site)| {
        matches!(site.kind, SiteKind::Await { .. })
            && (looped.span.start..looped.span.end).contains(&site.span.start)
    });
    sites.count()
}

/// The collection in `i < xs.length`.
pub(crate) fn compared_length(facts: &ModuleFacts, test: ExprId) -> Option<ExprId> {
    let Expr::Binary { kind: BinaryKind::Less, right, .. } = facts.expr(test) else { return None };
    let Expr::Member { object, property } = facts.expr(right) else { return None };
    matches!(facts.text(property), "length" | "size").then_some(object)
}

/// The collection that `while (xs.length > 0) xs.shift()` empties.
fn emptied(module: &Module, looped: Open) -> Option<ExprId> {
    let facts = &module.facts;
    let length = match facts.expr(looped.over) {
        Expr::Binary { kind: BinaryKind::Greater | BinaryKind::NotEqual, left, right } => {
            matches!(facts.expr(right), Expr::Number(0.0)).then_some(left)?
        }
        _ => looped.over,
    };
    let Expr::Member { object, property } = facts.expr(length) else { return None };
    let Expr::Local(list) = facts.expr(object) else { return None };
    let takes = |used: ExprId| {
        let Use::Part(member) = facts.use_of(used) else { return false };
        let Expr::Member { property, .. } = facts.expr(member) else { return false };
        let start = facts.starts.get(used.index()).copied().unwrap_or_default();
        matches!(facts.text(property), "shift" | "pop" | "splice")
            && (looped.span.start..looped.span.end).contains(&start)
    };
    let is_length = facts.text(property) == "length";
    (is_length && module.uses(list).iter().any(|&used| takes(used))).then_some(object)
}

/// Whether a condition compares with a number that is written down: `attempt < MAX_ATTEMPTS`.
fn has_number(program: &Program<'_>, file: FileId, facts: &ModuleFacts, test: ExprId) -> bool {
    match facts.expr(test) {
        Expr::Binary { kind: BinaryKind::Less | BinaryKind::Greater, left, right } => {
            let is_length = |id| matches!(facts.expr(id), Expr::Member { property, .. } if facts.text(property) == "length");
            let is_number = |id| {
                program.number(ExprRef { file, id }).is_some() || matches!(facts.expr(id), Expr::Local(_))
            };
            !is_length(left) && !is_length(right) && (is_number(right) || is_number(left))
        }
        Expr::Logical { left, right, .. } => {
            has_number(program, file, facts, left) || has_number(program, file, facts, right)
        }
        _ => false,
    }
}

/// Whether a loop ends with the last page: it tests how many came, or a cursor.
fn pages(module: &Module, looped: Open) -> bool {
    let facts = &module.facts;
    let inside = |id: ExprId| {
        let start = facts.starts.get(id.index()).copied().unwrap_or_default();
        (looped.span.start..looped.span.end).contains(&start)
    };
    let exprs = facts.function(looped.function).exprs.range();
    exprs.filter_map(|i| u32::try_from(i).ok()).map(ExprId).filter(|&id| inside(id)).any(|id| {
        let name = match facts.expr(id) {
            Expr::Local(binding) => facts.text(facts.binding(binding).name),
            Expr::Member { property, .. } => facts.text(property),
            _ => return false,
        };
        match name {
            "length" => match facts.expr(id) {
                Expr::Member { object, .. } => tested(facts, id) && comes_in(module, object, looped.span),
                _ => false,
            },
            "hasMore"
            | "has_more"
            | "hasNextPage"
            | "nextCursor"
            | "next_cursor"
            | "nextPageToken"
            | "NextToken"
            | "nextToken"
            | "IsTruncated"
            | "NextContinuationToken"
            | "ContinuationToken"
            | "endCursor"
            | "has_next_page"
            | "nextPage" => true,
            _ => false,
        }
    })
}

/// Whether a name gets what is awaited in the loop.
fn comes_in(module: &Module, name: ExprId, span: Span) -> bool {
    let facts = &module.facts;
    let Expr::Local(id) = facts.expr(name) else { return false };
    let inside = |value: ExprId| {
        let start = facts.starts.get(value.index()).copied().unwrap_or_default();
        matches!(facts.expr(value), Expr::Await(_)) && (span.start..span.end).contains(&start)
    };
    let first = matches!(facts.binding(id).origin, Origin::Init { expr, .. } if inside(expr));
    first
        || module.writes(id).iter().any(|&site| match facts.site(site).kind {
            SiteKind::Write { value, .. } => inside(value),
            _ => false,
        })
}

/// Whether a comparison with this decides something.
fn tested(facts: &ModuleFacts, id: ExprId) -> bool {
    let mut at = id;
    for _ in 0..6 {
        match facts.use_of(at) {
            Use::Test => return true,
            Use::Part(parent)
                if matches!(
                    facts.expr(parent),
                    Expr::Binary { .. } | Expr::Logical { .. } | Expr::Not(_)
                ) =>
            {
                at = parent
            }
            _ => return false,
        }
    }
    false
}
