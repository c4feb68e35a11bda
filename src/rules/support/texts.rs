//! How texts begin, through constants, templates, fields and settings with a default.

use super::queries::filter::entry;
use crate::facts::{BinaryKind, Expr, ExprId, LogicalKind, MemberKind, Origin};
use crate::link::{ClassRef, ExprRef, Program, Value};

/// How far names are followed.
const MAX_DEPTH: u32 = 8;

/// How many expressions are read for one text: names may stand for names many times over.
const MAX_READS: u32 = 200;

/// A text as far as it is known, from its beginning.
struct Beginning {
    text: String,
    /// This is all of it.
    whole: bool,
}

impl Beginning {
    const UNKNOWN: Self = Self { text: String::new(), whole: false };

    fn then(mut self, next: impl FnOnce() -> Self) -> Self {
        if self.whole {
            let next = next();
            self.text.push_str(&next.text);
            self.whole = next.whole;
        }
        self
    }
}

/// How the text begins that an expression gives; empty if nothing is known of it.
pub(crate) fn beginning(program: &Program<'_>, at: ExprRef) -> String {
    let mut left = MAX_READS;
    read(program, at, &mut left, 0).text
}

fn read(program: &Program<'_>, at: ExprRef, left: &mut u32, depth: u32) -> Beginning {
    let goes_on = depth < MAX_DEPTH && *left > 0;
    let Some(module) = program.module(at.file).filter(|_| goes_on) else { return Beginning::UNKNOWN };
    *left -= 1;
    let facts = &module.facts;
    let part = |id: ExprId| ExprRef { file: at.file, id };
    let mut go = |id: ExprId| read(program, part(id), left, depth + 1);
    match facts.expr(at.id) {
        Expr::Str(name) => Beginning { text: facts.text(name).to_owned(), whole: true },
        Expr::Template(list) => {
            let empty = Beginning { text: String::new(), whole: true };
            facts.list(list).iter().fold(empty, |text, &id| text.then(|| go(id)))
        }
        Expr::Binary { kind: BinaryKind::Add, left, right } => go(left).then(|| go(right)),
        // A setting, and the service that it is without one. A file by default is only there on the laptop.
        Expr::Logical { kind: LogicalKind::Or | LogicalKind::Nullish, left, right } => {
            let set = matches!(program.value(part(left)), Value::Global(path) if path.starts_with(&["process", "env"]));
            if !set {
                return go(left);
            }
            let default = go(right);
            if default.text.starts_with("http") { default } else { Beginning::UNKNOWN }
        }
        Expr::Local(binding) => {
            let (file, binding) = program.declaration(at.file, binding);
            let origin = program.module(file).map(|module| module.facts.binding(binding));
            match origin.map(|binding| (binding.reassigned, binding.origin)) {
                Some((false, Origin::Init { expr, path, .. })) if path.is_empty() => {
                    read(program, ExprRef { file, id: expr }, left, depth + 1)
                }
                _ => Beginning::UNKNOWN,
            }
        }
        Expr::Member { object, property } => {
            let held = held(program, program.value(part(object)), facts.text(property));
            held.map_or(Beginning::UNKNOWN, |value| read(program, value, left, depth + 1))
        }
        _ => Beginning::UNKNOWN,
    }
}

/// What an object literal or a class of the project has under a name.
fn held(program: &Program<'_>, holder: Value<'_>, name: &str) -> Option<ExprRef> {
    match holder {
        Value::Object(literal) => {
            let id = entry(&program.module(literal.file)?.facts, literal.id, name)?;
            Some(ExprRef { file: literal.file, id })
        }
        Value::Instance(class, _) | Value::Class(class) => {
            program.lineage(class).into_iter().find_map(|class| field(program, class, name))
        }
        _ => None,
    }
}

/// The first value of a field.
fn field(program: &Program<'_>, class: ClassRef, name: &str) -> Option<ExprRef> {
    let module = program.module(class.file)?;
    // Whatever else is put there, nobody knows.
    if module.field_writes(class.id, name).next().is_some() {
        return None;
    }
    module.facts.class(class.id).members.iter().find_map(|member| match member.kind {
        MemberKind::Field(value) if module.facts.text(member.name) == name => {
            Some(ExprRef { file: class.file, id: value })
        }
        _ => None,
    })
}
