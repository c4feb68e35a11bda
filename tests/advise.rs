//! Decisions: the situations that the choice between Next.js and Express is known for, and trees without any answer.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test has to fail")]

#[path = "common/mod.rs"]
mod common;

use std::path::{Path, PathBuf};

use routelint::analyze::{Options, survey};
use routelint::decide::{History, advise};
use routelint::report::{Advice, Answer, AppAdvice, Becomes, Choice, Where};

fn situation(name: &str, people: usize) -> Advice {
    decided(&Path::new("testdata/decisions").join(name), &History::People(people))
}

fn decided(path: &Path, history: &History) -> Advice {
    let options = Options { paths: vec![PathBuf::from(path)], ..Options::default() };
    advise(&survey(&options).unwrap(), history)
}

/// The answers of the checklist that are not no: `real-time: yes`, with `(met)` where nothing is forced.
fn answers(app: &AppAdvice) -> Vec<String> {
    let said = |answer| match answer {
        Answer::Yes => Some("yes"),
        Answer::No => None,
        Answer::Unknown => Some("unknown"),
    };
    let needs = app.needs.iter().filter_map(|need| {
        let met = if need.met { " (met)" } else { "" };
        Some(format!("{}: {}{met}", need.id, said(need.answer)?))
    });
    needs.collect()
}

/// Each route with its place.
fn places(app: &AppAdvice) -> Vec<(&str, Where)> {
    app.routes.iter().map(|route| (route.path.as_str(), route.place)).collect()
}

/// Whoever says yes has to show why: in a file of the project, or in words that count something.
fn assert_evidence(advice: &Advice) {
    for need in advice.apps.iter().flat_map(|app| &app.needs) {
        assert!(!need.because.is_empty(), "{need:?}");
        let is_counted = matches!(need.id, "small-app" | "single-developer");
        if need.answer == Answer::Yes && !is_counted {
            assert!(!need.evidence.is_empty(), "{need:?}");
        }
    }
    for app in &advice.apps {
        assert!(!app.verdict.because.is_empty() && !app.verdict.closeness.is_empty(), "{:?}", app.verdict);
        assert!(advice.rules.iter().any(|rule| rule.name == app.verdict.rule), "{:?}", app.verdict);
    }
}

#[test]
fn reading_and_writing_rows_belongs_in_next() {
    let advice = situation("crud", 1);
    assert_evidence(&advice);
    let [app] = advice.apps.as_slice() else { panic!("{advice:#?}") };
    assert_eq!(app.verdict.choice, Choice::Next, "{:?}", app.verdict);
    assert_eq!(advice.verdict, app.verdict);
    assert_eq!(answers(app), ["small-app: yes", "simple-deployment: yes", "single-developer: yes"]);
    assert_eq!(places(app), [("/api/notes", Where::Stays), ("/api/notes/[id]", Where::Stays)]);
    assert!(app.along.is_empty());
}

#[test]
fn a_chat_belongs_in_a_server() {
    let advice = situation("chat", 2);
    assert_evidence(&advice);
    let [app] = advice.apps.as_slice() else { panic!("{advice:#?}") };
    assert_eq!((app.verdict.choice, app.verdict.rule), (Choice::Server, "all-move"));
    assert_eq!(places(app), [("/api/socket", Where::Moves(Becomes::WebSocketService))]);
    let [reason] = app.routes[0].reasons.as_slice() else { panic!("{app:#?}") };
    assert_eq!(
        (reason.finding.rule.as_str(), reason.file.as_str(), reason.line),
        ("websocket-server", "pages/api/socket.ts", 9)
    );
    let says = |word: &str| app.verdict.would_change.iter().any(|change| change.contains(word));
    assert!(says("hosted service") && says("experimental_upgradeWebSocket"), "{:?}", app.verdict);
}

#[test]
fn video_and_exports_belong_in_workers() {
    let advice = situation("video", 2);
    assert_evidence(&advice);
    let [app] = advice.apps.as_slice() else { panic!("{advice:#?}") };
    assert_eq!((app.verdict.choice, app.verdict.rule), (Choice::Server, "all-move"));
    let worker = Where::Moves(Becomes::Worker);
    assert_eq!(places(app), [("/api/clips/render", worker), ("/api/exports", worker)]);
    let yes = answers(app);
    assert!(
        yes.contains(&"long-jobs: yes".to_owned()) && yes.contains(&"cpu-heavy: yes".to_owned()),
        "{yes:?}"
    );
}

