//! A report with a bit of everything, for the tests of the formats.

use std::sync::Arc;

use crate::diagnostic::{Applicability, Confidence, Severity};
use crate::rules::{RuleMeta, Status};

use super::{
    AppReport, Diagnostic, Fix, Place, Report, RouteReport, Silent, SourceText, Stale, Step, Summary,
};

pub(crate) static CLIENT: RuleMeta = RuleMeta {
    id: "per-request-client",
    title: "A connection or pool is opened at request time",
    family: "clients",
    severity: [Some(Severity::Error); 7],
    confidence: Confidence::High,
    since: "0.1.0",
    status: Status::Stable,
    page: "# per-request-client\n\nEvery request opens **its own** pool of connections.\n\n## Why\n\nA database \
        allows 100 connections.\n\n```ts title=\"app/api/users/route.ts\"\nexport const GET = () => new Pool() // \
        error: [per-request-client]\n```\n",
};

pub(crate) static STORE: RuleMeta = RuleMeta {
    id: "in-memory-store",
    title: "Module state is used as a store",
    family: "state",
    severity: [Some(Severity::Warning), None, None, None, None, None, None],
    confidence: Confidence::Medium,
    since: "0.1.0",
    status: Status::OptIn,
    page: "",
};

const DB: &str = "import { PrismaClient } from '@prisma/client'\n\n// \u{1b}[31m \u{202e} 😀 and a tab\nexport function getUsers() { /* 😀 */\tconst db = new PrismaClient()\n\n  return db.user.findMany()\n}\n";
const ROUTE: &str = "import { getUsers } from '../../../../lib/db'\n\nexport async function GET() {\n  return Response.json(await getUsers())\n}\n";

/// A place at the first occurrence of a text.
pub(crate) fn place(file: &str, text: &Arc<SourceText>, what: &str) -> Place {
    let start = text.text().find(what).unwrap();
    let number = |n| u32::try_from(n).unwrap();
    Place {
        file: file.into(),
        source: Arc::clone(text),
        start: number(start),
        end: number(start + what.len()),
    }
}

/// A finding without any of the optional parts.
pub(crate) fn diagnostic(rule: &'static RuleMeta, severity: Severity, place: Place) -> Diagnostic {
    Diagnostic {
        rule,
        severity,
        confidence: rule.confidence,
        message: "Each request makes a new `PrismaClient`, and with it a new connection pool.".into(),
        help: "Create the client once in a module and import it.".into(),
        place,
        routes: Vec::new(),
        trace: Vec::new(),
        related: Vec::new(),
        fingerprint: "0123456789abcdef0123456789abcdef".into(),
        subject: None,
        fix: None,
        repository_path: "apps/lib/db.ts".into(),
    }
}

/// The report.
pub(crate) fn report() -> Report {
    let db = Arc::new(SourceText::new(DB.into()));
    let route = Arc::new(SourceText::new(ROUTE.into()));
    let (db_file, route_file) = ("lib/db \"it's\" 100%.ts", "app/api/users/[id]/route.ts");
    let mut client = diagnostic(&CLIENT, Severity::Error, place(db_file, &db, "new PrismaClient()"));
    client.routes = (1..=40).map(|n| format!("/api/r{n}/[id]")).collect();
    client.trace = vec![
        Step {
            place: place(route_file, &route, "getUsers()"),
            message: "GET /api/users/[id] calls `getUsers`".into(),
        },
        Step {
            place: place(db_file, &db, "new PrismaClient"),
            message: "`getUsers` creates the client".into(),
        },
    ];
    client.related = vec![
        Step {
            place: place(db_file, &db, "db.user"),
            message: "its only use, on every call of `getUsers`".into(),
        },
        Step {
            place: place(route_file, &route, "GET"),
            message: "the handler `handlers[GET](request)`".into(),
        },
    ];
    client.help = "Create the client once, outside of the handler:\n\n```ts\nexport const db = globalThis.db ?? new \
        PrismaClient()\n```\n- on Vercel, call `attachDatabasePool(pool)` from `@vercel/functions` so that idle \
        connections close before the instance is suspended"
        .into();
    client.fix = Some(Fix {
        title: "Keep the client on `globalThis`".into(),
        applicability: Applicability::Safe,
        replacements: vec![(
            place(db_file, &db, "new PrismaClient()"),
            "shared.db ?? new PrismaClient()".into(),
        )],
    });
    let store = diagnostic(&STORE, Severity::Warning, place(route_file, &route, "await getUsers()"));
    let silenced = diagnostic(&STORE, Severity::Warning, place(route_file, &route, "await getUsers()"));
    let known = silenced.clone();
    Report {
        root: ".".into(),
        base: "/project".into(),
        project: "/project".into(),
        prefix: "apps/".into(),
        apps: vec![app(route_file)],
        diagnostics: vec![client, store],
        silent: vec![
            Silent { diagnostic: known, justification: None },
            Silent { diagnostic: silenced, justification: Some("only in the demo".into()) },
        ],
        stale: Some(vec![Stale {
            fingerprint: "fedcba9876543210fedcba9876543210".into(),
            rule: "in-memory-store".into(),
            file: "apps/lib/old.ts".into(),
            text: "new Map()".into(),
        }]),
        summary: Summary {
            files: 412,
            routes: 38,
            errors: 1,
            warnings: 1,
            hidden: 9,
            unparsed: 1,
            duration_ms: 120,
            ..Summary::default()
        },
        warnings: vec!["tsconfig.json:3:5: expected `,`; its `paths` are ignored \u{1b}[2J".into()],
        rules: vec![&CLIENT, &STORE],
        share: None,
    }
}

fn app(file: &str) -> AppReport {
    AppReport {
        root: "web".into(),
        framework: "next".into(),
        framework_version: Some("15.3.1".into()),
        target: "vercel".into(),
        target_assumed: false,
        evidence: vec!["web/vercel.json".into()],
        routes: vec![RouteReport { findings: 2, ..route("/api/users/[id]", file) }],
    }
}

/// A route without findings.
pub(crate) fn route(path: &str, file: &str) -> RouteReport {
    RouteReport {
        path: path.into(),
        file: file.into(),
        kind: "app-route".into(),
        methods: vec!["GET".into(), "POST".into()],
        runtime: "nodejs".into(),
        max_duration: Some(60),
        dynamic: None,
        revalidate: None,
        findings: 0,
    }
}
