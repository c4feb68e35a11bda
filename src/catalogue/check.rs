//! What serde cannot check about the tables: `build.rs` includes this file too, and stops on what it says.

use std::collections::HashSet;

use super::api::ApiTable;
use super::schema::{Chain, Client, ClientKind, ClientTable, Condition, Runner, RuntimeTable, Test, Variant};

/// What is wrong with `clients.toml`, a line each.
#[must_use]
pub fn client_problems(table: &ClientTable) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    for client in &table.client {
        let mut found = problems_of(client);
        duplicates(&client.packages, &client.export, &client.method, &mut seen, &mut found);
        let name = client.packages.first().map_or("(no package)", String::as_str);
        problems.extend(found.into_iter().map(|text| format!("client of `{name}`: {text}")));
    }
    problems
}

/// What is wrong with `runtime.toml`, a line each.
#[must_use]
pub fn runtime_problems(table: &RuntimeTable) -> Vec<String> {
    let lists = [
        ("memoiser", &table.memoiser),
        ("per-request-memo", &table.per_request_memo),
        ("background", &table.background),
        ("after-response", &table.after_response),
    ];
    let mut problems = Vec::new();
    for (list, runners) in lists {
        let mut seen = HashSet::new();
        for Runner { packages, export, method, .. } in runners {
            let mut found = Vec::new();
            names(packages, export, &mut found);
            duplicates(packages, export, method, &mut seen, &mut found);
            problems
                .extend(found.into_iter().map(|text| format!("{list} `{}`: {text}", packages.join(", "))));
        }
    }
    problems
}

/// What is wrong with a table of constructs, a line each.
#[must_use]
pub fn api_problems<K>(table: &ApiTable<K>) -> Vec<String> {
    let mut problems = Vec::new();
    for api in &table.api {
        let mut found = Vec::new();
        names(&api.packages, &api.export, &mut found);
        article(&api.what, &mut found);
        api.when.iter().for_each(|when| condition(when, &mut found));
        for method in &api.method {
            if method.split('.').any(|step| step.is_empty() || (step.contains("**") && step != "**")) {
                found.push(format!("`{method}` is not a method: `**` is a step of its own"));
            }
        }
        if api.docs.as_ref().is_some_and(|docs| !docs.starts_with("https://")) {
            found.push("`docs` is not an https address".to_owned());
        }
        problems.extend(found.into_iter().map(|text| format!("`{}`: {text}", api.packages.join(", "))));
    }
    problems
}

fn problems_of(client: &Client) -> Vec<String> {
    let mut found = Vec::new();
    names(&client.packages, &client.export, &mut found);
    article(&client.what, &mut found);
    if holds(client.kind) && !client.shared_by_package && client.close.is_empty() {
        found.push("`close` is missing: it holds something, so something closes it".to_owned());
    }
    if client.docs.as_ref().is_some_and(|docs| !docs.starts_with("https://")) {
        found.push("`docs` is not an https address".to_owned());
    }
    for Variant { when, what, .. } in &client.variant {
        condition(when, &mut found);
        if let Some(what) = what {
            article(what, &mut found);
        }
    }
    for Chain { argument_call, .. } in &client.chain {
        reference(argument_call, &mut found);
    }
    found
}

fn holds(kind: ClientKind) -> bool {
    matches!(kind, ClientKind::Tcp | ClientKind::Ws | ClientKind::Grpc | ClientKind::File)
}

fn names(packages: &[String], export: &[String], found: &mut Vec<String>) {
    if packages.is_empty() || export.is_empty() {
        found.push("`packages` and `export` must not be empty".to_owned());
    }
    for name in packages {
        let inner = name.strip_suffix('*').unwrap_or(name);
        if inner.is_empty() || inner.contains('*') || inner.contains(char::is_whitespace) {
            found.push(format!("`{name}` is not a package: a `*` stands at the end only"));
        }
    }
    for name in export {
        let inner = name.strip_suffix('*').or_else(|| name.strip_prefix('*')).unwrap_or(name);
        if inner.contains('*') || name.is_empty() || name.contains(char::is_whitespace) {
            found.push(format!("`{name}` is not an exported name: one `*`, at its start or end"));
        }
        if name.starts_with("default.") {
            found.push(format!("`{name}`: write it without `default.`, lookups see through it"));
        }
    }
}

fn duplicates(
    packages: &[String],
    export: &[String],
    method: &[String],
    seen: &mut HashSet<String>,
    found: &mut Vec<String>,
) {
    let none = [String::new()];
    let methods = if method.is_empty() { &none } else { method };
    for package in packages {
        for name in export {
            for method in methods {
                if !seen.insert(format!("{package}#{name}.{method}")) {
                    found.push(format!("`{name}` of `{package}` is in the table twice"));
                }
            }
        }
    }
}

fn article(what: &str, found: &mut Vec<String>) {
    if !what.starts_with("a ") && !what.starts_with("an ") {
        found.push(format!("`what = \"{what}\"` must begin with its article, `a` or `an`"));
    }
}

fn condition(when: &Condition, found: &mut Vec<String>) {
    let compares = matches!(when.is, Test::Prefix | Test::Equals | Test::InstanceOf);
    if compares == when.values.is_empty() {
        found.push("`values` goes with `prefix`, `equals` and `instance-of`, and only with them".to_owned());
    }
    if when.is == Test::InstanceOf {
        when.values.iter().for_each(|value| reference(value, found));
    }
}

fn reference(text: &str, found: &mut Vec<String>) {
    if !matches!(text.split_once('#'), Some((package, export)) if !package.is_empty() && !export.is_empty()) {
        found.push(format!("`{text}` must have the form package#export"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        client_problems(&toml::from_str(text).expect("valid table"))
    }

    const GOOD: &str = r#"
        [[client]]
        packages = ["pg"]
        export = ["Pool"]
        construct = "new"
        kind = "tcp"
        what = "a pool"
        close = ["end"]
    "#;

    #[test]
    fn a_good_entry_passes() {
        assert_eq!(problems(GOOD), Vec::<String>::new());
    }

    #[test]
    fn an_entry_twice_is_named() {
        assert_eq!(problems(&GOOD.repeat(2)), ["client of `pg`: `Pool` of `pg` is in the table twice"]);
    }

    #[test]
    fn mistakes_are_named() {
        assert!(problems(&GOOD.replace("a pool", "pool"))[0].contains("article"));
        assert!(problems(&GOOD.replace("close = [\"end\"]", ""))[0].contains("`close` is missing"));
        assert!(problems(&GOOD.replace("\"pg\"", "\"*pg\""))[0].contains("is not a package"));
        let variant = r#"
            [[client.variant]]
            when = { key = "adapter", is = "instance-of", values = ["PrismaD1"] }
            kind = "http"
        "#;
        assert!(problems(&format!("{GOOD}{variant}"))[0].contains("package#export"));
        let bare = variant.replace("instance-of", "present");
        assert!(problems(&format!("{GOOD}{bare}"))[0].contains("`values` goes with"));
    }
}
