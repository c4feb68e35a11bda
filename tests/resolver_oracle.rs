//! The resolver against `oxc_resolver`, which asks the disk: on a monorepo written to a temporary folder both
//! must give the same file for every specifier from every importing file.

#![expect(clippy::expect_used, reason = "a test that cannot write its tree has nothing to say")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use oxc_resolver::{ResolveOptions, TsconfigDiscovery};
use routelint::link::resolve::{Resolution, Resolver};
use routelint::project::{FileSet, Package, PathAlias, TsConfig};
use serde_json::Value;

/// Source files; their text does not matter.
const SOURCES: &[&str] = &[
    "apps/web/app/api/users/[id]/route.ts",
    "apps/web/app/api/users/route.ts",
    "apps/web/src/lib/db.server.ts",
    "apps/web/src/lib/db.ts",
    "apps/web/src/lib/both.js",
    "apps/web/src/lib/both.ts",
    "apps/web/src/lib/with space.ts",
    "apps/web/src/lib/index.ts",
    "apps/web/src/lib/lib.ts",
    "apps/web/src/folder.ts",
    "apps/web/src/folder/index.tsx",
    "apps/web/src/esm.mts",
    "apps/web/src/common.cts",
    "apps/web/src/view.tsx",
    "apps/web/src.ts",
    "apps/web/src/plain.mjs",
    "apps/web/src/old.cjs",
    "apps/web/src/shadow.js",
    "apps/web/src/env/special.ts",
    "apps/web/src/fallback-b/thing.ts",
    "apps/web/src/react-like.ts",
    "apps/legacy/lib/mongo.js",
    "apps/legacy/pages/api/hello.js",
    "apps/legacy/models/index.js",
    "apps/legacy/nested/main-folder/entry.js",
    "packages/db/src/index.ts",
    "packages/db/src/client.ts",
    "packages/db/src/features/one.ts",
    "packages/db/src/features/deep/two.ts",
    "packages/db/src/node-only.ts",
    "packages/db/src/private/secret.ts",
    "packages/db/src/internal/pool.ts",
    "packages/db/src/internal/pool-node.ts",
    "packages/db/test/self.ts",
    "packages/mainly/lib/start.js",
    "packages/mainly/extra/index.js",
    "packages/mainly/tool.ts",
    "packages/indexed/index.ts",
    "packages/indexed/sub.ts",
    "packages/built/src/index.ts",
    "packages/built/src/sub.ts",
    "tools/script.ts",
];

