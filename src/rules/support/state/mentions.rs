//! Where holders are named. Few modules name any, so each is asked for its names before its expressions are looked at.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{
    BindingId, ExportKind, Expr, ExprId, FunctionId, ImportedName, ModuleFacts, Name, Origin, Shape, SiteId,
    SiteKind,
};
use crate::link::{ExprRef, Module, Program};
use crate::span::FileId;

use super::collect::Accesses;
use super::resolve::{Found, Holder, Resolver};

/// Where each holder, or a part of it, is named, by file and place; and how far below it that is.
pub(super) fn mentions<'p>(
    program: &Program<'p>,
    resolver: &Resolver<'_, 'p>,
    found: &[(Holder, Accesses)],
) -> Vec<Vec<Place>> {
    let mut places = vec![Vec::new(); found.len()];
    let look = Look::new(program, resolver, found);
    for (file, module) in program.modules() {
        look.imports((file, module), &mut places);
        look.bindings((file, module), &mut places);
        look.exprs((file, module), &mut places);
    }
    places
}

/// An expression, and how far below a holder it is.
pub(super) type Place = (ExprRef, u32);

/// What is looked for.
struct Look<'a, 'p> {
    program: &'a Program<'p>,
    resolver: &'a Resolver<'a, 'p>,
    /// The number of each holder.
    index: FxHashMap<&'a Holder, usize>,
    /// The modules that declare variables which are holders.
    owners: FxHashSet<FileId>,
    /// Whether an import of each module may be such a variable.
    leads: Vec<bool>,
    /// The names of fields and globals.
    names: Words<'a>,
    /// The names of helpers that return a holder.
    helpers: Words<'a>,
}

impl<'a, 'p> Look<'a, 'p> {
    fn new(
        program: &'a Program<'p>,
        resolver: &'a Resolver<'a, 'p>,
        found: &'a [(Holder, Accesses)],
    ) -> Self {
        let mut owners = FxHashSet::default();
        let mut names = Words::default();
        for (holder, _) in found {
            match holder {
                Holder::Field(_, name) | Holder::Global(name) => names.add(name),
                Holder::Binding(file, _) => drop(owners.insert(*file)),
            }
        }
        let mut helpers = Words::default();
        resolver.helpers().into_iter().for_each(|name| helpers.add(name));
        let mut leads = Vec::new();
        if !owners.is_empty() {
            for (file, module) in program.modules() {
                leads.resize(file.index(), false);
                leads.push(owners.contains(&file) || passes_on(&module.facts));
            }
        }
        let index = found.iter().map(|(holder, _)| holder).zip(0..).collect();
        Self { program, resolver, index, owners, leads, names, helpers }
    }

    /// The uses of imported variables.
    fn imports(&self, (file, module): (FileId, &Module), places: &mut [Vec<Place>]) {
        let leads = |file: &FileId| self.leads.get(file.index()).copied().unwrap_or(false);
        for import in module.facts.imports.iter().filter(|i| matches!(i.name, ImportedName::Named(_))) {
            let target = module.targets.get(import.request.index());
            if !target.is_some_and(|target| target.files().iter().any(leads)) {
                continue;
            }
            let (owner, id) = self.program.declaration(file, import.binding);
            if let Some(&at) = self.index.get(&Holder::Binding(owner, id)) {
                add_uses(file, module, (import.binding, 0), &mut places[at]);
            } else if let Some((holder, below)) = self.alias((owner, id))
                && let Some(&at) = self.index.get(&holder)
            {
                add_uses(file, module, (import.binding, below), &mut places[at]);
            }
        }
    }

    /// The uses of a module's own variables, and of those that stand for a holder elsewhere.
    fn bindings(&self, (file, module): (FileId, &Module), places: &mut [Vec<Place>]) {
        let is_owner = self.owners.contains(&file);
        for id in (0..).map(BindingId).take(module.facts.bindings.len()) {
            let own = if is_owner { self.index.get(&Holder::Binding(file, id)) } else { None };
            if let Some(&at) = own {
                add_uses(file, module, (id, 0), &mut places[at]);
            } else if let Some((holder, below)) = self.alias((file, id))
                && let Some(&at) = self.index.get(&holder)
            {
                add_uses(file, module, (id, below), &mut places[at]);
            }
        }
    }

