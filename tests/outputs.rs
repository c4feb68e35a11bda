//! Reports in files: several in one run, whole or not at all, and what happens when one cannot be written.

#![allow(clippy::expect_used, reason = "a run whose report cannot be read has to fail")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use common::{Project, Run};
use serde_json::Value;

const MANIFEST: (&str, &str) = ("package.json", r#"{ "dependencies": { "next": "15.3.0" } }"#);
const SIN: &str = "import { Pool } from 'pg';\nexport async function GET() {\n  const pool = new Pool();\n  \
                   return Response.json(await pool.query('select 1'));\n}\n";
const OWN: &str = "import Redis from 'ioredis';\nconst own = new Redis();\nexport const GET = async () => Response.json(await own.get('a'));\n";
/// Every format that takes a file.
const FORMATS: [&str; 10] =
    ["full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown"];

/// Two routes with an error each, one with an info.
fn project() -> Project {
    Project::new(&[
        MANIFEST,
        ("app/api/a/route.ts", SIN),
        ("app/api/b/[id]/route.ts", SIN),
        ("app/api/own/route.ts", OWN),
    ])
}

fn read(project: &Project, file: &str) -> String {
    fs::read_to_string(project.path().join(file)).expect("a report")
}

/// The names of what is in a folder of the project.
fn names(project: &Project, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(project.path().join(folder)).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What a schema says against a value, if anything.
fn invalid(schema: &Value, value: &Value) -> Option<String> {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    validator.iter_errors(value).next().map(|error| error.to_string())
}

fn assert_refused(run: &Run, message: &str, help: &str) {
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
    assert!(
        run.stderr.contains(message) && run.stderr.contains(&format!("\n  help: {help}")),
        "{}",
        run.stderr
    );
}

#[test]
fn one_run_writes_every_format_and_all_agree() {
    let project = project();
    let outputs: Vec<String> = FORMATS.iter().map(|format| format!("{format}=out/{format}")).collect();
    for (fail_on, code) in [("error", 1), ("never", 0)] {
        let mut arguments = vec!["--fail-on", fail_on, "-q"];
        arguments.extend(outputs.iter().flat_map(|output| ["--output", output]));
        let run = project.run(&arguments);
        assert_eq!((run.code, run.stderr.as_str()), (Some(code), ""));
        assert_eq!(names(&project, "out").len(), FORMATS.len());
        assert_eq!(run.stdout, read(&project, "out/full"));
    }
    let json: Value = serde_json::from_str(&read(&project, "out/json")).expect("JSON");
    let found = json["diagnostics"].as_array().expect("diagnostics").len();
    assert_eq!((found, &json["summary"]["errors"], &json["summary"]["infos"]), (3, &2.into(), &1.into()));
    let parsed = |file: &str| serde_json::from_str::<Value>(&read(&project, file)).expect("JSON");
    assert_eq!(parsed("out/sarif")["runs"][0]["results"].as_array().map(Vec::len), Some(found));
    assert_eq!(parsed("out/gitlab").as_array().map(Vec::len), Some(found));
    let schema: Value = serde_json::from_str(include_str!("../schemas/report-v1.schema.json")).expect("JSON");
    let line = serde_json::json!({ "$defs": schema["$defs"], "$ref": "#/$defs/Diagnostic" });
    assert_eq!(invalid(&schema, &json), None);
    for text in read(&project, "out/jsonl").lines() {
        assert_eq!(invalid(&line, &serde_json::from_str(text).expect("JSON")), None);
    }
    for (file, mark) in [
        ("full", "[per-request-client] every"),
        ("concise", ": error["),
        ("jsonl", "{\"rule\":\"per-request-client\""),
        ("github", "::error "),
        ("junit", "<failure type=\"error\""),
        ("checkstyle", "severity=\"error\""),
        ("markdown", "| ❌ error |"),
    ] {
        let text = read(&project, &format!("out/{file}"));
        assert_eq!(text.matches(mark).count(), 2, "{file}: {text}");
    }
}

#[test]
fn a_report_is_the_same_in_a_file_and_on_standard_output() {
    let project = project();
    for format in ["concise", "sarif", "gitlab", "junit", "checkstyle", "markdown", "github", "jsonl"] {
        let printed = project.run(&["-q", "--format", format]);
        let dashed = project.run(&["-q", "--output", &format!("{format}=-")]);
        project.run(&["-q", "--color", "always", "--output", &format!("{format}=file")]);
        assert_eq!(printed.stdout, read(&project, "file"), "{format}");
        assert_eq!(printed.stdout, dashed.stdout, "{format}");
    }
}

#[test]
fn outputs_that_clash_are_refused_before_any_work() {
    let project = project();
    let run = project.run(&["--format", "json", "-o", "sarif=-", "-o", "junit=good.xml"]);
    assert_refused(
        &run,
        "json and sarif are both to be written to standard output",
        "write one of them to a file",
    );
    let run = project.run(&["-o", "json=x", "-o", "junit=good.xml", "-o", "sarif=./app/../x"]);
    assert_refused(&run, "json and sarif are both to be written to ./app/../x", "name a file for each");
    let run = project.run(&["-o", "json=app", "-o", "junit=good.xml", "-o", "sarif=new/"]);
    assert_refused(&run, "cannot write json to app: it is a folder", "name a file in it: --output json=app");
    assert!(run.stderr.contains("cannot write sarif to new/: it is a folder"), "{}", run.stderr);
    let run = project.run(&["-o", "json=package.json/deep/x"]);
    assert_refused(&run, "package.json is not a folder", "name a file in a folder");
    assert_eq!(names(&project, ""), ["app", "package.json"]);
}

#[test]
fn an_output_that_is_misspelt_says_what_was_meant() {
    let project = project();
    for (output, message) in [
        ("sariff=x", "did you mean `sarif`?"),
        ("x.sarif", "such as sarif=routelint.sarif"),
        ("json=", "name a file after `json=`"),
        ("html=x", "there are full, concise, json"),
    ] {
        let run = project.run(&["--output", output]);
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn a_read_only_file_is_not_replaced() {
    let project = project();
    project.write("old.json", "old");
    let path = project.path().join("old.json");
    let mut rights = fs::metadata(&path).expect("the file").permissions();
    rights.set_readonly(true);
    fs::set_permissions(&path, rights).expect("new rights");
    let run = project.run(&["-o", "json=old.json"]);
    assert_refused(&run, "cannot write json to old.json: the file is read-only", "make it writable");
    assert_eq!(read(&project, "old.json"), "old");
}

#[test]
fn a_pipe_that_closes_changes_neither_files_nor_exit_code() {
    let project = project();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = project.command(&["-o", "jsonl=found.jsonl"]);
    let status = command.stdout(writer).stderr(Stdio::null()).status().expect("the binary runs");
    assert_eq!(status.code(), Some(1));
    assert_eq!(read(&project, "found.jsonl").lines().count(), 3);
}

#[test]
fn results_are_grouped_and_counted() {
    let project = project();
    let run = project.run(&["--format", "concise", "-q", "--group-by", "route"]);
    let heads: Vec<&str> = run.stdout.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(heads, ["/api/a: 1 error", "/api/b/[id]: 1 error", "/api/own: 1 info"]);
    let run = project.run(&["--group-by", "severity", "-q"]);
    assert!(
        run.stdout.starts_with("── error: 2 errors\n\nerror[")
            && run.stdout.contains("\n\n── info: 1 info\n")
    );
    let run = project.run(&["--statistics", "-q"]);
    let rows: Vec<Vec<&str>> = run.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[1], ["per-request-client", "2", "-", "-", "2", "2"]);
    assert_eq!(run.code, Some(1));
}

#[test]
fn the_category_of_results_can_be_named() {
    let project = project();
    for (arguments, id) in [
        (&["--format", "sarif"][..], "routelint/"),
        (&["--format", "sarif", "--sarif-category", "web"], "web/"),
    ] {
        let log: Value = serde_json::from_str(&project.run(arguments).stdout).expect("SARIF");
        assert_eq!(log["runs"][0]["automationDetails"]["id"], id);
    }
    assert_eq!(project.run(&["--sarif-category", ""]).code, Some(2));
}

/// Runs with a summary file named, as a workflow does.
fn in_workflow(project: &Project, summary: &Path, arguments: &[&str]) -> Run {
    let mut command = project.command(arguments);
    let output = command.env("GITHUB_STEP_SUMMARY", summary).output().expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn a_workflow_gets_a_job_summary_within_githubs_limit() {
    let project = project();
    let summary = project.path().join("summary.md");
    assert_eq!(in_workflow(&project, &summary, &["--format", "json"]).code, Some(1));
    assert!(!summary.exists(), "only the github format writes one");

    project.write("summary.md", "# Before\n");
    let run = in_workflow(&project, &summary, &["--format", "github"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    assert!(read(&project, "summary.md").starts_with("# Before\n\n### routelint: 2 errors, 1 info\n"));

    project.write("summary.md", "x".repeat((1 << 20) - 8_000));
    in_workflow(&project, &summary, &["-o", "github=log.txt", "-q"]);
    let text = read(&project, "summary.md");
    assert!(text.len() <= 1 << 20 && text.contains("### routelint: 2 errors"), "{}", text.len());

    for used in [(1 << 20) - 100, 2 << 20] {
        project.write("summary.md", "x".repeat(used));
        let run = in_workflow(&project, &summary, &["--format", "github"]);
        assert_eq!(run.code, Some(1), "the log has the findings");
        assert!(run.stderr.starts_with("warning: cannot write the job summary"), "{}", run.stderr);
        assert_eq!(read(&project, "summary.md").len(), used);
    }
    let run = in_workflow(&project, &project.path().join("no/such/file"), &["--format", "github"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.starts_with("::error ") && run.stderr.starts_with("warning: "), "{}", run.stderr);
}

#[test]
fn nothing_but_errors_goes_to_a_standard_error_that_is_no_terminal() {
    let run = project().run(&["-o", "json=x.json"]);
    assert_eq!(run.stderr, "");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;

    use super::*;

    #[test]
    fn a_full_disk_is_told_and_the_other_reports_are_there() {
        if !Path::new("/dev/full").exists() {
            return;
        }
        let project = project();
        let run = project.run(&["--format", "concise", "-o", "sarif=/dev/full", "-o", "json=out.json"]);
        assert_eq!(run.code, Some(2));
        assert!(
            run.stderr.starts_with("error: cannot write sarif to /dev/full: No space left"),
            "{}",
            run.stderr
        );
        assert!(run.stdout.contains("2 errors, 1 info") && read(&project, "out.json").ends_with("}\n"));
    }

    /// A limit on the size of files stops the write after its first half kilobyte, as a full disk would.
    #[test]
    fn a_report_that_does_not_fit_leaves_the_old_one() {
        let project = project();
        project.write("out/report.sarif", "old");
        let script = format!(
            "trap '' XFSZ; ulimit -f 1; exec '{}' -q -o sarif=out/report.sarif -o jsonl=out/new.jsonl",
            env!("CARGO_BIN_EXE_routelint")
        );
        let output =
            Command::new("sh").args(["-c", &script]).current_dir(project.path()).output().expect("sh");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert_eq!(stderr.matches("error: cannot write ").count(), 2, "{stderr}");
        assert_eq!(read(&project, "out/report.sarif"), "old");
        assert!(!stderr.contains(".tmp"), "{stderr}");
        assert_eq!(names(&project, "out"), ["report.sarif"]);
    }

    #[test]
    fn a_folder_that_takes_no_files_is_told() {
        let project = project();
        project.write("shut/old", "");
        let shut = project.path().join("shut");
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o555)).expect("new rights");
        // Root may write there all the same: then the folder is one that nobody can write to.
        let is_root = fs::write(shut.join("probe"), "").is_ok();
        let folder = if is_root { "/proc" } else { "shut" };
        let run = project.run(&["-q", "-o", &format!("json={folder}/x.json"), "-o", "junit=out.xml"]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(
            run.stderr.starts_with(&format!("error: cannot write json to {folder}/x.json: ")),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains(".tmp"), "{}", run.stderr);
        assert!(read(&project, "out.xml").ends_with("</testsuites>\n"));
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).expect("old rights");
    }

    #[test]
    fn one_file_under_two_names_is_one_file() {
        let project = project();
        project.write("real.json", "old");
        symlink("real.json", project.path().join("link.json")).expect("a link");
        let run = project.run(&["-o", "json=real.json", "-o", "sarif=link.json"]);
        assert_refused(&run, "json and sarif are both to be written to link.json", "name a file for each");
        let run = project.run(&["--format", "json", "-o", "sarif=/dev/stdout"]);
        assert_refused(&run, "both to be written to standard output", "write one of them to a file");
        assert_eq!(project.run(&["-q", "-o", "gitlab=link.json", "-o", "json=/dev/null"]).code, Some(1));
        assert!(read(&project, "real.json").starts_with("[{\"description\""));
    }
}
