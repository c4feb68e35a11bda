//! `--watch`, seen from outside. Every test waits for output and never for time, so that a busy machine only makes it
//! slower.

#![allow(clippy::expect_used, clippy::panic, reason = "a watch that says nothing has to fail")]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use common::Project;

/// A watch that says nothing for so long says nothing at all.
const NEVER: Duration = Duration::from_secs(120);
const NEXT: &str = r#"{ "dependencies": { "next": "15.3.0", "pg": "8" } }"#;
const FOUND: &str = "import { Pool } from 'pg';
export async function GET() {
  return Response.json(await new Pool().query('select 1'));
}
";
const CLEAN: &str = "export const GET = () => Response.json({});\n";
const ROUTE: &str = "app/api/users/route.ts";

fn project() -> Project {
    Project::new(&[("package.json", NEXT), (ROUTE, CLEAN)])
}

/// A running watch.
struct Watch {
    child: Child,
    out: Receiver<String>,
    errors: Receiver<String>,
}

/// The lines of a stream as they come.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

fn until(lines: &Receiver<String>, text: &str) -> String {
    let mut seen = String::new();
    while !seen.contains(text) {
        match lines.recv_timeout(NEVER) {
            Ok(line) => seen.push_str(&(line + "\n")),
            Err(error) => panic!("no `{text}` ({error}), but:\n{seen}"),
        }
    }
    seen
}

impl Watch {
    /// Starts one, and waits until changes are seen.
    fn start(project: &Project, arguments: &[&str]) -> Self {
        let mut all = vec!["--watch"];
        all.extend(arguments);
        let mut command = project.command(&all);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let out = lines(child.stdout.take().expect("a pipe"));
        let errors = lines(child.stderr.take().expect("a pipe"));
        let watch = Self { child, out, errors };
        watch.says("folders for changes, Ctrl-C ends it");
        watch
    }

    /// Waits for a report with a text in it, and gives all lines up to there.
    fn prints(&self, text: &str) -> String {
        until(&self.out, text)
    }

