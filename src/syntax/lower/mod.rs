//! Lowering: one pass over a file's syntax tree that leaves its facts.
//!
//! Function bodies wait in a queue until the function around them is done, so that each function's sites
//! are one run of the table.

mod call;
mod class;
mod expression;
mod function;
mod jsx;
mod module;
mod pattern;
mod statement;
mod types;

use std::collections::VecDeque;
use std::hash::Hasher as _;

use hashbrown::HashTable;
use oxc_ast::ast::{Class as ClassNode, Expression, FormalParameters, FunctionBody, Program, Statement};
use oxc_semantic::Scoping;
use oxc_syntax::reference::ReferenceId;
use oxc_syntax::symbol::{SymbolFlags, SymbolId};
use rustc_hash::FxHasher;

use crate::facts::{
    Binding, BindingId, BindingKind, Context, ContextId, ContextKind, Expr, ExprId, Function, FunctionId,
    FunctionKind, List, ModuleFacts, Name, Origin, Property, Site, SiteId, SiteKind, Use,
};
use crate::span::Span;

/// Strings longer than this are cut: no rule reads further, and data files hold megabytes in one literal.
const MAX_STRING: usize = 4096;

/// Lowers a parsed program. `typescript` decides whether unused imports vanish at run time.
pub(super) fn lower<'a>(
    program: &'a Program<'a>,
    scoping: &Scoping,
    typescript: bool,
    tables: &mut Tables,
) -> ModuleFacts {
    let mut lower = Lower::new(scoping, typescript, std::mem::take(tables));
    lower.facts.directives = module::directives(&program.directives);
    lower.queue.push_back((FunctionId::MODULE, Body::Module(&program.body)));
    while let Some((function, body)) = lower.queue.pop_front() {
        lower.body(function, body);
    }
    let Lower { mut facts, mut names, bindings, .. } = lower;
    // What stays has the size that it needs; what was filled step by step goes on to the next file.
    let exact = facts.clone();
    facts.clear();
    // To clear a table takes as long as it is large, so that one that a huge file left is not kept.
    if names.capacity() > 2 * MANY_NAMES {
        names = HashTable::with_capacity(MANY_NAMES);
    }
    names.clear();
    *tables = Tables { facts, names, bindings };
    exact
}

/// Memory that one file after another is lowered in.
#[derive(Default)]
pub(super) struct Tables {
    facts: ModuleFacts,
    names: HashTable<Name>,
    bindings: Vec<Option<BindingId>>,
}

impl Tables {
    /// Tables with room for nearly every file. One that grows leaves smaller and smaller pieces of memory behind,
    /// each cleared by the system before it was used, and that took longer than filling them.
    pub(super) fn roomy() -> Self {
        let mut tables = Self::default();
        let facts = &mut tables.facts;
        facts.exprs.reserve(LARGE);
        facts.uses.reserve(LARGE);
        facts.starts.reserve(LARGE);
        facts.sites.reserve(LARGE / 4);
        facts.lists.reserve(LARGE / 4);
        facts.contexts.reserve(LARGE / 16);
        facts.bindings.reserve(LARGE / 16);
        facts.properties.reserve(LARGE / 16);
        tables
    }
}

/// The number of expressions of a large file.
const LARGE: usize = 40_000;

/// The number of names of a large file.
const MANY_NAMES: usize = 2_000;

/// The facts of a module with nothing in it.
pub(super) fn empty() -> ModuleFacts {
    Lower::new(&Scoping::default(), true, Tables::default()).facts
}

/// Code that waits to be lowered.
enum Body<'a> {
    Module(&'a [Statement<'a>]),
    Function(&'a FormalParameters<'a>, &'a FunctionBody<'a>),
    /// An arrow without braces.
    Arrow(&'a FormalParameters<'a>, &'a Expression<'a>),
    /// Instance fields of a class.
    Fields(&'a ClassNode<'a>, crate::facts::ClassId),
}

