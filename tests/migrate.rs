//! `routelint migrate`: plans and services, as somebody at a terminal sees them.

#![allow(clippy::unwrap_used, reason = "a test that cannot run the binary has to fail")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn migrate(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_routelint"));
    command.arg("migrate").args(arguments).env("NO_COLOR", "1").output().unwrap()
}

fn plan(arguments: &[&str]) -> String {
    let output = migrate(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&plan(&[arguments, &["--format", "json"]].concat())).unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = migrate(arguments);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found
}

const CHAT: &str = "testdata/projects/chat-in-route";
const WORK: &str = "testdata/projects/heavy-work";
const CRUD: &str = "testdata/projects/crud-per-request";
const PAGES: &str = "testdata/projects/pages-js";
const SHOP: &str = "testdata/migrate/shop";

#[test]
fn findings_decide_what_a_route_becomes() {
    let cases = [
        ("/api/socket", CHAT, "express"),
        ("/api/live", CHAT, "express"),
        ("/api/report", WORK, "queue"),
        ("/api/newsletter", WORK, "queue"),
        // A hash that blocks is no work for a queue.
        ("/api/keys", WORK, "express"),
        ("/api/users", CRUD, "express"),
        ("/api/posts/[id]", PAGES, "express"),
    ];
    for (route, project, to) in cases {
        let plan = json(&[route, project]);
        assert_eq!((plan["route"].as_str(), plan["to"].as_str()), (Some(route), Some(to)));
        assert!(plan["because"].is_string() && !plan["steps"].as_array().unwrap().is_empty());
    }
    assert_eq!(json(&["/api/report", WORK, "--to", "hono"])["because"], serde_json::Value::Null);
}

#[test]
fn a_plan_names_what_is_the_routes_own() {
    let chat = plan(&["/api/socket", CHAT]);
    for word in ["`pages/api/socket.ts`", "websocket-server", "socket.io", "origin", "## 1. What moves"] {
        assert!(chat.contains(word), "{word}\n{chat}");
    }
    let work = plan(&["/api/video", WORK]);
    for word in ["lib/video.ts", "Workflow SDK", "202", "POST", "/jobs/", "maxDuration"] {
        assert!(word == "maxDuration" || work.contains(word), "{word}\n{work}");
    }
    let crud = plan(&["/api/orders", CRUD]);
    assert!(crud.contains("lib/db.ts") && crud.contains("@prisma/client 6.19.0"), "{crud}");
    assert!(crud.contains("other routes load it"), "{crud}");
    let shop = plan(&["/api/users/[id]", SHOP]);
    for word in ["SHOP_GREETING", "next/headers: cookies, headers", "source: \"/api/users/:id\"", "GET, POST"]
    {
        assert!(shop.contains(word), "{word}\n{shop}");
    }
    assert!(work.lines().chain(chat.lines()).all(|line| line.chars().count() <= 80));
}

