//! `--shard` and `merge`, seen from outside: whatever the number of shards, together they are one run.

#![allow(clippy::expect_used, clippy::panic, reason = "a run whose report cannot be read has to fail")]

mod common;

use std::fs;

use common::{Project, Run};
use serde_json::Value;

const NEXT: &str = r#"{ "name": "app", "dependencies": { "next": "15.3.0", "@acme/db": "workspace:*" } }"#;

/// Code that three apps share; one comment in it silences a finding in each app, one in none, and one only where
/// a route runs the code.
const DB: &str = "import { PrismaClient } from '@prisma/client';
import { Pool } from 'pg';

export function open() {
  return new PrismaClient();
}
export function quiet() {
  // routelint-ignore per-request-client: measured, it is rare
  return new Pool({ max: 1 });
}
// routelint-ignore per-request-client: long gone
export const limit = 5;
export function sometimes() {
  return new Pool({ max: 2 }); // routelint-ignore per-request-client: only two apps
}
";
const USER: &str = "import { open, quiet, limit } from '@acme/db';
export async function GET() {
  await quiet().query('select 1');
  return Response.json(await open().user.findMany({ take: limit }));
}
";
const SOMETIMES: &str = "import { open, sometimes } from '@acme/db';
const seen = new Map();
export async function POST(request: Request) {
  seen.set(request.headers.get('x-user'), await sometimes().query('select 2'));
  return Response.json([...seen.values(), await open().user.findFirst()]);
}
";
const LONELY: &str = "import { limit } from '@acme/db';
const counts = new Map();
export async function GET(request: Request) {
  const ip = request.headers.get('x-forwarded-for');
  counts.set(ip, (counts.get(ip) ?? 0) + 1);
  return counts.get(ip) > limit ? new Response('slow down', { status: 429 }) : Response.json({});
}
";
const PAGE: &str = "+++\ntitle = \"A request opens the database\"\nhelp = \"Use `db`.\"\nseverity = \"warning\"\n+++\n\
     # no-open\n\n```scm\n((call_expression function: (identifier) @f) @report\n  (#eq? @f \"open\"))\n```\n\n\
     ## Found\n\n### Once\n\n```ts title=\"app/api/x/route.ts\"\nimport { open } from '@acme/db';\n\
     export const GET = async () => Response.json(await open()); // error: [no-open]\n```\n";

