//! Every entry of every table, in every way to import it: a project is written from the catalogue, and each
//! construct in it must be found as the entry that it was written from.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::apis::{ApiSite, Apis};
use crate::catalogue::{Api, Catalogue, Condition, Construct, Test};
use crate::link::Program;
use crate::load::load;
use crate::project::{DiscoverOptions, Project};
use crate::rules::{RULES, RuleContext};
use crate::timings::Timings;

/// Ways to get hold of an export.
const FORMS: [&str; 7] = ["named", "default", "namespace", "require", "destructured", "dynamic", "re-export"];

/// A construct of the written project: its file and line, and the table and index of its entry.
struct Written {
    file: String,
    line: u32,
    table: &'static str,
    entry: usize,
    harmless: bool,
}

/// A file of the project: what its handler does, line by line.
struct Page {
    head: String,
    body: Vec<String>,
}

/// The way to `export` of `package` in a form: lines for the module, and the expression; `None` where the
/// form does not fit.
fn access(package: &str, export: &str, form: &str, name: &str) -> Option<(String, String)> {
    if let Some(global) = package.strip_prefix("global:") {
        let path = if export == "default" { global.to_owned() } else { format!("{global}.{export}") };
        return (form == "named").then_some((String::new(), path));
    }
    let (top, rest) = match export.split_once('.') {
        Some((top, rest)) => (top, format!(".{rest}")),
        None => (export, String::new()),
    };
    let whole = top == "default";
    Some(match form {
        "named" => (format!("import {{ {top} as {name} }} from '{package}';"), format!("{name}{rest}")),
        "default" if whole => (format!("import {name} from '{package}';"), format!("{name}{rest}")),
        "default" => (format!("import {name} from '{package}';"), format!("{name}.{export}")),
        "namespace" => (format!("import * as {name} from '{package}';"), format!("{name}.{export}")),
        "require" if whole => (format!("const {name} = require('{package}');"), format!("{name}{rest}")),
        "require" => (format!("const {name} = require('{package}');"), format!("{name}.{export}")),
        "destructured" if !whole => {
            (format!("const {{ {top}: {name} }} = require('{package}');"), format!("{name}{rest}"))
        }
        "dynamic" => (String::new(), format!("(await import('{package}')).{export}")),
        "re-export" => (
            format!(
                "import {{ {name} }} from '../../../lib/{name}';\n//lib export {{ {top} as {name} }} from '{package}';"
            ),
            format!("{name}{rest}"),
        ),
        _ => return None,
    })
}

/// A name without its pattern.
fn spelled(pattern: &str) -> String {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(""), _) => "thing".to_owned(),
        (Some(end), _) => format!("Some{end}"),
        (_, Some(start)) => format!("{start}thing"),
        _ => pattern.to_owned(),
    }
}

/// The call of an entry: `new X({ … })`, `new X().a().b(…)`.
fn construct<K>(api: &Api<K>, expression: &str, method: Option<&str>, imports: &mut String) -> String {
    let args = arguments(&api.when, imports);
    let callee = match method {
        None => expression.to_owned(),
        Some("()") => format!("(new ({expression})())"),
        Some(method) => {
            let steps = method.strip_prefix("**.").unwrap_or(method).split('.').map(|step| match step {
                // Any number of steps, hence none.
                "**" => String::new(),
                "()" => "()".to_owned(),
                "*" => ".thing".to_owned(),
                step => format!(".{step}"),
            });
            format!("(new ({expression})()){}", steps.collect::<String>())
        }
    };
    if api.construct == Construct::New {
        format!("new ({callee})({args})")
    } else {
        format!("{callee}({args})")
    }
}

