//! Every place that a request changes and a later request may read: who writes it, and what becomes of what is read.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{
    BinaryKind, BindingId, Expr, ExprId, FunctionId, FunctionKind, ImportedName, List, ModuleFacts, Origin,
    Site, SiteId, SiteKind, Use, WriteKind,
};
use crate::link::{ExprRef, FunctionRef, Phase, Program};
use crate::span::FileId;

use super::resolve::{Holder, Resolver};

/// How many uses of one holder are read.
const MAX_READS: usize = 600;

/// A change of a holder, or of something in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Write {
    /// Its module.
    pub file: FileId,
    /// The write or call.
    pub site: SiteId,
    /// The function whose run does it.
    pub function: FunctionRef,
    /// A request makes it run.
    pub request: bool,
    /// How far below the holder.
    pub depth: u32,
    /// What it does.
    pub kind: Change,
    /// The key, where there is one.
    pub key: ExprId,
    /// The value, where there is one.
    pub value: ExprId,
    /// A method did it, not an assignment.
    pub method: bool,
}

/// What a write does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Puts a value there.
    Put,
    /// Counts: `++`, `+=`.
    Count,
    /// Takes something away.
    Remove,
}

/// What becomes of something read from a holder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    /// Its module.
    pub file: FileId,
    /// The expression that is judged: the comparison, or what was read.
    pub expr: ExprId,
    /// The function that reads.
    pub function: FunctionRef,
    /// What for.
    pub how: How,
    /// How far below the holder.
    pub depth: u32,
    /// The holder's size was asked for.
    pub size: bool,
}

/// What a read is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Whether it is there.
    Presence,
    /// `<`, `>` against something else.
    Order,
    /// It, or what was read, is used: returned, passed on, shown.
    Value,
    /// It goes back into the holder.
    Own,
    /// It is called, or written to as one writes to a socket.
    Dispatch,
    /// It is an index into something else.
    Index,
}

/// Reads and writes of a holder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accesses {
    /// Changes, in the order of files and places.
    pub writes: Vec<Write>,
    /// Reads by code that requests run.
    pub reads: Vec<Read>,
    /// Every expression that the value read went through.
    pub touched: FxHashSet<ExprRef>,
}

/// The holders that request code changes, with all that is done to them.
pub(crate) fn collect(program: &Program<'_>, resolver: &Resolver<'_, '_>) -> Vec<(Holder, Accesses)> {
    let mut found = writes(program, resolver);
    found.retain(|_, accesses| accesses.writes.iter().any(|write| write.request));
    let mut found: Vec<(Holder, Accesses)> = found.into_iter().collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let occurrences = occurrences(program, resolver, &found);
    for ((_, accesses), places) in found.iter_mut().zip(occurrences) {
        let mut follower = Follower { program, accesses, declared: FxHashMap::default() };
        for at in places {
            follower.follow(at, 0, 0);
        }
    }
    found
}

fn writes(program: &Program<'_>, resolver: &Resolver<'_, '_>) -> FxHashMap<Holder, Accesses> {
    let mut found: FxHashMap<Holder, Accesses> = FxHashMap::default();
    for (file, module) in program.modules() {
        for (id, site) in (0..).map(SiteId).zip(&module.facts.sites) {
            let Some((target, mut write)) = changed(program, file, id, site) else { continue };
            if !program.runs(write.function) {
                continue;
            }
            let Some((holder, depth)) = resolver.resolve(ExprRef { file, id: target }) else { continue };
            if is_own(program, &holder, &write) || is_other_variable(program, (file, target), &holder, &write)
            {
                continue;
            }
            write.depth += depth;
            write.request = program.graph.per_request(write.function).next().is_some();
            found.entry(holder).or_default().writes.push(write);
        }
    }
    found
}

/// Whether a write is part of making what holds: a constructor fills fields, a function its own variables.
fn is_own(program: &Program<'_>, holder: &Holder, write: &Write) -> bool {
    let Some(module) = program.module(write.file) else { return false };
    match holder {
        Holder::Binding(file, id) => {
            let function = module_function(program, *file, *id);
            function != FunctionId::MODULE
                && *file == write.file
                && (function == write.function.id || is_callback(&module.facts, write.function.id))
        }
        Holder::Field(..) => matches!(
            module.facts.function(write.function.id).kind,
            FunctionKind::Constructor(_) | FunctionKind::Fields(_)
        ),
        Holder::Global(_) => false,
    }
}

/// `items.forEach((item) => …)`: it runs while the function around it runs.
fn is_callback(facts: &ModuleFacts, function: FunctionId) -> bool {
    facts.sites.iter().any(|site| {
        let SiteKind::Call { callee, args } = site.kind else { return false };
        let Expr::Member { property, .. } = facts.expr(callee) else { return false };
        matches!(
            facts.text(property),
            "forEach"
                | "map"
                | "filter"
                | "reduce"
                | "some"
                | "every"
                | "find"
                | "flatMap"
                | "sort"
                | "findIndex"
        ) && facts.list(args).iter().any(|&argument| facts.expr(argument) == Expr::Function(function))
    })
}

