//! `rules/catalogue/*.toml`: read, checked, written as JSON.

// The very files that the program compiles; there they are public API.
#[expect(unreachable_pub, reason = "public API of the library")]
#[path = "../src/catalogue/schema.rs"]
mod schema;

#[expect(unreachable_pub, reason = "public API of the library")]
#[path = "../src/catalogue/api.rs"]
mod api;

#[allow(unreachable_pub, dead_code, reason = "public API of the library")]
#[path = "../src/catalogue/check.rs"]
mod check;

#[allow(unreachable_pub, dead_code, reason = "public API of the library")]
#[path = "../src/catalogue/limits.rs"]
mod limits;

use std::path::Path;
use std::{fs, io};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Problems, files, line_at};

/// Reads every table and writes it where the program includes it.
pub(crate) fn write(root: &Path, out: &Path, problems: &mut Problems) -> io::Result<()> {
    for (name, path) in files(&root.join("rules/catalogue"), "toml")? {
        let text = fs::read_to_string(&path)?;
        let table = match name.as_str() {
            "clients" => table(&name, &text, check::client_problems, problems),
            "runtime" => table(&name, &text, check::runtime_problems, problems),
            "sockets" => apis::<api::SocketKind>(&name, &text, problems),
            "stores" => apis::<api::StoreKind>(&name, &text, problems),
            "work" => apis::<api::WorkKind>(&name, &text, problems),
            "schedulers" => apis::<api::SchedulerKind>(&name, &text, problems),
            "middleware" => apis::<api::MiddlewareKind>(&name, &text, problems),
            "after" => apis::<api::AfterKind>(&name, &text, problems),
            "queries" => apis::<api::QueryKind>(&name, &text, problems),
            "node-api" => apis::<api::NodeApiKind>(&name, &text, problems),
            _ => {
                problems.push(format!("rules/catalogue/{name}.toml: nothing reads a table of this name"));
                None
            }
        };
        if let Some(json) = table {
            fs::write(out.join(format!("{name}.json")), json)?;
        }
    }
    let text = fs::read_to_string(root.join("rules/limits.toml"))?;
    if let Some(json) = read(("rules/limits.toml", &text), limits::limit_problems, problems) {
        fs::write(out.join("limits.json"), json)?;
    }
    Ok(())
}

fn table<T: DeserializeOwned + Serialize>(
    name: &str,
    text: &str,
    check: fn(&T) -> Vec<String>,
    problems: &mut Problems,
) -> Option<String> {
    read((&format!("rules/catalogue/{name}.toml"), text), check, problems)
}

/// Reads a table, checks it, and gives it as JSON.
fn read<T: DeserializeOwned + Serialize>(
    (path, text): (&str, &str),
    check: fn(&T) -> Vec<String>,
    problems: &mut Problems,
) -> Option<String> {
    match toml::from_str::<T>(text) {
        Ok(table) => {
            problems.extend(check(&table).into_iter().map(|text| format!("{path}: {text}")));
            serde_json::to_string(&table).ok()
        }
        Err(error) => {
            let line = error.span().map_or(1, |span| line_at(text, span.start));
            problems.push(format!("{path}: line {line}: {}", error.message()));
            None
        }
    }
}

fn apis<K: DeserializeOwned + Serialize>(name: &str, text: &str, problems: &mut Problems) -> Option<String> {
    table::<api::ApiTable<K>>(name, text, check::api_problems, problems)
}
