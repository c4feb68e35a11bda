//! Words about what the edge runtime does not have.

use super::of_app::at_least;
use crate::catalogue::{Api, NodeApiKind, without_article};
use crate::project::{App, EntryKind, Target};

/// What is wrong with using it on the edge.
pub(crate) fn message(api: &Api<NodeApiKind>, name: &str, certain: bool) -> String {
    let place =
        if certain { "the edge runtime" } else { "the edge runtime, which loads instrumentation too," };
    match api.kind {
        NodeApiKind::NodeModule => {
            format!("{place} has no `{name}`: what comes from this module of Node fails when it is used")
        }
        NodeApiKind::Driver => format!("`{name}` is {}, and {place} can open no such connection", api.what),
        NodeApiKind::Native => format!("`{name}` is {}, and {place} can load none", api.what),
        NodeApiKind::NodePackage => format!("`{name}` is {}, and {place} does not have that", api.what),
        NodeApiKind::NodeGlobal => {
            format!("`{name}()` is missing on {place}: of Node's process it has only `env`")
        }
        NodeApiKind::MissingGlobal => format!("`{name}` is missing on {place}"),
        NodeApiKind::Eval => {
            format!("this makes code from text ({}), which {place} refuses", without_article(&api.what))
        }
        NodeApiKind::Harmless => String::new(),
    }
}

/// What to do: another package, or the other runtime.
pub(crate) fn help(api: &Api<NodeApiKind>, name: &str, kind: EntryKind, app: &App) -> String {
    let runtime = runtime(kind, app);
    match instead(api, name) {
        Some(instead) => format!("{instead} Or leave the edge runtime: {runtime}"),
        None => format!("Leave the edge runtime: {runtime}"),
    }
}

/// A package that does the same on the edge.
fn instead(api: &Api<NodeApiKind>, name: &str) -> Option<&'static str> {
    let bare = name.strip_prefix("node:").unwrap_or(name);
    let package = bare.split('/').next().unwrap_or(bare);
    let instead = match (package, api.kind) {
        ("crypto", _) => "Use Web Crypto, a global on every runtime: `crypto.subtle`, `crypto.randomUUID()`.",
        ("jsonwebtoken" | "express-jwt" | "jwks-rsa", _) => {
            "Use `jose`, which checks tokens with Web Crypto."
        }
        ("bcrypt", _) => "Use `bcryptjs`, or check passwords in a route on Node.",
        ("argon2", _) => "Check passwords in a route on Node.",
        ("path", _) => "Join the parts as text: the package of Node is not there even for that.",
        ("url" | "querystring", _) => "Use the globals `URL` and `URLSearchParams`.",
        ("stream" | "zlib", _) => "Use web streams: `ReadableStream`, `TransformStream`.",
        ("fs", _) => "Import the data as a module, or fetch it: there are no files.",
        ("http" | "https" | "got" | "request" | "superagent", _) => "Use `fetch`.",
        ("pg" | "postgres" | "pg-pool" | "pg-promise" | "slonik", _) => {
            "Use a driver over HTTP, such as `neon()` of `@neondatabase/serverless`."
        }
        ("mysql" | "mysql2" | "mariadb" | "serverless-mysql", _) => {
            "Use a driver over HTTP, such as `@planetscale/database`."
        }
        ("ioredis" | "redis" | "iovalkey", _) => "Use `@upstash/redis`, which goes over HTTP.",
        ("@prisma", _) => "Give it a driver adapter for HTTP, or use `@prisma/client/edge` with Accelerate.",
        ("sqlite3" | "better-sqlite3" | "sqlite", _) => "Use `@libsql/client/web` with a remote database.",
        ("sharp" | "canvas", _) => "Use `next/image` or `ImageResponse` of `next/og`.",
        ("nodemailer", _) => "Use a mail service over HTTP, such as `resend`.",
        _ => return None,
    };
    Some(instead)
}

/// How to get code of an entry to run on Node.
fn runtime(kind: EntryKind, app: &App) -> &'static str {
    let workers = app.target.target == Target::Cloudflare;
    match kind {
        EntryKind::Middleware if workers => {
            "on Workers middleware stays there, so check this in a route or in the page that needs it."
        }
        EntryKind::Middleware if at_least(app, 16, 0) => {
            "name the file `proxy.ts`, which runs on Node.js in Next 16."
        }
        EntryKind::Middleware if at_least(app, 15, 5) => {
            "from Next 15.5 on, `export const config = { runtime: 'nodejs' }` runs middleware on Node.js."
        }
        EntryKind::Middleware => {
            "middleware can run on Node.js from Next 15.5 on; until then do this in a route and leave only a check of the \
             cookie here."
        }
        EntryKind::Instrumentation => {
            "import it only there, with `if (process.env.NEXT_RUNTIME === 'nodejs') await import('./node')`."
        }
        _ => "remove `export const runtime = 'edge'`; Next 16 deprecates it, and Node.js streams as well.",
    }
}
