//! What is published together has one version.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has to fail")]

use std::fs;

use serde_json::Value;

#[test]
fn every_package_has_the_crates_version() {
    let version = env!("CARGO_PKG_VERSION");
    let npm: Value =
        serde_json::from_str(&fs::read_to_string("npm/routelint/package.json").unwrap()).unwrap();
    assert_eq!(npm["version"], version);
    let platforms = npm["optionalDependencies"].as_object().unwrap();
    assert_eq!(platforms.len(), 6);
    for (name, wanted) in platforms {
        assert_eq!(wanted, version, "{name}");
    }
    assert_eq!(fs::read_to_string("action/version").unwrap().trim(), version);
}

#[test]
fn the_release_builds_what_the_launcher_names() {
    let npm: Value =
        serde_json::from_str(&fs::read_to_string("npm/routelint/package.json").unwrap()).unwrap();
    let release = fs::read_to_string(".github/workflows/release.yml").unwrap();
    let publish = fs::read_to_string("npm/publish.sh").unwrap();
    for name in npm["optionalDependencies"].as_object().unwrap().keys() {
        let platform = name.strip_prefix("@routelint/cli-").unwrap();
        assert!(release.contains(&format!("platform: {platform},")), "{platform}");
        assert!(publish.contains(&format!("\n{platform} ")), "{platform}");
    }
}
