//! Edges as they are kept: there are more of them than of anything else.

use super::{At, Edge, How, NodeId, Source};
use crate::diagnostic::RouteId;
use crate::facts::{ExprId, RequestId, SiteId};
use crate::span::FileId;

/// An [`Edge`] in twelve bytes. Nearly all start at a node, at a place in the module of that node; of others only
/// the start is here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The number of the node or route.
    from: u32,
    /// The number of what `kind` says.
    at: u32,
    kind: Kind,
    how: How,
}

/// What the numbers of a [`Link`] mean.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// From a node, at a site of its module.
    Site,
    /// From a node, at an expression of its module.
    Expr,
    /// From a node, at a request of its module.
    Request,
    /// From a node; `at` is an index of [`Links`].
    Node,
    /// From a route; `at` is an index of [`Links`].
    Route,
}

impl Link {
    /// Where it starts.
    pub(super) const fn source(self) -> Source {
        match self.kind {
            Kind::Route => Source::Route(RouteId(self.from)),
            _ => Source::Node(NodeId(self.from)),
        }
    }
}

/// The edges that need more room than a [`Link`] has.
#[derive(Debug, Default)]
pub(super) struct Links(Vec<Edge>);

impl Links {
    /// Makes an edge small. `file` is the module of the node that it starts from.
    pub(super) fn link(&mut self, edge: Edge, file: Option<FileId>) -> Link {
        let (from, is_node) = match edge.from {
            Source::Node(node) => (node.0, true),
            Source::Route(route) => (route.0, false),
        };
        let (kind, at) = match edge.at {
            _ if !is_node => (Kind::Route, self.keep(edge)),
            _ if edge.through.is_some() || file != Some(edge.file) => (Kind::Node, self.keep(edge)),
            At::Site(id) => (Kind::Site, id.0),
            At::Expr(id) => (Kind::Expr, id.0),
            At::Request(id) => (Kind::Request, id.0),
            At::Span(_) => (Kind::Node, self.keep(edge)),
        };
        Link { from, at, kind, how: edge.how }
    }

    fn keep(&mut self, edge: Edge) -> u32 {
        self.0.push(edge);
        u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX)
    }

    /// The edge of a link; `file` tells the module of a node.
    pub(super) fn edge(&self, link: Link, file: impl Fn(NodeId) -> FileId) -> Edge {
        let at = match link.kind {
            Kind::Site => At::Site(SiteId(link.at)),
            Kind::Expr => At::Expr(ExprId(link.at)),
            Kind::Request => At::Request(RequestId(link.at)),
            Kind::Node | Kind::Route => return self.0[link.at as usize],
        };
        let from = NodeId(link.from);
        Edge { from: Source::Node(from), file: file(from), at, through: None, how: link.how }
    }
}
