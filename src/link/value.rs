//! What an expression is, as far as that can be followed: through bindings, imports, re-exports, members,
//! returns and constructions.

use crate::facts::{
    BindingId, BindingKind, ClassId, ExportKind, Expr, ExprId, FunctionId, ImportedName, MemberKind, Name,
    Origin, PropertyKey, RequestId, SiteKind,
};
use crate::span::FileId;

use super::Program;
use super::module::RequestTarget;
use super::resolve::Resolution;

/// How far a value is followed before it counts as unknown.
const MAX_DEPTH: u32 = 48;

/// A function of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionRef {
    /// Its module.
    pub file: FileId,
    /// Which of the module's functions.
    pub id: FunctionId,
}

/// A class of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassRef {
    /// Its module.
    pub file: FileId,
    /// Which of the module's classes.
    pub id: ClassId,
}

/// An expression of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprRef {
    /// Its module.
    pub file: FileId,
    /// Which of the module's expressions.
    pub id: ExprId,
}

/// Something that a package exports.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct External<'p> {
    /// The specifier it is imported by.
    pub package: &'p str,
    /// The way from the module's namespace to it: `["default", "Pool"]`.
    pub path: Vec<&'p str>,
    /// The specifier should name a file of the project, but there is none: generated code.
    pub missing: bool,
}

impl External<'_> {
    /// The path as the catalogue writes it.
    #[must_use]
    pub fn export(&self) -> String {
        self.path.join(".")
    }
}

