//! The pages in `rules/`: what they promise can be tested.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot read its files has to fail")]

#[path = "support/fresh.rs"]
mod fresh;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use fresh::assert_fresh;
use routelint::custom::{Example, examples};
use routelint::project::Target;
use routelint::rules::{RULES, RuleMeta, Status, rule};

#[test]
fn every_page_shows_what_it_finds_and_what_not() {
    for known in RULES {
        let id = known.meta.id;
        let examples = examples(known.meta.page).unwrap_or_else(|text| panic!("rules/{id}.md: {text}"));
        let finds = |example: &Example| example.expected.iter().any(|expected| expected.rule == id);
        let found = examples.iter().filter(|example| finds(example)).count();
        assert!(found > 0, "rules/{id}.md: no example is found");
        assert!(examples.len() - found >= found, "rules/{id}.md: fewer look-alikes than findings");
    }
}

#[test]
fn examples_name_rules_and_targets_that_exist() {
    let targets: BTreeSet<_> = Target::ALL.iter().map(|target| target.as_str()).collect();
    for known in RULES {
        for example in examples(known.meta.page).unwrap_or_default() {
            let place = format!("rules/{}.md, {}", known.meta.id, example.title);
            assert!(example.target.iter().all(|target| targets.contains(target.as_str())), "{place}");
            for expected in &example.expected {
                let expected_rule = rule(&expected.rule);
                assert!(expected_rule.is_some(), "{place}: no rule is called {}", expected.rule);
                assert!(
                    expected_rule
                        .is_some_and(|rule| rule.meta.family != "tool" || known.meta.family == "tool")
                );
            }
        }
    }
}

#[test]
fn pages_link_their_sources_and_advise_every_target() {
    for known in RULES {
        let page = known.meta.page;
        assert!(page.contains("](https://"), "rules/{}.md: no source", known.meta.id);
        for heading in ["\n## Found\n", "\n## Not found\n", "\n## What to do\n"] {
            assert!(page.contains(heading), "rules/{}.md: no heading {heading:?}", known.meta.id);
        }
    }
}

#[test]
fn the_lists_of_rules_are_fresh() {
    assert_fresh("rules/README.md", "rules", &index());
    let mut table = String::from("| rule | finds |\n|---|---|\n");
    for known in RULES {
        let RuleMeta { id, title, .. } = known.meta;
        writeln!(table, "| [`{id}`](rules/{id}.md) | {title} |").unwrap();
    }
    assert_fresh("README.md", "rules", &table);
}

/// The rules with their severity on every target, by family.
fn index() -> String {
    let mut text = String::new();
    let targets = Target::ALL.map(Target::as_str).join(" | ");
    let families: BTreeSet<_> = RULES.iter().map(|known| known.meta.family).collect();
    for family in families {
        let lines = "|---".repeat(2 + Target::ALL.len());
        write!(text, "\n## {family}\n\n| rule | finds | {targets} |\n{lines}|\n").unwrap();
        for meta in RULES.iter().map(|known| &known.meta).filter(|meta| meta.family == family) {
            let severities = Target::ALL
                .map(|target| meta.severity_on(target).map_or("–", routelint::diagnostic::Severity::as_str));
            let opt_in = if meta.status == Status::OptIn { " (opt-in)" } else { "" };
            let RuleMeta { id, title, .. } = meta;
            writeln!(text, "| [`{id}`]({id}.md) | {title}{opt_in} | {} |", severities.join(" | ")).unwrap();
        }
    }
    text
}
