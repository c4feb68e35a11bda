//! What is not a project, not a program or not text: it is said, and the rest is still checked.

mod common;

use std::fmt::Write as _;

use common::Project;

const MANIFEST: (&str, &str) = ("package.json", r#"{ "dependencies": { "next": "15.3.0" } }"#);
const SIN: &str = "import { Pool } from 'pg';\nexport async function GET() {\n  const pool = new Pool();\n  \
                   return Response.json(await pool.query('select 1'));\n}\n";

/// A project in which one route is sinful, so that every test sees that analysis went on.
fn project(files: &[(&str, &str)]) -> Project {
    let project = Project::new(&[MANIFEST, ("app/api/sin/route.ts", SIN)]);
    for (path, text) in files {
        project.write(path, text);
    }
    project
}

fn finds_the_sin(stdout: &str) -> bool {
    stdout.contains("app/api/sin/route.ts:3:16: error[per-request-client]")
}

#[test]
fn a_file_instead_of_a_folder_is_its_project_seen_from_there() {
    let project = project(&[("app/api/other/route.ts", SIN)]);
    let run = project.run(&["app/api/sin/route.ts", "--format", "concise"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(finds_the_sin(&run.stdout) && !run.stdout.contains("app/api/other"), "{}", run.stdout);
}

#[test]
fn broken_configuration_is_one_warning_each() {
    let project = project(&[
        ("tsconfig.json", "{ \"compilerOptions\": {\n  \"paths\": "),
        ("packages/a/package.json", "{,}"),
    ]);
    let run = project.run(&["--format", "concise"]);
    assert!(finds_the_sin(&run.stdout), "{}", run.stdout);
    for warning in [
        "warning: tsconfig.json: 1:22: not valid JSON",
        "warning: packages/a/package.json: 1:2: not valid JSON",
    ] {
        assert_eq!(run.stdout.matches(warning).count(), 1, "{warning}\n{}", run.stdout);
    }
    let own = Project::new(&[("package.json", "{ \"dependencies\": "), ("app/api/sin/route.ts", SIN)]);
    let run = own.run(&["--format", "concise"]);
    assert!(finds_the_sin(&run.stdout) && run.stdout.contains("warning: package.json: 1:"), "{}", run.stdout);
}

#[test]
fn files_that_are_no_programs_are_named_and_counted() {
    let project = project(&[
        ("app/api/deep/route.ts", &"(".repeat(100_000)),
        ("app/api/half/route.ts", "export const = ;"),
    ]);
    project.write("app/api/wide/route.ts", b"\xFF\xFEe\0x\0p\0");
    project.write("app/api/noise/route.ts", b"\0\x01}{(\xC3\xFF");
    project.write("app/api/empty/route.ts", "");
    let run = project.run(&["--format", "concise"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(finds_the_sin(&run.stdout), "{}", run.stdout);
    for file in ["deep", "half", "wide", "noise"] {
        let expected = format!("app/api/{file}/route.ts:1:");
        assert!(
            run.stdout.contains(&expected) && run.stdout.contains("parse-error"),
            "{file}: {}",
            run.stdout
        );
    }
    assert!(run.stdout.contains("3 files unreadable"), "{}", run.stdout);
}

#[test]
fn a_file_of_many_megabytes_is_skipped_with_a_note() {
    let project = project(&[("app/api/huge/route.js", &format!("var a = {}0;", "1 + ".repeat(5 << 20)))]);
    let run = project.run(&["--format", "concise"]);
    assert!(finds_the_sin(&run.stdout), "{}", run.stdout);
    assert!(run.stdout.contains("warning: app/api/huge/route.js: skipped, 20971530 bytes"), "{}", run.stdout);
    assert!(run.stdout.contains("1 file too large (--max-file-size)"), "{}", run.stdout);
}

#[test]
fn import_cycles_and_self_imports_end() {
    let project = project(&[
        (
            "lib/a.ts",
            "import { b } from './b'; import './a'; export * from './b'; export const a = () => b();",
        ),
        (
            "lib/b.ts",
            "import { a } from './a'; export * from './a'; export const b = () => a(); export default b;",
        ),
        (
            "app/api/cycle/route.ts",
            "import { a, missing } from '../../../lib/a'; let x = y; let y = x; export const GET = () => [a(), missing(), x()];",
        ),
    ]);
    assert!(finds_the_sin(&project.run(&["--format", "concise"]).stdout));
}

#[test]
fn odd_names_are_read_and_never_reach_the_terminal_raw() {
    let project = project(&[
        ("app/api/[id]/[...rest]/route.ts", SIN),
        ("app/api/with space and 'quotes' \"/route.ts", SIN),
        ("app/api/line\nbreak \u{1b}[31m/route.ts", SIN),
        ("app/api/code/route.ts", &SIN.replace("new Pool()", "new Pool(/* \u{1b}[2J \u{202e} */)")),
    ]);
    for format in ["full", "concise", "json", "sarif"] {
        let run = project.run(&["--format", format, "--color", "never"]);
        assert_eq!(run.code, Some(1), "{format}: {}", run.stderr);
        assert!(!run.stdout.contains('\u{1b}') && !run.stdout.contains('\u{202e}'), "{format}");
        assert!(run.stdout.matches("per-request-client").count() >= 5, "{format}: {}", run.stdout);
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_tree_are_not_followed() {
    let outside = Project::new(&[MANIFEST, ("app/api/outside/route.ts", SIN)]);
    let project = project(&[]);
    std::os::unix::fs::symlink(outside.path().join("app/api/outside"), project.path().join("app/api/linked"))
        .expect("a link");
    let run = project.run(&["--format", "concise"]);
    assert!(finds_the_sin(&run.stdout) && !run.stdout.contains("linked"), "{}", run.stdout);
}

#[test]
fn results_do_not_depend_on_threads() {
    let mut files = Vec::new();
    for i in 0..60 {
        let mut text = String::new();
        writeln!(text, "import {{ open{i} }} from '../../../lib/db{i}';").expect("text");
        writeln!(text, "export const GET = async () => Response.json(await open{i}());").expect("text");
        files.push((format!("app/api/r{i}/route.ts"), text));
        let db =
            format!("import Redis from 'ioredis';\nexport const open{i} = () => new Redis().get('k');\n");
        files.push((format!("lib/db{i}.ts"), db));
    }
    let project =
        project(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>());
    let without_time = |text: String| {
        text.split(',').filter(|part| !part.contains("durationMs")).collect::<Vec<_>>().join(",")
    };
    let one = without_time(project.run(&["--format", "json", "--threads", "1"]).stdout);
    assert!(one.matches("per-request-client").count() >= 61);
    for threads in ["2", "8"] {
        assert_eq!(without_time(project.run(&["--format", "json", "--threads", threads]).stdout), one);
    }
}
