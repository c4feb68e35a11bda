//! From an expression to the state that it is, or is part of.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{
    BindingId, BindingKind, Expr, ExprId, FunctionId, LogicalKind, MemberKind, Origin, SiteKind, Use,
};
use crate::link::{ClassRef, ExprRef, Frequency, FunctionRef, Phase, Program, Value};
use crate::span::FileId;

/// How far an expression is followed.
const MAX_DEPTH: u32 = 12;

/// What holds a value for longer than one request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Holder {
    /// A variable of a module, or of a function that runs only when modules are loaded.
    Binding(FileId, BindingId),
    /// A field of a class whose instances last, or a static one.
    Field(ClassRef, String),
    /// A property of the global object.
    Global(String),
}

/// A holder, and how far below it an expression is: 0 is the holder itself.
pub(crate) type Found = (Holder, u32);

/// Resolves expressions; remembers what helpers return.
pub(crate) struct Resolver<'a, 'p> {
    program: &'a Program<'p>,
    returned: RefCell<FxHashMap<FunctionRef, Option<Found>>>,
    states: RefCell<FxHashMap<(FileId, BindingId), bool>>,
}

impl<'a, 'p> Resolver<'a, 'p> {
    /// A resolver for a program.
    pub(crate) fn new(program: &'a Program<'p>) -> Self {
        Self { program, returned: RefCell::default(), states: RefCell::default() }
    }

