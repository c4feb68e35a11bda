//! The findings of the page: one section per rule, the gravest first.

use askama::Template;

use crate::diagnostic::Severity;
use crate::report::groups::tally;
use crate::report::model::{Diagnostic, Place, Step};
use crate::rules::RuleMeta;

use super::code::{Line, Painter};
use super::graph::{Graph, Ways};
use super::index::{Entry, Index};
use super::markdown::page_text;
use super::words::{Bit, Block, bits, blocks};

/// Bytes that all findings may take. When they are used up, the rest is told without its code.
const DETAILS: usize = 1000 * 1024;
/// Lines around the construct, and around a step of its trace.
const AROUND: (usize, usize) = (3, 1);
/// Routes that a finding names; the others are counted.
const NAMED: usize = 12;
/// With so few findings, all are open.
const OPEN: usize = 4;

/// The findings of a rule.
pub(super) struct Section<'a> {
    pub(super) rule: &'static RuleMeta,
    /// Where its page is published.
    pub(super) url: Option<String>,
    /// Its page as HTML.
    pub(super) page: String,
    /// `2 errors, 1 warning`
    pub(super) tally: String,
    /// What was found, as HTML.
    pub(super) findings: Vec<String>,
    pub(super) title: Vec<Bit<'a>>,
}

/// One finding.
#[derive(Template)]
#[template(path = "finding.html")]
struct Finding<'a> {
    number: usize,
    anchor: &'a str,
    diagnostic: &'a Diagnostic,
    /// `new` or `known`, if there is an earlier report.
    state: &'static str,
    open: bool,
    /// Whether there was room for code.
    full: bool,
    message: Vec<Bit<'a>>,
    place: String,
    code: Vec<Line>,
    help: Vec<Block<'a>>,
    trace: Vec<Stop<'a>>,
    related: Vec<Stop<'a>>,
    routes: Vec<(usize, &'a str)>,
    more_routes: usize,
    /// The numbers of all routes, for the script: `0-3,7`.
    all_routes: String,
    graph: Option<Graph>,
}

/// A step of a trace, or another place that matters.
struct Stop<'a> {
    place: String,
    file: &'a str,
    message: Vec<Bit<'a>>,
    /// Nothing if it is the construct itself, or there was no room.
    code: Vec<Line>,
}

impl Finding<'_> {
    fn severity(&self) -> &'static str {
        self.diagnostic.severity.as_str()
    }

    /// The files of the trace with the number of the first step in each.
    fn files(&self) -> Vec<(usize, &str)> {
        let mut files: Vec<(usize, &str)> =
            self.trace.iter().enumerate().map(|(index, stop)| (index + 1, stop.file)).collect();
        files.dedup_by_key(|(_, file)| *file);
        files
    }
}

/// The sections of all rules that found something. `state` says of a fingerprint whether it is new.
pub(super) fn sections<'a>(
    index: &'a Index<'a>,
    ways: &mut Ways<'_>,
    state: impl Fn(&str) -> &'static str,
) -> askama::Result<Vec<Section<'a>>> {
    let mut painter = Painter::default();
    let mut forms = Vec::new();
    for (number, entry) in index.findings.iter().enumerate() {
        let mut finding = finding(index, number, ways, &mut painter);
        finding.state = state(&entry.diagnostic.fingerprint);
        let full = finding.render()?;
        finding.shorten();
        forms.push((entry.diagnostic.rule, full, finding.render()?));
    }
    let mut room = DETAILS.saturating_sub(forms.iter().map(|(_, _, short)| short.len()).sum());
    let mut sections: Vec<Section<'a>> = Vec::new();
    for (rule, full, short) in forms {
        let more = full.len().saturating_sub(short.len());
        let html = if more <= room { full } else { short };
        room = room.saturating_sub(more);
        match sections.last_mut().filter(|section| section.rule.id == rule.id) {
            Some(section) => section.findings.push(html),
            None => sections.push(section(index, rule, html)),
        }
    }
    Ok(sections)
}

fn section<'a>(index: &'a Index<'a>, rule: &'static RuleMeta, first: String) -> Section<'a> {
    let of_rule = index.findings.iter().map(|entry| entry.diagnostic);
    Section {
        rule,
        url: rule.url(),
        page: page_text(rule),
        tally: tally(of_rule.filter(|diagnostic| diagnostic.rule.id == rule.id)),
        findings: vec![first],
        title: bits(rule.title),
    }
}

fn finding<'a>(
    index: &'a Index<'a>,
    number: usize,
    ways: &mut Ways<'_>,
    painter: &mut Painter,
) -> Finding<'a> {
    let entry = &index.findings[number];
    let Entry { diagnostic, anchor, routes } = entry;
    let named = routes.iter().take(NAMED).filter_map(|&number| {
        let route = index.routes.get(number)?;
        Some((number, route.path.as_str()))
    });
    let mut stops = |steps: &'a [Step]| -> Vec<Stop<'a>> {
        steps.iter().map(|step| stop(step, &diagnostic.place, painter)).collect()
    };
    Finding {
        number,
        anchor,
        state: "",
        open: index.findings.len() <= OPEN,
        full: true,
        message: bits(&diagnostic.message),
        place: diagnostic.place.link(),
        help: blocks(&diagnostic.help),
        trace: stops(&diagnostic.trace),
        related: stops(&diagnostic.related),
        code: painter.excerpt(&diagnostic.place, AROUND.0),
        routes: named.collect(),
        more_routes: routes.len().saturating_sub(NAMED),
        all_routes: ranges(routes),
        graph: ways.draw(index, entry),
        diagnostic,
    }
}

impl Finding<'_> {
    /// Leaves out what takes most room.
    fn shorten(&mut self) {
        self.full = false;
        self.code.clear();
        self.graph = None;
        for stop in self.trace.iter_mut().chain(&mut self.related) {
            stop.code.clear();
        }
    }
}

fn stop<'a>(step: &'a Step, construct: &Place, painter: &mut Painter) -> Stop<'a> {
    let same = step.place.file == construct.file && step.place.position().line == construct.position().line;
    let code = if same { Vec::new() } else { painter.excerpt(&step.place, AROUND.1) };
    Stop { place: step.place.link(), file: &step.place.file, message: bits(&step.message), code }
}

/// Ascending numbers as ranges: `0-3,7`.
pub(super) fn ranges(numbers: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut().filter(|(_, last)| *last + 1 == number) {
            Some((_, last)) => *last = number,
            None => ranges.push((number, number)),
        }
    }
    let range = |&(first, last): &(usize, usize)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(",")
}

/// The word for a severity's sign.
pub(super) const fn worst(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(severity) => severity.as_str(),
        None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn numbers_that_follow_each_other_are_a_range() {
        assert_eq!(ranges(&[]), "");
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
    }
}
