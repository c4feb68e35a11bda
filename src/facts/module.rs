//! The facts of one module and its edges to others.

use serde::{Deserialize, Serialize};

use super::expr::{Expr, Property, Use};
use super::function::{Binding, Class, Function};
use super::ids::{BindingId, ClassId, ContextId, ExprId, FunctionId, List, Name, RequestId, SiteId};
use super::names::{Names, Shape};
use super::site::{Context, Site, SiteKind};
use super::uses::Uses;
use crate::span::Span;

/// Everything the analyzer knows of one module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModuleFacts {
    /// Interned strings.
    pub names: Names,
    /// `"use client"`, `"use server"` … at the top.
    pub directives: Directives,
    /// Module specifiers asked for, in source order.
    pub requests: Vec<Request>,
    /// Imported names.
    pub imports: Vec<Import>,
    /// Exported names.
    pub exports: Vec<Export>,
    /// Declared names.
    pub bindings: Vec<Binding>,
    /// Functions; the first is the module itself.
    pub functions: Vec<Function>,
    /// Classes.
    pub classes: Vec<Class>,
    /// Expressions; the first is [`Expr::Unknown`].
    pub exprs: Vec<Expr>,
    /// What becomes of each expression's value, same index as `exprs`.
    pub uses: Uses,
    /// Offset of each expression's first byte, same index as `exprs`.
    pub starts: Vec<u32>,
    /// Entries of expression lists (arguments, elements, template parts).
    pub lists: Vec<ExprId>,
    /// Entries of object literals.
    pub properties: Vec<Property>,
    /// Entries of destructuring paths.
    pub paths: Vec<Name>,
    /// Sites, grouped by function.
    pub sites: Vec<Site>,
    /// Conditions, loops and `try` blocks.
    pub contexts: Vec<Context>,
    /// Comments that speak to routelint, in source order.
    pub comments: Vec<Comment>,
    /// Where the file could not be read as a program.
    pub problems: Vec<Problem>,
}

/// A comment that begins with `routelint-`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// The comment.
    pub span: Span,
    /// Its text without its delimiters.
    pub text: Box<str>,
    /// What it speaks of: its own line if code stands before it there; else the line of the next code, with what
    /// begins there up to the first body in it.
    pub covers: Span,
    /// The braces around it, if they stand between tags of JSX and hold nothing else.
    pub braces: Option<Span>,
}

/// Directives in a prologue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directives {
    /// `"use client"`
    pub client: bool,
    /// `"use server"`
    pub server: bool,
    /// `"use cache"`, `"use cache: …"`
    pub cache: bool,
    /// `"use workflow"` or `"use step"`: run by a workflow engine.
    pub workflow: bool,
}

/// A module specifier that the module asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The specifier as written; `*` stands for the unknown parts of a template.
    pub specifier: Name,
    /// How it is asked for.
    pub kind: RequestKind,
    /// The statement or call.
    pub span: Span,
    /// Only types come from it: no edge at run time.
    pub type_only: bool,
    /// The specifier is a template with unknown parts.
    pub pattern: bool,
    /// The function that asks; [`FunctionId::MODULE`] for static imports.
    pub function: FunctionId,
    /// The innermost condition, loop or `try` around it within that function.
    pub context: ContextId,
}

/// How a module is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequestKind {
    /// `import … from`, `import '…'`
    Import,
    /// `export … from`
    ReExport,
    /// `import('…')`
    Dynamic,
    /// `require('…')`, `import x = require('…')`
    Require,
}

/// An imported name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// From where.
    pub request: RequestId,
    /// Which of its exports.
    pub name: ImportedName,
    /// The local name.
    pub binding: BindingId,
    /// Used only as a type, or not at all in TypeScript: gone at run time.
    pub type_only: bool,
}

/// What an import or re-export takes from the other module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportedName {
    /// `{ name }`; `default` is an ordinary name here.
    Named(Name),
    /// `* as ns`
    Namespace,
}

/// An exported name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Its name outside; `*` for `export * from`.
    pub name: Name,
    /// What it is.
    pub kind: ExportKind,
    /// The name or statement in the source.
    pub span: Span,
    /// Only a type.
    pub type_only: bool,
}

/// What an [`Export`] gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportKind {
    /// A declared name.
    Binding(BindingId),
    /// A value: `export default expr`, `exports.x = expr`.
    Value(ExprId),
    /// `module.exports = expr`: the module itself.
    CommonJs(ExprId),
    /// `export { x as y } from '…'`, `export * as y from '…'`
    From(RequestId, ImportedName),
    /// `export * from '…'`
    All(RequestId),
}

