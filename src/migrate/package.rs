//! The service's package.json: what the adapters need, and what the carried files need.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::To;
use super::moving::Moving;

/// Packages that every service needs.
const ALWAYS: [(&str, &str); 3] =
    [("@edge-runtime/cookies", "^6.0.0"), ("helmet", "^8.3.0"), ("tsx", "^4.23.15")];
/// For Express.
const EXPRESS: [(&str, &str); 5] = [
    ("cors", "^2.8.6"),
    ("express", "^5.3.0"),
    ("express-rate-limit", "^8.7.4"),
    ("rate-limit-redis", "^6.0.1"),
    ("redis", "^6.3.1"),
];
/// For Fastify; its helmet is another one.
const FASTIFY: [(&str, &str); 5] = [
    ("@fastify/cors", "^11.4.3"),
    ("@fastify/helmet", "^13.2.0"),
    ("@fastify/rate-limit", "^11.2.0"),
    ("fastify", "^5.12.8"),
    ("ioredis", "^6.0.0"),
];
/// For Hono.
const HONO: [(&str, &str); 4] = [
    ("@hono/node-server", "^2.1.8"),
    ("hono", "^4.13.19"),
    ("rate-limiter-flexible", "^11.4.0"),
    ("redis", "^6.3.1"),
];
/// For a queue.
const QUEUE: [(&str, &str); 2] = [("bullmq", "^6.7.0"), ("ioredis", "^6.0.0")];
/// For tests and types.
const DEV: [(&str, &str); 2] = [("@types/node", "^24.19.2"), ("typescript", "^7.0.2")];
/// Types for Express.
const DEV_EXPRESS: [(&str, &str); 2] = [("@types/cors", "^2.8.19"), ("@types/express", "^5.0.6")];

/// The file, and what somebody has to decide about it.
pub(super) fn package(moving: &Moving<'_>, to: To, name: &str) -> (String, Vec<String>) {
    let mut decisions = Vec::new();
    let mut needed: BTreeMap<String, String> = own(moving, to);
    let mut dev = texts(&DEV);
    if matches!(to, To::Express | To::Queue) {
        dev.extend(texts(&DEV_EXPRESS));
    }
    if moving.sockets() == Some("ws") {
        dev.insert("@types/ws".to_owned(), "^8.18.2".to_owned());
    }
    for (package, asked) in &moving.carried.packages {
        if package == "server-only" || package == "client-only" {
            continue;
        }
        let types = format!("@types/{}", package.trim_start_matches('@').replace('/', "__"));
        if let Some(version) = moving.version(&types).filter(|version| is_version(version)) {
            dev.entry(types).or_insert_with(|| version.to_owned());
        }
        let range = moving.version(package).filter(|range| is_version(range));
        match (needed.get(package), range) {
            (Some(own), Some(range)) if major(own) != major(range) => decisions.push(format!(
                "The app asks for `{package}` {range} and the service for {own}, which is written: see that \
                 `{}` works with it.",
                asked.by
            )),
            (Some(_), _) => {}
            (None, range) => {
                let list = if asked.types_only { &mut dev } else { &mut needed };
                list.insert(package.clone(), range.unwrap_or("*").to_owned());
                if range.is_some() {
                    continue;
                }
                decisions.push(format!(
                    "No package.json of the project gives `{package}` ({}) a version that npm knows: `*` is written.",
                    asked.by
                ));
            }
        }
    }
    let file = json!({
        "name": name,
        "private": true,
        "type": "module",
        "engines": { "node": ">=20.19" },
        "scripts": scripts(to),
        "dependencies": object(&needed),
        "devDependencies": object(&dev),
    });
    (format!("{file:#}\n"), decisions)
}

/// What the service needs by itself.
fn own(moving: &Moving<'_>, to: To) -> BTreeMap<String, String> {
    let mut needed = texts(&ALWAYS);
    match to {
        To::Fastify => {
            needed.remove("helmet");
            needed.extend(texts(&FASTIFY));
        }
        To::Hono => needed.extend(texts(&HONO)),
        To::Express | To::Queue | To::After => needed.extend(texts(&EXPRESS)),
    }
    if to == To::Queue {
        needed.extend(texts(&QUEUE));
    } else if let Some(package) = moving.sockets() {
        let version = if package == "ws" { "^8.23.0" } else { "^4.8.4" };
        needed.insert(package.to_owned(), version.to_owned());
    }
    needed
}

fn scripts(to: To) -> Map<String, Value> {
    let mut scripts = vec![
        ("dev", "tsx watch --env-file=.env src/server.ts"),
        ("start", "node --import tsx src/server.ts"),
        ("check", "tsc --noEmit"),
        ("test", "node --import tsx --test test/service.test.ts"),
    ];
    if to == To::Queue {
        scripts.push(("dev:worker", "tsx watch --env-file=.env src/worker.ts"));
        scripts.push(("start:worker", "node --import tsx src/worker.ts"));
    }
    scripts.into_iter().map(|(name, script)| (name.to_owned(), script.into())).collect()
}

fn texts(list: &[(&str, &str)]) -> BTreeMap<String, String> {
    list.iter().map(|&(name, version)| (name.to_owned(), version.to_owned())).collect()
}

fn object(list: &BTreeMap<String, String>) -> Map<String, Value> {
    list.iter().map(|(name, version)| (name.clone(), version.as_str().into())).collect()
}

/// Whether npm finds what a range says anywhere, and not only in this repository.
fn is_version(range: &str) -> bool {
    !range.contains(':') || range.starts_with("npm:")
}

/// The digits that a range begins with: `15` of `^15.1.0`.
fn major(range: &str) -> &str {
    let from = range.trim_start_matches(|c: char| !c.is_ascii_digit());
    from.split(|c: char| !c.is_ascii_digit()).next().unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::{is_version, major};

    #[test]
    fn ranges_are_read_as_far_as_needed() {
        assert_eq!((major("^15.1.0"), major(">=4"), major("*"), major("6")), ("15", "4", "", "6"));
        assert!(is_version("^1.0.0") && is_version("npm:x@1") && is_version("latest"));
        assert!(!is_version("workspace:*") && !is_version("catalog:") && !is_version("file:../x"));
    }
}
