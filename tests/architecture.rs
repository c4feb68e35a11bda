//! The rooms of `ARCHITECTURE.md`, held: who may import whom, who may print, how long files get, where the
//! program may stop, and that version and change log agree.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has to fail")]

#[path = "support/rooms.rs"]
mod rooms;

use std::fs;
use std::path::{Path, PathBuf};

use rooms::{References, references, test_modules};

/// Each room with what it may import: a room, or one item of a room. What is not listed here may import
/// nothing, so a new room has to find its place in this list first.
const ROOMS: [(&str, &[&str]); 27] = [
    ("span", &[]),
    ("progress", &[]),
    ("timings", &[]),
    ("files", &[]),
    ("watch", &[]),
    ("facts", &["span"]),
    ("diagnostic", &["span"]),
    ("catalogue", &[]),
    ("pattern", &[]),
    ("disk", &[]),
    ("cache", &[]),
    ("project", &["disk", "span"]),
    ("syntax", &["facts", "span"]),
    ("link", &["project", "facts", "catalogue", "syntax::decode", "diagnostic", "span"]),
    ("suppress", &["syntax", "facts", "span"]),
    ("baseline", &["diagnostic", "span"]),
    ("rules", &["link", "project", "facts", "catalogue", "suppress", "diagnostic", "timings", "span"]),
    (
        "config",
        &[
            "rules::rule",
            "rules::all",
            "rules::RuleChoices",
            "rules::Growth",
            "project::Target",
            "catalogue",
            "diagnostic",
            "span",
        ],
    ),
    (
        "report",
        &["config::Level", "rules::RuleMeta", "rules::Status", "project::Target", "pattern", "diagnostic"],
    ),
    ("load", &["disk", "progress", "project", "syntax", "facts", "link", "span"]),
    ("custom", &["pattern", "link", "facts", "project::Target", "rules", "diagnostic", "span"]),
    (
        "analyze",
        &[
            "config",
            "baseline",
            "cache",
            "disk",
            "load",
            "progress",
            "timings",
            "project",
            "syntax",
            "link",
            "catalogue",
            "rules",
            "custom",
            "suppress",
            "report",
            "diagnostic",
            "facts",
            "span",
        ],
    ),
    ("decide", &["analyze", "report", "project", "facts", "syntax::decode", "diagnostic"]),
    ("migrate", &["analyze", "report", "project", "link", "facts", "syntax", "diagnostic", "span"]),
    ("fix", &["files", "report", "syntax", "diagnostic"]),
    (
        "cli",
        &[
            "analyze",
            "decide",
            "cache",
            "progress",
            "timings",
            "watch",
            "config",
            "baseline",
            "custom",
            "fix",
            "migrate",
            "files",
            "project::Target",
            "rules",
            "report",
            "diagnostic",
        ],
    ),
    ("main", &["cli"]),
];

/// Crates that only one room knows.
const OWNED: [(&str, &str); 6] = [
    ("oxc_", "syntax"),
    ("tree_sitter", "pattern"),
    ("miette", "report"),
    ("quick_xml", "report"),
    ("askama", "report"),
    ("notify", "watch"),
];

/// The longest file; there are no exceptions.
const MAX_LINES: usize = 400;

#[test]
fn rooms_import_only_what_lies_before_them() {
    assert_clean(|file, found, problems| {
        let allowed = ROOMS.iter().find(|(room, _)| *room == file.room).map_or(&[][..], |(_, rooms)| *rooms);
        for (path, line) in &found.crate_paths {
            let own = path.is_empty() || starts_with(path, &file.room);
            if !own && !allowed.iter().any(|room| starts_with(path, room)) {
                problems.push(format!("{}:{line}: {} imports {path}", file.name, file.room));
            }
        }
    });
}

#[test]
fn each_parser_is_known_to_one_room() {
    assert_clean(|file, found, problems| {
        for (name, line) in &found.names {
            let owner = OWNED.iter().find(|(start, _)| name.starts_with(start)).map(|(_, room)| *room);
            if owner.is_some_and(|room| room != file.room) {
                problems.push(format!("{}:{line}: {} uses {name}", file.name, file.room));
            }
        }
    });
}

