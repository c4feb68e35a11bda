//! Tests of a construct's arguments.

use rustc_hash::FxHashSet;

use super::texts::beginning;
use crate::catalogue::{ArgumentAt, Condition, Test};
use crate::facts::{BinaryKind, BindingKind, Expr, ExprId, List, Origin, PropertyKey, SiteKind};
use crate::link::{ExprRef, FunctionRef, How, Item, Phase, Program, Source, Value};
use crate::span::FileId;

/// How far names are followed.
const MAX_DEPTH: u32 = 8;

/// Whether a condition on the arguments of a call holds. What cannot be seen does not.
pub(crate) fn holds(program: &Program<'_>, condition: &Condition, file: FileId, args: List) -> bool {
    let Some(module) = program.module(file) else { return false };
    let argument = module.facts.list(args).get(condition.arg).map(|&id| ExprRef { file, id });
    let subject = match (&condition.key, argument) {
        (Some(key), Some(argument)) => match nested(program, argument, key) {
            Found::Value(value) => Some(value),
            Found::Absent => None,
            Found::Unknown => return false,
        },
        (_, argument) => argument,
    };
    let Some(subject) = subject else { return matches!(condition.is, Test::Absent | Test::NotTrue) };
    test(program, condition, subject)
}

fn test(program: &Program<'_>, condition: &Condition, subject: ExprRef) -> bool {
    let is_true = || matches!(constant(program, subject, 0), Some(Constant::Bool(true)));
    match condition.is {
        Test::Present => true,
        Test::Absent => false,
        Test::String => is_text(program, subject, 0),
        Test::Object => matches!(program.value(subject), Value::Object(_)),
        Test::Prefix => {
            let text = beginning(program, subject);
            condition.values.iter().any(|v| text.starts_with(v.as_str()))
        }
        Test::Equals => match constant(program, subject, 0) {
            Some(Constant::Text(text)) => condition.values.contains(&text),
            _ => false,
        },
        Test::InstanceOf => condition.values.iter().any(|v| made_by(program, subject, v)),
        Test::True => is_true(),
        Test::NotTrue => !is_true(),
    }
}

/// What a key of an object argument is.
enum Found {
    Value(ExprRef),
    Absent,
    Unknown,
}

/// A dotted key of an object literal; unknown if the object, or a spread in it, cannot be seen.
fn nested(program: &Program<'_>, object: ExprRef, key: &str) -> Found {
    let mut current = object;
    for step in key.split('.') {
        match property(program, current, step, 0) {
            Found::Value(value) => current = value,
            other => return other,
        }
    }
    Found::Value(current)
}

fn property(program: &Program<'_>, object: ExprRef, key: &str, depth: u32) -> Found {
    if matches!(constant(program, object, 0), Some(Constant::Text(_))) {
        return Found::Absent;
    }
    let Value::Object(at) = program.value(object) else {
        return if is_text(program, object, 0) { Found::Absent } else { Found::Unknown };
    };
    let Some(module) = program.module(at.file) else { return Found::Unknown };
    let Expr::Object(list) = module.facts.expr(at.id) else { return Found::Unknown };
    let mut hidden = false;
    for property_entry in module.facts.object(list).iter().rev() {
        let value = ExprRef { file: at.file, id: property_entry.value };
        match property_entry.key {
            PropertyKey::Name(name) if module.facts.text(name) == key => return Found::Value(value),
            PropertyKey::Spread if depth < MAX_DEPTH => match property(program, value, key, depth + 1) {
                Found::Value(value) => return Found::Value(value),
                Found::Unknown => hidden = true,
                Found::Absent => {}
            },
            _ => {}
        }
    }
    if hidden { Found::Unknown } else { Found::Absent }
}

/// The argument, or the key of one, that a table entry points at.
pub(crate) fn argument_at(
    program: &Program<'_>,
    place: &ArgumentAt,
    (file, args): (FileId, List),
) -> Option<ExprRef> {
    let &id = program.module(file)?.facts.list(args).get(place.arg)?;
    let argument = ExprRef { file, id };
    match &place.key {
        None => Some(argument),
        Some(key) => match nested(program, argument, key) {
            Found::Value(value) => Some(value),
            Found::Absent | Found::Unknown => None,
        },
    }
}

