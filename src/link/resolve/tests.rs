//! What the oracle test cannot say: mapping to sources, conventions, aliases that lead nowhere, patterns.

use serde_json::{Value, json};

use super::packages::{source_paths, split_name};
use super::{Resolution, Resolver};
use crate::project::{FileSet, Package, PathAlias, TsConfig};

/// What `from` gets for each specifier: a path, `external` or `missing`.
struct World {
    files: FileSet,
    packages: Vec<Package>,
    tsconfigs: Vec<TsConfig>,
}

impl World {
    fn new(files: &[&str]) -> Self {
        let files = FileSet::new(files.iter().map(|path| (*path).to_owned()).collect());
        Self { files, packages: Vec::new(), tsconfigs: Vec::new() }
    }

    fn package(mut self, dir: &str, json: &Value) -> Self {
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
        let dependencies = json.get("dependencies").and_then(Value::as_object).into_iter().flatten();
        self.packages.push(Package {
            dir: dir.to_owned(),
            name: text("name"),
            main: text("main"),
            module: text("module"),
            types: text("types"),
            source: text("source"),
            exports: json.get("exports").cloned(),
            imports: json.get("imports").cloned(),
            dependencies: dependencies
                .map(|(name, range)| (name.clone(), range.as_str().unwrap_or_default().to_owned()))
                .collect(),
            ..Package::default()
        });
        self
    }

    fn tsconfig(mut self, dir: &str, base_url: Option<&str>, paths: &[(&str, &[&str])]) -> Self {
        let alias = |(pattern, targets): &(&str, &[&str])| {
            let (prefix, suffix) = pattern.split_once('*').unwrap_or((pattern, ""));
            PathAlias {
                prefix: prefix.to_owned(),
                suffix: suffix.to_owned(),
                wildcard: pattern.contains('*'),
                targets: targets.iter().map(|target| (*target).to_owned()).collect(),
            }
        };
        let base_url = base_url.map(ToOwned::to_owned);
        let paths = paths.iter().map(alias).collect();
        self.tsconfigs.push(TsConfig { dir: dir.to_owned(), base_url, paths });
        self
    }

    #[track_caller]
    fn check(&self, from: &str, expected: &[(&str, &str)]) {
        let resolver = Resolver::new(&self.files, &self.packages, &self.tsconfigs);
        let from = self.files.get(from).expect("the importing file");
        for (specifier, expected) in expected {
            let actual = match resolver.resolve(from, specifier) {
                Resolution::File(id) => self.files.path(id),
                Resolution::External => "external",
                Resolution::Missing => "missing",
            };
            assert_eq!(actual, *expected, "{specifier}");
        }
    }

    #[track_caller]
    fn check_pattern(&self, from: &str, pattern: &str, expected: &[&str]) {
        let resolver = Resolver::new(&self.files, &self.packages, &self.tsconfigs);
        let from = self.files.get(from).expect("the importing file");
        let actual: Vec<_> =
            resolver.resolve_pattern(from, pattern).into_iter().map(|id| self.files.path(id)).collect();
        assert_eq!(actual, expected, "{pattern}");
    }
}

#[test]
fn can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Resolver<'_>>();
}

#[test]
fn built_output_leads_to_its_source() {
    let files =
        ["a.ts", "p/db/src/index.ts", "p/db/src/sub/index.ts", "p/db/src/deep/x.tsx", "p/db/plain.ts"];
    let subpaths = json!({ "name": "db", "exports": {
        ".": { "types": "./dist/index.d.ts", "import": "./dist/esm/index.js" },
        "./sub": "./build/src/sub/index.mjs",
        "./plain": "./lib/cjs/plain.cjs",
        "./deep/*": "./dist/deep/*.js",
        "./above": "./dist/p/db/src/deep/x.js",
        "./declared": { "types": "./dist/deep/x.d.ts", "default": "./dist/bundle-of-all.js" },
        "./gone": "./dist/gone.js",
    }});
    World::new(&files).package("p/db", &subpaths).check(
        "a.ts",
        &[
            ("db", "p/db/src/index.ts"),
            ("db/sub", "p/db/src/sub/index.ts"),
            ("db/plain", "p/db/plain.ts"),
            ("db/deep/x", "p/db/src/deep/x.tsx"),
            ("db/above", "p/db/src/deep/x.tsx"),
            ("db/declared", "p/db/src/deep/x.tsx"),
            ("db/gone", "missing"),
            ("db/src/deep/x", "p/db/src/deep/x.tsx"),
            ("db/dist/sub", "p/db/src/sub/index.ts"),
            ("db/styles.css", "missing"),
        ],
    );
}

