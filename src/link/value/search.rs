//! The search for what an expression is.

use std::cell::Cell;
use std::sync::Arc;

use super::known::Wanted;
use super::{ClassRef, ExprRef, External, FunctionRef, MAX_DEPTH, Made, Path, Value};
use crate::facts::{
    BindingId, BindingKind, Expr, ExprId, FunctionId, ImportedName, LogicalKind, Origin, SiteKind, WriteKind,
};
use crate::link::{Module, Program};
use crate::span::FileId;

/// One search, from the expression that somebody asks about.
pub(super) struct Search<'a, 'p> {
    pub(super) program: &'a Program<'p>,
    /// The greatest depth that was looked at for what is being worked out.
    deepest: Cell<u32>,
    /// What is being worked out, innermost.
    current: Cell<Option<Wanted>>,
}

impl<'a, 'p> Search<'a, 'p> {
    pub(super) const fn new(program: &'a Program<'p>) -> Self {
        Self { program, deepest: Cell::new(0), current: Cell::new(None) }
    }

    pub(super) fn module(&self, file: FileId) -> Option<&'p Module> {
        self.program.module(file)
    }

    /// Whether a value counts as unknown because it was followed for too long.
    pub(super) fn is_too_deep(&self, depth: u32) -> bool {
        self.deepest.set(self.deepest.get().max(depth));
        depth > MAX_DEPTH
    }

    /// Whether something names itself: a variable that is set to what is made of it, a function that calls itself.
    pub(super) fn is_current(&self, wanted: Wanted) -> bool {
        self.current.get() == Some(wanted)
    }

    /// What is wanted, and the greatest depth that was looked at for it.
    pub(super) fn work_out(
        &self,
        wanted: Wanted,
        depth: u32,
        follow: impl FnOnce() -> Value<'p>,
    ) -> (Value<'p>, u32) {
        let (outer, around) = (self.deepest.replace(depth), self.current.replace(Some(wanted)));
        let value = follow();
        let deepest = self.deepest.get();
        self.deepest.set(deepest.max(outer));
        self.current.set(around);
        (value, deepest)
    }

    pub(super) fn value_at(&self, at: ExprRef, depth: u32) -> Value<'p> {
        let Some(module) = self.module(at.file) else { return Value::Unknown };
        if self.is_too_deep(depth) {
            return Value::Unknown;
        }
        let facts = &module.facts;
        let go = |id: ExprId| self.value_at(ExprRef { file: at.file, id }, depth + 1);
        match facts.expr(at.id) {
            Expr::Local(binding) => self.local(at.file, binding, depth + 1),
            Expr::Global(name) => Value::Global(Path::from(facts.text(name))),
            Expr::This => self.this_value(at),
            Expr::Member { object, property } => {
                let object = go(object);
                self.member_at(object, facts.text(property), depth + 1)
            }
            // `globalThis[KEY]` with a constant key.
            Expr::Index { object, index } => match self.constant_key(at.file, index) {
                Some(key) => {
                    let object = go(object);
                    self.member_at(object, key, depth + 1)
                }
                None => Value::Unknown,
            },
            Expr::Call(site) | Expr::New(site) => self.call_value(at, facts.site(site).kind, depth),
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => go(value),
                _ => Value::Unknown,
            },
            Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Write { target, value, kind } => {
                    let written = go(value);
                    let falls_back = !matches!(kind, WriteKind::Assign);
                    if falls_back && written == Value::Unknown { go(target) } else { written }
                }
                _ => Value::Unknown,
            },
            Expr::Logical { kind: LogicalKind::And, right, .. } => go(right),
            Expr::Logical { left, right, .. } => prefer(go(right), || go(left)),
            Expr::Conditional { yes, no, .. } => prefer(go(yes), || go(no)),
            Expr::Sequence(list) => facts.list(list).last().map_or(Value::Unknown, |&last| go(last)),
            Expr::Object(_) => Value::Object(at),
            Expr::Function(id) => Value::Function(FunctionRef { file: at.file, id }),
            Expr::Class(id) => Value::Class(ClassRef { file: at.file, id }),
            Expr::Import(request) => self.request_value(at.file, request, depth + 1),
            _ => Value::Unknown,
        }
    }

    /// The text that a name in brackets stands for.
    fn constant_key(&self, file: FileId, index: ExprId) -> Option<&'p str> {
        let facts = &self.module(file)?.facts;
        let Expr::Local(binding) = facts.expr(index) else { return None };
        let binding = facts.binding(binding);
        match binding.origin {
            Origin::Init { expr, path, .. } if path.is_empty() && binding.kind == BindingKind::Const => {
                match facts.expr(expr) {
                    Expr::Str(name) => Some(facts.text(name)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What the same module puts into a global variable: `if (!g.bus) g.bus = new Bus(); const bus = g.bus`.
    fn written_to_global(&self, file: FileId, path: &[&'p str], depth: u32) -> Option<Value<'p>> {
        let facts = &self.module(file)?.facts;
        let ["globalThis" | "global", name] = path else { return None };
        facts.sites.iter().find_map(|site| {
            let SiteKind::Write { target, value, .. } = site.kind else { return None };
            let key = match facts.expr(target) {
                Expr::Member { property, .. } => Some(facts.text(property)),
                Expr::Index { index, .. } => self.constant_key(file, index),
                _ => None,
            };
            if key != Some(*name) {
                return None;
            }
            let target = self.value_at(ExprRef { file, id: target }, depth + 1);
            if !matches!(target, Value::Global(found) if *found == *path) {
                return None;
            }
            let written = self.value_at(ExprRef { file, id: value }, depth + 1);
            (!matches!(written, Value::Unknown | Value::Global(_))).then_some(written)
        })
    }

    /// `this`: the class in static methods, an instance elsewhere in a class, the object in its methods.
    fn this_value(&self, at: ExprRef) -> Value<'p> {
        let Some(module) = self.module(at.file) else { return Value::Unknown };
        let function = self.program.function_of_expr(at);
        if let Some((id, is_static)) = module.this_class(function) {
            let class = ClassRef { file: at.file, id };
            return if is_static { Value::Class(class) } else { Value::Instance(class, None) };
        }
        module.this_object(function).map_or(Value::Unknown, |id| Value::Object(ExprRef { file: at.file, id }))
    }

    pub(super) fn local(&self, file: FileId, id: BindingId, depth: u32) -> Value<'p> {
        let Some(module) = self.module(file) else { return Value::Unknown };
        self.remembered(Wanted::Binding(file, id), (&module.facts, depth), || {
            self.binding_at((file, id), module, depth)
        })
    }

    fn binding_at(&self, (file, id): (FileId, BindingId), module: &'p Module, depth: u32) -> Value<'p> {
        let facts = &module.facts;
        let binding = facts.binding(id);
        let first = match binding.origin {
            Origin::Import(index) => {
                let import = facts.imports[index as usize];
                return match import.name {
                    ImportedName::Namespace => self.request_value(file, import.request, depth + 1),
                    ImportedName::Named(name) => self.import_value(file, import.request, name, depth + 1),
                };
            }
            Origin::Function(id) => Value::Function(FunctionRef { file, id }),
            Origin::Class(id) => Value::Class(ClassRef { file, id }),
            Origin::Init { expr, path, .. } => {
                let mut value = self.value_at(ExprRef { file, id: expr }, depth + 1);
                for &step in facts.path(path) {
                    value = self.member_at(value, facts.text(step), depth + 1);
                }
                value
            }
            Origin::Param { index: 0, path, .. } if module.loaded_for(binding.function).is_some() => {
                let loaded = module.loaded_for(binding.function);
                let mut value = loaded.map_or(Value::Unknown, |id| self.request_value(file, id, depth + 1));
                for &step in facts.path(path) {
                    value = self.member_at(value, facts.text(step), depth + 1);
                }
                value
            }
            Origin::None | Origin::Param { .. } | Origin::Element { .. } => Value::Unknown,
        };
        if binding.reassigned && matches!(first, Value::Unknown | Value::Global(_)) {
            for &site in module.writes(id) {
                if let SiteKind::Write { target, value, .. } = facts.site(site).kind
                    && facts.expr(target) == Expr::Local(id)
                {
                    let written = self.value_at(ExprRef { file, id: value }, depth + 1);
                    if !matches!(written, Value::Unknown | Value::Global(_)) {
                        return written;
                    }
                }
            }
        }
        if let Value::Global(path) = &first
            && binding.function == FunctionId::MODULE
            && let Some(written) = self.written_to_global(file, path, depth + 1)
        {
            return written;
        }
        if first == Value::Unknown && binding.kind != BindingKind::Catch {
            return self.typed(ExprRef { file, id: binding.declared_type }, depth + 1);
        }
        first
    }

    /// An instance of a declared type, if that is a class of the project.
    pub(super) fn typed(&self, declared: ExprRef, depth: u32) -> Value<'p> {
        if declared.id == ExprId::UNKNOWN {
            return Value::Unknown;
        }
        match self.value_at(declared, depth + 1) {
            Value::Class(class) => Value::Instance(class, None),
            _ => Value::Unknown,
        }
    }

    /// What a call, construction or tagged template gives.
    fn call_value(&self, at: ExprRef, kind: SiteKind, depth: u32) -> Value<'p> {
        let (callee, is_new) = match kind {
            SiteKind::Call { callee, .. } | SiteKind::Tagged { callee, .. } => (callee, false),
            SiteKind::New { callee, .. } => (callee, true),
            _ => return Value::Unknown,
        };
        match self.value_at(ExprRef { file: at.file, id: callee }, depth + 1) {
            Value::Class(class) if is_new => Value::Instance(class, Some(at)),
            Value::Function(function) if !is_new => self.returned(function, depth + 1),
            Value::External(by) => self
                .promisified(at, &by, kind, depth)
                .unwrap_or_else(|| Value::Made(Arc::new(Made { by, at, steps: Vec::new() }))),
            Value::Made(made) => made.and("()"),
            _ => Value::Unknown,
        }
    }

    /// What `promisify(f)` gives does what `f` does.
    fn promisified(&self, at: ExprRef, by: &External<'p>, kind: SiteKind, depth: u32) -> Option<Value<'p>> {
        if !matches!(by.path.last(), Some(&"promisify")) {
            return None;
        }
        let SiteKind::Call { args, .. } = kind else { return None };
        let &function = self.module(at.file)?.facts.list(args).first()?;
        let value = self.value_at(ExprRef { file: at.file, id: function }, depth + 1);
        matches!(value, Value::External(_) | Value::Made(_) | Value::Function(_)).then_some(value)
    }

    /// What a function returns: the first of its returns that is known.
    pub(super) fn returned(&self, function: FunctionRef, depth: u32) -> Value<'p> {
        let Some(module) = self.module(function.file) else { return Value::Unknown };
        self.remembered(Wanted::Returned(function), (&module.facts, depth), || {
            self.first_returned(function, module, depth)
        })
    }

    fn first_returned(&self, function: FunctionRef, module: &'p Module, depth: u32) -> Value<'p> {
        for value in module.facts.returned(function.id) {
            let value = self.value_at(ExprRef { file: function.file, id: value }, depth + 1);
            if !matches!(value, Value::Unknown | Value::Global(_)) {
                return value;
            }
        }
        self.typed(
            ExprRef { file: function.file, id: module.facts.function(function.id).return_type },
            depth + 1,
        )
    }
}

/// The first value unless it says nothing, else the other.
fn prefer<'p>(first: Value<'p>, other: impl FnOnce() -> Value<'p>) -> Value<'p> {
    match first {
        Value::Unknown | Value::Global(_) => match other() {
            Value::Unknown => first,
            known => known,
        },
        known => known,
    }
}
