//! A team's own rules and `routelint query`, from outside.

mod common;

use common::Project;

const PAGE: &str = r#"+++
title = "The old database is asked in a request"
help = "Use `db` from @acme/database."
severity = "warning"
phase = "request"
+++
# legacy-db

```scm
((call_expression function: (identifier) @f) @report
  (#import? @f "@acme/db" "legacyDb"))
```

## Found

### In a handler

```ts title="app/api/x/route.ts"
import { legacyDb } from '@acme/db';

const old = legacyDb();

export async function GET() {
  return Response.json(await legacyDb().all()); // warning: [legacy-db]
}
```
"#;

const HELPER: &str = "import { legacyDb as old } from '@acme/db';\n\nexport const early = old();\n\n\
    export function load() {\n  return old().all();\n}\n\nexport function unused() {\n  return old();\n}\n";

const ROUTE: &str = "import { load } from '../../../lib/data';\n\nexport async function GET() {\n  \
    return Response.json(await load());\n}\n";

fn project(page: &str) -> Project {
    Project::new(&[
        ("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
        (".routelint/rules/legacy-db.md", page),
        ("lib/data.ts", HELPER),
        ("app/api/x/route.ts", ROUTE),
    ])
}

#[test]
fn a_rule_of_the_team_reports_only_what_requests_run() {
    let run = project(PAGE).run(&["--format", "concise", "--fail-on", "warning"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let lines: Vec<&str> = run.stdout.lines().filter(|line| line.contains("legacy-db")).collect();
    assert_eq!(lines.len(), 1, "{}", run.stdout);
    assert!(lines[0].starts_with("lib/data.ts:6:10: warning[legacy-db]"), "{}", run.stdout);
}

#[test]
fn the_phase_decides() {
    for (phase, expected) in [("module-init", "lib/data.ts:3:22"), ("any", "lib/data.ts:3:22")] {
        let page = PAGE.replace("\"request\"", &format!("\"{phase}\""));
        let run = project(&page).run(&["--format", "concise"]);
        assert!(run.stdout.contains(expected), "{phase}: {}", run.stdout);
    }
}

#[test]
fn the_examples_of_pages_are_executed() {
    assert_eq!(project(PAGE).run(&["test"]).code, Some(0));
    let wrong = PAGE.replace("await legacyDb()", "await otherDb()");
    let run = project(&wrong).run(&["test"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("not reported: warning at app/api/x/route.ts:6"), "{}", run.stdout);
}

#[test]
fn a_broken_page_stops_every_command_at_its_place() {
    let page = PAGE.replace("(call_expression", "(call_expresion");
    for arguments in [&[][..], &["test"], &["routes"]] {
        let run = project(&page).run(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert!(run.stderr.starts_with("error: there is no node `call_expresion`"), "{}", run.stderr);
        assert!(run.stderr.contains("[.routelint/rules/legacy-db.md:10:3]"), "{}", run.stderr);
        assert!(
            run.stderr.contains("((call_expresion function: (identifier) @f) @report\n"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn rules_of_the_team_can_be_named_and_explained() {
    let project = project(PAGE);
    assert!(project.run(&["explain", "legacy-db"]).stdout.contains("legacy-db"));
    assert!(project.run(&["rules"]).stdout.contains("custom\n  legacy-db"));
    let only = project.run(&["--rule", "legacy-db", "--format", "concise"]);
    assert!(only.stdout.contains("warning[legacy-db]"), "{}", only.stderr);
    let without = project.run(&["--skip", "legacy-db", "--format", "concise"]);
    assert!(!without.stdout.contains("legacy-db"), "{}", without.stdout);
}

#[test]
fn a_query_finds_what_requests_run() {
    let project = project(PAGE);
    let query = r#"((call_expression function: (identifier) @f) @report (#eq? @f "old"))"#;
    let run = project.run(&["query", query, "-q", "--format", "concise"]);
    assert_eq!((run.code, run.stdout.lines().count()), (Some(0), 1), "{}", run.stdout);
    let run = project.run(&["query", query, "-q", "--phase", "any", "--format", "concise"]);
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
    let run = project.run(&["query", "(nonsense"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("error: there is no node `nonsense`"), "{}", run.stderr);
    assert!(run.stderr.contains("[query:1:2]"), "{}", run.stderr);
}

#[test]
fn links_and_odd_files_are_no_pages() {
    let project = Project::new(&[
        (".routelint/rules/README.md", "for readers"),
        (".routelint/rules/notes.txt", "not a page"),
        (".routelint/rules/Bad Name.md", PAGE),
    ]);
    let run = project.run(&[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("error: the file's name is the rule's id"), "{}", run.stderr);
    assert!(run.stderr.contains("[.routelint/rules/Bad Name.md:1:1]"), "{}", run.stderr);
}

/// A rule about a module of the project's own, and the same in its example.
fn own_module(name: &str) -> String {
    PAGE.replace("function: (identifier) @f", "function: (_) @f")
        .replace("(#import? @f \"@acme/db\"", &format!("(#import? @f \"{name}\""))
        .replace("'@acme/db'", "'../../../lib/legacy'")
        .replace("```\n\n## Found", "```\n\n## Found\n\nEvery time.")
        .replace(
            "```ts title=\"app/api/x/route.ts\"",
            "```ts title=\"lib/legacy.ts\"\nexport const legacyDb = () => ({ all: async () => [] });\n```\n\n```ts title=\"app/api/x/route.ts\"",
        )
}

#[test]
fn a_module_of_the_project_is_one_however_it_is_imported() {
    let handler =
        |call: &str| format!("export async function GET() {{\n  return Response.json(await {call});\n}}\n");
    let project = Project::new(&[
        ("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
        ("tsconfig.json", r#"{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }"#),
        ("lib/legacy.ts", "export function legacyDb() {\n  return { all: async () => [] };\n}\n"),
        ("lib/index.ts", "export { legacyDb as old } from './legacy';\nexport * from './other';\n"),
        ("lib/other.ts", "export const legacyDb = () => ({ all: async () => [] });\n"),
    ]);
    let matches = |import: &str, call: &str| {
        project.write("app/api/a/b/route.ts", format!("{import}\n{}", handler(call)));
        let run = project.run(&["--rule", "legacy-db", "--format", "concise", "-q"]);
        assert_ne!(run.code, Some(2), "{}", run.stderr);
        run.stdout.lines().count()
    };
    for name in ["./lib/legacy", "./lib/legacy.ts", "./lib/legacy.js", "@/lib/legacy"] {
        project.write(".routelint/rules/legacy-db.md", own_module(name));
        assert_eq!(project.run(&["test"]).stdout.lines().count(), 1, "{name}");
        for (import, call) in [
            ("import { legacyDb } from '../../../../lib/legacy';", "legacyDb().all()"),
            ("import { legacyDb as x } from '@/lib/legacy';", "x().all()"),
            ("import { old } from '@/lib';", "old().all()"),
            ("import * as L from '@/lib/legacy';", "L.legacyDb().all()"),
            ("import * as L from '../../../../lib';", "L.old().all()"),
            ("const { legacyDb } = require('../../../../lib/legacy');", "legacyDb().all()"),
        ] {
            assert_eq!(matches(import, call), 1, "{name}: {import}");
        }
        for (import, call) in [
            ("import { legacyDb } from '@/lib/other';", "legacyDb().all()"),
            ("import { legacyDb } from '@/lib';", "legacyDb().all()"),
            ("import { legacyDb } from './lib/legacy';", "legacyDb().all()"),
            ("const legacyDb = () => ({ all: async () => [] });", "legacyDb().all()"),
        ] {
            assert_eq!(matches(import, call), 0, "{name}: {import}");
        }
    }
    // The same from a folder inside, and for a query.
    project.write(".routelint/rules/legacy-db.md", own_module("./lib/legacy"));
    project.write(
        "app/api/a/b/route.ts",
        format!("import {{ legacyDb }} from '@/lib/legacy';\n{}", handler("legacyDb().all()")),
    );
    let query = r#"((call_expression function: (_) @f) @report (#import? @f "./lib/legacy" "legacyDb"))"#;
    let run = project.run(&["query", query, "-q", "--format", "concise"]);
    assert_eq!((run.code, run.stdout.lines().count()), (Some(0), 1), "{}", run.stdout);
}

#[test]
fn a_module_that_is_not_there_is_a_mistake() {
    let project = project(&own_module("./lib/legcy"));
    let run = project.run(&[]);
    assert_eq!(run.code, Some(2), "{}", run.stdout);
    assert!(run.stderr.starts_with("error: there is no module `./lib/legcy`"), "{}", run.stderr);
    assert!(run.stderr.contains("[.routelint/rules/legacy-db.md:11:17]"), "{}", run.stderr);
}

#[test]
fn a_query_is_no_rule_that_can_be_explained() {
    let run = project(PAGE).run(&["query", "(await_expression) @report"]);
    assert!(run.stdout.contains("matches the query") && !run.stdout.contains("explain"), "{}", run.stdout);
    let run = project(PAGE).run(&["--format", "sarif"]);
    assert!(!run.stdout.contains("rules/legacy-db.md"), "{}", run.stdout);
    let run = project(PAGE).run(&["test"]);
    assert_eq!(run.stdout, "1 example gives what it says\n");
}

#[test]
fn rules_are_shown_for_the_target_of_the_project() {
    let project = project(PAGE);
    project.write("vercel.json", "{}");
    let shown = |arguments: &[&str]| project.run(arguments).stdout;
    assert!(shown(&["rules"]).contains("Severities on vercel"), "{}", shown(&["rules"]));
    project.write("routelint.json", r#"{ "target": "server" }"#);
    assert!(shown(&["rules"]).contains("Severities on server"));
    assert!(shown(&["rules", "--target", "netlify"]).contains("Severities on netlify"));
    assert!(Project::new(&[]).run(&["rules"]).stdout.contains("Severities on lambda"));
    assert!(shown(&["--help"]).contains("completions") && shown(&["--help"]).contains("man "));
}