/// `let plan = PLANS.free; plan = other`: a variable that only starts with what is held.
fn is_other_variable(
    program: &Program<'_>,
    (file, target): (FileId, ExprId),
    holder: &Holder,
    write: &Write,
) -> bool {
    let Some(module) = program.module(file) else { return false };
    let Expr::Local(binding) = module.facts.expr(target) else { return false };
    let (owner, id) = program.declaration(file, binding);
    !write.method && *holder != Holder::Binding(owner, id)
}

fn module_function(program: &Program<'_>, file: FileId, id: BindingId) -> FunctionId {
    program.module(file).map_or(FunctionId::MODULE, |module| module.facts.binding(id).function)
}

/// What a site changes: the expression that is changed, and how.
fn changed(program: &Program<'_>, file: FileId, id: SiteId, site: &Site) -> Option<(ExprId, Write)> {
    let facts = &program.module(file)?.facts;
    let function = FunctionRef { file, id: site.function };
    let write = |kind: Change, key: ExprId, value: ExprId, depth: u32, method: bool| Write {
        file,
        site: id,
        function,
        request: false,
        depth,
        kind,
        key,
        value,
        method,
    };
    match site.kind {
        SiteKind::Write { target, kind, value } => {
            let key = match facts.expr(target) {
                Expr::Index { index, .. } => index,
                _ => ExprId::UNKNOWN,
            };
            let kind = match kind {
                WriteKind::Delete => Change::Remove,
                WriteKind::Compound | WriteKind::Update => Change::Count,
                _ => Change::Put,
            };
            Some((target, write(kind, key, value, 0, false)))
        }
        SiteKind::Call { callee, args } => {
            let Expr::Member { object, property } = facts.expr(callee) else { return None };
            let (change, key, value) = mutation(facts.text(property), facts.list(args))?;
            if matches!(facts.expr(object), Expr::Global(name) if facts.text(name) == "Object") {
                let assigns = facts.text(property) == "assign";
                return assigns.then_some((key, write(Change::Put, ExprId::UNKNOWN, value, 1, true)));
            }
            Some((object, write(change, key, value, 1, true)))
        }
        _ => None,
    }
}

/// What a method of a container changes, with the key and the value among its arguments.
fn mutation(method: &str, args: &[ExprId]) -> Option<(Change, ExprId, ExprId)> {
    let argument = |index: usize| args.get(index).copied().unwrap_or(ExprId::UNKNOWN);
    Some(match method {
        "set" | "put" | "setex" | "mset" | "assign" => (Change::Put, argument(0), argument(1)),
        "add" => (Change::Put, argument(0), argument(0)),
        "push" | "unshift" => (Change::Put, ExprId::UNKNOWN, argument(0)),
        "splice" if args.len() > 2 => (Change::Put, ExprId::UNKNOWN, argument(2)),
        "delete" | "del" | "remove" | "splice" | "clear" | "pop" | "shift" | "flushAll" | "reset" => {
            (Change::Remove, argument(0), ExprId::UNKNOWN)
        }
        _ => return None,
    })
}

/// Where each holder is named.
fn occurrences(
    program: &Program<'_>,
    resolver: &Resolver<'_, '_>,
    found: &[(Holder, Accesses)],
) -> Vec<Vec<ExprRef>> {
    let index: FxHashMap<&Holder, usize> = found.iter().map(|(holder, _)| holder).zip(0..).collect();
    let names: FxHashSet<&str> = found
        .iter()
        .filter_map(|(holder, _)| match holder {
            Holder::Field(_, name) | Holder::Global(name) => Some(name.as_str()),
            Holder::Binding(..) => None,
        })
        .collect();
    let helpers = resolver.helpers();
    let mut places = vec![Vec::new(); found.len()];
    for (file, module) in program.modules() {
        let facts = &module.facts;
        let names_of = |binding: BindingId, into: &mut Vec<ExprRef>| {
            into.extend(module.uses(binding).iter().map(|&id| ExprRef { file, id }));
        };
        for import in facts.imports.iter().filter(|i| matches!(i.name, ImportedName::Named(_))) {
            let (owner, id) = program.declaration(file, import.binding);
            if let Some(&at) = index.get(&Holder::Binding(owner, id)) {
                names_of(import.binding, &mut places[at]);
            }
        }
        for (id, binding) in (0..).map(BindingId).zip(&facts.bindings) {
            if let Some(&at) = index.get(&Holder::Binding(file, id)) {
                names_of(id, &mut places[at]);
            } else if matches!(binding.origin, Origin::Init { .. })
                && let Some((holder, 0)) = binding_alias(resolver, module, (file, id))
                && let Some(&at) = index.get(&holder)
            {
                names_of(id, &mut places[at]);
            }
        }
        for id in (0..).map(ExprId).take(facts.exprs.len()) {
            let known = match facts.expr(id) {
                Expr::Member { property, .. } => names.contains(facts.text(property)),
                Expr::Global(name) => names.contains(facts.text(name)),
                // `getStore().get(key)`
                Expr::Call(site) => called_name(facts, site).is_some_and(|name| helpers.contains(name)),
                _ => false,
            };
            if !known {
                continue;
            }
            let here = ExprRef { file, id };
            if let Some((holder, 0)) = resolver.resolve(here)
                && let Some(&at) = index.get(&holder)
            {
                places[at].push(here);
            }
        }
    }
    places
}

