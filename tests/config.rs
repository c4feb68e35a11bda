//! Configuration seen from outside: what it changes in a report, and how mistakes in it are shown.

#![allow(clippy::expect_used, clippy::panic, reason = "a run whose report cannot be read has to fail")]

mod common;

use common::Project;
use serde_json::{Value, json};

const MANIFEST: (&str, &str) = ("package.json", r#"{ "dependencies": { "next": "15.3.0" } }"#);
/// Gives a warning of `per-request-client`.
const SIN: &str = "import { PrismaClient } from '@prisma/client';\nexport async function GET() {\n  \
                   const db = new PrismaClient();\n  return Response.json(await db.user.findMany({ take: 5 }));\n}\n";

/// Rule, severity and file of every finding, and the exit code.
fn found(project: &Project, arguments: &[&str]) -> (Vec<String>, Option<i32>) {
    let run = project.run(&[arguments, &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let row = |d: &Value| format!("{} {} {}", text(&d["rule"]), text(&d["severity"]), text(&d["file"]));
    (report["diagnostics"].as_array().expect("a list").iter().map(row).collect(), run.code)
}

fn rows(project: &Project, arguments: &[&str]) -> Vec<String> {
    found(project, arguments).0
}

#[test]
fn severities_follow_the_configuration_and_arguments_win() {
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", SIN)]);
    let row = |severity: &str| vec![format!("per-request-client {severity} app/api/a/route.ts")];
    assert_eq!(found(&project, &[]), (row("error"), Some(1)));
    let config = |text: &str| project.write("routelint.jsonc", text);
    config("{ \"rules\": { \"per-request-client\": \"info\" } }");
    assert_eq!(found(&project, &[]), (row("info"), Some(0)));
    assert_eq!(found(&project, &["--no-config"]), (row("error"), Some(1)));
    config("{ \"rules\": { \"per-request-client\": { \"severity\": \"info\" } }, \"failOn\": \"info\" }");
    assert_eq!(found(&project, &[]), (row("info"), Some(1)));
    assert_eq!(found(&project, &["--fail-on", "error"]).1, Some(0));
    config("{ \"rules\": { \"per-request-client\": \"off\" } }");
    assert_eq!(found(&project, &[]), (vec![], Some(0)));
    assert_eq!(found(&project, &["--rule", "per-request-client"]), (row("error"), Some(1)));
    config("{ \"target\": \"cloudflare\" }");
    assert_eq!(found(&project, &[]).0, Vec::<String>::new());
    assert_eq!(found(&project, &["--target", "vercel"]).0, row("error"));
    config("{ \"exclude\": [\"app/api/[id]/**\"] }");
    assert_eq!(rows(&project, &[]), row("error"));
    config("{ \"exclude\": [\"app/api/a\"] }");
    assert_eq!(rows(&project, &[]), Vec::<String>::new());
    config("{ \"include\": [\"lib/**\"] }");
    assert_eq!(rows(&project, &[]), Vec::<String>::new());
    config("{ \"include\": [\"app/**\"], \"maxFileSize\": 10 }");
    assert_eq!(rows(&project, &[]), Vec::<String>::new());
    assert_eq!(rows(&project, &["--max-file-size", "1MB"]), row("error"));
    project.write("other.json", "{ \"rules\": { \"per-request-client\": \"warning\" } }");
    assert_eq!(rows(&project, &["--config", "other.json", "--max-file-size", "1MB"]), row("warning"));
}

/// Two apps, each with a sin of its own, and one that both reach.
fn monorepo() -> Project {
    let shared =
        "import { PrismaClient } from '@prisma/client';\nexport const open = () => new PrismaClient();\n";
    let route = "import { open } from '@acme/db';\nexport const GET = async () => Response.json(await open().a.findMany({ take: 5 }));\n";
    Project::new(&[
        (".git/HEAD", ""),
        ("package.json", r#"{ "workspaces": ["apps/*", "packages/*"] }"#),
        ("packages/db/package.json", r#"{ "name": "@acme/db", "main": "index.ts" }"#),
        ("packages/db/index.ts", shared),
        ("apps/web/package.json", MANIFEST.1),
        ("apps/web/app/api/own/route.ts", SIN),
        ("apps/web/app/api/shared/route.ts", route),
        ("apps/admin/package.json", MANIFEST.1),
        ("apps/admin/app/api/own/route.ts", SIN),
        ("apps/admin/app/api/shared/route.ts", route),
    ])
}

#[test]
fn limits_are_those_of_the_plan() {
    let project = Project::new(&[
        MANIFEST,
        ("vercel.json", "{}"),
        ("app/api/a/route.ts", "export const maxDuration = 400;\nexport const GET = () => new Response();\n"),
    ]);
    assert_eq!(rows(&project, &[]), Vec::<String>::new());
    project.write("routelint.json", r#"{ "plan": "hobby" }"#);
    assert_eq!(rows(&project, &[]), ["max-duration-over-limit error app/api/a/route.ts"]);
    let run = project.run(&["--format", "concise"]);
    assert!(run.stdout.contains("at most 300 s on the Hobby plan"), "{}", run.stdout);
}

#[test]
fn overrides_count_for_their_apps_and_not_for_what_others_share() {
    let project = monorepo();
    let row = |severity: &str, file: &str| format!("per-request-client {severity} {file}");
    let all = rows(&project, &[]);
    assert_eq!(all.len(), 3, "{all:?}");
    project.write(
        "routelint.jsonc",
        r#"{ "overrides": [
            { "files": ["apps/web"], "rules": { "per-request-client": "off" } },
            { "files": ["apps/admin"], "rules": { "per-request-client": "info" } }
        ] }"#,
    );
    assert_eq!(
        rows(&project, &[]),
        [row("info", "apps/admin/app/api/own/route.ts"), row("error", "packages/db/index.ts")]
    );
    // Of one app alone, what it shares is its own; the configuration above it still counts.
    assert_eq!(rows(&project, &["apps/admin"])[0], row("info", "../../packages/db/index.ts"));
    assert_eq!(rows(&project, &["apps/web"]), Vec::<String>::new());
    project
        .write("routelint.jsonc", r#"{ "overrides": [{ "files": ["apps/web"], "target": "cloudflare" }] }"#);
    assert_eq!(
        rows(&project, &[]),
        [row("error", "apps/admin/app/api/own/route.ts"), row("error", "packages/db/index.ts")]
    );
    let run = project.run(&["--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(
        report["apps"][1]["target"],
        json!({ "name": "cloudflare", "assumed": false, "evidence": ["routelint.jsonc"] })
    );
}

#[test]
fn a_glob_that_matches_nothing_is_pointed_out_by_whole_runs() {
    let project = monorepo();
    project.write(
        "routelint.jsonc",
        "{\n  \"include\": [\"packages/**\", \"pakages/**\"], \"exclude\": [\"dist/**\"],\n  \"overrides\": [\n    { \"files\": [\"apps/wbe\"] }\n  ]\n}",
    );
    let warnings = |arguments: &[&str]| {
        let run = project.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str::<Value>(&run.stdout).expect("JSON")["warnings"].clone()
    };
    assert_eq!(
        warnings(&[]),
        json!([
            "routelint.jsonc:2: no file or app matches `pakages/**`",
            "routelint.jsonc:4: no file or app matches `apps/wbe`"
        ])
    );
    assert_eq!(warnings(&["apps/web"]), json!([]));
    assert_eq!(warnings(&["apps/web/app/api/own/route.ts"]), json!([]));
}

#[test]
fn a_rule_may_run_in_one_app_only() {
    let project = monorepo();
    project.write(
        "routelint.jsonc",
        r#"{ "rules": { "per-request-client": "off" },
             "overrides": [{ "files": ["apps/web/**"], "rules": { "per-request-client": "warning" } }] }"#,
    );
    assert_eq!(rows(&project, &[]), ["per-request-client warning apps/web/app/api/own/route.ts"]);
}

#[test]
fn which_files_are_named_does_not_choose_the_configuration() {
    let project = monorepo();
    let off = r#"{ "rules": { "per-request-client": "off" } }"#;
    project.write("apps/web/routelint.jsonc", off);
    let (web, admin) = ("apps/web/app/api/own/route.ts", "apps/admin/app/api/own/route.ts");
    let sin = "per-request-client error";
    assert_eq!(rows(&project, &[web]), [format!("{sin} app/api/own/route.ts")]);
    assert_eq!(rows(&project, &[web, admin]), [format!("{sin} {admin}"), format!("{sin} {web}")]);
    // From inside the app its own counts, for a file of it as for all.
    let within = |folder: &str, arguments: &[&str]| {
        let mut command = project.command(&[arguments, &["--format", "concise", "-q"]].concat());
        let output = command.current_dir(project.path().join(folder)).output().expect("the binary runs");
        String::from_utf8(output.stdout).expect("UTF-8").lines().count()
    };
    assert_eq!((within("apps/web", &["app/api/own/route.ts"]), within("apps/web", &[])), (0, 0));
    assert_eq!(within("apps/web", &["app/api/own/route.ts", "package.json"]), 0);
    // From elsewhere it is that of the workspace, whatever is named.
    assert_eq!(within("apps/admin", &["../web/app/api/own/route.ts"]), 1);
    project.write("routelint.jsonc", off);
    project.write("apps/web/routelint.jsonc", "{}");
    assert_eq!(within("apps/admin", &["../web/app/api/own/route.ts"]), 0);
    assert_eq!(rows(&project, &[web]), Vec::<String>::new());
}

#[test]
fn configurations_further_down_are_pointed_out() {
    let project = monorepo();
    project.write("apps/web/routelint.jsonc", "{}");
    let warnings = |arguments: &[&str]| {
        let run = project.run(&[arguments, &["--format", "json"]].concat());
        let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
        report["warnings"].as_array().expect("a list").iter().map(ToString::to_string).collect::<String>()
    };
    let says = |arguments: &[&str], text: &str| {
        let warnings = warnings(arguments);
        assert!(warnings.contains(text), "{arguments:?}: {warnings}");
    };
    says(&[], "apps/web/routelint.jsonc: not read: a run has one configuration");
    project.write("routelint.jsonc", "{}");
    says(&[], "apps/web/routelint.jsonc: not read: routelint.jsonc counts for the whole run");
    says(&["apps/web/app/api/own/route.ts"], "\"routelint.jsonc: not read");
    // On the terminal it is seen from the current folder.
    let run = project.run(&["apps/web/app/api/own/route.ts"]);
    assert!(run.stdout.contains("apps/web/routelint.jsonc: not read"), "{}", run.stdout);
    project.write("apps/admin/package.json", MANIFEST.1.replace("{ \"dep", "{ \"routelint\": {}, \"dep"));
    says(&[], "apps/admin/package.json: not read, and 1 more");
    for quiet in [&["apps/web"][..], &["--no-config"], &["--config", "routelint.jsonc"]] {
        assert_eq!(warnings(quiet), "", "{quiet:?}");
    }
    // Where no app is, nothing is lost.
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", SIN), ("fixtures/a/routelint.json", "[")]);
    assert!(!project.run(&[]).stdout.contains("not read"));
}

#[test]
fn own_packages_are_what_the_configuration_says() {
    let route = "import { createDb } from '@acme/db';\nimport { createDb as fromSource } from '@/lib/db';\n\
                 import { PrismaClient } from '@prisma/client';\nexport async function GET() {\n  const a = createDb();\n  \
                 const b = fromSource();\n  const c = new PrismaClient();\n  return Response.json([a, b, c]);\n}\n";
    let project = Project::new(&[
        MANIFEST,
        ("tsconfig.json", r#"{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }"#),
        ("lib/db.ts", "export const createDb = () => ({});\n"),
        ("app/api/a/route.ts", route),
    ]);
    let lines = |project: &Project| -> Vec<Value> {
        let run = project.run(&["--format", "json"]);
        let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let list = report["diagnostics"].as_array().expect("a list").clone();
        list.iter().map(|d| d["range"]["start"]["line"].clone()).collect()
    };
    assert_eq!(lines(&project), [json!(7)]);
    project.write(
        "routelint.json",
        r#"{ "catalogue": { "clients": [
            { "package": "@acme/db", "export": "createDb", "kind": "tcp" },
            { "package": "@/lib/db", "export": "createDb", "kind": "ws", "what": "a link to the ledger" },
            { "package": "@prisma/client", "export": "PrismaClient", "kind": "http" }
        ] } }"#,
    );
    assert_eq!(lines(&project), [json!(5), json!(6)]);
    assert!(project.run(&[]).stdout.contains("a link to the ledger"));
}

#[test]
fn safe_wrappers_wait_for_what_they_are_given() {
    let route = "import { PrismaClient } from '@prisma/client';\nimport { withBackground } from '@acme/background';\n\
                 export async function GET() {\n  const db = new PrismaClient();\n  const rows = await db.a.findMany({ take: 5 });\n  \
                 withBackground(db.$disconnect());\n  return Response.json(rows);\n}\n";
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", route)]);
    let message = |project: &Project| {
        let run = project.run(&["--format", "json"]);
        let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
        report["diagnostics"][0]["message"].as_str().expect("a message").to_owned()
    };
    let before = message(&project);
    project.write(
        "routelint.json",
        r#"{ "catalogue": { "safeWrappers": [{ "package": "@acme/background", "export": "withBackground" }] } }"#,
    );
    let after = message(&project);
    assert!(before != after && after.contains("closes it again"), "{before}\n{after}");
}

#[test]
fn mistakes_point_into_the_file() {
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", SIN)]);
    for (text, parts) in [
        ("{\n  \"rulse\": {}\n}", &["no key `rulse`", "[routelint.jsonc:2:3]", "did you mean `rules`?"][..]),
        (
            "{ \"rules\": { \"per-request-clients\": \"off\" } }",
            &["no rule `per-request-clients`", ":1:14]", "did you mean `per-request-client`"],
        ),
        ("{ \"exclude\": [\"a\", \"{b\"] }", &["`{b` is not a glob", ":1:20]"]),
        ("{ \"failOn\": 3 }", &["expected a string, not integer `3`", ":1:13]"]),
        ("{ \"target\": \"versel\" }", &["`versel` is not a value", "did you mean `vercel`"]),
        ("{ \"target\": ", &["not valid JSON"]),
        ("", &["the file is empty"]),
    ] {
        project.write("routelint.jsonc", text);
        for arguments in [&[][..], &["--format", "sarif"], &["routes"], &["--print-config"], &["baseline"]] {
            let run = project.run(arguments);
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{text} {arguments:?}");
            assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
            assert!(parts.iter().all(|part| run.stderr.contains(part)), "{text}\n{}", run.stderr);
            assert!(run.stderr.lines().all(|line| line.chars().count() <= 80), "{}", run.stderr);
        }
        assert_eq!(project.run(&["--no-config"]).code, Some(1));
    }
    for text in [
        "[".repeat(200_000),
        format!("{{ \"exclude\": [\"{{{}\"] }}", "\u{1b}[2J".repeat(9)),
        "\0".repeat(99),
    ] {
        project.write("routelint.jsonc", &text);
        let run = project.run(&[]);
        assert!(run.code == Some(2) && !run.stderr.contains('\u{1b}'), "{}", run.stderr);
    }
    assert_eq!(project.run(&["--config", "missing.json"]).code, Some(2));
}

#[test]
fn what_is_in_effect_is_shown_with_its_origin() {
    let project = Project::new(&[
        MANIFEST,
        (
            "routelint.jsonc",
            "{\n  \"failOn\": \"warning\",\n  \"rules\": {\n    \"parse-error\": \"off\"\n  },\n  \
             \"baseline\": \"known.txt\",\n  \"overrides\": [{ \"files\": [\"a\"], \"plan\": \"pro\" }]\n}\n",
        ),
    ]);
    let run = project.run(&["--print-config", "--target", "server", "--skip", "per-request-client"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for line in [
        "\"target\": \"server\", // --target",
        "\"failOn\": \"warning\", // routelint.jsonc:2",
        "\"parse-error\": \"off\", // routelint.jsonc:4",
        "\"per-request-client\": \"off\", // --skip",
        "\"baseline\": \"known.txt\", // routelint.jsonc:6",
        "\"minConfidence\": \"medium\", // default",
        "// routelint.jsonc:7",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.stdout);
    }
    // It is itself a configuration, that says the same.
    project.write("printed.jsonc", &run.stdout);
    let again = project.run(&["--print-config", "--config", "printed.jsonc"]);
    assert!(
        again.code == Some(0) && again.stdout.contains("\"target\": \"server\", // printed.jsonc:"),
        "{again:?}"
    );
}

#[test]
fn what_is_in_effect_is_shown_for_each_app() {
    let project = monorepo();
    project.write("apps/admin/vercel.json", "{}");
    project.write("apps/express/package.json", r#"{ "dependencies": { "express": "5.0.0" } }"#);
    project.write(
        "routelint.jsonc",
        "{\n  \"rules\": { \"parse-error\": \"error\", \"legacy-pages-api\": \"info\" },\n  \"overrides\": [\n    { \
         \"files\": [\"apps/web\"], \"target\": \"server\", \"rules\": { \"per-request-client\": \"info\" } },\n    { \
         \"files\": [\"apps/web/app/api/own\"], \"rules\": { \"lost-work\": \"off\" } },\n    { \
         \"files\": [\"apps/admin\"], \"rules\": { \"legacy-pages-api\": \"off\", \"in-memory-cache\": \"error\" \
         } }\n  ]\n}\n",
    );
    let of_apps = |arguments: &[&str]| {
        let run = project.run(&[&["--print-config"], arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let lines = run.stdout.lines().skip_while(|line| !line.starts_with("  // In "));
        lines.map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    let [admin, web] = [
        "  // In apps/admin (vercel):\n  //   \"parse-error\": \"error\", by default \"warning\"\n",
        "  // In apps/web (server):\n  //   \"legacy-pages-api\": \"info\", by default \"off\"\n  \
         //   \"parse-error\": \"error\", by default \"warning\"\n  \
         //   \"per-request-client\": \"info\", by default \"error\"\n",
    ];
    assert_eq!(of_apps(&[]), format!("{admin}{web}}}"));
    assert_eq!(of_apps(&["apps/web"]), format!("{web}}}"));
    // Arguments win, over targets too: what is right on one is not on another.
    assert_eq!(of_apps(&["--rule", "parse-error"]), "");
    let skipped = of_apps(&["--skip", "parse-error", "--target", "lambda", "apps/admin"]);
    let kept = "  // In apps/admin (lambda):\n  //   \"in-memory-cache\": \"error\", by default \"info\"\n}";
    assert_eq!(skipped, kept);
    // Folders are what globs of the configuration are about; levels that change nothing are left out.
    project.write(
        "apps/web/routelint.jsonc",
        r#"{ "rules": { "parse-error": "warning", "lost-work": "off" } }"#,
    );
    let alone = "  // In . (lambda):\n  //   \"lost-work\": \"off\", by default \"error\"\n}";
    assert_eq!(of_apps(&["apps/web"]), alone);
}

#[test]
fn init_writes_a_file_that_fits_and_overwrites_none() {
    let project = monorepo();
    project.write("apps/web/vercel.json", "{}");
    let before = rows(&project, &[]);
    let run = project.run(&["init"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let text = std::fs::read_to_string(project.path().join("routelint.jsonc")).expect("the file");
    assert!(text.contains("apps/web: vercel (apps/web/vercel.json)"), "{text}");
    assert!(text.contains("// { \"files\": [\"apps/admin\"]"), "{text}");
    assert_eq!(rows(&project, &[]), before);
    let run = project.run(&["init"]);
    assert!(run.code == Some(2) && run.stderr.contains("is there already"), "{}", run.stderr);
    let again = std::fs::read_to_string(project.path().join("routelint.jsonc")).expect("the file");
    assert_eq!(again, text);
    // Every line that is switched off works when it is switched on.
    let on: String = text
        .lines()
        .map(|line| match line.trim_start().strip_prefix("// ") {
            Some(rest) if rest.starts_with(['"', '{']) && rest.contains(':') => {
                if rest.ends_with(['}', ']', '"']) { format!("{rest},\n") } else { format!("{rest}\n") }
            }
            _ => format!("{line}\n"),
        })
        .collect();
    project.write("routelint.jsonc", on.replace("\"baseline\"", "// "));
    assert_eq!(project.run(&["--print-config"]).code, Some(0), "{on}\n{}", project.run(&[]).stderr);
    let run = project.run(&["init", "apps/web"]);
    assert!(run.stdout.contains("routelint.jsonc no longer counts in this folder"), "{}", run.stdout);
    let other = Project::new(&[("package.json", r#"{ "routelint": {} }"#)]);
    assert_eq!(other.run(&["init"]).code, Some(2));
}

#[test]
fn the_documentation_shows_what_works_and_every_key() {
    let documents = [include_str!("../docs/configuration.md"), include_str!("../README.md")];
    let mut shown = 0;
    for document in documents {
        for block in document.split("```jsonc\n").skip(1) {
            let text = block.split("\n```").next().expect("the end of the block");
            let project = Project::new(&[MANIFEST, ("routelint.jsonc", text)]);
            let run = project.run(&["--print-config"]);
            assert_eq!(run.code, Some(0), "{text}\n{}", run.stderr);
            shown += 1;
        }
    }
    assert_eq!(shown, 4);
    let schema: Value = serde_json::from_str(include_str!("../schemas/config-v1.schema.json")).expect("JSON");
    for key in schema["properties"].as_object().expect("keys").keys() {
        assert!(documents[0].contains(&format!("| `{key}` |")), "docs/configuration.md does not name {key}");
    }
}

#[test]
fn a_key_of_the_manifest_has_to_be_a_configuration() {
    let project = Project::new(&[("package.json", "{\n  \"routelint\": 3\n}\n")]);
    let run = project.run(&[]);
    assert_eq!(run.code, Some(2), "{}", run.stdout);
    assert!(
        run.stderr.contains("expected an object") && run.stderr.contains("package.json:2:16"),
        "{}",
        run.stderr
    );
    // The version of a dependency is none, nor is a script's name.
    project.write(
        "package.json",
        r#"{ "devDependencies": { "routelint": "0.1.0" }, "scripts": { "routelint": "x" } }"#,
    );
    assert_eq!(project.run(&[]).code, Some(0));
}

#[test]
fn a_configuration_of_a_newer_routelint_is_one_in_words() {
    let schema = |release: &str, version: u32| {
        format!(
            "https://raw.githubusercontent.com/routelint/routelint/v{release}/schemas/config-v{version}.schema.json"
        )
    };
    let project = Project::new(&[MANIFEST]);
    let run = |release: &str, version: u32, more: &str| {
        project.write(
            "routelint.json",
            format!("{{\n  \"$schema\": \"{}\"{more}\n}}", schema(release, version)),
        );
        let run = project.run(&[]);
        (run.code, run.stderr)
    };
    assert_eq!(run("99.0.0", 1, "").0, Some(0));
    let (code, said) = run("99.0.0", 1, ",\n  \"novel\": 1");
    assert!(code == Some(2) && said.contains("is of routelint 99.0.0"), "{said}");
    let (code, said) = run(env!("CARGO_PKG_VERSION"), 1, ",\n  \"novel\": 1");
    assert!(code == Some(2) && !said.contains("$schema` is of"), "{said}");
    let (code, said) = run("99.0.0", 2, "");
    assert!(code == Some(2) && said.contains("version 2") && said.contains("routelint.json:2:14"), "{said}");
}

#[test]
fn init_leaves_a_list_to_uncomment_and_says_what_it_hides() {
    let project = monorepo();
    assert_eq!(project.run(&["init"]).code, Some(0));
    let path = project.path().join("routelint.jsonc");
    let text = std::fs::read_to_string(&path).expect("the file").replace("// { \"files\"", "{ \"files\"");
    std::fs::write(&path, text).expect("a file");
    let run = project.run(&[]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let inner = project.run(&["init", "apps/web"]);
    assert!(inner.stdout.contains("  routelint.jsonc no longer counts in this folder"), "{}", inner.stdout);
    let own = Project::new(&[("package.json", r#"{ "routelint": {} }"#)]);
    let run = own.run(&["init"]);
    assert!(run.stderr.contains("package.json has the configuration already"), "{}", run.stderr);
}

#[test]
fn files_above_are_named_from_here() {
    let project = monorepo();
    project.write("routelint.json", r#"{ "failOn": "never" }"#);
    let run = project.command(&["--print-config"]).current_dir(project.path().join("apps/web")).output();
    let text = String::from_utf8(run.expect("a run").stdout).expect("text");
    assert!(
        text.starts_with("// ../../routelint.json\n") && text.contains("// ../../routelint.json:1\n"),
        "{text}"
    );
}
