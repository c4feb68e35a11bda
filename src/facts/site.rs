//! Sites: the places in a function that do something, in source order, with what surrounds them.

use serde::{Deserialize, Serialize};

use super::ids::{ContextId, ExprId, FunctionId, List};
use crate::span::Span;

/// Something that happens when a function runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// What happens.
    pub kind: SiteKind,
    /// The expression whose value it is; [`ExprId::UNKNOWN`] for statements.
    pub expr: ExprId,
    /// The construct in the source.
    pub span: Span,
    /// The function whose run does it.
    pub function: FunctionId,
    /// The innermost condition, loop or `try` around it within that function.
    pub context: ContextId,
}

/// What a [`Site`] does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum SiteKind {
    /// `callee(args)`.
    Call {
        /// What is called.
        callee: ExprId,
        /// Arguments; spreads are [`Expr::Spread`](super::Expr::Spread).
        args: List,
    },
    /// `new callee(args)`.
    New {
        /// What is constructed.
        callee: ExprId,
        /// Arguments.
        args: List,
    },
    /// `` tag`…` ``; the substitutions are the arguments.
    Tagged {
        /// The tag.
        callee: ExprId,
        /// The template, as [`Expr::Template`](super::Expr::Template) or [`Expr::Str`](super::Expr::Str).
        template: ExprId,
    },
    /// A write to a variable, property or element.
    Write {
        /// The place written to: [`Expr::Local`](super::Expr::Local), `Member`, `Index` or `Global`.
        target: ExprId,
        /// How.
        kind: WriteKind,
        /// The value, where there is one.
        value: ExprId,
    },
    /// `await x`, `for await`, `await using`.
    Await {
        /// What is awaited.
        value: ExprId,
    },
    /// `return x` and an arrow's expression body.
    Return {
        /// The value, or [`ExprId::UNKNOWN`].
        value: ExprId,
    },
    /// `throw x`.
    Throw {
        /// The value.
        value: ExprId,
    },
    /// A loop begins here; places within it have a [`ContextKind::Loop`] of the same span.
    Loop,
    /// `break` or `continue`.
    Jump,
}

/// How a place is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WriteKind {
    /// `=`
    Assign,
    /// `+=` and its like
    Compound,
    /// `??=`
    IfNullish,
    /// `||=`
    IfFalsy,
    /// `&&=`
    IfTruthy,
    /// `++`, `--`
    Update,
    /// `delete`
    Delete,
    /// A destructuring assignment gives part of the value to the place.
    Destructured,
}

/// One link in the chain of what surrounds a place, innermost first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// The next link outwards; `None` at the function's own body.
    pub parent: Option<ContextId>,
    /// What this link is.
    pub kind: ContextKind,
}

/// What one [`Context`] link says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum ContextKind {
    /// The body of a function.
    Body(FunctionId),
    /// Runs only if `test` is truthy (`truth`) or falsy: branches of `if` and `?:`.
    If {
        /// The condition.
        test: ExprId,
        /// Which way it went.
        truth: bool,
    },
    /// Runs only because an earlier `if (test) return|throw|continue|break` did not leave.
    Survived {
        /// The condition of the early exit.
        test: ExprId,
        /// The way it must have gone for this code to run.
        truth: bool,
    },
    /// Right side of `left ?? here`, or the value of `place ??= here`.
    IfNullish(ExprId),
    /// Inside a loop.
    Loop {
        /// Which loop.
        kind: LoopKind,
        /// What is iterated over, or the condition; [`ExprId::UNKNOWN`] if there is none.
        over: ExprId,
        /// The whole loop in the source.
        span: Span,
    },
    /// Inside `try { … }`; `handled` if there is a `catch`, `finally` if there is one.
    Try {
        /// A `catch` clause follows.
        handled: bool,
        /// A `finally` block follows.
        finally: bool,
    },
    /// Inside `catch { … }`.
    Catch,
    /// Inside `finally { … }`.
    Finally,
    /// Inside a `case` of `switch (over)`; `test` is `None` for `default`.
    Case {
        /// The discriminant.
        over: ExprId,
        /// The case's value.
        test: Option<ExprId>,
    },
}

/// Kinds of loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoopKind {
    /// `for (;;)`
    For,
    /// `for…in`
    ForIn,
    /// `for…of`
    ForOf,
    /// `for await…of`
    ForAwait,
    /// `while`
    While,
    /// `do…while`
    DoWhile,
}
