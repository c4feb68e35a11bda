//! The pages in `rules/`: what they promise can be tested.

#[path = "support/examples.rs"]
mod examples;

use std::collections::BTreeSet;

use examples::examples;
use routelint::project::Target;
use routelint::rules::{RULES, rule};

#[test]
fn every_page_shows_what_it_finds_and_what_not() {
    for known in RULES {
        let id = known.meta.id;
        let examples = examples(known.meta.page).unwrap_or_else(|text| panic!("rules/{id}.md: {text}"));
        let finds = |example: &examples::Example| example.expected.iter().any(|expected| expected.rule == id);
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