#[test]
fn only_the_command_line_prints() {
    assert_clean(|file, found, problems| {
        if file.room != "cli" {
            problems.extend(found.prints.iter().map(|(what, line)| format!("{}:{line}: {what}", file.name)));
        }
    });
}

#[test]
fn nothing_stops_the_program() {
    assert_clean(|file, found, problems| {
        problems.extend(found.stops.iter().map(|(what, line)| format!("{}:{line}: {what}", file.name)));
    });
}

#[test]
fn files_are_short() {
    let long = sources().into_iter().filter_map(|path| {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        (lines > MAX_LINES).then(|| format!("{}: {lines} lines", path.display()))
    });
    let long: Vec<String> = long.collect();
    assert!(long.is_empty(), "longer than {MAX_LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn the_change_log_begins_with_this_version() {
    let log = fs::read_to_string("CHANGELOG.md").unwrap();
    let newest = log.lines().find_map(|line| line.strip_prefix("## [")?.split_once(']'));
    assert_eq!(newest.map(|(version, _)| version), Some(env!("CARGO_PKG_VERSION")));
}

/// The checks above must be able to fail: this file breaks every one of them, and its test module none.
#[test]
fn the_reader_sees_what_it_is_for() {
    let text = r#"
        use super::super::link::{Program, self as linked};
        use crate::{report, rules::rule};
        use oxc_ast::ast;
        fn f(x: Option<crate::cli::Exit>) -> u32 {
            let y = vec![x.expect("a value"), super::super::load::load()];
            println!("{}", std::io::stdout());
            y.unwrap() + todo!()
        }
        /// [`crate::analyze`] may be named in a comment.
        #[cfg(test)]
        mod tests { use crate::analyze; fn g() { panic!() } }
    "#;
    let found = references(text, vec!["facts".into(), "site".into()]).unwrap();
    let words = |list: &std::collections::BTreeSet<(String, usize)>| -> Vec<String> {
        list.iter().map(|(word, _)| word.clone()).collect()
    };
    assert_eq!(
        words(&found.crate_paths),
        ["cli::Exit", "link::Program", "link::self", "load::load", "report", "rules::rule"]
    );
    assert!(words(&found.names).contains(&"oxc_ast".to_owned()));
    assert_eq!(words(&found.prints), ["println!", "stdout"]);
    assert_eq!(words(&found.stops), [".expect()", ".unwrap()", "todo!"]);
    assert!(starts_with("project::Target", "project") && !starts_with("projects", "project"));
    assert!(!starts_with("project", "project::Target"));
}

/// A source file that is not only for tests.
struct Source {
    name: String,
    room: String,
}

/// Runs a check on every source file that is not only for tests.
fn assert_clean(check: impl Fn(&Source, &References, &mut Vec<String>)) {
    let sources = sources();
    let mut tests: Vec<PathBuf> = Vec::new();
    for path in &sources {
        tests.extend(test_modules(path, &fs::read_to_string(path).unwrap()).unwrap());
    }
    let mut problems = Vec::new();
    for path in sources.iter().filter(|path| !tests.iter().any(|test| path.starts_with(test))) {
        let module = module_of(path);
        let room = module.first().cloned().unwrap_or_default();
        let found = references(&fs::read_to_string(path).unwrap(), module).unwrap();
        check(&Source { name: path.display().to_string(), room }, &found, &mut problems);
    }
    assert!(sources.len() > 50, "src/ was not read");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// `src/link/graph.rs` is `["link", "graph"]`, `src/lib.rs` is the crate's root.
fn module_of(path: &Path) -> Vec<String> {
    let below = path.strip_prefix("src").unwrap().with_extension("");
    let mut module: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| last == "mod") || module == ["lib"] {
        module.pop();
    }
    module
}

fn starts_with(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from("src")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
