//! The baseline, seen from outside.

#![allow(clippy::expect_used, clippy::panic, reason = "a run whose report cannot be read has to fail")]

mod common;

use std::fs;

use common::Project;
use serde_json::Value;

const MANIFEST: (&str, &str) = ("package.json", r#"{ "dependencies": { "next": "15.3.0" } }"#);
const CONFIG: (&str, &str) = ("routelint.json", r#"{ "baseline": "known.txt" }"#);
const SIN: &str = "import { PrismaClient } from '@prisma/client';\nexport async function GET() {\n  \
                   const db = new PrismaClient({ log: ['query'] });\n  return Response.json(await db.user.findMany({ take: 5 }));\n}\n";

/// How many findings are new, known and gone.
fn counts(project: &Project, arguments: &[&str]) -> (usize, u64, usize) {
    let run = project.run(&[arguments, &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    let length = |key: &str| report[key].as_array().map_or(0, Vec::len);
    (
        length("diagnostics"),
        report["summary"]["baselined"].as_u64().expect("a number"),
        length("staleBaseline"),
    )
}

fn project() -> Project {
    let project = Project::new(&[MANIFEST, CONFIG, ("app/api/a/route.ts", SIN), ("app/api/b/route.ts", SIN)]);
    let run = project.run(&["baseline"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.stdout, "known.txt: +2 −0, 2 known findings\n");
    project
}

fn known(project: &Project) -> String {
    fs::read_to_string(project.path().join("known.txt")).expect("the baseline")
}

#[test]
fn the_file_reads_in_a_diff() {
    let project = project();
    let text = known(&project);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("# routelint baseline, version 1"));
    assert!(
        lines[1].ends_with("\tper-request-client\tapp/api/a/route.ts\tnew PrismaClient({ log: ['query'] })"),
        "{text}"
    );
    assert!(lines[2].contains("\tapp/api/b/route.ts\t"));
}

#[test]
fn known_findings_are_counted_and_new_ones_fail() {
    let project = project();
    assert_eq!(counts(&project, &[]), (0, 2, 0));
    let run = project.run(&[]);
    assert!(run.code == Some(0) && run.stdout.contains("2 in the baseline"), "{}", run.stdout);
    assert_eq!(counts(&project, &["--no-baseline"]), (2, 0, 0));
    project.write("app/api/c/route.ts", SIN);
    assert_eq!(counts(&project, &[]), (1, 2, 0));
    assert_eq!(project.run(&[]).code, Some(1));
}

#[test]
fn edits_elsewhere_do_not_disturb_it() {
    let project = project();
    let moved = SIN
        .replace("import {", "// a line\n\nconst limit = 3;\nimport {")
        .replace("new PrismaClient({ log: ['query'] })", "new PrismaClient({\n    log: [\"query\"],\n  })")
        .replace("db.user", "database.user")
        .replace("const db", "const database");
    project.write("app/api/a/route.ts", moved);
    assert_eq!(counts(&project, &[]), (0, 2, 0));
    // Neither does another choice of what is looked at or shown.
    for arguments in [
        &["app/api/a"][..],
        &["app/api/b/route.ts"],
        &["--min-confidence", "low"],
        &["--rule", "per-request-client"],
        &["--rule", "parse-error"],
        &["--target", "cloudflare"],
    ] {
        let (new, _, stale) = counts(&project, arguments);
        assert_eq!((new, stale), (0, 0), "{arguments:?}");
    }
}

#[test]
fn one_app_of_a_repository_has_the_same_fingerprints() {
    let project = Project::new(&[
        (".git/HEAD", ""),
        CONFIG,
        ("apps/web/package.json", MANIFEST.1),
        ("apps/web/app/api/a/route.ts", SIN),
        ("apps/admin/package.json", MANIFEST.1),
        ("apps/admin/app/api/a/route.ts", SIN),
    ]);
    assert_eq!(project.run(&["baseline"]).code, Some(0));
    assert_eq!(counts(&project, &["apps/web"]), (0, 1, 0));
    project.write("apps/web/app/api/a/route.ts", "export const GET = () => new Response();\n");
    assert_eq!(counts(&project, &["apps/admin"]), (0, 1, 0));
    assert_eq!(counts(&project, &["apps/web"]), (0, 0, 1));
    // What was not looked at stays as it is.
    assert_eq!(
        project.run(&["baseline", "apps/web"]).stdout.lines().last(),
        Some("known.txt: +0 −1, 1 known finding")
    );
    assert!(known(&project).contains("apps/admin/"));
}

#[test]
fn updating_takes_out_what_is_gone_and_refuses_new_debt() {
    let project = project();
    let before = known(&project);
    project.write("app/api/c/route.ts", SIN);
    fs::remove_file(project.path().join("app/api/b/route.ts")).expect("the file");
    let run = project.run(&[]);
    assert!(run.stdout.contains("1 finding of the baseline is gone"), "{}", run.stdout);
    assert!(run.stdout.contains("app/api/b/route.ts per-request-client"), "{}", run.stdout);
    assert_eq!(counts(&project, &[]), (1, 1, 1));
    let run = project.run(&["baseline"]);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(
        run.stdout.contains("app/api/c/route.ts:3:14") && run.stdout.contains("+1 −1, not written"),
        "{}",
        run.stdout
    );
    assert_eq!(known(&project), before);
    let run = project.run(&["baseline", "--allow-new"]);
    assert!(
        run.code == Some(0) && run.stdout.contains("known.txt: +1 −1, 2 known findings"),
        "{}",
        run.stdout
    );
    assert_eq!(counts(&project, &[]), (0, 2, 0));
    assert_eq!(project.run(&["baseline"]).stdout, "known.txt: +0 −0, 2 known findings\n");
}

#[test]
fn a_repaired_twin_does_not_hide_a_new_one() {
    let twice = SIN.replace("  return", "  const more = new PrismaClient({ log: ['query'] });\n  return");
    let project = Project::new(&[MANIFEST, CONFIG, ("app/api/a/route.ts", &twice)]);
    assert_eq!(project.run(&["baseline"]).code, Some(0));
    assert_eq!(counts(&project, &[]), (0, 2, 0));
    project.write("app/api/a/route.ts", SIN);
    assert_eq!(counts(&project, &[]), (0, 1, 1));
    project.write(
        "app/api/a/route.ts",
        twice.replace("  return", "  const third = new PrismaClient({ log: ['query'] });\n  return"),
    );
    assert_eq!(counts(&project, &[]), (1, 2, 0));
    // A comment on the first leaves the identity of the second alone.
    let silenced = twice.replace("  const db", "  // routelint-ignore per-request-client: why\n  const db");
    project.write("app/api/a/route.ts", silenced);
    assert_eq!(counts(&project, &[]).0, 0);
}

#[test]
fn sarif_says_what_is_new_and_what_is_known() {
    let project = project();
    project.write("app/api/c/route.ts", SIN);
    let states = |arguments: &[&str]| -> Vec<String> {
        let run = project.run(&[&["--format", "sarif"], arguments].concat());
        let log: Value = serde_json::from_str(&run.stdout).expect("SARIF");
        let results = log["runs"][0]["results"].as_array().expect("results");
        results.iter().map(|r| r["baselineState"].as_str().unwrap_or("none").to_owned()).collect()
    };
    assert_eq!(states(&[]), ["new"]);
    assert_eq!(states(&["--sarif-suppressed"]), ["new", "unchanged", "unchanged"]);
    assert_eq!(states(&["--no-baseline"]), ["none", "none", "none"]);
}

#[test]
fn a_file_that_is_wrong_stops_the_run() {
    let project = project();
    let good = known(&project);
    for (text, part) in [
        (format!("{good}what is this\n"), "[known.txt:4:1]"),
        (good.replace("version 1", "version 7"), "has version 7"),
        (format!("{good}<<<<<<< HEAD\n"), "a merge has not been finished"),
        (String::new(), "the file is empty"),
        ("{}".to_owned(), "no baseline of routelint"),
        (format!("{good}\u{1b}[2J\u{0}"), "no entry"),
    ] {
        project.write("known.txt", &text);
        for arguments in [&[][..], &["--format", "json"], &["baseline", "--allow-new"], &["routes"]] {
            let run = project.run(arguments);
            assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{text}");
            assert!(run.stderr.contains(part) && !run.stderr.contains('\u{1b}'), "{part}\n{}", run.stderr);
        }
        assert_eq!(fs::read_to_string(project.path().join("known.txt")).expect("the file"), text);
    }
    fs::remove_file(project.path().join("known.txt")).expect("the file");
    assert_eq!(project.run(&["--no-baseline"]).code, Some(1));
    project.write("other.txt", good);
    assert_eq!(counts(&project, &["--baseline", "other.txt"]), (0, 2, 0));
    fs::create_dir(project.path().join("known.txt")).expect("a folder");
    assert_eq!(project.run(&["baseline"]).code, Some(2));
}

#[test]
fn a_missing_file_is_said_where_it_is_named() {
    let project = project();
    fs::remove_file(project.path().join("known.txt")).expect("the file");
    for arguments in [&[][..], &["--format", "sarif"], &["routes"], &["suppress", "--reason", "known"]] {
        let run = project.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.starts_with("error: there is no such baseline: known.txt\n"), "{}", run.stderr);
        for part in
            ["[routelint.json:1:15]", "`routelint baseline` writes it", "`--no-baseline` runs without"]
        {
            assert!(run.stderr.contains(part), "{part}\n{}", run.stderr);
        }
    }
    // An argument is not in the configuration.
    let run = project.run(&["--baseline", "other.txt"]);
    let text = "error: other.txt: there is no such baseline\n  help: `routelint baseline` writes it; \
                --no-baseline runs without\n";
    assert_eq!((run.code, run.stderr.as_str()), (Some(2), text));
    assert_eq!(project.run(&["--baseline", "known.txt"]).stderr.lines().count(), 2);
}

#[test]
fn a_missing_file_is_said_in_every_kind_of_configuration() {
    let project = project();
    fs::remove_file(project.path().join("known.txt")).expect("the file");
    let below = || {
        let run = project.command(&[]).current_dir(project.path().join("app")).output().expect("a run");
        String::from_utf8(run.stderr).expect("text")
    };
    let stderr = below();
    assert!(
        stderr.contains("baseline: ../known.txt\n") && stderr.contains("[../routelint.json:1:15]"),
        "{stderr}"
    );
    fs::remove_file(project.path().join("routelint.json")).expect("the file");
    project.write(
        "package.json",
        "{ \"dependencies\": { \"next\": \"15.3.0\" },\n  \"routelint\": { \"baseline\": \"no\\u001b[2J.txt\" } }",
    );
    let stderr = below();
    assert!(stderr.contains("[../package.json:2:30]") && !stderr.contains('\u{1b}'), "{stderr}");
    // A byte order mark is not counted, and a link that leads nowhere is no file.
    project.write("package.json", MANIFEST.1);
    project.write("routelint.jsonc", "\u{feff}{ // known\n  \"baseline\": \"link.txt\" }");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", project.path().join("link.txt")).expect("a link");
    assert!(below().contains("[../routelint.jsonc:2:15]"), "{}", below());
    // The command that writes it does not miss it.
    assert_eq!(project.run(&["baseline"]).code, Some(0));
}
