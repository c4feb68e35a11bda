//! What a team sets for single rules, and for parts of its repository: each option with and without.

#![allow(clippy::expect_used, clippy::panic, reason = "a run whose report cannot be read has to fail")]

mod common;

use common::Project;
use serde_json::{Value, json};

const MANIFEST: (&str, &str) = ("package.json", r#"{ "dependencies": { "next": "15.3.0" } }"#);

/// Rule, severity and file with line of every finding.
fn rows(project: &Project, arguments: &[&str]) -> Vec<String> {
    let report = report(project, arguments);
    let row = |d: &Value| {
        let text = |key: &str| d[key].as_str().unwrap_or("?").to_owned();
        format!("{} {} {}:{}", text("rule"), text("severity"), text("file"), d["range"]["start"]["line"])
    };
    report["diagnostics"].as_array().expect("a list").iter().map(row).collect()
}

fn report(project: &Project, arguments: &[&str]) -> Value {
    let run = project.run(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr))
}

fn config(project: &Project, text: &str) {
    project.write("routelint.json", text);
}

/// Two queries, of which the name of the one's table tells that it stays small.
const QUERIES: &str = "export async function GET(request, { prisma }) {\n  \
                       const depots = await prisma.depot.findMany();\n  \
                       const agents = await prisma.agent.findMany();\n  \
                       return Response.json({ depots, agents });\n}\n";