/// Whether any object argument has one of these keys.
pub(crate) fn has_key(program: &Program<'_>, file: FileId, args: List, keys: &[String]) -> bool {
    let Some(module) = program.module(file) else { return false };
    let arguments = module.facts.list(args).iter().map(|&id| ExprRef { file, id });
    arguments
        .into_iter()
        .any(|argument| keys.iter().any(|key| matches!(nested(program, argument, key), Found::Value(_))))
}

/// A constant, as far as it is one.
pub(crate) enum Constant {
    /// Text; of a template, its beginning.
    Text(String),
    /// A truth value.
    Bool(bool),
}

/// The constant that an expression is, through names.
pub(crate) fn constant(program: &Program<'_>, at: ExprRef, depth: u32) -> Option<Constant> {
    let facts = &program.module(at.file)?.facts;
    let go = |id: ExprId| constant(program, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return None;
    }
    match facts.expr(at.id) {
        Expr::Str(name) => Some(Constant::Text(facts.text(name).to_owned())),
        Expr::Bool(value) => Some(Constant::Bool(value)),
        Expr::Template(list) => facts.list(list).first().and_then(|&first| go(first)),
        Expr::Binary { kind: BinaryKind::Add, left, .. } => go(left),
        Expr::Local(binding) => match facts.binding(binding) {
            b if b.reassigned => None,
            b => match b.origin {
                Origin::Init { expr, path, .. } if path.is_empty() => go(expr),
                _ => None,
            },
        },
        _ => None,
    }
}

/// Whether an expression is certainly text: a literal, a template, an environment variable.
fn is_text(program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    let go = |id: ExprId| is_text(program, ExprRef { file: at.file, id }, depth + 1);
    if depth > MAX_DEPTH {
        return false;
    }
    match facts.expr(at.id) {
        Expr::Str(_) | Expr::Template(_) => true,
        Expr::Binary { kind: BinaryKind::Add, left, right } => go(left) || go(right),
        Expr::Logical { left, right, .. } => go(left) || go(right),
        Expr::Conditional { yes, no, .. } => go(yes) || go(no),
        Expr::Member { property, .. } => {
            matches!(program.value(at), Value::Global(path) if path.starts_with(&["process", "env"]))
                || names_an_address(facts.text(property))
        }
        Expr::Call(site) => match facts.site(site).kind {
            SiteKind::Call { callee, .. } => {
                matches!(program.value(ExprRef { file: at.file, id: callee }), Value::Global(path) if path == ["String"])
            }
            _ => false,
        },
        Expr::Local(binding) => {
            let entry = facts.binding(binding);
            match entry.origin {
                Origin::Init { expr, path, .. } if path.is_empty() => go(expr),
                _ => names_an_address(facts.text(entry.name)),
            }
        }
        _ => false,
    }
}

/// Names that people give to connection strings: `DATABASE_URL`, `connectionString`, `mongoUri`.
fn names_an_address(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["url", "uri", "dsn", "connectionstring", "connection_string"].iter().any(|end| lower.ends_with(end))
}

/// Whether a value was made by `package#export`.
pub(crate) fn made_by(program: &Program<'_>, at: ExprRef, wanted: &str) -> bool {
    let Some((package, export)) = wanted.split_once('#') else { return false };
    match program.value(at) {
        Value::Made(made) => {
            let found = made.by.export();
            made.by.package == package && found.strip_prefix("default.").unwrap_or(&found) == export
        }
        _ => false,
    }
}

/// Whether an argument of a call comes from the request: then the call cannot be moved out of it.
pub(crate) fn from_request(program: &Program<'_>, file: FileId, args: List) -> bool {
    let Some(module) = program.module(file) else { return false };
    let mut seen = FxHashSet::default();
    module.facts.list(args).iter().any(|&id| request_value(program, ExprRef { file, id }, &mut seen))
}

