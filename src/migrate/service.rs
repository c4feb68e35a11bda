//! The files of a service that answers as the route does.

use serde_json::{Map, Value, json};

use super::carry::Carried;
use super::moving::Moving;
use super::package::package;
use super::shapes::{call, camel, is_identifier, mounts, quoted};
use super::template::fill;
use super::{NewFile, To, client, known, readme};

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("templates/", $path))
    };
}

/// What stands in for Next.js, and the adapters.
const NEXT: [(&str, &str); 11] = [
    ("answer.ts", template!("next/answer.ts")),
    ("cache.ts", template!("next/cache.ts")),
    ("context.ts", template!("next/context.ts")),
    ("headers.ts", template!("next/headers.ts")),
    ("index.ts", template!("next/index.ts")),
    ("navigation.ts", template!("next/navigation.ts")),
    ("node.ts", template!("next/node.ts")),
    ("pages.ts", template!("next/pages.ts")),
    ("params.ts", template!("next/params.ts")),
    ("server.ts", template!("next/server.ts")),
    ("unsupported.ts", template!("next/unsupported.ts")),
];

/// The folder of what is carried over.
pub(super) const CARRIED: &str = "carried";

/// The files in ascending order of path, and what somebody has to decide about them.
pub(super) fn service(
    moving: &Moving<'_>,
    to: To,
    mut decisions: Vec<String>,
) -> (Vec<NewFile>, Vec<String>) {
    let name = name(moving);
    let (manifest, about) = package(moving, to, &name);
    decisions.extend(about);
    let mut files = Files::default();
    files.add("package.json", manifest);
    files.add("tsconfig.json", tsconfig(&moving.carried));
    files.add("Dockerfile", template!("root/Dockerfile"));
    files.add(".dockerignore", template!("root/dockerignore"));
    files.add(".gitignore", template!("root/dockerignore"));
    files.add(".env.example", env(moving));
    files.add("test/service.test.ts", template!("root/service.test.ts"));
    files.add("client/call.ts", template!("root/call.ts"));
    files.add("client/index.ts", client::client(moving));
    files.add("src/config.ts", template!("root/config.ts"));
    files.add("src/shutdown.ts", template!("root/shutdown.ts"));
    for (name, text) in NEXT {
        files.add(format!("src/next/{name}"), text);
    }
    framework(moving, to, &name, &mut files);
    carried(moving, &mut files);
    files.add("README.md", readme::readme(moving, to, &name, &decisions));
    files.0.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    (files.0, decisions)
}

/// Files that are put together.
#[derive(Default)]
struct Files(Vec<NewFile>);

impl Files {
    fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.push(NewFile { path: path.into(), text: text.into() });
    }
}

/// The service's name: that of the route's first segment.
fn name(moving: &Moving<'_>) -> String {
    let first = moving.route.path.split('/').find(|part| !matches!(*part, "" | "api")).unwrap_or("api");
    let safe: String =
        first.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let safe = safe.trim_matches('-');
    format!("{}-service", if safe.is_empty() { "api" } else { safe })
}