    /// The same for standard error.
    fn says(&self, text: &str) -> String {
        until(&self.errors, text)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

#[test]
fn what_changes_is_checked_again() {
    let project = project();
    let watch = Watch::start(&project, &["--format", "concise"]);
    watch.prints("no problems found");
    project.write(ROUTE, FOUND);
    let printed = watch.prints("per-request-client");
    assert!(printed.contains("app/api/users/route.ts:3:"), "{printed}");
    assert!(!printed.contains('\u{1b}'), "a file or a pipe is not cleared: {printed:?}");
    assert!(watch.says(" ms").starts_with("app/api/users/route.ts changed, checked in "));
    project.write(ROUTE, CLEAN);
    watch.prints("no problems found");
}

#[test]
fn a_project_may_begin_to_be_one() {
    let project = Project::new(&[("a.ts", "export {};\n")]);
    let watch = Watch::start(&project, &["--format", "concise"]);
    watch.prints("no routes found");
    project.write(ROUTE, FOUND);
    project.write("package.json", NEXT);
    watch.prints("per-request-client");
}

#[test]
fn editors_that_save_by_rename_are_seen() {
    let project = project();
    let watch = Watch::start(&project, &["--format", "concise"]);
    project.write("app/api/users/.route.ts.swp", FOUND);
    fs::rename(project.path().join(ROUTE), project.path().join(format!("{ROUTE}~"))).expect("a backup");
    fs::rename(project.path().join("app/api/users/.route.ts.swp"), project.path().join(ROUTE))
        .expect("the new text");
    watch.prints("per-request-client");
    fs::rename(project.path().join(format!("{ROUTE}~")), project.path().join(ROUTE)).expect("the old text");
    watch.prints("no problems found");
}

#[test]
fn files_and_folders_that_come_and_go_are_seen() {
    let project = project();
    let watch = Watch::start(&project, &["--format", "concise"]);
    project.write("app/api/deep/er/still/route.ts", FOUND);
    watch.prints("app/api/deep/er/still/route.ts:3:");
    fs::rename(project.path().join("app/api/deep"), project.path().join("app/api/low")).expect("a folder");
    watch.prints("app/api/low/er/still/route.ts:3:");
    project.write("app/api/low/er/still/route.ts", CLEAN);
    watch.prints("no problems found");
    project.write("app/api/low/er/still/route.ts", FOUND);
    watch.prints("app/api/low/er/still/route.ts:3:");
    fs::remove_dir_all(project.path().join("app/api/low")).expect("a folder");
    watch.prints("no problems found");
    // A checkout of another branch and back.
    for number in 0..300 {
        project.write(&format!("app/api/r{number}/route.ts"), FOUND);
    }
    watch.prints("app/api/r299/route.ts:3:");
}

#[test]
fn configuration_may_be_wrong_for_a_while() {
    let project = project();
    project.write(ROUTE, FOUND);
    let watch = Watch::start(&project, &["--format", "concise"]);
    project.write("routelint.jsonc", r#"{ "rules": { "per-request-clint": "off" } }"#);
    assert!(watch.says("per-request-clint").contains("error"), "the mistake is shown");
    project.write("routelint.jsonc", r#"{ "rules": { "per-request-client": "off" } }"#);
    watch.prints("no problems found");
    fs::remove_file(project.path().join("routelint.jsonc")).expect("the file was there");
    watch.prints("per-request-client");
    // Nothing of it is a source, and nothing looks into it.
    project.write("node_modules/pg/index.ts", FOUND);
    project.write(".gitignore", "api\n");
    watch.prints("no routes found");
}

#[test]
fn only_folders_with_sources_are_watched() {
    let project = project();
    for number in 0..40 {
        project.write(&format!("node_modules/p{number}/lib/index.js"), "module.exports = {};\n");
        project.write(&format!(".next/server/{number}/page.js"), "module.exports = {};\n");
    }
    let mut child = project
        .command(&["--watch"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let errors = lines(child.stderr.take().expect("a pipe"));
    let said = until(&errors, "folders for changes");
    child.kill().expect("it runs");
    child.wait().expect("it was started");
    assert!(said.contains("watching 4 folders"), "`.`, `app`, `app/api`, `app/api/users`: {said}");
}

#[test]
fn reports_in_files_are_replaced() {
    let project = project();
    let watch = Watch::start(&project, &["-o", "json=report.json", "--format", "concise"]);
    let report = || fs::read_to_string(project.path().join("report.json")).expect("a report");
    assert!(!report().contains("per-request-client"));
    project.write(ROUTE, FOUND);
    // Files are written before the report is printed.
    watch.prints("per-request-client");
    assert!(report().contains("per-request-client"));
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let project = project();
    let commands: [&[&str]; 8] = [
        &["--watch", "--fix"],
        &["--watch", "--diff"],
        &["check", "--watch", "--staged"],
        &["--watch", "--changed"],
        &["--watch", "--stdin-filename", "a.ts"],
        &["--watch", "--shard", "1/2"],
        &["--watch", "--print-config"],
        &["--watch", "no/such/folder"],
    ];
    for arguments in commands {
        let run = project.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}: {}", run.stderr);
    }
    for format in ["json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown"] {
        let run = project.run(&["--watch", "--format", format]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
        let help = format!("--output {format}=FILE");
        assert!(run.stderr.contains(&help), "{}", run.stderr);
    }
}

#[test]
fn it_ends_with_what_it_watches() {
    let project = project();
    project.write("app/web/package.json", NEXT);
    project.write("app/web/app/api/a/route.ts", CLEAN);
    let mut watch = Watch::start(&project, &["app/web"]);
    fs::remove_dir_all(project.path().join("app/web")).expect("the folder was there");
    let said = watch.says("is not there any more");
    assert!(said.contains("error: "), "{said}");
    assert_eq!(watch.child.wait().expect("it was started").code(), Some(2));
}

#[test]
fn it_ends_when_nobody_reads_its_reports() {
    let project = project();
    let mut child = project
        .command(&["--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let errors = lines(child.stderr.take().expect("a pipe"));
    until(&errors, "folders for changes");
    drop(child.stdout.take());
    project.write(ROUTE, FOUND);
    assert_eq!(child.wait().expect("it was started").code(), Some(0));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it() {
    use std::os::unix::process::ExitStatusExt as _;
    let project = project();
    let mut watch = Watch::start(&project, &[]);
    let id = watch.child.id().to_string();
    std::process::Command::new("kill").args(["-INT", &id]).status().expect("kill runs");
    assert_eq!(watch.child.wait().expect("it was started").signal(), Some(2));
}
