//! Every place that a request changes and a later request may read: who writes it, and what becomes of what is read.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{
    BindingId, Expr, ExprId, FunctionId, FunctionKind, ModuleFacts, Site, SiteId, SiteKind, WriteKind,
};
use crate::link::{ExprRef, FunctionRef, Program, Value};
use crate::span::FileId;

use super::follow::Follower;
use super::mentions::mentions;
use super::resolve::{Holder, Resolver};

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
pub(crate) fn collect<'p>(program: &Program<'p>, resolver: &Resolver<'_, 'p>) -> Vec<(Holder, Accesses)> {
    let mut found = writes(program, resolver);
    found.retain(|_, accesses| accesses.writes.iter().any(|write| write.request));
    let mut found: Vec<(Holder, Accesses)> = found.into_iter().collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let mentions = mentions(program, resolver, &found);
    for ((_, accesses), places) in found.iter_mut().zip(mentions) {
        let mut follower = Follower::new(program, accesses);
        for (at, below) in places {
            follower.follow(at, below, 0);
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
            // `orders.add(row)` of an object of functions: the functions say what it changes.
            if matches!(program.value(ExprRef { file, id: callee }), Value::Function(_)) {
                return None;
            }
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