/// The name by which something is called.
fn called_name(facts: &ModuleFacts, site: SiteId) -> Option<&str> {
    let SiteKind::Call { callee, .. } = facts.site(site).kind else { return None };
    match facts.expr(callee) {
        Expr::Local(id) => Some(facts.text(facts.binding(id).name)),
        Expr::Member { property, .. } => Some(facts.text(property)),
        _ => None,
    }
}

/// A variable of a module that stands for a holder elsewhere.
fn binding_alias(
    resolver: &Resolver<'_, '_>,
    module: &crate::link::Module,
    (file, id): (FileId, BindingId),
) -> Option<super::resolve::Found> {
    let binding = module.facts.binding(id);
    if binding.function != FunctionId::MODULE {
        return None;
    }
    let &first = module.uses(id).first()?;
    resolver.resolve(ExprRef { file, id: first })
}

/// Follows what is read from one holder.
struct Follower<'a, 'p> {
    program: &'a Program<'p>,
    accesses: &'a mut Accesses,
    /// The names that an expression gives its value to, per module.
    declared: FxHashMap<FileId, FxHashMap<ExprId, Vec<BindingId>>>,
}

impl Follower<'_, '_> {
    /// Climbs from a value to what becomes of it.
    fn follow(&mut self, at: ExprRef, mut depth: u32, hops: u32) {
        let Some(module) = self.program.module(at.file) else { return };
        let facts = &module.facts;
        let function = FunctionRef { file: at.file, id: module.function_of(at.id) };
        if hops > 4 || !self.runs(function) {
            return;
        }
        let mut current = at.id;
        let (mut how, mut size) = (How::Value, false);
        loop {
            if !self.accesses.touched.insert(ExprRef { file: at.file, id: current })
                || self.accesses.reads.len() > MAX_READS
            {
                return;
            }
            let parent = match facts.use_of(current) {
                Use::Part(parent) => parent,
                Use::Declared | Use::Iterated => {
                    let mut names = self.names(at.file, current);
                    names.truncate(32);
                    let iterated = u32::from(facts.use_of(current) == Use::Iterated);
                    for name in names {
                        for &id in module.uses(name) {
                            self.follow(ExprRef { file: at.file, id }, depth + iterated, hops + 1);
                        }
                    }
                    if iterated == 0 {
                        return;
                    }
                    break;
                }
                Use::Test if how == How::Value => {
                    how = How::Presence;
                    break;
                }
                Use::Discarded if how == How::Value => return,
                _ => break,
            };
            match facts.expr(parent) {
                Expr::Member { object, property } if object == current => {
                    let name = facts.text(property);
                    size |= matches!(name, "size" | "length") && depth == 0;
                    depth += 1;
                    current = match self.method(at.file, parent, name, depth, hops) {
                        Method::Reads(call) => call,
                        Method::Is(call) => {
                            how = How::Presence;
                            call
                        }
                        Method::Dispatches => {
                            how = How::Dispatch;
                            break;
                        }
                        Method::Changes => return,
                        Method::No => parent,
                    };
                    continue;
                }
                Expr::Index { object, .. } if object == current => depth += 1,
                Expr::Index { .. } => {
                    how = How::Index;
                    break;
                }
                Expr::Write(site) => match facts.site(site).kind {
                    // `return (store ??= new Map())`: the value goes on.
                    SiteKind::Write { target, kind: WriteKind::IfNullish | WriteKind::IfFalsy, .. }
                        if target == current => {}
                    SiteKind::Write { target, .. } if target == current => return,
                    _ => {
                        let own = self.accesses.writes.iter().any(|w| w.file == at.file && w.site == site);
                        how = if own { How::Own } else { how };
                        break;
                    }
                },
                Expr::Binary { kind: BinaryKind::Less | BinaryKind::Greater, .. } => {
                    how = How::Order;
                    current = parent;
                    self.touch_above(at.file, current);
                    break;
                }
                Expr::Binary { kind: BinaryKind::Equal | BinaryKind::NotEqual | BinaryKind::In, .. }
                | Expr::Not(_)
                | Expr::TypeOf(_) => how = How::Presence,
                Expr::Call(site) | Expr::New(site) => {
                    let own = self.accesses.writes.iter().any(|w| w.file == at.file && w.site == site);
                    let called =
                        matches!(facts.site(site).kind, SiteKind::Call { callee, .. } if callee == current);
                    how = match (own, called) {
                        (true, _) => How::Own,
                        (_, true) => How::Dispatch,
                        _ => how,
                    };
                    break;
                }
                _ => {}
            }
            current = parent;
        }
        let read = Read { file: at.file, expr: current, function, how, depth, size };
        self.accesses.reads.push(read);
    }

