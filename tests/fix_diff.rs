//! `--diff`: a patch that `git apply` and `patch` take where routelint was run, and that leaves what `--fix` leaves.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has to fail")]

mod common;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use common::Project;

const DB: &str =
    "import { PrismaClient } from '@prisma/client';\n\nexport const prisma = new PrismaClient();\n";

const ROUTE: &str = "import { prisma } from '../../../lib/db';\n\nexport async function GET() {\n  try {\n    return \
    Response.json(await prisma.user.findMany({ take: 5 }));\n  } finally {\n    await prisma.$disconnect();\n  }\n}\n";

const MANIFEST: &str = r#"{ "dependencies": { "next": "16.0.0" } }"#;

fn project(folder: &str, route: &str, db: &str) -> Project {
    let at = |path: &str| format!("{folder}{path}");
    Project::new(&[
        (&at("package.json"), MANIFEST),
        (&at("lib/db.ts"), db),
        (&at("app/api/users/route.ts"), route),
    ])
}

/// What the programs that apply patches say; nothing if they take it.
fn apply(program: &str, arguments: &[&str], folder: &Path, patch: &str) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git and patch are installed");
    child.stdin.take().expect("a pipe").write_all(patch.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { String::new() } else { said(&output.stdout) + &said(&output.stderr) }
}

/// The patch that a run in a folder prints, applied there by each program, leaves what `--fix` leaves.
fn is_taken(make: impl Fn() -> Project, folder: &str, arguments: &[&str], files: &[&str]) {
    let run = |project: &Project, more: &str| {
        let mut command = project.command(&[arguments, &[more]].concat());
        let output = command.current_dir(project.path().join(folder)).output().expect("the binary runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let read = |project: &Project| -> Vec<Vec<u8>> {
        files.iter().map(|file| fs::read(project.path().join(file)).expect("a file")).collect()
    };
    let fixed = make();
    run(&fixed, "--fix");
    let programs: [(&str, &[&str], bool); 3] =
        [("git", &["apply"], true), ("git", &["apply"], false), ("patch", &["-p1", "--binary"], false)];
    for (program, how, is_repository) in programs {
        let project = make();
        if is_repository {
            assert_eq!(apply("git", &["init", "-q"], project.path(), ""), "");
        }
        let before = read(&project);
        let (code, patch) = run(&project, "--diff");
        assert_eq!((code, before != read(&fixed)), (Some(1), true), "{patch}");
        assert_eq!(read(&project), before);
        let said = apply(program, how, &project.path().join(folder), &patch);
        assert_eq!(said, "", "{program} {folder}\n{patch}");
        assert_eq!(read(&project), read(&fixed), "{program} {folder}\n{patch}");
        assert_eq!(run(&project, "--diff").1, "");
    }
}

#[test]
fn a_patch_applies_in_the_folder_where_it_was_made() {
    let files = ["apps/my web/lib/db.ts", "apps/my web/app/api/users/route.ts"];
    let make = || project("apps/my web/", ROUTE, DB);
    for (folder, path) in [("", "."), ("", "apps/my web"), ("apps", "my web"), ("apps/my web", ".")] {
        is_taken(make, folder, &[path], &files);
    }
}

#[test]
fn a_patch_keeps_line_ends_byte_order_mark_and_a_missing_last_line_end() {
    let files = ["lib/db.ts", "app/api/users/route.ts"];
    let crlf = |text: &str| text.replace('\n', "\r\n");
    for (route, db) in [
        (crlf(ROUTE), format!("\u{feff}{}", crlf(DB))),
        (ROUTE.replace("    ", "\t"), DB.trim_end().to_owned()),
        (ROUTE.to_owned(), crlf(DB).trim_end().to_owned()),
        (ROUTE.trim_end().to_owned(), format!("\u{feff}{}", DB.replace("'\n\n", "'\n"))),
    ] {
        is_taken(|| project("", &route, &db), "", &["."], &files);
    }
}

#[test]
fn files_outside_the_folder_are_named_from_the_one_that_was_checked() {
    let project = project("web/", ROUTE, DB);
    fs::create_dir(project.path().join("docs")).expect("a folder");
    let output = project
        .command(&["../web", "--diff"])
        .current_dir(project.path().join("docs"))
        .output()
        .expect("the binary runs");
    let (patch, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(patch.contains("\n--- a/lib/db.ts\n"), "{patch}");
    let folder = project.path().join("web").canonicalize().expect("a folder");
    assert!(said.contains(&format!("note: the patch is for {}", folder.display())), "{said}");
    assert_eq!(apply("git", &["apply", "--check"], &folder, &patch), "");
}

#[test]
fn the_exit_code_tells_of_a_difference() {
    // An info that has a fix, and an error that has none.
    let info = project(
        "",
        ROUTE,
        "import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient(), x = 1;\n",
    );
    let run = info.run(&["--diff", "--fail-on", "error"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), "1 finding would be fixed\n"), "{}", run.stdout);
    assert_eq!(info.run(&["--diff", "--fail-on", "never"]).code, Some(0));
    let route = "import { PrismaClient } from '@prisma/client';\nexport async function GET() {\n  const db = new \
                 PrismaClient();\n  return Response.json(await db.user.findMany({ take: 5 }));\n}\n";
    let error = project("", route, "export {};\n");
    let run = error.run(&["--diff"]);
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(1), "", "0 findings would be fixed\n")
    );
    assert_eq!(error.run(&["--diff", "--skip", "per-request-client"]).code, Some(0));
}

#[test]
fn reports_in_files_are_written_beside_the_diff() {
    let project = project("", ROUTE, DB);
    let run = project.run(&["--diff", "-o", "json=out/report.json", "-o", "sarif=report.sarif"]);
    assert!(run.stdout.starts_with("--- a/app/api/users/route.ts\n"), "{}", run.stdout);
    let read = |path: &str| fs::read(project.path().join(path)).expect("the report is there");
    let report: serde_json::Value = serde_json::from_slice(&read("out/report.json")).expect("JSON");
    assert_eq!(report["diagnostics"].as_array().map(Vec::len), Some(2), "{report}");
    assert!(!read("report.sarif").is_empty());
    for more in [["--format", "json"], ["--output", "json=-"]] {
        let run = project.run(&[&["--diff"], &more[..]].concat());
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
        assert!(
            run.stderr.contains("the diff and json are both to be written to standard output")
                && run.stderr.contains("--output json=FILE"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn control_characters_are_not_printed() {
    let route = ROUTE.replace("  } finally", "    // \u{1b}[31m\n  } finally");
    let project = project("", &route, DB);
    let run = project.run(&["--diff"]);
    assert!(!run.stdout.contains('\u{1b}') && !run.stdout.contains("route.ts"), "{}", run.stdout);
    assert!(run.stderr.starts_with("warning: app/api/users/route.ts: "), "{}", run.stderr);
    assert_eq!(apply("git", &["apply", "--check"], project.path(), &run.stdout), "");
    assert!(project.run(&["--fix"]).stderr.starts_with("2 findings fixed\n"));
}
