//! `exports` and `imports` of a `package.json`: which targets a subpath may have.

use rustc_hash::FxHashMap;
use serde_json::Value;

/// Guards against a `package.json` made to blow the stack or the heap.
const MAX_DEPTH: u8 = 16;
const MAX_TARGETS: usize = 64;

/// One `exports` or `imports`, ready to look up.
#[derive(Debug, Default)]
pub(super) struct Exports<'a> {
    exact: FxHashMap<&'a str, &'a Value>,
    /// Keys with a `*`, and those that end in `/`, the most specific first.
    patterns: Vec<Pattern<'a>>,
    given: bool,
}

#[derive(Debug)]
struct Pattern<'a> {
    prefix: &'a str,
    suffix: &'a str,
    /// The old spelling `"./dir/": "./src/"`, where the rest goes to the end of the target.
    folder: bool,
    value: &'a Value,
}

/// A place where a subpath may lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) path: String,
    pub(super) kind: TargetKind,
}

/// How far a target can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TargetKind {
    /// Code that runs on a server.
    Code,
    /// Under a condition of the project's own making: counts only if it is there.
    Custom,
    /// Types, which tell where the code is if nothing else does.
    Types,
}

impl<'a> Exports<'a> {
    /// Of a `package.json`'s field; keys start with `.` in `exports` and with `#` in `imports`.
    pub(super) fn new(field: Option<&'a Value>, start: char) -> Self {
        let Some(field) = field.filter(|value| !value.is_null()) else { return Self::default() };
        let mut exports = Self { given: true, ..Self::default() };
        match field {
            Value::Object(map) if map.keys().any(|key| key.starts_with(start)) => {
                for (key, value) in map {
                    exports.add(key, value);
                }
            }
            // The short form: conditions or a path, for the package itself.
            whole => {
                exports.exact.insert(".", whole);
            }
        }
        exports.patterns.sort_by_key(|p| std::cmp::Reverse((p.prefix.len(), p.suffix.len())));
        exports
    }

    fn add(&mut self, key: &'a str, value: &'a Value) {
        if let Some((prefix, suffix)) = key.split_once('*') {
            self.patterns.push(Pattern { prefix, suffix, folder: false, value });
        } else if key.ends_with('/') {
            self.patterns.push(Pattern { prefix: key, suffix: "", folder: true, value });
        } else {
            self.exact.insert(key, value);
        }
    }

    /// Whether the package has the field at all.
    pub(super) const fn given(&self) -> bool {
        self.given
    }

    /// Where `key` (`.`, `./sub` or `#name`) may lead, by preference. Empty if it is not exported.
    pub(super) fn targets(&self, key: &str) -> Vec<Target> {
        let mut targets = Vec::new();
        if let Some(value) = self.exact.get(key) {
            collect(value, &|path| path.to_owned(), TargetKind::Code, 0, &mut targets);
            return targets;
        }
        for pattern in &self.patterns {
            let rest = key.strip_prefix(pattern.prefix).and_then(|rest| rest.strip_suffix(pattern.suffix));
            let Some(star) = rest.filter(|star| !star.is_empty()) else { continue };
            if pattern.folder {
                collect(pattern.value, &|path| format!("{path}{star}"), TargetKind::Code, 0, &mut targets);
            } else {
                collect(pattern.value, &|path| path.replace('*', star), TargetKind::Code, 0, &mut targets);
            }
            break;
        }
        targets
    }
}

/// Adds the targets below `value`, in the order of the object's keys.
fn collect(
    value: &Value,
    fill: &dyn Fn(&str) -> String,
    kind: TargetKind,
    depth: u8,
    targets: &mut Vec<Target>,
) {
    if depth > MAX_DEPTH || targets.len() >= MAX_TARGETS {
        return;
    }
    match value {
        Value::String(path) => targets.push(Target { path: fill(path), kind }),
        Value::Array(values) => {
            for value in values {
                collect(value, fill, kind, depth + 1, targets);
            }
        }
        Value::Object(conditions) => {
            for (condition, value) in conditions {
                if let Some(own) = condition_kind(condition) {
                    collect(value, fill, kind.max(own), depth + 1, targets);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What a condition means for code on a server; nothing if its targets run elsewhere.
fn condition_kind(condition: &str) -> Option<TargetKind> {
    match condition {
        "node" | "import" | "require" | "module" | "default" | "source" | "development" | "production"
        | "react-server" | "node-addons" | "module-sync" => Some(TargetKind::Code),
        "types" | "typings" => Some(TargetKind::Types),
        "browser" | "react-native" | "electron" | "worker" | "workerd" | "edge-light" | "deno" | "bun"
        | "style" | "sass" | "script" | "svelte" | "test" | "vitest" | "jest" | "storybook" => None,
        versioned if versioned.starts_with("types@") => Some(TargetKind::Types),
        _ => Some(TargetKind::Custom),
    }
}