/// The result of calling or constructing something that a package exports.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Made<'p> {
    /// What was called.
    pub by: External<'p>,
    /// The call or construction.
    pub at: ExprRef,
    /// What was done with the result since: members, and `()` for calls.
    pub steps: Vec<&'p str>,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value<'p> {
    /// Not known.
    Unknown,
    /// An export of a package, or a member of one.
    External(External<'p>),
    /// A module of the project, as a namespace.
    Module(FileId),
    /// A function.
    Function(FunctionRef),
    /// A class itself.
    Class(ClassRef),
    /// An instance of a class, with the construction where that is known.
    Instance(ClassRef, Option<ExprRef>),
    /// An object literal.
    Object(ExprRef),
    /// The result of a package's function or class.
    Made(Made<'p>),
    /// A global and members of it: `["globalThis", "prisma"]`.
    Global(Vec<&'p str>),
}

impl<'p> Program<'p> {
    /// What an expression is.
    #[must_use]
    pub fn value(&self, expr: ExprRef) -> Value<'p> {
        self.value_at(expr, 0)
    }

    /// What a binding is.
    #[must_use]
    pub fn binding_value(&self, file: FileId, binding: BindingId) -> Value<'p> {
        self.local(file, binding, 0)
    }

    /// What a module exports under a name.
    #[must_use]
    pub fn export_value(&self, file: FileId, name: &'p str) -> Value<'p> {
        self.export_at(file, name, 0).unwrap_or(Value::Unknown)
    }

    fn value_at(&self, at: ExprRef, depth: u32) -> Value<'p> {
        let Some(module) = self.module(at.file) else { return Value::Unknown };
        if depth > MAX_DEPTH {
            return Value::Unknown;
        }
        let facts = &module.facts;
        let go = |id: ExprId| self.value_at(ExprRef { file: at.file, id }, depth + 1);
        match facts.expr(at.id) {
            Expr::Local(binding) => self.local(at.file, binding, depth + 1),
            Expr::Global(name) => Value::Global(vec![facts.text(name)]),
            Expr::This => self.this_value(at),
            Expr::Member { object, property } => {
                let object = go(object);
                self.member_at(object, facts.text(property), depth + 1)
            }
            Expr::Call(site) | Expr::New(site) => self.call_value(at, facts.site(site).kind, depth),
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => go(value),
                _ => Value::Unknown,
            },
            Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Write { target, value, kind } => {
                    let written = go(value);
                    let falls_back = !matches!(kind, crate::facts::WriteKind::Assign);
                    if falls_back && written == Value::Unknown { go(target) } else { written }
                }
                _ => Value::Unknown,
            },
            Expr::Logical { kind: crate::facts::LogicalKind::And, right, .. } => go(right),
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

    /// `this`: the class in static methods, an instance elsewhere in a class.
    fn this_value(&self, at: ExprRef) -> Value<'p> {
        let Some(module) = self.module(at.file) else { return Value::Unknown };
        let function = self.function_of_expr(at);
        module.this_class(function).map_or(Value::Unknown, |(id, is_static)| {
            let class = ClassRef { file: at.file, id };
            if is_static { Value::Class(class) } else { Value::Instance(class, None) }
        })
    }

    fn local(&self, file: FileId, id: BindingId, depth: u32) -> Value<'p> {
        if let Some(known) = self.binding_values.borrow().get(&(file, id)) {
            return known.clone();
        }
        if depth > MAX_DEPTH {
            return Value::Unknown;
        }
        // A cycle of bindings sees the unknown that stands here meanwhile.
        self.binding_values.borrow_mut().insert((file, id), Value::Unknown);
        let value = self.binding_at(file, id, depth);
        self.binding_values.borrow_mut().insert((file, id), value.clone());
        value
    }

    fn binding_at(&self, file: FileId, id: BindingId, depth: u32) -> Value<'p> {
        let Some(module) = self.module(file) else { return Value::Unknown };
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
        if first == Value::Unknown && binding.kind != BindingKind::Catch {
            return self.typed(ExprRef { file, id: binding.declared_type }, depth + 1);
        }
        first
    }

    /// An instance of a declared type, if that is a class of the project.
    fn typed(&self, declared: ExprRef, depth: u32) -> Value<'p> {
        if declared.id == ExprId::UNKNOWN {
            return Value::Unknown;
        }
        match self.value_at(declared, depth + 1) {
            Value::Class(class) => Value::Instance(class, None),
            _ => Value::Unknown,
        }
    }

    /// A module as what `import * as ns`, `import()` or `require()` gives.
    fn request_value(&self, file: FileId, request: RequestId, depth: u32) -> Value<'p> {
        let Some(module) = self.module(file) else { return Value::Unknown };
        let specifier = module.facts.text(module.facts.request(request).specifier);
        match &module.targets[request.index()] {
            RequestTarget::One(Resolution::File(target)) => {
                match self.module(*target).and_then(|m| m.export("default")) {
                    Some(ExportKind::CommonJs(value)) => {
                        self.value_at(ExprRef { file: *target, id: value }, depth + 1)
                    }
                    _ => Value::Module(*target),
                }
            }
            RequestTarget::One(other) => Value::External(External {
                package: specifier,
                path: Vec::new(),
                missing: *other == Resolution::Missing,
            }),
            RequestTarget::Many(_) => Value::Unknown,
        }
    }

    fn import_value(&self, file: FileId, request: RequestId, name: Name, depth: u32) -> Value<'p> {
        let Some(module) = self.module(file) else { return Value::Unknown };
        let text = module.facts.text(name);
        match &module.targets[request.index()] {
            RequestTarget::One(Resolution::File(target)) => {
                // Generated clients are code of a package, also where they are committed.
                let path = self.project.files.path(*target);
                if self.catalogue.generated_client(path, text, false).is_some() {
                    let package = module.facts.text(module.facts.request(request).specifier);
                    return Value::External(External { package, path: vec![text], missing: true });
                }
                self.export_at(*target, text, depth + 1).unwrap_or(Value::Unknown)
            }
            RequestTarget::One(_) => {
                let namespace = self.request_value(file, request, depth + 1);
                self.member_at(namespace, text, depth + 1)
            }
            RequestTarget::Many(_) => Value::Unknown,
        }
    }

    /// What a module exports under a name; `None` if it has no such export.
    fn export_at(&self, file: FileId, name: &'p str, depth: u32) -> Option<Value<'p>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let module = self.module(file)?;
        let facts = &module.facts;
        match module.export(name) {
            Some(ExportKind::Binding(binding)) => return Some(self.local(file, binding, depth + 1)),
            Some(ExportKind::Value(id) | ExportKind::CommonJs(id)) => {
                return Some(self.value_at(ExprRef { file, id }, depth + 1));
            }
            Some(ExportKind::From(request, ImportedName::Named(from))) => {
                return Some(self.import_value(file, request, from, depth + 1));
            }
            Some(ExportKind::From(request, ImportedName::Namespace)) => {
                return Some(self.request_value(file, request, depth + 1));
            }
            Some(ExportKind::All(_)) | None => {}
        }
        // `module.exports = { name }`
        if let Some(ExportKind::CommonJs(id)) = module.export("default") {
            let whole = self.value_at(ExprRef { file, id }, depth + 1);
            let member = self.member_text(whole, name, depth + 1);
            return (member != Value::Unknown).then_some(member);
        }
        self.star_export(file, facts.exports.iter().map(|e| e.kind), name, depth)
    }

    /// A name that only an `export * from` can give.
    fn star_export(
        &self,
        file: FileId,
        exports: impl Iterator<Item = ExportKind>,
        name: &'p str,
        depth: u32,
    ) -> Option<Value<'p>> {
        let module = self.module(file)?;
        let mut outside = None;
        for kind in exports {
            let ExportKind::All(request) = kind else { continue };
            match &module.targets[request.index()] {
                RequestTarget::One(Resolution::File(target)) if name != "default" => {
                    if let Some(value) = self.export_at(*target, name, depth + 1) {
                        return Some(value);
                    }
                }
                RequestTarget::One(Resolution::External) => outside = outside.or(Some(request)),
                _ => {}
            }
        }
        let namespace = self.request_value(file, outside?, depth + 1);
        Some(self.member_text(namespace, name, depth + 1))
    }

    /// A member of something that the project itself defines, or of a package.
    fn member_text(&self, value: Value<'p>, name: &'p str, depth: u32) -> Value<'p> {
        match value {
            Value::Object(at) => self.property_at(at, name, depth + 1),
            Value::External(_) => self.member_at(value, name, depth + 1),
            Value::Module(file) => self.export_at(file, name, depth + 1).unwrap_or(Value::Unknown),
            Value::Class(class) => self.class_member(class, name, true, depth + 1),
            Value::Instance(class, _) => self.class_member(class, name, false, depth + 1),
            _ => Value::Unknown,
        }
    }

    /// `value.name`
    fn member_at(&self, value: Value<'p>, name: &'p str, depth: u32) -> Value<'p> {
        if depth > MAX_DEPTH {
            return Value::Unknown;
        }
        match value {
            Value::External(mut external) => {
                external.path.push(name);
                Value::External(external)
            }
            Value::Made(mut made) => {
                made.steps.push(name);
                Value::Made(made)
            }
            Value::Global(mut path) => {
                path.push(name);
                Value::Global(path)
            }
            Value::Module(file) => self.export_at(file, name, depth + 1).unwrap_or(Value::Unknown),
            // A default import of a CommonJS module is the module.
            Value::Object(at) if name == "default" => {
                let own = self.property_at(at, name, depth + 1);
                if own == Value::Unknown { Value::Object(at) } else { own }
            }
            Value::Function(_) if name == "default" => value,
            Value::Object(_) | Value::Class(_) | Value::Instance(..) => {
                self.member_text(value, name, depth + 1)
            }
            Value::Function(_) | Value::Unknown => Value::Unknown,
        }
    }

    /// A property of an object literal; the last one of that name wins, spreads are looked into.
    fn property_at(&self, at: ExprRef, name: &'p str, depth: u32) -> Value<'p> {
        let Some(module) = self.module(at.file) else { return Value::Unknown };
        let facts = &module.facts;
        let Expr::Object(list) = facts.expr(at.id) else { return Value::Unknown };
        if depth > MAX_DEPTH {
            return Value::Unknown;
        }
        for property in facts.object(list).iter().rev() {
            let here = ExprRef { file: at.file, id: property.value };
            match property.key {
                PropertyKey::Name(key) if facts.text(key) == name => return self.value_at(here, depth + 1),
                PropertyKey::Spread => {
                    let spread = self.value_at(here, depth + 1);
                    let value = self.member_text(spread, name, depth + 1);
                    if value != Value::Unknown {
                        return value;
                    }
                }
                _ => {}
            }
        }
        Value::Unknown
    }

    /// A method or field of a class or of what it extends.
    fn class_member(&self, class: ClassRef, name: &'p str, is_static: bool, depth: u32) -> Value<'p> {
        if depth > MAX_DEPTH {
            return Value::Unknown;
        }
        let Some(module) = self.module(class.file) else { return Value::Unknown };
        let facts = &module.facts;
        let file = class.file;
        let own = facts.class(class.id);
        let member = own.members.iter().find(|m| m.is_static == is_static && facts.text(m.name) == name);
        match member.map(|m| (m.kind, m.declared_type)) {
            Some((MemberKind::Method(id), _)) => return Value::Function(FunctionRef { file, id }),
            Some((MemberKind::Getter(id), _)) => return self.returned(FunctionRef { file, id }, depth + 1),
            Some((MemberKind::Field(initial), declared)) => {
                let written = module.field_writes(class.id, name).map(|w| w.value);
                for value in std::iter::once(initial).chain(written) {
                    let value = self.value_at(ExprRef { file, id: value }, depth + 1);
                    if !matches!(value, Value::Unknown | Value::Global(_)) {
                        return value;
                    }
                }
                return self.typed(ExprRef { file, id: declared }, depth + 1);
            }
            Some((MemberKind::Setter(_), _)) | None => {}
        }
        let written = module.field_writes(class.id, name).map(|w| w.value);
        for value in written {
            let value = self.value_at(ExprRef { file, id: value }, depth + 1);
            if value != Value::Unknown {
                return value;
            }
        }
        match self.value_at(ExprRef { file, id: own.superclass }, depth + 1) {
            Value::Class(parent) => self.class_member(parent, name, is_static, depth + 1),
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
            Value::External(by) => Value::Made(Made { by, at, steps: Vec::new() }),
            Value::Made(mut made) => {
                made.steps.push("()");
                Value::Made(made)
            }
            _ => Value::Unknown,
        }
    }

    /// What a function returns: the first of its returns that is known.
    fn returned(&self, function: FunctionRef, depth: u32) -> Value<'p> {
        if depth > MAX_DEPTH {
            return Value::Unknown;
        }
        let Some(module) = self.module(function.file) else { return Value::Unknown };
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

    /// A class and the project's classes that it extends, nearest first.
    #[must_use]
    pub fn lineage(&self, class: ClassRef) -> Vec<ClassRef> {
        let mut lineage = vec![class];
        while let Some(&last) = lineage.last() {
            let Some(module) = self.module(last.file) else { break };
            let superclass = module.facts.class(last.id).superclass;
            match self.value(ExprRef { file: last.file, id: superclass }) {
                Value::Class(parent) if !lineage.contains(&parent) => lineage.push(parent),
                _ => break,
            }
        }
        lineage
    }

    /// The package's class that a class of the project extends, directly or through others.
    #[must_use]
    pub fn external_base(&self, class: ClassRef) -> Option<External<'p>> {
        let last = *self.lineage(class).last()?;
        let superclass = self.module(last.file)?.facts.class(last.id).superclass;
        match self.value(ExprRef { file: last.file, id: superclass }) {
            Value::External(external) => Some(external),
            _ => None,
        }
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
