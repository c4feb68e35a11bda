//! Every package that the edge runtime cannot load, in every way to load it; and those that it can.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::catalogue::{Catalogue, NodeApiKind};
use crate::link::Program;
use crate::load::load;
use crate::project::{DiscoverOptions, Project};
use crate::rules::{RULES, RuleContext};
use crate::timings::Timings;

/// Ways to load a package: lines of the module, and of the handler.
const FORMS: [(&str, &str); 6] = [
    ("import { thing } from 'PACKAGE';", "  thing();"),
    ("import thing from 'PACKAGE';", "  thing.go();"),
    ("import * as thing from 'PACKAGE';", "  thing.go();"),
    ("import 'PACKAGE';", ""),
    ("const thing = require('PACKAGE');", "  thing.go();"),
    ("", "  const thing = await import('PACKAGE');\n  thing.go();"),
];

fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// The folders of `app/api` in which the edge runtime is said to lack something.
fn reported(root: &Path, catalogue: &Catalogue) -> BTreeSet<String> {
    let project = Project::discover(root, &DiscoverOptions::default()).expect("a project");
    let loaded = load(&project, 1 << 20);
    let program = Program::link(&project, &loaded.modules, catalogue);
    let context = RuleContext::new(&program, &Timings::default());
    let rule = RULES.iter().find(|rule| rule.meta.id == "edge-node-api").expect("the rule");
    let mut findings = Vec::new();
    (rule.check)(&context, &mut findings);
    let files = findings.iter().map(|finding| program.project.files.path(finding.primary.file));
    files.filter_map(|file| Some(file.split('/').nth(2)?.to_owned())).collect()
}

#[test]
fn every_package_is_known_in_every_way_to_load_it() {
    let catalogue = Catalogue::builtin().expect("the build checked it");
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(root, "package.json", r#"{ "dependencies": { "next": "15.3.0" } }"#);
    let mut missing = BTreeSet::new();
    let mut harmless = BTreeSet::new();
    for (index, api) in catalogue.node_api.entries().enumerate() {
        use NodeApiKind as K;
        // What is missing of the language is no package.
        // Nor is what only matters for how it is constructed.
        // Nor are some exports of a package a package.
        let partly = !api.when.is_empty() || (api.kind == K::Harmless && api.export != ["*"]);
        if matches!(api.kind, K::NodeGlobal | K::MissingGlobal | K::Eval) || partly {
            continue;
        }
        for (at, package) in api.packages.iter().filter(|p| !p.starts_with("global:")).enumerate() {
            let package = package.replace('*', "thing");
            for (form, (head, body)) in FORMS.iter().enumerate() {
                let name = format!("e{index}-{at}-{form}");
                let text = format!(
                    "{head}\nexport const runtime = 'edge';\nexport async function POST() {{\n{body}\n  return new \
                     Response();\n}}\n"
                );
                write(root, &format!("app/api/{name}/route.js"), &text.replace("PACKAGE", &package));
                let list = if api.kind == K::Harmless { &mut harmless } else { &mut missing };
                list.insert(name);
            }
        }
    }
    let found = reported(root, &catalogue);
    let lost: Vec<_> = missing.difference(&found).take(20).collect();
    assert!(missing.len() > 300 && lost.is_empty(), "not reported: {lost:?}");
    let loud: Vec<_> = harmless.intersection(&found).take(20).collect();
    assert!(loud.is_empty(), "harmless, but reported: {loud:?}");
}