#[test]
fn entry_fields_are_tried_in_order_and_the_source_folder_last() {
    let package = |json: Value| World::new(&["a.ts", "p/src/index.ts", "p/src/start.ts"]).package("p", &json);
    let entry = |json: Value, file| package(json).check("a.ts", &[("p", file)]);
    entry(json!({ "name": "p", "main": "dist/start.js" }), "p/src/start.ts");
    entry(json!({ "name": "p", "main": "dist" }), "p/src/index.ts");
    entry(json!({ "name": "p", "main": "./lib/", "source": "src/start.ts" }), "p/src/start.ts");
    entry(json!({ "name": "p", "main": "dist/bundle.min.js" }), "p/src/index.ts");
    entry(json!({ "name": "p", "types": "dist/start.d.ts" }), "p/src/start.ts");
    entry(json!({ "name": "p", "module": "dist/start.mjs", "main": "dist/index.js" }), "p/src/start.ts");
    entry(json!({ "name": "p", "main": "../../../outside.js" }), "p/src/index.ts");
    entry(json!({ "name": "p", "main": "." }), "p/src/index.ts");
}

#[test]
fn conditions_decide_in_the_order_of_their_keys() {
    let files = ["a.ts", "p/one.ts", "p/two.ts"];
    let entry = |exports: Value, file| {
        World::new(&files)
            .package("p", &json!({ "name": "p", "exports": exports }))
            .check("a.ts", &[("p", file)]);
    };
    entry(json!({ "require": "./one.ts", "import": "./two.ts" }), "p/one.ts");
    entry(json!({ "browser": "./one.ts", "default": "./two.ts" }), "p/two.ts");
    entry(json!({ "types": "./one.ts", "default": "./two.ts" }), "p/two.ts");
    entry(json!({ "types": "./one.ts", "default": "./none.js" }), "p/one.ts");
    entry(json!({ "@acme/source": "./one.ts", "default": "./two.ts" }), "p/one.ts");
    entry(json!({ "@acme/source": "./dist/one.js", "default": "./two.ts" }), "p/two.ts");
    entry(json!([{ "node": { "import": "./none.js" } }, "./two.ts"]), "p/two.ts");
    entry(json!("./two.js"), "p/two.ts");
}

#[test]
fn exports_block_only_what_is_not_there() {
    let exports = json!({ "name": "p", "exports": { ".": "./a.ts", "./in/*": null, "./old/": "./src/" } });
    World::new(&["x.ts", "p/a.ts", "p/in/b.ts", "p/src/c.ts"]).package("p", &exports).check(
        "x.ts",
        &[
            ("p/in/b", "p/in/b.ts"),
            ("p/in/none", "missing"),
            ("p/old/c", "p/src/c.ts"),
            ("p/c", "p/src/c.ts"),
        ],
    );
}

#[test]
fn an_app_named_like_its_dependency_means_the_dependency() {
    let app = json!({ "name": "redis", "dependencies": { "redis": "^4.0.0" } });
    World::new(&["app/a.ts", "app/index.ts"])
        .package("app", &app)
        .check("app/a.ts", &[("redis", "external")]);
    let other = json!({ "name": "web", "dependencies": { "redis": "^4.0.0" } });
    World::new(&["web/a.ts", "examples/redis/pages/b.ts"])
        .package("examples/redis", &json!({ "name": "redis" }))
        .package("web", &other)
        .check("web/a.ts", &[("redis", "external"), ("redis/x", "external")]);
}

