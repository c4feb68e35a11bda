//! The binary as a user meets it: exit codes, where messages go, closed pipes.

mod common;

use std::process::Stdio;

use common::Project;

#[test]
fn a_missing_path_is_an_error_with_help() {
    let run = Project::new(&[]).run(&["no/such/folder"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(
        run.stderr.starts_with("error: no/such/folder") && run.stderr.contains("\n  help: "),
        "{}",
        run.stderr
    );
}

#[test]
fn an_unknown_rule_is_an_error_wherever_it_is_named() {
    let project = Project::new(&[]);
    for arguments in [&["explain", "no-such"][..], &["--rule", "no-such"], &["routes", "--skip", "no-such"]] {
        let run = project.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert!(run.stderr.starts_with("error: there is no rule `no-such`"), "{}", run.stderr);
    }
}

#[test]
fn wrong_usage_exits_with_two_and_help_with_zero() {
    let project = Project::new(&[]);
    assert_eq!(project.run(&["--no-such-flag"]).code, Some(2));
    let help = project.run(&["--help"]);
    assert_eq!(help.code, Some(0));
    assert!(help.stdout.contains("Exit codes:") && help.stderr.is_empty());
}

#[test]
fn a_project_without_routes_is_clean_and_says_so() {
    let run = Project::new(&[("a.ts", "export {}\n")]).run(&[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.starts_with("no routes found in "), "{}", run.stdout);
}

#[test]
fn a_closed_pipe_is_success() {
    let project = Project::new(&[("a.ts", "export {}\n")]);
    let commands: [&[&str]; 8] = [
        &[],
        &["--format", "concise"],
        &["--format", "json"],
        &["--format", "sarif"],
        &["routes"],
        &["rules"],
        &["completions", "zsh"],
        &["--help"],
    ];
    for arguments in commands {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = project.command(arguments);
        let status = command.stdout(writer).stderr(Stdio::null()).status().expect("the binary runs");
        assert_eq!(status.code(), Some(0), "{arguments:?}");
    }
}
