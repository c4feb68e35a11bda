//! Functions, classes and the names they declare.

use serde::{Deserialize, Serialize};

use super::ids::{BindingId, ClassId, ContextId, ExprId, FunctionId, List, Name};
use super::module::Directives;
use crate::span::Span;

/// A function, method, arrow, or the module's top level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its own name, or the name of what it is stored in (`const f = () => …`, `{ f() {} }`).
    pub name: Option<Name>,
    /// The whole function.
    pub span: Span,
    /// Its name if it has one, else its first token.
    pub head: Span,
    /// The function it is written in; `None` for the module.
    pub parent: Option<FunctionId>,
    /// The context it is written in, in the parent.
    pub context: ContextId,
    /// What sort of function.
    pub kind: FunctionKind,
    /// `async`.
    pub is_async: bool,
    /// `function*`.
    pub is_generator: bool,
    /// Its declared return type is a `Promise` (or `PromiseLike`, `AsyncGenerator`).
    pub declares_promise: bool,
    /// Its declared return type, where that is a name: `Promise<T>` gives `T`.
    pub return_type: ExprId,
    /// Parameters in order.
    pub params: Vec<Param>,
    /// Its sites: a run of the module's site table, in source order.
    pub sites: List,
    /// Its expressions: a run of the module's expression table. Functions written inside it have their own.
    pub exprs: List,
    /// `"use server"`, `"use cache"`, `"use workflow"` … at the start of its body.
    pub directives: Directives,
}

/// What sort of function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FunctionKind {
    /// The module's top level.
    Module,
    /// A declaration or function expression.
    Plain,
    /// An arrow: `this` is that of the parent.
    Arrow,
    /// A method of an object literal.
    ObjectMethod,
    /// A method, getter or setter of a class.
    Method {
        /// The class.
        class: ClassId,
        /// `static`.
        is_static: bool,
    },
    /// A class's constructor.
    Constructor(ClassId),
    /// The initial values of a class's instance fields; runs whenever the class is constructed.
    Fields(ClassId),
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// The name, if the parameter is not a pattern.
    pub binding: Option<BindingId>,
    /// The default value, or [`ExprId::UNKNOWN`].
    pub default: ExprId,
    /// `...rest`.
    pub rest: bool,
}

/// A name declared in the module.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// The name.
    pub name: Name,
    /// How it is declared.
    pub kind: BindingKind,
    /// The function that declares it.
    pub function: FunctionId,
    /// The name in its declaration.
    pub span: Span,
    /// Where its first value comes from.
    pub origin: Origin,
    /// Its declared type where that is a name (`T`, `ns.T`, `T | null`), else [`ExprId::UNKNOWN`].
    pub declared_type: ExprId,
    /// Something assigns to it after its declaration.
    pub reassigned: bool,
}

/// How a name is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BindingKind {
    /// `const`, `using`
    Const,
    /// `let`
    Let,
    /// `var`
    Var,
    /// A parameter.
    Param,
    /// A function declaration.
    Function,
    /// A class declaration.
    Class,
    /// An import.
    Import,
    /// The name in `catch (e)`.
    Catch,
    /// An enum or namespace.
    Other,
}

/// Where a binding's first value comes from. `path` is the destructuring that leads to it: a run of the
/// module's path table, with property names, array positions as digits, and `...` for rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Declared without a value.
    None,
    /// `const … = expr`.
    Init {
        /// The initialiser.
        expr: ExprId,
        /// The way into it.
        path: List,
        /// Default value in the pattern, or [`ExprId::UNKNOWN`].
        default: ExprId,
    },
    /// A parameter.
    Param {
        /// Position.
        index: u32,
        /// The way into the argument.
        path: List,
        /// Default value in the pattern, or [`ExprId::UNKNOWN`]; that of the whole parameter is in [`Param`].
        default: ExprId,
    },
    /// `for (const … of expr)`.
    Element {
        /// What is iterated over.
        expr: ExprId,
        /// The way into the element.
        path: List,
    },
    /// An import: index into [`ModuleFacts::imports`](super::ModuleFacts::imports).
    Import(u32),
    /// A function declaration.
    Function(FunctionId),
    /// A class declaration.
    Class(ClassId),
}

/// A class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// Its name, or that of what it is stored in.
    pub name: Option<Name>,
    /// The whole class.
    pub span: Span,
    /// The function it is written in.
    pub function: FunctionId,
    /// What it extends, or [`ExprId::UNKNOWN`].
    pub superclass: ExprId,
    /// Methods and fields in order.
    pub members: Vec<Member>,
    /// Its written constructor.
    pub constructor: Option<FunctionId>,
    /// Its instance fields' initial values, if it has any.
    pub fields: Option<FunctionId>,
}

/// A method or field of a class.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Its name; private names keep their `#`.
    pub name: Name,
    /// `static`.
    pub is_static: bool,
    /// What it is.
    pub kind: MemberKind,
    /// Its declared type where that is a name, else [`ExprId::UNKNOWN`].
    pub declared_type: ExprId,
}

/// What a class member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberKind {
    /// A method.
    Method(FunctionId),
    /// A getter.
    Getter(FunctionId),
    /// A setter.
    Setter(FunctionId),
    /// A field with its initial value, or [`ExprId::UNKNOWN`].
    Field(ExprId),
}
