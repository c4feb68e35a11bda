//! Configuration files on disk: which one counts, and the published schema.

use std::fs;
use std::path::Path;

use super::{ConfigError, find, open, schema};

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn target(start: &Path) -> Option<&'static str> {
    find(start, &[]).unwrap().and_then(|settings| settings.config.target).map(|target| target.as_str())
}

/// `ROUTELINT_UPDATE=1 cargo test` rewrites the published schema after a change to the structs.
#[test]
fn the_published_schema_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/config-v1.schema.json");
    let fresh = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("ROUTELINT_UPDATE").is_some() {
        fs::write(path, &fresh).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), fresh, "run with ROUTELINT_UPDATE=1");
}

#[test]
fn schema_and_parser_agree() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("routelint.json");
    for (text, valid) in [
        ("{}", true),
        (r#"{ "$schema": "x", "rules": { "parse-error": "off" }, "plan": "pro" }"#, true),
        (r#"{ "rules": { "parse-error": { "severity": "info" } }, "maxFileSize": "2MB" }"#, true),
        (r#"{ "overrides": [{ "files": ["a/**"], "target": "cloud-run" }], "failOn": "never" }"#, true),
        (r#"{ "catalogue": { "clients": [{ "package": "@a/b", "export": "c", "kind": "tcp" }] } }"#, true),
        (r#"{ "rules": { "legacy-db": "off" } }"#, true),
        (r#"{ "rules": { "legacy-db": "loud" } }"#, false),
        (r#"{ "rules": { "Parse error": "off" } }"#, false),
        (r#"{ "rules": { "parse-error": { "severity": "loud" } } }"#, false),
        (r#"{ "rules": { "parse-error": { "limit": 3 } } }"#, false),
        (r#"{ "rules": { "uncapped-query": { "tables": { "agents": "growing", "x": "small" } } } }"#, true),
        (r#"{ "rules": { "uncapped-query": { "tables": { "agents": "huge" } } } }"#, false),
        (r#"{ "rules": { "uncapped-query": { "tables": ["agents"] } } }"#, false),
        (r#"{ "rules": { "local-file-write": { "severity": "info", "keptFolders": ["/data"] } } }"#, true),
        (r#"{ "rules": { "local-database-file": { "keptFolders": "/data" } } }"#, false),
        (r#"{ "rules": { "lost-work": { "keptFolders": ["/data"] } } }"#, false),
        (r#"{ "rules": { "legacy-db": { "minSeconds": 3 } } }"#, false),
        (r#"{ "rules": { "blocking-wait": { "minSeconds": 20 } } }"#, true),
        (r#"{ "rules": { "blocking-wait": { "minSeconds": 0 } } }"#, false),
        (r#"{ "rules": { "blocking-wait": { "minSeconds": -1 } } }"#, false),
        (r#"{ "rules": { "blocking-wait": { "minSeconds": 2.5 } } }"#, false),
        (r#"{ "overrides": [{ "files": ["a"], "minConfidence": "low" }] }"#, true),
        (r#"{ "overrides": [{ "files": ["a"], "minConfidence": "none" }] }"#, false),
        (r#"{ "overrides": [{ "files": ["a"], "rules": { "blocking-wait": { "tables": {} } } }] }"#, false),
        (r#"{ "overrides": [{ "target": "vercel" }] }"#, false),
        (r#"{ "exclude": "a" }"#, false),
        (r#"{ "unknown": 1 }"#, false),
    ] {
        fs::write(&file, text).unwrap();
        assert_eq!(validator.is_valid(&serde_json::from_str(text).unwrap()), valid, "schema: {text}");
        assert_eq!(open(&file, folder.path(), &["legacy-db"]).is_ok(), valid, "parser: {text}");
    }
}

#[test]
fn the_nearest_counts_up_to_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(
        root,
        &[
            ("routelint.json", r#"{ "target": "cluster" }"#),
            ("repo/.git/HEAD", ""),
            ("repo/package.json", r#"{ "name": "x", "routelint": { "target": "vercel" } }"#),
            ("repo/apps/web/routelint.jsonc", "{ \"target\": \"server\" } // c"),
            ("repo/apps/web/app/api/route.ts", ""),
            ("repo/apps/other/package.json", "{ not json"),
            ("bare/.git/HEAD", ""),
        ],
    );
    assert_eq!(target(&root.join("repo/apps/web/app/api/route.ts")), Some("server"));
    assert_eq!(target(&root.join("repo/apps/other")), Some("vercel"));
    assert_eq!(target(&root.join("bare")), None);
    let settings = find(&root.join("repo/apps/web"), &[]).unwrap().unwrap();
    assert_eq!(settings.folder, root.canonicalize().unwrap().join("repo/apps/web"));
    assert!(settings.origin(&["target"]).is_some_and(|origin| origin.ends_with("routelint.jsonc:1")));
    assert!(settings.origin(&["plan"]).is_none());
}

#[test]
fn two_in_one_folder_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("routelint.json", "{}"), ("package.json", r#"{ "routelint": {} }"#)]);
    assert!(matches!(find(folder.path(), &[]), Err(ConfigError::Twice { .. })));
}

#[test]
fn what_is_no_configuration_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("routelint.json");
    let error = |bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        find(folder.path(), &[]).unwrap_err()
    };
    assert!(matches!(error(&vec![b' '; 1 << 21]), ConfigError::TooLarge { .. }));
    let ConfigError::Invalid(problems) = error(b"{ \"target\": \"\xff\" }") else { panic!("not UTF-8") };
    assert_eq!(problems.problems[0].span.start, 13);
    fs::remove_file(&file).unwrap();
    // A broken manifest is a matter of the project, unless the configuration is in it.
    let manifest = |text: &str| {
        fs::write(folder.path().join("package.json"), text).unwrap();
        find(folder.path(), &[])
    };
    assert!(manifest("{ \"devDependencies\": { \"routelint\": \"1\" }, }}").unwrap().is_none());
    assert!(matches!(manifest("{ \"routelint\" : { \"plan\": }"), Err(ConfigError::Invalid(_))));
    fs::remove_file(folder.path().join("package.json")).unwrap();
    fs::create_dir(&file).unwrap();
    assert!(matches!(find(folder.path(), &[]), Err(ConfigError::NotAFile { .. })));
    assert!(matches!(
        open(&folder.path().join("no.json"), folder.path(), &[]),
        Err(ConfigError::Unreadable { .. })
    ));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("repo/.git/HEAD", ""), ("secret.json", "{}")]);
    std::os::unix::fs::symlink("../secret.json", folder.path().join("repo/routelint.json")).unwrap();
    assert!(matches!(find(&folder.path().join("repo"), &[]), Err(ConfigError::NotAFile { .. })));
}

#[test]
fn every_mistake_is_named_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{
  "rules": { "per-request-clients": "error", "blocking-wait": { "minSeconds": 0 } },
  "exclude": ["ok/**", "{a"],
  "maxFileSize": "2XB",
  "overrides": [{ "files": ["../up"], "rules": {
    "no-such": "off",
    "local-file-write": { "keptFolders": ["/data", "up/*"] },
    "uncapped-query": { "tables": { "a": "small", "-": "small" } }
  } }],
  "catalogue": {
    "clients": [{ "package": "@acme/*", "export": "x", "kind": "tcp", "what": "pool" }],
    "safeWrappers": [{ "package": "a", "export": "" }]
  }
}"#;
    write(folder.path(), &[("routelint.json", text)]);
    let Err(ConfigError::Invalid(found)) = find(folder.path(), &[]) else { panic!("it is wrong") };
    let marked: Vec<&str> =
        found.problems.iter().map(|p| &text[p.span.start as usize..p.span.end as usize]).collect();
    assert_eq!(
        marked,
        [
            "\"per-request-clients\"",
            "0",
            "\"{a\"",
            "\"2XB\"",
            "\"../up\"",
            "\"no-such\"",
            "\"up/*\"",
            "\"small\"",
            "\"@acme/*\"",
            "\"pool\"",
            "\"\""
        ]
    );
    let help = found.problems[0].help.as_deref().unwrap_or_default();
    assert!(help.starts_with("did you mean `per-request-client`"), "{help}");
}