/// Arguments for which all conditions hold.
fn arguments(conditions: &[Condition], imports: &mut String) -> String {
    let last = conditions.iter().filter(|c| c.is != Test::Absent).map(|c| c.arg).max();
    let mut args = Vec::new();
    for at in 0..last.map_or(0, |last| last + 1) {
        let own: Vec<&Condition> =
            conditions.iter().filter(|c| c.arg == at && c.is != Test::Absent).collect();
        match own.iter().find(|c| c.key.is_none()) {
            Some(whole) => args.push(value(whole, imports)),
            None => {
                let keys = own.iter().map(|c| {
                    let value = value(c, imports);
                    c.key.iter().flat_map(|key| key.rsplit('.')).fold(value, |value, step| {
                        if value.starts_with('{') || !value.contains(": ") {
                            format!("{{ {step}: {value} }}")
                        } else {
                            value
                        }
                    })
                });
                let inner: Vec<String> = keys.map(|k| k[1..k.len() - 1].trim().to_owned()).collect();
                args.push(format!("{{ {} }}", inner.join(", ")));
            }
        }
    }
    args.join(", ")
}

/// A value that passes a test.
fn value(condition: &Condition, imports: &mut String) -> String {
    match condition.is {
        Test::Present | Test::Object | Test::Absent => "{}".to_owned(),
        Test::String => "'text'".to_owned(),
        Test::Prefix | Test::Equals => format!("'{}'", condition.values.first().map_or("", String::as_str)),
        Test::InstanceOf => {
            let (package, export) =
                condition.values.first().and_then(|v| v.split_once('#')).unwrap_or_default();
            let name = format!("Needed{}", imports.len());
            let _ = writeln!(imports, "import {{ {export} as {name} }} from '{package}';");
            format!("new {name}()")
        }
        Test::True => "true".to_owned(),
        Test::NotTrue => "false".to_owned(),
    }
}

/// Writes every entry of a table into the project, a file for each package and form.
fn write<'a, K: std::fmt::Debug + 'a>(
    root: &Path,
    table: &'static str,
    entries: impl Iterator<Item = &'a Api<K>>,
    written: &mut Vec<Written>,
) {
    for (index, api) in entries.enumerate() {
        let harmless = format!("{:?}", api.kind) == "Harmless";
        for (p, package) in api.packages.iter().enumerate() {
            for form in FORMS {
                let mut page = Page { head: String::new(), body: Vec::new() };
                let mut libs = Vec::new();
                for (e, export) in api.export.iter().enumerate() {
                    let name = format!("{}{index}x{p}x{e}", table.replace('-', "_"));
                    let Some((head, expression)) = access(&spelled(package), &spelled(export), form, &name)
                    else {
                        continue;
                    };
                    for line in head.lines() {
                        match line.strip_prefix("//lib ") {
                            Some(line) => libs.push((name.clone(), line.to_owned())),
                            None => page.head.push_str(&format!("{line}\n")),
                        }
                    }
                    let methods: Vec<Option<&str>> = if api.method.is_empty() {
                        vec![None]
                    } else {
                        api.method.iter().map(|m| Some(m.as_str())).collect()
                    };
                    for method in methods {
                        let call = construct(api, &expression, method, &mut page.head);
                        page.body.push(format!("  await {call};"));
                    }
                }
                if page.body.is_empty() {
                    continue;
                }
                let file = format!("app/api/{table}-{index}-{p}-{form}/route.js");
                save(
                    root,
                    &file,
                    &format!(
                        "{}export async function POST() {{\n{}\n  return new Response();\n}}\n",
                        page.head,
                        page.body.join("\n")
                    ),
                );
                for (name, line) in libs {
                    save(root, &format!("lib/{name}.js"), &line);
                }
                let first = page.head.lines().count() as u32 + 2;
                for line in 0..page.body.len() as u32 {
                    written.push(Written {
                        file: file.clone(),
                        line: first + line,
                        table,
                        entry: index,
                        harmless,
                    });
                }
            }
        }
    }
}

