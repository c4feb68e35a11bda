//! Declarations by pattern: every name with the way into the value it gets.

use oxc_ast::ast::BindingPattern;

use super::{Lower, id};
use crate::facts::{BindingId, BindingKind, ExprId, List, Name, Origin, PropertyKey, Use};

impl<'a> Lower<'a, '_> {
    /// Declares every name of a pattern. `origin` makes a name's origin from its path and default value.
    /// Gives the binding if the pattern is one plain name.
    pub(super) fn declare_pattern(
        &mut self,
        pattern: &'a BindingPattern<'a>,
        kind: BindingKind,
        origin: &dyn Fn(List, ExprId) -> Origin,
    ) -> Option<BindingId> {
        let mut path = Vec::new();
        self.pattern(pattern, kind, origin, &mut path, ExprId::UNKNOWN)
    }

    fn pattern(
        &mut self,
        pattern: &'a BindingPattern<'a>,
        kind: BindingKind,
        origin: &dyn Fn(List, ExprId) -> Origin,
        path: &mut Vec<Name>,
        default: ExprId,
    ) -> Option<BindingId> {
        match pattern {
            BindingPattern::BindingIdentifier(it) => {
                let list = self.path_list(path);
                return it.symbol_id.get().map(|symbol| self.declare(symbol, kind, origin(list, default)));
            }
            BindingPattern::AssignmentPattern(it) => {
                let default = self.expression(&it.right);
                self.set_use(default, Use::Default);
                self.pattern(&it.left, kind, origin, path, default);
            }
            BindingPattern::ObjectPattern(it) => {
                for property in &it.properties {
                    let step = match self.property_key(&property.key, property.computed) {
                        PropertyKey::Name(name) => name,
                        _ => self.name("[]"),
                    };
                    self.pattern_step(&property.value, kind, origin, path, step);
                }
                if let Some(rest) = &it.rest {
                    let step = self.name("...");
                    self.pattern_step(&rest.argument, kind, origin, path, step);
                }
            }
            BindingPattern::ArrayPattern(it) => {
                for (i, element) in it.elements.iter().enumerate() {
                    if let Some(element) = element {
                        let step = self.name(&i.to_string());
                        self.pattern_step(element, kind, origin, path, step);
                    }
                }
                if let Some(rest) = &it.rest {
                    let step = self.name("...");
                    self.pattern_step(&rest.argument, kind, origin, path, step);
                }
            }
        }
        None
    }

    /// One step further into the value.
    fn pattern_step(
        &mut self,
        pattern: &'a BindingPattern<'a>,
        kind: BindingKind,
        origin: &dyn Fn(List, ExprId) -> Origin,
        path: &mut Vec<Name>,
        step: Name,
    ) {
        path.push(step);
        self.pattern(pattern, kind, origin, path, ExprId::UNKNOWN);
        path.pop();
    }

    fn path_list(&mut self, path: &[Name]) -> List {
        let list = List { start: id(self.facts.paths.len()), len: id(path.len()) };
        self.facts.paths.extend_from_slice(path);
        list
    }
}
