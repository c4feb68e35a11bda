//! Where a holder is declared and what it is called.

use super::collect::{Accesses, Change};
use super::names::is_harmless_path;
use super::resolve::Holder;
use crate::facts::{Expr, ExprId, FunctionId, MemberKind, ModuleFacts, Origin, SiteKind, Use};
use crate::link::{ClassRef, ExprRef, Frequency, FunctionRef, Phase, Program};
use crate::span::Location;

/// A holder with its names and its place.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// What holds.
    pub holder: Holder,
    /// Its name in messages.
    pub name: String,
    /// Its name, that of its class, and those of the properties that are written below it.
    pub names: Vec<String>,
    /// Where it is declared.
    pub at: Location,
    /// The function it is declared in.
    pub function: FunctionRef,
    /// Its first value.
    pub initial: Option<ExprRef>,
    /// The same without the properties of entries: a job that has a log is no log.
    pub near: Vec<String>,
    /// Its file is about logs, figures or tests.
    pub harmless_path: bool,
}

/// Describes a holder; `None` if it does not outlive requests after all, or is declared nowhere.
pub(crate) fn subject(program: &Program<'_>, holder: &Holder, accesses: &Accesses) -> Option<Subject> {
    let mut subject = match holder {
        Holder::Binding(file, id) => {
            let module = program.module(*file)?;
            let binding = module.facts.binding(*id);
            let initial = match binding.origin {
                Origin::Init { expr, path, .. } if path.is_empty() => Some(ExprRef { file: *file, id: expr }),
                Origin::None => None,
                _ => return None,
            };
            let name = module.facts.text(binding.name).to_owned();
            Subject {
                holder: holder.clone(),
                names: vec![name.clone()],
                name,
                at: Location { file: *file, span: binding.span },
                function: FunctionRef { file: *file, id: binding.function },
                initial,
                near: Vec::new(),
                harmless_path: false,
            }
        }
        Holder::Field(class, name) => field(program, holder, *class, name, accesses)?,
        Holder::Global(name) => global(program, holder, name, accesses)?,
    };
    let parts = properties(program, accesses);
    let of = |most: u32| parts.iter().filter(move |part| part.1 <= most).map(|part| part.0.clone());
    subject.near = subject.names.iter().cloned().chain(of(1)).collect();
    subject.names.extend(of(u32::MAX));
    subject.harmless_path = is_harmless_path(program.project.files.path(subject.at.file));
    Some(subject)
}

fn field(
    program: &Program<'_>,
    holder: &Holder,
    class: ClassRef,
    name: &str,
    accesses: &Accesses,
) -> Option<Subject> {
    let module = program.module(class.file)?;
    let facts = &module.facts;
    let own = facts.class(class.id);
    let member = own.members.iter().find(|m| facts.text(m.name) == name);
    let is_static = member.is_some_and(|m| m.is_static);
    if !is_static && !lasts(program, class) {
        return None;
    }
    let declared = member.and_then(|m| match m.kind {
        MemberKind::Field(initial) => Some(initial),
        _ => None,
    });
    // A field without a first value gets one from the constructor.
    let given = || {
        let from = own.constructor?;
        let write = module.field_writes(class.id, name).find(|w| facts.site(w.site).function == from)?;
        Some(write.value)
    };
    let initial = declared.filter(|&id| id != ExprId::UNKNOWN && !is_parameter(facts, id)).or_else(given);
    let span = match initial {
        Some(id) => facts.span_of(id),
        None => facts.site(accesses.writes.iter().find(|w| w.file == class.file)?.site).span,
    };
    let names = std::iter::once(name.trim_start_matches('#').to_owned());
    Some(Subject {
        holder: holder.clone(),
        name: name.to_owned(),
        names: names.chain(own.name.map(|name| facts.text(name).to_owned())).collect(),
        at: Location { file: class.file, span },
        function: FunctionRef { file: class.file, id: FunctionId::MODULE },
        initial: initial.map(|id| ExprRef { file: class.file, id }),
        near: Vec::new(),
        harmless_path: false,
    })
}

/// What the constructor was given belongs to whoever gave it.
fn is_parameter(facts: &ModuleFacts, id: ExprId) -> bool {
    matches!(facts.expr(id), Expr::Local(binding)
        if matches!(facts.binding(binding).origin, Origin::Param { .. }))
}

/// Whether instances of a class are made when modules are loaded, or made once and kept, and never per request.
fn lasts(program: &Program<'_>, class: ClassRef) -> bool {
    let mut lasting = false;
    for &(file, site) in program.constructions(class) {
        let Some(module) = program.module(file) else { continue };
        let entry = module.facts.site(site);
        let function = FunctionRef { file, id: entry.function };
        match program.frequency(file, site) {
            Frequency::PerRequest => return false,
            Frequency::Memoised => lasting |= is_named(&module.facts, entry.expr),
            Frequency::Once => lasting |= program.graph.code(function, Phase::Init).is_some(),
        }
    }
    lasting
}

/// Whether what is made is given a name, rather than being one of many: `rooms.set(id, new Room())`.
fn is_named(facts: &ModuleFacts, construct: ExprId) -> bool {
    let mut current = construct;
    loop {
        let parent = match facts.use_of(current) {
            Use::Part(parent) => parent,
            Use::Declared | Use::Returned(_) | Use::Field(..) | Use::Exported => return true,
            _ => return false,
        };
        match facts.expr(parent) {
            Expr::Logical { .. } | Expr::Conditional { .. } | Expr::Await(_) | Expr::Sequence(_) => {
                current = parent
            }
            Expr::Write(site) => {
                return matches!(facts.site(site).kind, SiteKind::Write { target, .. }
                    if !matches!(facts.expr(target), Expr::Index { .. }));
            }
            _ => return false,
        }
    }
}

fn global(program: &Program<'_>, holder: &Holder, name: &str, accesses: &Accesses) -> Option<Subject> {
    // Where it is put on the global object; best where it gets a container.
    let first = accesses.writes.iter().filter(|w| w.depth == 0 && w.kind == Change::Put && !w.method);
    let write = first.min_by_key(|w| (w.request, w.file, w.site))?;
    let module = program.module(write.file)?;
    let span = module.facts.site(write.site).span;
    Some(Subject {
        holder: holder.clone(),
        name: name.to_owned(),
        names: vec![name.to_owned()],
        at: Location { file: write.file, span },
        function: write.function,
        initial: Some(ExprRef { file: write.file, id: write.value }),
        near: Vec::new(),
        harmless_path: false,
    })
}

/// The properties below the holder that are written, and how far below: `store.otpCodes.push(…)`.
fn properties(program: &Program<'_>, accesses: &Accesses) -> Vec<(String, u32)> {
    let mut names = Vec::new();
    for write in accesses.writes.iter().filter(|write| write.request).take(32) {
        let Some(module) = program.module(write.file) else { continue };
        let facts = &module.facts;
        let target = match facts.site(write.site).kind {
            SiteKind::Write { target, .. } => target,
            SiteKind::Call { callee, .. } => match facts.expr(callee) {
                Expr::Member { object, .. } => object,
                _ => continue,
            },
            _ => continue,
        };
        if let Expr::Member { property, .. } = facts.expr(target) {
            let depth = write.depth.saturating_sub(u32::from(write.method));
            names.push((facts.text(property).to_owned(), depth));
        }
    }
    names.sort();
    names.dedup();
    names
}
