//! Schemas of zod: whether the lists that they let through have a limit.

use super::origin::Length;
use super::queries::chain::{call_of, last_name};
use super::queries::filter::entry;
use super::sources::FETCHED;
use crate::facts::{Expr, ExprId, FunctionId, ModuleFacts, Origin, PropertyKey, Use};
use crate::link::{ExprRef, FunctionRef, Program, Value};

/// How far schemas are followed.
const MAX_DEPTH: u32 = 16;

/// How many parts of a schema are looked at: one may be part of another many times over.
const MAX_PARTS: u32 = 1000;

/// What a list is after a schema let it through. Lists of a schema that limits none are as long as before, but for
/// answers of other services: those give a page at a time, and nobody writes a limit for what they say.
pub(crate) fn validated(program: &Program<'_>, schema: ExprRef, length: Length) -> Length {
    let mut lists = Lists::default();
    lists.look(program, schema, 0);
    match program.value(schema) {
        _ if lists.open && !lists.limited && length != FETCHED => length,
        Value::Made(made) if made.steps.contains(&"max") || made.steps.contains(&"length") => Length::Bounded,
        // A list with a limit beside one without, or a schema that cannot be followed.
        _ if matches!(length, Length::Sent(_)) => Length::Unknown,
        _ => length,
    }
}

/// The schema of what an API by steps hands to a function: `procedure.input(schema).mutation(({ input }) => …)`.
pub(crate) fn input_of(program: &Program<'_>, function: FunctionRef) -> Option<ExprRef> {
    let module = program.module(function.file)?;
    let facts = &module.facts;
    let given = module.expression_of(function.id)?;
    let Use::Part(call) = facts.use_of(given) else { return None };
    let (_, callee, args) = call_of(facts, call)?;
    let is_last = facts.list(args) == [given]
        && matches!(last_name(facts, callee), Some("query" | "mutation" | "action" | "handler"));
    let mut at = callee;
    for _ in 0..12 {
        let Expr::Member { object, .. } = facts.expr(at) else { return None };
        let (_, callee, args) = call_of(facts, object)?;
        let is_input = matches!(last_name(facts, callee), Some("input" | "schema" | "inputSchema"));
        match facts.list(args) {
            &[schema] if is_last && is_input => return Some(ExprRef { file: function.file, id: schema }),
            _ => at = callee,
        }
    }
    None
}

/// The names by which such a function gets what was let through.
pub(crate) fn is_input(name: &str) -> bool {
    matches!(name, "input" | "parsedInput")
}

/// The lists in a schema.
#[derive(Clone, Copy, Debug, Default)]
struct Lists {
    /// How many parts were looked at.
    seen: u32,
    /// There is one.
    open: bool,
    /// Some have a limit, or may have one that cannot be seen.
    limited: bool,
}

impl Lists {
    /// Looks through a schema; whether it is of a list itself.
    fn look(&mut self, program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
        self.seen += 1;
        let goes_on = depth < MAX_DEPTH && self.seen < MAX_PARTS;
        let Some(module) = program.module(at.file).filter(|_| goes_on) else { return self.unseen() };
        let facts = &module.facts;
        match facts.expr(at.id) {
            Expr::Local(name) => {
                let (file, name) = program.declaration(at.file, name);
                let Some(module) = program.module(file) else { return self.unseen() };
                match module.facts.binding(name) {
                    binding if binding.reassigned => self.unseen(),
                    binding => match binding.origin {
                        Origin::Init { expr, path, .. } if path.is_empty() => {
                            self.look(program, ExprRef { file, id: expr }, depth + 1)
                        }
                        _ => self.unseen(),
                    },
                }
            }
            // `schemas.create`
            Expr::Member { object, property } => {
                let Value::Object(object) = program.value(ExprRef { file: at.file, id: object }) else {
                    return self.unseen();
                };
                let key = facts.text(property);
                let value =
                    program.module(object.file).and_then(|module| entry(&module.facts, object.id, key));
                match value {
                    Some(id) => self.look(program, ExprRef { file: object.file, id }, depth + 1),
                    None => self.unseen(),
                }
            }
            Expr::Call(_) => self.call(program, at, depth),
            _ => self.unseen(),
        }
    }

