//! What a holder holds at first, and what is put there.

use crate::catalogue::StoreKind;
use crate::facts::{BinaryKind, Expr, ExprId, Origin, PropertyKey, SiteKind};
use crate::link::{ExprRef, Program, Value};

use super::super::apis::Apis;

/// How far names are followed.
const MAX_DEPTH: u32 = 6;

/// What a holder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `Map`, object, array, `Set`.
    Container,
    /// `WeakMap`, `WeakSet`: goes with its keys.
    Weak,
    /// A package's cache.
    Package,
    /// A plain variable.
    Variable,
    /// Something else: a client, an object of a package.
    Opaque,
}

/// The form that an expression gives.
pub(crate) fn form(program: &Program<'_>, apis: &Apis<'_>, at: ExprRef, depth: u32) -> Form {
    let Some(module) = program.module(at.file) else { return Form::Variable };
    let facts = &module.facts;
    let go = |id: ExprId| form(program, apis, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return Form::Opaque;
    }
    match facts.expr(at.id) {
        Expr::Object(_) | Expr::Array(_) => Form::Container,
        Expr::Logical { left, right, .. } => known(go(right), go(left)),
        Expr::Conditional { yes, no, .. } => known(go(yes), go(no)),
        Expr::Write(site) => match facts.site(site).kind {
            SiteKind::Write { value, .. } => go(value),
            _ => Form::Variable,
        },
        Expr::New(site) | Expr::Call(site) => {
            if let Some(package) = apis.stores.iter().find(|s| s.file == at.file && s.site == site) {
                return if package.api.kind == StoreKind::Cache { Form::Package } else { Form::Opaque };
            }
            let (SiteKind::New { callee, .. } | SiteKind::Call { callee, .. }) = facts.site(site).kind else {
                return Form::Opaque;
            };
            match program.value(ExprRef { file: at.file, id: callee }) {
                Value::Global(path) => match path.as_slice() {
                    ["Map" | "Set" | "Array"]
                    | ["Object", "create" | "fromEntries"]
                    | ["Array", "from" | "of"] => Form::Container,
                    ["WeakMap" | "WeakSet" | "WeakRef"] => Form::Weak,
                    _ => Form::Opaque,
                },
                _ => Form::Opaque,
            }
        }
        Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) | Expr::Unknown | Expr::Unary(_) => {
            Form::Variable
        }
        Expr::Global(name) if facts.text(name) == "undefined" => Form::Variable,
        Expr::Member { .. }
            if matches!(program.value(at), Value::Global(path)
                if matches!(path.first(), Some(&("globalThis" | "global" | "self")))) =>
        {
            Form::Variable
        }
        _ => Form::Opaque,
    }
}

/// The form that says more.
const fn known(first: Form, other: Form) -> Form {
    match (first, other) {
        (Form::Container | Form::Package | Form::Weak, _) => first,
        (_, Form::Container | Form::Package | Form::Weak) => other,
        (Form::Variable, _) => other,
        _ => first,
    }
}

/// A value that is put somewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    /// `null`, `undefined`, `false`, or an empty container.
    pub nothing: bool,
    /// `true`.
    pub yes: bool,
    /// A number, or a sum.
    pub number: bool,
    /// The present time is in it.
    pub time: bool,
    /// A promise that is not awaited.
    pub promise: bool,
    /// A function, a class, an instance of something that is no plain data, a client.
    pub live: bool,
    /// It was waited for.
    pub awaited: bool,
    /// Data: an object, text, a list.
    pub data: bool,
    /// Something else, such as the result of a call.
    pub other: bool,
    /// A limiter of a package.
    pub limiter: bool,
    /// An instance of a class of the project.
    pub own: bool,
}

impl Stored {
    fn and(self, more: Self) -> Self {
        Self {
            nothing: self.nothing && more.nothing,
            yes: self.yes && more.yes,
            number: self.number || more.number,
            time: self.time || more.time,
            promise: self.promise || more.promise,
            live: self.live || more.live,
            awaited: self.awaited || more.awaited,
            data: self.data || more.data,
            other: self.other || more.other,
            limiter: self.limiter || more.limiter,
            own: self.own || more.own,
        }
    }
}

