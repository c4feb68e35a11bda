//! The rules of a SARIF log: GitHub shows their pages beside the alerts.

use crate::diagnostic::{Confidence, Severity};
use crate::project::Target;
use crate::rules::RuleMeta;

use super::sarif_model::{Configuration, Help, Rule, RuleProperties, Text};

/// GitHub's limit for descriptions, in characters.
const DESCRIPTION: usize = 1024;

pub(super) fn rule(meta: &RuleMeta) -> Rule<'_> {
    // GitHub refuses empty texts.
    let page = if meta.page.trim().is_empty() { meta.title } else { meta.page };
    let severity = usual_severity(meta);
    Rule {
        id: meta.id,
        name: pascal_case(meta.id),
        short_description: Text { text: sentence(meta.title).into() },
        full_description: Text { text: sentence(first_paragraph(page).unwrap_or(meta.title)).into() },
        help: Help { text: page, markdown: page },
        help_uri: meta.url(),
        default_configuration: Configuration { level: level(severity) },
        properties: RuleProperties {
            tags: ["serverless", meta.family],
            precision: match meta.confidence {
                Confidence::High => "high",
                Confidence::Medium => "medium",
                Confidence::Low => "low",
            },
            problem_severity: match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    }
}

pub(super) const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// Severity on the platform that is assumed when none is known, else the gravest.
fn usual_severity(meta: &RuleMeta) -> Severity {
    let gravest = || meta.severity.iter().flatten().max().copied();
    meta.severity_on(Target::Lambda).or_else(gravest).unwrap_or(Severity::Info)
}

/// `per-request-client` → `PerRequestClient`.
fn pascal_case(id: &str) -> String {
    let mut start = true;
    let mut name = String::with_capacity(id.len());
    for c in id.chars() {
        match (c, start) {
            ('-', _) => {}
            (c, true) => name.push(c.to_ascii_uppercase()),
            (c, false) => name.push(c),
        }
        start = c == '-';
    }
    name
}

/// The first paragraph of a page that is prose.
fn first_paragraph(page: &str) -> Option<&str> {
    let blocks = page.split("\n\n").map(str::trim);
    blocks.into_iter().find(|block| !block.is_empty() && !block.starts_with(['#', '`', '|', '-', '<', '!']))
}

/// A text on one line that ends in a full stop and is no longer than GitHub allows.
fn sentence(text: &str) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() >= DESCRIPTION {
        return text.chars().take(DESCRIPTION - 1).chain(['…']).collect();
    }
    if text.ends_with(['.', '!', '?', '…']) { text } else { text + "." }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{CLIENT, STORE};

    #[test]
    fn texts_are_never_empty_nor_too_long() {
        assert_eq!(rule(&STORE).help.markdown, "Module state is used as a store");
        assert_eq!(
            rule(&CLIENT).full_description.text,
            "Every request opens **its own** pool of connections."
        );
        assert_eq!(sentence(&"é ".repeat(900)).chars().count(), DESCRIPTION);
    }

    #[test]
    fn only_pages_that_are_published_are_linked() {
        let page = "https://github.com/routelint/routelint/blob/main/rules/per-request-client.md";
        assert_eq!(rule(&CLIENT).help_uri.as_deref(), Some(page));
        let own = RuleMeta { family: "custom", ..STORE };
        let json = serde_json::to_value(rule(&own)).unwrap();
        assert!(json.get("helpUri").is_none(), "{json}");
    }

    #[test]
    fn a_rule_that_is_silent_on_the_assumed_target_has_its_gravest_level() {
        assert_eq!(rule(&STORE).default_configuration.level, "warning");
        assert_eq!(rule(&CLIENT).name, "PerRequestClient");
    }

    #[test]
    fn only_built_in_rules_have_a_page_on_the_web() {
        assert!(rule(&CLIENT).help_uri.is_some_and(|uri| uri.ends_with("/rules/per-request-client.md")));
        assert_eq!(rule(&RuleMeta { family: "custom", ..CLIENT }).help_uri, None);
    }
}
