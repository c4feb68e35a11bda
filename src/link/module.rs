//! Loaded modules: facts, where their requests lead, and the indexes that linking needs.

use std::hash::Hasher;
use std::sync::OnceLock;

use rustc_hash::FxHasher;

use crate::facts::{
    BindingId, BindingKind, ClassId, ExportKind, Expr, ExprId, FunctionId, FunctionKind, List, ModuleFacts,
    Name, RequestId, SiteId, SiteKind, Use,
};
use crate::span::FileId;

use super::groups::Groups;
use super::inert::inert;
use super::objects::{LargeObject, LargeObjects};
use super::resolve::Resolution;

/// A module that something in the project reaches.
#[derive(Debug)]
pub struct Module {
    /// What it says.
    pub facts: ModuleFacts,
    /// Where each of its requests leads, same index as [`ModuleFacts::requests`]; patterns may lead to many.
    pub targets: Vec<RequestTarget>,
    /// Expressions whose value leads to no code.
    inert: Box<[bool]>,
    /// Uses of each binding.
    uses: Groups<ExprId>,
    /// Writes to each binding, or to something below it (`b = `, `b.x = `, `b[k]++`).
    writes: Groups<SiteId>,
    /// The hash of each export's name and its index, ascending; `export *` left out.
    exports: Vec<(u32, u32)>,
    /// `module.exports = expr`
    common_js: Option<ExprId>,
    /// `this.name = value` inside classes, and `Class.name = value`.
    field_writes: Vec<FieldWrite>,
    /// First expression of each function that has any, ascending.
    bodies: Vec<(u32, FunctionId)>,
    /// The expression that each function is; [`ExprId::UNKNOWN`] for declarations and methods of classes.
    written: Vec<ExprId>,
    /// The functions written directly in each function.
    inner: Groups<FunctionId>,
    /// The object literal of which a function is a method, ascending by function.
    methods: Vec<(FunctionId, ExprId)>,
    /// The first call of each parameter that something calls, ascending by parameter.
    called: Vec<(BindingId, ParamCall)>,
    /// What a function is given as its first argument: `import('./x').then((x) => …)`; ascending by function.
    loads: Vec<(FunctionId, RequestId)>,
    /// For who asks.
    large_objects: OnceLock<LargeObjects>,
}

/// Where a request leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestTarget {
    /// As the resolver says.
    One(Resolution),
    /// A template specifier may lead to any of these.
    Many(Vec<FileId>),
}

impl RequestTarget {
    /// The project files that it may lead to.
    #[must_use]
    pub fn files(&self) -> &[FileId] {
        match self {
            Self::One(Resolution::File(file)) => std::slice::from_ref(file),
            Self::One(_) => &[],
            Self::Many(files) => files,
        }
    }
}

/// A value given to a field outside its declaration.
#[derive(Clone, Copy, Debug)]
pub struct FieldWrite {
    /// The class.
    pub class: ClassId,
    /// The field.
    pub name: Name,
    /// The write.
    pub site: SiteId,
    /// The value, or [`ExprId::UNKNOWN`].
    pub value: ExprId,
}

/// The call of a parameter, in the function whose parameter it is or in one written inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamCall {
    /// The function itself calls it here.
    Now(SiteId),
    /// A function inside calls it here.
    Later(SiteId),
}

impl ParamCall {
    /// The call.
    #[must_use]
    pub const fn site(self) -> SiteId {
        match self {
            Self::Now(site) | Self::Later(site) => site,
        }
    }
}