#[test]
fn an_api_of_a_mobile_app_and_a_site_is_better_in_a_server() {
    let advice = situation("mobile-and-web", 3);
    assert_evidence(&advice);
    let [app] = advice.apps.as_slice() else { panic!("{advice:#?}") };
    assert_eq!((app.verdict.choice, app.verdict.rule), (Choice::Server, "preferences"));
    let clients = app.needs.iter().find(|need| need.id == "several-clients").unwrap();
    let files: Vec<&str> = clients.evidence.iter().map(|it| it.file.as_str()).collect();
    let route = "apps/web/app/api/v1/products/route.ts";
    assert_eq!(files, ["apps/mobile/app/index.tsx", route, route, route]);
    assert_eq!((clients.points, clients.evidence[0].line), (2, Some(9)));
    assert_eq!(places(app), [("/api/v1/products", Where::Moves(Becomes::ExpressRoute))]);
}

#[test]
fn two_teams_are_better_off_with_a_server() {
    let advice = situation("two-teams", 9);
    assert_evidence(&advice);
    let [app] = advice.apps.as_slice() else { panic!("{advice:#?}") };
    assert_eq!((app.verdict.choice, app.verdict.rule), (Choice::Server, "preferences"));
    let teams = app.needs.iter().find(|need| need.id == "separate-teams").unwrap();
    let lines: Vec<_> = teams.evidence.iter().map(|it| (it.file.as_str(), it.line)).collect();
    assert_eq!(lines, [("CODEOWNERS", Some(3)), ("CODEOWNERS", Some(2))]);
}

#[test]
fn a_hybrid_is_both_and_moves_as_little_as_it_can() {
    let advice = situation("hybrid", 4);
    assert_evidence(&advice);
    assert_eq!((advice.verdict.choice, advice.verdict.rule), (Choice::Both, "has-server"));
    assert_eq!(advice.services.iter().map(|it| it.root.as_str()).collect::<Vec<_>>(), ["apps/api"]);
    let [app] = advice.apps.as_slice() else { panic!("{advice:#?}") };
    assert_eq!((app.verdict.choice, app.verdict.rule), (Choice::Both, "some-move"));
    let feed = Where::Moves(Becomes::WebSocketService);
    let stays = Where::Stays;
    assert_eq!(places(app), [("/api/feed", feed), ("/api/login", stays), ("/api/prices/[symbol]", stays)]);
    // The counter is mended where it is.
    assert_eq!(app.routes[1].reasons[0].finding.rule, "in-memory-rate-limit");
    assert!(!app.routes[1].reasons[0].moves);
    let [along] = app.along.as_slice() else { panic!("{app:#?}") };
    assert_eq!(
        (along.file.as_str(), along.moving.as_slice(), along.staying),
        ("apps/web/lib/price.ts", &["/api/feed".to_owned()][..], 1)
    );
}

#[test]
fn whatever_the_situation_the_checklist_is_whole() {
    for name in ["crud", "chat", "video", "mobile-and-web", "two-teams", "hybrid"] {
        let advice =
            decided(&Path::new("testdata/decisions").join(name), &History::Unknown("not asked".into()));
        assert_evidence(&advice);
        for app in &advice.apps {
            let ids: Vec<&str> = app.needs.iter().map(|need| need.id).collect();
            let asked = [
                "real-time",
                "long-jobs",
                "cpu-heavy",
                "shared-state",
                "middleware-chains",
                "several-clients",
                "separate-teams",
                "small-app",
                "simple-deployment",
                "single-developer",
            ];
            assert_eq!(ids, asked);
        }
    }
}

#[test]
fn a_rule_that_did_not_run_leaves_its_need_open() {
    let options = Options {
        paths: vec!["testdata/decisions/chat".into()],
        skip: vec!["websocket-server".to_owned()],
        ..Options::default()
    };
    let advice = advise(&survey(&options).unwrap(), &History::People(1));
    let need = &advice.apps[0].needs[0];
    assert_eq!((need.id, need.answer), ("real-time", Answer::Unknown));
    assert!(need.because.contains("websocket-server"), "{need:?}");
    assert!(advice.apps[0].verdict.would_change.iter().any(|it| it.contains("`real-time` was not asked")));
}

