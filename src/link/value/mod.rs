//! What an expression is, as far as that can be followed: through bindings, imports, re-exports, members,
//! returns and constructions.

mod exports;
mod known;
mod members;
mod path;
mod search;

use std::sync::Arc;

use super::Program;
use crate::facts::{BindingId, ClassId, ExprId, FunctionId};
use crate::span::FileId;

pub(super) use known::KnownValues;
pub use path::Path;
use path::and;
use search::Search;

/// How far a value is followed before it counts as unknown.
const MAX_DEPTH: u32 = 48;

/// A function of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionRef {
    /// Its module.
    pub file: FileId,
    /// Which of the module's functions.
    pub id: FunctionId,
}

/// A class of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassRef {
    /// Its module.
    pub file: FileId,
    /// Which of the module's classes.
    pub id: ClassId,
}

/// An expression of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprRef {
    /// Its module.
    pub file: FileId,
    /// Which of the module's expressions.
    pub id: ExprId,
}

/// Something that a package exports.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct External<'p> {
    /// The specifier it is imported by.
    pub package: &'p str,
    /// The way from the module's namespace to it: `["default", "Pool"]`.
    pub path: Vec<&'p str>,
    /// The specifier should name a file of the project, but there is none: generated code.
    pub missing: bool,
}

impl<'p> External<'p> {
    /// The path as the catalogue writes it.
    #[must_use]
    pub fn export(&self) -> String {
        self.path.join(".")
    }

    fn value(package: &'p str, path: Vec<&'p str>, missing: bool) -> Value<'p> {
        Value::External(Arc::new(Self { package, path, missing }))
    }

    fn member(&self, name: &'p str) -> Value<'p> {
        Self::value(self.package, and(&self.path, name), self.missing)
    }
}

/// The result of calling or constructing something that a package exports.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Made<'p> {
    /// What was called.
    pub by: Arc<External<'p>>,
    /// The call or construction.
    pub at: ExprRef,
    /// What was done with the result since: members, and `()` for calls.
    pub steps: Vec<&'p str>,
}

impl<'p> Made<'p> {
    fn and(&self, step: &'p str) -> Value<'p> {
        let (by, steps) = (Arc::clone(&self.by), and(&self.steps, step));
        Value::Made(Arc::new(Self { by, at: self.at, steps }))
    }
}

/// What an expression is. Values are passed on and kept a lot, so their parts are shared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value<'p> {
    /// Not known.
    Unknown,
    /// An export of a package, or a member of one.
    External(Arc<External<'p>>),
    /// A module of the project, as a namespace.
    Module(FileId),
    /// A function.
    Function(FunctionRef),
    /// A class itself.
    Class(ClassRef),
    /// An instance of a class, with the construction where that is known.
    Instance(ClassRef, Option<ExprRef>),
    /// An object literal.
    Object(ExprRef),
    /// The result of a package's function or class.
    Made(Arc<Made<'p>>),
    /// A global and members of it: `["globalThis", "prisma"]`.
    Global(Path<'p>),
}

impl<'p> Program<'p> {
    /// What an expression is.
    #[must_use]
    pub fn value(&self, expr: ExprRef) -> Value<'p> {
        Search::new(self).value_at(expr, 0)
    }

    /// What a binding is.
    #[must_use]
    pub fn binding_value(&self, file: FileId, binding: BindingId) -> Value<'p> {
        Search::new(self).local(file, binding, 0)
    }

    /// What a module exports under a name.
    #[must_use]
    pub fn export_value(&self, file: FileId, name: &'p str) -> Value<'p> {
        Search::new(self).export_at(file, name, 0).unwrap_or(Value::Unknown)
    }

    /// A class and the project's classes that it extends, nearest first.
    #[must_use]
    pub fn lineage(&self, class: ClassRef) -> Vec<ClassRef> {
        let mut lineage = vec![class];
        while let Some(&last) = lineage.last() {
            let Some(module) = self.module(last.file) else { break };
            let superclass = module.facts.class(last.id).superclass;
            match self.value(ExprRef { file: last.file, id: superclass }) {
                Value::Class(parent) if !lineage.contains(&parent) => lineage.push(parent),
                _ => break,
            }
        }
        lineage
    }

    /// The package's class that a class of the project extends, directly or through others.
    #[must_use]
    pub fn external_base(&self, class: ClassRef) -> Option<Arc<External<'p>>> {
        let last = *self.lineage(class).last()?;
        let superclass = self.module(last.file)?.facts.class(last.id).superclass;
        match self.value(ExprRef { file: last.file, id: superclass }) {
            Value::External(external) => Some(external),
            _ => None,
        }
    }
}
