//! The list of rules.

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
    vec![format!("{:column$}", rule.id), severity, title]
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
