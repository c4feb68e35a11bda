//! Places that outlive a request, and the conditions that test them.

use std::sync::OnceLock;

use crate::catalogue::Catalogue;
use crate::facts::{BindingId, BindingKind, Expr, ExprId, FunctionId, Origin, SiteId, SiteKind, WriteKind};
use crate::span::FileId;

use super::Program;
use super::flow;
use super::module::Module;
use super::value::{ClassRef, ExprRef, Value};

/// Somewhere a value can be kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A variable outside the function, or something in the object that it holds.
    Binding(FileId, BindingId),
    /// A property of the global object, or an undeclared global.
    Global(String),
    /// A static field, or a field of an instance.
    Field(ClassRef, String),
    /// A property of an object literal, as its own methods see it.
    Property(ExprRef, String),
    /// State that a package keeps itself: `mongoose.connection.readyState`.
    Library,
}

/// How far a condition is followed through names and helpers.
const MAX_DEPTH: u32 = 6;
/// How many expressions are read for one condition, helpers included.
const MAX_READS: u32 = 2_000;

/// A write or mutating call, the place that it changes, and what goes there.
#[derive(Debug)]
pub(super) struct Written {
    /// The write or call.
    pub(super) site: SiteId,
    /// Where it puts something.
    pub(super) place: Place,
    /// What it puts there.
    pub(super) value: ExprId,
}

/// What each module writes to places outside its functions, by file; looked up once per module.
pub(super) type WrittenPlaces = Vec<OnceLock<Vec<Written>>>;

impl Program<'_> {
    /// What a module writes to places outside its functions, in source order within each function.
    pub(super) fn written(&self, file: FileId) -> &[Written] {
        let (Some(known), Some(module)) = (self.written.get(file.index()), self.module(file)) else {
            return &[];
        };
        known.get_or_init(|| {
            let sites = (0..).map(SiteId).zip(&module.facts.sites);
            let written = sites.filter_map(|(site, _)| {
                let (place, value) = self.place_written(file, site)?;
                Some(Written { site, place, value })
            });
            written.collect()
        })
    }

    /// The places outside the function that an expression reads.
    #[must_use]
    pub fn places_read(&self, at: ExprRef) -> Vec<Place> {
        let mut found = Vec::new();
        let function = self.function_of_expr(at);
        Reader { program: self, function, found: &mut found, left: MAX_READS }.read(at, 0);
        found
    }

    /// The place that a write or a mutating call changes, and the value that goes there.
    #[must_use]
    pub fn place_written(&self, file: FileId, site: SiteId) -> Option<(Place, ExprId)> {
        let facts = &self.module(file)?.facts;
        let (target, value) = match facts.site(site).kind {
            SiteKind::Write { target, value, kind } if kind != WriteKind::Delete => (target, value),
            SiteKind::Call { callee, args } => {
                let Expr::Member { object, property } = facts.expr(callee) else { return None };
                if !matches!(facts.text(property), "set" | "add" | "push" | "unshift" | "enqueue" | "put") {
                    return None;
                }
                (object, *facts.list(args).last()?)
            }
            _ => return None,
        };
        let place = self.places_read(ExprRef { file, id: target }).into_iter().next()?;
        Some((place, value))
    }

    /// Whether a condition asks which environment this is.
    #[must_use]
    pub fn tests_environment(&self, at: ExprRef) -> bool {
        self.mentions_text(
            at,
            &["NODE_ENV", "isProduction", "isProd", "isDev", "isDevelopment", "IS_PRODUCTION"],
            0,
        )
    }

    /// Whether a condition asks if the module was started as a script: it never is when a route loads it.
    #[must_use]
    pub fn tests_main_module(&self, at: ExprRef) -> bool {
        let Some(module) = self.module(at.file) else { return false };
        let facts = &module.facts;
        let go = |id: ExprId| self.tests_main_module(ExprRef { file: at.file, id });
        match facts.expr(at.id) {
            Expr::Member { object, property } => {
                let name = facts.text(property);
                let is_main = match facts.expr(object) {
                    Expr::ImportMeta => name == "main",
                    Expr::Global(global) => name == "main" && facts.text(global) == "require",
                    _ => false,
                };
                is_main
                    || matches!(self.value(at), Value::Global(path) if path.starts_with(&["process", "argv"]))
            }
            Expr::Binary { left, right, .. } | Expr::Logical { left, right, .. } => go(left) || go(right),
            Expr::Call(site) => flow::call_parts(facts.site(site).kind)
                .is_some_and(|(_, args, _)| facts.list(args).iter().any(|&argument| go(argument))),
            _ => false,
        }
    }

    /// Whether an expression, followed through constants, has a name out of a list in it.
    fn mentions_text(&self, at: ExprRef, names: &[&str], depth: u32) -> bool {
        let Some(module) = self.module(at.file) else { return false };
        let facts = &module.facts;
        if depth > MAX_DEPTH {
            return false;
        }
        let go = |id: ExprId| self.mentions_text(ExprRef { file: at.file, id }, names, depth + 1);
        match facts.expr(at.id) {
            Expr::Member { object, property } => names.contains(&facts.text(property)) || go(object),
            Expr::Global(name) => names.contains(&facts.text(name)),
            Expr::Local(binding) => {
                let (file, binding) = flow::canonical(self, at.file, binding);
                let Some(owner) = self.module(file) else { return false };
                let entry = owner.facts.binding(binding);
                names.contains(&owner.facts.text(entry.name))
                    || matches!(entry.origin, Origin::Init { expr, .. }
                        if self.mentions_text(ExprRef { file, id: expr }, names, depth + 1))
            }
            Expr::Not(inner) | Expr::Unary(inner) => go(inner),
            Expr::Binary { left, right, .. } | Expr::Logical { left, right, .. } => go(left) || go(right),
            _ => false,
        }
    }
}

