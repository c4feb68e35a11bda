//! What `#import?` asks: whether a name is bound to an export of a package, or of a module of the project.

use std::path::{Component, Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::facts::{BindingId, Expr, ImportedName, Origin};
use crate::link::resolve::{Resolution, Resolver};
use crate::link::{ExprRef, Program, RequestTarget, Value};
use crate::pattern::ImportTest;
use crate::span::FileId;

/// An export of a module of the project: its binding, and what it is.
type Export<'p> = (Option<(FileId, BindingId)>, Value<'p>);

/// Answers for one program; what is asked for again and again is found once.
pub(super) struct Imports<'a, 'p> {
    pub(super) program: &'a Program<'p>,
    resolver: Resolver<'a>,
    exports: FxHashMap<(FileId, String), Export<'p>>,
}

impl<'a, 'p> Imports<'a, 'p> {
    pub(super) fn new(program: &'a Program<'p>) -> Self {
        let project = program.project;
        let resolver = Resolver::new(&project.files, &project.packages, &project.tsconfigs);
        Self { program, resolver, exports: FxHashMap::default() }
    }

    /// Whether a name, or a member of one, is what a predicate asks for. Relative modules are named from `root`,
    /// or from the project's.
    pub(super) fn is_import(&mut self, at: ExprRef, root: Option<&Path>, test: &ImportTest) -> bool {
        let wanted = test.export.as_deref();
        let own = if is_relative(&test.package) {
            let root = root.unwrap_or(&self.program.project.root);
            path_below(&self.program.project.root, root, &test.package)
                .and_then(|path| self.resolver.below_root(&path))
        } else {
            if self.is_external(at, &test.package, wanted) || self.is_written(at, &test.package, wanted) {
                return true;
            }
            self.resolver.resolve(at.file, &test.package).file()
        };
        own.filter(|&own| own != at.file).is_some_and(|own| self.is_own(at, own, wanted))
    }

    /// Whether a name is an export of a package.
    fn is_external(&self, at: ExprRef, package: &str, wanted: Option<&str>) -> bool {
        let Value::External(external) = self.program.value(at) else { return false };
        let found = external.export();
        external.package == package
            && wanted.is_none_or(|wanted| {
                // `default.x` and `x` are the same.
                found == wanted
                    || found.strip_prefix("default.") == Some(wanted)
                    || (found.is_empty() && wanted == "default")
            })
    }

    /// Whether a name is declared by an import of these very words.
    fn is_written(&self, at: ExprRef, package: &str, wanted: Option<&str>) -> bool {
        self.import(at).is_some_and(|(specifier, _, name)| specifier == package && is_wanted(name, wanted))
    }

    /// Whether a name is an export of a module of the project, however many others pass it on.
    fn is_own(&mut self, at: ExprRef, own: FileId, wanted: Option<&str>) -> bool {
        let program = self.program;
        let Some(module) = program.module(at.file) else { return false };
        if self.import(at).is_some_and(|(_, from, name)| from == Some(own) && is_wanted(name, wanted)) {
            return true;
        }
        let value = program.value(at);
        let declared = match module.facts.expr(at.id) {
            Expr::Local(binding) => Some(program.declaration(at.file, binding)),
            Expr::Member { object, property } => match program.value(ExprRef { file: at.file, id: object }) {
                Value::Module(from) => {
                    let name = module.facts.text(property);
                    if from == own && wanted.is_none_or(|wanted| wanted == name) {
                        return true;
                    }
                    program.exported(from, name)
                }
                _ => None,
            },
            _ => None,
        };
        let Some(wanted) = wanted else {
            return value == Value::Module(own) || declared.is_some_and(|(file, _)| file == own);
        };
        let (binding, export) = self.export(own, wanted);
        (binding.is_some() && binding == declared) || (is_one_thing(&export) && export == value)
    }

    /// What an import declares: the specifier, the project's file that it leads to, and the export.
    fn import(&self, at: ExprRef) -> Option<(&'p str, Option<FileId>, Option<&'p str>)> {
        let module = self.program.module(at.file)?;
        let facts = &module.facts;
        let Expr::Local(binding) = facts.expr(at.id) else { return None };
        let Origin::Import(index) = facts.binding(binding).origin else { return None };
        let import = facts.imports.get(index as usize)?;
        let from = match module.targets.get(import.request.index()) {
            Some(RequestTarget::One(Resolution::File(file))) => Some(*file),
            _ => None,
        };
        let name = match import.name {
            ImportedName::Named(name) => Some(facts.text(name)),
            ImportedName::Namespace => None,
        };
        Some((facts.text(facts.request(import.request).specifier), from, name))
    }

    /// An export of a module of the project.
    fn export(&mut self, own: FileId, name: &str) -> Export<'p> {
        let key = (own, name.to_owned());
        if let Some(known) = self.exports.get(&key) {
            return known.clone();
        }
        let program = self.program;
        // A module that passes everything on does not hold the name itself.
        let holders = program.module(own).into_iter().chain(program.modules().map(|(_, module)| module));
        let text = holders
            .filter_map(|module| module.facts.name_of(name).map(|name| module.facts.text(name)))
            .next();
        let value = text.map_or(Value::Unknown, |text| program.export_value(own, text));
        let export = (program.exported(own, name), value);
        self.exports.insert(key, export.clone());
        export
    }
}

/// Whether an imported name, `None` for a namespace, is the export that is asked for.
fn is_wanted(name: Option<&str>, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| wanted == name.unwrap_or("*"))
}

/// Whether a value is some one thing of the project, so that what is equal to it is that thing.
const fn is_one_thing(value: &Value<'_>) -> bool {
    matches!(
        value,
        Value::Function(_)
            | Value::Class(_)
            | Value::Object(_)
            | Value::Made(_)
            | Value::Instance(_, Some(_))
    )
}

/// Whether a specifier names a module of the project by its path.
pub(super) fn is_relative(specifier: &str) -> bool {
    specifier.starts_with("./") || specifier.starts_with("../")
}

/// A module's path from the project's root, when it is named from the folder `root`.
fn path_below(project: &Path, root: &Path, name: &str) -> Option<String> {
    let mut path = PathBuf::from(root);
    for part in Path::new(name).components() {
        match part {
            Component::Normal(part) => path.push(part),
            Component::ParentDir => _ = path.pop(),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir => return None,
        }
    }
    let below = path.strip_prefix(project).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_named_from_the_folder_of_the_rules() {
        let path = |root: &str, name: &str| path_below(Path::new("/repo/apps/web"), Path::new(root), name);
        assert_eq!(path("/repo/apps/web", "./lib/legacy").as_deref(), Some("lib/legacy"));
        assert_eq!(path("/repo", "./apps/web/lib/legacy.ts").as_deref(), Some("lib/legacy.ts"));
        assert_eq!(path("/repo/apps/web/rules", "../lib").as_deref(), Some("lib"));
        assert_eq!(path("/repo", "./packages/db"), None);
    }
}
