//! What the walk takes and what it leaves.

use std::path::Path;

use super::{Tree, sources, warnings};
use crate::project::{DiscoverOptions, Project, ProjectError};

#[test]
fn ignored_hidden_and_built_files_are_left_out() {
    let tree = Tree::new(&[
        (".gitignore", "secret/\n*.gen.ts\n!keep.gen.ts\n"),
        ("a.ts", ""),
        ("keep.gen.ts", ""),
        ("b.gen.ts", ""),
        ("secret/a.ts", ""),
        (".hidden/a.ts", ""),
        ("node_modules/x/index.js", ""),
        ("pkg/dist/a.js", ""),
        ("pkg/coverage/a.js", ""),
        ("pkg/generated/a.ts", ""),
        ("pkg/a.d.ts", ""),
        ("pkg/a.mts", ""),
        ("pkg/readme.md", ""),
    ]);
    assert_eq!(sources(&tree.discover()), ["a.ts", "keep.gen.ts", "pkg/a.mts"]);
}

#[test]
fn a_stray_ignore_file_above_the_root_says_nothing() {
    let tree = Tree::new(&[(".gitignore", "*\n"), ("project/a.ts", "")]);
    assert_eq!(sources(&tree.discover_at("project")), ["a.ts"]);
    tree.add(".git/HEAD", "");
    assert!(tree.discover_at("project").files.is_empty());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let outside = Tree::new(&[("lib/a.ts", "")]);
    let tree = Tree::new(&[("a.ts", "")]);
    std::os::unix::fs::symlink(outside.0.path().join("lib"), tree.0.path().join("lib")).unwrap();
    std::os::unix::fs::symlink(outside.0.path().join("lib/a.ts"), tree.0.path().join("b.ts")).unwrap();
    std::os::unix::fs::symlink(tree.0.path(), tree.0.path().join("round")).unwrap();
    assert_eq!(sources(&tree.discover()), ["a.ts"]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_skipped_with_a_warning() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let tree = Tree::new(&[("a.ts", "")]);
    std::fs::write(tree.0.path().join(OsStr::from_bytes(b"b\xff\x1b.ts")), "").unwrap();
    std::fs::write(tree.0.path().join(OsStr::from_bytes(b"c\xff.png")), "").unwrap();
    std::fs::create_dir(tree.0.path().join(OsStr::from_bytes(b"d\xff"))).unwrap();
    let project = tree.discover();
    assert_eq!(sources(&project), ["a.ts"]);
    assert_eq!(
        warnings(&project),
        ["b\u{fffd}\\u{1b}.ts: skipped: its name is not UTF-8", "d\u{fffd}: skipped: its name is not UTF-8"]
    );
}

#[cfg(unix)]
#[test]
fn an_unreadable_folder_is_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::new(&[("a.ts", ""), ("locked/b.ts", "")]);
    let locked = tree.0.path().join("locked");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    let reads_anything = std::fs::read_dir(&locked).is_ok();
    let project = tree.discover();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).unwrap();
    // To the superuser no folder is unreadable.
    if !reads_anything {
        assert_eq!(sources(&project), ["a.ts"]);
        assert!(warnings(&project).first().is_some_and(|text| text.starts_with("locked: cannot be read")));
    }
}

#[test]
fn a_broken_manifest_is_one_warning_and_still_a_package() {
    let tree = Tree::new(&[
        ("package.json", "{\n  \"dependencies\": {\n    \"next\": \"15\",\n  }\n}"),
        ("app/api/a/route.ts", ""),
        ("other/package.json", "\u{feff}{\"name\": \"other\"}"),
        ("third/package.json", "[]"),
    ]);
    let project = tree.discover();
    assert_eq!(
        warnings(&project),
        [
            "package.json: 4:3: not valid JSON (trailing comma); its dependencies, exports and imports are ignored",
            "third/package.json: 1:1: not a JSON object; its dependencies, exports and imports are ignored",
        ]
    );
    assert_eq!(project.packages.len(), 3);
    assert_eq!(project.package_of("other/a.ts").and_then(|package| package.name.as_deref()), Some("other"));
    assert_eq!(super::entries(&project), ["app-route /api/a app/api/a/route.ts"]);
}

#[test]
fn an_enormous_configuration_is_not_read() {
    let tree = Tree::new(&[("package.json", &format!("{{\"name\": \"{}\"}}", "x".repeat(1 << 20)))]);
    let project = tree.discover();
    assert!(project.packages.is_empty());
    assert_eq!(
        warnings(&project),
        ["package.json: larger than 1 MiB: not read, what it configures is ignored"]
    );
}

#[test]
fn a_path_that_is_not_there() {
    let error = Project::discover(Path::new("/no/such/folder"), &DiscoverOptions::default()).unwrap_err();
    assert!(matches!(error, ProjectError::Missing { .. }));
    assert_eq!(error.to_string(), "/no/such/folder: no such file or folder");
}

#[test]
fn a_file_or_an_inner_folder_means_the_project_around_it() {
    let tree = Tree::next("15", &["app/api/a/route.ts", "src/lib/a.ts", "docs/a.ts"]);
    for (path, only) in [
        ("app/api/a/route.ts", Some("app/api/a/route.ts")),
        ("app/api", Some("app/api")),
        ("src", Some("src")),
        ("", None),
    ] {
        let project = tree.discover_at(path);
        assert_eq!(project.only.as_deref(), only, "{path}");
        assert_eq!(project.files.len(), 3, "{path}");
    }
    let docs = tree.discover_at("docs");
    assert_eq!((docs.only, docs.files.len()), (None, 1));
}

#[test]
fn bytes_of_a_file() {
    let tree = Tree::new(&[("a.ts", "let a\0")]);
    let project = tree.discover();
    let file = project.files.get("a.ts").unwrap();
    assert_eq!(project.read(file, 100).unwrap().unwrap(), b"let a\0");
    std::fs::remove_file(tree.0.path().join("a.ts")).unwrap();
    assert!(project.read(file, 100).is_err());
}
