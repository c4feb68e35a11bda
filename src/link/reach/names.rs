//! Names that running code uses: what they stand for may be called by whoever gets it.

use super::expansion::Expansion;
use crate::facts::{
    BindingId, BindingKind, Expr, ExprId, FunctionId, MemberKind, Origin, SiteId, SiteKind, Use,
};
use crate::link::flow;
use crate::link::graph::{At, How, Item, NodeId, Phase};
use crate::link::module::Module;
use crate::link::value::{ExprRef, FunctionRef, Value};

impl<'p> Expansion<'_, 'p> {
    /// Reading a member may run a getter.
    pub(super) fn getter(
        &mut self,
        node: NodeId,
        at: ExprRef,
        (object, name): (ExprId, &'p str),
        phase: Phase,
    ) {
        if !self.getters.contains(name) {
            return;
        }
        let (class, is_static) = match self.program.value(ExprRef { file: at.file, id: object }) {
            Value::Class(class) => (class, true),
            Value::Instance(class, _) => (class, false),
            _ => return,
        };
        for class in self.program.lineage(class) {
            let Some(module) = self.module(class.file) else { continue };
            let members = &module.facts.class(class.id).members;
            let found = members.iter().find_map(|m| match m.kind {
                MemberKind::Getter(id) if m.is_static == is_static && module.facts.text(m.name) == name => {
                    Some(id)
                }
                _ => None,
            });
            if let Some(id) = found {
                let edge = self.edge(node, at.file, At::Expr(at.id), How::Calls);
                self.reach(Item::Code(FunctionRef { file: class.file, id }), phase, edge);
                return;
            }
        }
    }

    /// Request code uses a name: what it stands for may be called by whoever gets it.
    pub(super) fn local(
        &mut self,
        node: NodeId,
        (at, binding): (ExprRef, BindingId),
        phase: Phase,
        returns_away: bool,
    ) {
        let Some(module) = self.module(at.file) else { return };
        let facts = &module.facts;
        let entry = facts.binding(binding);
        if matches!(entry.kind, BindingKind::Param | BindingKind::Catch)
            && module.loaded_for(entry.function).is_none()
        {
            return;
        }
        let whole = flow::whole_member(module, at.id);
        let exposed = ExprRef { file: at.file, id: whole };
        if let Use::Part(parent) = facts.use_of(whole) {
            match facts.expr(parent) {
                Expr::Call(site) | Expr::New(site)
                    if flow::call_parts(facts.site(site).kind)
                        .is_some_and(|(callee, ..)| callee == whole) =>
                {
                    let Some(held) = self.called_on(at, site) else { return };
                    let edge = self.edge(node, at.file, At::Expr(at.id), How::Uses);
                    return self.reach(Item::Value(held), phase, edge);
                }
                Expr::Call(_) | Expr::New(_) => return,
                Expr::Binary { .. } | Expr::Not(_) | Expr::TypeOf(_) => return,
                Expr::Write(site) => {
                    if matches!(facts.site(site).kind, SiteKind::Write { target, .. } if target == whole) {
                        return;
                    }
                }
                _ => {}
            }
        } else if matches!(facts.use_of(whole), Use::Test | Use::Discarded | Use::Iterated)
            || (matches!(facts.use_of(whole), Use::Returned(_)) && !returns_away)
        {
            return;
        }
        let edge = self.edge(node, exposed.file, At::Expr(exposed.id), How::Uses);
        self.reach(Item::Value(exposed), phase, edge);
    }

    /// What the call of a name, or of a member of it, may run besides what is called. A call that is followed gives
    /// nothing away; one on an unknown object may call anything in it.
    fn called_on(&self, at: ExprRef, site: SiteId) -> Option<ExprRef> {
        let holder = || self.program.value(at);
        match self.program.callee(at.file, site) {
            // `const inner = wrap(handler); inner(request)`: what the wrapper gave back may call what it was given.
            Value::Function(function) => self.is_wrapped(at, *function).then_some(at),
            Value::Class(_) | Value::External(_) => None,
            // Only what the object was made with can run, not its neighbours in a class or module.
            Value::Made(made) if !matches!(holder(), Value::Made(_)) => Some(made.at),
            _ if matches!(holder(), Value::Class(_) | Value::Module(_)) => None,
            _ => Some(at),
        }
    }
}

impl Expansion<'_, '_> {
    /// Whether a name stands for a function that a call made: one written in another function, which that returned.
    fn is_wrapped(&self, at: ExprRef, function: FunctionRef) -> bool {
        let Some(Expr::Local(binding)) = self.module(at.file).map(|module| module.facts.expr(at.id)) else {
            return false;
        };
        let (file, binding) = self.program.declaration(at.file, binding);
        let (Some(owner), Some(written)) = (self.module(file), self.module(function.file)) else {
            return false;
        };
        let is_inner = written.facts.function(function.id).parent.is_some_and(|id| id != FunctionId::MODULE);
        let Origin::Init { expr, path, .. } = owner.facts.binding(binding).origin else { return false };
        is_inner && path.is_empty() && matches!(owner.facts.expr(expr), Expr::Call(_))
    }
}

/// Whether a function written here goes to somebody who may call it: not if it is only given a name, and
/// not if it is an argument, which the call decides about.
pub(super) fn is_handed_on(module: &Module, id: ExprId, returns_away: bool) -> bool {
    let facts = &module.facts;
    let mut current = id;
    loop {
        match facts.use_of(current) {
            Use::Returned(_) => return returns_away,
            Use::Thrown(_) | Use::Other => return true,
            Use::Declared
            | Use::Exported
            | Use::Field(..)
            | Use::Default
            | Use::Discarded
            | Use::Test
            | Use::Iterated => {
                return false;
            }
            Use::Part(parent) => match facts.expr(parent) {
                // Called here, or an argument: the call decides.
                Expr::Call(_) | Expr::New(_) => return false,
                Expr::Write(_) => return true,
                _ => current = parent,
            },
        }
    }
}
