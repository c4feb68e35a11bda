//! Pictures of projects made by hand: small, hostile and large ones.

use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::rules::RuleMeta;

use super::sample::{CLIENT, STORE, diagnostic, place};
use super::{AppReport, Diagnostic, GraphFormat, ImportGraph, Report, RouteReport, SourceText, write_graph};

fn drawn(report: &Report, imports: &ImportGraph, format: GraphFormat) -> String {
    let mut out = Vec::new();
    write_graph(report, imports, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn route(path: &str, file: &str) -> RouteReport {
    RouteReport {
        path: path.into(),
        file: file.into(),
        kind: "app-route".into(),
        methods: vec!["GET".into()],
        runtime: "nodejs".into(),
        max_duration: None,
        dynamic: None,
        revalidate: None,
        findings: 0,
    }
}

fn app(root: &str, routes: Vec<RouteReport>) -> AppReport {
    AppReport {
        root: root.into(),
        framework: "next".into(),
        framework_version: None,
        target: "vercel".into(),
        target_assumed: false,
        evidence: Vec::new(),
        routes,
    }
}

fn found(rule: &'static RuleMeta, severity: Severity, file: &str, routes: &[&str]) -> Diagnostic {
    let text = Arc::new(SourceText::new("new PrismaClient()".into()));
    let mut found = diagnostic(rule, severity, place(file, &text, "new PrismaClient()"));
    found.routes = routes.iter().map(|&route| route.to_owned()).collect();
    found
}

/// Files with what they load and the packages that they load.
fn imports(files: &[(&str, &[&str], &[&str])]) -> ImportGraph {
    let mut files = files.to_vec();
    files.sort_unstable();
    let index = |name: &&str| files.iter().position(|(file, ..)| file == name).unwrap();
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let mut graph = ImportGraph::default();
    for (file, loads, packages) in &files {
        let mut loads: Vec<u32> = loads.iter().map(|it| u32::try_from(index(it)).unwrap()).collect();
        loads.sort_unstable();
        graph.files.push((*file).to_owned());
        graph.imports.push(loads);
        graph.packages.push(owned(packages));
    }
    graph
}

/// Two apps with a route of the same path; only that of `web` runs into the client of the package that both load.
fn two_apps() -> (Report, ImportGraph) {
    let mut report = Report {
        apps: vec![
            app("docs", vec![route("/api/users", "docs/users.ts")]),
            app("web", vec![route("/api/health", "web/health.ts"), route("/api/users", "web/users.ts")]),
        ],
        ..Report::default()
    };
    report.diagnostics = vec![
        found(&CLIENT, Severity::Error, "packages/db.ts", &["/api/users"]),
        found(&CLIENT, Severity::Error, "packages/db.ts", &["/api/users"]),
        found(&STORE, Severity::Warning, "web/health.ts", &["/api/health"]),
    ];
    let imports = imports(&[
        ("docs/users.ts", &["packages/log.ts"], &["next"]),
        ("packages/db.ts", &["packages/log.ts"], &["@prisma/client", "server-only"]),
        ("packages/log.ts", &[], &["pino"]),
        ("web/health.ts", &[], &[]),
        ("web/lib/users.ts", &["packages/db.ts"], &[]),
        ("web/users.ts", &["web/lib/users.ts"], &[]),
    ]);
    (report, imports)
}

#[test]
fn a_small_project_is_drawn_whole() {
    let (report, imports) = two_apps();
    insta::assert_snapshot!(drawn(&report, &imports, GraphFormat::Mermaid), @r##"
    %% routelint: 3 routes, 3 findings
    %% An arrow: loads, itself or through modules that are not shown. A thick one: the way to a finding.
    flowchart LR
      subgraph app0["docs (next → vercel)"]
        n0("/api/users<br/>GET"):::route
      end
      subgraph app1["web (next → vercel)"]
        n1("/api/health<br/>GET<br/>warning#58; in-memory-store"):::warning
        n2("/api/users<br/>GET"):::route
        n4["lib/users.ts"]:::module
      end
      n3["packages/db.ts<br/>error#58; per-request-client × 2"]:::error
      n5["packages/log.ts"]:::module
      n6[("#64;prisma/client")]:::module
      n0 -.-> n5
      n2 ==> n4
      n3 -.-> n5
      n3 ==> n6
      n4 ==> n3
      classDef route fill:#fff,stroke:#57606a,color:#000
      classDef module fill:#f6f8fa,stroke:#57606a,color:#000
      classDef error fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#000
      classDef warning fill:#fff8c5,stroke:#9a6700,stroke-width:2px,color:#000
      classDef info fill:#ddf4ff,stroke:#0969da,stroke-width:2px,color:#000
    "##);
    insta::assert_snapshot!(drawn(&report, &imports, GraphFormat::Dot), @r##"
    // routelint: 3 routes, 3 findings
    // An arrow: loads, itself or through modules that are not shown. A thick one: the way to a finding.
    digraph routes {
      rankdir=LR; ranksep=1; nodesep=0.12;
      graph [fontname="Helvetica,Arial,sans-serif", fontsize=12, style=rounded, color="#8c959f"];
      node [fontname="Helvetica,Arial,sans-serif", fontsize=10, shape=box, style=filled, fillcolor=white, color="#57606a"];
      edge [color="#8c959f", arrowsize=0.7];
      subgraph cluster_0 {
        label="docs (next → vercel)";
        n0 [label="/api/users\nGET", style="filled,rounded"];
        { rank=same; n0; }
      }
      subgraph cluster_1 {
        label="web (next → vercel)";
        n1 [label="/api/health\nGET\nwarning: in-memory-store", style="filled,rounded", fillcolor="#fff8c5", color="#9a6700", penwidth=2];
        n2 [label="/api/users\nGET", style="filled,rounded"];
        n4 [label="lib/users.ts"];
        { rank=same; n1; n2; }
      }
      n3 [label="packages/db.ts\nerror: per-request-client × 2", fillcolor="#ffebe9", color="#cf222e", penwidth=2.5];
      n5 [label="packages/log.ts"];
      n6 [label="@prisma/client", shape=cylinder];
      n0 -> n5;
      n2 -> n4 [color="#24292f", penwidth=2];
      n3 -> n5;
      n3 -> n6 [color="#24292f", penwidth=2];
      n4 -> n3 [color="#24292f", penwidth=2];
    }
    "##);
}

#[test]
fn names_are_only_text() {
    let name = "end\"];\n click n0 href \"javascript:x\" %%{init}%% </text>\u{1b}[31m&quot;\\";
    let mut report = Report { apps: vec![app(name, vec![route(name, "a.ts")])], ..Report::default() };
    report.diagnostics = vec![found(&CLIENT, Severity::Error, name, &[name])];
    let imports = imports(&[("a.ts", &[name], &[]), (name, &[], &[name])]);
    let text = drawn(&report, &imports, GraphFormat::Mermaid);
    for line in text.lines().filter(|line| line.contains("click")) {
        let (before, rest) = line.split_once('"').unwrap();
        let (label, after) = rest.rsplit_once('"').unwrap();
        assert!(!before.contains("click") && !after.contains("click"), "{line}");
        assert!(!label.contains(['"', '<', '%', '{', '\\', ':']) || label.contains("<br/>"), "{line}");
    }
    let text = drawn(&report, &imports, GraphFormat::Dot);
    assert!(text.contains(r#"end\"];\\n click n0 href \"javascript:x\""#), "{text}");
    assert!(text.contains(r#"</text>\\x1b[31m&amp;quot;\\"#) && !text.contains('\u{1b}'), "{text}");
}

/// 600 routes in 60 folders; every tenth has a finding of its own, and all load what all load.
fn large() -> (Report, ImportGraph) {
    let names: Vec<(String, String)> = (0..600)
        .map(|n| (format!("/api/f{}/{n}/part/{n}", n % 60), format!("app/f{}/{n}/route.ts", n % 60)))
        .collect();
    let modules: Vec<String> = (0..200).map(|n| format!("lib/m{n:03}.ts")).collect();
    let all: Vec<&str> = modules.iter().map(String::as_str).collect();
    let mut files: Vec<(&str, &[&str], &[&str])> = Vec::new();
    files.extend(names.iter().map(|(_, file)| (file.as_str(), &all[..], &[][..])));
    files.extend(all.iter().enumerate().map(|(n, &file)| (file, &all[n / 2..n], &[][..])));
    let routes = names.iter().map(|(path, file)| route(path, file)).collect();
    let mut report = Report { apps: vec![app(".", routes)], ..Report::default() };
    let paths: Vec<&str> = names.iter().map(|(path, _)| path.as_str()).collect();
    report
        .diagnostics
        .extend(names.iter().step_by(10).map(|(path, file)| found(&STORE, Severity::Warning, file, &[path])));
    report
        .diagnostics
        .extend(all.iter().take(100).map(|file| found(&CLIENT, Severity::Error, file, &paths[..300])));
    (report, imports(&files))
}

#[test]
fn a_large_project_is_cut_until_it_can_be_read_and_says_so() {
    let (report, imports) = large();
    let text = drawn(&report, &imports, GraphFormat::Mermaid);
    let nodes = text.lines().filter(|line| line.contains("\"") && line.contains(":::")).count();
    let arrows = text.lines().filter(|line| line.contains("==>") || line.contains("-.->")).count();
    // Mermaid draws 500 arrows and reads 50,000 letters.
    assert!(nodes <= 80 && arrows <= 400 && text.len() < 50_000, "{nodes} {arrows} {}", text.len());
    assert!(text.contains("routes put together by folder"), "{text}");
    assert!(text.contains("%% Left out: 76 findings in 76 modules; "), "{text}");
    assert!(text.lines().filter(|line| line.contains(":::warning")).count() > 0, "{text}");
}

#[test]
fn nothing_to_draw_is_a_picture_too() {
    let text = drawn(&Report::default(), &ImportGraph::default(), GraphFormat::Dot);
    assert!(text.starts_with("// routelint: 0 routes, 0 findings\n") && text.ends_with("}\n"), "{text}");
}