/// The tables under construction and where in the program the pass is.
struct Lower<'a, 's> {
    facts: ModuleFacts,
    scoping: &'s Scoping,
    typescript: bool,
    /// Names by the hashes of their texts.
    names: HashTable<Name>,
    /// Bindings by symbol.
    bindings: Vec<Option<BindingId>>,
    queue: VecDeque<(FunctionId, Body<'a>)>,
    function: FunctionId,
    context: ContextId,
    /// First byte of the expression that is being lowered.
    position: u32,
}

impl<'a, 's> Lower<'a, 's> {
    fn new(scoping: &'s Scoping, typescript: bool, tables: Tables) -> Self {
        let root = Function {
            name: None,
            span: Span::default(),
            head: Span::default(),
            parent: None,
            context: ContextId(0),
            kind: FunctionKind::Module,
            is_async: false,
            is_generator: false,
            declares_promise: false,
            return_type: ExprId::UNKNOWN,
            params: Vec::new(),
            sites: List::default(),
            exprs: List::default(),
            directives: crate::facts::Directives::default(),
        };
        let Tables { mut facts, names, mut bindings } = tables;
        facts.functions.push(root);
        facts.exprs.push(Expr::Unknown);
        facts.starts.push(0);
        facts.uses.push(Use::Other);
        facts.contexts.push(Context { parent: None, kind: ContextKind::Body(FunctionId::MODULE) });
        bindings.clear();
        bindings.resize(scoping.symbols_len(), None);
        Self {
            facts,
            scoping,
            typescript,
            names,
            bindings,
            queue: VecDeque::new(),
            function: FunctionId::MODULE,
            context: ContextId(0),
            position: 0,
        }
    }

    /// Lowers one waiting body.
    fn body(&mut self, function: FunctionId, body: Body<'a>) {
        self.function = function;
        self.context = if function == FunctionId::MODULE {
            ContextId(0)
        } else {
            self.add_context(None, ContextKind::Body(function))
        };
        let start = id(self.facts.sites.len());
        let first_expr = id(self.facts.exprs.len());
        match body {
            Body::Module(statements) => self.statements(statements),
            Body::Function(params, body) => {
                self.params(params);
                self.facts.functions[function.index()].directives = module::directives(&body.directives);
                self.statements(&body.statements);
            }
            Body::Arrow(params, expression) => {
                self.params(params);
                let value = self.expression(expression);
                self.return_value(value, span(expression));
            }
            Body::Fields(class, class_id) => self.instance_fields(class, class_id),
        }
        let len = id(self.facts.sites.len()) - start;
        let exprs = List { start: first_expr, len: id(self.facts.exprs.len()) - first_expr };
        let entry = &mut self.facts.functions[function.index()];
        entry.sites = List { start, len };
        entry.exprs = exprs;
    }

    // ---- tables -------------------------------------------------------------------------------------------

    fn name(&mut self, text: &str) -> Name {
        let text = if text.len() > MAX_STRING { &text[..text.floor_char_boundary(MAX_STRING)] } else { text };
        let hash = |text: &str| {
            let mut hasher = FxHasher::default();
            hasher.write(text.as_bytes());
            hasher.finish()
        };
        let known = &self.facts.names;
        if let Some(&name) = self.names.find(hash(text), |&name| known.get(name) == text) {
            return name;
        }
        let name = self.facts.names.push(text);
        let known = &self.facts.names;
        self.names.insert_unique(hash(text), name, |&name| hash(known.get(name)));
        name
    }

    /// Adds an expression and tells its operands where their values go.
    fn add(&mut self, expr: Expr) -> ExprId {
        let expr_id = ExprId(id(self.facts.exprs.len()));
        self.facts.exprs.push(expr);
        self.facts.starts.push(self.position);
        self.facts.uses.push(Use::Discarded);
        match expr {
            Expr::Template(list) | Expr::Array(list) | Expr::Sequence(list) | Expr::Jsx(list) => {
                for i in list.range() {
                    let item = self.facts.lists[i];
                    self.set_use(item, Use::Part(expr_id));
                }
            }
            Expr::Object(list) => {
                for i in list.range() {
                    let value = self.facts.properties[i].value;
                    self.set_use(value, Use::Part(expr_id));
                }
            }
            Expr::Member { object: one, .. }
            | Expr::Yield(one)
            | Expr::Spread(one)
            | Expr::Not(one)
            | Expr::TypeOf(one)
            | Expr::Void(one)
            | Expr::Unary(one) => self.set_use(one, Use::Part(expr_id)),
            Expr::Index { object, index } => self.set_uses(&[object, index], expr_id),
            Expr::Logical { left, right, .. } | Expr::Binary { left, right, .. } => {
                self.set_uses(&[left, right], expr_id);
            }
            Expr::Conditional { test, yes, no } => self.set_uses(&[test, yes, no], expr_id),
            _ => {}
        }
        expr_id
    }

