//! Only what changed: named files, `--staged`, `--changed`, `--stdin-filename`, in repositories of all kinds.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has to fail")]

mod common;

use std::io::Write as _;
use std::process::{Command, Stdio};

use common::{Project, Run};

const CLIENT: &str = "import { Pool } from 'pg';\n\nexport const open = () => new Pool();\n";

/// A route that opens a client through a helper, and one that opens its own.
fn project() -> Project {
    Project::new(&[
        ("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
        ("lib/db.ts", CLIENT),
        (
            "app/api/a/route.ts",
            "import { open } from '../../../lib/db';\nexport const GET = () => Response.json(open());\n",
        ),
        (
            "app/api/b/route.ts",
            "import { Pool } from 'pg';\nexport const GET = () => Response.json(new Pool());\n",
        ),
    ])
}

fn git(project: &Project, arguments: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
    let run = Command::new("git").args(identity).args(arguments).current_dir(project.path()).output();
    let run = run.expect("git runs");
    assert!(run.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
}

fn repository() -> Project {
    let project = project();
    git(&project, &["init", "-q"]);
    git(&project, &["add", "-A"]);
    git(&project, &["commit", "-qm", "first"]);
    project
}

/// The files that a run reports, in order.
fn run(project: &Project, arguments: &[&str]) -> Run {
    let mut command =
        project.command(&[&["--format", "concise", "--rule", "per-request-client"], arguments].concat());
    command.env("PATH", std::env::var_os("PATH").expect("a path"));
    let output = command.output().expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn files(run: &Run) -> Vec<&str> {
    let lines = run.stdout.lines().filter(|line| line.contains("[per-request-client]"));
    lines.map(|line| line.split(':').next().unwrap_or_default()).collect()
}

#[test]
fn named_files_limit_the_report_not_the_project() {
    let project = project();
    assert_eq!(files(&run(&project, &[])), ["app/api/b/route.ts", "lib/db.ts"]);
    assert_eq!(files(&run(&project, &["lib/db.ts"])).len(), 1);
    let several = run(&project, &["lib/db.ts", "package.json"]);
    assert_eq!((files(&several), several.code), (vec!["lib/db.ts"], Some(1)));
    project.write("lib/mail.ts", "export {}\n");
    assert_eq!(files(&run(&project, &["lib/db.ts", "lib/mail.ts"])), ["lib/db.ts"]);
    assert_eq!(run(&project, &["lib/db.ts", "lib/gone.ts"]).code, Some(2));
}

#[test]
fn a_named_file_that_is_ignored_is_fine() {
    let project = project();
    project.write(".gitignore", "old/\n");
    project.write("old/route.ts", CLIENT);
    project.write("node_modules/x/package.json", "{}");
    project.write("node_modules/x/index.js", CLIENT);
    for paths in [&["old/route.ts"][..], &["node_modules/x/index.js"], &["old/route.ts", "package.json"]] {
        let run = run(&project, paths);
        assert_eq!(run.code, Some(0), "{paths:?}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn staged_is_what_the_next_commit_holds() {
    let project = repository();
    assert!(files(&run(&project, &["--staged"])).is_empty());
    project.write("lib/db.ts", format!("// changed\n{CLIENT}"));
    assert!(files(&run(&project, &["--staged"])).is_empty());
    git(&project, &["add", "-A"]);
    assert_eq!(files(&run(&project, &["--staged"])), ["lib/db.ts"]);
    git(&project, &["rm", "-q", "--cached", "lib/db.ts"]);
    assert!(files(&run(&project, &["--staged"])).is_empty());
}

#[test]
fn changed_is_what_differs_new_and_renamed_files_included() {
    let project = repository();
    assert!(files(&run(&project, &["--changed"])).is_empty());
    project.write(
        "app/api/c/route.ts",
        "import { Pool } from 'pg';\nexport const GET = () => Response.json(new Pool());\n",
    );
    assert_eq!(files(&run(&project, &["--changed"])), ["app/api/c/route.ts"]);
    git(&project, &["mv", "app/api/b", "app/api/z"]);
    assert_eq!(files(&run(&project, &["--changed"])), ["app/api/c/route.ts", "app/api/z/route.ts"]);
    git(&project, &["checkout", "-qb", "work"]);
    git(&project, &["add", "-A"]);
    git(&project, &["commit", "-qm", "second"]);
    assert!(files(&run(&project, &["--changed"])).is_empty());
    assert_eq!(files(&run(&project, &["--changed=main"])), ["app/api/c/route.ts", "app/api/z/route.ts"]);
    git(&project, &["checkout", "-q", "--detach"]);
    assert_eq!(files(&run(&project, &["--changed=main"])).len(), 2);
}

#[test]
fn a_repository_without_commits_has_only_new_files() {
    let project = project();
    git(&project, &["init", "-q"]);
    assert_eq!(files(&run(&project, &["--changed"])).len(), 2);
    assert!(files(&run(&project, &["--staged"])).is_empty());
    git(&project, &["add", "lib"]);
    assert_eq!(files(&run(&project, &["--staged"])), ["lib/db.ts"]);
}

#[test]
fn a_repository_inside_a_repository_counts_for_itself() {
    let outer = Project::new(&[]);
    git(&outer, &["init", "-q"]);
    for (path, text) in [
        ("inner/package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
        ("inner/app/api/b/route.ts", CLIENT),
    ] {
        outer.write(path, text);
    }
    git(&outer, &["-C", "inner", "init", "-q"]);
    git(&outer, &["-C", "inner", "add", "-A"]);
    git(&outer, &["-C", "inner", "commit", "-qm", "first"]);
    assert!(files(&run(&outer, &["--changed", "inner"])).is_empty());
}

#[test]
fn what_git_cannot_say_is_an_error_with_help() {
    let outside = run(&project(), &["--staged"]);
    assert_eq!(outside.code, Some(2));
    assert!(
        outside.stderr.contains("not in a git repository") && outside.stderr.contains("help:"),
        "{}",
        outside.stderr
    );
    let unknown = run(&repository(), &["--changed=no-such-branch"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("git knows no commit `no-such-branch`"), "{}", unknown.stderr);
    let option = run(&repository(), &["--changed=--output=x"]);
    assert!(option.stderr.contains("git knows no commit"), "{}", option.stderr);
    let project = repository();
    let mut without = project.command(&["--staged"]);
    let without = without.env("PATH", "/nowhere").output().expect("the binary runs");
    assert_eq!(without.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&without.stderr).contains("git cannot be started"));
}

#[test]
fn standard_input_stands_for_a_file() {
    let project = project();
    let stdin = |file: &str, text: &str| {
        let mut command = project.command(&[
            "-q",
            "--format",
            "concise",
            "--rule",
            "per-request-client",
            "--stdin-filename",
            file,
        ]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary runs");
        child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let found = stdin("lib/db.ts", CLIENT);
    assert!(
        found.starts_with("lib/db.ts:3:27: error[per-request-client]") && found.lines().count() == 1,
        "{found}"
    );
    assert_eq!(stdin("lib/db.ts", "export const open = () => 1;\n"), "");
    let unsaved = "import { Pool } from 'pg';\nexport const GET = () => Response.json(new Pool());\n";
    std::fs::create_dir_all(project.path().join("app/api/new")).expect("a folder");
    assert!(stdin("app/api/new/route.ts", unsaved).starts_with("app/api/new/route.ts:2:"));
}
