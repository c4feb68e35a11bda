//! Where paths in reports begin: for people at the current folder, for services at the repository, in JSON at what was
//! scanned.

#![allow(clippy::expect_used, reason = "a run whose report cannot be read has to fail")]

mod common;

use std::collections::BTreeSet;
use std::process::Output;

use common::Project;
use serde_json::Value;

const NEXT: &str = r#"{ "name": "web", "dependencies": { "next": "15.3.0", "@acme/db": "workspace:*" } }"#;
const OWN: &str = "import { Pool } from 'pg';\nexport async function GET() {\n  const pool = new Pool();\n  \
                   return Response.json(await pool.query('select 1'));\n}\n";
const SHARED: &str = "import { connect } from '@acme/db';\nexport const GET = async () => Response.json(await connect().query('a'));\n";
const ACTION: &str = "'use server';\nimport { Pool } from 'pg';\nexport async function save() {\n  const pool = new Pool();\n  await pool.query('a');\n}\n";

/// A workspace in a repository: an app with routes and an action, and a package that sins for it.
fn workspace() -> Project {
    Project::new(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("package.json", r#"{ "workspaces": ["apps/*", "packages/*"] }"#),
        ("apps/web/package.json", NEXT),
        ("apps/web/tsconfig.json", "{ \"compilerOptions\": "),
        ("apps/web/vercel.json", "{}"),
        ("apps/web/app/api/own/[id]/route.ts", OWN),
        ("apps/web/app/api/shared/route.ts", SHARED),
        ("apps/web/app/actions.ts", ACTION),
        (
            "apps/web/app/page.tsx",
            "import { save } from './actions';\nexport default () => <form action={save} />;\n",
        ),
        ("packages/db/package.json", r#"{ "name": "@acme/db", "main": "src/index.ts" }"#),
        (
            "packages/db/src/index.ts",
            "import { Pool } from 'pg';\nexport function connect() {\n  return new Pool();\n}\n",
        ),
    ])
}

/// What a run in a folder of the project prints.
fn printed(project: &Project, folder: &str, arguments: &[&str]) -> String {
    let mut command = project.command(arguments);
    let Output { stdout, .. } = command.current_dir(project.path().join(folder)).output().expect("a run");
    String::from_utf8(stdout).expect("UTF-8")
}

/// The files that a text names as `path:line:column`.
fn files(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| c.is_whitespace() || c == '╭' || c == '─');
    let words = words.map(|word| word.trim_start_matches('[').trim_end_matches([']', ':']).to_owned() + ":");
    let place = |word: String| {
        let parts: Vec<&str> = word.trim_end_matches(':').rsplitn(3, ':').collect();
        let [column, line, file] = parts[..] else { return None };
        (column.parse::<u32>().is_ok() && line.parse::<u32>().is_ok()).then(|| file.to_owned())
    };
    words.filter_map(place).collect()
}

#[test]
fn places_can_be_opened_from_the_current_folder() {
    let project = workspace();
    for (folder, argument) in
        [(".", "apps/web"), ("apps", "web"), ("apps/web", "."), ("apps/web", "app"), ("packages/db", ".")]
    {
        for format in ["full", "concise"] {
            let text = printed(&project, folder, &[argument, "--format", format]);
            let here = project.path().join(folder);
            let lost: Vec<_> = files(&text).into_iter().filter(|file| !here.join(file).is_file()).collect();
            assert!(lost.is_empty(), "{folder} {argument}: {lost:?}\n{text}");
            assert!(folder == "packages/db" || !files(&text).is_empty(), "{text}");
        }
    }
    let text = printed(&project, ".", &["apps/web"]);
    for line in [
        "╭─[apps/web/app/api/own/[id]/route.ts:3:16]",
        "╭─[packages/db/src/index.ts:3:10]",
        "apps/web/app/api/shared/route.ts:2:52",
        "reached from apps/web/app/actions.ts",
        "\nwarning: apps/web/tsconfig.json",
        "\napps/web  next 15.3.0 → vercel (apps/web/vercel.json)",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("../"), "{text}");
}

#[test]
fn what_lies_outside_is_shown_as_it_was_named() {
    let project = workspace();
    let path = project.path().join("apps/web");
    let path = path.to_str().expect("UTF-8");
    for (folder, argument) in [("packages/db", "../../apps/web"), ("packages", path)] {
        let text = printed(&project, folder, &[argument, "--format", "concise"]);
        assert!(
            text.starts_with("../../packages/db/src/index.ts:3:10: ")
                || text.contains("\napp/api/own/[id]/route.ts:3:16: "),
            "{text}"
        );
        assert!(text.contains("app/api/own/[id]/route.ts:3:16: ") && !text.contains("web/app/api"), "{text}");
    }
}

#[test]
fn routes_and_comments_name_files_from_the_current_folder() {
    let project = workspace();
    let routes = printed(&project, ".", &["routes", "apps/web"]);
    for file in ["apps/web/app/api/own/[id]/route.ts", "apps/web/app/api/shared/route.ts"] {
        assert!(routes.contains(file), "{routes}");
    }
    assert!(printed(&project, "apps/web", &["routes"]).contains(" app/api/shared/route.ts"));
    let query = printed(
        &project,
        ".",
        &["query", "(await_expression) @report", "apps/web", "-q", "--format", "concise"],
    );
    assert!(query.starts_with("apps/web/app/"), "{query}");
    project
        .write("apps/web/app/api/bad/route.ts", "// routelint-ignore no-such-rule: why\n".to_owned() + OWN);
    let left = printed(&project, ".", &["suppress", "apps/web", "--reason", "later"]);
    assert!(left.starts_with("apps/web/app/api/bad/route.ts:1:"), "{left}");
    let clean =
        printed(&project, ".", &["apps/web", "--format", "concise", "-q", "--rule", "per-request-client"]);
    assert_eq!(clean, "", "comments were written into the right files");
}

