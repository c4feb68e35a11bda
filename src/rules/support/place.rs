//! From a construct somewhere in the program to a finding: which run of it counts, and the way there.

use super::judge::{Verdict, Words, finding, judge, meta};
use crate::diagnostic::{Confidence, Finding, Severity};
use crate::link::{Edge, FunctionRef, How, Item, NodeId, Phase, Program, Route, Source};
use crate::project::Target;
use crate::span::Location;

/// Code that a request makes run.
pub(crate) const PER_REQUEST: &[Phase] = &[Phase::Request, Phase::AfterResponse];
/// Code that runs at all; what requests make run goes first.
pub(crate) const ANY: &[Phase] = &[Phase::Request, Phase::AfterResponse, Phase::Init];

/// A construct and the run of it that counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occurrence {
    /// The construct in the source.
    pub at: Location,
    /// The function whose run does it.
    pub function: FunctionRef,
    /// That run.
    pub node: NodeId,
    /// When it is.
    pub phase: Phase,
}

/// The first of these phases in which a function runs.
pub(crate) fn occurrence(
    program: &Program<'_>,
    at: Location,
    function: FunctionRef,
    phases: &[Phase],
) -> Option<Occurrence> {
    phases.iter().find_map(|&phase| {
        let node = program.graph.code(function, phase)?;
        Some(Occurrence { at, function, node, phase })
    })
}

/// Judges an occurrence for the routes that lead to it.
pub(crate) fn verdict(
    program: &Program<'_>,
    rule: &str,
    occurrence: Occurrence,
    matters: impl Fn(&Route, Target) -> bool,
) -> Option<Verdict> {
    judge(program, meta(rule)?, &program.graph.routes_to(occurrence.node), matters)
}

/// A finding for an occurrence, with the shortest way to it.
pub(crate) fn found(
    program: &Program<'_>,
    rule: &str,
    occurrence: Occurrence,
    verdict: Verdict,
    words: Words,
) -> Option<Finding> {
    let path = program.graph.path_from(&verdict.routes, occurrence.node);
    Some(finding(program, meta(rule)?, (occurrence.at, occurrence.function, path.as_slice()), verdict, words))
}

impl Verdict {
    /// The same verdict, no graver than `severity`.
    #[must_use]
    pub(crate) fn at_most(self, severity: Severity) -> Self {
        Self { severity: self.severity.min(severity), ..self }
    }
}

/// The same finding, no surer than `confidence`.
pub(crate) fn no_surer_than(mut finding: Finding, confidence: Confidence) -> Finding {
    finding.confidence = finding.confidence.min(confidence);
    finding
}

/// Whether a way is one of calls that were followed, from the handler on. A callback counts that is written where
/// it is handed over: whoever gets it is there to call it.
pub(crate) fn is_followed(program: &Program<'_>, path: &[(Edge, NodeId)]) -> bool {
    let is_code = |node: NodeId| match program.graph.node(node).item {
        Item::Code(function) => Some(function),
        Item::Value(_) => None,
    };
    // How wrappers and exports lead to the handler itself does not matter.
    let handler = path.iter().position(|(_, node)| is_code(*node).is_some());
    path.iter().skip(handler.map_or(0, |at| at + 1)).all(|(edge, node)| match edge.how {
        How::Calls | How::Handles | How::Imports => true,
        How::Uses | How::Memoised => {
            let Source::Node(from) = edge.from else { return false };
            let (Some(outer), Some(inner)) = (is_code(from), is_code(*node)) else { return false };
            let module = program.module(inner.file);
            inner.file == outer.file
                && module.is_some_and(|module| module.facts.function(inner.id).parent == Some(outer.id))
        }
    })
}
