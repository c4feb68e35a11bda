//! `--fix`, `--unsafe-fixes`, `--diff`: what is changed, what is left alone, and that nothing is lost.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has to fail")]

mod common;

use std::fs;

use common::Project;

const ROUTE: &str = "import { prisma } from '../../../lib/db';\n\nexport async function GET() {\n  try {\n    return \
    Response.json(await prisma.user.findMany({ take: 5 }));\n  } finally {\n    await prisma.$disconnect();\n  }\n}\n";

fn project(db: &str) -> Project {
    Project::new(&[
        ("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
        ("lib/db.ts", db),
        ("app/api/users/route.ts", ROUTE),
    ])
}

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path().join(path)).expect("the file is there")
}

const DB: &str =
    "import { PrismaClient } from '@prisma/client';\n\nexport const prisma = new PrismaClient();\n";

const GUARDED: &str = "import { PrismaClient } from '@prisma/client';\n\nconst globalForPrisma = globalThis as unknown as { \
    prisma?: PrismaClient };\nexport const prisma = globalForPrisma.prisma ?? new PrismaClient();\nif \
    (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = prisma;\n";

#[test]
fn safe_fixes_are_made_and_a_second_run_changes_nothing() {
    let project = project(DB);
    let run = project.run(&["--fix", "--fail-on", "info"]);
    assert!(run.stderr.starts_with("2 findings fixed\n"), "{}{}", run.stderr, run.stdout);
    assert_eq!(read(&project, "lib/db.ts"), GUARDED);
    assert!(!read(&project, "app/api/users/route.ts").contains("$disconnect"));
    let again = project.run(&["--fix", "--fail-on", "info"]);
    assert!(again.stderr.starts_with("0 findings fixed\n"), "{}", again.stderr);
    assert_eq!(read(&project, "lib/db.ts"), GUARDED);
}