/// What a value is, as far as it can be seen.
pub(crate) fn stored(program: &Program<'_>, apis: &Apis<'_>, at: ExprRef, depth: u32) -> Stored {
    let none = Stored::default();
    let Some(module) = program.module(at.file) else { return none };
    let facts = &module.facts;
    let go = |id: ExprId| stored(program, apis, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return Stored { other: true, ..none };
    }
    match facts.expr(at.id) {
        Expr::Null | Expr::Bool(false) => Stored { nothing: true, ..none },
        Expr::Global(name) if facts.text(name) == "undefined" => Stored { nothing: true, ..none },
        Expr::Bool(true) => Stored { yes: true, ..none },
        Expr::Number(_) | Expr::Unary(_) => Stored { number: true, ..none },
        Expr::Binary { left, right, .. } => {
            let both = go(left).and(go(right));
            Stored { number: true, time: both.time, awaited: both.awaited, ..none }
        }
        Expr::Str(_) | Expr::Template(_) => Stored { data: true, ..none },
        Expr::Function(_) | Expr::Class(_) => Stored { live: true, ..none },
        Expr::Array(list) => {
            let items = facts.list(list);
            if items.is_empty() {
                return Stored { nothing: true, ..none };
            }
            let all = items.iter().take(8).map(|&item| go(item)).fold(none, Stored::and);
            Stored { data: true, nothing: false, yes: false, ..all }
        }
        Expr::Object(list) => {
            let properties = facts.object(list);
            if properties.is_empty() {
                return Stored { nothing: true, ..none };
            }
            let parts = properties.iter().take(12).filter(|p| !matches!(p.key, PropertyKey::Computed(_)));
            let all = parts.map(|p| go(p.value)).fold(none, Stored::and);
            Stored { data: true, nothing: false, yes: false, live: false, promise: false, ..all }
        }
        Expr::Spread(inner) => go(inner),
        Expr::Await(site) => match facts.site(site).kind {
            // `await import('./templates')`
            SiteKind::Await { value } if matches!(facts.expr(value), Expr::Import(_)) => {
                Stored { live: true, ..none }
            }
            _ => Stored { awaited: true, ..none },
        },
        Expr::Logical { left, right, .. } => go(left).and(go(right)),
        Expr::Conditional { yes, no, .. } => go(yes).and(go(no)),
        Expr::Local(id) => match facts.binding(id).origin {
            Origin::Init { expr, path, .. } => {
                let initial = go(expr);
                let mut all = if path.is_empty() { initial } else { Stored { data: true, ..initial } };
                if facts.binding(id).reassigned {
                    for &site in module.writes(id).iter().take(4) {
                        if let SiteKind::Write { target, value, .. } = facts.site(site).kind
                            && facts.expr(target) == Expr::Local(id)
                        {
                            all = all.and(go(value));
                        }
                    }
                }
                all
            }
            Origin::Function(_) | Origin::Class(_) => Stored { live: true, ..none },
            _ => {
                let time = matches!(
                    facts.text(facts.binding(id).name),
                    "now" | "nowMs" | "timestamp" | "time" | "ts"
                );
                Stored { other: !time, number: time, time, ..none }
            }
        },
        Expr::Call(site) | Expr::New(site) => made(program, apis, at, site, depth),
        _ => Stored { other: true, ..none },
    }
}

