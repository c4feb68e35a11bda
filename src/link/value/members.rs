//! Members of values: of objects, classes, modules, and of what packages give.

use super::search::Search;
use super::{ClassRef, ExprRef, FunctionRef, Value};
use crate::facts::{Expr, MemberKind, Property, PropertyKey};

impl<'p> Search<'_, 'p> {
    /// A member of something that the project itself defines, or of a package.
    pub(super) fn member_text(&self, value: Value<'p>, name: &'p str, depth: u32) -> Value<'p> {
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
    pub(super) fn member_at(&self, value: Value<'p>, name: &'p str, depth: u32) -> Value<'p> {
        if self.is_too_deep(depth) {
            return Value::Unknown;
        }
        match value {
            Value::External(external) => external.member(name),
            Value::Made(made) => made.and(name),
            Value::Global(path) => Value::Global(path.and(name)),
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
    pub(super) fn property_at(&self, at: ExprRef, name: &'p str, depth: u32) -> Value<'p> {
        let Some(module) = self.module(at.file) else { return Value::Unknown };
        let facts = &module.facts;
        let Expr::Object(list) = facts.expr(at.id) else { return Value::Unknown };
        if self.is_too_deep(depth) {
            return Value::Unknown;
        }
        let decides = |property: &Property| {
            let here = ExprRef { file: at.file, id: property.value };
            match property.key {
                PropertyKey::Name(key) if facts.text(key) == name => Some(self.value_at(here, depth + 1)),
                PropertyKey::Spread => {
                    let spread = self.value_at(here, depth + 1);
                    let value = self.member_text(spread, name, depth + 1);
                    (value != Value::Unknown).then_some(value)
                }
                _ => None,
            }
        };
        let all = facts.object(list);
        let found = match module.large_object(list) {
            Some(large) => large.deciding(name).filter_map(|index| all.get(index)).find_map(decides),
            None => all.iter().rev().find_map(decides),
        };
        found.unwrap_or(Value::Unknown)
    }

    /// A method or field of a class or of what it extends.
    pub(super) fn class_member(
        &self,
        class: ClassRef,
        name: &'p str,
        is_static: bool,
        depth: u32,
    ) -> Value<'p> {
        if self.is_too_deep(depth) {
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
}
