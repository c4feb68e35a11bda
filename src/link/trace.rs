//! Traces: the way from a route to a construct, told step by step.

use crate::diagnostic::Note;
use crate::facts::{Expr, FunctionKind};
use crate::span::Location;

use super::Program;
use super::graph::{Edge, How, Item, NodeId, Source};
use super::value::FunctionRef;

impl Program<'_> {
    /// Tells a way from a route to a place, whose own step is the last. The route is named in the first step.
    #[must_use]
    pub fn trace(&self, path: &[(Edge, NodeId)], (place, last): (Location, String)) -> Vec<Note> {
        let mut subject = path.first().map(|(edge, _)| self.entry_label(edge)).unwrap_or_default();
        let mut steps: Vec<Note> = Vec::new();
        let mut inside = false;
        for (edge, node) in path {
            let node = &self.graph.node(*node).item;
            // How wrappers and exports lead to the handler itself is no news.
            if inside && let Some(message) = self.step(edge, *node) {
                let at = Location { file: edge.file, span: self.span_of_edge(edge) };
                if at != place && steps.last().is_none_or(|step| step.at != at) {
                    steps.push(Note { at, message: sentence(&mut subject, &message) });
                }
            }
            inside |= matches!(node, Item::Code(_));
        }
        steps.push(Note { at: place, message: sentence(&mut subject, &last) });
        steps
    }

    /// `GET /api/users`
    fn entry_label(&self, edge: &Edge) -> String {
        let Source::Route(id) = edge.from else { return String::new() };
        let route = self.route(id);
        let at = (edge.file, self.span_of_edge(edge));
        let handler = route.handlers.iter().find(|h| h.at == at);
        match edge.how {
            How::Imports => route.path.clone(),
            _ => route.label(handler.map_or("", |h| h.name.as_str())),
        }
    }

    fn step(&self, edge: &Edge, item: Item) -> Option<String> {
        match (edge.how, item) {
            (How::Calls, Item::Code(function)) => Some(self.calls(function)),
            (How::Calls, Item::Value(_)) => Some("calls this".to_owned()),
            (How::Imports, Item::Code(function)) => {
                Some(format!("loads {}", self.project.files.path(function.file)))
            }
            (How::Uses | How::Memoised | How::Handles, Item::Code(function)) => {
                let name = self.function_name(function);
                let what = if name.is_empty() { "this function".to_owned() } else { format!("`{name}`") };
                Some(format!("runs {what}"))
            }
            (How::Uses | How::Memoised | How::Imports | How::Handles, Item::Value(at)) => {
                let module = self.module(at.file)?;
                let Expr::Local(binding) = module.facts.expr(at.id) else { return None };
                Some(format!("uses `{}`", module.facts.text(module.facts.binding(binding).name)))
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

/// Puts the route before the first step that is told.
fn sentence(subject: &mut String, message: &str) -> String {
    let subject = std::mem::take(subject);
    if subject.is_empty() { message.to_owned() } else { format!("{subject} {message}") }
}