#[test]
fn a_team_knows_which_tables_grow() {
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", QUERIES)]);
    let row = |line: u32| format!("uncapped-query warning app/api/a/route.ts:{line}");
    assert_eq!(rows(&project, &[]), [row(2)]);
    config(&project, r#"{ "rules": { "uncapped-query": { "tables": { "depots": "small" } } } }"#);
    assert_eq!(rows(&project, &[]), Vec::<String>::new());
    config(&project, r#"{ "rules": { "uncapped-query": { "tables": { "Agent": "growing" } } } }"#);
    assert_eq!(rows(&project, &[]), [row(2), row(3)]);
    assert_eq!(rows(&project, &["--no-config"]), [row(2)]);
    // An override says otherwise of one table, and leaves severity and other tables as they are.
    config(
        &project,
        r#"{ "rules": { "uncapped-query": { "severity": "error", "tables": { "agents": "growing", "depot": "small" } } },
             "overrides": [{ "files": ["app/api/a"], "rules": { "uncapped-query": { "tables": { "agent": "small" } } } },
                           { "files": ["package.json"], "rules": { "uncapped-query": { "tables": { "depot": "growing" } } } }] }"#,
    );
    assert_eq!(rows(&project, &[]), Vec::<String>::new());
    project.write("app/api/b/route.ts", QUERIES);
    assert_eq!(rows(&project, &[]), ["uncapped-query error app/api/b/route.ts:3"]);
}

#[test]
fn calls_for_each_row_of_a_small_table_are_few() {
    let route = "export async function POST(request, { prisma }) {\n  const depots = await prisma.depot.findMany();\n  \
                 for (const depot of depots) await fetch(`https://api.example.com/${depot.id}`);\n  \
                 return Response.json({});\n}\n";
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", route)]);
    let has = |rule: &str| rows(&project, &[]).iter().any(|row| row.starts_with(rule));
    assert!(has("unbounded-fan-out") && has("uncapped-query"));
    config(&project, r#"{ "rules": { "uncapped-query": { "tables": { "depot": "small" } } } }"#);
    assert!(!has("unbounded-fan-out") && !has("uncapped-query"));
}

#[test]
fn folders_that_are_kept_may_be_written() {
    let write = "import { readFile, writeFile } from 'fs/promises';\nexport async function POST(request) {\n  \
                 const name = new URL(request.url).searchParams.get('name');\n  \
                 await writeFile(`./public/uploads/${name}.png`, await request.text());\n  \
                 await writeFile('/vault/last.txt', 'x');\n  return new Response(null, { status: 204 });\n}\n";
    let read = "import { readFile } from 'fs/promises';\n\
                export const GET = async () => new Response(await readFile('./public/uploads/last.png'));\n";
    let project = Project::new(&[MANIFEST, ("app/api/w/route.ts", write), ("app/api/r/route.ts", read)]);
    let (first, second) = ("app/api/w/route.ts:4", "app/api/w/route.ts:5");
    let places = |arguments: &[&str]| -> Vec<String> {
        let rows = rows(&project, arguments).into_iter();
        let kept = rows.filter(|row| row.starts_with("local-file-write"));
        kept.filter_map(|row| row.rsplit(' ').next().map(str::to_owned)).collect()
    };
    assert_eq!(places(&[]), ["app/api/r/route.ts:2", first, second]);
    let folders = |list: &str| {
        config(&project, &format!(r#"{{ "rules": {{ "local-file-write": {{ "keptFolders": {list} }} }} }}"#));
    };
    folders(r#"["public/uploads"]"#);
    assert_eq!(places(&[]), [second]);
    folders(r#"["/vault", "./public/uploads/"]"#);
    assert_eq!(places(&[]), Vec::<String>::new());
    folders(r#"["/vau", "uploads", "/public/uploads"]"#);
    assert_eq!(places(&[]), ["app/api/r/route.ts:2", first, second]);
    // The last override that names folders decides, also when it names none.
    config(
        &project,
        r#"{ "rules": { "local-file-write": { "keptFolders": ["."] } },
             "overrides": [{ "files": ["app/api/w"], "rules": { "local-file-write": { "keptFolders": [] } } }] }"#,
    );
    assert_eq!(places(&[]), [first, second]);
}

#[test]
fn a_database_may_lie_in_a_folder_that_is_kept() {
    let route = "import Database from 'better-sqlite3';\nconst db = new Database('/vault/app.db');\n\
                 export const GET = () => Response.json(db.prepare('select 1').get());\n";
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", route)]);
    let is_found = || rows(&project, &[]).iter().any(|row| row.starts_with("local-database-file"));
    assert!(is_found());
    config(&project, r#"{ "rules": { "local-file-write": { "keptFolders": ["/vault"] } } }"#);
    assert!(is_found());
    config(&project, r#"{ "rules": { "local-database-file": { "keptFolders": ["/vault"] } } }"#);
    assert!(!is_found());
}

#[test]
fn a_team_says_how_long_a_request_may_wait() {
    let route = "const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));\n\
                 export async function GET() {\n  await sleep(3000);\n  await sleep(6000);\n  \
                 for (let i = 0; i < 4; i++) {\n    await sleep(2000);\n  }\n  return new Response();\n}\n";
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", route)]);
    let lines = || -> Vec<u64> {
        let report = report(&project, &["--rule", "blocking-wait"]);
        let list = report["diagnostics"].as_array().expect("a list").iter();
        list.filter_map(|d| d["range"]["start"]["line"].as_u64()).collect()
    };
    assert_eq!(lines(), [4]);
    for (seconds, expected) in
        [(3, &[3, 4, 6][..]), (4, &[4, 6]), (6, &[4, 6]), (7, &[6]), (8, &[6]), (9, &[])]
    {
        config(&project, &format!(r#"{{ "rules": {{ "blocking-wait": {{ "minSeconds": {seconds} }} }} }}"#));
        assert_eq!(lines(), expected, "{seconds}");
    }
}

/// Two apps, and a helper that both call.
fn monorepo(helper: &str) -> Project {
    let route = "import { help } from '@acme/help';\nexport const GET = async (request, context) => Response.json(await help(context));\n";
    Project::new(&[
        (".git/HEAD", ""),
        ("package.json", r#"{ "workspaces": ["apps/*", "packages/*"] }"#),
        ("packages/help/package.json", r#"{ "name": "@acme/help", "main": "index.ts" }"#),
        ("packages/help/index.ts", helper),
        ("apps/web/package.json", MANIFEST.1),
        ("apps/web/app/api/w/route.ts", route),
        ("apps/admin/package.json", MANIFEST.1),
        ("apps/admin/app/api/a/route.ts", route),
    ])
}

#[test]
fn what_apps_share_is_judged_for_each_of_their_routes() {
    let project = monorepo("export const help = ({ prisma }) => prisma.depot.findMany();\n");
    let routes = || report(&project, &[])["diagnostics"][0]["routes"].clone();
    assert_eq!(routes(), json!(["/api/a", "/api/w"]));
    let small = r#""rules": { "uncapped-query": { "tables": { "depot": "small" } } }"#;
    config(&project, &format!(r#"{{ "overrides": [{{ "files": ["apps/web"], {small} }}] }}"#));
    assert_eq!(routes(), json!(["/api/a"]));
    config(&project, &format!(r#"{{ "overrides": [{{ "files": ["apps/*"], {small} }}] }}"#));
    assert_eq!(routes(), Value::Null);
    config(&project, &format!(r#"{{ "overrides": [{{ "files": ["packages/help"], {small} }}] }}"#));
    assert_eq!(routes(), Value::Null);
}

#[test]
fn confidence_may_differ_in_a_part_of_the_repository() {
    // Rows of one customer are an info of low confidence.
    let query = "export async function GET(request, { prisma, workspaceId }) {\n  \
                 return Response.json(await prisma.depot.findMany({ where: { workspaceId } }));\n}\n";
    let project = monorepo("export const help = () => 1;\n");
    project.write("apps/web/app/api/w/route.ts", query);
    project.write("apps/admin/app/api/a/route.ts", query);
    let files = |arguments: &[&str]| -> Vec<String> {
        rows(&project, arguments).iter().filter_map(|row| row.rsplit(' ').next().map(str::to_owned)).collect()
    };
    let (web, admin) = ("apps/web/app/api/w/route.ts:2", "apps/admin/app/api/a/route.ts:2");
    assert_eq!(files(&[]), Vec::<String>::new());
    config(&project, r#"{ "overrides": [{ "files": ["apps/web"], "minConfidence": "low" }] }"#);
    assert_eq!(files(&[]), [web]);
    assert_eq!(report(&project, &[])["summary"]["hidden"], json!(1));
    config(
        &project,
        r#"{ "minConfidence": "low", "overrides": [{ "files": ["apps/web"], "minConfidence": "high" }] }"#,
    );
    assert_eq!(files(&[]), [admin]);
    assert_eq!(files(&["--min-confidence", "low"]), [admin, web]);
    assert_eq!(files(&["--min-confidence", "medium"]), Vec::<String>::new());
    // A query finds what it matches, however sure anybody wants to be.
    let run = project.run(&["query", "(call_expression) @report", "--format", "concise"]);
    assert!(run.stdout.contains("apps/web/") && run.stdout.contains("apps/admin/"), "{}", run.stdout);
}

#[test]
fn options_are_shown_with_their_origin() {
    let project = Project::new(&[MANIFEST]);
    config(
        &project,
        "{\n  \"rules\": {\n    \"uncapped-query\": { \"tables\": { \"depot\": \"small\" } },\n    \
         \"blocking-wait\": { \"severity\": \"off\", \"minSeconds\": 20 }\n  },\n  \"overrides\": [\n    \
         { \"files\": [\"package.json\"], \"minConfidence\": \"high\", \"rules\": { \"local-file-write\": { \"keptFolders\": [\"/data\"] } } }\n  ]\n}\n",
    );
    let run = project.run(&["--print-config"]);
    for line in [
        "\"uncapped-query\": {\"tables\":{\"depot\":\"small\"}}, // routelint.json:3",
        "\"blocking-wait\": {\"severity\":\"off\",\"minSeconds\":20}, // routelint.json:4",
        "\"local-file-write\":{\"keptFolders\":[\"/data\"]}",
        "\"minConfidence\":\"high\"",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.stdout);
    }
    let run = project.run(&["--print-config", "--rule", "blocking-wait"]);
    assert!(run.stdout.contains("\"blocking-wait\": {\"minSeconds\":20}, // --rule"), "{}", run.stdout);
}

#[test]
fn wrong_options_are_shown_where_they_stand() {
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", QUERIES)]);
    for (rules, parts) in [
        (
            r#""uncapped-query": { "table": {} }"#,
            &["no key `table` here", "did you mean `tables`?", "routelint.json:1:34"][..],
        ),
        (r#""uncapped-query": { "tables": { "depot": "big" } }"#, &["`big` is not a value"]),
        (r#""local-file-write": { "keptFolders": [3] }"#, &["expected a string, not integer `3`"]),
        (r#""local-file-write": { "keptFolders": ["data/**"] }"#, &["`data/**` is not a folder"]),
        (r#""blocking-wait": { "minSeconds": 0 }"#, &["at least 1 second"]),
        (r#""uncaped-query": { "tables": {} }"#, &["did you mean the rule `uncapped-query`?"]),
    ] {
        config(&project, &format!("{{ \"rules\": {{ {rules} }} }}"));
        let run = project.run(&[]);
        assert_eq!(run.code, Some(2), "{rules}");
        assert!(parts.iter().all(|part| run.stderr.contains(part)), "{rules}\n{}", run.stderr);
        assert!(run.stderr.lines().all(|line| line.chars().count() <= 80), "{}", run.stderr);
    }
}

#[test]
fn what_a_configuration_speaks_of_in_vain_is_pointed_out() {
    let project = monorepo("import { db } from '@acme/db';\nexport const help = () => db();\n");
    config(
        &project,
        "{\n  \"overrides\": [\n    { \"files\": [\"apps/web\", \"packages/help\"], \"target\": \"server\" },\n    \
         { \"files\": [\"packages/help\"], \"rules\": { \"lost-work\": \"off\" } }\n  ],\n  \"catalogue\": {\n    \
         \"clients\": [{ \"package\": \"@acme/db\", \"export\": \"db\", \"kind\": \"tcp\" }],\n    \
         \"async\": [{ \"package\": \"@acme/mial\", \"export\": \"send\" }]\n  }\n}\n",
    );
    let warnings = |arguments: &[&str]| report(&project, arguments)["warnings"].clone();
    assert_eq!(
        warnings(&[]),
        json!([
            "routelint.json:3: `packages/help` matches files and no app, but `target` and `plan` are of apps",
            "routelint.json:8: no code that routes reach imports `@acme/mial`"
        ])
    );
    assert_eq!(warnings(&["apps/web"]), json!([]));
    // Where code could not be read, nobody knows what it imports.
    project.write("packages/help/index.ts", "export const help = (((;\n");
    assert!(!warnings(&[]).to_string().contains("@acme/mial"));
}

#[test]
fn every_option_is_documented() {
    let schema: Value = serde_json::from_str(include_str!("../schemas/config-v1.schema.json")).expect("JSON");
    let rules = schema["$defs"]["Rules"]["properties"].as_object().expect("rules");
    let document = include_str!("../docs/configuration.md");
    let mut seen = 0;
    for (id, setting) in rules.iter().filter(|(_, setting)| setting["anyOf"].is_array()) {
        let name = setting["anyOf"][1]["$ref"].as_str().and_then(|name| name.rsplit('/').next());
        let options = schema["$defs"][name.expect("options")]["properties"].as_object().expect("options");
        let page = routelint::rules::rule(id).expect("a rule").meta.page;
        let part = page.split("\n## Options\n").nth(1).and_then(|rest| rest.split("\n## ").next());
        for option in options.keys().filter(|option| *option != "severity") {
            let named = format!("`{option}`");
            assert!(part.is_some_and(|part| part.contains(&named)), "rules/{id}.md: no option {option}");
            assert!(
                document.contains(&format!("| `{id}` | {named}")),
                "docs/configuration.md: {id} {option}"
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 4);
}
