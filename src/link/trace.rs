//! Traces: the way from a route to a construct, told step by step.

use crate::diagnostic::Note;
use crate::facts::FunctionKind;
use crate::span::Location;

use super::Program;
use super::graph::{Edge, How, Item, NodeId, Source};
use super::value::FunctionRef;
use crate::facts::Expr;

impl Program<'_> {
    /// The steps from a route to a node, the shortest way that was found.
    #[must_use]
    pub fn trace_to(&self, node: NodeId) -> Vec<Note> {
        let path = self.graph.path_to(node);
        let mut steps: Vec<Note> = Vec::new();
        let mut entry = String::new();
        for (edge, node) in &path {
            if let (Source::Route(_), How::Handles) = (edge.from, edge.how) {
                entry = self.entry_label(edge);
            }
            let Some(message) = self.step(edge, *node, steps.is_empty(), &entry) else { continue };
            let at = Location { file: edge.file, span: edge.span };
            if steps.last().is_none_or(|last| last.at != at) {
                steps.push(Note { at, message });
            }
        }
        steps
    }

    /// `GET /api/users`
    fn entry_label(&self, edge: &Edge) -> String {
        let Source::Route(id) = edge.from else { return String::new() };
        let route = self.route(id);
        let handler = route.handlers.iter().find(|h| h.at == (edge.file, edge.span));
        route.label(handler.map_or("", |h| h.name.as_str()))
    }

    fn step(&self, edge: &Edge, node: NodeId, first: bool, entry: &str) -> Option<String> {
        let subject = if first && !entry.is_empty() { format!("{entry} ") } else { String::new() };
        match (edge.how, self.graph.node(node).item) {
            (How::Handles, _) => Some(format!("{entry} is handled here")),
            (How::Calls, Item::Code(function)) => Some(format!("{subject}{}", self.calls(function))),
            (How::Calls, Item::Value(_)) => Some(format!("{subject}calls this")),
            (How::Imports, Item::Code(function)) => {
                Some(format!("{subject}loads {}", self.project.files.path(function.file)))
            }
            (How::Uses | How::Memoised, Item::Code(function)) => {
                let name = self.function_name(function);
                let what = if name.is_empty() { "this function".to_owned() } else { format!("`{name}`") };
                Some(format!("{subject}runs {what}"))
            }
            (How::Uses | How::Memoised | How::Imports, Item::Value(at)) => {
                let module = self.module(at.file)?;
                let Expr::Local(binding) = module.facts.expr(at.id) else { return None };
                let name = module.facts.text(module.facts.binding(binding).name);
                Some(format!("{subject}uses `{name}`"))
            }
        }
    }

    fn calls(&self, function: FunctionRef) -> String {
        let Some(module) = self.module(function.file) else { return "calls this".to_owned() };
        if let FunctionKind::Constructor(class) | FunctionKind::Fields(class) =
            module.facts.function(function.id).kind
        {
            let name = module.facts.class(class).name.map_or("a class", |name| module.facts.text(name));
            return format!("constructs `{name}`");
        }
        match self.function_name(function) {
            "" => "calls a function".to_owned(),
            name => format!("calls `{name}`"),
        }
    }
}
