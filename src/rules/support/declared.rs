//! Where a place that outlives requests is declared.

use crate::facts::{BindingId, Expr, ExprId, FunctionId, MemberKind, Origin, SiteId, SiteKind};
use crate::link::{ClassRef, ExprRef, FunctionRef, Place, Program, root};
use crate::span::{FileId, Location};

/// Where a place is declared.
pub(crate) fn declaration(
    program: &Program<'_>,
    place: &Place,
    puts: &[(FileId, SiteId)],
) -> Option<(Location, FunctionRef)> {
    match place {
        Place::Binding(file, binding) => Some(of_binding(program, *file, *binding)?),
        Place::Field(class, name) => of_field(program, *class, name).or_else(|| of_put(program, puts)),
        Place::Property(..) | Place::Library => of_put(program, puts),
        Place::Global(name) => of_global(program, name, puts).or_else(|| of_put(program, puts)),
    }
}

fn of_binding(program: &Program<'_>, file: FileId, binding: BindingId) -> Option<(Location, FunctionRef)> {
    let binding = program.module(file)?.facts.binding(binding);
    Some((Location { file, span: binding.span }, FunctionRef { file, id: binding.function }))
}

fn of_field(program: &Program<'_>, class: ClassRef, name: &str) -> Option<(Location, FunctionRef)> {
    let file = class.file;
    let facts = &program.module(file)?.facts;
    let members = &facts.class(class.id).members;
    let member = members.iter().find(|member| facts.text(member.name) == name)?;
    let MemberKind::Field(initial) = member.kind else { return None };
    (initial != ExprId::UNKNOWN).then(|| {
        let id = program.function_of_expr(ExprRef { file, id: initial });
        (Location { file, span: facts.span_of(initial) }, FunctionRef { file, id })
    })
}

fn of_put(program: &Program<'_>, puts: &[(FileId, SiteId)]) -> Option<(Location, FunctionRef)> {
    let &(file, site) = puts.first()?;
    let site = program.module(file)?.facts.site(site);
    Some((Location { file, span: site.span }, FunctionRef { file, id: site.function }))
}

/// `const clients = globalThis.clients ?? new Set()`, or `globalThis.clients = new Set()` somewhere.
fn of_global(
    program: &Program<'_>,
    name: &str,
    puts: &[(FileId, SiteId)],
) -> Option<(Location, FunctionRef)> {
    let &(file, site) = puts.first()?;
    let facts = &program.module(file)?.facts;
    if let SiteKind::Call { callee, .. } = facts.site(site).kind
        && let Expr::Local(binding) = facts.expr(root(facts, callee))
        && let Origin::Init { expr, .. } = facts.binding(binding).origin
        && facts.binding(binding).function == FunctionId::MODULE
        && matches!(facts.expr(expr), Expr::Logical { .. } | Expr::Write(_) | Expr::Conditional { .. })
    {
        return of_binding(program, file, binding);
    }
    program.modules().find_map(|(file, module)| {
        (0..).map(SiteId).zip(&module.facts.sites).find_map(|(id, site)| {
            let SiteKind::Write { value, .. } = site.kind else { return None };
            let made = matches!(
                module.facts.expr(value),
                Expr::New(_) | Expr::Array(_) | Expr::Object(_) | Expr::Logical { .. }
            );
            let (place, _) = made.then(|| program.place_written(file, id))??;
            (place == Place::Global(name.to_owned()))
                .then_some((Location { file, span: site.span }, FunctionRef { file, id: site.function }))
        })
    })
}
