//! The rules against what is written beside the code: the examples of their pages, the look-alikes in
//! `testdata/look-alikes/`, and the projects in `testdata/projects/`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has to fail")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use routelint::analyze::{Options, analyze};
use routelint::custom::{Example, Expected, examples, write_example};
use routelint::diagnostic::Confidence;
use routelint::project::Target;
use routelint::rules::{RULES, Status};

/// The manifest of an example that brings none.
const MANIFEST: &str = r#"{ "dependencies": { "next": "15.3.0" } }"#;

#[test]
fn pages_examples_give_what_they_say() {
    let mut failures = String::new();
    for rule in RULES {
        let page = format!("rules/{}.md", rule.meta.id);
        let opt_in = (rule.meta.status == Status::OptIn).then_some(rule.meta.id);
        run_page(&page, rule.meta.page, opt_in, &mut failures);
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn look_alikes_stay_silent_and_their_twins_do_not() {
    let mut failures = String::new();
    let mut pages = 0;
    for path in entries(Path::new("testdata/look-alikes")) {
        let text = fs::read_to_string(&path).unwrap();
        run_page(&path.display().to_string(), &text, None, &mut failures);
        pages += 1;
    }
    assert!(pages > 0 && failures.is_empty(), "\n{failures}");
}

#[test]
fn projects_give_what_stands_beside_their_lines() {
    let mut failures = String::new();
    let mut count = 0;
    for root in entries(Path::new("testdata/projects")) {
        let mut files = Vec::new();
        read_tree(&root, &root, &mut files);
        let title = root.display().to_string();
        let example =
            Example::new(title.clone(), None, files).unwrap_or_else(|text| panic!("{title}: {text}"));
        compare(&title, &example, (&root, None), &mut failures);
        count += 1;
    }
    assert!(count > 0 && failures.is_empty(), "\n{failures}");
}

/// Runs the examples of a page; the page of an opt-in rule runs with that rule as well.
fn run_page(page: &str, text: &str, opt_in: Option<&str>, failures: &mut String) {
    let examples = examples(text).unwrap_or_else(|text| panic!("{page}: {text}"));
    for example in &examples {
        let folder = tempfile::tempdir().unwrap();
        write_example(example, MANIFEST, folder.path()).unwrap();
        compare(&format!("{page}: {}", example.title), example, (folder.path(), opt_in), failures);
    }
}

/// Runs the analysis and notes what is missing and what is too much.
fn compare(place: &str, example: &Example, (root, opt_in): (&Path, Option<&str>), failures: &mut String) {
    let target = example
        .target
        .as_deref()
        .map(|name| Target::named(name).unwrap_or_else(|| panic!("{place}: no target {name}")));
    let on = RULES.iter().map(|rule| &rule.meta);
    let on = on.filter(|meta| meta.status == Status::Stable || opt_in == Some(meta.id));
    let options = Options {
        paths: vec![root.to_path_buf()],
        target,
        only: on.map(|meta| meta.id.to_owned()).collect(),
        min_confidence: Some(Confidence::Medium),
        threads: Some(1),
        ..Options::default()
    };
    let report = analyze(&options).unwrap_or_else(|error| panic!("{place}: {error}"));
    let mut found: Vec<Expected> = report
        .diagnostics
        .iter()
        .map(|d| Expected {
            file: d.place.file.clone(),
            line: d.place.position().line as usize,
            rule: d.rule.id.to_owned(),
            severity: d.severity.as_str().to_owned(),
        })
        .collect();
    found.sort();
    let mut expected = example.expected.clone();
    expected.sort();
    for missing in expected.iter().filter(|e| !found.contains(e)) {
        writeln!(failures, "{place}\n    missing {missing:?}").unwrap();
    }
    for extra in found.iter().filter(|f| !expected.contains(f)) {
        writeln!(failures, "{place}\n    too much {extra:?}").unwrap();
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// All files below a folder that may carry expectations.
fn read_tree(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for path in entries(folder) {
        if path.is_dir() {
            read_tree(root, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.push((name, text));
        }
    }
}
