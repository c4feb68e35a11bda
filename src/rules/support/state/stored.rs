//! What is put into a holder.

use crate::catalogue::StoreKind;
use crate::facts::{BindingId, BindingKind, Expr, ExprId, Origin, PropertyKey, SiteId, SiteKind, Use};
use crate::link::{ExprRef, Module, Program, Value};

use super::super::apis::Apis;

/// How far names are followed.
const MAX_DEPTH: u32 = 6;

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
    /// Text, or a list of anything but numbers and times: no tally of what callers do.
    pub content: bool,
    /// Something that lives, or a promise, is a part of it.
    pub holds: bool,
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
            content: self.content || more.content,
            holds: self.holds || more.holds,
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
        Expr::Str(_) | Expr::Template(_) => Stored { data: true, content: true, ..none },
        Expr::Function(_) | Expr::Class(_) => Stored { live: true, ..none },
        Expr::Array(list) => {
            let items = facts.list(list);
            if items.is_empty() {
                return Stored { nothing: true, ..none };
            }
            let all = items.iter().take(8).map(|&item| (item, go(item))).fold(none, |all, (item, one)| {
                let spread = matches!(facts.expr(item), Expr::Spread(_));
                all.and(Stored { content: one.content || !(spread || one.number), ..one })
            });
            Stored { data: true, nothing: false, yes: false, ..all }
        }
        Expr::Object(list) => {
            let properties = facts.object(list);
            if properties.is_empty() {
                return Stored { nothing: true, ..none };
            }
            let parts = properties.iter().take(12).filter(|p| !matches!(p.key, PropertyKey::Computed(_)));
            let all = parts.map(|p| go(p.value)).fold(none, Stored::and);
            if properties.iter().any(|p| settles(module, p.value)) {
                // Somebody waits for this entry in the request that put it there.
                return Stored { live: true, ..none };
            }
            let holds = all.holds || all.live || all.promise;
            Stored { data: true, nothing: false, yes: false, live: false, promise: false, holds, ..all }
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
                for value in pushed(module, id) {
                    let one = go(value);
                    all = all.and(Stored { data: true, content: one.content || !one.number, ..one });
                }
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
            _ if settled(module, at.id).is_some() => Stored { awaited: true, ..none },
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

/// The promise whose value this is: a parameter of what `then` was given.
pub(super) fn settled(module: &Module, value: ExprId) -> Option<ExprId> {
    let facts = &module.facts;
    let Expr::Local(id) = facts.expr(value) else { return None };
    let callback = module.expression_of(facts.binding(id).function)?;
    let Use::Part(parent) = facts.use_of(callback) else { return None };
    let Expr::Call(site) = facts.expr(parent) else { return None };
    let SiteKind::Call { callee, args } = facts.site(site).kind else { return None };
    let Expr::Member { object, property } = facts.expr(callee) else { return None };
    let first = facts.list(args).first() == Some(&callback);
    let given = matches!(facts.binding(id).origin, Origin::Param { index: 0, .. });
    (first && given && facts.text(property) == "then").then_some(object)
}

/// Whether a value settles a promise: a parameter of the function that `new Promise` was given.
fn settles(module: &Module, value: ExprId) -> bool {
    let facts = &module.facts;
    let Expr::Local(id) = facts.expr(value) else { return false };
    let binding = facts.binding(id);
    let Some(executor) = module.expression_of(binding.function) else { return false };
    let Use::Part(parent) = facts.use_of(executor) else { return false };
    let Expr::New(site) = facts.expr(parent) else { return false };
    binding.kind == BindingKind::Param
        && matches!(facts.site(site).kind, SiteKind::New { callee, .. }
            if matches!(facts.expr(callee), Expr::Global(name) if facts.text(name) == "Promise"))
}

/// What is pushed onto a list by its name.
fn pushed(module: &Module, list: BindingId) -> Vec<ExprId> {
    let facts = &module.facts;
    let values = module.uses(list).iter().take(16).filter_map(|&id| {
        let Use::Part(member) = facts.use_of(id) else { return None };
        let Expr::Member { property, .. } = facts.expr(member) else { return None };
        let Use::Part(call) = facts.use_of(member) else { return None };
        let Expr::Call(site) = facts.expr(call) else { return None };
        let SiteKind::Call { callee, args } = facts.site(site).kind else { return None };
        let pushes = callee == member && matches!(facts.text(property), "push" | "unshift");
        facts.list(args).first().copied().filter(|_| pushes)
    });
    values.collect()
}

fn made(program: &Program<'_>, apis: &Apis<'_>, at: ExprRef, site: SiteId, depth: u32) -> Stored {
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