/// Whether a value comes from the request, or was made from something that does.
pub(crate) fn value_from_request(program: &Program<'_>, at: ExprRef) -> bool {
    request_value(program, at, &mut FxHashSet::default())
}

fn request_value(program: &Program<'_>, at: ExprRef, seen: &mut FxHashSet<ExprRef>) -> bool {
    let Some(module) = program.module(at.file) else { return false };
    let facts = &module.facts;
    // No expression is looked into twice, whatever leads to it.
    if !seen.insert(at) {
        return false;
    }
    let mut go = |id: ExprId| request_value(program, ExprRef { file: at.file, id }, seen);
    match facts.expr(at.id) {
        Expr::Local(id) => {
            let binding = facts.binding(id);
            match binding.origin {
                Origin::Param { index, path, .. } if binding.kind == BindingKind::Param => {
                    let function = FunctionRef { file: at.file, id: binding.function };
                    let path: Vec<&str> = facts.path(path).iter().map(|&step| facts.text(step)).collect();
                    argument_from_request(program, function, (index as usize, &path), seen)
                }
                Origin::Init { expr, .. } | Origin::Element { expr, .. } => go(expr),
                _ => false,
            }
        }
        Expr::Member { object, .. } | Expr::Index { object, .. } => go(object),
        Expr::Call(site) | Expr::New(site) => match facts.site(site).kind {
            SiteKind::Call { callee, args } | SiteKind::New { callee, args } => {
                let method = match facts.expr(callee) {
                    Expr::Member { object, .. } => go(object),
                    _ => false,
                };
                method || facts.list(args).iter().any(|&a| go(a))
            }
            _ => false,
        },
        Expr::Await(site) => matches!(facts.site(site).kind, SiteKind::Await { value } if go(value)),
        Expr::Template(list) | Expr::Array(list) => facts.list(list).iter().any(|&part| go(part)),
        Expr::Object(list) => facts.object(list).iter().any(|p| go(p.value)),
        Expr::Binary { left, right, .. } | Expr::Logical { left, right, .. } => go(left) || go(right),
        Expr::Conditional { yes, no, .. } => go(yes) || go(no),
        Expr::Spread(inner) => go(inner),
        _ => false,
    }
}

/// Whether a function is called with request data in this position, or in this part of what stands there: the
/// framework does, and so do callers that pass it on.
fn argument_from_request(
    program: &Program<'_>,
    function: FunctionRef,
    (index, path): (usize, &[&str]),
    seen: &mut FxHashSet<ExprRef>,
) -> bool {
    let Some(node) = program.graph.code(function, Phase::Request) else { return false };
    let callers = || program.graph.callers(node);
    // A function that is only handed over gets what the request brings from whoever calls it.
    if callers().all(|edge| edge.how != How::Calls) {
        return callers().any(|edge| match edge.from {
            Source::Route(_) => true,
            Source::Node(from) => {
                edge.site().is_none() && matches!(program.graph.node(from).item, Item::Value(_))
            }
        });
    }
    // One caller that passes something else is enough to share a client for that.
    callers().filter(|edge| edge.how == How::Calls).all(|edge| {
        let (Source::Node(_), Some(site)) = (edge.from, edge.site()) else { return false };
        let Some(module) = program.module(edge.file) else { return false };
        let kind = module.facts.site(site).kind;
        let (SiteKind::Call { callee, args } | SiteKind::New { callee, args }) = kind else { return false };
        // Only if the call is of this very function is its argument this parameter.
        if program.value(ExprRef { file: edge.file, id: callee }) != Value::Function(function) {
            return false;
        }
        module.facts.list(args).get(index).is_some_and(|&id| {
            let mut part = ExprRef { file: edge.file, id };
            for step in path {
                if let Found::Value(inner) = property(program, part, step, 0) {
                    part = inner;
                }
            }
            request_value(program, part, seen)
        })
    })
}
