//! Routes, the modules that they load and the findings in them, as text that a program draws.

use std::io::{self, Write};

use crate::diagnostic::Severity;

use super::graph_dot::write_dot;
use super::graph_mermaid::write_mermaid;
use super::graph_picture::picture;
use super::imports::ImportGraph;
use super::model::Report;

/// Languages of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum GraphFormat {
    /// For Graphviz: `routelint routes --graph dot | dot -Tsvg > routes.svg`
    Dot,
    /// For Mermaid, which GitHub and GitLab draw in Markdown
    Mermaid,
}

/// What is drawn, in no language yet.
#[derive(Debug, Default)]
pub(super) struct Picture {
    /// Titles of the boxes around nodes: one for each app.
    pub(super) boxes: Vec<String>,
    pub(super) nodes: Vec<Node>,
    pub(super) arrows: Vec<Arrow>,
    /// What is left out and how to read it, in words of our own.
    pub(super) notes: Vec<String>,
}

/// A route, several routes of one folder, a module or a package.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The box that it stands in, by index; `None` for what belongs to no app.
    pub(super) inside: Option<usize>,
    /// What is written in it; may hold anything.
    pub(super) lines: Vec<String>,
    /// The worst of its findings.
    pub(super) worst: Option<Severity>,
}

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Route,
    Module,
    Package,
}

/// An arrow between two nodes, by index: the first loads the second.
#[derive(Debug)]
pub(super) struct Arrow {
    pub(super) from: usize,
    pub(super) to: usize,
    /// It lies on a way from a route to a finding that the route runs into.
    pub(super) way: bool,
}

/// Writes the picture of a project.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_graph(
    report: &Report,
    imports: &ImportGraph,
    format: GraphFormat,
    out: &mut impl Write,
) -> io::Result<()> {
    let picture = picture(report, imports);
    match format {
        GraphFormat::Dot => write_dot(&picture, out),
        GraphFormat::Mermaid => write_mermaid(&picture, out),
    }
}