fn workspace() -> Project {
    let project = Project::new(&[
        ("package.json", r#"{ "private": true, "workspaces": ["apps/*", "packages/*"] }"#),
        ("packages/db/package.json", r#"{ "name": "@acme/db", "main": "index.ts" }"#),
        ("packages/db/index.ts", DB),
        (".routelint/rules/no-open.md", PAGE),
        (
            "routelint.json",
            r#"{ "failOn": "warning", "overrides": [{ "files": ["apps/docs/**"], "target": "server" }] }"#,
        ),
        ("apps/web/package.json", NEXT),
        ("apps/web/vercel.json", r#"{ "crons": [{ "path": "/api/gone", "schedule": "0 0 * * *" }] }"#),
        ("apps/web/app/api/users/route.ts", USER),
        ("apps/web/app/api/more/route.ts", USER),
        ("apps/web/app/api/broken/route.ts", "export const = ;"),
        ("apps/admin/package.json", NEXT),
        ("apps/admin/wrangler.toml", "name = \"admin\"\nmain = \".open-next/worker.js\"\n"),
        ("apps/admin/app/api/users/route.ts", USER),
        ("apps/admin/app/api/later/route.ts", SOMETIMES),
        ("apps/docs/package.json", NEXT),
        ("apps/docs/app/api/later/route.ts", SOMETIMES),
        ("apps/jobs/package.json", NEXT),
        ("apps/jobs/Dockerfile", "FROM node:24\nCMD [\"npm\", \"start\"]\n"),
        ("apps/jobs/app/api/limit/route.ts", LONELY),
    ]);
    let run = project.run(&["baseline", "--rule", "in-memory-rate-limit"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let baseline = fs::read_to_string(project.path().join("routelint-baseline.txt")).expect("the baseline");
    let gone = "0123456789abcdef0123456789abcdef\tper-request-client\tapps/web/old.ts\tnew Pool()\n";
    project.write("routelint-baseline.txt", baseline + gone);
    project
}

const ALL: &[&str] = &["--baseline", "routelint-baseline.txt"];

/// Runs all shards, each with both kinds of report.
fn shards(project: &Project, of: usize, arguments: &[&str]) -> (Vec<String>, Vec<String>) {
    let mut names = (Vec::new(), Vec::new());
    for index in 1..=of {
        let (json, sarif) = (format!("{index}-{of}.json"), format!("{index}-{of}.sarif"));
        let shard = format!("--shard={index}/{of}");
        let (to_json, to_sarif) = (format!("json={json}"), format!("sarif={sarif}"));
        let run = project.run(&[arguments, &[&shard, "-qo", &to_json, "-o", &to_sarif]].concat());
        assert!(run.code.is_some_and(|code| code < 2), "{shard}: {}", run.stderr);
        names.0.push(json);
        names.1.push(sarif);
    }
    names
}

fn merge(project: &Project, files: &[String], arguments: &[&str]) -> Run {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    project.run(&[&["merge"], &*files, arguments].concat())
}

/// A report without the time that it took.
fn timeless(report: &str) -> String {
    let (start, rest) = report.split_once("\"durationMs\":").unwrap_or((report, ""));
    format!("{start}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
}

fn same(project: &Project, arguments: &[&str], numbers: impl Iterator<Item = usize>) {
    for of in numbers {
        let (mut json, mut sarif) = shards(project, of, arguments);
        for turn in 0..2 {
            for format in ["json", "sarif", "concise", "full", "markdown", "junit"] {
                let extra: &[&str] = if format == "sarif" { &["--sarif-suppressed"] } else { &[] };
                let one = project.run(&[arguments, extra, &["--format", format]].concat());
                for files in [&json, &sarif] {
                    let merged = merge(project, files, &[extra, &["--format", format]].concat());
                    assert_eq!(merged.stderr, "", "{of} {format}");
                    assert_eq!(merged.code, one.code, "{of} {format}");
                    let (merged, one) = if matches!(format, "concise" | "full" | "markdown") {
                        // Their last line tells the time.
                        let untimed = |text: &str| {
                            text.lines().filter(|line| !line.contains(" ms")).collect::<String>()
                        };
                        (untimed(&merged.stdout), untimed(&one.stdout))
                    } else {
                        (timeless(&merged.stdout), timeless(&one.stdout))
                    };
                    assert_eq!(merged, one, "{of} {format} {turn}");
                }
            }
            json.reverse();
            sarif.rotate_left(of / 2);
        }
    }
}

#[test]
fn all_shards_together_are_one_run() {
    let project = workspace();
    same(&project, ALL, 1..=5);
}

#[test]
fn so_are_they_with_other_arguments() {
    let project = workspace();
    for arguments in [
        &["--no-config", "--min-confidence", "low", "--target", "vercel"][..],
        &["packages", "apps/web"],
        &["--rule", "unused-suppression", "--rule", "per-request-client"],
    ] {
        same(&project, arguments, 3..=3);
    }
}

/// What one app, another, or none is about: overrides, the team's packages, and the names in one comment.
const LAYERS: &str = r#"{
  "catalogue": { "async": [
    { "package": "@acme/db", "export": "open" },
    { "package": "@acme/gone", "export": "send" }
  ] },
  "overrides": [
    { "files": ["apps/web"], "rules": { "per-request-client": "off" }, "minConfidence": "low" },
    { "files": ["apps/admin"], "rules": { "per-request-client": "info", "in-memory-store": { } } },
    { "files": ["apps/jobs"], "minConfidence": "high", "rules": { "in-memory-rate-limit": "info" } },
    { "files": ["apps/gone"], "rules": { "lost-work": "off" } }
  ]
}"#;

#[test]
fn configuration_and_comments_are_about_all_apps() {
    let project = workspace();
    project.write("layers.json", LAYERS);
    project.write("apps/web/app/api/broken/route.ts", "export const GET = () => new Response();\n");
    let several = "// routelint-ignore lost-work, per-request-client, blocking-wait: only two apps";
    project.write(
        "packages/db/index.ts",
        DB.replace("// routelint-ignore per-request-client: only two apps", several),
    );
    let arguments = ["--config", "layers.json"];
    let run = project.run(&[&arguments[..], &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&run.stdout).expect("a report");
    assert_eq!(
        report["warnings"],
        serde_json::json!([
            "layers.json:10: no file or app matches `apps/gone`",
            "layers.json:4: no code that routes reach imports `@acme/gone`"
        ])
    );
    let found = report["diagnostics"].as_array().expect("a list");
    let shared: Vec<&Value> = found
        .iter()
        .filter(|d| d["rule"] == "per-request-client" && d["file"] == "packages/db/index.ts")
        .collect();
    // No override covers all apps that reach it.
    assert!(shared.len() == 1 && shared[0]["severity"] == "error", "{shared:#?}");
    let idle: Vec<&Value> = found
        .iter()
        .filter(|d| d["rule"] == "unused-suppression" && d["range"]["start"]["line"] == 14)
        .collect();
    assert_eq!(idle.len(), 2, "{found:#?}");
    for one in idle {
        assert_eq!(one["fix"]["title"], "Remove `lost-work`, `blocking-wait` from the comment");
    }
    same(&project, &arguments, 2..=4);
}

#[test]
fn what_apps_share_is_told_once_with_the_routes_of_all() {
    let project = workspace();
    let report: Value =
        serde_json::from_str(&project.run(&[ALL, &["--format", "json"]].concat()).stdout).expect("a report");
    let found = report["diagnostics"].as_array().expect("a list");
    let of = |rule: &str, file: &str| -> Vec<&Value> {
        found.iter().filter(|d| d["rule"] == rule && d["file"] == file).collect()
    };
    let shared = of("per-request-client", "packages/db/index.ts");
    assert_eq!(shared.len(), 1, "{found:#?}");
    // Four routes of web, admin and docs, of which two have the same path in two apps.
    assert_eq!(shared[0]["routes"], serde_json::json!(["/api/later", "/api/more", "/api/users"]));
    assert!(shared[0]["message"].as_str().is_some_and(|m| m.contains("on 3 routes")), "{}", shared[0]);
    let unused = of("unused-suppression", "packages/db/index.ts");
    assert_eq!(unused.len(), 1, "{unused:#?}");
    assert_eq!(unused[0]["range"]["start"]["line"], 11);
    assert_eq!(report["summary"]["suppressed"], 2);
    assert_eq!(report["summary"]["baselined"], 1);
    assert_eq!(report["staleBaseline"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_shard_does_not_judge_what_other_shards_may_need() {
    let project = workspace();
    let whole = project.run(&[ALL, &["--format", "concise"]].concat());
    assert!(whole.stdout.contains("unused-suppression"), "{}", whole.stdout);
    for index in 1..=3 {
        let shard = format!("--shard={index}/3");
        let run = project.run(&[ALL, &["--format", "concise", &shard]].concat());
        assert!(!run.stdout.contains("unused-suppression"), "{shard}: {}", run.stdout);
        assert!(
            !run.stdout.contains("takes them out") && !run.stdout.contains("takes it out"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn a_shard_without_apps_is_clean() {
    let project = workspace();
    let run = project.run(&["--shard", "5/5", "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let report: Value = serde_json::from_str(&run.stdout).expect("a report");
    assert_eq!(report["apps"], serde_json::json!([]));
    assert_eq!(report["diagnostics"], serde_json::json!([]));
    for wrong in ["0/3", "4/3", "1", "a/b", "1/0", "/", "1/99999999999"] {
        let run = project.run(&["--shard", wrong]);
        assert!(run.code == Some(2) && run.stderr.contains("--shard"), "{wrong}: {}", run.stderr);
    }
}

#[test]
fn a_shard_has_its_apps_whatever_is_added_to_them() {
    let project = workspace();
    let apps = || -> Vec<Vec<String>> {
        let apps = |index: usize| {
            let run = project.run(&[&format!("--shard={index}/3"), "--format=json"]);
            let report: Value = serde_json::from_str(&run.stdout).expect("a report");
            let apps = report["apps"].as_array().expect("a list").clone();
            apps.iter().map(|app| app["root"].as_str().expect("text").to_owned()).collect()
        };
        (1..=3).map(apps).collect()
    };
    let before = apps();
    assert_eq!(before.concat().len(), 4);
    project.write("apps/web/lib/more.ts", "export const more = 1;\n");
    project.write("apps/jobs/app/api/more/route.ts", LONELY);
    assert_eq!(apps(), before);
}

#[test]
fn reports_that_do_not_go_together_are_refused() {
    let project = workspace();
    let (json, sarif) = shards(&project, 3, &[]);
    let refused = |files: &[&str], what: &str| {
        let run = project.run(&[&["merge"], files].concat());
        assert!(run.code == Some(2) && run.stdout.is_empty(), "{files:?}: {}", run.stdout);
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(what), "{files:?}: {}", run.stderr);
        assert!(run.stderr.contains("help: "), "{}", run.stderr);
    };
    refused(&[&json[0], &json[2]], "a shard is missing of 3: 2");
    refused(&[&json[2]], "shards are missing of 3: 1, 2");
    refused(&[&json[0], &json[1], &sarif[1], &json[2]], "2-3.json and 2-3.sarif are both shard 2 of 3");
    let (other, _) = shards(&project, 2, &[]);
    refused(&[&json[0], &other[1]], "the numbers of shards differ");
    project.run(&["--shard=2/3", "--skip=lost-work", "-qo", "json=skip.json"]);
    refused(&[&json[0], "skip.json", &json[2]], "arguments or configuration differ");
    project.run(&["--shard=2/3", "--target=vercel", "-qo", "json=target.json"]);
    refused(&[&json[0], "target.json", &json[2]], "differ");
    project.run(&[&["--shard=2/3", "-qo", "json=known.json"], ALL].concat());
    refused(&[&json[0], "known.json", &json[2]], "the baselines differ");
    project.run(&["apps", "--shard=2/3", "-qo", "json=apps.json"]);
    refused(&[&json[0], "apps.json", &json[2]], "the folders that were checked differ");
    project.write("packages/db/index.ts", format!("{DB}\n"));
    for index in ["2", "3"] {
        let run = project.run(&[&format!("--shard={index}/3"), "-qo", &format!("json=changed-{index}.json")]);
        assert!(run.code.is_some_and(|code| code < 2), "{}", run.stderr);
    }
    refused(&[&json[0], "changed-2.json", "changed-3.json"], "packages/db/index.ts has another text");
    project.write("packages/db/new.ts", "");
    project.run(&["--shard=2/3", "-qo", "json=added.json"]);
    refused(&[&json[0], "added.json", &json[2]], "the files of the project differ");
}

#[test]
fn bad_files_are_refused_and_nothing_crashes() {
    let project = workspace();
    let (json, _) = shards(&project, 1, &[]);
    let text = fs::read_to_string(project.path().join(&json[0])).expect("the report");
    let refused = |text: &str, what: &str| {
        project.write("bad.json", text);
        let run = project.run(&["merge", "bad.json"]);
        assert_eq!(run.code, Some(2), "{}", run.stdout);
        assert!(run.stderr.contains(what) && !run.stderr.contains("crashed"), "{what}: {}", run.stderr);
    };
    for cut in [0, 1, text.len() / 3, text.len() - 3] {
        refused(&text[..text.floor_char_boundary(cut)], "is no complete JSON");
    }
    refused(&"[".repeat(100_000), "is no complete JSON");
    refused("{\"shard\":null}", "is not what this routelint writes for a shard");
    refused("[]", "is not the report of a shard");
    refused("{\"version\":1,\"runs\":[{\"properties\":{}}]}", "is not the report of a shard");
    refused(&project.run(&["--format", "json"]).stdout, "is not the report of a shard");
    refused(&text.replace("\"format\":1", "\"format\":99,\"new\":1"), "written by a later routelint");
    let version = format!("\"run\":{{\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    refused(&text.replace(&version, "\"run\":{\"version\":\"99.0.0\""), "written by routelint 99.0.0");
    refused(&text.replace("\"of\":1", "\"of\":4294967295"), "shards are missing of 4294967295");
    refused(&text.replace("\"index\":1,\"of\"", "\"index\":7,\"of\""), "damaged");
    refused(&text.replace("\"app\":0", "\"app\":9"), "damaged");
    refused(&text.replace("\"app\":0", "\"app\":1"), "damaged");
    refused(&text.replace("{\"source\":0,", "{\"source\":999,"), "damaged");
    refused(&text.replace("{\"source\":0,\"start\":", "{\"source\":0,\"start\":9999"), "damaged");
    let run = project.run(&["merge", "none.json"]);
    assert!(run.code == Some(2) && run.stderr.contains("none.json: cannot be read"), "{}", run.stderr);
    let run = project.run(&["merge", "apps"]);
    assert!(run.code == Some(2) && run.stderr.contains("it is a folder"), "{}", run.stderr);
    assert_eq!(project.run(&["merge"]).code, Some(2));
}
