//! The report as Markdown: a comment on a pull request, or the summary of a GitHub job.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::diagnostic::Severity;

use super::escape::one_line;
use super::format::View;
use super::groups::{Group, Member, groups, tally, worst_first};
use super::markdown_inline::{cell, code, paragraphs, prose};
use super::model::{Diagnostic, Report, Summary};
use super::sarif::uri;
use super::statistics::{Count, HEADS, by_family, by_rule, cells};
use super::style::count;

/// GitHub takes 65,536 characters in a comment; this leaves room for what a script adds.
pub const COMMENT_LIMIT: usize = 60_000;
/// Room kept for the last lines.
const FOOTER: usize = 2_000;
/// Places and routes named before the rest are only counted.
const NAMED: usize = 3;

/// Writes the report as Markdown of at most `limit` bytes: a table of the findings, below it what to do about
/// each. What does not fit is counted.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_markdown_report(
    report: &Report,
    view: &View,
    limit: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut page = Text { text: String::new(), room: limit };
    body(report, view, limit, &mut page);
    out.write_all(page.text.as_bytes())
}

/// What was found, on a page that may have something else above it.
pub(super) fn body(report: &Report, view: &View, limit: usize, page: &mut Text) {
    page.room = limit.saturating_sub(FOOTER);
    page.force(&heading(report));
    if view.statistics {
        statistics(report, page);
    } else {
        findings(report, view, page);
    }
    if !view.quiet {
        footer(report, limit, page);
    }
}

/// Markdown that grows to a limit.
pub(super) struct Text {
    pub(super) text: String,
    pub(super) room: usize,
}

impl Text {
    /// Adds a piece whatever its size.
    pub(super) fn force(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    /// Adds a piece if there is room for it.
    pub(super) fn push(&mut self, piece: &str) -> bool {
        let fits = self.text.len() + piece.len() <= self.room;
        if fits {
            self.text.push_str(piece);
        }
        fits
    }
}

fn heading(report: &Report) -> String {
    let found = tally(report.diagnostics.iter());
    format!("### routelint: {}\n", if found.is_empty() { "no problems found" } else { &found })
}

fn findings(report: &Report, view: &View, page: &mut Text) {
    let groups = groups(worst_first(report), view.group_by);
    let total: usize = groups.iter().map(|group| group.members.len()).sum();
    let mut listed = 0;
    let mut shown: Vec<&Diagnostic> = Vec::new();
    for group in &groups {
        listed += table(report, view, group, page, &mut shown);
    }
    if listed < total {
        page.force(&format!(
            "\n{} not listed here: there is no room.\n",
            count(total - listed, "more finding")
        ));
    }
    details(report, &shown, page);
}

/// One group's rows; returns how many of its findings had room.
fn table<'a>(
    report: &Report,
    view: &View,
    group: &Group<'a>,
    page: &mut Text,
    shown: &mut Vec<&'a Diagnostic>,
) -> usize {
    let mut head = String::from("\n");
    if !group.title.is_empty() {
        let found = tally(group.members.iter().map(|member| member.diagnostic));
        head.push_str(&format!("#### {}: {found}\n\n", code(&group.title)));
    }
    head.push_str("| | Rule | Where | What |\n|---|---|---|---|\n");
    let mut listed = 0;
    for Member { diagnostic, again } in &group.members {
        let row = row(report, view, diagnostic);
        let piece = if listed == 0 { format!("{head}{row}") } else { row };
        if !page.push(&piece) {
            break;
        }
        listed += 1;
        if !again {
            shown.push(diagnostic);
        }
    }
    listed
}

fn row(report: &Report, view: &View, diagnostic: &Diagnostic) -> String {
    format!(
        "| {} | {} | {} | {} |\n",
        sign(diagnostic.severity),
        rule_link(diagnostic.rule.id, diagnostic.rule.url().as_deref()),
        cell(&linked_place(report, view, diagnostic)),
        cell(&prose(&diagnostic.message)),
    )
}

const fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "❌ error",
        Severity::Warning => "⚠️ warning",
        Severity::Info => "ℹ️ info",
    }
}

/// A rule's id, which leads to its page if that is published.
fn rule_link(id: &str, url: Option<&str>) -> String {
    url.map_or_else(|| code(id), |url| format!("[{id}]({url})"))
}

/// The place, and where it can be read if the view knows.
fn linked_place(report: &Report, view: &View, diagnostic: &Diagnostic) -> String {
    linked(report, view, &place(report, diagnostic), &diagnostic.place.file, diagnostic.place.position().line)
}

