//! The list of rules.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::diagnostic::{Confidence, Severity};
use crate::project::Target;
use crate::rules::{RuleMeta, Status};

use super::json_write::write_value;
use super::style::{Page, columns};
use super::table::table;

/// Writes the rules by family with their severity on a target.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_rules(rules: &[&RuleMeta], target: Target, page: Page, out: &mut impl Write) -> io::Result<()> {
    let column = rules.iter().map(|rule| columns(rule.id)).max().unwrap_or(0);
    for (index, family) in rules.chunk_by(|a, b| a.family == b.family).enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", page.bold(family.first().map_or("", |rule| rule.family)))?;
        let rows: Vec<Vec<String>> = family.iter().map(|rule| row(rule, target, page, column)).collect();
        out.write_all(table(page, "  ", &[], &rows).as_bytes())?;
    }
    let note = format!(
        "\nSeverities on {}; `-` where the construct is right. Rules marked opt-in run with --rule. \
         `routelint explain <rule>` shows a rule's page.",
        target.as_str()
    );
    writeln!(out, "{}", page.wrap(&note, "", ""))
}

fn row(rule: &RuleMeta, target: Target, page: Page, column: usize) -> Vec<String> {
    let severity = rule
        .severity_on(target)
        // As wide as the widest, so that the columns of all families line up.
        .map_or_else(
            || page.dim("-      "),
            |severity| page.severity(severity, &format!("{:7}", severity.as_str())),
        );
    let title = match rule.status {
        Status::Stable => rule.title.to_owned(),
        Status::OptIn => format!("{} {}", rule.title, page.dim("(opt-in)")),
    };
    let id =
        page.hyperlink(rule.id, rule.url().as_deref()) + &" ".repeat(column.saturating_sub(columns(rule.id)));
    vec![id, severity, title]
}

/// One rule in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonRule<'a> {
    id: &'a str,
    family: &'a str,
    title: &'a str,
    severity: Option<Severity>,
    confidence: Confidence,
    opt_in: bool,
    since: &'a str,
}

/// Writes the rules as a JSON array.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_rules_json(rules: &[&RuleMeta], target: Target, out: &mut impl Write) -> io::Result<()> {
    let rules: Vec<JsonRule<'_>> = rules
        .iter()
        .map(|rule| JsonRule {
            id: rule.id,
            family: rule.family,
            title: rule.title,
            severity: rule.severity_on(target),
            confidence: rule.confidence,
            opt_in: rule.status == Status::OptIn,
            since: rule.since,
        })
        .collect();
    write_value(&rules, out)
}

/// Everything that is known of a rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonPage<'a> {
    id: &'a str,
    family: &'a str,
    title: &'a str,
    /// By target; `null` where the construct is right.
    severity: BTreeMap<&'static str, Option<Severity>>,
    confidence: Confidence,
    opt_in: bool,
    since: &'a str,
    /// Where the page is published; `null` for a rule of the team's own.
    url: Option<String>,
    /// Markdown.
    page: &'a str,
}

/// Writes one rule with its page as JSON.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_rule_json(rule: &RuleMeta, out: &mut impl Write) -> io::Result<()> {
    let page = JsonPage {
        id: rule.id,
        family: rule.family,
        title: rule.title,
        severity: Target::ALL.map(|target| (target.as_str(), rule.severity_on(target))).into(),
        confidence: rule.confidence,
        opt_in: rule.status == Status::OptIn,
        since: rule.since,
        url: rule.url(),
        page: rule.page,
    };
    write_value(&page, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{CLIENT, STORE};

    #[test]
    fn a_rule_is_told_with_its_page_and_all_targets() {
        let mut out = Vec::new();
        write_rule_json(&STORE, &mut out).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(json["severity"].as_object().unwrap().len(), Target::ALL.len());
        assert_eq!((&json["severity"]["vercel"], &json["optIn"]), (&"warning".into(), &true.into()));
        assert!(json["severity"]["lambda"].is_null());
        assert!(json["url"].as_str().unwrap().ends_with("/rules/in-memory-store.md"), "{json}");
    }

    #[test]
    fn the_list_links_to_pages_without_moving_its_columns() {
        let listed = |page: Page| {
            let mut out = Vec::new();
            write_rules(&[&CLIENT, &STORE], Target::Vercel, page, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let linked = listed(Page { links: true, ..Page::default() });
        assert_eq!(linked.matches("\u{1b}]8;;https://").count(), 2, "{linked}");
        let widths = |text: &str| text.lines().map(columns).collect::<Vec<_>>();
        assert_eq!(widths(&linked), widths(&listed(Page::default())));
    }
}