/// What is different in each framework.
fn framework(moving: &Moving<'_>, to: To, name: &str, files: &mut Files) {
    let sockets = moving.sockets().filter(|_| to != To::Queue);
    let mut wanted = Vec::new();
    wanted.extend(sockets.map(|_| "sockets"));
    wanted.extend((to == To::Queue).then_some("queue"));
    let (server, limit, mount) = match to {
        To::Fastify => {
            (template!("fastify/server.ts"), template!("fastify/limit.ts"), template!("fastify/mount.ts"))
        }
        To::Hono => (template!("hono/server.ts"), template!("hono/limit.ts"), template!("hono/mount.ts")),
        To::Express | To::Queue | To::After => {
            (template!("express/server.ts"), template!("express/limit.ts"), template!("express/mount.ts"))
        }
    };
    files.add("src/server.ts", fill(server, &[], &wanted));
    files.add("src/limit.ts", limit);
    files.add("src/mount.ts", mount);
    files.add("src/routes.ts", routes(moving, to));
    if to == To::Queue {
        files.add("src/queue.ts", fill(template!("queue/queue.ts"), &[("queue", name)], &[]));
        files.add("src/enqueue.ts", template!("queue/enqueue.ts"));
        files.add("src/worker.ts", template!("queue/worker.ts"));
        files.add("src/work.ts", mounting(moving, to, "mountWork"));
    }
    if let Some(package) = sockets {
        // The name of a file may hold what ends a comment.
        let origin = moving.socket_file().replace("*/", "* /");
        let path = quoted(moving.socket_path().unwrap_or("/socket.io"));
        let values = [("origin", &*origin)];
        let (server, connection) = match package {
            "socket.io" => (template!("sockets/io.ts"), template!("sockets/io-connection.ts")),
            _ => (template!("sockets/ws.ts"), template!("sockets/ws-connection.ts")),
        };
        files.add("src/sockets.ts", fill(server, &[], &[]).replace("\"{{io_path}}\"", &path));
        files.add("src/connection.ts", fill(connection, &values, &[]));
    }
}

/// `src/routes.ts`: which path is answered by which handler.
pub(super) fn routes(moving: &Moving<'_>, to: To) -> String {
    if to != To::Queue {
        return mounting(moving, to, "mountRoutes");
    }
    let path = quoted(&mounts(&moving.route.path, to).concat());
    let methods: Vec<String> = client::methods(moving).into_iter().map(quoted).collect();
    let arguments = ["app".to_owned(), path, format!("[{}]", methods.join(", "))];
    let mount = call("  ", "mountQueued", &arguments);
    format!(
        "// The route takes jobs; its handler runs in the worker, see work.ts.\nimport type {{ Express }} from \
         \"express\";\nimport {{ mountJobs, mountQueued }} from \"./enqueue\";\n\nexport function mountRoutes(app: \
         Express): void {{\n{mount}  mountJobs(app);\n}}\n"
    )
}

/// A file that mounts the handler.
fn mounting(moving: &Moving<'_>, to: To, name: &str) -> String {
    if moving.opens_server() && to != To::Queue {
        return unmounted(moving, to, name);
    }
    let mount = if moving.is_pages() { "mountPages" } else { "mountRoute" };
    let module = quoted(&format!("../{CARRIED}/{}", without_extension(&moving.path)));
    let route = quoted(&moving.route.path);
    let calls: String = mounts(&moving.route.path, to)
        .iter()
        .map(|path| call("  ", mount, &["app".to_owned(), quoted(path), route.clone(), "route".to_owned()]))
        .collect();
    let (types, app, first, mounts) = match to {
        To::Fastify => (
            "import type { FastifyInstance } from \"fastify\";\n",
            "FastifyInstance",
            "  leaveBodies(app);\n",
            format!("leaveBodies, {mount}"),
        ),
        To::Hono => ("", "App", "", format!("{mount}, type App")),
        To::Express | To::Queue | To::After => {
            ("import type { Express } from \"express\";\n", "Express", "", mount.to_owned())
        }
    };
    let is_async = if to == To::Fastify { ("async ", "Promise<void>") } else { ("", "void") };
    format!(
        "// The handler is in ../{CARRIED}, as it was.\n{types}import * as route from {module};\nimport {{ {mounts} \
         }} from \"./mount\";\n\nexport {}function {name}(app: {app}): {} {{\n{first}{calls}}}\n",
        is_async.0, is_async.1
    )
}