impl Module {
    /// Indexes a module's facts.
    #[must_use]
    pub fn new(facts: ModuleFacts, targets: Vec<RequestTarget>) -> Self {
        let named = (0..).zip(&facts.exports).filter(|(_, e)| !matches!(e.kind, ExportKind::All(_)));
        let mut exports: Vec<(u32, u32)> = named.map(|(i, e)| (name_hash(facts.text(e.name)), i)).collect();
        exports.sort_unstable();
        let common_js = match export(&facts, &exports, "default") {
            Some(ExportKind::CommonJs(id)) => Some(id),
            _ => None,
        };
        let loads = loads(&facts);
        let written = written(&facts);
        let gets_module = |function| loads.binary_search_by_key(&function, |&(id, _)| id).is_ok();
        Self {
            inert: inert(&facts, &targets, |binding| gets_module(binding.function)),
            uses: Groups::of(facts.bindings.len(), || binding_uses(&facts)),
            writes: Groups::of(facts.bindings.len(), || binding_writes(&facts)),
            field_writes: field_writes(&facts),
            bodies: bodies(&facts),
            methods: object_methods(&facts, &written),
            written,
            inner: Groups::of(facts.functions.len(), || inner(&facts)),
            called: called(&facts),
            loads,
            large_objects: OnceLock::new(),
            exports,
            common_js,
            facts,
            targets,
        }
    }

    /// Whether whoever gets the value of an expression can call nothing by it.
    #[must_use]
    pub fn is_inert(&self, expr: ExprId) -> bool {
        self.inert.get(expr.index()).copied().unwrap_or(false)
    }

    /// Where the properties of an object literal are, if there are many.
    pub(super) fn large_object(&self, list: List) -> Option<&LargeObject> {
        let is_large = LargeObjects::are_such(list);
        is_large.then(|| self.large_objects.get_or_init(|| LargeObjects::of(&self.facts)).get(list))?
    }

    /// Every use of a binding, in source order within each function.
    #[must_use]
    pub fn uses(&self, binding: BindingId) -> &[ExprId] {
        self.uses.get(binding.index())
    }

    /// Every write to a binding or to something below it.
    #[must_use]
    pub fn writes(&self, binding: BindingId) -> &[SiteId] {
        self.writes.get(binding.index())
    }

    /// The export of this name, `export *` aside; the last one, if a CommonJS module writes it twice.
    #[must_use]
    pub fn export(&self, name: &str) -> Option<ExportKind> {
        export(&self.facts, &self.exports, name)
    }

    /// The hashes of the names of all exports, `export *` aside.
    pub(super) fn export_hashes(&self) -> impl Iterator<Item = u32> {
        self.exports.iter().map(|&(hash, _)| hash)
    }

    /// What a CommonJS module is: `module.exports = expr`.
    #[must_use]
    pub const fn common_js(&self) -> Option<ExprId> {
        self.common_js
    }

    /// Values given to a field of a class by its own code.
    pub fn field_writes<'m>(&'m self, class: ClassId, name: &'m str) -> impl Iterator<Item = &'m FieldWrite> {
        self.field_writes.iter().filter(move |w| w.class == class && self.facts.text(w.name) == name)
    }

    /// The function that evaluates an expression.
    #[must_use]
    pub fn function_of(&self, expr: ExprId) -> FunctionId {
        let end = self.bodies.partition_point(|&(start, _)| start <= expr.0);
        end.checked_sub(1).and_then(|i| self.bodies.get(i)).map_or(FunctionId::MODULE, |&(_, id)| id)
    }

    /// The first call of a parameter of a function; the function's own calls come before those inside it.
    #[must_use]
    pub fn param_call(&self, function: FunctionId, index: usize) -> Option<ParamCall> {
        let binding = self.facts.function(function).params.get(index)?.binding?;
        let at = self.called.binary_search_by_key(&binding, |&(binding, _)| binding).ok()?;
        self.called.get(at).map(|&(_, call)| call)
    }

    /// The module that a function gets as its first argument.
    #[must_use]
    pub fn loaded_for(&self, function: FunctionId) -> Option<RequestId> {
        let at = self.loads.binary_search_by_key(&function, |&(id, _)| id).ok()?;
        self.loads.get(at).map(|&(_, request)| request)
    }