#[test]
fn of_two_packages_with_one_name_the_nearest_counts() {
    let name = json!({ "name": "db" });
    let world = World::new(&["one/app/a.ts", "one/db/index.ts", "two/app/a.ts", "two/db/index.ts", "a.ts"])
        .package("two/db", &name)
        .package("one/db", &name)
        .package("one/app", &json!({ "name": "app" }))
        .package("two/app", &json!({ "name": "app" }));
    world.check("two/app/a.ts", &[("db", "two/db/index.ts")]);
    world.check("one/app/a.ts", &[("db", "one/db/index.ts")]);
    world.check("a.ts", &[("db", "one/db/index.ts")]);
}

#[test]
fn aliases_without_a_configuration_mean_the_package() {
    let files = ["apps/web/src/lib/db.ts", "apps/web/top.ts", "apps/web/src/app/api/route.ts", "lib/root.ts"];
    let world = World::new(&files).package("apps/web", &json!({ "name": "web" }));
    world.check(
        "apps/web/src/app/api/route.ts",
        &[
            ("@/lib/db", "apps/web/src/lib/db.ts"),
            ("~/lib/db", "apps/web/src/lib/db.ts"),
            ("@/top", "apps/web/top.ts"),
            ("@/lib/root", "missing"),
            ("~/none", "missing"),
        ],
    );
    world.check("lib/root.ts", &[("@/lib/root", "lib/root.ts")]);
}

#[test]
fn a_configuration_without_paths_does_not_hide_the_outer_one() {
    World::new(&["app/api/route.ts", "source/db.ts"])
        .tsconfig("", None, &[("@/*", &["source/*"])])
        .tsconfig("app/api", None, &[])
        .check("app/api/route.ts", &[("@/db", "source/db.ts"), ("react", "external")]);
}

#[test]
fn an_alias_that_leads_nowhere_is_missing_unless_it_stands_for_a_dependency() {
    World::new(&["a.ts", "types/zod.d.ts"])
        .package("", &json!({ "dependencies": { "@prisma/client": "^5", "zod": "^3" } }))
        .tsconfig(
            "",
            None,
            &[
                ("@prisma/client", &["generated/client"]),
                ("zod", &["types/zod.d.ts"]),
                ("react", &["node_modules/@types/react"]),
                ("@gen/*", &["generated/*"]),
                ("crypto", &["generated/crypto"]),
                ("@/*", &["./*"]),
                ("*", &["types/*"]),
            ],
        )
        .check(
            "a.ts",
            &[
                ("@prisma/client", "external"),
                ("zod", "external"),
                ("react", "external"),
                ("@gen/x", "missing"),
                ("crypto", "external"),
                ("@/a", "a.ts"),
                ("@/none", "missing"),
                ("anything", "external"),
            ],
        );
}

#[test]
fn builtins_win_over_base_url_but_not_over_paths() {
    World::new(&["a.ts", "path.ts", "events.ts", "redis.ts"])
        .tsconfig("", Some(""), &[("events", &["events.ts"])])
        .check(
            "a.ts",
            &[("path", "external"), ("events", "events.ts"), ("redis", "redis.ts"), ("zod", "external")],
        );
}

#[test]
fn odd_specifiers_are_never_files() {
    World::new(&["a.ts", "b?c.ts"]).check(
        "a.ts",
        &[
            ("", "missing"),
            ("?", "missing"),
            ("/a", "missing"),
            ("..", "missing"),
            ("../../a", "missing"),
            ("./b?c", "b?c.ts"),
            ("./a?raw", "a.ts"),
            ("raw-loader!./a", "missing"),
            ("https://esm.sh/react", "external"),
            ("node:test", "external"),
            ("@", "external"),
            ("@scope", "external"),
            ("#", "missing"),
            ("é/ü", "external"),
        ],
    );
}