    /// The conditions that an expression is part of.
    fn touch_above(&mut self, file: FileId, at: ExprId) {
        let Some(module) = self.program.module(file) else { return };
        let mut current = at;
        while self.accesses.touched.insert(ExprRef { file, id: current }) {
            match module.facts.use_of(current) {
                Use::Part(parent)
                    if matches!(
                        module.facts.expr(parent),
                        Expr::Logical { .. } | Expr::Not(_) | Expr::Binary { .. } | Expr::Conditional { .. }
                    ) =>
                {
                    current = parent;
                }
                // `const expired = Date.now() > until; if (expired)`
                Use::Declared => {
                    for name in self.names(file, current) {
                        for &id in module.uses(name) {
                            self.touch_above(file, id);
                        }
                    }
                    return;
                }
                _ => return,
            }
        }
    }

    /// What a member that is called does to its object.
    fn method(&mut self, file: FileId, member: ExprId, name: &str, depth: u32, hops: u32) -> Method {
        let Some(module) = self.program.module(file) else { return Method::No };
        let facts = &module.facts;
        let Use::Part(call) = facts.use_of(member) else { return Method::No };
        let Expr::Call(site) = facts.expr(call) else { return Method::No };
        let SiteKind::Call { callee, args } = facts.site(site).kind else { return Method::No };
        if callee != member {
            return Method::No;
        }
        self.callbacks(file, args, depth, hops);
        match name {
            "set" | "put" | "add" | "push" | "unshift" | "clear" | "flushAll" => Method::Changes,
            "delete" | "splice" if facts.use_of(call) == Use::Discarded => Method::Changes,
            "send" | "enqueue" | "write" | "emit" | "postMessage" | "dispatch" if depth > 1 => {
                Method::Dispatches
            }
            "has" | "includes" | "some" | "delete" => Method::Is(call),
            _ => Method::Reads(call),
        }
    }

    /// `items.find((item) => …)`: the callback sees an element.
    fn callbacks(&mut self, file: FileId, args: List, depth: u32, hops: u32) {
        let Some(module) = self.program.module(file) else { return };
        for &argument in module.facts.list(args) {
            let Expr::Function(id) = module.facts.expr(argument) else { continue };
            let params = &module.facts.function(id).params;
            for name in params.iter().take(1).filter_map(|param| param.binding) {
                for &id in module.uses(name) {
                    self.follow(ExprRef { file, id }, depth, hops + 1);
                }
            }
        }
    }

    /// The names that a value is given to.
    fn names(&mut self, file: FileId, value: ExprId) -> Vec<BindingId> {
        let Some(module) = self.program.module(file) else { return Vec::new() };
        let declared = self.declared.entry(file).or_insert_with(|| {
            let mut declared: FxHashMap<ExprId, Vec<BindingId>> = FxHashMap::default();
            for (id, binding) in (0..).map(BindingId).zip(&module.facts.bindings) {
                if let Origin::Init { expr, .. } | Origin::Element { expr, .. } = binding.origin {
                    declared.entry(expr).or_default().push(id);
                }
            }
            declared
        });
        declared.get(&value).cloned().unwrap_or_default()
    }

    /// Whether a request makes a function run, or maybe a page, which is no route; callbacks count with the function
    /// around them.
    fn runs(&self, function: FunctionRef) -> bool {
        let Some(module) = self.program.module(function.file) else { return false };
        let around = std::iter::successors(Some(function.id), |&id| module.facts.function(id).parent);
        around.into_iter().take(6).any(|id| {
            [Phase::Request, Phase::AfterResponse].into_iter().any(|phase| {
                self.program.graph.code(FunctionRef { file: function.file, id }, phase).is_some()
            })
        }) || !self.program.runs(function)
    }
}

/// What calling a member does.
enum Method {
    /// It is not called.
    No,
    /// It gives something.
    Reads(ExprId),
    /// It tells whether something is there.
    Is(ExprId),
    /// It sends to what is held.
    Dispatches,
    /// It changes the holder.
    Changes,
}
