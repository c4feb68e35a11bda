//! The README: the screen it shows is what its own command prints, and its links lead somewhere.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot read its files has to fail")]

#[path = "support/fresh.rs"]
mod fresh;

use std::fs;
use std::path::Path;
use std::process::Command;

use fresh::assert_fresh;

/// The project that the README runs on.
const DEMO: &str = "testdata/projects/crud-per-request";

#[test]
fn the_screen_is_what_the_command_prints() {
    let output = Command::new(env!("CARGO_BIN_EXE_routelint")).arg(DEMO).env_clear().output().unwrap();
    assert_eq!(output.status.code(), Some(1), "the demo has errors");
    let screen = String::from_utf8(output.stdout).unwrap();
    assert_fresh("README.md", "screen", &format!("```text\n{}```", without_time(&screen)));
}

#[test]
fn the_commands_name_the_demo() {
    let readme = fs::read_to_string("README.md").unwrap();
    assert!(readme.contains(&format!("cargo run --release -- {DEMO}\n")));
    assert!(readme.contains("cargo test\n"));
}

#[test]
fn the_pipeline_uses_the_actions_of_the_team_page() {
    let team = fs::read_to_string("docs/team.md").unwrap();
    let readme = fs::read_to_string("README.md").unwrap();
    let used: Vec<&str> = readme.lines().filter(|line| line.contains("- uses: ")).map(str::trim).collect();
    assert!(used.iter().any(|line| line.contains("routelint/routelint@")), "{used:?}");
    for line in used {
        assert!(team.lines().any(|other| other.trim() == line), "docs/team.md does not have `{line}`");
    }
    assert!(readme.contains("](docs/team.md#pull-requests)") && team.contains("\n## Pull requests\n"));
}

#[test]
fn links_between_documents_lead_to_files() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "rules/README.md"] {
        let text = fs::read_to_string(document).unwrap();
        let folder = Path::new(document).parent().unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let is_file = !target.contains("://") && !target.is_empty();
            assert!(!is_file || folder.join(target).exists(), "{document} links {target}");
        }
    }
}

/// How long a run took is never the same: the README shows one.
fn without_time(screen: &str) -> String {
    let line = |line: &str| match line.rsplit_once(", ") {
        Some((start, time)) if time.ends_with(" ms") || time.ends_with(" s") => format!("{start}, 4 ms\n"),
        _ => format!("{line}\n"),
    };
    screen.lines().map(line).collect()
}