/// A place where the file is not a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Nothing of the file could be used.
    pub fatal: bool,
}

impl ModuleFacts {
    /// Forgets everything, but keeps the memory of the tables.
    pub fn clear(&mut self) {
        // Named one by one, so that a new table is not forgotten here.
        let Self {
            names,
            directives,
            requests,
            imports,
            exports,
            bindings,
            functions,
            classes,
            exprs,
            uses,
            starts,
            lists,
            properties,
            paths,
            sites,
            contexts,
            comments,
            problems,
        } = self;
        names.clear();
        *directives = Directives::default();
        requests.clear();
        imports.clear();
        exports.clear();
        bindings.clear();
        functions.clear();
        classes.clear();
        exprs.clear();
        uses.clear();
        starts.clear();
        lists.clear();
        properties.clear();
        paths.clear();
        sites.clear();
        contexts.clear();
        comments.clear();
        problems.clear();
    }

    /// The text of an interned name.
    #[must_use]
    pub fn text(&self, name: Name) -> &str {
        self.names.get(name)
    }

    /// The id of an interned text, if the module has it. Linear: ask once, not per expression.
    #[must_use]
    pub fn name_of(&self, text: &str) -> Option<Name> {
        let shape = Shape::of(text);
        let mut same = self.names.shapes().filter(|&(_, other)| other == shape);
        same.find(|&(name, _)| self.text(name) == text).map(|(name, _)| name)
    }

    /// An expression.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> Expr {
        self.exprs[id.index()]
    }

    /// What becomes of an expression's value.
    #[must_use]
    pub fn use_of(&self, id: ExprId) -> Use {
        self.uses.get(id)
    }

    /// The place of an expression: all of it for calls, writes and functions, else its first byte.
    #[must_use]
    pub fn span_of(&self, id: ExprId) -> Span {
        match self.expr(id) {
            Expr::Call(site) | Expr::New(site) | Expr::Await(site) | Expr::Write(site) => {
                self.site(site).span
            }
            Expr::Function(function) => self.function(function).head,
            _ => Span::new(self.starts[id.index()], self.starts[id.index()]),
        }
    }

    /// The context in which an expression is evaluated: that of the nearest call, write, await or return
    /// around it, else the function's body.
    #[must_use]
    pub fn context_of(&self, id: ExprId) -> Option<ContextId> {
        let mut current = id;
        loop {
            if let Expr::Call(site) | Expr::New(site) | Expr::Await(site) | Expr::Write(site) =
                self.expr(current)
            {
                return Some(self.site(site).context);
            }
            match self.use_of(current) {
                Use::Part(parent) => current = parent,
                Use::Returned(site) | Use::Thrown(site) => return Some(self.site(site).context),
                _ => return None,
            }
        }
    }

    /// The expressions of a list.
    #[must_use]
    pub fn list(&self, list: List) -> &[ExprId] {
        &self.lists[list.range()]
    }

    /// The properties of an object literal.
    #[must_use]
    pub fn object(&self, list: List) -> &[Property] {
        &self.properties[list.range()]
    }

    /// The names of a destructuring path.
    #[must_use]
    pub fn path(&self, list: List) -> &[Name] {
        &self.paths[list.range()]
    }

    /// A binding.
    #[must_use]
    pub fn binding(&self, id: BindingId) -> &Binding {
        &self.bindings[id.index()]
    }

    /// A function.
    #[must_use]
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// A class.
    #[must_use]
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.index()]
    }

    /// A site.
    #[must_use]
    pub fn site(&self, id: SiteId) -> &Site {
        &self.sites[id.index()]
    }

    /// The sites of a function in source order.
    pub fn sites_of(&self, function: FunctionId) -> impl Iterator<Item = (SiteId, &Site)> {
        let list = self.function(function).sites;
        (list.start..).map(SiteId).zip(&self.sites[list.range()])
    }

    /// The chain of contexts from `id` outwards to the function's body.
    pub fn contexts_from(&self, id: ContextId) -> impl Iterator<Item = &Context> {
        std::iter::successors(Some(&self.contexts[id.index()]), |c| {
            c.parent.map(|p| &self.contexts[p.index()])
        })
    }

    /// The values that a function returns, in source order.
    pub fn returned(&self, function: FunctionId) -> impl Iterator<Item = ExprId> {
        self.sites_of(function).filter_map(|(_, site)| match site.kind {
            SiteKind::Return { value } if value != ExprId::UNKNOWN => Some(value),
            _ => None,
        })
    }

    /// A requested specifier.
    #[must_use]
    pub fn request(&self, id: RequestId) -> &Request {
        &self.requests[id.index()]
    }
}