/// A name of a place, which leads there if the view knows where files can be read.
pub(super) fn linked(report: &Report, view: &View, name: &str, file: &str, line: u32) -> String {
    let name = code(name);
    let Some(sources) = &view.sources else { return name };
    format!("[{name}]({sources}/{}#L{line})", uri(report, file))
}

fn place(report: &Report, diagnostic: &Diagnostic) -> String {
    let position = diagnostic.place.position();
    format!("{}:{}:{}", report.repository_path(&diagnostic.place.file), position.line, position.column)
}

/// What to do, folded: once for all findings that ask for the same, as many as there is room for.
fn details(report: &Report, shown: &[&Diagnostic], page: &mut Text) {
    const END: &str = "</details>\n";
    let mut open = false;
    for found in same_help(shown) {
        let mut piece = String::new();
        if !open {
            piece.push_str("\n<details><summary>What to do</summary>\n\n");
        }
        let Some(&first) = found.first() else { continue };
        let places = some(found.iter().map(|diagnostic| place(report, diagnostic)));
        piece.push_str(&format!("**{}** at {places}", rule_link(first.rule.id, first.rule.url().as_deref())));
        let routes: BTreeSet<&String> = found.iter().flat_map(|diagnostic| &diagnostic.routes).collect();
        if !routes.is_empty() {
            piece.push_str(&format!(", reached from {}", some(routes.into_iter().cloned())));
        }
        piece.push_str(&format!("\n\n{}\n", paragraphs(&first.help)));
        if page.text.len() + piece.len() + END.len() > page.room || !page.push(&piece) {
            break;
        }
        open = true;
    }
    if open {
        page.force(END);
    }
}

/// Findings of one rule with the same help together, in the order of the first of each.
fn same_help<'a>(shown: &[&'a Diagnostic]) -> Vec<Vec<&'a Diagnostic>> {
    let mut order: Vec<Vec<&Diagnostic>> = Vec::new();
    let mut index: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for &diagnostic in shown {
        let at = *index.entry((diagnostic.rule.id, &diagnostic.help)).or_insert(order.len());
        match order.get_mut(at) {
            Some(found) => found.push(diagnostic),
            None => order.push(vec![diagnostic]),
        }
    }
    order
}

/// The first few names as code, and how many more there are.
fn some(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let named: Vec<String> = names.take(NAMED).map(|name| code(&name)).collect();
    if more == 0 { named.join(", ") } else { format!("{} and {more} more", named.join(", ")) }
}

fn statistics(report: &Report, page: &mut Text) {
    if report.diagnostics.is_empty() {
        return;
    }
    let row = |first: String, count: &Count<'_>| format!("| {first} | {} |\n", cells(count).join(" | "));
    for (head, counts) in [("Rule", by_rule(report)), ("Family", by_family(report))] {
        page.push(&format!("\n| {head} | {} |\n|---|--:|--:|--:|--:|--:|\n", HEADS.join(" | ")));
        for count in &counts {
            let url = count.url.as_deref();
            let first =
                if count.family.is_empty() { count.name.to_owned() } else { rule_link(count.name, url) };
            page.push(&row(first, count));
        }
    }
}

