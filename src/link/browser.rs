//! Code that a server has and never runs: what stands under `typeof window !== 'undefined'`.

use std::sync::OnceLock;

use crate::facts::{BinaryKind, ContextId, ContextKind, Expr, ExprId, ModuleFacts, Origin, SiteKind};
use crate::span::FileId;

use super::value::{ExprRef, Value};
use super::{Modules, Program};

/// How far names are followed.
const MAX_DEPTH: u32 = 8;

/// For each context of a module whether only browsers get there, by file; made where somebody asks.
#[derive(Debug)]
pub(super) struct BrowserOnly(Vec<OnceLock<Box<[bool]>>>);

impl BrowserOnly {
    /// Nothing is known yet.
    pub(super) fn new(modules: &Modules) -> Self {
        Self(modules.table.iter().map(|_| OnceLock::new()).collect())
    }
}

impl Program<'_> {
    /// Whether a place stands under a condition that holds in browsers only.
    #[must_use]
    pub fn is_for_browsers(&self, file: FileId, context: ContextId) -> bool {
        let (Some(module), Some(known)) = (self.module(file), self.browser_only.0.get(file.index())) else {
            return false;
        };
        let known = known.get_or_init(|| self.browser_contexts(file, &module.facts));
        known.get(context.index()).copied().unwrap_or(false)
    }

    fn browser_contexts(&self, file: FileId, facts: &ModuleFacts) -> Box<[bool]> {
        let mut known: Vec<bool> = Vec::with_capacity(facts.contexts.len());
        for context in &facts.contexts {
            // What is around a context stands before it.
            let around = context.parent.and_then(|parent| known.get(parent.index())).copied();
            let here = || match context.kind {
                ContextKind::If { test, truth } | ContextKind::Survived { test, truth } => {
                    self.on_servers(ExprRef { file, id: test }, 0) == Some(!truth)
                }
                _ => false,
            };
            known.push(around == Some(true) || here());
        }
        known.into()
    }

    /// What a condition is on servers, if it asks for the browser's globals.
    fn on_servers(&self, at: ExprRef, depth: u32) -> Option<bool> {
        let facts = &self.module(at.file)?.facts;
        let go = |id: ExprId| self.on_servers(ExprRef { file: at.file, id }, depth + 1);
        if depth > MAX_DEPTH {
            return None;
        }
        match facts.expr(at.id) {
            Expr::Not(inner) => go(inner).map(|value| !value),
            Expr::Logical { kind, left, right } => kind.truth(go(left), go(right)),
            Expr::Binary { kind: kind @ (BinaryKind::Equal | BinaryKind::NotEqual), left, right } => {
                let asked =
                    typeof_browser(facts, left, right).or_else(|| typeof_browser(facts, right, left))?;
                Some((asked == "undefined") == (kind == BinaryKind::Equal))
            }
            Expr::Local(binding) => {
                let (file, binding) = self.declaration(at.file, binding);
                let owner = self.module(file)?.facts.binding(binding);
                match owner.origin {
                    Origin::Init { expr, path, .. } if path.is_empty() && !owner.reassigned => {
                        self.on_servers(ExprRef { file, id: expr }, depth + 1)
                    }
                    _ => None,
                }
            }
            // `isBrowser()`
            Expr::Call(site) => {
                let SiteKind::Call { callee, .. } = facts.site(site).kind else { return None };
                let Value::Function(function) = self.value(ExprRef { file: at.file, id: callee }) else {
                    return None;
                };
                let mut returned = self.module(function.file)?.facts.returned(function.id);
                let (first, more) = (returned.next()?, returned.next());
                let at = ExprRef { file: function.file, id: first };
                if more.is_some() { None } else { self.on_servers(at, depth + 1) }
            }
            _ => None,
        }
    }
}

/// The text with which `typeof window` is compared.
fn typeof_browser(facts: &ModuleFacts, asked: ExprId, text: ExprId) -> Option<&str> {
    let (Expr::TypeOf(inner), Expr::Str(text)) = (facts.expr(asked), facts.expr(text)) else { return None };
    let Expr::Global(name) = facts.expr(inner) else { return None };
    // Node has `navigator` since version 21.
    matches!(facts.text(name), "window" | "document" | "localStorage" | "sessionStorage")
        .then(|| facts.text(text))
}