#[test]
fn a_diff_shows_what_would_change_and_changes_nothing() {
    let project = project(DB);
    let run = project.run(&["--diff", "--fail-on", "never"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for line in [
        "--- a/lib/db.ts",
        "+++ b/lib/db.ts",
        "-export const prisma = new PrismaClient();",
        "-    await prisma.$disconnect();",
    ] {
        assert!(run.stdout.lines().any(|found| found == line), "{line}\n{}", run.stdout);
    }
    assert_eq!(read(&project, "lib/db.ts"), DB);
}

#[test]
fn line_ends_and_byte_order_mark_stay() {
    let project = project(&format!("\u{FEFF}{}", DB.replace('\n', "\r\n")));
    project.run(&["--fix"]);
    assert_eq!(read(&project, "lib/db.ts"), format!("\u{FEFF}{}", GUARDED.replace('\n', "\r\n")));
}

#[cfg(unix)]
#[test]
fn the_mode_stays_and_read_only_files_are_left() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = project(DB);
    let mode =
        |path: &str| fs::metadata(project.path().join(path)).expect("a file").permissions().mode() & 0o777;
    let set = |path: &str, mode| {
        fs::set_permissions(project.path().join(path), fs::Permissions::from_mode(mode)).expect("a mode")
    };
    set("lib/db.ts", 0o640);
    set("app/api/users/route.ts", 0o444);
    let run = project.run(&["--fix"]);
    assert_eq!((mode("lib/db.ts"), mode("app/api/users/route.ts")), (0o640, 0o444));
    assert_eq!(read(&project, "lib/db.ts"), GUARDED);
    assert_eq!(read(&project, "app/api/users/route.ts"), ROUTE);
    assert_eq!(
        run.stderr, "1 finding fixed\nwarning: app/api/users/route.ts: read-only, left as it is\n",
        "{}",
        run.stdout
    );
}

#[test]
fn what_does_not_fit_is_not_fixed() {
    for db in [
        "import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient(), other = 1;\n",
        "import { PrismaClient } from '@prisma/client';\nconst globalForPrisma = 1;\nexport const prisma = new PrismaClient();\n",
    ] {
        let project = project(db);
        project.run(&["--fix"]);
        assert_eq!(read(&project, "lib/db.ts"), db);
    }
}

#[test]
fn javascript_gets_no_types() {
    let project = Project::new(&[
        ("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
        ("lib/db.js", DB),
        (
            "pages/api/users.js",
            "import { prisma } from '../../lib/db';\nexport default async (req, res) => res.json(await prisma.user.findMany({ take: 5 }));\n",
        ),
    ]);
    project.run(&["--fix"]);
    assert!(
        read(&project, "lib/db.js").contains("\nconst globalForPrisma = globalThis;\n"),
        "{}",
        read(&project, "lib/db.js")
    );
}

#[test]
fn reports_carry_fixes() {
    let project = project(DB);
    let json: serde_json::Value =
        serde_json::from_str(&project.run(&["--format", "json"]).stdout).expect("JSON");
    let fixes: Vec<_> =
        json["diagnostics"].as_array().expect("a list").iter().map(|d| &d["fix"]["applicability"]).collect();
    assert_eq!(fixes, ["safe", "safe"]);
    let sarif: serde_json::Value =
        serde_json::from_str(&project.run(&["--format", "sarif"]).stdout).expect("JSON");
    let changes = &sarif["runs"][0]["results"][1]["fixes"][0]["artifactChanges"];
    assert_eq!(changes[0]["replacements"].as_array().map(Vec::len), Some(3), "{changes}");
}

#[test]
fn a_routes_own_client_gives_way_to_the_shared_one_only_if_asked() {
    let own = "import { NextResponse } from 'next/server';\nimport { PrismaClient } from '@prisma/client';\n\nconst db = new \
        PrismaClient();\n\nexport async function GET() {\n  return NextResponse.json(await db.post.findMany({ take: 5 \
        }));\n}\n";
    let project = Project::new(&[
        ("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
        ("lib/db.ts", GUARDED),
        ("app/api/users/route.ts", ROUTE),
        ("app/api/posts/route.ts", own),
    ]);
    let run = project.run(&["--fix"]);
    assert!(run.stderr.contains("1 finding can be fixed with --unsafe-fixes"), "{}", run.stderr);
    assert_eq!(read(&project, "app/api/posts/route.ts"), own);
    project.run(&["--fix", "--unsafe-fixes"]);
    let text = read(&project, "app/api/posts/route.ts");
    let line = "import { prisma as db } from '../../../lib/db';";
    assert_eq!(
        text,
        own.replace("const db = new PrismaClient();\n\n", "").replace("';\n\n", &format!("';\n{line}\n\n"))
    );
    // As the file is written.
    let style = |text: &str| text.replace('\'', "\"").replace(';', "");
    project.write("app/api/posts/route.ts", style(own));
    project.run(&["--fix", "--unsafe-fixes"]);
    assert_eq!(read(&project, "app/api/posts/route.ts"), style(&text));
}

#[test]
fn a_client_that_is_only_exported_gets_a_name() {
    let fixed = |path: &str, db: &str| {
        let route = "import redis from '../../../lib/db';\nexport const GET = async () => Response.json(await redis.get('a'));\n";
        let project = Project::new(&[
            ("package.json", r#"{ "dependencies": { "next": "16.0.0", "ioredis": "5.0.0" } }"#),
            ("app/api/a/route.ts", route),
            (path, db),
        ]);
        project.run(&["--fix"]);
        let after = read(&project, path);
        let again = project.run(&["--fix", "--fail-on", "info"]);
        assert_eq!(read(&project, path), after);
        (after, again.code)
    };
    let import = "import Redis from \"ioredis\";\n";
    assert_eq!(
        fixed("lib/db.ts", &format!("{import}export default new Redis({{\n  port: 1,\n}});\n")),
        (
            format!(
                "{import}const globalForRedis = globalThis as unknown as {{ redis?: Redis }};\nconst redis = \
                 globalForRedis.redis ?? new Redis({{\n  port: 1,\n}});\nif (process.env.NODE_ENV !== \"production\") \
                 globalForRedis.redis = redis;\nexport default redis;\n"
            ),
            Some(0)
        )
    );
    let (text, code) = fixed("lib/db.js", &format!("{import}export default new Redis()\n"));
    assert!(
        text.contains("\nconst globalForRedis = globalThis;\nconst redis = ") && code == Some(0),
        "{text}"
    );
    for left in [
        "export default new Redis() as Redis;\n",
        "export default (new Redis());\n",
        "export default /* one */ new Redis();\n",
        "const redis = 1;\nexport default new Redis();\n",
        "export default { redis: new Redis() };\n",
    ] {
        let text = format!("{import}{left}");
        assert_eq!(fixed("lib/db.ts", &text).0, text);
    }
}

#[test]
fn only_named_files_are_changed() {
    let project = project(DB);
    let run = project.run(&["--fix", "lib/db.ts"]);
    assert!(run.stderr.starts_with("1 finding fixed\n"), "{}", run.stderr);
    assert_eq!(read(&project, "lib/db.ts"), GUARDED);
    assert_eq!(read(&project, "app/api/users/route.ts"), ROUTE);
    project.run(&["--fix", "app/api/users"]);
    assert_ne!(read(&project, "app/api/users/route.ts"), ROUTE);
}

#[test]
fn unsafe_fixes_alone_are_a_slip() {
    let run = project(DB).run(&["--unsafe-fixes"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("<--fix|--diff>"), "{}", run.stderr);
}

/// A route file after `--fix`, which a second run does not change.
fn unsilenced(path: &str, text: &str) -> String {
    let project =
        Project::new(&[("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#), (path, text)]);
    project.run(&["--fix"]);
    let after = read(&project, path);
    let again = project.run(&["--fix", "--fail-on", "never"]);
    assert!(again.stderr.starts_with("0 findings fixed\n"), "{}", again.stderr);
    assert!(!again.stdout.contains("unused-suppression"), "{}", again.stdout);
    assert_eq!(read(&project, path), after);
    after
}

#[test]
fn comments_that_silence_nothing_go() {
    let path = "app/api/a/route.tsx";
    let code = "export const GET = () => Response.json({});\n";
    for (before, after) in [
        (format!("// routelint-ignore per-request-client: why\n{code}"), code.to_owned()),
        (
            format!("{} // routelint-ignore per-request-client: why\n", code.trim_end()),
            code.to_owned(),
        ),
        (
            format!("\u{feff}/* routelint-ignore-file per-request-client, lost-work:\n * why */\n{code}").replace('\n', "\r\n"),
            format!("\u{feff}{code}").replace('\n', "\r\n"),
        ),
        (
            "export const GET = () => f(\n  <p>\n    {/* routelint-ignore lost-work: why */}\n    text{ /* routelint-ignore lost-work: why */ }\n  </p>,\n);\n".to_owned(),
            "export const GET = () => f(\n  <p>\n    text\n  </p>,\n);\n".to_owned(),
        ),
        // These braces are a block.
        (
            "export function GET(a) {\n  if (a) {/* routelint-ignore lost-work: why */}\n  return f(a);\n}\n".to_owned(),
            "export function GET(a) {\n  if (a) {}\n  return f(a);\n}\n".to_owned(),
        ),
    ] {
        assert_eq!(unsilenced(path, &before), after);
    }
}

#[test]
fn rules_that_are_silenced_stay_in_their_comment() {
    let path = "app/api/a/route.ts";
    let route = |rules: &str| {
        format!(
            "import {{ PrismaClient }} from '@prisma/client';\nexport async function GET() {{\n  // routelint-ignore {rules}: one \
             call a day\n  const db = new PrismaClient();\n  return Response.json(await db.user.findMany({{ take: 5 \
             }}));\n}}\n"
        )
    };
    let kept = route("per-request-client");
    assert_eq!(unsilenced(path, &route("lost-work, per-request-client, heavy-work")), kept);
    assert_eq!(unsilenced(path, &kept), kept);
    // What is no rule is another mistake, and nobody knows what was meant.
    let slip = route("per-request-client, lost-works");
    assert_eq!(unsilenced(path, &slip), slip);
    // A rule that did not run has not judged it.
    let text = route("lost-work, per-request-client");
    let project =
        Project::new(&[("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#), (path, &text)]);
    project.run(&["--fix", "--skip", "lost-work"]);
    assert_eq!(read(&project, path), text);
}