fn save(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// The entries found in a table, by file and line.
fn found<'a, K: 'a>(
    program: &Program<'_>,
    sites: &[ApiSite<'a, K>],
    entries: &[&'a Api<K>],
) -> Vec<(String, u32, usize)> {
    sites
        .iter()
        .filter_map(|site| {
            let entry = entries.iter().position(|api| std::ptr::eq(*api, site.api))?;
            let (file, offset) = (program.project.files.path(site.file), site.location(program).span.start);
            let text = fs::read_to_string(program.project.root.join(file)).ok()?;
            let line = text[..offset as usize].lines().count() as u32;
            Some((file.to_owned(), line, entry))
        })
        .collect()
}

#[test]
fn every_entry_is_found_in_every_way_to_import_it() {
    let catalogue = Catalogue::builtin().expect("the build checked it");
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    save(root, "package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#);
    save(root, "vercel.json", "{}");
    let mut written = Vec::new();
    write(root, "sockets", catalogue.sockets.entries(), &mut written);
    write(root, "stores", catalogue.stores.entries(), &mut written);
    write(root, "work", catalogue.work.entries(), &mut written);
    write(root, "schedulers", catalogue.schedulers.entries(), &mut written);
    write(root, "middleware", catalogue.middleware.entries(), &mut written);
    write(root, "after", catalogue.after.entries(), &mut written);
    write(root, "queries", catalogue.queries.entries(), &mut written);

    let project = Project::discover(root, &DiscoverOptions::default()).expect("a project");
    let loaded = load(&project, 1 << 20);
    let program = Program::link(&project, &loaded.modules, &catalogue);
    let context = RuleContext::new(&program, &Timings::default());
    let Apis { sockets, stores, work, schedulers, middleware, after, queries } = &context.apis;
    let of = |table: &str| match table {
        "sockets" => found(&program, sockets, &catalogue.sockets.entries().collect::<Vec<_>>()),
        "stores" => found(&program, stores, &catalogue.stores.entries().collect::<Vec<_>>()),
        "work" => found(&program, work, &catalogue.work.entries().collect::<Vec<_>>()),
        "schedulers" => found(&program, schedulers, &catalogue.schedulers.entries().collect::<Vec<_>>()),
        "middleware" => found(&program, middleware, &catalogue.middleware.entries().collect::<Vec<_>>()),
        "queries" => found(&program, queries, &catalogue.queries.entries().collect::<Vec<_>>()),
        _ => found(&program, after, &catalogue.after.entries().collect::<Vec<_>>()),
    };
    let mut problems = String::new();
    for table in ["sockets", "stores", "work", "schedulers", "middleware", "after", "queries"] {
        let found: std::collections::HashSet<_> = of(table).into_iter().collect();
        for w in written.iter().filter(|w| w.table == table) {
            if !found.contains(&(w.file.clone(), w.line, w.entry)) {
                let text = fs::read_to_string(root.join(&w.file)).expect("written above");
                let line = text.lines().nth(w.line as usize - 1).unwrap_or_default().trim();
                let _ = writeln!(problems, "{}:{}: {line}", w.file, w.line);
            }
        }
    }
    let shown: Vec<&str> = problems.lines().take(4000).collect();
    assert!(
        problems.is_empty(),
        "{} not found as what they are:\n{}",
        problems.lines().count(),
        shown.join("\n")
    );
    harmless_ones_are_silent(&context, &written);
}

/// Nothing is said about a file whose only construct is harmless.
fn harmless_ones_are_silent(context: &RuleContext<'_, '_>, written: &[Written]) {
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(context, &mut findings);
    }
    let family = |table: &str| match table {
        "sockets" => "sockets",
        "stores" => "state",
        "work" | "schedulers" | "queries" => "work",
        "middleware" => "middleware",
        _ => "after-response",
    };
    let mut loud = Vec::new();
    for finding in &findings {
        let file = context.program.project.files.path(finding.primary.file);
        let of = RULES.iter().find(|rule| rule.meta.id == finding.rule).map_or("", |rule| rule.meta.family);
        if written.iter().any(|w| w.harmless && w.file == file && family(w.table) == of) {
            loud.push(format!("{file}: {} {}", finding.rule, finding.message));
        }
    }
    assert!(loud.is_empty(), "harmless, but reported:\n{}", loud.join("\n"));
}