#[test]
fn services_get_paths_of_the_repository_from_wherever_it_runs() {
    let project = workspace();
    for format in ["github", "gitlab", "sarif", "junit", "checkstyle", "markdown"] {
        let above = printed(&project, ".", &["apps/web", "--format", format]);
        let route =
            if format == "sarif" { "app/api/own/%5Bid%5D/route.ts" } else { "app/api/own/[id]/route.ts" };
        assert!(above.contains(&format!("apps/web/{route}")), "{format}: {above}");
        assert_eq!(
            above.matches(route).count(),
            above.matches(&format!("apps/web/{route}")).count(),
            "{above}"
        );
        assert!(!above.contains("../packages"), "{format}: {above}");
        for (folder, argument) in [("apps/web", "."), ("packages/db", "../../apps/web")] {
            assert_eq!(
                printed(&project, folder, &[argument, "--format", format]),
                above,
                "{format} in {folder}"
            );
        }
    }
    let markdown = printed(&project, ".", &["apps/web", "--format", "markdown"]);
    assert!(markdown.contains("`apps/web` → vercel"), "{markdown}");
}

#[test]
fn json_is_the_same_from_wherever_it_runs() {
    let project = workspace();
    let without_time = |text: &str| {
        let mut json: Value = serde_json::from_str(text).expect("JSON");
        json["summary"]["durationMs"] = 0.into();
        json
    };
    let json = without_time(&printed(&project, ".", &["apps/web", "--format", "json"]));
    let files: Vec<&str> =
        json["diagnostics"].as_array().expect("findings").iter().filter_map(|d| d["file"].as_str()).collect();
    assert!(
        files.contains(&"app/api/own/[id]/route.ts") && files.contains(&"../../packages/db/src/index.ts")
    );
    for (folder, argument) in [("apps/web", "."), ("apps", "web"), ("packages/db", "../../apps/web")] {
        assert_eq!(without_time(&printed(&project, folder, &[argument, "--format", "json"])), json);
    }
}

#[test]
fn rules_link_to_their_pages_where_links_are_shown() {
    let project = workspace();
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = project.command(arguments);
        let output = command.envs(variables.iter().copied()).output().expect("a run");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let link = "\u{1b}]8;;https://github.com/routelint/routelint/blob/main/rules/per-request-client.md\u{1b}\\per-request-client\u{1b}]8;;\u{1b}\\";
    let forced = [("FORCE_HYPERLINK", "1")];
    for arguments in [vec![], vec!["--format", "concise"], vec!["--statistics"], vec!["rules"]] {
        let coloured = [&arguments[..], &["--color", "always"]].concat();
        assert!(run(&coloured, &forced).contains(link), "{arguments:?}");
        assert!(!run(&coloured, &[("FORCE_HYPERLINK", "0")]).contains("\u{1b}]8"), "{arguments:?}");
        // A pipe shows no links, whatever terminal it came from; nor does a page without colours.
        assert!(!run(&coloured, &[("TERM_PROGRAM", "WezTerm")]).contains("\u{1b}]8"), "{arguments:?}");
        assert!(!run(&arguments, &forced).contains('\u{1b}'), "{arguments:?}");
    }
    for format in ["json", "sarif", "github", "markdown"] {
        assert!(!run(&["--format", format, "--color", "always"], &forced).contains('\u{1b}'), "{format}");
    }
}

#[test]
fn a_rule_is_explained_to_programs() {
    let project = workspace();
    let page = "+++\ntitle = \"The old database\"\nhelp = \"Use `db`.\"\nseverity = \"warning\"\n+++\n\n```scm\n(call_expression function: (identifier) @f (#eq? @f \"legacyDb\")) @report\n```\n\n## Found\n\n### A call\n\n```ts title=\"app/api/a/route.ts\"\nexport const GET = () => legacyDb(); // warning: [legacy-db]\n```\n";
    project.write(".routelint/rules/legacy-db.md", page);
    let explained = |rule: &str| -> Value {
        let run = project.run(&["explain", rule, "--format", "json", "--color", "always"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        serde_json::from_str(&run.stdout).expect("JSON")
    };
    let rule = explained("per-request-client");
    assert_eq!(rule["id"], "per-request-client");
    assert_eq!(
        (&rule["severity"]["vercel"], &rule["severity"]["cloudflare"]),
        (&"error".into(), &Value::Null)
    );
    assert!(rule["page"].as_str().is_some_and(|page| page.contains("## Found")), "{rule}");
    assert!(rule["url"].as_str().is_some_and(|url| url.ends_with("/rules/per-request-client.md")), "{rule}");
    let own = explained("legacy-db");
    assert_eq!((&own["title"], &own["url"]), (&"The old database".into(), &Value::Null));
    assert_eq!(project.run(&["explain", "no-such", "--format", "json"]).code, Some(2));
}
