//! The page as a whole.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::sample::{HOSTILE, advice, app, finding, imports, report};
use super::{Dossier, write_html};
use crate::report::sample::route;
use crate::report::{Advice, ImportGraph, Previous, Report, write_json};

fn page(report: &Report, advice: &Advice, imports: &ImportGraph, previous: Option<&Previous>) -> String {
    let mut out = Vec::new();
    write_html(&Dossier { report, advice, imports, previous }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn full() -> String {
    let (report, advice, imports) = (report(), advice(), imports());
    page(&report, &advice, &imports, None)
}

/// Everything that is markup: names of elements and attributes, without what stands in quotes.
fn markup(page: &str) -> BTreeSet<String> {
    let end = page.rfind("<script>").unwrap();
    let mut found = BTreeSet::new();
    let mut rest = &page[..end];
    while let Some(start) = rest.find('<') {
        let tag = &rest[start..];
        let end = tag.find('>').unwrap_or(tag.len() - 1);
        let mut bare = String::new();
        for (index, part) in tag[..end].split('"').enumerate() {
            bare.push_str(if index % 2 == 0 { part } else { "" });
        }
        found.extend(bare.split_whitespace().map(str::to_owned));
        rest = &rest[start + end..];
    }
    found
}

#[test]
fn names_that_mean_harm_are_text() {
    let page = full();
    let found = markup(&page);
    assert!(
        !found.iter().any(|word| word.contains("img") || word.contains("onerror") || word.contains("alert")),
        "{found:?}"
    );
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
    assert!(page.contains(
        "&#60;script&#62;alert(1)&#60;/script&#62;&#60;img src=x onerror=alert(1)&#62;\\x1b[31m\\u{202e}"
    ));
    assert!(page.contains("<h1>&#60;b&#62;shop</h1>"), "the project's name is text");
}

#[test]
fn nothing_is_loaded_and_only_this_script_runs() {
    let page = full();
    assert!(page.contains("default-src 'none'; style-src 'sha256-") && page.contains("script-src 'sha256-"));
    for word in ["src=\"", "@import", "url(http", "<link", "<iframe"] {
        assert!(!page.contains(word), "{word}");
    }
    let style = markup(&page).iter().any(|word| word.starts_with("style=") || word.starts_with("on"));
    assert!(!style, "the policy forbids them");
}

#[test]
fn every_link_within_the_page_leads_somewhere() {
    let page = full();
    let ids: BTreeSet<&str> =
        page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let links: BTreeSet<&str> =
        page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let lost: Vec<&&str> = links.difference(&ids).collect();
    assert!(lost.is_empty() && links.len() > 10, "{lost:?}");
    assert_eq!(page.matches(" id=\"").count(), ids.len(), "an id stands twice");
}

#[test]
fn the_decision_is_told_with_its_evidence() {
    let page = full();
    for text in [
        "both, Next.js routes and Express (a persistent service)",
        "WebSockets or real-time?",
        "yes, and met",
        "requires a server",
        "becomes an Express route",
        "What moves along",
        "this one",
        "If <code>/api/a</code> opened its pool once",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let nothing = self::page(&report(), &Advice::default(), &imports(), None);
    assert!(!nothing.contains("id=\"decision\""));
}

#[test]
fn a_path_of_two_apps_is_that_of_the_one_that_loads_the_code() {
    let page = full();
    // The routes 0 and 1 are of `web`; 3 has the path of 0 and loads nothing.
    assert!(page.contains("data-routes=\"0-1\""));
}

#[test]
fn imports_are_drawn_and_told() {
    let page = full();
    assert!(page.contains("web/b.ts loads lib/db.ts; web/a.ts loads lib/users.ts loads lib/db.ts"));
    assert_eq!(page.matches("<svg role=\"img\"").count(), 1);
}

#[test]
fn a_project_without_routes_or_apps_has_a_page() {
    let report = Report { base: "/".into(), ..Report::default() };
    let page = page(&report, &Advice::default(), &ImportGraph::default(), None);
    assert!(page.contains("No routes were found.") && page.contains("Nothing was found."));
}

#[test]
fn an_earlier_report_is_compared_by_fingerprints() {
    let mut earlier = report();
    earlier.diagnostics.push(finding(77, &["/api/b"]));
    earlier.diagnostics.remove(0);
    let mut json = Vec::new();
    write_json(&earlier, &mut json).unwrap();
    let previous = Previous::read(&json).unwrap();
    let (report, imports) = (report(), imports());
    let page = self::page(&report, &Advice::default(), &imports, Some(&previous));
    assert!(
        page.contains("<b>1</b> new")
            && page.contains("<b>1</b> gone")
            && page.contains("<b>1</b> unchanged")
    );
    assert!(page.contains("data-state=\"new\"") && page.contains("data-state=\"known\""));
    let newer = Previous::Newer { version: 2, tool: Some(HOSTILE.into()) };
    let page = self::page(&report, &Advice::default(), &imports, Some(&newer));
    assert!(page.contains("version 2 of the format") && page.contains("data-state=\"\""));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(full(), full());
}

/// 500 routes, each with a finding of its own, and one that all have.
#[test]
fn five_hundred_routes_are_a_small_page() {
    let names: Vec<String> = (0..500).map(|n| format!("/api/part{}/thing{n}/[id]", n % 20)).collect();
    let paths: Vec<&str> = names.iter().map(String::as_str).collect();
    let files: Vec<String> =
        (0..500).map(|n| format!("app/api/part{}/thing{n}/[id]/route.ts", n % 20)).collect();
    let routes = names.iter().zip(&files).map(|(path, file)| route(path, file)).collect();
    let mut report = Report { apps: vec![app("web", "vercel", routes)], ..Report::default() };
    report.diagnostics = (0..500).map(|n| finding(n, &paths[n..=n])).collect();
    report.diagnostics.push(finding(1000, &paths));
    let mut imports = ImportGraph { files, ..ImportGraph::default() };
    imports.files.extend(["lib/db.ts", "lib/users.ts"].map(str::to_owned));
    imports.files.sort();
    let users = imports.index("lib/users.ts").unwrap();
    imports.imports = imports
        .files
        .iter()
        .map(|file| match file.as_str() {
            "lib/db.ts" => vec![],
            "lib/users.ts" => vec![users - 1],
            _ => vec![users],
        })
        .collect();
    let page = page(&report, &Advice::default(), &imports, None);
    assert!(page.len() < 1_500_000, "{} bytes", page.len());
    let mut missing = String::new();
    for n in 0..500 {
        if !page.contains(&format!("fingerprint <code>{n:032x}</code>")) {
            write!(missing, "{n} ").unwrap();
        }
    }
    assert_eq!(missing, "");
    assert!(page.contains("496 more routes not drawn"), "the rest is counted");
}