    fn set_use(&mut self, expr: ExprId, value: Use) {
        if expr != ExprId::UNKNOWN {
            self.facts.uses.set(expr, value);
        }
    }

    fn set_uses(&mut self, exprs: &[ExprId], whole: ExprId) {
        for &expr in exprs {
            self.set_use(expr, Use::Part(whole));
        }
    }

    fn list(&mut self, items: Vec<ExprId>) -> List {
        let list = List { start: id(self.facts.lists.len()), len: id(items.len()) };
        self.facts.lists.extend(items);
        list
    }

    fn object(&mut self, items: Vec<Property>) -> List {
        let list = List { start: id(self.facts.properties.len()), len: id(items.len()) };
        self.facts.properties.extend(items);
        list
    }

    fn add_site(&mut self, kind: SiteKind, span: Span) -> SiteId {
        let site = SiteId(id(self.facts.sites.len()));
        let (function, context) = (self.function, self.context);
        self.facts.sites.push(Site { kind, expr: ExprId::UNKNOWN, span, function, context });
        site
    }

    /// Adds the expression that stands for a site's value.
    fn add_site_expr(&mut self, site: SiteId, expr: Expr) -> ExprId {
        let expr = self.add(expr);
        self.facts.sites[site.index()].expr = expr;
        expr
    }

    fn return_value(&mut self, value: ExprId, span: Span) {
        let site = self.add_site(SiteKind::Return { value }, span);
        self.set_use(value, Use::Returned(site));
    }

    // ---- contexts -----------------------------------------------------------------------------------------

    fn add_context(&mut self, parent: Option<ContextId>, kind: ContextKind) -> ContextId {
        let context = ContextId(id(self.facts.contexts.len()));
        self.facts.contexts.push(Context { parent, kind });
        context
    }

    /// Enters a context for what follows; the caller restores the one it gets back.
    fn enter(&mut self, kind: ContextKind) -> ContextId {
        let outer = self.context;
        self.context = self.add_context(Some(outer), kind);
        outer
    }

    /// Runs `lower` inside a context.
    fn within<T>(&mut self, kind: ContextKind, lower: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.enter(kind);
        let value = lower(self);
        self.context = outer;
        value
    }

    // ---- bindings -----------------------------------------------------------------------------------------

    /// The binding of a symbol, made on first sight; its declaration fills in the rest.
    fn binding(&mut self, symbol: SymbolId) -> BindingId {
        if let Some(&Some(binding)) = self.bindings.get(symbol.index()) {
            return binding;
        }
        let name = self.name(self.scoping.symbol_name(symbol));
        let binding = BindingId(id(self.facts.bindings.len()));
        self.facts.bindings.push(Binding {
            name,
            kind: BindingKind::Other,
            function: FunctionId::MODULE,
            span: to_span(self.scoping.symbol_span(symbol)),
            origin: Origin::None,
            declared_type: ExprId::UNKNOWN,
            reassigned: self.scoping.symbol_is_mutated(symbol),
        });
        if let Some(entry) = self.bindings.get_mut(symbol.index()) {
            *entry = Some(binding);
        }
        binding
    }

    /// Fills in a declaration that belongs to the current function.
    fn declare(&mut self, symbol: SymbolId, kind: BindingKind, origin: Origin) -> BindingId {
        let binding = self.binding(symbol);
        let entry = &mut self.facts.bindings[binding.index()];
        (entry.kind, entry.origin, entry.function) = (kind, origin, self.function);
        binding
    }

    /// A use of a name: a binding of this module, or a global.
    fn reference(&mut self, reference: Option<ReferenceId>, name: &str) -> Expr {
        match reference.and_then(|r| self.scoping.get_reference(r).symbol_id()) {
            // `declare const globalThis: …` only tells the type of a global.
            Some(symbol) if !self.scoping.symbol_flags(symbol).contains(SymbolFlags::Ambient) => {
                Expr::Local(self.binding(symbol))
            }
            _ => Expr::Global(self.name(name)),
        }
    }
}

/// A table length as an id; files are below 4 GiB, so tables are below 2³² entries.
fn id(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn to_span(span: oxc_span::Span) -> Span {
    Span::new(span.start, span.end)
}

fn span(node: &impl oxc_span::GetSpan) -> Span {
    to_span(node.span())
}
