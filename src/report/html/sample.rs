//! A project with everything that the page can tell, most of it named by somebody who means harm.

use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::report::sample::{CLIENT, STORE, diagnostic, place, route};
use crate::report::{
    Advice, Along, Answer, AppAdvice, AppReport, Becomes, Choice, Diagnostic, Evidence, FindingRef,
    ImportGraph, Need, Placement, Reason, Report, RouteReport, Service, SourceText, Step, Verdict,
    VerdictRule, Weight, Where,
};

/// A file, a route and a text that try to break out of where they stand.
pub(super) const HOSTILE: &str =
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{1b}[31m\u{202e}`</script>";

/// An app with its routes.
pub(super) fn app(root: &str, target: &str, routes: Vec<RouteReport>) -> AppReport {
    AppReport {
        root: root.into(),
        framework: "next".into(),
        framework_version: Some("15.3.1".into()),
        target: target.into(),
        target_assumed: false,
        evidence: vec![format!("{root}/vercel.json")],
        routes,
    }
}

/// A finding in `lib/db.ts`, reached through `lib/users.ts`.
pub(super) fn finding(number: usize, routes: &[&str]) -> Diagnostic {
    let db = Arc::new(SourceText::new(
        "import { Pool } from 'pg'\n\n// </script><script>alert(1)</script>\nexport function db() {\n  return new Pool({ max: 5 })\n}\n".into(),
    ));
    let users = Arc::new(SourceText::new(
        "import { db } from './db'\n\nexport const users = () => db().query('x')\n".into(),
    ));
    let mut finding = diagnostic(&CLIENT, Severity::Error, place("lib/db.ts", &db, "new Pool({ max: 5 })"));
    finding.fingerprint = format!("{number:032x}");
    finding.routes = routes.iter().map(|route| (*route).to_owned()).collect();
    finding.trace = vec![
        Step { place: place("lib/users.ts", &users, "users"), message: "GET /api/a calls `users`".into() },
        Step { place: place("lib/users.ts", &users, "db()"), message: "calls `db`".into() },
        Step { place: place("lib/db.ts", &db, "new Pool"), message: "makes the pool".into() },
    ];
    finding
}

/// Two apps with one path in common, and a module that both load.
pub(super) fn report() -> Report {
    let bad = Arc::new(SourceText::new(format!("const a = `{HOSTILE}`; new Map()\n")));
    let mut hostile = diagnostic(&STORE, Severity::Warning, place(HOSTILE, &bad, "new Map()"));
    hostile.message = format!("a `store` named {HOSTILE}");
    hostile.help = format!("Do not.\n\n```ts\n{HOSTILE}\n```\n- {HOSTILE}");
    hostile.routes = vec![HOSTILE.to_owned()];
    let mut report = Report {
        base: "/srv/<b>shop".into(),
        apps: vec![
            app(
                "web",
                "vercel",
                vec![route("/api/a", "web/a.ts"), route("/api/b", "web/b.ts"), route(HOSTILE, HOSTILE)],
            ),
            app(
                "admin",
                "cloud-run",
                vec![route("/api/a", "admin/a.ts"), route("/api/none", "admin/none.ts")],
            ),
        ],
        diagnostics: vec![finding(1, &["/api/a", "/api/b"]), hostile],
        warnings: vec![format!("{HOSTILE}: cannot be parsed: expected `,`")],
        rules: vec![&CLIENT, &STORE],
        ..Report::default()
    };
    report.summary.routes = 5;
    report.summary.errors = 1;
    report.summary.warnings = 1;
    report.summary.unparsed = 1;
    report
}

/// Both routes of `web` load `lib/users.ts`, which loads `lib/db.ts`; `b` loads that directly too.
pub(super) fn imports() -> ImportGraph {
    let files = ["admin/a.ts", "admin/none.ts", "lib/db.ts", "lib/users.ts", "web/a.ts", "web/b.ts"];
    ImportGraph {
        files: files.map(str::to_owned).to_vec(),
        imports: vec![vec![], vec![], vec![], vec![2], vec![3], vec![2, 3]],
        packages: vec![Vec::new(); files.len()],
    }
}

/// A decision for both, in which one route moves.
pub(super) fn advice() -> Advice {
    let found = FindingRef { rule: CLIENT.id.into(), fingerprint: format!("{:032x}", 1) };
    let reason = |moves| Reason {
        finding: found.clone(),
        file: "lib/db.ts".into(),
        line: 5,
        message: "every request opens a `Pool`".into(),
        moves,
        breaks: moves,
        remedy: if moves { "keep it in one process".into() } else { "make it once in a module".into() },
    };
    let placed = |path: &str, place, reasons| Placement {
        path: path.into(),
        file: format!("web{}.ts", path.replace("/api", "")),
        kind: "app-route".into(),
        methods: vec!["GET".into()],
        place,
        reasons,
    };
    let need = |id, question, weight, answer, met, because: &str, evidence| Need {
        id,
        question,
        weight,
        answer,
        points: 0,
        met,
        because: because.into(),
        evidence,
    };
    let proof = |text: &str, file: &str, line, finding| Evidence {
        text: text.into(),
        file: file.into(),
        line,
        finding,
    };
    let verdict = Verdict {
        choice: Choice::Both,
        rule: "some-need-it",
        because: "One route holds connections, which needs a process that stays up; the others do not."
            .into(),
        closeness: "Clear: one need requires a server, and nothing meets it.".into(),
        would_change: vec!["If `/api/a` opened its pool once, Next.js routes would do.".into()],
    };
    Advice {
        apps: vec![AppAdvice {
            root: "web".into(),
            target: "vercel".into(),
            needs: vec![
                need(
                    "real-time",
                    "WebSockets or real-time?",
                    Weight::RequiresServer,
                    Answer::Yes,
                    false,
                    "One route opens connections.",
                    vec![proof("opens a `Pool`", "lib/db.ts", Some(5), Some(found.clone()))],
                ),
                need(
                    "long-jobs",
                    "Long-running jobs?",
                    Weight::RequiresServer,
                    Answer::No,
                    false,
                    "No work over 300 s was found; `maxDuration` is 60 s at most.",
                    vec![],
                ),
                need(
                    "cpu",
                    "CPU-heavy work?",
                    Weight::PrefersServer,
                    Answer::Yes,
                    true,
                    "A queue takes it already.",
                    vec![proof(HOSTILE, HOSTILE, None, None)],
                ),
                need(
                    "single",
                    "A single developer?",
                    Weight::PrefersNext,
                    Answer::Unknown,
                    false,
                    "There is no git history to look at.",
                    vec![],
                ),
            ],
            verdict: verdict.clone(),
            routes: vec![
                placed("/api/a", Where::Moves(Becomes::ExpressRoute), vec![reason(true)]),
                placed("/api/b", Where::Stays, vec![reason(false)]),
                placed(HOSTILE, Where::Stays, vec![]),
            ],
            along: vec![Along { file: "lib/users.ts".into(), moving: vec!["/api/a".into()], staying: 1 }],
        }],
        services: vec![Service { root: "api".into(), framework: "express".into() }],
        verdict,
        rules: vec![
            VerdictRule { name: "no-routes", text: "Nothing to decide where there are no routes." },
            VerdictRule {
                name: "some-need-it",
                text: "Both, where some routes need a server and others do not.",
            },
        ],
        unknown: vec![format!("{HOSTILE} could not be read")],
    }
}
