//! Where values lead: what a use of a name may run, and which part of an expression is handed on.

use crate::facts::{
    BindingId, ExportKind, Expr, ExprId, ImportedName, List, ModuleFacts, Origin, RequestId, SiteId,
    SiteKind, Use,
};
use crate::span::FileId;

use super::module::{Module, RequestTarget};
use super::resolve::Resolution;
use super::stars::By;
use super::value::{ClassRef, ExprRef, FunctionRef, Value};
use super::{Item, Program};

/// What a name or value leads to when somebody else gets hold of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A function, or a value that may hold some.
    Item(Item),
    /// A class: it may be constructed, and its methods called.
    Class(ClassRef),
    /// A whole module: anything it exports.
    Module(FileId),
}

/// How many re-exports are followed.
const MAX_HOPS: u32 = 24;

/// What a binding leads to; `None` for parameters, package exports and plain data.
pub(super) fn binding_target(program: &Program<'_>, file: FileId, binding: BindingId) -> Option<Target> {
    target_of_binding(program, file, binding, 0)
}

fn target_of_binding(program: &Program<'_>, file: FileId, id: BindingId, hops: u32) -> Option<Target> {
    let facts = &program.module(file)?.facts;
    if hops > MAX_HOPS {
        return None;
    }
    match facts.binding(id).origin {
        Origin::Function(id) => Some(Target::Item(Item::Code(FunctionRef { file, id }))),
        Origin::Class(id) => Some(Target::Class(ClassRef { file, id })),
        Origin::Init { expr, path, .. } if path.is_empty() => {
            Some(Target::Item(Item::Value(ExprRef { file, id: expr })))
        }
        Origin::Init { expr, .. } => Some(match program.binding_value(file, id) {
            Value::Function(function) => Target::Item(Item::Code(function)),
            Value::Class(class) | Value::Instance(class, None) => Target::Class(class),
            Value::Object(at) | Value::Instance(_, Some(at)) => Target::Item(Item::Value(at)),
            _ => Target::Item(Item::Value(ExprRef { file, id: expr })),
        }),
        Origin::Import(index) => {
            let import = facts.imports[index as usize];
            request_target(program, file, import.request, import.name, hops)
        }
        Origin::Param { index: 0, path, .. } => {
            let module = program.module(file)?;
            let request = module.loaded_for(facts.binding(id).function)?;
            let &[loaded] = module.targets.get(request.index())?.files() else { return None };
            match facts.path(path).first() {
                Some(&name) => export_target(program, loaded, facts.text(name), hops + 1),
                None => Some(Target::Module(loaded)),
            }
        }
        Origin::None | Origin::Param { .. } | Origin::Element { .. } => None,
    }
}

/// What a name imported by a request leads to.
fn request_target(
    program: &Program<'_>,
    file: FileId,
    request: RequestId,
    name: ImportedName,
    hops: u32,
) -> Option<Target> {
    let module = program.module(file)?;
    let RequestTarget::One(Resolution::File(target)) = module.targets[request.index()] else { return None };
    match name {
        ImportedName::Namespace => Some(Target::Module(target)),
        ImportedName::Named(name) => export_target(program, target, module.facts.text(name), hops + 1),
    }
}

/// What an export leads to.
pub(super) fn export_target(program: &Program<'_>, file: FileId, name: &str, hops: u32) -> Option<Target> {
    let module = program.module(file)?;
    if hops > MAX_HOPS {
        return None;
    }
    match module.export(name) {
        Some(ExportKind::Binding(id)) => return target_of_binding(program, file, id, hops + 1),
        Some(ExportKind::Value(id) | ExportKind::CommonJs(id)) => {
            return Some(Target::Item(Item::Value(ExprRef { file, id })));
        }
        Some(ExportKind::From(request, from)) => {
            return request_target(program, file, request, from, hops + 1);
        }
        Some(ExportKind::All(_)) | None => {}
    }
    if let Some(id) = module.common_js() {
        return Some(Target::Item(Item::Value(ExprRef { file, id })));
    }
    program.starred(file, name).find_map(|starred| match starred.by {
        By::Module(target) => export_target(program, target, name, hops + 1),
        By::Package(..) => None,
    })
}

