//! Fixes of `lost-work`: what runs after the response, what is awaited, and what is left alone.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has to fail")]

mod common;

use std::fs;

use common::Project;

const MAIL: &str = "import { Resend } from 'resend';\nimport { cookies } from 'next/headers';\nconst resend = new \
    Resend('key');\nexport async function send(to: string) {\n  await resend.emails.send({ from: 'a@b.c', to, subject: \
    'Hi', text: 'Hi' });\n}\nexport async function greet() {\n  const to = (await cookies()).get('mail')?.value ?? \
    '';\n  await send(to);\n}\nexport async function requireAdmin(request: Request) {\n  const answer = await \
    fetch('https://auth.example.com', { headers: request.headers });\n  if (!answer.ok) throw new Error('no');\n}\nexport \
    async function isOwner(user: string) {\n  const answer = await fetch(`https://auth.example.com/${user}`);\n  return \
    answer.ok;\n}\n";

const MORE: &str = r#""resend": "4.0.0", "@vercel/functions": "2.0.0", "@opennextjs/cloudflare": "1.0.0""#;

fn project(next: &str, more: &str, path: &str, text: &str) -> Project {
    let manifest = format!(r#"{{ "dependencies": {{ "next": "{next}", {more} }} }}"#);
    Project::new(&[("package.json", &manifest), ("lib/mail.ts", MAIL), (path, text)])
}

/// The file after its fixes. What was found is gone, nothing is broken, and a second run changes nothing.
fn fixed(project: &Project, target: &str, path: &str) -> String {
    let read = || fs::read_to_string(project.path().join(path)).expect("the file is there");
    let arguments = ["--target", target, "--rule", "lost-work", "--rule", "parse-error", "--fail-on", "info"];
    let fix = || project.run(&[&["--fix", "--unsafe-fixes"], &arguments[..]].concat());
    let before = read();
    let run = fix();
    let after = read();
    if before != after {
        assert_eq!(run.code, Some(0), "{}{}\n{after}", run.stdout, run.stderr);
    }
    let again = fix();
    assert!(again.stderr.starts_with("0 findings fixed\n"), "{}", again.stderr);
    assert_eq!(read(), after);
    after
}

/// The file is found wanting, and left as it is.
fn is_left(project: &Project, target: &str, path: &str) {
    let before = fs::read_to_string(project.path().join(path)).expect("the file is there");
    let found = project.run(&["--target", target, "--rule", "lost-work", "--fail-on", "info"]);
    assert_eq!(found.code, Some(1), "{}{before}", found.stderr);
    assert_eq!(fixed(project, target, path), before, "{target}");
}

/// A route with these statements, and what becomes of it.
fn route(statements: &str) -> String {
    format!(
        "import {{ send, greet, requireAdmin, isOwner }} from '../../../lib/mail';\n\nexport async function POST(request: \
         Request) {{\n  const {{ to }} = await request.json();\n  {statements}\n  return Response.json({{ ok: true }});\n}}\n"
    )
}

const AFTER: &str = "import { after } from 'next/server';\n";

/// The statements after their fixes, and whether `import` was added.
fn statements(next: &str, target: &str, before: &str, import: &str) -> (String, bool) {
    let path = "app/api/a/route.ts";
    let project = project(next, MORE, path, &route(before));
    let text = fixed(&project, target, path);
    let start = text.find("request.json();\n  ").expect("the route") + "request.json();\n  ".len();
    let end = text.find("\n  return Response").expect("the route");
    let imported = text.starts_with(&format!(
        "import {{ send, greet, requireAdmin, isOwner }} from '../../../lib/mail';\n{import}\nexport"
    ));
    (text[start..end].to_owned(), imported)
}

#[test]
fn lost_work_runs_after_the_response() {
    for (before, after) in [
        ("send(to);", "after(() => send(to));"),
        ("void send(to);", "after(() => send(to));"),
        ("send(to).catch(console.error);", "after(() => send(to).catch(console.error));"),
        ("(async () => {\n    await send(to);\n  })();", "after(async () => {\n    await send(to);\n  });"),
        (
            "void (async () => {\n    await send(to);\n  })();",
            "after(async () => {\n    await send(to);\n  });",
        ),
        (";(async () => {\n    await send(to)\n  })()", ";after(async () => {\n    await send(to)\n  })"),
        (
            "(async (x: string) => {\n    await send(x);\n  })(to);",
            "after(() => (async (x: string) => {\n    await send(x);\n  })(to));",
        ),
        ("if (to) send(to)\n  else await send('a')", "if (to) after(() => send(to))\n  else await send('a')"),
        ("to && send(to);", "to && after(() => send(to));"),
        (
            "const x = to\n  void send(x)\n  ;[to].at(0)",
            "const x = to\n  after(() => send(x))\n  ;[to].at(0)",
        ),
        // The value is what it was: all that is written to it was written before.
        ("let x = ''; x = to; send(x);", "let x = ''; x = to; after(() => send(x));"),
        ("send('a');\n  send('b');", "after(() => send('a'));\n  after(() => send('b'));"),
    ] {
        for target in ["vercel", "server"] {
            assert_eq!(statements("15.1.0", target, before, AFTER), (after.to_owned(), true), "{target}");
        }
    }
}

#[test]
fn what_would_not_be_the_same_later_is_left() {
    for before in [
        // Another value by then.
        "let x = to; send(x); x = 'other';",
        "for (let i = 0; i < 3; i++) send(String(i));",
        "let x = to; const set = () => { x = 'b'; }; send(x); set();",
        // An arrow without `async` may not await.
        "send(await request.text());",
        // Cookies belong to the request.
        "greet();",
        // The promise has a name, or is one of many.
        "const sent = send(to);",
        "[to].forEach(async (x) => { await send(x); });",
        "[to].map((x) => send(x));",
        // The name means something else.
        "const after = 1; send(to); console.log(after);",
        // A comment would go.
        "void /* why */ send(to);",
        "(async () => { await send(to); } /* why */)();",
        "setTimeout(() => send(to), 5000);",
    ] {
        let path = "app/api/a/route.ts";
        is_left(&project("15.1.0", MORE, path, &route(before)), "vercel", path);
    }
}

#[test]
fn each_target_gets_what_its_help_says() {
    let wait = ("await send(to);", "");
    let vercel = ("waitUntil(send(to));", "import { waitUntil } from '@vercel/functions';\n");
    let cloudflare = (
        "getCloudflareContext().ctx.waitUntil(send(to));",
        "import { getCloudflareContext } from '@opennextjs/cloudflare';\n",
    );
    for (next, target, (after, import)) in [
        ("14.2.0", "vercel", vercel),
        ("15.1.0", "cloudflare", cloudflare),
        ("14.2.0", "cloudflare", cloudflare),
        ("15.1.0", "lambda", wait),
        ("15.1.0", "netlify", wait),
        ("15.1.0", "cloud-run", wait),
        ("14.2.0", "server", wait),
    ] {
        for before in ["send(to);", "void send(to);"] {
            if target == "server" && before.starts_with("void") {
                continue;
            }
            assert_eq!(statements(next, target, before, import), (after.to_owned(), true), "{next} {target}");
        }
    }
    let (after, _) = statements("15.1.0", "lambda", "send(to).catch(() => {});", "");
    assert_eq!(after, "await send(to).catch(() => {});");
    for (next, target, before) in [
        // A round would wait for the one before.
        ("15.1.0", "lambda", "for (const x of [to]) send(x);"),
        // Somebody decided so, and the process stays.
        ("14.2.0", "server", "void send(to);"),
        ("14.2.0", "cluster", "send(to).catch(() => {});"),
        // Only a promise may be handed over.
        ("14.2.0", "vercel", "const m = { send }; (to ? m : null)?.send(to);"),
    ] {
        let path = "app/api/a/route.ts";
        is_left(&project(next, MORE, path, &route(before)), target, path);
    }
}

#[test]
fn a_package_that_is_not_installed_is_not_imported() {
    let path = "app/api/a/route.ts";
    for (next, target) in [("14.2.0", "vercel"), ("15.1.0", "cloudflare")] {
        let project = project(next, r#""resend": "4.0.0""#, path, &route("send(to);"));
        is_left(&project, target, path);
    }
}

#[test]
fn the_import_joins_the_one_that_is_there() {
    let path = "app/api/a/route.ts";
    let with = |import: &str, call: &str| {
        let text = format!("{import}\n{}", route(call).replace("Response.json", "NextResponse.json"));
        let project = project("15.1.0", MORE, path, &format!("\u{feff}{}", text.replace('\n', "\r\n")));
        let text = fixed(&project, "vercel", path);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text}");
        let line = text.strip_prefix('\u{feff}').expect("the mark stays").lines().next();
        (line.unwrap_or_default().to_owned(), text)
    };
    let (line, _) = with("import { NextResponse } from \"next/server\"", "send(to);");
    assert_eq!(line, "import { NextResponse, after } from \"next/server\"");
    let (line, text) =
        with("import { NextResponse, after as later } from 'next/server';", "later(() => to); send(to);");
    assert_eq!(line, "import { NextResponse, after as later } from 'next/server';");
    assert!(text.contains("later(() => send(to));"), "{text}");
}

#[test]
fn places_that_have_no_means_are_left() {
    let own = r#""resend": "4.0.0""#;
    for (more, target, path, text) in [
        (
            MORE,
            "vercel",
            "pages/api/a.js",
            "const { send } = require('../../lib/mail');\nmodule.exports = async (req, res) => {\n  void send(req.body.to);\n  \
             res.json({});\n};\n",
        ),
        // No function around it can wait, and `pages/api` has no `after()`.
        (
            own,
            "server",
            "pages/api/b.ts",
            "import { send } from '../../lib/mail';\nexport default function handler(req, res) {\n  send(req.body.to);\n  \
             res.json({});\n}\n",
        ),
        // It is sent already: waiting does not help.
        (
            own,
            "lambda",
            "pages/api/c.ts",
            "import { send } from '../../lib/mail';\nexport default async function handler(req, res) {\n  res.json({});\n  \
             send(req.body.to);\n}\n",
        ),
        // `after()` has no request while a module is loaded.
        (
            MORE,
            "vercel",
            "app/api/d/route.ts",
            "import { send } from '../../../lib/mail';\nfunction tell(to: string) {\n  send(to);\n}\ntell('start');\nexport \
             function GET(request: Request) {\n  tell(request.url);\n  return Response.json({});\n}\n",
        ),
    ] {
        is_left(&project("15.1.0", more, path, text), target, path);
    }
}

#[test]
fn pages_hand_over_or_await() {
    let path = "pages/api/a.ts";
    let text = "import { send } from '../../lib/mail';\nexport default async function handler(req, res) {\n  if (!req.body) {\n    \
                res.status(400).end();\n    return;\n  }\n  send(req.body.to);\n  res.json({});\n}\n";
    let handed = project("15.1.0", MORE, path, text);
    let after = fixed(&handed, "vercel", path);
    assert!(after.contains("  waitUntil(send(req.body.to));\n"), "{after}");
    let awaited = project("15.1.0", MORE, path, text);
    let after = fixed(&awaited, "server", path);
    assert!(after.contains("  await send(req.body.to);\n"), "{after}");
}

#[test]
fn checks_are_awaited_where_the_function_can_wait() {
    for (before, after) in [
        ("requireAdmin(request);", "await requireAdmin(request);"),
        ("void requireAdmin(request);", "await requireAdmin(request);"),
        ("const admin = requireAdmin(request);", "const admin = await requireAdmin(request);"),
        ("if (!isOwner(to)) return new Response();", "if (!(await isOwner(to))) return new Response();"),
        ("if (isOwner(to)) await send(to);", "if (await isOwner(to)) await send(to);"),
        (
            "const own = isOwner(to);\n  if (!own) return new Response();",
            "const own = await isOwner(to);\n  if (!own) return new Response();",
        ),
        (
            "if (to && !isOwner(to)) return new Response();",
            "if (to && !(await isOwner(to))) return new Response();",
        ),
        (
            "const x = isOwner(to) ? 1 : 2; await send(`${x}`);",
            "const x = (await isOwner(to)) ? 1 : 2; await send(`${x}`);",
        ),
    ] {
        for target in ["vercel", "server"] {
            assert_eq!(statements("15.1.0", target, before, "").0, after);
        }
    }
    let path = "app/api/a/route.ts";
    for text in [
        "import { requireAdmin } from '../../../lib/mail';\nexport function GET(request: Request) {\n  \
         requireAdmin(request);\n  return Response.json({});\n}\n",
        "import { isOwner } from '../../../lib/mail';\nexport function GET(request: Request) {\n  if (!isOwner(request.url)) \
         return new Response();\n  return Response.json({});\n}\n",
    ] {
        is_left(&project("15.1.0", MORE, path, text), "vercel", path);
    }
}

#[test]
fn a_query_that_never_runs_is_awaited() {
    let path = "app/api/a/route.ts";
    let text = |call: &str, kind: &str| {
        format!(
            "import {{ PrismaClient }} from '@prisma/client';\nconst db = new PrismaClient();\nexport {kind} DELETE() {{\n  \
             {call}db.user.delete({{ where: {{ id: 1 }} }});\n  return new Response();\n}}\n"
        )
    };
    let async_route = project("15.1.0", MORE, path, &text("", "async function"));
    assert_eq!(fixed(&async_route, "vercel", path), text("await ", "async function"));
    is_left(&project("15.1.0", MORE, path, &text("", "function")), "vercel", path);
}

#[test]
fn without_leave_nothing_is_changed_and_reports_show_it() {
    let path = "app/api/a/route.ts";
    let project = project("15.1.0", MORE, path, &route("send(to);"));
    let run = project.run(&["--fix", "--target", "vercel", "--rule", "lost-work"]);
    assert!(run.stderr.contains("1 finding can be fixed with --unsafe-fixes"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(project.path().join(path)).expect("the file"), route("send(to);"));
    let json: serde_json::Value = serde_json::from_str(
        &project.run(&["--format", "json", "--target", "vercel", "--rule", "lost-work"]).stdout,
    )
    .expect("JSON");
    let fix = &json["diagnostics"][0]["fix"];
    assert_eq!(
        (&fix["applicability"], &fix["title"]),
        (&"unsafe".into(), &"Run `send()` in `after()`".into())
    );
}
