//! Where a path leads: text put together from literals, names, `path.join` and the like, as far as it can be read.
//!
//! Parts that cannot be read become `*`, so that two paths can still be compared by their shape.

use super::environment::{excluded, truth_of};
use super::literals::{calls, is_undefined, property};
use super::path_parts::{ALTERNATIVE, CALLERS, Part, Root, classify, is_temp_maker, names_temp};
use crate::facts::{
    BinaryKind, BindingId, Expr, ExprId, FunctionKind, List, LogicalKind, MemberKind, Origin, SiteKind,
    WriteKind,
};
use crate::link::{ClassRef, ExprRef, FunctionRef, How, Phase, Program, Value};
use crate::project::Target;
use crate::span::FileId;

/// How far names, callers and helpers are followed.
const MAX_DEPTH: u32 = 14;
/// How many expressions are read for one path.
const MAX_READS: u32 = 600;

/// Where a path leads on a target.
pub(crate) fn path_of(program: &Program<'_>, at: ExprRef, target: Target) -> Part {
    classify(Reader { program, target, left: MAX_READS }.read(at, 0))
}

struct Reader<'a, 'p> {
    program: &'a Program<'p>,
    target: Target,
    /// How many more expressions may be read.
    left: u32,
}

impl<'p> Reader<'_, 'p> {
    fn read(&mut self, at: ExprRef, depth: u32) -> Part {
        let program = self.program;
        let Some(module) = program.module(at.file) else { return Part::unknown() };
        let facts = &module.facts;
        if depth > MAX_DEPTH || self.left == 0 {
            return Part::unknown();
        }
        self.left -= 1;
        let part = |id: ExprId| ExprRef { file: at.file, id };
        match facts.expr(at.id) {
            Expr::Str(name) => Part::text(facts.text(name)),
            Expr::Number(number) => Part::text(&number.to_string()),
            Expr::Template(list) => {
                let parts: Vec<ExprId> = facts.list(list).to_vec();
                parts.into_iter().fold(Part::text(""), |whole, id| whole.then(self.read(part(id), depth + 1)))
            }
            Expr::Binary { kind: BinaryKind::Add, left, right } => {
                let left = self.read(part(left), depth + 1);
                left.then(self.read(part(right), depth + 1))
            }
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => self.read(part(value), depth + 1),
                _ => Part::unknown(),
            },
            Expr::Logical { kind: LogicalKind::And, right, .. } => self.read(part(right), depth + 1),
            Expr::Logical { left, right, .. } => {
                let first = self.read(part(left), depth + 1);
                let fallback = self.read(part(right), depth + 1);
                match first.root {
                    Root::Unknown | Root::Configured => Part { soft: true, ..fallback },
                    _ => first,
                }
            }
            Expr::Conditional { test, yes, no } => match truth_of(program, part(test), self.target, 0) {
                Some(true) => self.read(part(yes), depth + 1),
                Some(false) => self.read(part(no), depth + 1),
                None => {
                    let yes = self.read(part(yes), depth + 1);
                    yes.or(self.read(part(no), depth + 1), ALTERNATIVE)
                }
            },
            Expr::Call(site) | Expr::New(site) => self.call(at, facts.site(site).kind, depth),
            Expr::Member { object, property } => self.member(at, part(object), facts.text(property), depth),
            Expr::Local(binding) => self.local(at.file, binding, depth),
            Expr::Global(name) if matches!(facts.text(name), "__dirname" | "__filename") => Part::project(),
            Expr::Array(list) => {
                let items: Vec<ExprId> = facts.list(list).to_vec();
                self.any(items.into_iter().map(part), ALTERNATIVE, depth)
            }
            _ => Part::unknown(),
        }
    }

    /// One of several expressions.
    fn any(&mut self, all: impl Iterator<Item = ExprRef>, grave: &[Root], depth: u32) -> Part {
        let parts: Vec<Part> = all.take(12).map(|at| self.read(at, depth + 1)).collect();
        parts.into_iter().reduce(|a, b| a.or(b, grave)).unwrap_or_else(Part::unknown)
    }

    fn call(&mut self, at: ExprRef, kind: SiteKind, depth: u32) -> Part {
        let program = self.program;
        let Some(module) = program.module(at.file) else { return Part::unknown() };
        let facts = &module.facts;
        let (SiteKind::Call { callee, args } | SiteKind::New { callee, args }) = kind else {
            return Part::unknown();
        };
        let arguments = facts.list(args);
        let first = arguments.first().map(|&id| ExprRef { file: at.file, id });
        match program.value(ExprRef { file: at.file, id: callee }) {
            Value::Global(path) => match (path.as_slice(), first) {
                (["process", "cwd"], _) => return Part::project(),
                (["String" | "decodeURIComponent" | "encodeURIComponent"], Some(first)) => {
                    return self.read(first, depth + 1);
                }
                // `new URL('./data.json', import.meta.url)`
                (["URL"], Some(_)) if arguments.len() > 1 => return Part::project(),
                _ => {}
            },
            Value::External(external) => {
                let package = external.package.strip_prefix("node:").unwrap_or(external.package);
                let name = external.path.last().copied().unwrap_or_default();
                return self.known_call((package, name), (at.file, args), depth);
            }
            Value::Made(made) if is_temp_maker(made.by.package) => return Part::temp(),
            Value::Function(function) => return self.returned(function, depth),
            _ => {}
        }
        // `base.replace(…)`, `dir.toString()`: what is known of the text before is where it begins.
        match facts.expr(callee) {
            Expr::Member { object, property } => {
                let base = self.read(ExprRef { file: at.file, id: object }, depth + 1);
                match facts.text(property) {
                    "toString" | "trim" | "normalize" | "concat" => base,
                    "replace" | "replaceAll" | "slice" | "substring" | "toLowerCase" => base.open(),
                    _ if base.root == Root::Temp => Part::temp(),
                    _ => Part::unknown(),
                }
            }
            _ => Part::unknown(),
        }
    }

    /// A call of a package's function.
    fn known_call(
        &mut self,
        (package, name): (&str, &str),
        (file, args): (FileId, List),
        depth: u32,
    ) -> Part {
        let Some(module) = self.program.module(file) else { return Part::unknown() };
        let arguments: Vec<ExprRef> =
            module.facts.list(args).iter().map(|&id| ExprRef { file, id }).collect();
        let is_path = matches!(package, "path" | "path/posix" | "path/win32" | "upath" | "pathe");
        match (package, name) {
            _ if is_path && matches!(name, "join" | "joinSafe") => {
                let parts = arguments.into_iter().map(|at| self.read(at, depth + 1)).collect::<Vec<_>>();
                parts.into_iter().reduce(Part::join).unwrap_or_else(Part::project)
            }
            _ if is_path && name == "resolve" => {
                let parts = arguments.into_iter().map(|at| self.read(at, depth + 1)).collect::<Vec<_>>();
                parts.into_iter().reduce(Part::resolve).unwrap_or_else(Part::project)
            }
            _ if is_path && name == "dirname" => match arguments.first() {
                Some(&at) => self.read(at, depth + 1).parent(),
                None => Part::unknown(),
            },
            _ if is_path && name == "basename" => Part::hole(),
            ("os", "tmpdir") => Part::temp(),
            ("os", "homedir") => Part::rooted(Root::System),
            ("process", "cwd") => Part::project(),
            _ if is_temp_maker(package) => Part::temp(),
            (
                _,
                "normalize" | "toNamespacedPath" | "fileURLToPath" | "pathToFileURL" | "realpath"
                | "realpathSync",
            ) => match arguments.first() {
                Some(&at) => self.read(at, depth + 1),
                None => Part::unknown(),
            },
            // Unique for each call: nobody else reads it.
            (_, "mkdtemp" | "mkdtempSync") => match arguments.first() {
                Some(&at) => Part { unique: true, ..self.read(at, depth + 1).open() },
                None => Part::unknown(),
            },
            (_, "randomUUID" | "uuid" | "nanoid" | "v4" | "v7" | "randomBytes" | "createId" | "ulid") => {
                Part { unique: true, ..Part::hole() }
            }
            _ => Part::unknown(),
        }
    }

    /// What a function of the project returns, on the branches that run in production.
    fn returned(&mut self, function: FunctionRef, depth: u32) -> Part {
        let program = self.program;
        let Some(module) = program.module(function.file) else { return Part::unknown() };
        let runs = module.facts.sites_of(function.id).filter_map(|(_, site)| match site.kind {
            SiteKind::Return { value } if value != ExprId::UNKNOWN => Some((value, site.context)),
            _ => None,
        });
        let values: Vec<ExprRef> = runs
            .filter(|&(_, context)| !excluded(program, function.file, context, self.target))
            .map(|(id, _)| ExprRef { file: function.file, id })
            .collect();
        // A generator of names: `const id = () => randomUUID()` is not where a path begins.
        self.any(values.into_iter(), ALTERNATIVE, depth)
    }

    fn member(&mut self, at: ExprRef, object: ExprRef, name: &str, depth: u32) -> Part {
        let program = self.program;
        let Some(module) = program.module(at.file) else { return Part::unknown() };
        if module.facts.expr(object.id) == Expr::ImportMeta {
            return if matches!(name, "url" | "dirname" | "filename") {
                Part::project()
            } else {
                Part::unknown()
            };
        }
        match program.value(at) {
            Value::Global(path) => match path.as_slice() {
                ["process", "env", name] if names_temp(name) => return Part::temp(),
                ["process", "env", "HOME" | "PWD" | "INIT_CWD"] => return Part::project(),
                ["process", "env", ..] => return Part::configured(),
                _ => {}
            },
            Value::External(external) if is_temp_maker(external.package) => return Part::temp(),
            Value::Made(made) if is_temp_maker(made.by.package) => return Part::temp(),
            _ => {}
        }
        let part = match program.value(object) {
            Value::Object(literal) => match property(program, literal, name) {
                Some((value, sure)) => {
                    let part = self.read(value, depth + 1);
                    Part { soft: part.soft || !sure, ..part }
                }
                None => Part::unknown(),
            },
            Value::Class(class) => self.field(class, name, depth),
            Value::Instance(class, _) => self.field(class, name, depth),
            Value::Module(file) => match program.module(file).and_then(|m| m.export(name)) {
                Some(crate::facts::ExportKind::Binding(binding)) => self.local(file, binding, depth),
                Some(crate::facts::ExportKind::Value(id)) => self.read(ExprRef { file, id }, depth + 1),
                _ => Part::unknown(),
            },
            _ => Part::unknown(),
        };
        // `file.tempPath`, `upload.tmpDir`
        let says_nothing = part.root == Root::Unknown || (part.root == Root::Text && part.text.is_empty());
        if says_nothing && names_temp(name) { Part::temp() } else { part }
    }

    /// A field of a class: its initial value, or what its code gives it.
    fn field(&mut self, class: ClassRef, name: &str, depth: u32) -> Part {
        let program = self.program;
        for ClassRef { file, id } in program.lineage(class) {
            let Some(module) = program.module(file) else { continue };
            let facts = &module.facts;
            let member = facts.class(id).members.iter().find(|member| facts.text(member.name) == name);
            let initial = match member.map(|member| member.kind) {
                Some(MemberKind::Field(initial)) => (initial != ExprId::UNKNOWN).then_some(initial),
                Some(MemberKind::Getter(getter)) => {
                    return self.returned(FunctionRef { file, id: getter }, depth);
                }
                _ => None,
            };
            let written = module.field_writes(id, name).map(|write| write.value);
            let values: Vec<ExprRef> =
                initial.into_iter().chain(written).map(|id| ExprRef { file, id }).collect();
            if !values.is_empty() {
                return self.any(values.into_iter(), ALTERNATIVE, depth);
            }
        }
        Part::unknown()
    }

    fn local(&mut self, file: FileId, binding: BindingId, depth: u32) -> Part {
        let program = self.program;
        let (file, id) = program.declaration(file, binding);
        let Some(module) = program.module(file) else { return Part::unknown() };
        let facts = &module.facts;
        let binding = facts.binding(id);
        let first = match binding.origin {
            Origin::Init { expr, path, .. } if path.is_empty() => {
                Some(self.read(ExprRef { file, id: expr }, depth + 1))
            }
            Origin::Init { expr, path, .. } => {
                let steps: Vec<&str> = facts.path(path).iter().map(|&step| facts.text(step)).collect();
                Some(self.destructured(ExprRef { file, id: expr }, (file, id), &steps, depth))
            }
            Origin::Param { index, path, .. } => {
                let steps: Vec<&str> = facts.path(path).iter().map(|&step| facts.text(step)).collect();
                Some(self.parameter(
                    FunctionRef { file, id: binding.function },
                    (index as usize, &steps),
                    depth,
                ))
            }
            Origin::Element { expr, path } if path.is_empty() => {
                let array = self.read(ExprRef { file, id: expr }, depth + 1);
                Some(if array.root == Root::Temp { array.open() } else { array })
            }
            Origin::Import(_) => match program.binding_value(file, id) {
                Value::External(external) if is_temp_maker(external.package) => Some(Part::temp()),
                _ => None,
            },
            _ => None,
        };
        let written = module.writes(id).iter().filter_map(|&site| match facts.site(site).kind {
            SiteKind::Write {
                target,
                value,
                kind: WriteKind::Assign | WriteKind::IfNullish | WriteKind::IfFalsy,
            } if facts.expr(target) == Expr::Local(id) => {
                let context = facts.site(site).context;
                (!excluded(program, file, context, self.target)).then_some(ExprRef { file, id: value })
            }
            _ => None,
        });
        let written: Vec<ExprRef> = written.take(6).collect();
        let later: Vec<Part> = written.into_iter().map(|at| self.read(at, depth + 1)).collect();
        let whole = first.into_iter().chain(later).reduce(|a, b| a.or(b, ALTERNATIVE));
        let whole = whole.unwrap_or_else(Part::unknown);
        if whole.root == Root::Unknown && names_temp(facts.text(binding.name)) {
            return Part::temp();
        }
        whole
    }

    /// `const { dir } = config`
    fn destructured(&mut self, from: ExprRef, name: (FileId, BindingId), steps: &[&str], depth: u32) -> Part {
        match self.program.binding_value(name.0, name.1) {
            Value::Global(path) if path.starts_with(&["process", "env"]) => {
                let is_temp = path.last().is_some_and(|name| names_temp(name));
                return if is_temp { Part::temp() } else { Part::configured() };
            }
            Value::Made(made) if is_temp_maker(made.by.package) => return Part::temp(),
            _ => {}
        }
        let mut at = from;
        for step in steps {
            let Value::Object(literal) = self.program.value(at) else { return Part::unknown() };
            let Some((value, _)) = property(self.program, literal, step) else { return Part::unknown() };
            at = value;
        }
        self.read(at, depth + 1)
    }

    /// A parameter: what the calls pass, if every way to the function is a call that can be seen.
    fn parameter(&mut self, function: FunctionRef, (index, steps): (usize, &[&str]), depth: u32) -> Part {
        let program = self.program;
        let Some(module) = program.module(function.file) else { return Part::unknown() };
        let entry = module.facts.function(function.id);
        let default = entry.params.get(index).map_or(ExprId::UNKNOWN, |param| param.default);
        let nodes = [Phase::Init, Phase::Request, Phase::AfterResponse]
            .map(|phase| program.graph.code(function, phase));
        let mut parts = Vec::new();
        let mut seen = Vec::new();
        for edge in nodes.into_iter().flatten().flat_map(|node| program.graph.callers(node)) {
            let Some(caller) = program.module(edge.file) else { continue };
            let Some(site) = edge.site().filter(|_| edge.how == How::Calls) else { return Part::unknown() };
            if seen.contains(&(edge.file, site)) || seen.len() >= 12 {
                continue;
            }
            seen.push((edge.file, site));
            let args = match caller.facts.site(site).kind {
                SiteKind::Call { args, .. } | SiteKind::New { args, .. } => args,
                _ => return Part::unknown(),
            };
            let is_constructor = matches!(entry.kind, FunctionKind::Constructor(_));
            if !is_constructor && !calls(program, edge.file, site, function) {
                return Part::unknown();
            }
            let passed = caller.facts.list(args).get(index).copied();
            let passed = passed.filter(|&id| !is_undefined(program, ExprRef { file: edge.file, id }));
            let value = match passed {
                Some(id) => self.passed(ExprRef { file: edge.file, id }, steps, depth),
                None if default != ExprId::UNKNOWN => {
                    self.passed(ExprRef { file: function.file, id: default }, steps, depth)
                }
                None => Part::unknown(),
            };
            parts.push(value);
        }
        parts.into_iter().reduce(|a, b| a.or(b, CALLERS)).unwrap_or_else(Part::unknown)
    }

    fn passed(&mut self, mut at: ExprRef, steps: &[&str], depth: u32) -> Part {
        for step in steps {
            let Value::Object(literal) = self.program.value(at) else { return Part::unknown() };
            let Some((value, _)) = property(self.program, literal, step) else { return Part::unknown() };
            at = value;
        }
        self.read(at, depth + 1)
    }
}