    /// `z.array(item)`, or `schema.max(10)`.
    fn call(&mut self, program: &Program<'_>, at: ExprRef, depth: u32) -> bool {
        let Some(module) = program.module(at.file) else { return self.unseen() };
        let facts = &module.facts;
        let Some((_, callee, args)) = call_of(facts, at.id) else { return self.unseen() };
        let args = facts.list(args);
        if let Value::External(made) = program.value(ExprRef { file: at.file, id: callee })
            && made.package.split('/').next() == Some("zod")
        {
            return self.made(
                program,
                (at, facts),
                (made.path.last().copied().unwrap_or_default(), args),
                depth,
            );
        }
        let Expr::Member { object, property } = facts.expr(callee) else { return self.unseen() };
        let is_list = self.look(program, ExprRef { file: at.file, id: object }, depth + 1);
        match facts.text(property) {
            "array" => {
                self.open = true;
                true
            }
            "max" | "length" | "transform" | "pipe" | "slice" if is_list => self.unseen(),
            "refine" | "superRefine" | "check" | "overwrite" => {
                if args.iter().any(|&id| asks_length(facts, id)) { self.unseen() } else { is_list }
            }
            "extend" | "safeExtend" | "merge" | "and" | "or" => {
                for &id in args {
                    self.parts(program, ExprRef { file: at.file, id }, depth + 1);
                }
                is_list
            }
            _ => is_list,
        }
    }

    /// What a function of zod makes.
    fn made(
        &mut self,
        program: &Program<'_>,
        (at, facts): (ExprRef, &ModuleFacts),
        (name, args): (&str, &[ExprId]),
        depth: u32,
    ) -> bool {
        let parts = args.iter().map(|&id| ExprRef { file: at.file, id });
        match name {
            "array" | "set" => {
                self.open = true;
                parts.for_each(|part| self.parts(program, part, depth + 1));
                true
            }
            "object" | "strictObject" | "looseObject" | "union" | "discriminatedUnion" | "intersection"
            | "optional" | "nullable" | "nullish" | "record" | "tuple" => {
                let schemas = parts.filter(|part| !matches!(facts.expr(part.id), Expr::Str(_)));
                schemas.for_each(|part| self.parts(program, part, depth + 1));
                false
            }
            "preprocess" | "lazy" | "pipe" | "custom" | "transform" => self.unseen(),
            _ => false,
        }
    }

    /// Looks through the schemas in an object or array, or through one.
    fn parts(&mut self, program: &Program<'_>, at: ExprRef, depth: u32) {
        let Some(module) = program.module(at.file) else { return };
        let facts = &module.facts;
        match facts.expr(at.id) {
            Expr::Object(list) => {
                for property in facts.object(list) {
                    if property.key == PropertyKey::Spread {
                        self.unseen();
                    } else {
                        self.look(program, ExprRef { file: at.file, id: property.value }, depth + 1);
                    }
                }
            }
            Expr::Array(list) => {
                for &id in facts.list(list) {
                    self.look(program, ExprRef { file: at.file, id }, depth + 1);
                }
            }
            _ => {
                self.look(program, at, depth + 1);
            }
        }
    }

    /// There may be a limit that cannot be seen.
    fn unseen(&mut self) -> bool {
        self.limited = true;
        false
    }
}

/// Whether a check asks for a length: `(body) => body.ids.length <= 50`. What is no function here may.
fn asks_length(facts: &ModuleFacts, check: ExprId) -> bool {
    match facts.expr(check) {
        Expr::Function(id) => reads_length(facts, id),
        // The message, and where it belongs.
        Expr::Object(_) | Expr::Str(_) => false,
        _ => true,
    }
}

fn reads_length(facts: &ModuleFacts, function: FunctionId) -> bool {
    let range = facts.function(function).exprs.range();
    facts.exprs.get(range).unwrap_or_default().iter().any(
        |expr| matches!(*expr, Expr::Member { property, .. } if matches!(facts.text(property), "length" | "size")),
    )
}