#[test]
fn private_imports_reach_sources_and_other_packages() {
    let own = json!({ "name": "own", "imports": {
        "#db": "./dist/db.js", "#x/*": { "browser": "./none.js", "default": "./src/*.ts" }, "#other": "other",
    }});
    World::new(&["own/src/db.ts", "own/src/deep/y.ts", "other/index.ts"])
        .package("own", &own)
        .package("other", &json!({ "name": "other" }))
        .check(
            "own/src/db.ts",
            &[
                ("#db", "own/src/db.ts"),
                ("#x/deep/y", "own/src/deep/y.ts"),
                ("#other", "other/index.ts"),
                ("#none", "missing"),
                ("own/db", "own/src/db.ts"),
            ],
        );
}

#[test]
fn patterns_match_what_a_bundler_would_include() {
    let files = [
        "h/a.ts",
        "h/b.d.ts",
        "h/deep/c.tsx",
        "h/deep/index.ts",
        "h2/z.ts",
        "l/de/x.ts",
        "l/en/x.ts",
        "m.ts",
    ];
    let world = World::new(&files)
        .package("h", &json!({ "name": "@acme/h", "exports": { "./*": "./dist/*.js" } }))
        .tsconfig("", Some(""), &[("@/*", &["./*"])]);
    world.check_pattern("m.ts", "./h/*", &["h/a.ts", "h/deep/c.tsx", "h/deep/index.ts"]);
    world.check_pattern("m.ts", "./h/*.ts", &["h/a.ts", "h/deep/index.ts"]);
    world.check_pattern("m.ts", "./h/*.js", &["h/a.ts", "h/deep/c.tsx", "h/deep/index.ts"]);
    world.check_pattern("m.ts", "./l/*/x", &["l/de/x.ts", "l/en/x.ts"]);
    world.check_pattern("h/a.ts", "../l/*/x.ts?raw", &["l/de/x.ts", "l/en/x.ts"]);
    world.check_pattern("m.ts", "@/l/*/x", &["l/de/x.ts", "l/en/x.ts"]);
    world.check_pattern("m.ts", "l/d*/x", &["l/de/x.ts"]);
    world.check_pattern("m.ts", "@acme/h/deep/*", &["h/deep/c.tsx", "h/deep/index.ts"]);
    world.check_pattern("m.ts", "./h2/*e", &[]);
    world.check_pattern("m.ts", "*", &[]);
    world.check_pattern("m.ts", "../*", &[]);
    world.check_pattern("m.ts", "npm-package/*", &[]);
    world.check_pattern("m.ts", "./h/a", &["h/a.ts"]);
}

#[test]
fn patterns_are_capped() {
    let files: Vec<String> = (0..300).map(|n| format!("d/{n:03}.ts")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let world = World::new(&files);
    let resolver = Resolver::new(&world.files, &[], &[]);
    let from = world.files.get("d/000.ts").expect("the file");
    let found = resolver.resolve_pattern(from, "./*");
    assert_eq!(found.len(), 200);
    assert!(found.is_sorted());
}

#[test]
fn names_are_split_from_subpaths() {
    let split = [
        ("a", "a", ""),
        ("a/b/c", "a", "b/c"),
        ("@a/b", "@a/b", ""),
        ("@a/b/c/", "@a/b", "c"),
        ("@a", "@a", ""),
    ];
    for (specifier, name, sub) in split {
        assert_eq!(split_name(specifier), (name, sub));
    }
}

#[test]
fn likely_sources_come_first() {
    let mut paths = Vec::new();
    assert_eq!(
        source_paths("./dist/esm/x.js", |path| {
            paths.push(path.to_owned());
            None::<()>
        }),
        None
    );
    assert_eq!(paths, ["dist/esm/x", "src/esm/x", "esm/x", "source/esm/x", "src/x", "x", "source/x"]);
}
