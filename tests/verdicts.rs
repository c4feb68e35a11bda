//! The same line on every target: `testdata/verdicts.md` holds, for each pattern, what each platform makes of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has to fail")]

use std::fmt::Write as _;
use std::fs;

use routelint::analyze::{Options, analyze};
use routelint::custom::{Example, examples, write_example};
use routelint::diagnostic::Confidence;
use routelint::project::Target;

/// What a row of the table expects: a rule, and its severity per target in the order of [`Target::ALL`].
struct Row {
    rule: String,
    severities: Vec<String>,
}

#[test]
fn the_same_line_is_judged_for_its_target() {
    let text = fs::read_to_string("testdata/verdicts.md").unwrap();
    let examples = examples(&text).unwrap();
    let rows = rows(&text);
    assert!(rows.len() >= 20);
    let mut failures = String::new();
    for (title, row) in &rows {
        let example =
            examples.iter().find(|e| e.title == *title).unwrap_or_else(|| panic!("no example {title}"));
        assert_eq!(row.severities.len(), Target::ALL.len(), "{title}: a severity for each target");
        for (target, expected) in Target::ALL.iter().zip(&row.severities) {
            let found = run(example, *target, &row.rule);
            let wanted: &[&str] = if expected == "-" { &[] } else { &[expected] };
            if found != wanted {
                writeln!(failures, "{title}: {} on {}: {found:?}, not {expected}", row.rule, target.as_str())
                    .unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// The severities that a rule gives an example on a target.
fn run(example: &Example, target: Target, rule: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let manifest = r#"{ "dependencies": { "next": "15.3.0" } }"#;
    write_example(example, manifest, folder.path()).unwrap();
    let options = Options {
        paths: vec![folder.path().to_path_buf()],
        target: Some(target),
        min_confidence: Some(Confidence::Medium),
        threads: Some(1),
        ..Options::default()
    };
    let report = analyze(&options).unwrap();
    report.diagnostics.iter().filter(|d| d.rule.id == rule).map(|d| d.severity.as_str().to_owned()).collect()
}

/// The rows: below a heading, `` `rule`: error warning - … ``.
fn rows(text: &str) -> Vec<(String, Row)> {
    let mut rows = Vec::new();
    let mut title = String::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            title = heading.to_owned();
        } else if let Some((rule, severities)) =
            line.strip_prefix('`').and_then(|rest| rest.split_once("`: "))
        {
            let severities = severities.split_whitespace().map(str::to_owned).collect();
            rows.push((title.clone(), Row { rule: rule.to_owned(), severities }));
        }
    }
    rows
}