impl Program<'_> {
    /// The binding that a name stands for once imports and re-exports are followed.
    #[must_use]
    pub fn declaration(&self, file: FileId, binding: BindingId) -> (FileId, BindingId) {
        canonical(self, file, binding)
    }
}

/// The binding that a name stands for once imports and re-exports are followed.
pub(super) fn canonical(program: &Program<'_>, file: FileId, id: BindingId) -> (FileId, BindingId) {
    let mut current = (file, id);
    for _ in 0..MAX_HOPS {
        let Some(next) = imported_binding(program, current.0, current.1) else { break };
        current = next;
    }
    current
}

fn imported_binding(program: &Program<'_>, file: FileId, id: BindingId) -> Option<(FileId, BindingId)> {
    let module = program.module(file)?;
    let Origin::Import(index) = module.facts.binding(id).origin else { return None };
    let import = module.facts.imports[index as usize];
    let ImportedName::Named(name) = import.name else { return None };
    let RequestTarget::One(Resolution::File(target)) = module.targets[import.request.index()] else {
        return None;
    };
    exported_binding(program, target, module.facts.text(name), 0)
}

fn exported_binding(
    program: &Program<'_>,
    file: FileId,
    name: &str,
    hops: u32,
) -> Option<(FileId, BindingId)> {
    let module = program.module(file)?;
    if hops > MAX_HOPS {
        return None;
    }
    match module.export(name) {
        Some(ExportKind::Binding(id)) => Some((file, id)),
        Some(ExportKind::Value(id)) => match module.facts.expr(id) {
            Expr::Local(id) => Some((file, id)),
            _ => None,
        },
        Some(ExportKind::From(request, ImportedName::Named(from))) => {
            let RequestTarget::One(Resolution::File(target)) = module.targets[request.index()] else {
                return None;
            };
            exported_binding(program, target, module.facts.text(from), hops + 1)
        }
        Some(_) => None,
        None => program.starred(file, name).find_map(|starred| match starred.by {
            By::Module(target) => exported_binding(program, target, name, hops + 1),
            By::Package(..) => None,
        }),
    }
}

/// The longest chain of members that an expression is the object of: `a` in `a.b.c` gives `a.b.c`.
pub(super) fn whole_member(module: &Module, expr: ExprId) -> ExprId {
    let facts = &module.facts;
    let mut current = expr;
    while let Use::Part(parent) = facts.use_of(current) {
        match facts.expr(parent) {
            Expr::Member { object, .. } if object == current => current = parent,
            _ => break,
        }
    }
    current
}

impl Program<'_> {
    /// The binding behind an export of a module.
    #[must_use]
    pub fn exported(&self, file: FileId, name: &str) -> Option<(FileId, BindingId)> {
        exported_binding(self, file, name, 0).map(|(file, id)| canonical(self, file, id))
    }
}

/// The callee and arguments of a call, construction or tagged template.
pub(super) fn call_parts(kind: SiteKind) -> Option<(ExprId, List, bool)> {
    match kind {
        SiteKind::Call { callee, args } => Some((callee, args, false)),
        SiteKind::New { callee, args } => Some((callee, args, true)),
        SiteKind::Tagged { callee, .. } => Some((callee, List::default(), false)),
        _ => None,
    }
}

/// Whether a call changes the object whose method it is, and does not only build something from it: its result
/// is dropped, or the method adds a route. `procedure.query(fn)` builds, `app.get('/', fn)` registers.
pub(super) fn registers(facts: &ModuleFacts, callee: ExprId, site: SiteId) -> bool {
    let Expr::Member { property, .. } = facts.expr(callee) else { return false };
    let adds_route = matches!(
        facts.text(property),
        "get" | "post" | "put" | "delete" | "patch" | "all" | "options" | "head" | "route" | "openapi"
    );
    // The outermost call of the chain tells what becomes of it: `app.use(a).use(b);`
    let mut outermost = facts.site(site).expr;
    while let Use::Part(parent) = facts.use_of(outermost) {
        match facts.expr(parent) {
            Expr::Member { object, .. } if object == outermost => outermost = parent,
            Expr::Call(call) if call_parts(facts.site(call).kind).is_some_and(|(c, ..)| c == outermost) => {
                outermost = parent;
            }
            _ => break,
        }
    }
    adds_route || facts.use_of(outermost) == Use::Discarded
}