/// What the sources are for, and what leads to them.
const CONFIGS: &[(&str, &str)] = &[
    ("package.json", r#"{ "name": "root", "private": true, "workspaces": ["apps/*", "packages/*"] }"#),
    (
        "tsconfig.base.json",
        r#"{ "compilerOptions": { "allowJs": true, "paths": { "@base/*": ["./packages/db/src/*"], "@tool": ["./tools/script.ts"] } } }"#,
    ),
    ("tsconfig.json", r#"{ "extends": "./tsconfig.base.json" }"#),
    (
        "apps/web/package.json",
        r##"{ "name": "web", "imports": { "#lib/*": "./src/lib/*.ts", "#db": "@acme/db" } }"##,
    ),
    (
        "apps/web/tsconfig.base.json",
        r#"{ "compilerOptions": { "allowJs": true, "baseUrl": ".", "paths": {
            "@/*": ["./src/*"], "@/env/*": ["./src/env/*"], "~exact": ["./src/view.tsx"],
            "multi/*": ["./src/fallback-a/*", "./src/fallback-b/*"], "@acme/db/overridden": ["./src/lib/db.ts"],
            "pre-*-post": ["./src/*"] } } }"#,
    ),
    ("apps/web/tsconfig.json", r#"{ "extends": "./tsconfig.base.json" }"#),
    ("apps/legacy/package.json", r#"{ "name": "legacy" }"#),
    ("apps/legacy/tsconfig.json", r#"{ "compilerOptions": { "allowJs": true, "baseUrl": "." } }"#),
    ("apps/legacy/nested/main-folder/package.json", r#"{ "main": "entry" }"#),
    (
        "packages/db/package.json",
        r##"{ "name": "@acme/db", "main": "./nowhere.js", "exports": {
            ".": { "types": "./src/index.ts", "browser": "./src/private/secret.ts", "import": "./src/index.ts" },
            "./client": ["./src/client.ts"],
            "./features/*": "./src/features/*.ts",
            "./features/private/*": null,
            "./features/*.js": { "node": { "import": "./src/features/*.ts" } },
            "./node": { "browser": "./src/client.ts", "node": "./src/node-only.ts", "default": "./src/client.ts" },
            "./package.json": "./package.json"
        }, "imports": {
            "#pool": { "node": "./src/internal/pool-node.ts", "default": "./src/internal/pool.ts" },
            "#internal/*": "./src/internal/*.ts",
            "#external": "react"
        } }"##,
    ),
    ("packages/mainly/package.json", r#"{ "name": "mainly", "main": "./lib/start" }"#),
    ("packages/indexed/package.json", r#"{ "name": "@acme/indexed" }"#),
    (
        "packages/built/package.json",
        r#"{ "name": "@acme/built", "exports": { ".": "./dist/index.js", "./sub": "./dist/sub.js" } }"#,
    ),
    ("node_modules/react/package.json", r#"{ "name": "react", "main": "index.js" }"#),
    ("node_modules/react/index.js", ""),
    ("apps/web/src/data.json", "{}"),
];

const LINKS: &[(&str, &str)] = &[
    ("node_modules/@acme/db", "packages/db"),
    ("node_modules/@acme/indexed", "packages/indexed"),
    ("node_modules/@acme/built", "packages/built"),
    ("node_modules/mainly", "packages/mainly"),
];

#[rustfmt::skip]
const SPECIFIERS: &[&str] = &[
    // relative
    ".", "./", "..", "../", "./..", "../..", "../../../..", "../../../../../../../../../x", "./route", "./route.ts",
    "./route.js", "./db", "./db.js", "./db.server", "./db.server.ts", "./both", "./both.js", "./with space", "./lib",
    "./lib/", "./lib/.", "./lib/../lib/db", "./folder/..", "./x/.", ".//lib//db", "./folder", "./folder/", "./esm", "./esm.mjs", "./esm.mts",
    "./common", "./common.cjs", "./view", "./view.js", "./view.jsx", "./plain", "./plain.mjs", "./old", "./old.cjs",
    "./shadow.js", "./data", "./data.json", "./lib/db?raw", "./[id]/route", "../src/lib/db", "./apps/legacy/models",
    "./nested/main-folder", "../../nested/main-folder", "../../lib/mongo", "../../models", "./src/index",
    "./packages/mainly", "../mainly", "../packages/db/src", "./src/internal/pool", "../src", "../src/client.js",
    // aliases
    "@/lib/db", "@/lib/db.js", "@/lib", "@/lib/", "@/folder", "@/env/special", "@/missing", "@/data.json", "~exact",
    "~exact/no", "multi/thing", "multi/none", "pre-view-post", "pre--post", "@base/client", "@base/features/one",
    "@base", "@tool", "src/lib/db", "src/folder", "lib/mongo", "models", "nested/main-folder", "lib/none",
    "@acme/db/overridden",
    // packages
    "@acme/db", "@acme/db/client", "@acme/db/features/one", "@acme/db/features/one.js", "@acme/db/features/deep/two",
    "@acme/db/features/private/secret", "@acme/db/node", "@acme/db/package.json", "@acme/indexed",
    "@acme/indexed/sub", "@acme/indexed/sub.js", "@acme/indexed/none", "mainly", "mainly/extra", "mainly/tool",
    "mainly/lib/start", "mainly/lib/start.js", "react", "react/none", "@acme/nobody", "fs", "node:fs", "path/posix",
    // private imports
    "#lib/db", "#lib/none", "#db", "#pool", "#internal/pool", "#external", "#none",
];

/// Found by routelint only, and why: `(specifier, file)`.
const BEYOND: &[(&str, &str)] = &[
    // Built output that is not there leads to its source.
    ("@acme/built", "packages/built/src/index.ts"),
    ("@acme/built/sub", "packages/built/src/sub.ts"),
    // A subpath that `exports` does not list, but that is there.
    ("@acme/db/src/private/secret", "packages/db/src/private/secret.ts"),
    // A package that the importing file's `node_modules` do not link.
    ("web/src/view", "apps/web/src/view.tsx"),
];

struct Tree {
    root: PathBuf,
    files: FileSet,
    packages: Vec<Package>,
    tsconfigs: Vec<TsConfig>,
    _folder: tempfile::TempDir,
}

impl Tree {
    fn write() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("the folder's real path");
        let empty = SOURCES.iter().map(|path| (*path, ""));
        for (path, text) in CONFIGS.iter().copied().chain(empty) {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        for (link, target) in LINKS {
            let link = root.join(link);
            fs::create_dir_all(link.parent().expect("a parent")).expect("a folder");
            symlink(&root.join(target), &link);
        }
        let own = || CONFIGS.iter().filter(|(path, _)| !path.starts_with("node_modules"));
        Self {
            files: FileSet::new(SOURCES.iter().map(|path| (*path).to_owned()).collect()),
            packages: own().filter_map(|(path, text)| package(path, text)).collect(),
            tsconfigs: own().filter_map(|(path, _)| tsconfig(&root, path)).collect(),
            root,
            _folder: folder,
        }
    }

    fn oracle(&self) -> oxc_resolver::Resolver {
        let strings = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        oxc_resolver::Resolver::new(ResolveOptions {
            cwd: Some(self.root.clone()),
            tsconfig: Some(TsconfigDiscovery::Auto),
            extensions: strings(&[".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"]),
            extension_alias: vec![
                (".js".to_owned(), strings(&[".js", ".ts", ".tsx"])),
                (".jsx".to_owned(), strings(&[".jsx", ".tsx"])),
                (".mjs".to_owned(), strings(&[".mjs", ".mts"])),
                (".cjs".to_owned(), strings(&[".cjs", ".cts"])),
            ],
            condition_names: strings(&[
                "node",
                "import",
                "require",
                "module",
                "default",
                "source",
                "development",
            ]),
            main_fields: strings(&["source", "module", "main"]),
            builtin_modules: true,
            ..ResolveOptions::default()
        })
    }

    /// The source file of the tree that `oxc_resolver` finds.
    fn expected(&self, oracle: &oxc_resolver::Resolver, from: &str, specifier: &str) -> Option<String> {
        let found = oracle.resolve_file(self.root.join(from), specifier).ok()?;
        let path = found.path().strip_prefix(&self.root).ok()?.to_str()?.replace('\\', "/");
        (SOURCES.contains(&path.as_str())).then_some(path)
    }
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) {
    std::os::unix::fs::symlink(target, link).expect("a link");
}

#[cfg(windows)]
fn symlink(target: &Path, link: &Path) {
    std::os::windows::fs::symlink_dir(target, link).expect("a link");
}

fn package(path: &str, text: &str) -> Option<Package> {
    let dir = path.strip_suffix("package.json")?.trim_end_matches('/').to_owned();
    let json: Value = serde_json::from_str(text).expect("JSON");
    let text = |key: &str| json.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    Some(Package {
        dir,
        name: text("name"),
        main: text("main"),
        exports: json.get("exports").cloned(),
        imports: json.get("imports").cloned(),
        ..Package::default()
    })
}

/// Enough of TypeScript's rules for the files above: one `extends`, `paths` as seen from their own file.
fn tsconfig(root: &Path, path: &str) -> Option<TsConfig> {
    let dir = path.strip_suffix("tsconfig.json")?.trim_end_matches('/').to_owned();
    let read = |path: PathBuf| -> Value {
        serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON")
    };
    let mut json = read(root.join(path));
    if let Some(base) = json.get("extends").and_then(Value::as_str) {
        json = read(root.join(&dir).join(base));
    }
    let below = |target: &str| {
        let target = target.trim_start_matches("./").trim_end_matches('.');
        if dir.is_empty() {
            target.to_owned()
        } else {
            format!("{dir}/{target}").trim_end_matches('/').to_owned()
        }
    };
    let options = json.get("compilerOptions").cloned().unwrap_or_default();
    let mut paths: Vec<PathAlias> = Vec::new();
    for (pattern, targets) in options.get("paths").and_then(Value::as_object).into_iter().flatten() {
        let (prefix, suffix) = pattern.split_once('*').unwrap_or((pattern, ""));
        let targets = targets.as_array().into_iter().flatten().filter_map(Value::as_str).map(below).collect();
        let wildcard = pattern.contains('*');
        paths.push(PathAlias { prefix: prefix.to_owned(), suffix: suffix.to_owned(), wildcard, targets });
    }
    paths.sort_by_key(|alias| (alias.wildcard, std::cmp::Reverse(alias.prefix.len())));
    let base_url = options.get("baseUrl").and_then(Value::as_str).map(below);
    Some(TsConfig { dir, base_url, paths })
}

fn actual(tree: &Tree, resolver: &Resolver<'_>, from: &str, specifier: &str) -> Option<String> {
    let from = tree.files.get(from).expect("an importing file");
    resolver.resolve(from, specifier).file().map(|id| tree.files.path(id).to_owned())
}

#[test]
fn gives_the_file_that_oxc_resolver_finds() {
    let tree = Tree::write();
    let resolver = Resolver::new(&tree.files, &tree.packages, &tree.tsconfigs);
    let oracle = tree.oracle();
    let mut wrong = Vec::new();
    let mut both = BTreeSet::new();
    for from in SOURCES {
        for specifier in SPECIFIERS {
            let expected = tree.expected(&oracle, from, specifier);
            let actual = actual(&tree, &resolver, from, specifier);
            if let Some(file) = &expected {
                both.insert((*specifier, file.clone()));
            }
            if expected != actual {
                wrong.push(format!("{specifier}  from {from}: {expected:?}, got {actual:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(both.len() >= 60, "the tree exercises too little: {}", both.len());
}

#[test]
fn finds_more_than_oxc_resolver_only_where_it_says_so() {
    let tree = Tree::write();
    let resolver = Resolver::new(&tree.files, &tree.packages, &tree.tsconfigs);
    let oracle = tree.oracle();
    for (specifier, file) in BEYOND {
        let from = "tools/script.ts";
        assert_eq!(tree.expected(&oracle, from, specifier), None, "{specifier} is no exception any more");
        assert_eq!(actual(&tree, &resolver, from, specifier).as_deref(), Some(*file), "{specifier}");
    }
}

#[test]
fn tells_what_is_not_a_file_apart() {
    let tree = Tree::write();
    let resolver = Resolver::new(&tree.files, &tree.packages, &tree.tsconfigs);
    let from = tree.files.get("apps/web/src/view.tsx").expect("the file");
    for specifier in ["react", "react/none", "fs", "node:fs", "path/posix", "@acme/nobody"] {
        assert_eq!(resolver.resolve(from, specifier), Resolution::External, "{specifier}");
    }
    for specifier in
        ["./none", "./data.json", "@/missing", "@/data.json", "#none", "/abs", "@acme/indexed/none"]
    {
        assert_eq!(resolver.resolve(from, specifier), Resolution::Missing, "{specifier}");
    }
}
