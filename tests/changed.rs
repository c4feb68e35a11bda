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
fn a_finding_is_about_the_way_to_it_and_its_routes() {
    let project = repository();
    for path in ["app/api/a/route.ts", "app/api/a"] {
        let run = run(&project, &[path]);
        assert_eq!((files(&run), run.code), (vec!["lib/db.ts"], Some(1)), "{path}");
        assert!(run.stdout.contains("1 elsewhere"), "{}", run.stdout);
    }
    // A new route that calls an old helper.
    project.write(
        "app/api/fresh/route.ts",
        "import { open } from '../../../lib/db';\nexport const GET = () => Response.json(open());\n",
    );
    git(&project, &["add", "-A"]);
    for arguments in [&["--staged"][..], &["--changed"], &["app/api/fresh/route.ts"]] {
        let run = run(&project, arguments);
        assert_eq!((files(&run), run.code), (vec!["lib/db.ts"], Some(1)), "{arguments:?}");
    }
    project.write("lib/mail.ts", "export {}\n");
    assert!(files(&run(&project, &["lib/mail.ts"])).is_empty());
}

#[test]
fn what_is_found_elsewhere_is_counted() {
    let project = project();
    let elsewhere = |arguments: &[&str], count: &str| {
        let run = run(&project, arguments);
        assert!(run.stdout.contains(count), "{arguments:?}: {}", run.stdout);
    };
    assert!(!run(&project, &[]).stdout.contains("elsewhere"));
    elsewhere(&["package.json"], "no problems found · 0 hidden, 0 suppressed, 2 elsewhere");
    elsewhere(&["lib/db.ts"], "1 elsewhere");
    project.write("routelint.json", r#"{ "exclude": ["lib"] }"#);
    elsewhere(&[], "1 elsewhere");
    // Not what would not be shown there either.
    project.write("lib/db.ts", format!("/* routelint-ignore-file per-request-client: known */\n{CLIENT}"));
    elsewhere(&["package.json"], "1 elsewhere");
}

/// A workspace whose package opens a client for two apps.
fn workspace() -> Project {
    let route = "import { open } from '@acme/db';\nexport const GET = () => Response.json(open());\n";
    let project = Project::new(&[
        ("pnpm-workspace.yaml", "packages:\n  - apps/*\n  - packages/*\n"),
        ("package.json", "{}"),
        ("packages/db/package.json", r#"{ "name": "@acme/db", "main": "src/index.ts" }"#),
        ("packages/db/src/index.ts", CLIENT),
        ("packages/db/src/other.ts", "export {};\n"),
        ("packages/db/src/esm/package.json", r#"{ "type": "module" }"#),
        ("packages/db/src/esm/mail.ts", "export {};\n"),
    ]);
    for app in ["web", "admin"] {
        project.write(&format!("apps/{app}/package.json"), r#"{ "dependencies": { "next": "16.0.0" } }"#);
        project.write(&format!("apps/{app}/app/api/a/route.ts"), route);
        project.write(&format!("apps/{app}/lib/util.ts"), "export {};\n");
    }
    project
}

#[test]
fn files_of_a_package_are_seen_from_the_whole_workspace() {
    let project = workspace();
    let shared = "packages/db/src/index.ts";
    let absolute = project.path().join(shared);
    for paths in [
        &[shared][..],
        &[absolute.to_str().expect("UTF-8")],
        &["packages/db"],
        &[shared, "packages/db/src/other.ts"],
        &[shared, "apps/web/lib/util.ts"],
        &["apps/web/lib/util.ts", "apps/admin/app/api/a/route.ts"],
        &["apps/web", "apps/admin"],
    ] {
        let run = run(&project, paths);
        assert_eq!((files(&run), run.code), (vec![shared], Some(1)), "{paths:?}: {}", run.stdout);
    }
    for paths in [
        &["packages/db/src/other.ts"][..],
        &["packages/db/src/other.ts", "packages/db/package.json"],
        &["apps/web/lib/util.ts", "apps/admin/lib/util.ts"],
        &["apps/web/lib/util.ts"],
    ] {
        let run = run(&project, paths);
        assert_eq!((files(&run), run.code), (vec![], Some(0)), "{paths:?}");
        assert!(run.stdout.contains("1 elsewhere"), "{paths:?}: {}", run.stdout);
    }
    // Of an app alone they are seen from the current folder all the same.
    for path in ["apps/web", "apps/web/app/api/a/route.ts"] {
        assert_eq!(files(&run(&project, &[path])), ["packages/db/src/index.ts"], "{path}");
    }
}

#[test]
fn a_commit_in_a_package_alone_is_seen_from_inside_it() {
    let project = workspace();
    git(&project, &["init", "-q"]);
    git(&project, &["add", "packages"]);
    for folder in ["packages/db", "packages/db/src", "."] {
        let run = run(&project, &["--staged", folder]);
        assert_eq!((files(&run), run.code), (vec!["packages/db/src/index.ts"], Some(1)), "{folder}");
    }
    // A folder may have a package.json for its module format alone, and be nobody's package.
    let sin = CLIENT.replace("open", "send");
    project.write("packages/db/src/esm/mail.ts", &sin);
    project.write(
        "apps/web/app/api/a/route.ts",
        "import { send } from '../../../../../packages/db/src/esm/mail';\nexport const GET = () => Response.json(send());\n",
    );
    let run = run(&project, &["packages/db/src/esm/mail.ts"]);
    assert_eq!((files(&run), run.code), (vec!["packages/db/src/esm/mail.ts"], Some(1)), "{}", run.stdout);
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
fn files_that_are_staged_in_part_are_named() {
    let project = repository();
    let sin = "import { Pool } from 'pg';\nexport const GET = () => Response.json(new Pool());\n";
    project.write("app/api/c/route.ts", sin);
    project.write("README.md", "one");
    git(&project, &["add", "-A"]);
    assert!(!run(&project, &["--staged"]).stderr.contains("in part"));
    project.write("app/api/c/route.ts", "export const GET = () => new Response();\n");
    project.write("README.md", "two");
    let one = run(&project, &["--staged", "--quiet"]);
    assert!(one.stderr.starts_with("warning: app/api/c/route.ts is staged only in part: "), "{}", one.stderr);
    project.write("lib/db.ts", format!("// 1\n{CLIENT}"));
    assert_eq!(run(&project, &["--staged"]).stderr, one.stderr, "what is not staged at all is no part");
    git(&project, &["add", "lib"]);
    std::fs::remove_file(project.path().join("lib/db.ts")).expect("a file");
    let two = run(&project, &["--staged"]).stderr;
    assert!(two.contains("app/api/c/route.ts and 1 other file are staged only in part"), "{two}");
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
    assert_eq!(files(&run(&project, &["--changed=HEAD"])).len(), 2);
    let unknown = run(&project, &["--changed=main"]);
    assert!(unknown.code == Some(2) && unknown.stderr.contains("no commits yet"), "{}", unknown.stderr);
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
    assert!(unknown.stderr.contains("git branch --all"), "{}", unknown.stderr);
    for empty in ["--changed=", "--changed= "] {
        let run = run(&repository(), &[empty]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert!(
            run.stderr.contains("names no commit") && run.stderr.contains("help: name one"),
            "{}",
            run.stderr
        );
    }
    let word = run(&repository(), &["--changed", "main"]);
    assert_eq!(word.code, Some(2));
    assert!(word.stderr.contains("did you mean `--changed=main`?"), "{}", word.stderr);
    let missing = run(&repository(), &["--staged", "no/such"]);
    assert!(
        missing.code == Some(2) && missing.stderr.starts_with("error: no/such: no such file"),
        "{missing:?}"
    );
    let option = run(&repository(), &["--changed=--output=x"]);
    assert!(option.stderr.contains("git knows no commit"), "{}", option.stderr);
    let project = repository();
    let mut without = project.command(&["--staged"]);
    let without = without.env("PATH", "/nowhere").output().expect("the binary runs");
    assert_eq!(without.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&without.stderr).contains("git cannot be started"));
}

#[test]
#[cfg(unix)]
fn what_git_says_is_told_in_our_words() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = project();
    let said = [
        ("detected dubious ownership in repository at", "belongs to another user", "safe.directory /"),
        ("a\n\tb\u{1b}[2J", "git rev-parse failed: fatal: a b\\x1b", "help: name the files instead"),
    ];
    for (message, error, help) in said {
        project.write("bin/git", format!("#!/bin/sh\nprintf 'fatal: {message}' >&2\nexit 128\n"));
        let git = project.path().join("bin/git");
        std::fs::set_permissions(&git, std::fs::Permissions::from_mode(0o755)).expect("a program");
        let mut command = project.command(&["--staged"]);
        let output = command.env("PATH", git.parent().expect("a folder")).output().expect("the binary runs");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(
            output.status.code() == Some(2) && stderr.contains(error) && stderr.contains(help),
            "{stderr}"
        );
    }
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
    // Neither has its folder to be there, nor any router.
    assert!(stdin("app/api/new/route.ts", unsaved).starts_with("app/api/new/route.ts:2:"));
    std::fs::remove_dir_all(project.path().join("app")).expect("a folder");
    assert!(stdin("app/api/new/[id]/route.ts", unsaved).starts_with("app/api/new/[id]/route.ts:2:"));
    // In an editor a finding stands where it can be repaired.
    assert_eq!(
        stdin(
            "app/api/a/route.ts",
            "import { open } from '../../../lib/db';\nexport const GET = () => Response.json(open());\n"
        ),
        ""
    );
}
