//! Which folders are apps, and of which version.

use super::{Tree, entries, next_package};
use crate::project::{Framework, Project};

fn apps(project: &Project) -> Vec<(String, Framework, Option<String>)> {
    let apps = project.apps.iter();
    apps.map(|app| (app.root.clone(), app.framework, app.version.as_ref().map(ToString::to_string))).collect()
}

fn app(root: &str, framework: Framework, version: Option<&str>) -> (String, Framework, Option<String>) {
    (root.to_owned(), framework, version.map(str::to_owned))
}

#[test]
fn a_monorepo_of_apps_and_libraries() {
    let tree = Tree::new(&[
        ("package.json", r#"{"workspaces": ["apps/*"], "devDependencies": {"next": "15.1.0"}}"#),
        (
            "pnpm-workspace.yaml",
            "packages: [apps/*]\ncatalog:\n  next: ^14.2.3\ncatalogs:\n  new:\n    next: 16.0.1\n",
        ),
        ("apps/web/package.json", r#"{"dependencies": {"next": "catalog:"}}"#),
        ("apps/web/app/a/route.ts", ""),
        ("apps/new/package.json", r#"{"dependencies": {"next": "catalog:new"}}"#),
        ("apps/new/src/app/b/route.ts", ""),
        ("apps/docs/package.json", "{}"),
        ("apps/docs/next.config.js", ""),
        ("apps/docs/pages/index.tsx", ""),
        ("apps/server/package.json", r#"{"dependencies": {"express": "^4.18.0"}}"#),
        ("apps/worker/package.json", r#"{"dependencies": {"hono": "4", "@hono/node-server": "1.2"}}"#),
        ("apps/tool/package.json", r#"{"devDependencies": {"express": "4"}}"#),
        (
            "packages/ui/package.json",
            r#"{"peerDependencies": {"next": "15"}, "devDependencies": {"next": "15"}}"#,
        ),
        ("packages/ui/src/app/x.tsx", ""),
        ("packages/config/package.json", r#"{"dependencies": {"next": "15"}}"#),
    ]);
    let project = tree.discover();
    assert_eq!(
        apps(&project),
        [
            app("apps/docs", Framework::Next, Some("15.1.0")),
            app("apps/new", Framework::Next, Some("16.0.1")),
            app("apps/server", Framework::Express, Some("4.18.0")),
            app("apps/web", Framework::Next, Some("14.2.3")),
            app("apps/worker", Framework::Server, Some("1.2.0")),
        ]
    );
    assert_eq!(
        entries(&project),
        ["app-route /b apps/new/src/app/b/route.ts", "app-route /a apps/web/app/a/route.ts"]
    );
    assert_eq!(project.app_of("apps/web/lib/x.ts"), Some(3));
    assert_eq!(project.app_of("packages/ui/src/app/x.tsx"), None);
}

#[test]
fn an_app_inside_an_app_keeps_its_own_files() {
    let tree = Tree::next("15", &["app/a/route.ts", "app/inner/app/b/route.ts"]);
    tree.add("app/inner/package.json", &next_package("14"));
    assert_eq!(
        entries(&tree.discover()),
        ["app-route /a app/a/route.ts", "app-route /b app/inner/app/b/route.ts"]
    );
    assert_eq!(tree.discover().apps.len(), 2);
}

#[test]
fn routes_without_a_package_are_an_app_of_unknown_version() {
    let tree = Tree::new(&[("web/src/app/api/a/route.ts", ""), ("old/pages/api/b.js", "")]);
    assert_eq!(
        apps(&tree.discover()),
        [app("old", Framework::Next, None), app("web", Framework::Next, None)]
    );
    let inner = Tree::new(&[("packages/app/package.json", "{}"), ("packages/app/src/app/x/route.ts", "")]);
    assert_eq!(entries(&inner.discover()), ["app-route /x packages/app/src/app/x/route.ts"]);
}

#[test]
fn routes_of_other_frameworks_are_no_next_app() {
    let angular = Tree::new(&[
        ("package.json", r#"{"dependencies": {"@angular/core": "17"}}"#),
        ("src/app/users/route.ts", ""),
    ]);
    assert!(angular.discover().apps.is_empty());
    let express =
        Tree::new(&[("package.json", r#"{"dependencies": {"express": "4"}}"#), ("app/users/route.js", "")]);
    assert_eq!(apps(&express.discover()), [app("", Framework::Express, Some("4.0.0"))]);
}

#[test]
fn a_version_stated_at_the_root_of_a_workspace() {
    let tree = Tree::new(&[
        ("package.json", r#"{"dependencies": {"next": "~13.4"}}"#),
        ("apps/web/next.config.ts", "export default { output: 'export' }"),
        ("apps/web/app/a/route.ts", ""),
    ]);
    let project = tree.discover();
    assert_eq!(apps(&project), [app("apps/web", Framework::Next, Some("13.4.0"))]);
    let web = project.apps.first().unwrap();
    assert!(web.config.static_export);
    assert_eq!(web.entries.len(), 1);
}

#[test]
fn a_custom_server_does_not_make_an_express_app_of_a_next_app() {
    let tree = Tree::new(&[
        ("package.json", r#"{"dependencies": {"next": "14.1.0", "express": "4"}}"#),
        ("pages/api/a.ts", ""),
    ]);
    assert_eq!(apps(&tree.discover()), [app("", Framework::Next, Some("14.1.0"))]);
}

#[test]
fn nothing_at_all() {
    let project = Tree::new(&[]).discover();
    assert!(project.apps.is_empty() && project.files.is_empty() && project.warnings.is_empty());
}