/// The same for a handler that opens a socket server: beside the service's own it would end the process.
fn unmounted(moving: &Moving<'_>, to: To, name: &str) -> String {
    let (types, from) = match to {
        To::Fastify => ("FastifyInstance", "fastify"),
        To::Hono => ("App", "./mount"),
        To::Express | To::Queue | To::After => ("Express", "express"),
    };
    let mount = if moving.is_pages() { "mountPages" } else { "mountRoute" };
    let route = quoted(&moving.route.path);
    let is_async = if to == To::Fastify { ("async ", "Promise<void>") } else { ("", "void") };
    let head = format!("{}function {name}(_app: {types}): {} {{}}\n", is_async.0, is_async.1);
    let mut lines = vec![
        "TODO(migrate): the handler is not mounted: it opens a socket server of".to_owned(),
        "its own, which sockets.ts does here. Take that out of".to_owned(),
        format!("../{CARRIED}/{}", moving.path),
        "and mount what is left of it, if anything is:".to_owned(),
    ];
    let paths = mounts(&moving.route.path, to);
    lines.extend(paths.iter().map(|path| format!("  {mount}(app, {}, {route}, route);", quoted(path))));
    let comment: String = lines.iter().map(|line| format!("// {line}\n")).collect();
    format!("import type {{ {types} }} from \"{from}\";\n\n{comment}export {head}")
}

/// A path as imports name it: the loader finds the file.
fn without_extension(path: &str) -> &str {
    path.rsplit_once('.')
        .filter(|(_, extension)| matches!(*extension, "ts" | "tsx"))
        .map_or(path, |(stem, _)| stem)
}

/// The files of the route, and stand-ins for what they import and nobody has.
fn carried(moving: &Moving<'_>, files: &mut Files) {
    let carried = &moving.carried;
    for file in &carried.files {
        files.add(format!("{CARRIED}/{}", file.path), file.text.clone());
    }
    for (path, text) in &carried.data {
        files.add(format!("{CARRIED}/{path}"), text.clone());
    }
    // CommonJS is closer to what a bundler makes of modules: circles of imports and names out of packages work.
    let kind = if carried.is_esm { "module" } else { "commonjs" };
    let is_there = |path: &str| carried.data.contains_key(path);
    if !is_there("package.json") {
        files.add(format!("{CARRIED}/package.json"), format!("{{ \"type\": \"{kind}\" }}\n"));
    }
    for (specifier, asked) in &carried.next {
        if !known::has_stand_in(specifier) {
            let names: Vec<String> = asked.all_names.iter().cloned().collect();
            files.add(stand_in_path(specifier), stand_in(specifier, "../unsupported", &names));
        }
    }
    for (path, names) in &carried.stand_ins {
        let up = "../".repeat(path.split('/').count());
        files.add(format!("{CARRIED}/{path}"), stand_in(path, &format!("{up}src/next/unsupported"), names));
    }
    if ["server-only", "client-only"].iter().any(|name| carried.packages.contains_key(*name)) {
        files.add("src/next/empty.ts", "// Only a bundler has a use for it.\nexport {};\n");
    }
}

fn stand_in_path(specifier: &str) -> String {
    format!("src/next/missing/{}.ts", camel(&[specifier]))
}

/// A module whose exports throw when they are used, and whose types say nothing.
fn stand_in(of: &str, needs_next: &str, names: &[String]) -> String {
    let mut out = format!(
        "// TODO(migrate): stands in for {}, which stays in Next.js.\nimport {{ needsNext }} from {};\n",
        quoted(of),
        quoted(needs_next)
    );
    for name in names {
        let said = quoted(&format!("{of}: {name}"));
        if name == "default" {
            out.push_str(&format!(
                "\nexport default function missing(..._: any[]): any {{\n  return needsNext({said});\n}}\n"
            ));
        } else if is_identifier(name) {
            out.push_str(&format!(
                "\nexport type {name}<_A = any, _B = any> = any;\nexport function {name}(..._: any[]): any {{\n  \
                 return needsNext({said});\n}}\n"
            ));
        }
    }
    if names.is_empty() {
        out.push_str("\nexport const used = needsNext;\n");
    }
    out
}

