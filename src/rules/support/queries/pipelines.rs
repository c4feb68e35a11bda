//! How much of a collection a pipeline of MongoDB gives: `[{ $match: … }, { $sort: … }]`.

use super::equal::Of;
use super::narrow;
use super::reach::Reach;
use crate::facts::{Expr, ExprId, PropertyKey, Use};
use crate::link::{ExprRef, Module, Program};
use crate::span::FileId;

/// What the stages leave; `None` if this is no pipeline that is written down.
pub(super) fn reach(program: &Program<'_>, of: Of<'_>, at: ExprRef) -> Option<Reach> {
    let (file, list) = written(program, at)?;
    let facts = &program.module(file)?.facts;
    let Expr::Array(list) = facts.expr(list) else { return None };
    let stages = facts.list(list).iter().map(|&id| stage(program, of, ExprRef { file, id }));
    Some(stages.fold(Reach::Whole, Reach::and))
}

/// The array that a pipeline is, if nothing is added to it later.
fn written(program: &Program<'_>, at: ExprRef) -> Option<(FileId, ExprId)> {
    let module = program.module(at.file)?;
    let Expr::Local(name) = module.facts.expr(at.id) else { return Some((at.file, at.id)) };
    let (file, name) = program.declaration(at.file, name);
    let module = program.module(file)?;
    let binding = module.facts.binding(name);
    let crate::facts::Origin::Init { expr, path, .. } = binding.origin else { return None };
    let is_fixed = path.is_empty() && module.writes(name).is_empty();
    (is_fixed && !module.uses(name).iter().any(|&used| is_called_on(module, used))).then_some((file, expr))
}

/// Whether a method of an array is called: `stages.push(…)`.
fn is_called_on(module: &Module, used: ExprId) -> bool {
    let Use::Part(parent) = module.facts.use_of(used) else { return false };
    matches!(module.facts.expr(parent), Expr::Member { object, .. } if object == used)
}

/// What one stage leaves: `{ $match: { … } }`.
fn stage(program: &Program<'_>, of: Of<'_>, at: ExprRef) -> Reach {
    let Some(module) = program.module(at.file) else { return Reach::Unknown };
    let facts = &module.facts;
    let Expr::Object(list) = facts.expr(at.id) else { return Reach::Unknown };
    let [property] = facts.object(list) else { return Reach::Unknown };
    let PropertyKey::Name(name) = property.key else { return Reach::Unknown };
    match facts.text(name) {
        "$match" => narrow::object(program, ExprRef { file: at.file, id: property.value }, of, 0),
        "$lookup" | "$addFields" | "$set" | "$unset" | "$project" | "$sort" | "$unwind" | "$replaceRoot"
        | "$replaceWith" | "$graphLookup" | "$setWindowFields" => Reach::Whole,
        // Groups and counts are as many as there are kinds; what is written stays in the database.
        "$limit" | "$sample" | "$skip" | "$group" | "$bucket" | "$bucketAuto" | "$count" | "$sortByCount"
        | "$facet" | "$merge" | "$out" => Reach::Capped,
        _ => Reach::Unknown,
    }
}
