//! Modules tied together: what each import names, what calls what, and what runs when.

mod browser;
mod callees;
mod entries;
mod flow;
mod graph;
mod groups;
mod inert;
mod lasting;
mod lifetime;
mod memo;
mod module;
mod numbers;
mod objects;
mod places;
mod reach;
pub mod resolve;
mod routes;
mod stars;
mod tested;
mod trace;
mod value;

use std::sync::{Arc, OnceLock};

use crate::catalogue::Catalogue;
use crate::facts::FunctionId;
use crate::project::Project;
use crate::span::{FileId, Span};

pub use entries::{Handler, Route, Runtime};
pub use flow::Target;
pub use graph::{At, Edge, Graph, How, Item, Node, NodeId, Phase, Source};
pub use lifetime::{Frequency, Lifetime, Witness};
pub use module::{FieldWrite, Module, ParamCall, RequestTarget, root};
pub use places::Place;
pub use value::{ClassRef, ExprRef, External, FunctionRef, Made, Path, Value};

/// The modules that were loaded, by file.
#[derive(Debug, Default)]
pub struct Modules {
    /// One place per file of the project; `None` where nothing reaches the file.
    pub table: Vec<Option<Arc<Module>>>,
}

/// The whole program as rules see it.
#[derive(Debug)]
pub struct Program<'p> {
    /// The project it was read from.
    pub project: &'p Project,
    /// What packages are.
    pub catalogue: &'p Catalogue,
    /// The entries, by app and file.
    pub routes: Vec<Route>,
    /// What runs and when.
    pub graph: Graph,
    modules: &'p Modules,
    values: value::KnownValues<'p>,
    callees: callees::Callees<'p>,
    stars: stars::Stars,
    written: places::WrittenPlaces,
    tested: tested::TestedPlaces,
    lasting: lasting::LastingConditions,
    browser_only: browser::BrowserOnly,
    frequencies: lifetime::Frequencies,
    global_writes: lifetime::GlobalWrites,
    constructions: lifetime::Constructions,
}

impl<'p> Program<'p> {
    /// Links loaded modules: finds the routes in the entry files and follows what they reach.
    #[must_use]
    pub fn link(project: &'p Project, modules: &'p Modules, catalogue: &'p Catalogue) -> Self {
        let mut program = Self {
            project,
            catalogue,
            routes: Vec::new(),
            graph: Graph::empty(modules),
            modules,
            values: value::KnownValues::new(modules),
            callees: callees::Callees::empty(),
            stars: stars::Stars::new(modules),
            written: modules.table.iter().map(|_| OnceLock::new()).collect(),
            tested: tested::TestedPlaces::new(modules),
            lasting: lasting::LastingConditions::new(modules),
            browser_only: browser::BrowserOnly::new(modules),
            frequencies: lifetime::Frequencies::default(),
            global_writes: lifetime::GlobalWrites::default(),
            constructions: lifetime::Constructions::default(),
        };
        program.callees = callees::Callees::new(&program, modules);
        program.routes = entries::routes(&program);
        program.graph = reach::reach(&program);
        program
    }

    /// A loaded module.
    #[must_use]
    pub fn module(&self, file: FileId) -> Option<&'p Module> {
        self.modules.table.get(file.index())?.as_deref()
    }

    /// The loaded modules in the order of their files.
    pub fn modules(&self) -> impl Iterator<Item = (FileId, &'p Module)> {
        let modules: &'p Modules = self.modules;
        (0..).map(FileId).zip(&modules.table).filter_map(|(file, module)| Some((file, module.as_deref()?)))
    }

    /// Whether a function runs in any phase.
    #[must_use]
    pub fn runs(&self, function: FunctionRef) -> bool {
        [Phase::Init, Phase::Request, Phase::AfterResponse]
            .into_iter()
            .any(|phase| self.graph.code(function, phase).is_some())
    }

    /// The place of an edge in its file.
    #[must_use]
    pub fn span_of_edge(&self, edge: &Edge) -> Span {
        let Some(module) = self.module(edge.file) else { return Span::default() };
        match edge.at {
            At::Site(site) => module.facts.site(site).span,
            At::Expr(expr) => module.facts.span_of(expr),
            At::Request(request) => module.facts.request(request).span,
            At::Span(span) => span,
        }
    }

    /// The function that evaluates an expression.
    #[must_use]
    pub fn function_of_expr(&self, at: ExprRef) -> FunctionId {
        self.module(at.file).map_or(FunctionId::MODULE, |m| m.function_of(at.id))
    }

    /// A function's name for messages: its own, or that of what it is stored in; empty if it has none.
    #[must_use]
    pub fn function_name(&self, function: FunctionRef) -> &'p str {
        let Some(module) = self.module(function.file) else { return "" };
        module.facts.function(function.id).name.map_or("", |name| module.facts.text(name))
    }
}
