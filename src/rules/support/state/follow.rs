//! What becomes of what is read from a holder: through names, members, methods, callbacks and comparisons.

use rustc_hash::FxHashMap;

use crate::facts::{BinaryKind, BindingId, Expr, ExprId, List, Origin, SiteKind, Use, WriteKind};
use crate::link::{ExprRef, FunctionRef, Phase, Program};
use crate::span::FileId;

use super::collect::{Accesses, How, Read};

/// How many uses of one holder are read.
const MAX_READS: usize = 600;

/// Follows what is read from one holder.
pub(super) struct Follower<'a, 'p> {
    program: &'a Program<'p>,
    accesses: &'a mut Accesses,
    /// The names that an expression gives its value to, per module.
    declared: FxHashMap<FileId, FxHashMap<ExprId, Vec<BindingId>>>,
}

impl<'a, 'p> Follower<'a, 'p> {
    /// Follows for one holder.
    pub(super) fn new(program: &'a Program<'p>, accesses: &'a mut Accesses) -> Self {
        Self { program, accesses, declared: FxHashMap::default() }
    }

    /// Climbs from a value to what becomes of it.
    pub(super) fn follow(&mut self, at: ExprRef, mut depth: u32, hops: u32) {
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
