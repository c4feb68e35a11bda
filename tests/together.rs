//! What a team decides, taken together: configuration, its own rules, comments, baseline, changed files, fixes.

#![allow(clippy::expect_used, clippy::panic, reason = "a run whose report cannot be read has to fail")]

mod common;

use std::fs;
use std::process::Command;

use common::Project;
use serde_json::Value;

const MANIFEST: (&str, &str) = ("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#);

/// A rule of the team's own against `legacyDb()`.
const PAGE: (&str, &str) = (
    ".routelint/rules/legacy-db.md",
    "+++\ntitle = \"The old database is asked\"\nhelp = \"Use `db`.\"\nseverity = \"error\"\n+++\n# legacy-db\n\n\
     ```scm\n((call_expression function: (identifier) @f) @report\n  (#eq? @f \"legacyDb\"))\n```\n\n## Found\n\n\
     ### Once\n\n```ts title=\"app/api/x/route.ts\"\nimport { legacyDb } from '@acme/db';\n\
     export const GET = async () => Response.json(await legacyDb()); // error: [legacy-db]\n```\n",
);
const LEGACY: &str = "import { legacyDb } from '@acme/db';\n\
                      export const GET = async () => Response.json(await legacyDb());\n";

/// A module that a safe fix guards against reloads, and the route that reaches it.
const SHARED: &str =
    "import { PrismaClient } from '@prisma/client';\n\nexport const prisma = new PrismaClient();\n";
const READER: &str = "import { prisma } from '../../../lib/db';\n\
                      export const GET = async () => Response.json(await prisma.user.findMany({ take: 5 }));\n";

fn legacy() -> Project {
    Project::new(&[MANIFEST, PAGE, ("app/api/a/route.ts", LEGACY), ("app/api/b/route.ts", LEGACY)])
}

/// The rules and files that a run reports, and how many findings are silenced and known.
fn found(project: &Project, arguments: &[&str]) -> (Vec<String>, u64, u64) {
    let mut command = project.command(&[arguments, &["--format", "json"]].concat());
    command.env("PATH", std::env::var_os("PATH").expect("a path"));
    let output = command.output().expect("the binary runs");
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let one = |found: &Value| {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        format!("{} {}", text(&found["rule"]), text(&found["file"]))
    };
    let list = report["diagnostics"].as_array().expect("a list").iter().map(one).collect();
    let count = |key: &str| report["summary"][key].as_u64().expect("a number");
    (list, count("suppressed"), count("baselined"))
}

#[test]
fn a_configuration_names_the_teams_own_rules() {
    let project = legacy();
    let all = ["legacy-db app/api/a/route.ts", "legacy-db app/api/b/route.ts"];
    assert_eq!(found(&project, &[]).0, all);
    let config = |text: &str| project.write("routelint.json", text);
    config(r#"{ "rules": { "legacy-db": "off" } }"#);
    assert_eq!(found(&project, &[]).0, Vec::<String>::new());
    assert_eq!(found(&project, &["--no-config"]).0, all);
    assert_eq!(found(&project, &["--rule", "legacy-db"]).0, all);
    config(r#"{ "overrides": [{ "files": ["app/api/a/**"], "rules": { "legacy-db": "off" } }] }"#);
    assert_eq!(found(&project, &[]).0, all[1..]);
    config(r#"{ "rules": { "legacy-db": "info" } }"#);
    assert_eq!(project.run(&[]).code, Some(0));
    let printed = project.run(&["--print-config"]).stdout;
    assert!(printed.contains("\"legacy-db\": \"info\", // routelint.json:1"), "{printed}");
    config(r#"{ "rules": { "legacy-bd": "off" } }"#);
    let run = project.run(&[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("help: did you mean `legacy-db`?"), "{}", run.stderr);
}

#[test]
fn comments_and_baseline_hold_for_the_teams_own_rules() {
    let project = legacy();
    let commented = LEGACY.replace("export", "// routelint-ignore legacy-db: goes in May\nexport");
    project.write("app/api/a/route.ts", &commented);
    assert_eq!(found(&project, &[]), (vec!["legacy-db app/api/b/route.ts".to_owned()], 1, 0));
    // Where the rule finds nothing, the comment is one too many.
    project.write("app/api/a/route.ts", commented.replace("await legacyDb()", "1"));
    assert_eq!(found(&project, &[]).0[0], "unused-suppression app/api/a/route.ts");
    project.write("app/api/a/route.ts", commented.replace("legacy-db", "legacy-bd"));
    assert!(project.run(&[]).stdout.contains("Did you mean `legacy-db`?"));
    project.write("app/api/a/route.ts", LEGACY);
    let run = project.run(&["baseline"]);
    assert!(run.stdout.contains("+2 −0, 2 known findings"), "{}{}", run.stdout, run.stderr);
    assert_eq!(found(&project, &["--baseline", "routelint-baseline.txt"]), (Vec::new(), 0, 2));
}

#[test]
fn reports_in_files_say_what_is_known() {
    let project = legacy();
    assert_eq!(project.run(&["baseline"]).code, Some(0));
    project.write("app/api/c/route.ts", LEGACY);
    let arguments =
        ["--baseline", "routelint-baseline.txt", "-o", "sarif=out/a.sarif", "-o", "json=out/a.json"];
    let states = |more: &[&str]| {
        let run = project.run(&[&arguments, more].concat());
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        let text = fs::read_to_string(project.path().join("out/a.sarif")).expect("a report");
        let log: Value = serde_json::from_str(&text).expect("JSON");
        let results = log["runs"][0]["results"].as_array().expect("results").clone();
        results
            .iter()
            .map(|result| result["baselineState"].as_str().unwrap_or("").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(states(&[]), ["new"]);
    assert_eq!(states(&["--sarif-suppressed", "--sarif-category", "x"]), ["new", "unchanged", "unchanged"]);
    let json = fs::read_to_string(project.path().join("out/a.json")).expect("a report");
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&json["summary"]["baselined"], &json["summary"]["errors"]), (&2.into(), &1.into()));
}

#[test]
fn what_is_silenced_or_known_is_not_mended() {
    let project = Project::new(&[MANIFEST, ("lib/db.ts", SHARED), ("app/api/a/route.ts", READER)]);
    let text = || fs::read_to_string(project.path().join("lib/db.ts")).expect("the file");
    let silenced = SHARED
        .replace(";\n\nexport", ";\n// routelint-ignore unguarded-shared-client: never reloaded\nexport");
    project.write("lib/db.ts", &silenced);
    let run = project.run(&["--fix"]);
    assert!(run.stderr.starts_with("0 findings fixed\n"), "{}{}", run.stderr, run.stdout);
    assert_eq!((text(), project.run(&["--diff"]).stdout), (silenced, String::new()));
    project.write("lib/db.ts", SHARED);
    assert_eq!(project.run(&["baseline"]).code, Some(0));
    let known = ["--baseline", "routelint-baseline.txt", "--fix"];
    assert!(project.run(&known).stderr.starts_with("0 findings fixed\n"));
    assert_eq!(text(), SHARED);
    let log =
        project.run(&["--baseline", "routelint-baseline.txt", "--format", "sarif", "--sarif-suppressed"]);
    assert!(log.stdout.contains("unchanged") && !log.stdout.contains("\"fixes\""), "{}", log.stdout);
    assert!(project.run(&["--fix"]).stderr.starts_with("1 finding fixed\n"));
    assert_ne!(text(), SHARED);
}

#[test]
fn what_changed_is_compared_with_the_baseline() {
    let project = legacy();
    project.write("routelint.json", r#"{ "baseline": "routelint-baseline.txt" }"#);
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let run = Command::new("git").args(identity).args(arguments).current_dir(project.path()).output();
        assert!(run.expect("git runs").status.success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    assert_eq!(project.run(&["baseline"]).code, Some(0));
    git(&["add", "-A"]);
    git(&["commit", "-qm", "first"]);
    assert_eq!(found(&project, &["--changed"]), (Vec::new(), 0, 0));
    project.write("app/api/a/route.ts", format!("// moved\n{LEGACY}"));
    project.write("app/api/c/route.ts", LEGACY);
    fs::remove_file(project.path().join("app/api/b/route.ts")).expect("the file");
    assert_eq!(found(&project, &["--changed"]), (vec!["legacy-db app/api/c/route.ts".to_owned()], 0, 1));
    // What is gone is a matter of whole runs.
    let gone = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env("PATH", std::env::var_os("PATH").expect("a path"));
        let output = command.output().expect("the binary runs");
        String::from_utf8_lossy(&output.stdout).contains("1 finding of the baseline is gone")
    };
    assert!(gone(&[]));
    assert!(!gone(&["--changed"]) && !gone(&["app/api/b/route.ts"]) && !gone(&["app/api/a/route.ts"]));
}