fn made(
    program: &Program<'_>,
    apis: &Apis<'_>,
    at: ExprRef,
    site: crate::facts::SiteId,
    depth: u32,
) -> Stored {
    let none = Stored::default();
    let other = Stored { other: true, ..none };
    let Some(module) = program.module(at.file) else { return other };
    let facts = &module.facts;
    let (callee, is_new) = match facts.site(site).kind {
        SiteKind::New { callee, .. } => (callee, true),
        SiteKind::Call { callee, .. } => (callee, false),
        _ => return other,
    };
    if apis.stores.iter().any(|s| s.file == at.file && s.site == site && s.api.kind == StoreKind::RateLimit) {
        return Stored { limiter: true, ..none };
    }
    if let Expr::Member { object, property } = facts.expr(callee) {
        match facts.text(property) {
            "then" | "catch" | "finally" => return Stored { promise: true, ..none },
            // `Date.now()`, `list.filter(…)`, `text.trim()`: what they are called on decides.
            "filter" | "map" | "slice" | "concat" | "toISOString" | "getTime" | "sort" | "set" | "add" => {
                return Stored {
                    data: true,
                    nothing: false,
                    ..stored(program, apis, ExprRef { file: at.file, id: object }, depth + 1)
                };
            }
            _ => {}
        }
    }
    match program.value(ExprRef { file: at.file, id: callee }) {
        Value::Global(path) => match path.as_slice() {
            ["Date", "now"] | ["performance", "now"] | ["Date"] => {
                Stored { time: true, number: true, ..none }
            }
            ["Map" | "Set" | "Array"] | ["Object", "create"] => Stored { nothing: true, ..none },
            ["Promise"] => Stored { promise: true, ..none },
            ["Math", ..] | ["Number" | "parseInt" | "parseFloat"] => Stored { number: true, ..none },
            ["fetch"] => Stored { promise: true, ..none },
            _ if is_new => Stored { live: true, ..none },
            _ => other,
        },
        Value::Function(function) => {
            let entry = program.module(function.file).map(|m| m.facts.function(function.id));
            let promise = entry.is_some_and(|f| f.is_async || f.declares_promise);
            Stored { promise, other: !promise, ..none }
        }
        Value::Class(_) => Stored { live: true, own: true, ..none },
        _ if is_new => Stored { live: true, ..none },
        Value::External(external) => {
            let client = program.catalogue.client(external.package, &external.export()).is_some();
            Stored { live: client, other: !client, ..none }
        }
        _ => other,
    }
}

/// Whether an expression has a sum with something else in it: `count + 1`.
pub(crate) fn adds(program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    let go = |id: ExprId| adds(program, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return false;
    }
    match facts.expr(at.id) {
        Expr::Binary { kind: BinaryKind::Add, left, right } => {
            [left, right].into_iter().any(|side| facts.expr(side) == Expr::Number(1.0))
        }
        Expr::Object(list) => facts.object(list).iter().take(12).any(|p| go(p.value)),
        Expr::Logical { left, right, .. } => go(left) || go(right),
        Expr::Conditional { yes, no, .. } => go(yes) || go(no),
        Expr::Local(id) => {
            matches!(facts.binding(id).origin, Origin::Init { expr, path, .. } if path.is_empty() && go(expr))
        }
        _ => false,
    }
}

/// Whether the present time is part of an expression.
pub(crate) fn tells_time(program: &Program<'_>, apis: &Apis<'_>, at: ExprRef) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    match module.facts.expr(at.id) {
        Expr::Binary { left, right, .. } => [left, right].into_iter().any(|id| {
            let side = ExprRef { file: at.file, id };
            tells_time_name(program, side)
                || stored(program, apis, side, 0).time
                || tells_time(program, apis, side)
        }),
        _ => stored(program, apis, at, 0).time || tells_time_name(program, at),
    }
}

/// Whether part of a condition compares times.
pub(crate) fn compares_time(program: &Program<'_>, apis: &Apis<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    let go = |id: ExprId| compares_time(program, apis, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return false;
    }
    match facts.expr(at.id) {
        Expr::Binary { kind: BinaryKind::Less | BinaryKind::Greater, .. } => tells_time(program, apis, at),
        Expr::Logical { left, right, .. } => go(left) || go(right),
        Expr::Not(inner) => go(inner),
        Expr::Local(id) => {
            matches!(facts.binding(id).origin, Origin::Init { expr, path, .. } if path.is_empty() && go(expr))
        }
        _ => false,
    }
}

/// `now`, `windowStart`, `entry.expiresAt`, `CACHE_TTL`
fn tells_time_name(program: &Program<'_>, at: ExprRef) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let name = match module.facts.expr(at.id) {
        Expr::Member { property, .. } => module.facts.text(property),
        Expr::Local(id) => module.facts.text(module.facts.binding(id).name),
        _ => return false,
    };
    super::names::has_word(
        name,
        &[
            "now",
            "time",
            "timestamp",
            "expire",
            "expiry",
            "expiration",
            "ttl",
            "ms",
            "reset",
            "date",
            "age",
            "at",
            "until",
            "exp",
        ],
    )
}