#[test]
fn without_routes_nothing_is_decided() {
    let folder = common::Project::new(&[]);
    folder.write("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#);
    folder.write("app/page.tsx", "export default function Page() { return null }\n");
    let advice = decided(folder.path(), &History::Unknown("no git".into()));
    assert_eq!((advice.verdict.choice, advice.verdict.rule), (Choice::Undecided, "no-api"));
    assert!(advice.unknown.iter().any(|it| it.contains("no git")), "{:?}", advice.unknown);
}

#[test]
fn work_that_many_routes_share_moves_without_them() {
    let folder = common::Project::new(&[]);
    folder.write("package.json", r#"{ "dependencies": { "next": "16.0.0", "fluent-ffmpeg": "2.1.3" } }"#);
    folder.write("vercel.json", "{}");
    folder.write(
        "lib/cut.ts",
        "import ffmpeg from 'fluent-ffmpeg'\nexport const cut = (from: string) => new Promise((done) => ffmpeg(from).on('end', done).save('/tmp/x.mp4'))\n",
    );
    for route in ["a", "b", "c", "d", "e", "f", "g"] {
        folder.write(
            &format!("app/api/{route}/route.ts"),
            "import { cut } from '../../../lib/cut'\nexport async function POST() {\n  await cut('in')\n  return new Response()\n}\n",
        );
    }
    let advice = decided(folder.path(), &History::People(2));
    let [app] = advice.apps.as_slice() else { panic!("{advice:#?}") };
    assert!(app.routes.iter().all(|route| route.place == Where::Stays), "{:#?}", app.routes);
    assert_eq!((app.verdict.choice, app.verdict.rule), (Choice::Both, "some-move"));
    assert!(app.routes[0].reasons.iter().any(|reason| reason.remedy.contains("the routes stay and call it")));
}

/// `ROUTELINT_UPDATE=1 cargo test` rewrites the published schema after a change to the structs.
#[test]
fn the_json_form_is_what_its_schema_says() {
    let schema = routelint::report::advice_schema();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/advice-v1.schema.json");
    let fresh = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("ROUTELINT_UPDATE").is_some() {
        std::fs::write(path, &fresh).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), fresh, "run with ROUTELINT_UPDATE=1");
    let validator = jsonschema::validator_for(&schema).unwrap();
    for name in ["crud", "hybrid"] {
        let mut written = Vec::new();
        routelint::report::write_advice_json(&situation(name, 1), &mut written).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&written).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(value["version"], 1);
    }
    assert!(!validator.is_valid(&serde_json::json!({ "version": 1 })));
}

