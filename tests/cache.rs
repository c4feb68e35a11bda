//! The cache: whatever lies in it, a run that uses it says what one without it says.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has to fail")]

mod common;

use std::fs::{self, File, FileTimes};
use std::path::PathBuf;
use std::time::Duration;

use common::{Project, Run};

const HELPER: &str = "import { Pool } from 'pg';\n\nexport const open = () => new Pool();\n";
const CALLER: &str =
    "import { open } from '../../../lib/db';\nexport const GET = () => Response.json(open());\n";
const ACTION: &str =
    "'use server';\nimport { Pool } from 'pg';\nexport async function save() { return new Pool(); }\n";

const PAGE: &str = r#"+++
title = "A call"
help = "Write something else."
severity = "error"
phase = "request"
+++
# no-call

```scm
(call_expression) @report
```

## Found

### In a handler

```ts title="app/api/x/route.ts"
export const GET = () => Response.json(1); // error: [no-call]
```
"#;

fn project() -> Project {
    Project::new(&[
        ("repo/.git/HEAD", "ref: refs/heads/main\n"),
        ("repo/package.json", r#"{ "workspaces": ["apps/*", "packages/*"] }"#),
        (
            "repo/apps/web/package.json",
            r#"{ "name": "web", "dependencies": { "next": "16.0.0", "pg": "8" } }"#,
        ),
        ("repo/apps/web/tsconfig.json", r#"{ "extends": "base" }"#),
        ("repo/apps/web/lib/db.ts", HELPER),
        ("repo/apps/web/lib/other.ts", "export const other = 1;\n"),
        ("repo/apps/web/app/api/a/route.ts", CALLER),
        ("repo/apps/web/app/page.tsx", "export default function Page() { return null }\n"),
        ("repo/packages/shared/package.json", r#"{ "name": "shared" }"#),
        ("repo/packages/shared/index.ts", HELPER),
    ])
}

/// Standard output and exit code, without what two runs may differ in.
fn result(run: Run) -> (Option<i32>, String) {
    let kept = run.stdout.lines().filter(|line| !line.contains("\"durationMs\""));
    (run.code, kept.collect::<Vec<_>>().join("\n"))
}

/// Runs with the cache and without, compares, and tells whether the result was remembered.
#[track_caller]
fn remembered(project: &Project, arguments: &[&str]) -> bool {
    let base = [&["--format", "json", "--min-confidence", "low"], arguments].concat();
    let with = project.run(&[&base[..], &["--cache-dir", "cache", "--timings"]].concat());
    let is_remembered = !with.stderr.contains(" load modules");
    let without = project.run(&[&base[..], &["--no-cache"]].concat());
    assert!(without.stdout.contains("\"diagnostics\""), "{without:?}");
    assert_eq!(result(with), result(without));
    is_remembered
}

/// Lets the files grow older than the coarsest clock of a file system.
fn settle() {
    std::thread::sleep(Duration::from_millis(2200));
}

#[test]
fn every_change_is_seen() {
    let project = project();
    let write = |path: &str, text: &str| project.write(&format!("repo/{path}"), text);
    let remove = |path: &str| fs::remove_file(project.path().join("repo").join(path)).expect("a file");
    let steps: [(&str, &dyn Fn()); 22] = [
        ("a helper", &|| write("apps/web/lib/db.ts", "export const open = () => 1;\n")),
        ("back", &|| write("apps/web/lib/db.ts", HELPER)),
        ("a new route", &|| write("apps/web/app/api/b/route.ts", CALLER)),
        ("a route less", &|| remove("apps/web/app/api/b/route.ts")),
        ("a route that does not parse", &|| write("apps/web/app/api/a/route.ts", "export const = ;")),
        ("it parses again", &|| write("apps/web/app/api/a/route.ts", CALLER)),
        ("server actions nobody imports", &|| write("apps/web/lib/other.ts", ACTION)),
        ("no more actions", &|| write("apps/web/lib/other.ts", "export const other = 2;\n")),
        ("another version of Next", &|| {
            write(
                "apps/web/package.json",
                r#"{ "name": "web", "dependencies": { "next": "13.0.0", "pg": "8" } }"#,
            );
        }),
        ("a platform", &|| write("apps/web/vercel.json", "{}")),
        ("another platform", &|| write("apps/web/netlify.toml", "[build]\n")),
        ("a workflow", &|| {
            write(".github/workflows/deploy.yml", "jobs:\n  a:\n    steps:\n      - run: flyctl deploy\n");
        }),
        ("what is ignored", &|| write(".gitignore", "apps/web/app/api/a\n")),
        ("ignored elsewhere", &|| {
            write(".gitignore", "");
            write(".git/info/exclude", "apps/web/app/api/a\n");
        }),
        ("nothing is ignored", &|| write(".git/info/exclude", "")),
        ("an installed configuration", &|| {
            let paths = r#"{ "compilerOptions": { "paths": { "@/*": ["../../apps/web/lib/*"] } } }"#;
            write("node_modules/base/tsconfig.json", paths);
            write(
                "apps/web/app/api/a/route.ts",
                "import { open } from '@/db';\nexport const GET = () => open();\n",
            );
        }),
        ("another one", &|| write("node_modules/base/tsconfig.json", "{}")),
        ("what only a package has", &|| {
            write(
                "apps/web/app/api/a/route.ts",
                "import { open } from 'shared';\nexport const GET = () => open();\n",
            );
        }),
        ("no workspace", &|| write("package.json", "{}")),
        ("a workspace for pnpm", &|| write("pnpm-workspace.yaml", "packages:\n  - apps/*\n  - packages/*\n")),
        ("a configuration", &|| write("routelint.jsonc", r#"{ "rules": { "per-request-client": "off" } }"#)),
        ("a rule of the team", &|| write(".routelint/rules/no-call.md", PAGE)),
    ];
    settle();
    let web = |arguments: &[&str]| remembered(&project, &[&["repo/apps/web"], arguments].concat());
    assert!(!web(&[]), "nothing is kept yet");
    assert!(web(&[]), "nothing changed");
    for (name, step) in steps {
        step();
        // Some steps change nothing that this run looks at; what counts is that it would be seen.
        web(&[]);
        assert!(web(&[]), "after {name}");
    }
}

#[test]
fn what_hides_its_time_is_seen() {
    let project = project();
    settle();
    assert!(!remembered(&project, &["repo/apps/web"]));
    assert!(remembered(&project, &["repo/apps/web"]));
    let helper = project.path().join("repo/apps/web/lib/db.ts");
    let modified = fs::metadata(&helper).and_then(|data| data.modified()).expect("a time");
    // As many bytes as before.
    fs::write(&helper, HELPER.replace("new Pool()", "abc.Pool()")).expect("a file");
    let opened = File::options().write(true).open(&helper).expect("a file");
    opened.set_times(FileTimes::new().set_modified(modified)).expect("a time");
    assert!(cfg!(not(unix)) || !remembered(&project, &["repo/apps/web"]));
}

#[test]
fn an_app_that_reaches_what_it_reached_gives_what_it_gave() {
    let project = project();
    let write = |file: &str, text: &str| project.write(&format!("repo/{file}"), text);
    write("apps/shop/package.json", r#"{ "name": "shop", "dependencies": { "next": "16.0.0", "pg": "8" } }"#);
    write(
        "apps/shop/app/api/b/route.ts",
        &CALLER.replace("../../../lib/db", "../../../../../packages/shared"),
    );
    write(
        "apps/web/app/api/b/route.ts",
        &CALLER.replace("../../../lib/db", "../../../../../packages/shared"),
    );
    let cached = ["--format", "json", "--min-confidence", "low", "repo", "--cache-dir", "cache", "--timings"];
    assert!(!remembered(&project, &["repo"]));
    let shared = format!("\n{HELPER}");
    write("packages/shared/index.ts", &shared);
    assert!(!remembered(&project, &["repo"]), "both apps reach it");
    write("apps/web/lib/db.ts", "export const open = () => 1;\n");
    assert!(!remembered(&project, &["repo"]), "one app reaches it");
    // Each app has been what it is now; only the run as a whole was another one.
    write("apps/web/lib/db.ts", HELPER);
    let run = project.run(&cached);
    assert!(run.stderr.contains(" load modules") && !run.stderr.contains(" link\n"), "{}", run.stderr);
    assert_eq!(run.stdout.matches("every request opens").count(), 2, "{}", run.stdout);
    assert!(remembered(&project, &["repo"]));
}

#[test]
fn arguments_do_not_mix() {
    let project = project();
    let runs: [&[&str]; 7] = [
        &["repo/apps/web"],
        &["repo"],
        &["repo/apps/web", "--target", "server"],
        &["repo/apps/web", "--rule", "lost-work"],
        &["repo/apps/web", "--skip", "per-request-client"],
        &["repo/apps/web/app"],
        &["repo/apps/web", "--shard", "1/2"],
    ];
    for run in runs {
        assert!(!remembered(&project, run), "{run:?}");
    }
    for run in runs {
        assert!(remembered(&project, run), "{run:?}");
    }
}

#[test]
fn a_file_that_nobody_reaches_does_not_matter() {
    let project = project();
    assert!(!remembered(&project, &["repo"]));
    project.write("repo/apps/web/app/page.tsx", "export default function Page() { return 'other' }\n");
    assert!(remembered(&project, &["repo"]));
}

/// The files of the cache.
fn kept(project: &Project) -> Vec<PathBuf> {
    let entries = fs::read_dir(project.path().join("cache")).expect("the cache");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn a_damaged_cache_is_none() {
    let project = project();
    assert!(!remembered(&project, &["repo"]));
    let files = kept(&project);
    for file in &files {
        let whole = fs::read(file).expect("a file");
        for damage in [&whole[..whole.len() / 2], &[], &[0xff; 100], &whole[whole.len() / 3..]] {
            fs::write(file, damage).expect("a file");
            remembered(&project, &["repo"]);
            assert!(remembered(&project, &["repo"]), "{} was not replaced", file.display());
        }
        fs::remove_file(file).expect("a file");
        fs::create_dir(file).expect("a folder in its place");
        remembered(&project, &["repo"]);
        fs::remove_dir(file).expect("the folder");
    }
}

#[test]
fn many_at_once_do_not_disturb_each_other() {
    let project = project();
    let expected = result(project.run(&["repo", "--format", "json", "--no-cache"]));
    for round in 0..4 {
        project.write("repo/apps/web/lib/other.ts", format!("export const other = {round};\n"));
        project.write("repo/apps/web/lib/db.ts", format!("{HELPER}// {round}\n"));
        std::thread::scope(|scope| {
            let run = || result(project.run(&["repo", "--format", "json", "--cache-dir", "cache"]));
            let runs: Vec<_> = (0..6).map(|_| scope.spawn(run)).collect();
            for run in runs {
                assert_eq!(run.join().expect("a run"), expected);
            }
        });
    }
}

#[test]
fn it_is_made_only_where_caches_are() {
    let project = project();
    project.run(&["repo"]);
    assert!(!project.path().join("repo/node_modules").exists());
    project.write("repo/node_modules/next/package.json", "{}");
    let caches = project.path().join("repo/node_modules/.cache/routelint");
    project.run(&["repo", "--no-cache"]);
    assert!(!caches.exists());
    project.run(&["repo/apps/web"]);
    assert!(caches.join("CACHEDIR.TAG").exists());
    let run = project.run(&["repo", "--cache-dir", "repo/package.json"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("repo/package.json: cannot be used"), "{run:?}");
    let run = project.run(&["repo", "--cache-dir", "a", "--no-cache"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}