    /// The expression that a function is, if it is one.
    #[must_use]
    pub fn expression_of(&self, function: FunctionId) -> Option<ExprId> {
        self.written.get(function.index()).copied().filter(|&id| id != ExprId::UNKNOWN)
    }

    /// The functions written directly in a function.
    #[must_use]
    pub fn inner(&self, function: FunctionId) -> &[FunctionId] {
        self.inner.get(function.index())
    }

    /// The object literal whose `this` a function sees.
    #[must_use]
    pub fn this_object(&self, function: FunctionId) -> Option<ExprId> {
        let mut current = function;
        while self.facts.function(current).kind == FunctionKind::Arrow {
            current = self.facts.function(current).parent?;
        }
        let at = self.methods.binary_search_by_key(&current, |&(id, _)| id).ok()?;
        self.methods.get(at).map(|&(_, object)| object)
    }

    /// The class whose `this` a function sees, and whether it is the class itself (static) or an instance.
    #[must_use]
    pub fn this_class(&self, function: FunctionId) -> Option<(ClassId, bool)> {
        this_class(&self.facts, function)
    }
}

/// Looks for a name in a table of hashes and indices of exports.
fn export(facts: &ModuleFacts, exports: &[(u32, u32)], name: &str) -> Option<ExportKind> {
    let wanted = name_hash(name);
    let end = exports.partition_point(|&(hash, _)| hash <= wanted);
    let same = exports[..end].iter().rev().take_while(|&&(hash, _)| hash == wanted);
    let mut same = same.map(|&(_, index)| &facts.exports[index as usize]);
    same.find(|export| facts.text(export.name) == name).map(|export| export.kind)
}

/// What a name is looked up by before any text is compared.
pub(super) fn name_hash(name: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    u32::try_from(hasher.finish() >> 32).unwrap_or(0)
}

fn binding_uses(facts: &ModuleFacts) -> impl DoubleEndedIterator<Item = (u32, ExprId)> {
    numbered(&facts.exprs).filter_map(|(id, expr)| match expr {
        Expr::Local(binding) => Some((binding.0, ExprId(id))),
        _ => None,
    })
}

fn binding_writes(facts: &ModuleFacts) -> impl DoubleEndedIterator<Item = (u32, SiteId)> {
    numbered(&facts.sites).filter_map(|(id, site)| {
        let SiteKind::Write { target, .. } = site.kind else { return None };
        let Expr::Local(binding) = facts.expr(root(facts, target)) else { return None };
        Some((binding.0, SiteId(id)))
    })
}

/// Entries of a table with their numbers; files are below 4 GiB, so tables are below 2³² entries.
fn numbered<T>(table: &[T]) -> impl DoubleEndedIterator<Item = (u32, &T)> {
    table.iter().enumerate().filter_map(|(index, entry)| Some((u32::try_from(index).ok()?, entry)))
}

fn field_writes(facts: &ModuleFacts) -> Vec<FieldWrite> {
    let mut found = Vec::new();
    for (i, site) in (0..).map(SiteId).zip(&facts.sites) {
        let SiteKind::Write { target, value, .. } = site.kind else { continue };
        let Expr::Member { object, property } = facts.expr(target) else { continue };
        let class = match facts.expr(object) {
            Expr::This => this_class(facts, site.function).map(|(class, _)| class),
            Expr::Local(binding) => match facts.binding(binding).origin {
                crate::facts::Origin::Class(class) => Some(class),
                _ => None,
            },
            _ => None,
        };
        found.extend(class.map(|class| FieldWrite { class, name: property, site: i, value }));
    }
    found
}

fn this_class(facts: &ModuleFacts, function: FunctionId) -> Option<(ClassId, bool)> {
    let mut current = function;
    loop {
        let entry = facts.function(current);
        match entry.kind {
            FunctionKind::Arrow => current = entry.parent?,
            FunctionKind::Method { class, is_static } => return Some((class, is_static)),
            FunctionKind::Constructor(class) | FunctionKind::Fields(class) => return Some((class, false)),
            FunctionKind::Module | FunctionKind::Plain | FunctionKind::ObjectMethod => return None,
        }
    }
}