    /// Fields, globals, and calls of helpers: `getStore().get(key)`.
    fn exprs(&self, (file, module): (FileId, &Module), places: &mut [Vec<Place>]) {
        let facts = &module.facts;
        let (names, helpers) = (self.names.of(facts), self.helpers.of(facts));
        if names.is_empty() && helpers.is_empty() {
            return;
        }
        for id in (0..).map(ExprId).take(facts.exprs.len()) {
            let known = match facts.expr(id) {
                Expr::Member { property: name, .. } | Expr::Global(name) => {
                    names.binary_search(&name).is_ok()
                }
                Expr::Call(site) => {
                    called_name(facts, site).is_some_and(|name| helpers.binary_search(&name).is_ok())
                }
                _ => false,
            };
            let here = ExprRef { file, id };
            if known
                && let Some((holder, 0)) = self.resolver.resolve(here)
                && let Some(&at) = self.index.get(&holder)
            {
                places[at].push((here, 0));
            }
        }
    }

    /// A variable of a module that stands for a holder elsewhere, or for a part of one: `const store =
    /// globalThis.store`, `const { orders } = db`.
    fn alias(&self, (file, id): (FileId, BindingId)) -> Option<Found> {
        let module = self.program.module(file)?;
        let facts = &module.facts;
        let binding = facts.binding(id);
        let Origin::Init { expr, path, .. } = binding.origin else { return None };
        if binding.function != FunctionId::MODULE {
            return None;
        }
        let may_be = match facts.expr(expr) {
            Expr::Local(_) | Expr::Member { .. } => true,
            Expr::Call(site) => {
                called_name(facts, site).is_some_and(|name| self.helpers.has(facts.text(name)))
            }
            _ => false,
        };
        let (holder, below) = self.resolver.resolve(ExprRef { file, id: expr }).filter(|_| may_be)?;
        Some((holder, below + path.len))
    }
}

/// Whether a module may export what another one declares.
fn passes_on(facts: &ModuleFacts) -> bool {
    let is_import = |id: BindingId| matches!(facts.binding(id).origin, Origin::Import(_));
    facts.exports.iter().any(|export| match export.kind {
        ExportKind::From(..) | ExportKind::All(_) => true,
        ExportKind::Binding(id) => is_import(id),
        ExportKind::Value(id) => matches!(facts.expr(id), Expr::Local(id) if is_import(id)),
        ExportKind::CommonJs(_) => false,
    })
}

fn add_uses(file: FileId, module: &Module, (binding, below): (BindingId, u32), into: &mut Vec<Place>) {
    into.extend(module.uses(binding).iter().map(|&id| (ExprRef { file, id }, below)));
}

/// The name by which something is called.
fn called_name(facts: &ModuleFacts, site: SiteId) -> Option<Name> {
    let SiteKind::Call { callee, .. } = facts.site(site).kind else { return None };
    match facts.expr(callee) {
        Expr::Local(id) => Some(facts.binding(id).name),
        Expr::Member { property, .. } => Some(property),
        _ => None,
    }
}

/// Words that modules are asked for.
#[derive(Default)]
struct Words<'a> {
    all: FxHashSet<&'a str>,
    /// By first byte, a bit for each length that there is: most other words are told by one look. Empty without words.
    lengths: Vec<u32>,
}

impl<'a> Words<'a> {
    fn add(&mut self, word: &'a str) {
        self.lengths.resize(256, 0);
        let shape = Shape::of(word);
        if let Some(lengths) = self.lengths.get_mut(usize::from(shape.first)) {
            *lengths |= 1 << (shape.length % 32);
        }
        self.all.insert(word);
    }

    fn may_have(&self, shape: Shape) -> bool {
        let lengths = self.lengths.get(usize::from(shape.first));
        lengths.is_some_and(|lengths| lengths >> (shape.length % 32) & 1 != 0)
    }

    fn has(&self, word: &str) -> bool {
        self.may_have(Shape::of(word)) && self.all.contains(word)
    }

    /// Those that a module has, ascending.
    fn of(&self, facts: &ModuleFacts) -> Vec<Name> {
        if self.all.is_empty() {
            return Vec::new();
        }
        let named = facts.names.shapes().filter(|&(_, shape)| self.may_have(shape)).map(|(name, _)| name);
        named.filter(|&name| self.all.contains(facts.text(name))).collect()
    }
}