#[test]
fn routes_are_named_by_path_file_or_finding() {
    let report =
        Command::new(env!("CARGO_BIN_EXE_routelint")).args([WORK, "--format", "json"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let finding =
        report["diagnostics"].as_array().unwrap().iter().find(|it| it["file"] == "lib/video.ts").unwrap();
    let fingerprint = finding["fingerprint"].as_str().unwrap();
    for name in
        ["/api/video", "app/api/video/route.ts", "testdata/projects/heavy-work/app/api/video/route.ts"]
    {
        assert_eq!(json(&[name, WORK])["route"], "/api/video", "{name}");
    }
    assert_eq!(json(&[&fingerprint[..12], WORK])["route"], "/api/video");
    assert_eq!(json(&[fingerprint, WORK])["file"], "app/api/video/route.ts");
}

#[test]
fn names_that_nothing_has_get_similar_ones() {
    let unknown = refused(&["/api/usres", CRUD]);
    assert!(unknown.contains("there is no route, file or finding `/api/usres`"), "{unknown}");
    assert!(unknown.contains("did you mean `/api/users`"), "{unknown}");
    for name in ["", "/", "../../etc/passwd", "lib/db.ts", "ffff", "\u{1b}[2J"] {
        let text = refused(&[name, CRUD]);
        assert!(text.contains("there is no route") && !text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn the_work_after_a_response_stays_where_it_is() {
    let after = plan(&["/api/users", CRUD, "--to", "after"]);
    assert!(after.contains("waitUntil") || after.contains("after"), "{after}");
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("service");
    let text = refused(&["/api/users", CRUD, "--to", "after", "--write", target.to_str().unwrap()]);
    assert!(text.contains("the route stays where it is") && !target.exists(), "{text}");
}

#[test]
fn a_service_has_the_handler_and_what_it_imports() {
    let folder = tempfile::tempdir().unwrap();
    for to in ["express", "fastify", "hono", "queue"] {
        let target = folder.path().join(to);
        plan(&["/api/users/[id]", SHOP, "--to", to, "--write", target.to_str().unwrap()]);
        let files = files(&target);
        for file in [
            "package.json",
            "tsconfig.json",
            "Dockerfile",
            "README.md",
            ".env.example",
            "client/index.ts",
            "src/server.ts",
            "src/routes.ts",
            "carried/app/api/users/[id]/route.ts",
            "carried/lib/users.ts",
            "carried/lib/types.ts",
            "carried/data/names.json",
        ] {
            assert!(files.contains(file), "{file} of {to}: {files:?}");
        }
        assert_eq!(files.contains("src/worker.ts"), to == "queue");
        let read = |file: &str| fs::read_to_string(target.join(file)).unwrap();
        let original = fs::read_to_string(format!("{SHOP}/app/api/users/[id]/route.ts")).unwrap();
        assert_eq!(read("carried/app/api/users/[id]/route.ts"), original);
        assert!(read("tsconfig.json").contains(r#""@/lib/users": ["./carried/lib/users.ts"]"#));
        assert!(read(".env.example").contains("\nSHOP_GREETING=\n"));
        assert!(files.iter().all(|file| file.starts_with("carried/") || !read(file).contains("{{")));
        assert!(read("README.md").contains("- [ ] "));
    }
}

#[test]
fn nothing_that_exists_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.txt");
    fs::write(&file, "mine").unwrap();
    let write = |target: &Path| refused(&["/api/users", CRUD, "--write", target.to_str().unwrap()]);
    assert!(write(folder.path()).contains("is not empty"));
    assert!(write(&file).contains("is no folder"));
    assert!(write(&file.join("below")).contains("cannot be written"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn handlers_that_open_a_socket_server_are_not_mounted() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("chat");
    plan(&["/api/socket", CHAT, "--write", target.to_str().unwrap()]);
    let read = |file: &str| fs::read_to_string(target.join(file)).unwrap();
    assert!(read("src/sockets.ts").contains(r#"path: "/api/socket","#), "{}", read("src/sockets.ts"));
    assert!(read("src/routes.ts").contains("TODO(migrate)"));
    assert!(!read("src/routes.ts").contains("import * as route"));
    assert!(read("package.json").contains("\"socket.io\": \"^4.8.4\""));
}

/// A project of these files.
fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

const MANIFEST: (&str, &str) =
    ("package.json", r#"{ "dependencies": { "next": "16.0.0", "next-auth": "^4.24.0" } }"#);

#[test]
fn what_needs_next_is_named_and_throws() {
    let route = "import Image from 'next/image';\nimport type { \
        NextRouter } from 'next/router';\nimport { revalidateTag } from 'next/cache';\nimport { \
        getServerSession } from 'next-auth';\nimport './gone.css';\nexport async function GET() {\n  await \
        getServerSession();\n  revalidateTag('a');\n  return Response.json(String(Image));\n}\n";
    let folder = project(&[
        MANIFEST,
        ("app/api/x/route.ts", route),
        ("middleware.ts", "export function middleware() {}\n"),
    ]);
    let target = folder.path().join("out");
    let plan = json(&["/api/x", folder.path().to_str().unwrap(), "--write", target.to_str().unwrap()]);
    let decisions = plan["decisions"].to_string();
    for word in ["revalidateTag", "next-auth", "next/image", "gone.css", "middleware.ts"] {
        assert!(decisions.contains(word), "{word}\n{decisions}");
    }
    let read = |file: &str| fs::read_to_string(target.join(file)).unwrap();
    assert!(read("src/next/missing/nextImage.ts").contains("return needsNext(\"next/image: default\");"));
    assert!(read("src/next/missing/nextRouter.ts").contains("export type NextRouter<"));
    assert!(read("tsconfig.json").contains(r#""next/router": ["./src/next/missing/nextRouter.ts"]"#));
}

#[test]
fn odd_routes_are_refused_or_survived() {
    let folder = project(&[
        MANIFEST,
        ("app/api/bad/route.ts", "export async function GET( {{{"),
        ("app/api/`${x}`*/route.ts", "export const GET = () => Response.json(1);\n"),
        ("app/api/[a-b]/[...c]/route.ts", "export const GET = () => Response.json(1);\n"),
        ("middleware.ts", "export function middleware() {}\n"),
    ]);
    let root = folder.path().to_str().unwrap();
    assert!(refused(&["/api/bad", root]).contains("app/api/bad/route.ts"));
    assert!(refused(&["middleware.ts", root]).contains("is not a route of Next.js that can be moved"));
    for (number, route) in ["/api/`${x}`*", "/api/[a-b]/[...c]"].into_iter().enumerate() {
        let target = folder.path().join(format!("out{number}"));
        plan(&[route, root, "--write", target.to_str().unwrap()]);
        let routes = fs::read_to_string(target.join("src/routes.ts")).unwrap();
        assert!(routes.contains("mountRoute("), "{routes}");
    }
}

#[test]
fn a_project_without_routes_says_so() {
    let folder = project(&[MANIFEST]);
    assert!(refused(&["/api/x", folder.path().to_str().unwrap()]).contains("there is no route"));
}

#[test]
fn what_belongs_to_the_browser_stays() {
    let route = "import type { Kind } from '../../../components/kind';\nimport { useKind } from \
        '../../../lib/use-kind';\nimport type { Row } from '../../../lib/row';\nexport const GET = () => \
        Response.json({ kind: useKind() as Kind, row: {} as Row });\n";
    let folder = project(&[
        (
            "package.json",
            r#"{ "dependencies": { "next": "16.0.0", "react": "19.0.0", "zod": "^4.0.0", "chart.js": "4.0.0" } }"#,
        ),
        ("app/api/x/route.ts", route),
        ("components/kind.tsx", "import 'chart.js';\nexport type Kind = 'a';\n"),
        (
            "lib/use-kind.ts",
            "'use client';\nimport { useState } from 'react';\nexport const useKind = useState;\n",
        ),
        (
            "lib/row.ts",
            "import { z } from 'zod';\nconst row = z.string();\nexport type Row = z.infer<typeof row>;\n",
        ),
    ]);
    let target = folder.path().join("out");
    let plan = json(&["/api/x", folder.path().to_str().unwrap(), "--write", target.to_str().unwrap()]);
    let read = |file: &str| fs::read_to_string(target.join(file)).unwrap();
    assert!(read("carried/lib/row.ts").contains("z.infer"));
    assert!(read("carried/components/kind.tsx").contains("export type Kind<_A = any, _B = any> = any;"));
    assert!(read("carried/lib/use-kind.ts").contains("needsNext(\"lib/use-kind.ts: useKind\")"));
    assert!(read("carried/lib/use-kind.ts").contains("from \"../../src/next/unsupported\""));
    let manifest: serde_json::Value = serde_json::from_str(&read("package.json")).unwrap();
    assert_eq!(manifest["devDependencies"]["zod"], "^4.0.0");
    assert!(!read("package.json").contains("react") && !read("package.json").contains("chart.js"));
    assert!(plan["decisions"].to_string().contains("components/kind.tsx"), "{plan}");
}

#[test]
fn a_workspace_keeps_its_layout() {
    let files = [
        ("package.json", r#"{ "workspaces": ["apps/*", "packages/*"] }"#),
        (
            "apps/web/package.json",
            r#"{ "dependencies": { "next": "16.0.0", "@acme/db": "workspace:*", "pg": "^8.16.0" } }"#,
        ),
        ("apps/web/tsconfig.json", r#"{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }"#),
        (
            "apps/web/app/api/x/route.ts",
            "import { rows } from '@acme/db';\nimport { name } from '~/name';\nexport const GET = async () => \
             Response.json([name, await rows()]);\n",
        ),
        ("apps/web/src/name.ts", "export const name = 'x';\n"),
        ("apps/admin/package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
        ("apps/admin/app/api/x/route.ts", "export const GET = () => Response.json(1);\n"),
        (
            "packages/db/package.json",
            r#"{ "name": "@acme/db", "main": "src/index.ts", "dependencies": { "pg": "^8.16.0" } }"#,
        ),
        (
            "packages/db/src/index.ts",
            "import { Pool } from 'pg';\nconst pool = new Pool();\nexport const rows = () => pool.query('select 1 limit 1');\n",
        ),
    ];
    let folder = project(&files);
    let root = folder.path().to_str().unwrap();
    let both = refused(&["/api/x", root]);
    assert!(both.contains("apps/admin/app/api/x/route.ts, apps/web/app/api/x/route.ts"), "{both}");
    let (all, part) = (folder.path().join("all"), folder.path().join("part"));
    plan(&["apps/web/app/api/x/route.ts", root, "--write", all.to_str().unwrap()]);
    let web = folder.path().join("apps/web");
    let text = plan(&["/api/x", web.to_str().unwrap(), "--write", part.to_str().unwrap()]);
    assert!(text.contains("../../packages/db/src/index.ts"), "{text}");
    assert_eq!(files_and_texts(&all), files_and_texts(&part));
    let read = |file: &str| fs::read_to_string(all.join(file)).unwrap();
    for path in [
        r#""@acme/db": ["./carried/packages/db/src/index.ts"]"#,
        r#""~/name": ["./carried/apps/web/src/name.ts"]"#,
    ] {
        assert!(read("tsconfig.json").contains(path), "{}", read("tsconfig.json"));
    }
    assert!(
        read("package.json").contains(r#""pg": "^8.16.0""#) && !read("package.json").contains("workspace:")
    );
}

/// The service's own files: how the route's file is called depends on what was scanned.
fn files_and_texts(folder: &Path) -> Vec<(String, String)> {
    let own = files(folder).into_iter().filter(|file| file != "README.md");
    own.map(|file| (file.clone(), fs::read_to_string(folder.join(&file)).unwrap())).collect()
}

#[test]
fn lost_work_is_handed_over_as_it_stands() {
    let route = "export async function POST(request: Request) {\n  const { to } = await request.json();\n  \
        fetch('https://mail.example/send', { method: 'POST', body: to });\n  return Response.json({ ok: true \
        });\n}\n";
    let with = |next: &str, target: &str| {
        let manifest = format!(r#"{{ "dependencies": {{ "next": "{next}" }} }}"#);
        let folder = project(&[("package.json", &*manifest), ("app/api/mail/route.ts", route)]);
        plan(&["/api/mail", folder.path().to_str().unwrap(), "--target", target])
    };
    let call = "fetch('https://mail.example/send', { method: 'POST', body: to })";
    let after = with("16.0.0", "vercel");
    assert!(after.contains("does its work after the response") && after.contains("`lost-work`"), "{after}");
    assert!(after.contains(&format!("after(() => {call});")), "{after}");
    assert!(with("14.2.0", "vercel").contains(&format!("waitUntil({call});")));
    assert!(with("14.2.0", "server").contains(&format!("await {call};")));
    let lambda = with("16.0.0", "lambda");
    assert!(lambda.contains(&format!("await {call};")) && lambda.contains("SQS"), "{lambda}");
}

#[test]
fn circles_of_imports_are_named_where_they_matter() {
    let folder = project(&[
        MANIFEST,
        (
            "app/api/x/route.ts",
            "import { a } from '../../../lib/a';\nexport const GET = () => Response.json(a());\n",
        ),
        ("lib/a.ts", "import { b } from './b';\nexport const a = () => b;\n"),
        ("lib/b.ts", "import { a } from './a';\nexport const b = () => a;\nawait null;\n"),
    ]);
    let plan = json(&["/api/x", folder.path().to_str().unwrap()]);
    assert!(plan["decisions"].to_string().contains("in a circle: `lib/a.ts`, `lib/b.ts`"), "{plan}");
}

#[cfg(unix)]
#[test]
fn names_that_steer_a_terminal_are_shown_and_not_written() {
    let route = "app/api/a\u{1b}[31mb/route.ts";
    let folder = project(&[MANIFEST, (route, "export const GET = () => Response.json(1);\n")]);
    let root = folder.path().to_str().unwrap();
    for format in ["text", "markdown", "json"] {
        assert!(!plan(&["/api/a\u{1b}[31mb", root, "--format", format]).contains('\u{1b}'), "{format}");
    }
    let target = folder.path().join("out");
    let text = refused(&["/api/a\u{1b}[31mb", root, "--write", target.to_str().unwrap()]);
    assert!(text.contains("is not a name that can be written") && !target.exists(), "{text}");
}
