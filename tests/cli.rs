//! The binary as a user meets it: exit codes, where messages go, closed pipes.

#![allow(clippy::expect_used, reason = "a run whose report cannot be read has to fail")]

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
    let commands: [&[&str]; 11] = [
        &[],
        &["--print-config"],
        &["--format", "github"],
        &["--format", "junit"],
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

const MANIFEST: (&str, &str) = ("package.json", r#"{ "dependencies": { "next": "15.3.0" } }"#);
const SHARED: &str = "import Redis from 'ioredis';\nconst g = globalThis as any;\nexport const redis = (g.redis ??= new Redis());\n";
const OWN: &str = "import Redis from 'ioredis';\nimport '../../../lib/redis';\nconst own = new Redis();\n\
                   export const GET = async () => Response.json(await own.get('a'));\n";

/// The first diagnostic of a JSON report.
fn first(project: &Project) -> serde_json::Value {
    let run = project.run(&["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("a JSON report");
    report["diagnostics"][0].clone()
}

#[test]
fn help_names_the_shared_client_to_import() {
    let project = Project::new(&[MANIFEST, ("lib/redis.ts", SHARED), ("app/api/a/route.ts", OWN)]);
    let found = first(&project);
    assert_eq!(found["rule"], "client-in-route-module");
    let help = found["help"].as_str().expect("a help text");
    assert!(help.starts_with("Import `redis` from lib/redis.ts"), "{help}");
}

#[test]
fn fingerprints_survive_edits_elsewhere() {
    let project = Project::new(&[MANIFEST, ("lib/redis.ts", SHARED), ("app/api/a/route.ts", OWN)]);
    let before = first(&project);
    project.write(
        "app/api/a/route.ts",
        format!("// a comment\n\n{}", OWN.replace("new Redis()", "new  Redis( )")),
    );
    let after = first(&project);
    assert_ne!(before["range"], after["range"]);
    assert_eq!(before["fingerprint"], after["fingerprint"]);
}

#[test]
fn exit_codes_follow_fail_on_and_not_the_format() {
    let sin = OWN.replace("const own = new Redis();\n", "").replace("own.get", "new Redis().get");
    let sin = sin.replace("import '../../../lib/redis';\n", "");
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", &sin)]);
    let formats =
        ["full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown"];
    for format in formats {
        for (fail_on, code) in [("error", 1), ("warning", 1), ("info", 1), ("never", 0)] {
            let run = project.run(&["--format", format, "--fail-on", fail_on]);
            assert_eq!(run.code, Some(code), "{format} {fail_on}: {}", run.stderr);
        }
        assert_eq!(project.run(&["--format", format, "--target", "cloudflare"]).code, Some(0), "{format}");
        assert_eq!(
            project.run(&["--format", format, "--skip", "per-request-client"]).code,
            Some(0),
            "{format}"
        );
    }
}

#[test]
fn routes_are_drawn() {
    let project = Project::new(&[
        MANIFEST,
        (
            "app/api/a/route.ts",
            "import { ask } from '../../../lib/db';\nexport const GET = async () => Response.json(await ask());\n",
        ),
        ("lib/db.ts", "import { Pool } from 'pg';\nexport const ask = () => new Pool().query('select 1');\n"),
    ]);
    let run = project.run(&["routes", "--graph", "mermaid"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for part in
        ["n0(\"/api/a<br/>GET\")", "n1[\"lib/db.ts<br/>error#58; per-request-client\"]:::error", "n0 ==> n1"]
    {
        assert!(run.stdout.contains(part), "{}", run.stdout);
    }
    let run = project.run(&["routes", "--graph", "dot", "--format", "json"]);
    assert!(run.code == Some(2) && run.stderr.contains("cannot be used with"), "{}", run.stderr);
}

#[test]
fn routes_are_listed_with_what_they_export() {
    let project = Project::new(&[
        MANIFEST,
        (
            "app/(shop)/api/items/[id]/route.ts",
            "const h = () => new Response();\nexport { h as GET, h as DELETE };\nexport const maxDuration = 60;\n",
        ),
        (
            "app/api/all/[...rest]/route.ts",
            "export * from '../../../../lib/h';\nexport const dynamic = 'force-static';\n",
        ),
        ("lib/h.ts", "export async function GET() {}\nexport const POST = async () => {};\n"),
        (
            "app/api/auth/route.ts",
            "import { handlers } from '../../../lib/auth';\nexport const { GET, POST } = handlers;\nexport const runtime = 'edge';\n",
        ),
        ("lib/auth.ts", "import NextAuth from 'next-auth';\nexport const { handlers } = NextAuth({});\n"),
        ("app/_private/route.ts", "export const GET = () => {};\n"),
        (
            "pages/api/old/index.js",
            "module.exports = (req, res) => res.end();\nmodule.exports.config = { maxDuration: 5 };\n",
        ),
        ("middleware.ts", "export function middleware() {}\n"),
    ]);
    let run = project.run(&["routes", "--format", "json"]);
    let apps: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let rows: Vec<String> = apps[0]["routes"]
        .as_array()
        .expect("routes")
        .iter()
        .map(|r| {
            let methods: Vec<&str> =
                r["methods"].as_array().into_iter().flatten().filter_map(|m| m.as_str()).collect();
            format!(
                "{} {} {} {}",
                r["path"].as_str().unwrap_or(""),
                methods.join("+"),
                r["runtime"].as_str().unwrap_or(""),
                r["maxDuration"]
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "/api/all/[...rest] GET+POST nodejs null",
            "/api/auth GET+POST edge null",
            "/api/items/[id] GET+DELETE nodejs 60",
            "/api/old  nodejs null",
            "middleware  edge null",
        ]
    );
}

#[test]
fn an_app_is_seen_with_the_workspace_around_it() {
    let db = "import { Pool } from 'pg';\nexport const open = () => new Pool();\n";
    let route = "import { open } from '@acme/db';\nexport const GET = async () => Response.json(await open().query('x'));\n";
    let project = Project::new(&[
        ("pnpm-workspace.yaml", "packages:\n  - apps/*\n  - packages/*\n"),
        ("package.json", "{}"),
        ("packages/db/package.json", r#"{ "name": "@acme/db", "main": "./dist/index.js" }"#),
        ("packages/db/src/index.ts", db),
        ("apps/web/package.json", MANIFEST.1),
        ("apps/web/app/api/a/route.ts", route),
        ("apps/other/package.json", MANIFEST.1),
        ("apps/other/app/api/b/route.ts", &route.replace("open().query", "open().end")),
    ]);
    let run = project.run(&["apps/web", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("a JSON report");
    assert_eq!(report["apps"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["apps"][0]["root"], ".");
    assert_eq!(report["apps"][0]["routes"][0]["file"], "app/api/a/route.ts");
    assert_eq!(report["diagnostics"][0]["file"], "../../packages/db/src/index.ts");
    assert_eq!(report["diagnostics"][0]["routes"], serde_json::json!(["/api/a"]));
}

#[test]
fn traces_begin_at_a_route_of_the_finding() {
    // The action loads the pool too, on Node, where that is right; the finding is the edge middleware's.
    let project = Project::new(&[
        MANIFEST,
        (
            "lib/db.ts",
            "import { Pool } from '@neondatabase/serverless';\nexport const pool = new Pool({ max: 1 });\n",
        ),
        (
            "app/actions.ts",
            "'use server';\nimport { pool } from '../lib/db';\nexport async function a() { await pool.query('x'); }\n",
        ),
        (
            "auth.ts",
            "import { pool } from './lib/db';\nexport const auth = async () => { await pool.query('x'); };\n",
        ),
        ("middleware.ts", "export { auth as middleware } from './auth';\n"),
    ]);
    let found = first(&project);
    assert_eq!(
        (&found["rule"], &found["routes"]),
        (&"cross-request-client".into(), &serde_json::json!(["middleware"]))
    );
    assert_eq!(found["trace"][0]["file"], "middleware.ts");
}

/// Constants that stand for many others, level below level: whoever follows each way goes on for years.
fn levels(name: &str, last: &str, level: impl Fn(&[String]) -> String) -> String {
    const DEEP: usize = 14;
    const WIDE: usize = 40;
    let mut text = format!("const {name}{DEEP} = {last};\n");
    for at in (0..DEEP).rev() {
        let below = vec![format!("{name}{}", at + 1); WIDE];
        text += &format!("const {name}{at} = {};\n", level(&below));
    }
    text
}

#[test]
fn names_may_stand_for_names_many_times_over() {
    let keyed = |below: &[String]| {
        let keys = below.iter().enumerate().map(|(at, name)| format!("k{at}: {name}"));
        format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
    };
    let route = [
        "import { Pool } from 'pg';\nimport { z } from 'zod';\nconst pool = new Pool();\nconst store = new Map();\n",
        &levels("text", "''", |below| {
            format!("`{}`", below.iter().map(|name| format!("${{{name}}}")).collect::<String>())
        }),
        &levels("schema", "z.array(z.string())", |below| format!("z.object({})", keyed(below))),
        &levels("value", "1", keyed),
        &levels("where", "{ status: 'x' }", |below| format!("{{ OR: [{}] }}", below.join(", "))),
        &levels("role", "['admin']", |below| format!("[{}]", below.join(", "))),
        "async function query(text) {\n  const rows14 = await pool.query(text);\n",
        levels("rows", "1", keyed).split_once('\n').map_or("", |(_, rest)| rest),
        "  return rows0;\n}\n",
        "export async function POST(request) {
  const body = schema0.parse(await request.json());
  for (const id of body.ids) await fetch(text0 + id);
  for (const id of await (await fetch(text0)).json()) await fetch('https://example.com/' + id);
  store.set(body.id, value0);
  await query('select * from users');
  await prisma.user.findMany({ where: where0 });
  await prisma.user.findMany({ where: { role: { in: role0 } } });
  return Response.json(store.get(request.headers.get('id')));
}\n",
    ]
    .concat();
    let project = Project::new(&[
        ("package.json", r#"{ "dependencies": { "next": "16.0.0", "pg": "8", "zod": "4" } }"#),
        ("app/api/a/route.js", &route),
    ]);
    let started = std::time::Instant::now();
    assert!(project.run(&["--no-cache"]).code.is_some());
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}
