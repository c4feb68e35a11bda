//! Comments that silence findings, seen from outside.

#![allow(clippy::expect_used, clippy::panic, reason = "a run whose report cannot be read has to fail")]

mod common;

use std::fs;

use common::Project;
use serde_json::{Value, json};

const MANIFEST: (&str, &str) = ("package.json", r#"{ "dependencies": { "next": "15.3.0" } }"#);
const IMPORT: &str = "import { PrismaClient } from '@prisma/client';\n";

/// A route that makes a client on a line of its own, with something before and behind it.
fn route(before: &str, behind: &str) -> String {
    format!(
        "{IMPORT}export async function GET() {{\n{before}  const db = new PrismaClient();{behind}\n  return Response.json(await db.user.findMany({{ take: 5 }}));\n}}\n"
    )
}

fn report(project: &Project, arguments: &[&str]) -> Value {
    let run = project.run(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr))
}

/// Rules of the findings, and how many are silenced.
fn found(project: &Project, arguments: &[&str]) -> (Vec<String>, u64) {
    let report = report(project, arguments);
    let list = report["diagnostics"].as_array().expect("a list");
    let rules = list.iter().map(|d| d["rule"].as_str().unwrap_or("?").to_owned()).collect();
    (rules, report["summary"]["suppressed"].as_u64().expect("a number"))
}

#[test]
fn a_comment_silences_its_line_for_a_reason() {
    let project = Project::new(&[MANIFEST]);
    let with = |text: &str| {
        project.write("app/api/a/route.ts", text);
        let (rules, suppressed) = found(&project, &[]);
        (rules.join(" "), suppressed)
    };
    let silenced = (String::new(), 1);
    assert_eq!(with(&route("  // routelint-ignore per-request-client: why\n", "")), silenced);
    assert_eq!(with(&route("", " // routelint-ignore per-request-client: why")), silenced);
    assert_eq!(
        with(&route("  /* routelint-ignore parse-error, per-request-client: why */\n\n  // more\n", "")).1,
        1
    );
    assert_eq!(
        with(&format!("/* routelint-ignore-file per-request-client: why */\n{}", route("", ""))),
        silenced
    );
    let crlf = route("  // routelint-ignore per-request-client: why\n", "").replace('\n', "\r\n");
    assert_eq!(with(&format!("\u{feff}{crlf}")), silenced);
    // Two lines above, another rule, no reason, a slip: the finding stays, and the comment is reported.
    let both = |rule: &str| (format!("{rule} per-request-client"), 0);
    let far = route("  // routelint-ignore per-request-client: why\n  const x = 1;\n", "");
    assert_eq!(with(&far), both("unused-suppression"));
    assert_eq!(with(&route("  // routelint-ignore parse-error: why\n", "")), both("unused-suppression"));
    assert_eq!(with(&route("  // routelint-ignore per-request-client\n", "")), both("unknown-suppression"));
    assert_eq!(
        with(&route("  // routelint-ignore per-request-clients: why\n", "")),
        both("unknown-suppression")
    );
    // In a template it is text.
    let template = route("  const t = `\n  // routelint-ignore per-request-client: why\n  `;", "");
    assert_eq!(with(&template), ("per-request-client".to_owned(), 0));
}

/// A route whose handler is this, below a comment with its indentation.
fn below_comment(handler: &str) -> String {
    let comment = "routelint-ignore per-request-client: why";
    format!("{IMPORT}export async function GET() {{\n  // {comment}\n  {handler}\n}}\n")
}

#[test]
fn a_comment_holds_however_the_statement_is_wrapped() {
    let project = Project::new(&[MANIFEST]);
    for wrapped in [
        "const db =\n    new PrismaClient();\n  return Response.json(await db.a.count());",
        "return Response.json(\n    await new PrismaClient().a.count(),\n  );",
        "return (\n    await fetch(\n      await new PrismaClient().a.count(),\n    )\n  )\n    .clone()\n    .json();",
        "const all = {\n    name: 'x',\n    db: new PrismaClient(),\n  };\n  return Response.json(await all.db.a.count());",
        "const make = () =>\n    new PrismaClient();\n  return Response.json(await make().a.count());",
    ] {
        project.write("app/api/a/route.ts", below_comment(wrapped));
        assert_eq!(found(&project, &[]), (vec![], 1), "{wrapped}");
    }
    let decorated = format!(
        "{IMPORT}const using = (db: unknown) => (target: unknown) => target;\nexport async function GET() {{\n  \
         // routelint-ignore per-request-client: why\n  @using(\n    new PrismaClient(),\n  )\n  class Held {{}}\n  \
         return Response.json(Held.name);\n}}\n"
    );
    project.write("app/api/a/route.ts", &decorated);
    assert_eq!(found(&project, &[]), (vec![], 1));
}

