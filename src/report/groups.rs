//! Findings put together by what the reader works through: files, rules, routes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::ptr;

use crate::diagnostic::Severity;

use super::format::GroupBy;
use super::model::{Diagnostic, Report};
use super::style::count;

/// What code that no route names is listed under.
const NO_ROUTE: &str = "no route";

/// Findings below one heading, in the order that they came.
pub(super) struct Group<'a> {
    /// The file, rule, route …; empty if nothing is grouped.
    pub(super) title: String,
    pub(super) members: Vec<Member<'a>>,
}

/// A finding in a group.
pub(super) struct Member<'a> {
    pub(super) diagnostic: &'a Diagnostic,
    /// It stood in an earlier group: a finding has many routes.
    pub(super) again: bool,
}

/// The groups of findings; one without a title if none are asked for, none if there are no findings.
pub(super) fn groups<'a>(
    diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
    by: Option<GroupBy>,
) -> Vec<Group<'a>> {
    let mut found: BTreeMap<(Reverse<Severity>, String), Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        for key in keys(diagnostic, by) {
            found.entry(key).or_default().push(diagnostic);
        }
    }
    let mut seen = HashSet::new();
    let mut member = |diagnostic| Member { diagnostic, again: !seen.insert(ptr::from_ref(diagnostic)) };
    let group = |((_, title), members): (_, Vec<_>)| Group {
        title,
        members: members.into_iter().map(&mut member).collect(),
    };
    found.into_iter().map(group).collect()
}

/// The groups that a finding belongs to: their titles, and a severity only where groups are sorted by it.
fn keys(diagnostic: &Diagnostic, by: Option<GroupBy>) -> Vec<(Reverse<Severity>, String)> {
    let any = Reverse(Severity::Info);
    let title = match by {
        None => String::new(),
        Some(GroupBy::File) => diagnostic.place.file.clone(),
        Some(GroupBy::Rule) => diagnostic.rule.id.to_owned(),
        Some(GroupBy::Family) => diagnostic.rule.family.to_owned(),
        Some(GroupBy::Severity) => {
            return vec![(Reverse(diagnostic.severity), diagnostic.severity.as_str().to_owned())];
        }
        Some(GroupBy::Route) if diagnostic.routes.is_empty() => NO_ROUTE.to_owned(),
        Some(GroupBy::Route) => return diagnostic.routes.iter().map(|route| (any, route.clone())).collect(),
    };
    vec![(any, title)]
}

/// `2 errors, 1 info`: how many there are of each severity, worst first.
pub(super) fn tally<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic> + Clone) -> String {
    let number = |severity| diagnostics.clone().filter(|found| found.severity == severity).count();
    let graded = [Severity::Error, Severity::Warning, Severity::Info];
    let parts: Vec<String> = graded
        .into_iter()
        .map(|severity| (severity, number(severity)))
        .filter(|&(_, number)| number > 0)
        .map(|(severity, number)| match severity {
            Severity::Info => format!("{number} info"),
            _ => count(number, severity.as_str()),
        })
        .collect();
    parts.join(", ")
}

/// The findings with the gravest and surest first, else in the report's order: what a limit must not cut.
pub(super) fn worst_first(report: &Report) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = report.diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| (Reverse(diagnostic.severity), Reverse(diagnostic.confidence)));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;

    fn titles(by: Option<GroupBy>) -> Vec<String> {
        let report = report();
        groups(&report.diagnostics, by)
            .iter()
            .map(|group| format!("{} {}", group.title, group.members.len()))
            .collect()
    }

    #[test]
    fn groups_are_sorted_by_title_and_severities_by_weight() {
        assert_eq!(titles(None), [" 2"]);
        assert_eq!(titles(Some(GroupBy::Rule)), ["in-memory-store 1", "per-request-client 1"]);
        assert_eq!(titles(Some(GroupBy::Family)), ["clients 1", "state 1"]);
        assert_eq!(titles(Some(GroupBy::Severity)), ["error 1", "warning 1"]);
        assert_eq!(
            titles(Some(GroupBy::File)),
            ["app/api/users/[id]/route.ts 1", "lib/db \"it's\" 100%.ts 1"]
        );
    }

    #[test]
    fn a_finding_stands_below_each_of_its_routes_and_is_new_once() {
        let report = report();
        let groups = groups(&report.diagnostics, Some(GroupBy::Route));
        assert_eq!(groups.len(), 41);
        assert_eq!(groups.last().map(|group| group.title.as_str()), Some(NO_ROUTE));
        let new = groups.iter().flat_map(|group| &group.members).filter(|member| !member.again).count();
        assert_eq!(new, report.diagnostics.len());
    }

    #[test]
    fn the_gravest_come_first() {
        let mut report = report();
        report.diagnostics.reverse();
        assert_eq!(worst_first(&report)[0].severity, Severity::Error);
        assert_eq!(tally(report.diagnostics.iter()), "1 error, 1 warning");
    }
}