/// The settings of TypeScript, which the loader reads too: where imports lead.
fn tsconfig(carried: &Carried) -> String {
    let mut paths = Map::new();
    let mut lead = |specifier: &str, file: String| {
        paths.insert(specifier.to_owned(), json!([format!("./{file}")]));
    };
    for (specifier, file) in known::STAND_INS {
        lead(specifier, format!("src/next/{file}"));
    }
    for specifier in carried.next.keys().filter(|specifier| !known::has_stand_in(specifier)) {
        lead(specifier, stand_in_path(specifier));
    }
    for name in ["server-only", "client-only"].iter().filter(|name| carried.packages.contains_key(**name)) {
        lead(name, "src/next/empty.ts".to_owned());
    }
    for (specifier, file) in &carried.aliases {
        lead(specifier, format!("{CARRIED}/{file}"));
    }
    let mut settings: Value = serde_json::from_str(template!("root/tsconfig.json")).unwrap_or_default();
    if let Some(options) = settings.get_mut("compilerOptions").and_then(Value::as_object_mut) {
        options.insert("paths".to_owned(), Value::Object(paths));
    }
    if let Some(settings) = settings.as_object_mut() {
        settings.insert("include".to_owned(), json!(["src", "test", "client"]));
    }
    short_arrays(&format!("{settings:#}\n"))
}

/// Arrays on one line, as Prettier writes them where they fit.
fn short_arrays(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        if line.ends_with('[') {
            let mut items = Vec::new();
            while let Some(item) = lines.next_if(|line| !line.trim_start().starts_with(']')) {
                items.push(item.trim());
            }
            let close = lines.next().map(str::trim).unwrap_or_default();
            let one = format!("{}{close}", items.join(" "));
            if line.chars().count() + one.chars().count() <= 80 {
                out.push_str(&one);
            } else {
                let indent = " ".repeat(line.len() - line.trim_start().len());
                items.iter().for_each(|item| out.push_str(&format!("\n{indent}  {item}")));
                out.push_str(&format!("\n{indent}{close}"));
            }
        }
        out.push('\n');
    }
    out
}

/// Variables that the service itself reads.
const OWN_ENV: &str = "# The service
PORT=4000
# Origins of browsers that may call it, with commas between: https://example.com
ALLOWED_ORIGINS=http://localhost:3000
# Counts of the rate limit; production needs it: redis://localhost:6379
REDIS_URL=
REQUESTS_PER_MINUTE=120
# How many proxies stand in front of it
TRUSTED_PROXIES=0
BODY_LIMIT_BYTES=1048576
# A shutdown: seconds that it still takes requests, and that it waits for open ones
DRAIN_DELAY_SECONDS=0
DRAIN_LIMIT_SECONDS=25
";

fn env(moving: &Moving<'_>) -> String {
    let mut out = OWN_ENV.to_owned();
    let is_own = |name: &str| OWN_ENV.contains(&format!("\n{name}=")) || name == "NODE_ENV";
    let mut own = moving.carried.env.iter().filter(|(name, _)| !is_own(name)).peekable();
    if own.peek().is_some() {
        out.push_str("\n# What the carried files read\n");
    }
    for (name, by) in own {
        out.push_str(&format!("# {}\n{name}=\n", crate::report::one_line(by)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_stand_on_one_line() {
        let text = "{\n  \"a\": [\n    \"x\",\n    \"y\"\n  ],\n  \"b\": []\n}\n";
        assert_eq!(short_arrays(text), "{\n  \"a\": [\"x\", \"y\"],\n  \"b\": []\n}\n");
    }

    #[test]
    fn what_next_exports_stands_in_and_throws() {
        let names = ["default".into(), "bad-name".into(), "getImageProps".into()];
        let text = stand_in("next/image", "../unsupported", &names);
        assert!(text.contains("export default function missing") && text.contains("function getImageProps"));
        assert!(!text.contains("bad-name("), "{text}");
        assert_eq!(stand_in_path("next/../../x"), "src/next/missing/nextX.ts");
    }
}
