//! Counts per rule and family.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::diagnostic::Severity;

use super::model::{Diagnostic, Report};
use super::style::Page;
use super::table::table;

/// What was found of one rule or family.
pub(super) struct Count<'a> {
    /// The rule's id, or the family.
    pub(super) name: &'a str,
    /// The rule's family; empty for a family.
    pub(super) family: &'a str,
    /// Where the rule's page is published.
    pub(super) url: Option<String>,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) infos: usize,
    /// Files with findings of it.
    pub(super) files: usize,
    /// Routes that reach them.
    pub(super) routes: usize,
}

/// Counts per rule that found something, most first.
pub(super) fn by_rule(report: &Report) -> Vec<Count<'_>> {
    counts(report, |Diagnostic { rule, .. }| (rule.id, rule.family, rule.url()))
}

/// Counts per family that found something, most first.
pub(super) fn by_family(report: &Report) -> Vec<Count<'_>> {
    counts(report, |diagnostic| (diagnostic.rule.family, "", None))
}

fn counts<'a>(
    report: &'a Report,
    key: impl Fn(&'a Diagnostic) -> (&'a str, &'a str, Option<String>),
) -> Vec<Count<'a>> {
    let mut found: BTreeMap<_, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        found.entry(key(diagnostic)).or_default().push(diagnostic);
    }
    let mut counts: Vec<Count<'_>> = found
        .into_iter()
        .map(|((name, family, url), all)| {
            let of = |severity| all.iter().filter(|diagnostic| diagnostic.severity == severity).count();
            let files: BTreeSet<&str> = all.iter().map(|diagnostic| &*diagnostic.place.file).collect();
            let routes: BTreeSet<&String> = all.iter().flat_map(|diagnostic| &diagnostic.routes).collect();
            Count {
                name,
                family,
                url,
                errors: of(Severity::Error),
                warnings: of(Severity::Warning),
                infos: of(Severity::Info),
                files: files.len(),
                routes: routes.len(),
            }
        })
        .collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.errors + count.warnings + count.infos));
    counts
}

/// The heads of the columns with numbers.
pub(super) const HEADS: [&str; 5] = ["Errors", "Warnings", "Infos", "Files", "Routes"];

/// The numbers of a row, nothing as a dash.
pub(super) fn cells(count: &Count<'_>) -> [String; 5] {
    [count.errors, count.warnings, count.infos, count.files, count.routes]
        .map(|number| if number == 0 { "-".to_owned() } else { number.to_string() })
}

/// Writes both tables; nothing if nothing was found.
pub(super) fn write_statistics(report: &Report, page: Page, out: &mut impl Write) -> io::Result<()> {
    if report.diagnostics.is_empty() {
        return Ok(());
    }
    let rows = |counts: Vec<Count<'_>>| -> Vec<Vec<String>> {
        let name = |count: &Count<'_>| page.hyperlink(count.name, count.url.as_deref());
        counts.iter().map(|count| [name(count)].into_iter().chain(cells(count)).collect()).collect()
    };
    // One table, so that the columns of rules and families line up.
    let mut all = rows(by_rule(report));
    let rules = all.len();
    all.extend(rows(by_family(report)));
    let heads: Vec<&str> = ["Rule"].into_iter().chain(HEADS).collect();
    let text = table(page, "", &heads, &all);
    for (index, line) in text.lines().enumerate() {
        if index == rules + 1 {
            writeln!(out, "\n{}", page.dim("Family"))?;
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;

    #[test]
    fn rules_and_families_are_counted() {
        let mut report = report();
        report.diagnostics.push(report.diagnostics[1].clone());
        let mut out = Vec::new();
        write_statistics(&report, Page::default(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        Rule                Errors  Warnings  Infos  Files  Routes
        in-memory-store     -       2         -      1      -
        per-request-client  1       -         -      1      40

        Family
        state               -       2         -      1      -
        clients             1       -         -      1      40
        "#);
    }
}
