//! What imports name and modules export.

use super::search::Search;
use super::{ExprRef, External, Value};
use crate::facts::{ExportKind, ImportedName, Name, RequestId};
use crate::link::module::{Module, RequestTarget};
use crate::link::resolve::Resolution;
use crate::link::stars::By;
use crate::span::FileId;

impl<'p> Search<'_, 'p> {
    /// A module as what `import * as ns`, `import()` or `require()` gives.
    pub(super) fn request_value(&self, file: FileId, request: RequestId, depth: u32) -> Value<'p> {
        let Some(module) = self.module(file) else { return Value::Unknown };
        let specifier = module.facts.text(module.facts.request(request).specifier);
        match &module.targets[request.index()] {
            RequestTarget::One(Resolution::File(target)) => {
                match self.module(*target).and_then(Module::common_js) {
                    Some(value) => self.value_at(ExprRef { file: *target, id: value }, depth + 1),
                    None => Value::Module(*target),
                }
            }
            RequestTarget::One(other) => {
                External::value(specifier, Vec::new(), *other == Resolution::Missing)
            }
            RequestTarget::Many(_) => Value::Unknown,
        }
    }

    pub(super) fn import_value(&self, file: FileId, request: RequestId, name: Name, depth: u32) -> Value<'p> {
        let Some(module) = self.module(file) else { return Value::Unknown };
        let text = module.facts.text(name);
        match &module.targets[request.index()] {
            RequestTarget::One(Resolution::File(target)) => {
                // Generated clients are code of a package, also where they are committed.
                let path = self.program.project.files.path(*target);
                if self.program.catalogue.generated_client(path, text, false).is_some() {
                    let package = module.facts.text(module.facts.request(request).specifier);
                    return External::value(package, vec![text], true);
                }
                let package = module.facts.text(module.facts.request(request).specifier);
                if self.program.catalogue.is_own(package, text) {
                    return External::value(package, vec![text], false);
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
    pub(super) fn export_at(&self, file: FileId, name: &'p str, depth: u32) -> Option<Value<'p>> {
        if self.is_too_deep(depth) {
            return None;
        }
        let module = self.module(file)?;
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
        if let Some(id) = module.common_js() {
            let whole = self.value_at(ExprRef { file, id }, depth + 1);
            let member = self.member_text(whole, name, depth + 1);
            return (member != Value::Unknown).then_some(member);
        }
        // A name that only an `export * from` can give.
        self.program.starred(file, name).find_map(|starred| match starred.by {
            By::Module(target) => self.export_at(target, name, depth + 1),
            By::Package(file, request) => {
                let namespace = self.request_value(file, request, depth + 1);
                Some(self.member_text(namespace, name, depth + 1))
            }
        })
    }
}
