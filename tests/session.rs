//! Rounds of one session against fresh runs: whatever happens to the files, both say the same.

#![allow(clippy::expect_used, reason = "a run whose report cannot be made has to fail")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::Project;
use routelint::analyze::{Changes, Options, Session, analyze};
use routelint::report::{Format, Report, View, write_report};

const NEXT: &str = r#"{ "name": "app", "dependencies": { "next": "15.3.0", "@acme/db": "workspace:*" } }"#;
const CLIENT: &str = "import { Pool } from 'pg';\nexport function open() {\n  return new Pool();\n}\n";
const QUIET: &str = "import { Pool } from 'pg';\nconst pool = new Pool();\nexport const open = () => pool;\n";
const ROUTE: &str = "import { open } from '@acme/db';
export async function GET() {
  return Response.json(await open().query('select 1'));
}
";
const ACTION: &str = "'use server';\nimport { open } from '@acme/db';\n\
    export async function save() {\n  await open().query('select 2');\n}\n";
const PLAIN: &str = "import { open } from '@acme/db';\nexport const save = () => open();\n";
const STATE: &str = "const seen = new Map();
export async function POST(request: Request) {
  seen.set(request.headers.get('x-user'), Date.now());
  return Response.json([...seen]);
}
";

/// A session on a project, with what it was last told of.
struct Watched {
    project: Project,
    session: Session,
    options: Options,
    changes: Changes,
}

impl Watched {
    fn new() -> Self {
        let project = Project::new(&[
            ("package.json", r#"{ "private": true, "workspaces": ["apps/*", "packages/*"] }"#),
            ("packages/db/package.json", r#"{ "name": "@acme/db", "main": "src/index.ts" }"#),
            ("packages/db/src/index.ts", CLIENT),
            ("apps/a/package.json", NEXT),
            ("apps/a/app/api/users/route.ts", ROUTE),
            ("apps/a/lib/save.ts", PLAIN),
            ("apps/b/package.json", NEXT),
            ("apps/b/app/api/state/route.ts", STATE),
        ]);
        let options = Options { paths: vec![project.path().to_path_buf()], ..Options::default() };
        let mut watched = Self { project, session: Session::new(), options, changes: Changes::default() };
        watched.check("the beginning");
        watched
    }

    fn path(&self, path: &str) -> PathBuf {
        self.project.path().canonicalize().expect("the project").join(path)
    }

    /// What a watcher of folders would tell after something happened at a path.
    fn happened(&mut self, path: &str) {
        let path = self.path(path);
        self.session.note(&path, &mut self.changes);
        // Of what is new in a new folder nothing is told, but of the folder.
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.project.path()) {
            self.session.note(folder, &mut self.changes);
        }
    }

    fn write(&mut self, path: &str, text: &str) {
        self.project.write(path, text);
        self.happened(path);
    }

    fn remove(&mut self, path: &str) {
        fs::remove_file(self.path(path)).expect("the file was there");
        self.happened(path);
    }

    fn rename(&mut self, from: &str, to: &str) {
        let to_path = self.path(to);
        fs::create_dir_all(to_path.parent().expect("a folder")).expect("a new folder");
        fs::rename(self.path(from), to_path).expect("the file was there");
        self.happened(from);
        self.happened(to);
    }

    /// Makes a round, and compares it with a fresh run. Says whether the round had anything to do.
    fn check(&mut self, after: &str) -> bool {
        let changes = std::mem::take(&mut self.changes);
        let round = self.session.analyze(&self.options, &changes).expect("a round");
        let fresh = analyze(&self.options).expect("a run");
        assert_eq!(json(round), json(fresh), "after {after}: {changes:?}");
        self.session.stirred()
    }

    /// What a fresh run finds.
    fn findings(&self) -> Vec<&'static str> {
        let report = analyze(&self.options).expect("a run");
        report.diagnostics.iter().map(|finding| finding.rule.id).collect()
    }
}