    /// The names of the helpers found so far that return a holder.
    pub(crate) fn helpers(&self) -> FxHashSet<&'p str> {
        let returned = self.returned.borrow();
        let found = returned.iter().filter(|(_, found)| matches!(found, Some((_, 0))));
        found.map(|(&function, _)| self.program.function_name(function)).collect()
    }

    /// The state that an expression is, or is part of.
    pub(crate) fn resolve(&self, at: ExprRef) -> Option<Found> {
        self.follow(at, 0)
    }

    fn follow(&self, at: ExprRef, depth: u32) -> Option<Found> {
        if depth > MAX_DEPTH {
            return None;
        }
        let facts = &self.program.module(at.file)?.facts;
        let go = |id: ExprId| self.follow(ExprRef { file: at.file, id }, depth + 1);
        match facts.expr(at.id) {
            Expr::Local(binding) => self.local(at.file, binding, depth),
            // An undeclared name counts only if something puts it on the global object.
            Expr::Global(name) => {
                let name = facts.text(name);
                self.program.writes_global(name).then(|| (Holder::Global(name.to_owned()), 0))
            }
            Expr::Member { object, property } => {
                let object = ExprRef { file: at.file, id: object };
                self.member(at, object, facts.text(property), depth)
            }
            Expr::Index { object, .. } => below(go(object)),
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => go(value),
                _ => None,
            },
            Expr::Write(site) => match facts.site(site).kind {
                SiteKind::Write { target, .. } => go(target),
                _ => None,
            },
            Expr::Logical { kind: LogicalKind::And, right, .. } => go(right),
            // `given ?? DEFAULTS` may be either, and is mostly what was given.
            Expr::Logical { left, .. } => go(left),
            Expr::Conditional { yes, no, .. } => match (go(yes), go(no)) {
                (Some(a), Some(b)) if a != b => None,
                (Some(one), _) if is_nothing(facts, no) => Some(one),
                (_, Some(one)) if is_nothing(facts, yes) => Some(one),
                (Some(one), Some(_)) => Some(one),
                _ => None,
            },
            Expr::Sequence(list) => go(*facts.list(list).last()?),
            Expr::Call(site) => {
                let SiteKind::Call { callee, args } = facts.site(site).kind else { return None };
                let first = facts.list(args).first().copied();
                self.call(ExprRef { file: at.file, id: callee }, first, depth)
            }
            _ => None,
        }
    }

    fn call(&self, callee: ExprRef, first: Option<ExprId>, depth: u32) -> Option<Found> {
        let facts = &self.program.module(callee.file)?.facts;
        if let Value::Function(function) = self.program.value(callee) {
            return self.returned(function, depth);
        }
        let Expr::Member { object, property } = facts.expr(callee.id) else { return None };
        let method = facts.text(property);
        if matches!(facts.expr(object), Expr::Global(name) if facts.text(name) == "Object") {
            let first = first.filter(|_| matches!(method, "values" | "entries" | "keys"))?;
            return below(self.follow(ExprRef { file: callee.file, id: first }, depth + 1));
        }
        // These give an element; `filter`, `map` and `slice` give copies.
        if !matches!(
            method,
            "get" | "find" | "at" | "pop" | "shift" | "findLast" | "values" | "entries" | "keys"
        ) {
            return None;
        }
        below(self.follow(ExprRef { file: callee.file, id: object }, depth + 1))
    }

    /// What a helper returns: `const store = () => (globalThis.store ??= new Map())`.
    fn returned(&self, function: FunctionRef, depth: u32) -> Option<Found> {
        if let Some(known) = self.returned.borrow().get(&function) {
            return known.clone();
        }
        self.returned.borrow_mut().insert(function, None);
        let module = self.program.module(function.file)?;
        // A helper that gives now this and now that stands for neither.
        let mut found = None;
        for id in module.facts.returned(function.id).filter(|&id| !is_nothing(&module.facts, id)) {
            let one = self.follow(ExprRef { file: function.file, id }, depth + 1)?;
            if found.as_ref().is_some_and(|known| *known != one) {
                return None;
            }
            found = Some(one);
        }
        self.returned.borrow_mut().insert(function, found.clone());
        found
    }

    fn local(&self, file: FileId, id: BindingId, depth: u32) -> Option<Found> {
        let (file, id) = self.program.declaration(file, id);
        let module = self.program.module(file)?;
        let binding = module.facts.binding(id);
        if self.is_state(file, id) {
            // `const store = globalThis.store` is the global's; with a container beside it, it is its own.
            if let Origin::Init { expr, path, .. } = binding.origin
                && !binding.reassigned
                && matches!(module.facts.expr(expr), Expr::Local(_) | Expr::Member { .. } | Expr::Call(_))
                && let Some((holder, below)) = self.follow(ExprRef { file, id: expr }, depth + 1)
            {
                return Some((holder, below + path.len));
            }
            return Some((Holder::Binding(file, id), 0));
        }
        match binding.origin {
            Origin::Init { expr, path, .. } => {
                let (holder, below) = self.follow(ExprRef { file, id: expr }, depth + 1)?;
                Some((holder, below + path.len))
            }
            Origin::Element { expr, .. } => below(self.follow(ExprRef { file, id: expr }, depth + 1)),
            _ => None,
        }
    }

    /// Whether a variable outlives requests.
    fn is_state(&self, file: FileId, id: BindingId) -> bool {
        let Some(module) = self.program.module(file) else { return false };
        let binding = module.facts.binding(id);
        if let Some(&known) = self.states.borrow().get(&(file, id)) {
            return known;
        }
        let declared = matches!(binding.kind, BindingKind::Const | BindingKind::Let | BindingKind::Var)
            && matches!(binding.origin, Origin::Init { .. } | Origin::None);
        let state = declared && (binding.function == FunctionId::MODULE || self.is_lasting(file, binding));
        self.states.borrow_mut().insert((file, id), state);
        state
    }

    /// A variable of a function that makes something only when modules are loaded, or only once.
    fn is_lasting(&self, file: FileId, binding: &crate::facts::Binding) -> bool {
        let program = self.program;
        let function = FunctionRef { file, id: binding.function };
        if program.graph.per_request(function).next().is_none() {
            return program.graph.code(function, Phase::Init).is_some();
        }
        let Some(module) = program.module(file) else { return false };
        let Origin::Init { expr, path, .. } = binding.origin else { return false };
        match module.facts.expr(expr) {
            Expr::New(site) if path.is_empty() => program.frequency(file, site) == Frequency::Memoised,
            _ => false,
        }
    }

    fn member(&self, at: ExprRef, object: ExprRef, name: &str, depth: u32) -> Option<Found> {
        let program = self.program;
        let facts = &program.module(at.file)?.facts;
        match program.value(object) {
            Value::Class(class) | Value::Instance(class, _) => {
                let owner = self.field_owner(class, name)?;
                return Some((Holder::Field(owner, name.to_owned()), 0));
            }
            Value::Module(file) => {
                let (file, id) = program.exported(file, name)?;
                return self.is_state(file, id).then_some((Holder::Binding(file, id), 0));
            }
            Value::Object(literal) if facts.expr(object.id) == Expr::This => {
                return below(self.binding_of(literal).map(|(file, id)| (Holder::Binding(file, id), 0)));
            }
            // A name for something on the global object is looked up as a name.
            Value::Global(path)
                if is_global_object(path.first())
                    && (path.len() == 1 || !matches!(facts.expr(object.id), Expr::Local(_))) =>
            {
                // `globalThis.a.b` is one below `a`.
                let found = match path.get(1) {
                    Some(&first) => (first.to_owned(), u32::try_from(path.len() - 1).ok()?),
                    None => (name.to_owned(), 0),
                };
                return Some((Holder::Global(found.0), found.1));
            }
            Value::Made(_) | Value::External(_) if !is_lasting_root(facts, object.id) => return None,
            _ => {}
        }
        below(self.follow(object, depth + 1))
    }

    /// The class in the lineage that declares or writes a field.
    fn field_owner(&self, class: ClassRef, name: &str) -> Option<ClassRef> {
        self.program.lineage(class).into_iter().find(|owner| {
            let Some(module) = self.program.module(owner.file) else { return false };
            let members = &module.facts.class(owner.id).members;
            let field = |m: &crate::facts::Member| matches!(m.kind, MemberKind::Field(_));
            match members.iter().find(|m| module.facts.text(m.name) == name) {
                Some(member) => field(member),
                None => module.field_writes(owner.id, name).next().is_some(),
            }
        })
    }

    /// The variable that an object literal is the first value of.
    fn binding_of(&self, literal: ExprRef) -> Option<(FileId, BindingId)> {
        let module = self.program.module(literal.file)?;
        if module.facts.use_of(literal.id) != Use::Declared {
            return None;
        }
        let found = (0..).map(BindingId).zip(&module.facts.bindings).find(|(_, binding)| {
            matches!(binding.origin, Origin::Init { expr, path, .. } if expr == literal.id && path.is_empty())
        });
        let (id, _) = found?;
        self.is_state(literal.file, id).then_some((literal.file, id))
    }
}

/// `null`, `undefined`, or an empty container.
fn is_nothing(facts: &crate::facts::ModuleFacts, at: ExprId) -> bool {
    match facts.expr(at) {
        Expr::Null | Expr::Unknown => true,
        Expr::Global(name) => facts.text(name) == "undefined",
        Expr::Array(list) | Expr::Object(list) => list.is_empty(),
        _ => false,
    }
}

fn below(found: Option<Found>) -> Option<Found> {
    found.map(|(holder, depth)| (holder, depth + 1))
}

fn is_global_object(first: Option<&&str>) -> bool {
    matches!(first, Some(&("globalThis" | "global" | "self")))
}

/// Whether a member chain starts at a name or `this`: results of calls are nobody's state.
fn is_lasting_root(facts: &crate::facts::ModuleFacts, mut at: ExprId) -> bool {
    while let Expr::Member { object, .. } | Expr::Index { object, .. } = facts.expr(at) {
        at = object;
    }
    matches!(facts.expr(at), Expr::Local(_) | Expr::This | Expr::Global(_))
}
