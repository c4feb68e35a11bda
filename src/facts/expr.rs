//! Expressions, reduced to what decides where a value comes from and goes to.

use serde::{Deserialize, Serialize};

use super::ids::{BindingId, ClassId, ExprId, FunctionId, List, Name, RequestId, SiteId};

/// An expression. Parentheses, casts (`as`, `satisfies`, `!`, `<T>`) and optional-chain wrappers are gone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expr {
    /// Nothing that any rule asks about.
    Unknown,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string literal, or a template without substitutions.
    Str(Name),
    /// A template with substitutions: its parts in order, text as [`Expr::Str`].
    Template(List),
    /// A use of a name declared in this module (imports included).
    Local(BindingId),
    /// A use of a name that nothing in the module declares: `process`, `globalThis`, `fetch`.
    Global(Name),
    /// `this`.
    This,
    /// `super`.
    Super,
    /// `import.meta`.
    ImportMeta,
    /// `object.property`, also private (`#x`) and with a literal key in brackets.
    Member {
        /// The left side.
        object: ExprId,
        /// The property; private names keep their `#`.
        property: Name,
    },
    /// `object[index]` with an index that is not a literal.
    Index {
        /// The left side.
        object: ExprId,
        /// The key.
        index: ExprId,
    },
    /// A call, or a tagged template; the site holds callee and arguments.
    Call(SiteId),
    /// `new C(…)`; the site holds callee and arguments.
    New(SiteId),
    /// `await x`; the site holds `x`.
    Await(SiteId),
    /// `yield x`.
    Yield(ExprId),
    /// `...x` in a call, array or object.
    Spread(ExprId),
    /// `!x`.
    Not(ExprId),
    /// `typeof x`.
    TypeOf(ExprId),
    /// `void x`.
    Void(ExprId),
    /// `-x`, `+x`, `~x`.
    Unary(ExprId),
    /// `a && b`, `a || b`, `a ?? b`.
    Logical {
        /// Which of the three.
        kind: LogicalKind,
        /// Always evaluated.
        left: ExprId,
        /// Evaluated if the left side does not decide.
        right: ExprId,
    },
    /// An operator with two operands.
    Binary {
        /// Equality, ordering, addition or another.
        kind: BinaryKind,
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
    },
    /// `test ? yes : no`.
    Conditional {
        /// The condition.
        test: ExprId,
        /// Value if it holds.
        yes: ExprId,
        /// Value if it does not.
        no: ExprId,
    },
    /// An assignment, update or `delete`; the site holds target and value.
    Write(SiteId),
    /// An object literal: a run of [`Property`]s.
    Object(List),
    /// An array literal: a run of expressions.
    Array(List),
    /// A function or arrow expression.
    Function(FunctionId),
    /// A class expression.
    Class(ClassId),
    /// `a, b, c`; the value is the last.
    Sequence(List),
    /// `<Component {...}>`: the component and the values handed to it.
    Jsx(List),
    /// `import('…')` or `require('…')`.
    Import(RequestId),
}

/// The three short-circuit operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogicalKind {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `??`
    Nullish,
}

impl LogicalKind {
    /// What a condition of two sides is, as far as they are known. A side that is missing is none: `??` is as `||`.
    #[must_use]
    pub const fn truth(self, left: Option<bool>, right: Option<bool>) -> Option<bool> {
        let decides = !matches!(self, Self::And);
        match (left, right) {
            (Some(left), _) if left == decides => Some(decides),
            (_, Some(right)) if right == decides => Some(decides),
            (Some(_), Some(_)) => Some(!decides),
            _ => None,
        }
    }
}

/// What a two-operand operator does, as far as rules tell operators apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BinaryKind {
    /// `==`, `===`
    Equal,
    /// `!=`, `!==`
    NotEqual,
    /// `<`, `<=`
    Less,
    /// `>`, `>=`
    Greater,
    /// `+`
    Add,
    /// `*`
    Multiply,
    /// `**`
    Power,
    /// `instanceof`
    InstanceOf,
    /// `in`
    In,
    /// Anything else.
    Other,
}

/// A property of an object literal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Property {
    /// Its key.
    pub key: PropertyKey,
    /// Its value; methods are [`Expr::Function`].
    pub value: ExprId,
}

/// Key of an object literal's property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PropertyKey {
    /// A name, string or number.
    Name(Name),
    /// `[expr]: …`
    Computed(ExprId),
    /// `...expr`
    Spread,
}

/// What becomes of an expression's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Use {
    /// Nothing: an expression statement, or the left of a comma.
    #[default]
    Discarded,
    /// It is an operand, argument, element or property value of another expression.
    Part(ExprId),
    /// It initialises a declaration; bindings name the expression in their [`Origin`](super::Origin).
    Declared,
    /// It is returned (also by an arrow's expression body).
    Returned(SiteId),
    /// It is thrown.
    Thrown(SiteId),
    /// It decides an `if`, a loop or a `switch`.
    Test,
    /// A `for…of`/`for…in` runs over it.
    Iterated,
    /// It is a module's default export, `module.exports` or `exports.x`.
    Exported,
    /// It is the initial value of a field of this class.
    Field(ClassId),
    /// It is a parameter's or pattern's default value.
    Default,
    /// It extends a class or decorates something.
    Other,
}