#[test]
fn the_command_answers_whatever_it_finds() {
    let project = common::Project::new(&[("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#)]);
    for arguments in [&["advise"][..], &["advise", "--format", "json"]] {
        let run = project.run(arguments);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    }
    project.write("app/api/broken/route.ts", "export async function GET( {");
    let run = project.run(&["advise"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let run = project.run(&["advise", "nowhere"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
}

#[test]
fn threads_change_nothing() {
    let options = |threads| Options {
        paths: vec!["testdata/decisions/hybrid".into()],
        threads: Some(threads),
        ..Options::default()
    };
    let one = |threads| advise(&survey(&options(threads)).unwrap(), &History::People(1));
    assert_eq!(one(1), one(8));
}

#[test]
fn a_program_beside_it_is_a_client_only_if_it_calls() {
    let shell = |source: &str| {
        let project = common::Project::new(&[
            ("package.json", r#"{ "workspaces": ["apps/*"] }"#),
            ("apps/web/package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
            (
                "apps/web/app/api/orders/[id]/route.ts",
                "export async function GET() {\n  return new Response()\n}\n",
            ),
            (
                "apps/desktop/package.json",
                r#"{ "scripts": { "dev": "electron ." }, "dependencies": { "electron": "40.0.0" } }"#,
            ),
            ("apps/desktop/main.ts", source),
        ]);
        let advice = decided(project.path(), &History::People(2));
        let need = advice.apps[0].needs.iter().find(|need| need.id == "several-clients").unwrap().clone();
        (need.answer, need.points)
    };
    assert_eq!(shell("window.loadURL('https://shop.example.org')\n"), (Answer::No, 0));
    assert_eq!(shell("fetch('https://shop.example.org/api/orders-archive')\n"), (Answer::No, 0));
    assert_eq!(shell("fetch(`${base}/api/orders/${id}`)\n"), (Answer::Yes, 2));
}

#[test]
fn a_large_api_that_works_is_not_moved_for_a_preference() {
    let verdict = |routes: usize| {
        let project = common::Project::new(&[
            ("package.json", r#"{ "workspaces": ["apps/*"] }"#),
            ("apps/web/package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
            (
                "apps/mobile/package.json",
                r#"{ "scripts": { "start": "expo start" }, "dependencies": { "expo": "54.0.0" } }"#,
            ),
            ("apps/mobile/app.ts", "fetch(`${base}/api/r1/list`)\n"),
        ]);
        for route in 1..=routes {
            let file = format!("apps/web/app/api/r{route}/list/route.ts");
            project.write(&file, "export async function GET() {\n  return new Response()\n}\n");
        }
        decided(project.path(), &History::People(2)).apps[0].verdict.choice
    };
    assert_eq!(verdict(30), Choice::Server);
    assert_eq!(verdict(31), Choice::Undecided);
}

#[test]
fn examples_are_decided_about_only_where_there_is_nothing_else() {
    let route = "export async function GET() {\n  return new Response()\n}\n";
    let next = r#"{ "dependencies": { "next": "16.0.0" } }"#;
    let project = common::Project::new(&[
        ("examples/basic/package.json", next),
        ("examples/basic/app/api/a/route.ts", route),
    ]);
    let roots = |project: &common::Project| {
        let advice = decided(project.path(), &History::People(2));
        advice.apps.iter().map(|app| app.root.clone()).collect::<Vec<_>>()
    };
    assert_eq!(roots(&project), ["examples/basic"]);
    project.write("apps/web/package.json", next);
    project.write("apps/web/app/api/a/route.ts", route);
    assert_eq!(roots(&project), ["apps/web"]);
}

#[test]
fn one_deployment_is_not_enough_where_two_platforms_are_named() {
    let project = common::Project::new(&[
        ("package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
        ("vercel.json", "{}"),
        ("app/page.tsx", "export default function Page() {\n  return null\n}\n"),
        ("app/api/a/route.ts", "export async function GET() {\n  return new Response()\n}\n"),
    ]);
    let simple = |project: &common::Project| {
        let advice = decided(project.path(), &History::People(2));
        let need = advice.apps[0].needs.iter().find(|need| need.id == "simple-deployment").unwrap().clone();
        (need.answer, need.evidence.iter().map(|it| it.file.clone()).collect::<Vec<_>>())
    };
    assert_eq!(simple(&project), (Answer::Yes, vec!["vercel.json".to_owned()]));
    project
        .write("render.yaml", "services:\n  - type: web\n    runtime: node\n    startCommand: npm start\n");
    assert_eq!(simple(&project), (Answer::Unknown, vec!["render.yaml".to_owned()]));
}

#[test]
fn a_library_that_vite_builds_is_no_front_end() {
    let project = common::Project::new(&[
        ("package.json", r#"{ "workspaces": ["apps/*", "packages/*"] }"#),
        ("apps/web/package.json", r#"{ "dependencies": { "next": "16.0.0" } }"#),
        (
            "apps/web/app/api/orders/list/route.ts",
            "export async function GET() {\n  return new Response()\n}\n",
        ),
        (
            "packages/ui/package.json",
            r#"{ "scripts": { "dev": "vite" }, "devDependencies": { "vite": "8.0.0" } }"#,
        ),
        ("packages/ui/orders.ts", "export const orders = () => fetch('/api/orders/list')\n"),
    ]);
    let answer = |project: &common::Project| {
        let advice = decided(project.path(), &History::People(2));
        advice.apps[0].needs.iter().find(|need| need.id == "several-clients").unwrap().answer
    };
    assert_eq!(answer(&project), Answer::No);
    project.write("packages/ui/index.html", "<!doctype html>\n");
    assert_eq!(answer(&project), Answer::Yes);
}