/// What was looked at and what is not shown.
fn footer(report: &Report, limit: usize, page: &mut Text) {
    page.room = limit.saturating_sub(FOOTER / 4);
    for warning in &report.warnings {
        page.push(&format!("\n> {}\n", prose(&format!("warning: {warning}"))));
    }
    let Summary { files, routes, hidden, suppressed, baselined, .. } = report.summary;
    let mut parts = vec![count(files, "file"), count(routes, "route"), format!("{hidden} hidden")];
    parts.push(format!("{suppressed} suppressed"));
    if baselined > 0 {
        parts.push(format!("{baselined} in the baseline"));
    }
    let targets: Vec<String> = report
        .apps
        .iter()
        .map(|app| (report.repository_path(&app.root), &app.target))
        .map(|(root, target)| {
            format!("{} → {}", code(if root.is_empty() { "." } else { &root }), one_line(target))
        })
        .take(10)
        .collect();
    if !targets.is_empty() {
        page.push(&format!("\n{}\n", targets.join(", ")));
    }
    page.room = limit;
    page.push(&format!("\n{}\n", parts.join(" · ")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::GroupBy;
    use crate::report::sample::report;

    fn written(report: &Report, view: &View, limit: usize) -> String {
        let mut out = Vec::new();
        write_markdown_report(report, view, limit, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_comment_lists_findings_and_folds_what_to_do() {
        insta::assert_snapshot!(written(&report(), &View::default(), COMMENT_LIMIT), @r#"
        ### routelint: 1 error, 1 warning

        | | Rule | Where | What |
        |---|---|---|---|
        | ❌ error | [per-request-client](https://github.com/routelint/routelint/blob/main/rules/per-request-client.md) | `apps/lib/db "it's" 100%.ts:4:50` | Each request makes a new `PrismaClient`, and with it a new connection pool. |
        | ⚠️ warning | [in-memory-store](https://github.com/routelint/routelint/blob/main/rules/in-memory-store.md) | `apps/app/api/users/[id]/route.ts:4:24` | Each request makes a new `PrismaClient`, and with it a new connection pool. |

        <details><summary>What to do</summary>

        **[per-request-client](https://github.com/routelint/routelint/blob/main/rules/per-request-client.md)** at `apps/lib/db "it's" 100%.ts:4:50`, reached from `/api/r1/[id]`, `/api/r10/[id]`, `/api/r11/[id]` and 37 more

        Create the client once, outside of the handler:

        ```ts
        export const db = globalThis.db ?? new PrismaClient()
        ```
        - on Vercel, call `attachDatabasePool(pool)` from `@vercel/functions` so that idle connections close before the instance is suspended

        **[in-memory-store](https://github.com/routelint/routelint/blob/main/rules/in-memory-store.md)** at `apps/app/api/users/[id]/route.ts:4:24`

        Create the client once in a module and import it.

        </details>

        > warning: tsconfig.json:3:5: expected `,`; its `paths` are ignored \\x1b\[2J

        `apps/web` → vercel

        412 files · 38 routes · 9 hidden · 0 suppressed
        "#);
    }

    #[test]
    fn groups_and_statistics_are_tables() {
        let view = View { sources: Some("https://x/blob/1".into()), ..View::default() };
        let text = written(&report(), &view, COMMENT_LIMIT);
        assert!(text.contains(
            "| [`apps/app/api/users/[id]/route.ts:4:24`](https://x/blob/1/apps/app/api/users/%5Bid%5D/route.ts#L4) |"
        ));
        let view = View { group_by: Some(GroupBy::Family), ..View::default() };
        let text = written(&report(), &view, COMMENT_LIMIT);
        assert!(text.contains("\n#### `clients`: 1 error\n") && text.contains("\n#### `state`: 1 warning\n"));
        let view = View { statistics: true, quiet: true, ..View::default() };
        insta::assert_snapshot!(written(&report(), &view, COMMENT_LIMIT), @r#"
        ### routelint: 1 error, 1 warning

        | Rule | Errors | Warnings | Infos | Files | Routes |
        |---|--:|--:|--:|--:|--:|
        | [in-memory-store](https://github.com/routelint/routelint/blob/main/rules/in-memory-store.md) | - | 1 | - | 1 | - |
        | [per-request-client](https://github.com/routelint/routelint/blob/main/rules/per-request-client.md) | 1 | - | - | 1 | 40 |

        | Family | Errors | Warnings | Infos | Files | Routes |
        |---|--:|--:|--:|--:|--:|
        | clients | 1 | - | - | 1 | 40 |
        | state | - | 1 | - | 1 | - |
        "#);
    }

    #[test]
    fn whatever_the_size_the_limit_holds_and_nothing_is_lost_silently() {
        let mut report = report();
        let found = report.diagnostics[0].clone();
        report.diagnostics.extend(vec![found; 5000]);
        for limit in [3_000, COMMENT_LIMIT, 1 << 20] {
            let text = written(&report, &View::default(), limit);
            assert!(text.len() <= limit, "{} > {limit}", text.len());
            let rows = text.matches("\n| ❌").count() + text.matches("\n| ⚠️").count();
            let missing = format!("{} more findings not listed here", 5002 - rows);
            assert!(rows == 5002 || text.contains(&missing), "{rows}");
            assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
            assert!(text.ends_with("suppressed\n"));
        }
    }

    #[test]
    fn names_of_files_notify_nobody_and_break_no_table() {
        let mut report = report();
        report.diagnostics[0].place.file = "app/@octocat/`|<b>.ts".into();
        report.diagnostics[0].message = "hello @octocat <img src=x> | #12".into();
        let text = written(&report, &View::default(), COMMENT_LIMIT);
        assert!(text.contains("| ``apps/app/@octocat/`\\|<b>.ts:4:50`` |"), "{text}");
        assert!(text.contains("| hello @&#8203;octocat &lt;img src=x&gt; \\| #&#8203;12 |"), "{text}");
    }
}
