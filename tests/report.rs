//! `routelint report`: the page is written, whole or not at all, and says what the other reports say.

#![allow(clippy::unwrap_used, reason = "a run whose page cannot be read has to fail")]

mod common;

use std::fs;

use common::{Project, Run};
use serde_json::Value;

const ROUTE: &str = "import { Pool } from 'pg';\nexport async function GET() {\n  const pool = new Pool();\n  \
                     return Response.json(await pool.query('select 1'));\n}\n";

fn project() -> Project {
    Project::new(&[
        ("package.json", r#"{ "dependencies": { "next": "15.3.0" } }"#),
        ("app/api/users/route.ts", ROUTE),
        ("app/api/broken/route.ts", "export const GET = (((;\n"),
    ])
}

/// Standard error of a run that has to fail as wrong usage does.
fn refused(project: &Project, arguments: &[&str]) -> String {
    let Run { code, stdout, stderr } = project.run(arguments);
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{arguments:?}");
    stderr
}

#[test]
fn every_test_project_has_a_page_with_all_of_its_findings() {
    let here = Project::new(&[]);
    for folder in fs::read_dir("testdata/projects").unwrap() {
        let folder = folder.unwrap().path().canonicalize().unwrap();
        let folder = folder.to_str().unwrap();
        let written = here.run(&["report", folder, "--html", "deep/page.html"]);
        assert_eq!((written.code, &*written.stdout), (Some(0), ""), "{}", written.stderr);
        let printed = here.run(&["report", folder, "--html", "-", "--threads", "1"]).stdout;
        assert_eq!(fs::read_to_string(here.path().join("deep/page.html")).unwrap(), printed, "{folder}");
        let json = here.run(&[folder, "--format", "json", "--fail-on", "never"]).stdout;
        let json: Value = serde_json::from_str(&json).unwrap();
        for finding in json["diagnostics"].as_array().unwrap() {
            assert!(printed.contains(finding["fingerprint"].as_str().unwrap()), "{folder}: {finding}");
        }
    }
}

#[test]
fn a_page_tells_what_changed_since_a_report() {
    let project = project();
    project.run(&["--output", "json=last.json", "--fail-on", "never"]);
    fs::write(project.path().join("app/api/users/route.ts"), "export const GET = () => new Response();\n")
        .unwrap();
    let text = project.run(&["report", "--html", "-", "--previous", "last.json"]).stdout;
    assert!(text.contains("<b>0</b> new") && text.contains("<b>1</b> gone"), "nothing of the trend");
    assert!(text.contains("broken/route.ts"), "what cannot be parsed is named");
}

#[test]
fn a_newer_report_is_said_and_no_failure() {
    let project = project();
    let newer = r#"{ "version": 7, "tool": { "name": "routelint", "version": "9.1.0" }, "findings": [] }"#;
    project.write("last.json", newer);
    let Run { code, stdout, stderr } = project.run(&["report", "--html", "-", "--previous", "last.json"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("warning: last.json: version 7"), "{stderr}");
    assert!(stdout.contains("written by routelint 9.1.0"));
}

#[test]
fn what_is_no_report_says_what_to_do() {
    let project = project();
    for (text, what) in [("{", "no complete JSON"), ("[]", "not a report of routelint")] {
        project.write("last.json", text);
        let said = refused(&project, &["report", "--html", "-", "--previous", "last.json"]);
        assert!(said.contains("last.json: is") && said.contains(what), "{said}");
        assert!(said.contains("help: name a file that `routelint --output json=FILE` wrote"), "{said}");
    }
    let said = refused(&project, &["report", "--html", "-", "--previous", "no.json"]);
    assert!(said.contains("no.json: cannot be read"), "{said}");
    let said = refused(&project, &["report", "--html", "./last.json", "--previous", "last.json"]);
    assert!(said.contains("would replace the earlier report"), "{said}");
}

#[test]
fn where_nothing_can_be_written_nothing_is_done() {
    let project = project();
    for (file, what) in [("app", "it is a folder"), ("package.json/x.html", "is not a folder")] {
        let said = refused(&project, &["report", "--html", file]);
        assert!(said.contains(&format!("cannot write to {file}")) && said.contains(what), "{said}");
    }
    assert_eq!(project.run(&["report"]).code, Some(2));
}
