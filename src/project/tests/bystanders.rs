//! Files beside the entries.

use super::{Tree, next_package};
use crate::project::BystanderKind;

fn bystanders(tree: &Tree) -> Vec<String> {
    let project = tree.discover();
    let all = project.apps.iter().flat_map(|app| &app.bystanders);
    all.map(|bystander| {
        let path = project.files.path(bystander.file);
        match &bystander.kind {
            BystanderKind::Middleware => format!("middleware {path}"),
            BystanderKind::Handler => format!("handler {path}"),
            BystanderKind::Server { command, dev_only } => {
                format!("server {path} by {command}{}", if *dev_only { " in development" } else { "" })
            }
        }
    })
    .collect()
}

#[test]
fn middleware_out_of_place_and_handlers_by_another_name() {
    let tree = Tree::next(
        "15",
        &[
            "middleware.ts",
            "proxy.ts",
            "src/middleware.ts",
            "app/api/middleware.ts",
            "app/api/users.ts",
            "app/api/users/route.ts",
            "app/api/_lib/helper.ts",
            "app/api/users.test.ts",
            "app/(x)/api/teams/index.js",
            "app/users/table.ts",
            "pages/api/_middleware.ts",
            "lib/middleware.spec.ts",
            "packages/ui/middleware.ts",
            "packages/ui/package.json",
        ],
    );
    tree.add("packages/ui/package.json", "{}");
    assert_eq!(
        bystanders(&tree),
        [
            "handler app/(x)/api/teams/index.js",
            "middleware app/api/middleware.ts",
            "handler app/api/users.ts",
            "middleware pages/api/_middleware.ts",
            "middleware proxy.ts",
            "middleware src/middleware.ts",
        ]
    );
}

fn server(files: &[(&str, &str)]) -> Vec<String> {
    let tree = Tree::new(&[("package.json", &next_package("15")), ("app/page.tsx", "")]);
    for (path, text) in files {
        tree.add(path, text);
    }
    bystanders(&tree)
}

fn manifest(scripts: &str) -> String {
    format!(r#"{{"dependencies": {{"next": "15"}}, "scripts": {{{scripts}}}}}"#)
}

#[test]
fn servers_are_what_commands_run() {
    let text = "import next from 'next';";
    for (scripts, file, expected) in [
        (r#""start": "NODE_ENV=production node server""#, "server.js", "npm run start"),
        (r#""start": "node dist/server.js""#, "src/server.ts", "npm run start"),
        (r#""start": "cross-env X=1 node ./build/server/index.js""#, "server/index.ts", "npm run start"),
        (r#""dev": "nodemon --exec ts-node server.ts""#, "server.ts", "npm run dev in development"),
        (
            r#""dev": "tsx watch server.ts", "start": "next build && tsx server.ts""#,
            "server.ts",
            "npm run start",
        ),
    ] {
        let found = server(&[("package.json", &manifest(scripts)), (file, text)]);
        assert_eq!(found, [format!("server {file} by {expected}")], "{scripts}");
    }
    for scripts in [
        r#""start": "next start""#,
        r#""lint": "eslint server.js""#,
        r#""start": "node x && next server.js""#,
    ] {
        assert!(server(&[("package.json", &manifest(scripts)), ("server.js", text)]).is_empty(), "{scripts}");
    }
    let own = manifest(r#""start": "node server.js""#);
    assert!(server(&[("package.json", &own), ("server.js", "require('express')()")]).is_empty());
}

#[test]
fn servers_of_images_and_process_files() {
    let text = "const next = require(\"next\")";
    let image = ("Dockerfile", "FROM node\nRUN node other.js\nCMD [\"node\", \"server.js\"]\n");
    assert_eq!(server(&[image, ("server.js", text)]), ["server server.js by Dockerfile"]);
    let standalone = ("next.config.js", "module.exports = { output: 'standalone' }");
    assert!(server(&[image, standalone, ("server.js", text)]).is_empty());
    assert_eq!(
        server(&[("Procfile", "web: node server.js"), ("server.js", text)]),
        ["server server.js by Procfile"]
    );
    let pm2 = ("ecosystem.config.js", "module.exports = { apps: [{ script: './server.js' }] }");
    assert_eq!(server(&[pm2, ("server.js", text)]), ["server server.js by ecosystem.config.js"]);
}
