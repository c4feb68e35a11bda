//! `src/rules/*.rs`: which of them are rules, and the slice that holds them all.
//!
//! A file directly in that folder is a rule if it has a function `check`; the others are what rules share.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use syn::{Item, ItemFn, Visibility};

use crate::pages::{Confidence, Level, Page, Status};
use crate::{Problems, files};

/// Every rule's source file by the rule's id.
pub(crate) fn read(root: &Path, problems: &mut Problems) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut checks = BTreeMap::new();
    for (name, path) in files(&root.join("src/rules"), "rs")? {
        if name == "mod" {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        match syn::parse_file(&text) {
            Ok(file) => {
                if let Some(check) = file.items.iter().find_map(named_check) {
                    wrong(&name, check, problems);
                    checks.insert(name.replace('_', "-"), path);
                }
            }
            Err(error) => {
                problems.push(format!("src/rules/{name}.rs: line {}: {error}", error.span().start().line));
            }
        }
    }
    Ok(checks)
}

fn named_check(item: &Item) -> Option<&ItemFn> {
    match item {
        Item::Fn(function) if function.sig.ident == "check" => Some(function),
        _ => None,
    }
}

fn wrong(name: &str, check: &ItemFn, problems: &mut Problems) {
    let is_private = matches!(check.vis, Visibility::Inherited);
    if is_private || check.sig.inputs.len() != 2 {
        problems.push(format!(
            "src/rules/{name}.rs: line {}: a rule's check is \
             `pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>)`",
            check.sig.ident.span().start().line
        ));
    }
}

/// The source of `rules.rs`: a module for each rule, and `RULES`.
pub(crate) fn paired(
    checks: &BTreeMap<String, PathBuf>,
    pages: &BTreeMap<String, Option<Page>>,
    problems: &mut Problems,
) -> String {
    let (mut modules, mut rules) = (String::new(), String::new());
    for (id, path) in checks {
        let module = id.replace('-', "_");
        let page = match pages.get(id) {
            Some(Some(page)) => page,
            // What is wrong with the page has been said.
            Some(None) => continue,
            None => {
                problems.push(format!("src/rules/{module}.rs: its page rules/{id}.md is missing"));
                continue;
            }
        };
        // Writing to a string cannot fail.
        let _ = writeln!(modules, "#[path = {path:?}]\nmod {module};");
        let _ = writeln!(rules, "    Rule {{ meta: {}, check: {module}::check }},", meta(id, page));
    }
    for id in pages.keys().filter(|id| !checks.contains_key(*id)) {
        let module = id.replace('-', "_");
        problems.push(format!(
            "rules/{id}.md: its rule is missing: src/rules/{module}.rs with a `pub(crate) fn check`"
        ));
    }
    format!("{modules}\n/// Every rule, sorted by id.\npub static RULES: &[Rule] = &[\n{rules}];\n")
}

fn meta(id: &str, page: &Page) -> String {
    let front = &page.front;
    let severity: Vec<_> = front.severity.levels().into_iter().map(level).collect();
    let confidence = match front.confidence {
        Confidence::Low => "Low",
        Confidence::Medium => "Medium",
        Confidence::High => "High",
    };
    let status = match front.status {
        Status::Stable => "Stable",
        Status::OptIn => "OptIn",
    };
    format!(
        "RuleMeta {{ id: {id:?}, title: {:?}, family: {:?}, severity: [{}], \
         confidence: crate::diagnostic::Confidence::{confidence}, since: {:?}, status: Status::{status}, \
         page: {:?} }}",
        front.title,
        front.family,
        severity.join(", "),
        front.since,
        page.body
    )
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Off => "None",
        Level::Info => "Some(crate::diagnostic::Severity::Info)",
        Level::Warning => "Some(crate::diagnostic::Severity::Warning)",
        Level::Error => "Some(crate::diagnostic::Severity::Error)",
    }
}
