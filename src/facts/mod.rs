//! What one module says, as plain data: no lifetimes, no syntax tree, nothing of other modules.
//!
//! [`ModuleFacts`] holds a module's names, bindings, functions, classes, imports, exports, and a small
//! expression graph ([`Expr`]) in which casts, parentheses and types are gone. Everything is an index into
//! a vector of the same struct, so facts can be stored, cached and shared between threads.

mod expr;
mod function;
mod ids;
mod module;
mod names;
mod site;
mod uses;

pub use expr::{BinaryKind, Expr, LogicalKind, Property, PropertyKey, Use};
pub use function::{Binding, BindingKind, Class, Function, FunctionKind, Member, MemberKind, Origin, Param};
pub use ids::{BindingId, ClassId, ContextId, ExprId, FunctionId, List, Name, RequestId, SiteId};
pub use module::{
    Comment, Directives, Export, ExportKind, Import, ImportedName, ModuleFacts, Problem, Request, RequestKind,
};
pub use names::{Names, Shape};
pub use site::{Context, ContextKind, LoopKind, Site, SiteKind, WriteKind};
pub use uses::Uses;
