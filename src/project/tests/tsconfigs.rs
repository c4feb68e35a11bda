//! Module paths from `tsconfig.json` and `jsconfig.json`.

use super::{Tree, warnings};
use crate::project::Project;

/// `pattern -> targets` of the configuration that governs a folder, `base` first.
fn aliases(project: &Project, dir: &str) -> Vec<String> {
    let config = project.tsconfigs.iter().find(|config| config.dir == dir).unwrap();
    let base = config.base_url.iter().map(|base| format!("base {base:?}"));
    let aliases = config.paths.iter().map(|alias| {
        let star = if alias.wildcard { "*" } else { "" };
        format!("{}{star}{} -> {}", alias.prefix, alias.suffix, alias.targets.join(" "))
    });
    base.chain(aliases).collect()
}

#[test]
fn comments_trailing_commas_and_order() {
    let tree = Tree::new(&[(
        "tsconfig.json",
        "\u{feff}{ // comment\n \"compilerOptions\": { \"paths\": { \"@/*\": [\"./src/*\"], \"@/lib/*\": [\"./lib/*\", \"./gen/*\"],\n\
         \"db\": [\"./src/db.ts\"], \"*.js\": [\"x/*.ts\",], \"a*b*c\": [\"./x\"], /* */ \"~/*\": \"./wrong-type/*\" }, } }",
    )]);
    assert_eq!(
        aliases(&tree.discover(), ""),
        [
            "db -> src/db.ts",
            "@/lib/* -> lib/* gen/*",
            "@/* -> src/*",
            "~/* -> wrong-type/*",
            "*.js -> x/*.ts"
        ]
    );
}

#[test]
fn paths_are_relative_to_who_states_them() {
    let tree = Tree::new(&[
        (
            "tsconfig.base.json",
            r#"{"compilerOptions": {"paths": {"@acme/*": ["./packages/*/src"], "~c": ["${configDir}/c.ts"]}}}"#,
        ),
        ("apps/web/tsconfig.json", r#"{"extends": "../../tsconfig.base"}"#),
        (
            "apps/own/tsconfig.json",
            r#"{"extends": ["../../tsconfig.base.json"], "compilerOptions": {"paths": {"@/*": ["./*"]}}}"#,
        ),
        (
            "apps/base/tsconfig.json",
            r#"{"extends": "../../tsconfig.base.json", "compilerOptions": {"baseUrl": "src"}}"#,
        ),
        (
            "apps/away/tsconfig.json",
            r#"{"compilerOptions": {"baseUrl": "../../..", "paths": {"@/*": ["../../../x/*", "../../a/*"], "b": ["../.."]}}}"#,
        ),
    ]);
    let project = tree.discover();
    assert_eq!(aliases(&project, "apps/web"), ["~c -> apps/web/c.ts", "@acme/* -> packages/*/src"]);
    assert_eq!(aliases(&project, "apps/own"), ["@/* -> apps/own/*"]);
    assert_eq!(
        aliases(&project, "apps/base"),
        ["base \"apps/base/src\"", "~c -> apps/base/c.ts", "@acme/* -> apps/base/src/packages/*/src"]
    );
    assert!(aliases(&project, "apps/away").is_empty());
    assert_eq!(project.tsconfig_of("apps/web/lib/a.ts").map(|config| config.dir.as_str()), Some("apps/web"));
    assert_eq!(project.tsconfig_of("other/a.ts"), None);
}

#[test]
fn extending_packages_by_name() {
    let tree = Tree::new(&[
        ("packages/tsconfig/package.json", r#"{"name": "@acme/tsconfig", "tsconfig": "./main.json"}"#),
        ("packages/tsconfig/main.json", r#"{"compilerOptions": {"paths": {"main": ["./m.ts"]}}}"#),
        (
            "packages/tsconfig/nextjs.json",
            r#"{"compilerOptions": {"paths": {"next": ["${configDir}/n.ts"]}}}"#,
        ),
        ("node_modules/installed/tsconfig.json", r#"{"compilerOptions": {"baseUrl": "${configDir}"}}"#),
        ("a/tsconfig.json", r#"{"extends": "@acme/tsconfig"}"#),
        ("b/tsconfig.json", r#"{"extends": "@acme/tsconfig/nextjs.json"}"#),
        (
            "c/tsconfig.json",
            r#"{"extends": ["@acme/tsconfig/nextjs", "installed", "@absent/x", "absent/y"]}"#,
        ),
    ]);
    let project = tree.discover();
    assert_eq!(aliases(&project, "a"), ["main -> packages/tsconfig/m.ts"]);
    assert_eq!(aliases(&project, "b"), ["next -> b/n.ts"]);
    assert_eq!(aliases(&project, "c"), ["base \"c\"", "next -> c/n.ts"]);
    assert!(project.warnings.is_empty());
}

#[test]
fn cycles_and_references() {
    let tree = Tree::new(&[
        ("tsconfig.json", r#"{"extends": "./b.json", "compilerOptions": {"paths": {"@/*": ["./*"]}}}"#),
        ("b.json", r#"{"extends": "./tsconfig.json", "compilerOptions": {"baseUrl": "."}}"#),
        (
            "web/tsconfig.json",
            r#"{"references": [{"path": "./tsconfig.node.json"}, {"path": "tsconfig.app.json"}, {"path": "../lib"}]}"#,
        ),
        ("web/tsconfig.app.json", r#"{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}"#),
        ("web/tsconfig.node.json", "{}"),
    ]);
    let project = tree.discover();
    assert_eq!(aliases(&project, ""), ["base \"\"", "@/* -> *"]);
    assert_eq!(aliases(&project, "web"), ["@/* -> web/src/*"]);
}

#[test]
fn jsconfig_counts_where_there_is_no_tsconfig() {
    let tree = Tree::new(&[
        ("jsconfig.json", r#"{"compilerOptions": {"baseUrl": "src"}}"#),
        ("web/jsconfig.json", r#"{"compilerOptions": {"baseUrl": "js"}}"#),
        ("web/tsconfig.json", r#"{"compilerOptions": {"baseUrl": "ts"}}"#),
    ]);
    let project = tree.discover();
    assert_eq!(aliases(&project, ""), ["base \"src\""]);
    assert_eq!(aliases(&project, "web"), ["base \"web/ts\""]);
}

#[test]
fn a_broken_configuration_is_one_warning_however_often_it_is_extended() {
    let tree = Tree::new(&[
        ("base.json", "{\n  \"compilerOptions\": {,}\n}"),
        ("a/tsconfig.json", r#"{"extends": "../base.json", "compilerOptions": {"baseUrl": "."}}"#),
        ("b/tsconfig.json", r#"{"extends": "../base.json"}"#),
    ]);
    let project = tree.discover();
    assert_eq!(aliases(&project, "a"), ["base \"a\""]);
    let warnings = warnings(&project);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings
            .iter()
            .all(|text| text.starts_with("base.json: 2:") && text.ends_with("its module paths are ignored"))
    );
}
