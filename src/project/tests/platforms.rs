//! What the configuration of the platform says.

use super::{Tree, next_package, warnings};
use crate::project::{App, Project};

fn tree(files: &[(&str, &str)]) -> Tree {
    let tree = Tree::new(&[("package.json", &next_package("15")), ("app/page.tsx", "")]);
    for (path, text) in files {
        tree.add(path, text);
    }
    tree
}

fn app<'p>(project: &'p Project, root: &str) -> &'p App {
    project.apps.iter().find(|app| app.root == root).unwrap()
}

fn crons(project: &Project, root: &str) -> Vec<String> {
    let crons = &app(project, root).platform.crons;
    crons.iter().map(|cron| format!("{} {}", cron.path, cron.schedule)).collect()
}

#[test]
fn crons_with_their_place() {
    let text = "{\n  // nightly\n  \"crons\": [\n    { \"path\": \"/api/cron\", \"schedule\": \"0 3 * * *\" },\n    {}\n  ]\n}\n";
    let project = tree(&[("vercel.json", text)]).discover();
    assert_eq!(crons(&project, ""), ["/api/cron 0 3 * * *"]);
    let at = app(&project, "").platform.crons[0].at;
    assert_eq!(project.files.path(at.file), "vercel.json");
    assert_eq!(&text[at.span.start as usize..at.span.end as usize], "\"/api/cron\"");
    assert_eq!(project.files.get("vercel.json"), None);
}

#[test]
fn code_counts_as_far_as_it_is_literal() {
    let text = "import type { VercelConfig } from '@vercel/config/v1';\nexport const config: VercelConfig = {\n  \
                fluid: true,\n  crons: [{ path: '/api/a', schedule: '0 0 * * *' }, { path: `/api/${b}` }, ...more],\n  \
                functions: { 'app/api/**/*': { memory: 1024, maxDuration: 60 } },\n};\n";
    let project = tree(&[("vercel.ts", text)]).discover();
    assert_eq!(crons(&project, ""), ["/api/a 0 0 * * *"]);
    let platform = &app(&project, "").platform;
    let at = platform.crons[0].at;
    assert_eq!(&text[at.span.start as usize..at.span.end as usize], "'/api/a'");
    assert_eq!((platform.fluid, platform.durations().of("app/api/x/route.ts")), (Some(true), Some(60)));
}

#[test]
fn the_first_pattern_that_fits_a_file_decides() {
    let text = r#"{"fluid": false, "functions": {
        "app/api/slow/[id]/route.ts": {"maxDuration": 300},
        "app/api/**/*": {"maxDuration": 30},
        "pages/api/*.js": {"maxDuration": 10},
        "src/app/**/route.{ts,js}": {"maxDuration": 20},
        "lib/*": {"memory": 512},
        "[": {"maxDuration": 1}
    }}"#;
    let project = tree(&[("vercel.json", text)]).discover();
    let platform = &app(&project, "").platform;
    for (path, expected) in [
        ("app/api/slow/[id]/route.ts", Some(300)),
        ("app/api/a/b/route.ts", Some(30)),
        ("pages/api/a.js", Some(10)),
        ("pages/api/a/b.js", None),
        ("src/app/api/a/route.ts", Some(20)),
        ("src/app/api/a/page.ts", None),
        ("lib/a", None),
    ] {
        assert_eq!(platform.durations().of(path), expected, "{path}");
    }
    assert_eq!(platform.fluid, Some(false));
}

#[test]
fn the_nearest_file_counts_and_crons_of_several_apps_count_for_none() {
    let tree = Tree::new(&[
        (
            "vercel.json",
            r#"{"crons": [{"path": "/api/root"}], "functions": {"apps/web/app/**": {"maxDuration": 9}}}"#,
        ),
        ("apps/web/package.json", &next_package("15")),
        ("apps/web/app/api/a/route.ts", ""),
    ]);
    let project = tree.discover();
    assert_eq!(crons(&project, "apps/web"), ["/api/root "]);
    let platform = &app(&project, "apps/web").platform;
    assert_eq!(platform.durations().of("apps/web/app/api/a/route.ts"), Some(9));
    tree.add("apps/docs/package.json", &next_package("15"));
    tree.add("apps/docs/app/page.tsx", "");
    tree.add("apps/docs/vercel.json", r#"{"crons": [{"path": "/docs"}]}"#);
    let project = tree.discover();
    assert_eq!(crons(&project, "apps/web"), Vec::<String>::new());
    assert_eq!(crons(&project, "apps/docs"), ["/docs "]);
}

#[test]
fn what_cannot_be_read_is_said() {
    let project = tree(&[("vercel.json", "{\n  \"crons\": [}")]).discover();
    assert!(
        warnings(&project)[0].starts_with("vercel.json: 2:13: not valid JSON"),
        "{:?}",
        warnings(&project)
    );
}

#[test]
fn flags_of_workers() {
    let tree = tree(&[("wrangler.toml", "# nodejs_compat\nname = 'x'")]);
    assert!(!app(&tree.discover(), "").platform.nodejs_compat);
    tree.add("wrangler.toml", "compatibility_flags = ['nodejs_compat_v2']");
    assert!(app(&tree.discover(), "").platform.nodejs_compat);
}