#[test]
fn a_comment_does_not_reach_into_bodies() {
    let project = Project::new(&[MANIFEST]);
    let stays = (vec!["unused-suppression".to_owned(), "per-request-client".to_owned()], 0);
    let body = "{\n    const db = new PrismaClient();\n    return Response.json(await db.a.count());\n  }";
    for head in ["if (Math.random() > 2) ", "for (const a of [1]) ", "const inner = async () => ", "try "] {
        let rest = if head == "try " { " catch {}" } else { "" };
        let call = if head.starts_with("const") { "\n  return inner();" } else { "" };
        project.write("app/api/a/route.ts", below_comment(&format!("{head}{body}{rest}{call}")));
        assert_eq!(found(&project, &[]), stays, "{head}");
    }
    let handler = route("", "").replace("export", "// routelint-ignore per-request-client: why\nexport");
    project.write("app/api/a/route.ts", &handler);
    assert_eq!(found(&project, &[]), stays);
}

#[test]
fn only_rules_and_files_that_ran_judge_a_comment() {
    let comment = "  // routelint-ignore disconnect-shared-client: why\n";
    let project = Project::new(&[
        MANIFEST,
        ("app/api/a/route.ts", &route(comment, "")),
        ("app/api/b/route.ts", "export const GET = () => new Response();\n"),
    ]);
    let unused = |arguments: &[&str]| found(&project, arguments).0.contains(&"unused-suppression".to_owned());
    assert!(unused(&[]));
    assert!(!unused(&["--skip", "disconnect-shared-client"]));
    assert!(!unused(&["--rule", "per-request-client", "--rule", "unused-suppression"]));
    assert!(!unused(&["app/api/b/route.ts"]) && unused(&["app/api/a/route.ts"]));
    assert!(!unused(&["--skip", "unused-suppression"]));
    project.write("routelint.json", r#"{ "rules": { "disconnect-shared-client": "off" } }"#);
    assert!(!unused(&[]));
    project.write("routelint.json", r#"{ "rules": { "unused-suppression": "error" } }"#);
    assert_eq!(report(&project, &[])["diagnostics"][0]["severity"], "error");
}

#[test]
fn sarif_carries_them_only_if_asked() {
    let text = route("  // routelint-ignore per-request-client: one call a day\n", "");
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", &text)]);
    let results = |arguments: &[&str]| -> Value {
        let run = project.run(&[&["--format", "sarif"], arguments].concat());
        serde_json::from_str::<Value>(&run.stdout).expect("SARIF")["runs"][0]["results"].clone()
    };
    assert_eq!(results(&[]), json!([]));
    let silent = results(&["--sarif-suppressed"]);
    assert_eq!(silent[0]["ruleId"], "per-request-client");
    assert_eq!(silent[0]["suppressions"], json!([{ "kind": "inSource", "justification": "one call a day" }]));
}

#[test]
fn suppress_writes_comments_and_nothing_else() {
    let crlf = format!("\u{feff}{}", route("", "").replace("  const", "\tconst").replace('\n', "\r\n"));
    let jsx = format!(
        "{IMPORT}import {{ ImageResponse }} from 'next/og';\nexport async function GET() {{\n  return new ImageResponse(\n    \
         <p>\n      all {{new PrismaClient().$on}}\n    </p>,\n  );\n}}\n"
    );
    let template = format!(
        "{IMPORT}export async function GET() {{\n  return new Response(`\n    ${{await new PrismaClient().a.count()}}\n  `);\n}}\n"
    );
    let project = Project::new(&[
        MANIFEST,
        ("app/api/a/route.ts", &crlf),
        ("app/api/b/route.tsx", &jsx),
        ("app/api/c/route.ts", &template),
    ]);
    assert_eq!(found(&project, &[]).0.len(), 3);
    let run = project.run(&["suppress", "--reason", "known since spring"]);
    assert_eq!((run.code, &*run.stdout), (Some(0), "3 findings silenced in 3 files\n"), "{}", run.stderr);
    let read = |path: &str| fs::read_to_string(project.path().join(path)).expect("the file");
    let words = "routelint-ignore per-request-client: known since spring";
    assert_eq!(read("app/api/a/route.ts"), crlf.replace("\tconst", &format!("\t// {words}\r\n\tconst")));
    assert_eq!(
        read("app/api/b/route.tsx"),
        jsx.replace("      all", &format!("      {{/* {words} */}}\n      all"))
    );
    assert_eq!(
        read("app/api/c/route.ts"),
        template.replace("new Prisma", &format!("/* {words} */ new Prisma"))
    );
    assert_eq!(found(&project, &[]), (vec![], 3));
    let again = project.run(&["suppress", "--reason", "x"]);
    assert_eq!(again.stdout, "0 findings silenced in 0 files\n");
}

#[test]
fn suppress_needs_a_reason_that_fits() {
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", &route("", ""))]);
    for arguments in [
        &["suppress"][..],
        &["suppress", "--reason", "  "],
        &["suppress", "--reason", "a */ b"],
        &["suppress", "--reason", "a\nb"],
    ] {
        assert_eq!(project.run(arguments).code, Some(2), "{arguments:?}");
    }
    assert_eq!(found(&project, &[]).1, 0);
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_refused_and_nothing_lost() {
    use std::os::unix::fs::PermissionsExt as _;
    let text = route("", "");
    let project = Project::new(&[MANIFEST, ("app/api/a/route.ts", &text)]);
    let path = project.path().join("app/api/a/route.ts");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("a mode");
    let run = project.run(&["suppress", "--reason", "x"]);
    assert!(run.code == Some(2) && run.stderr.contains("cannot be written"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(&path).expect("the file"), text);
}