fn json(mut report: Report) -> String {
    report.summary.duration_ms = 0;
    let mut bytes = Vec::new();
    write_report(&report, Format::Json, &View::default(), &mut bytes).expect("a vector takes it");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

#[test]
fn a_finding_comes_and_goes_with_the_text() {
    let mut watched = Watched::new();
    let before = watched.findings();
    watched.write("packages/db/src/index.ts", QUIET);
    assert!(watched.changes.texts.len() == 1 && !watched.changes.tree, "{:?}", watched.changes);
    assert!(watched.check("mending"));
    assert_ne!(watched.findings(), before);
    watched.write("packages/db/src/index.ts", CLIENT);
    assert!(watched.check("breaking it again"));
    assert_eq!(watched.findings(), before);
    // The same size at the same moment.
    watched.write("packages/db/src/index.ts", &CLIENT.replace("open", "shut"));
    assert!(watched.check("an edit of the same size"));
    watched.write("apps/a/app/api/users/route.ts", "export const GET = ((;");
    watched.check("a mistake");
    watched.write("apps/a/app/api/users/route.ts", ROUTE);
    watched.check("without the mistake");
}

#[test]
fn what_changes_nothing_is_no_work() {
    let mut watched = Watched::new();
    watched.write("packages/db/src/index.ts", CLIENT);
    assert!(!watched.check("saving the same"), "the bytes are equal");
    watched.write("apps/a/lib/save.ts", "export const save = 1;\n");
    assert!(!watched.check("a file that nothing reaches"), "no route imports it");
    watched.write("README.md", "# No source\n");
    assert!(watched.changes.is_empty(), "{:?}", watched.changes);
    watched.write("node_modules/next/package.json", "{}");
    watched.write("apps/a/.next/server/app/api/users/route.js", "module.exports = {}\n");
    assert!(!watched.check("installed and built code"));
}

#[test]
fn files_come_and_go() {
    let mut watched = Watched::new();
    watched.write("apps/b/app/api/more/deep/route.ts", ROUTE);
    assert!(watched.changes.tree && watched.check("a new route in new folders"));
    watched.write("apps/b/app/api/more/deep/route.ts", STATE);
    watched.check("another text of the new route");
    watched.rename("apps/b/app/api/more/deep/route.ts", "apps/a/app/api/aa/route.ts");
    watched.check("a rename into another app");
    watched.remove("packages/db/src/index.ts");
    watched.check("a module that is imported is gone");
    watched.write("packages/db/src/index.ts", QUIET);
    watched.check("and is back");
    fs::rename(watched.path("apps/a"), watched.path("apps/c")).expect("the app was there");
    watched.happened("apps/a");
    watched.happened("apps/c");
    assert!(watched.check("an app has another name"));
    fs::remove_dir_all(watched.path("apps/c")).expect("the app was there");
    watched.happened("apps/c");
    assert!(watched.check("an app is gone"));
}

#[test]
fn actions_come_into_files_that_nothing_reaches() {
    let mut watched = Watched::new();
    let before = watched.findings();
    watched.write("apps/a/lib/save.ts", ACTION);
    assert!(watched.check("an action"));
    watched.write("apps/a/lib/save.ts", &format!("{ACTION}export const more = async () => new Map();\n"));
    assert!(watched.check("another action"));
    watched.write("apps/a/lib/save.ts", PLAIN);
    assert!(watched.check("no action") && watched.findings() == before);
}

#[test]
fn configuration_counts_at_once() {
    let mut watched = Watched::new();
    watched.write("apps/a/vercel.json", r#"{ "crons": [{ "path": "/api/none", "schedule": "* * * * *" }] }"#);
    assert!(watched.changes.configuration && watched.check("a platform's configuration"));
    watched.write("apps/a/vercel.json", r#"{   "crons": [{ "path": "/api/no", "schedule": "* * * * *" }] }"#);
    watched.check("the same at another place");
    watched.write("packages/db/package.json", r#"{ "name": "@acme/db", "main": "src/other.ts" }"#);
    watched.check("a package leads elsewhere");
    watched.write("packages/db/src/other.ts", QUIET);
    watched.check("to a file that comes later");
    watched.write(
        "apps/a/tsconfig.json",
        r#"{ "compilerOptions": { "paths": { "@acme/db": ["./lib/own.ts"] } } }"#,
    );
    watched.write("apps/a/lib/own.ts", CLIENT);
    watched.check("a path of TypeScript's");
    watched.write("apps/a/tsconfig.json", r#"{ "extends": "../../tsconfig.base.json" }"#);
    watched.write("tsconfig.base.json", "{}");
    watched.check("an extended one");
    watched.write(
        "tsconfig.base.json",
        r#"{ "compilerOptions": { "paths": { "@acme/db": ["./apps/a/lib/own.ts"] } } }"#,
    );
    assert!(watched.check("a change in what is extended"));
    watched.write(".gitignore", "packages/\n");
    assert!(watched.check("ignored packages"));
    watched.remove(".gitignore");
    assert!(watched.check("without them"));
    watched.write(".github/workflows/deploy.yml", "jobs: { a: { steps: [run: netlify deploy] } }\n");
    assert!(watched.check("a workflow in a folder that is not walked"));
    watched.write(".github/workflows/deploy.yml", "jobs: { a: { steps: [run: sst deploy] } }\n");
    assert!(watched.check("another workflow"));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_told_and_comes_back() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut watched = Watched::new();
    let path = "packages/db/src/index.ts";
    let set = |watched: &Watched, mode| {
        fs::set_permissions(watched.path(path), fs::Permissions::from_mode(mode)).expect("an own file");
    };
    set(&watched, 0o000);
    watched.happened(path);
    watched.check("a file that nobody may read");
    set(&watched, 0o644);
    watched.happened(path);
    watched.check("a file that may be read again");
    watched.options.max_file_size = 1000;
    watched.changes.configuration = true;
    watched.write(path, &format!("{CLIENT}{}", "// more\n".repeat(200)));
    assert!(watched.check("a file that is too large"));
    watched.write(path, &format!("{CLIENT}{}", "// more\n".repeat(201)));
    assert!(watched.check("one that is larger still"), "the report names its size");
}

#[test]
fn rules_of_the_team_read_files_as_they_are() {
    let page = "+++\ntitle = \"A request opens the database\"\nhelp = \"Use `db`.\"\nseverity = \"warning\"\n+++\n\
        # no-open\n\n```scm\n((call_expression function: (identifier) @f) @report\n  (#eq? @f \"open\"))\n```\n\n\
        ## Found\n\n### Once\n\n```ts title=\"app/api/x/route.ts\"\nimport { open } from '@acme/db';\n\
        export const GET = async () => Response.json(await open()); // error: [no-open]\n```\n";
    let mut watched = Watched::new();
    watched.project.write(".routelint/rules/no-open.md", page);
    watched.happened(".routelint/rules/no-open.md");
    let rules = routelint::custom::load(Path::new(&watched.path(""))).expect("a page that reads");
    watched.options.custom = rules.into();
    assert!(watched.changes.configuration && watched.check("a rule"));
    let before = watched.findings();
    watched.write("apps/a/app/api/users/route.ts", &format!("// moved down\n{ROUTE}"));
    watched.check("a match elsewhere");
    watched.write("apps/a/app/api/users/route.ts", STATE);
    assert!(watched.check("no match") && watched.findings() != before);
}

/// Numbers that look drawn, the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("a small number")
    }
}

#[test]
fn any_sequence_of_edits_ends_where_a_fresh_run_is() {
    let paths = [
        "packages/db/src/index.ts",
        "packages/db/src/other.ts",
        "apps/a/app/api/users/route.ts",
        "apps/a/app/api/[id]/route.ts",
        "apps/a/lib/save.ts",
        "apps/a/lib/deep/er/save.tsx",
        "apps/a/middleware.ts",
        "apps/a/server.ts",
        "apps/b/app/api/state/route.ts",
        "apps/b/pages/api/old.ts",
        "apps/b/next.config.ts",
        "apps/b/vercel.json",
        "apps/b/tsconfig.json",
        ".gitignore",
    ];
    let texts = [
        CLIENT,
        QUIET,
        ROUTE,
        ACTION,
        PLAIN,
        STATE,
        "import next from 'next';\nnext({}).prepare();\n",
        "export * from './other';\n",
        r#"{ "compilerOptions": { "paths": { "@acme/db": ["./app/api/state/route.ts"] } } }"#,
        "'use client';\nimport { save } from '../lib/save';\nexport default save;\n",
        "lib\n*.tsx\n",
        "(((",
        "",
    ];
    let mut watched = Watched::new();
    watched.write(
        "apps/a/package.json",
        &NEXT.replace("\"dep", "\"scripts\": { \"start\": \"node server.js\" }, \"dep"),
    );
    let mut draw = Draw(88_172_645_463_325_252);
    let mut idle = 0;
    for round in 0..250 {
        for _ in 0..=draw.below(3) {
            let path = paths[draw.below(paths.len())];
            let other = paths[draw.below(paths.len())];
            match draw.below(6) {
                0 if watched.path(path).exists() => watched.remove(path),
                1 if watched.path(path).exists() => watched.rename(path, other),
                _ => watched.write(path, texts[draw.below(texts.len())]),
            }
        }
        idle += usize::from(!watched.check(&format!("round {round}")));
    }
    assert!((5..200).contains(&idle), "{idle} of 250 rounds had nothing to do");
}