/// Collects the places that an expression reads.
struct Reader<'a, 'p> {
    program: &'a Program<'p>,
    /// The function in which the expression stands: its own variables do not outlive it.
    function: FunctionId,
    found: &'a mut Vec<Place>,
    /// How many more expressions may be read.
    left: u32,
}

impl Reader<'_, '_> {
    fn read(&mut self, at: ExprRef, depth: u32) {
        let Some(module) = self.program.module(at.file) else { return };
        let facts = &module.facts;
        if depth > MAX_DEPTH || self.left == 0 {
            return;
        }
        self.left -= 1;
        let part = |id: ExprId| ExprRef { file: at.file, id };
        match facts.expr(at.id) {
            Expr::Local(binding) => self.local(module, at.file, binding, depth),
            Expr::Global(name) => {
                let text = facts.text(name);
                if !is_builtin(text) {
                    self.found.push(Place::Global(text.to_owned()));
                }
            }
            Expr::Member { object, property } if self.member(at, part(object), facts.text(property)) => {}
            Expr::Index { object, index } if self.computed(part(object), part(index)) => {}
            Expr::Member { object, .. } | Expr::Index { object, .. } => self.read(part(object), depth + 1),
            Expr::Call(site) | Expr::New(site) => self.call(at.file, module, site, depth),
            Expr::Not(inner)
            | Expr::TypeOf(inner)
            | Expr::Unary(inner)
            | Expr::Spread(inner)
            | Expr::Void(inner) => self.read(part(inner), depth),
            Expr::Await(site) | Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Await { value } => self.read(part(value), depth),
                SiteKind::Write { target, .. } => self.read(part(target), depth),
                _ => {}
            },
            Expr::Logical { left, right, .. } | Expr::Binary { left, right, .. } => {
                self.read(part(left), depth);
                self.read(part(right), depth);
            }
            Expr::Conditional { test, yes, no } => {
                for id in [test, yes, no] {
                    self.read(part(id), depth);
                }
            }
            _ => {}
        }
    }

    fn local(&mut self, module: &Module, file: FileId, id: BindingId, depth: u32) {
        let binding = module.facts.binding(id);
        let outside = binding.function != self.function || binding.function == FunctionId::MODULE;
        match binding.origin {
            // Follow `const g = globalThis` and `const hit = cache.get(key)` to what they stand for.
            Origin::Init { expr, .. } if !outside || !binding.reassigned => {
                let before = self.found.len();
                let alias = matches!(self.program.binding_value(file, id), Value::Global(_));
                if alias || !outside {
                    self.read(ExprRef { file, id: expr }, depth + 1);
                }
                if outside && self.found.len() == before {
                    self.keep(file, id);
                }
            }
            Origin::Param { .. } => {}
            _ if outside && !matches!(binding.kind, BindingKind::Function | BindingKind::Class) => {
                self.keep(file, id)
            }
            _ => {}
        }
    }

    fn keep(&mut self, file: FileId, id: BindingId) {
        let (file, id) = flow::canonical(self.program, file, id);
        self.found.push(Place::Binding(file, id));
    }

    /// A member that is a place by itself.
    fn member(&mut self, at: ExprRef, object: ExprRef, name: &str) -> bool {
        let place = match self.program.value(object) {
            Value::Class(class) | Value::Instance(class, _) => Some(Place::Field(class, name.to_owned())),
            Value::Object(literal) if self.is_this(object) => Some(Place::Property(literal, name.to_owned())),
            _ => match self.program.value(at) {
                Value::Global(path) => global_place(&path),
                Value::External(external) => {
                    self.catalogue().is_guard(external.package, &external.export()).then_some(Place::Library)
                }
                Value::Made(made) => {
                    let client = self.catalogue().client(made.by.package, &made.by.export());
                    let step = made.steps.join(".");
                    client.is_some_and(|c| c.ready_members.contains(&step)).then_some(Place::Library)
                }
                _ => None,
            },
        };
        let found = place.is_some();
        self.found.extend(place);
        found
    }

    /// A property of the global object whose key is computed: `globalThis[KEY]`.
    fn computed(&mut self, object: ExprRef, index: ExprRef) -> bool {
        let Value::Global(path) = self.program.value(object) else { return false };
        if !matches!(path.as_slice(), ["globalThis" | "global" | "window" | "self"]) {
            return false;
        }
        self.found.push(Place::Global(self.key(index)));
        true
    }

    /// A name for a computed key, the same wherever the same constant is used.
    fn key(&self, index: ExprRef) -> String {
        let Some(module) = self.program.module(index.file) else { return "[?]".to_owned() };
        let facts = &module.facts;
        match facts.expr(index.id) {
            Expr::Local(binding) => {
                let (file, binding) = flow::canonical(self.program, index.file, binding);
                format!("[{}:{}]", file.index(), binding.index())
            }
            Expr::Member { object, property } => {
                format!("{}.{}", self.key(ExprRef { file: index.file, id: object }), facts.text(property))
            }
            Expr::Str(text) => facts.text(text).to_owned(),
            _ => "[?]".to_owned(),
        }
    }

    fn call(&mut self, file: FileId, module: &Module, site: SiteId, depth: u32) {
        let Some((callee, args, _)) = flow::call_parts(module.facts.site(site).kind) else { return };
        match self.program.value(ExprRef { file, id: callee }) {
            Value::Function(function) => {
                let Some(owner) = self.program.module(function.file) else { return };
                let outer = std::mem::replace(&mut self.function, function.id);
                for id in owner.facts.returned(function.id) {
                    self.read(ExprRef { file: function.file, id }, depth + 1);
                }
                self.function = outer;
                return;
            }
            Value::External(external) if self.catalogue().is_guard(external.package, &external.export()) => {
                self.found.push(Place::Library);
                return;
            }
            _ => {}
        }
        if let Expr::Member { object, .. } = module.facts.expr(callee) {
            self.read(ExprRef { file, id: object }, depth + 1);
        }
        for &argument in module.facts.list(args) {
            self.read(ExprRef { file, id: argument }, depth + 1);
        }
    }

    fn is_this(&self, at: ExprRef) -> bool {
        self.program.module(at.file).is_some_and(|module| module.facts.expr(at.id) == Expr::This)
    }

    const fn catalogue(&self) -> &Catalogue {
        self.program.catalogue
    }
}