fn inner(facts: &ModuleFacts) -> impl DoubleEndedIterator<Item = (u32, FunctionId)> {
    numbered(&facts.functions).filter_map(|(id, function)| Some((function.parent?.0, FunctionId(id))))
}

fn written(facts: &ModuleFacts) -> Vec<ExprId> {
    let mut written = vec![ExprId::UNKNOWN; facts.functions.len()];
    for (id, expr) in (0..).map(ExprId).zip(&facts.exprs) {
        if let Expr::Function(function) = expr
            && let Some(own) = written.get_mut(function.index())
        {
            *own = id;
        }
    }
    written
}

fn object_methods(facts: &ModuleFacts, written: &[ExprId]) -> Vec<(FunctionId, ExprId)> {
    let is_object = |&parent: &ExprId| matches!(facts.expr(parent), Expr::Object(_));
    let functions = (0..).map(FunctionId).zip(written).filter(|&(_, &id)| id != ExprId::UNKNOWN);
    let methods = functions.filter_map(|(function, &id)| match facts.use_of(id) {
        Use::Part(parent) => Some((function, Some(parent).filter(is_object)?)),
        _ => None,
    });
    methods.collect()
}

fn called(facts: &ModuleFacts) -> Vec<(BindingId, ParamCall)> {
    let calls = (0..).map(SiteId).zip(&facts.sites).filter_map(|(id, site)| {
        let SiteKind::Call { callee, .. } = site.kind else { return None };
        let Expr::Local(binding) = facts.expr(callee) else { return None };
        let entry = facts.binding(binding);
        let is_later = site.function != entry.function;
        (entry.kind == BindingKind::Param).then_some((binding, is_later, callee, id))
    });
    let mut calls: Vec<_> = calls.collect();
    calls.sort_unstable();
    calls.dedup_by_key(|&mut (binding, ..)| binding);
    let call = |is_later, id| if is_later { ParamCall::Later(id) } else { ParamCall::Now(id) };
    calls.into_iter().map(|(binding, is_later, _, id)| (binding, call(is_later, id))).collect()
}

/// Callbacks of `import('./x').then(…)`.
fn loads(facts: &ModuleFacts) -> Vec<(FunctionId, RequestId)> {
    let found = facts.sites.iter().filter_map(|site| {
        let SiteKind::Call { callee, args } = site.kind else { return None };
        let Expr::Member { object, property } = facts.expr(callee) else { return None };
        let Expr::Import(request) = facts.expr(object) else { return None };
        let Expr::Function(function) = facts.expr(*facts.list(args).first()?) else { return None };
        (facts.text(property) == "then").then_some((function, request))
    });
    let mut found: Vec<_> = found.collect();
    found.sort_unstable();
    found
}

fn bodies(facts: &ModuleFacts) -> Vec<(u32, FunctionId)> {
    let functions = (0..).map(FunctionId).zip(&facts.functions);
    let mut bodies: Vec<_> =
        functions.filter(|(_, f)| !f.exprs.is_empty()).map(|(id, f)| (f.exprs.start, id)).collect();
    bodies.sort_unstable();
    bodies
}

/// The leftmost expression of a chain of members, indexes and calls.
#[must_use]
pub fn root(facts: &ModuleFacts, expr: ExprId) -> ExprId {
    let mut current = expr;
    loop {
        current = match facts.expr(current) {
            Expr::Member { object, .. } | Expr::Index { object, .. } => object,
            Expr::Call(site) => match facts.site(site).kind {
                SiteKind::Call { callee, .. } | SiteKind::Tagged { callee, .. } => callee,
                _ => return current,
            },
            _ => return current,
        };
    }
}
