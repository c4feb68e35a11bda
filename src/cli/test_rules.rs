//! `routelint test`: the examples on the pages of a project's own rules.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use crate::analyze::{Options, analyze};
use crate::custom::{self, CustomRule, Example, Expected, Outcome, examples};
use crate::diagnostic::{Confidence, FileProblems};
use crate::project::Target;
use crate::report::one_line;

use super::Exit;
use super::args::TestRules;
use super::error::CliError;
use super::output::print;

pub(super) fn run(test: &TestRules) -> Result<Exit, CliError> {
    let mut rules = custom::load(&test.path)?;
    // An example is a project of its own.
    rules.iter_mut().for_each(|rule| rule.root = None);
    let ids: Vec<&'static str> = rules.iter().map(|rule| rule.meta.id).collect();
    let rules = Arc::new(rules);
    let mut text = String::new();
    let mut failed = 0;
    let mut count = 0;
    for (rule, id) in rules.iter().zip(ids) {
        let found = examples(&rule.text).map_err(|mistake| broken(rule, mistake.message))?;
        for example in &found {
            count += 1;
            let outcome = outcome(&rules, rule, example)?;
            failed += usize::from(!outcome.holds());
            describe(&mut text, id, example, &outcome);
        }
    }
    let summary = match (count, failed) {
        (0, _) => format!("no custom rules: there are no pages in {}", custom::FOLDER),
        (1, 0) => "1 example gives what it says".to_owned(),
        (_, 0) => {
            let rules = if rules.len() == 1 { "1 rule".to_owned() } else { format!("{} rules", rules.len()) };
            format!("{count} examples of {rules} give what they say")
        }
        (1, _) => "1 example does not give what it says".to_owned(),
        (_, 1) => format!("1 of {count} examples does not give what it says"),
        (_, failed) => format!("{failed} of {count} examples do not give what they say"),
    };
    print(|out| writeln!(out, "{text}{summary}"))?;
    Ok(if failed == 0 { Exit::Clean } else { Exit::Findings })
}

fn broken(rule: &CustomRule, message: String) -> FileProblems {
    custom::problem(&format!("{}/{}.md", custom::FOLDER, rule.meta.id), &rule.text, 0, message)
}

/// The manifest of an example that brings none.
const MANIFEST: &str = r#"{ "dependencies": { "next": "16.0.0" } }"#;

/// Runs one rule on one example.
fn outcome(rules: &Arc<Vec<CustomRule>>, rule: &CustomRule, example: &Example) -> Result<Outcome, CliError> {
    let id = rule.meta.id;
    let folder = tempfile::tempdir()?;
    custom::write_example(example, MANIFEST, folder.path())?;
    let target = match &example.target {
        Some(name) => Some(
            Target::named(name)
                .ok_or_else(|| broken(rule, format!("`{}`: there is no target `{name}`", example.title)))?,
        ),
        None => None,
    };
    let options = Options {
        paths: vec![folder.path().to_path_buf()],
        target,
        only: vec![id.to_owned()],
        min_confidence: Some(Confidence::Low),
        custom: Arc::clone(rules),
        ..Options::default()
    };
    let report = analyze(&options)?;
    let found: Vec<Expected> = report
        .diagnostics
        .iter()
        .map(|d| Expected {
            file: d.place.file.clone(),
            line: d.place.position().line as usize,
            rule: d.rule.id.to_owned(),
            severity: d.severity.as_str().to_owned(),
        })
        .collect();
    Ok(Outcome::new(example, id, &found))
}

/// What an example gave that differs from what it says.
fn describe(text: &mut String, id: &str, example: &Example, outcome: &Outcome) {
    if outcome.holds() {
        return;
    }
    let _ = writeln!(text, "{id}: {}", one_line(&example.title));
    for (what, list) in [("not reported", &outcome.missing), ("not expected", &outcome.extra)] {
        for Expected { file, line, severity, .. } in list {
            let _ = writeln!(text, "  {what}: {severity} at {}:{line}", one_line(file));
        }
    }
}