/// The place that a path from a global stands for.
fn global_place(path: &[&str]) -> Option<Place> {
    match path {
        ["globalThis" | "global" | "window" | "self", name, ..] => Some(Place::Global((*name).to_owned())),
        ["process", name, ..]
            if !matches!(
                *name,
                "env" | "argv" | "platform" | "version" | "versions" | "arch" | "pid" | "cwd"
            ) =>
        {
            Some(Place::Global((*name).to_owned()))
        }
        _ => None,
    }
}

/// Globals that are no place to keep anything.
fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "undefined"
            | "NaN"
            | "Infinity"
            | "process"
            | "console"
            | "globalThis"
            | "global"
            | "window"
            | "self"
            | "Object"
            | "Array"
            | "Promise"
            | "Date"
            | "Math"
            | "JSON"
            | "Number"
            | "String"
            | "Boolean"
            | "Symbol"
            | "Map"
            | "Set"
            | "WeakMap"
            | "Error"
            | "Buffer"
            | "URL"
            | "Reflect"
            | "Proxy"
            | "BigInt"
            | "fetch"
            | "require"
            | "module"
            | "exports"
            | "__dirname"
            | "__filename"
            | "crypto"
            | "Request"
            | "Response"
            | "parseInt"
            | "parseFloat"
            | "isNaN"
            | "isFinite"
            | "document"
            | "EdgeRuntime"
    )
}
