//! Where apps are deployed.

use super::{Tree, next_package};
use crate::project::{DiscoverOptions, Project, Target, TargetChoice};

fn choice(files: &[(&str, &str)]) -> TargetChoice {
    let tree = Tree::new(&[("apps/web/app/page.tsx", ""), ("apps/web/package.json", &next_package("15"))]);
    for (path, text) in files {
        tree.add(path, text);
    }
    let project = tree.discover();
    project.apps.iter().find(|app| app.root == "apps/web").unwrap().target.clone()
}

#[test]
fn each_sign_by_itself() {
    let table: &[(&str, &str, Target)] = &[
        ("vercel.json", r#"{"github": {"silent": true}}"#, Target::Vercel),
        ("apps/web/vercel.ts", "", Target::Vercel),
        ("apps/web/now.json", "{}", Target::Vercel),
        ("apps/web/.vercel/project.json", "{}", Target::Vercel),
        ("netlify.toml", "", Target::Netlify),
        ("apps/web/netlify/functions/a.ts", "", Target::Netlify),
        ("apps/web/wrangler.toml", "pages_build_output_dir = 'x'", Target::Cloudflare),
        ("apps/web/wrangler.jsonc", "{}", Target::Cloudflare),
        (
            "apps/web/open-next.config.ts",
            "import { defineCloudflareConfig } from '@opennextjs/cloudflare'",
            Target::Cloudflare,
        ),
        ("apps/web/open-next.config.ts", "export default {}", Target::Lambda),
        ("sst.config.ts", "new sst.aws.Nextjs('Web')", Target::Lambda),
        ("sst.config.ts", "new sst.cloudflare.Worker('Web') // sst.aws.Nextjs", Target::Cloudflare),
        ("sst.config.ts", "new sst.aws.Service('Web')", Target::Server),
        ("serverless.yml", "", Target::Lambda),
        ("amplify.yml", "", Target::Lambda),
        ("amplify/backend.ts", "", Target::Lambda),
        ("apphosting.yaml", "", Target::CloudRun),
        ("app.yaml", "runtime: nodejs20", Target::CloudRun),
        ("cloudbuild.yaml", "steps:\n- args: ['run',\n   'deploy', 'web']", Target::CloudRun),
        ("cloudbuild.yaml", "steps:\n- args:\n  - run\n  - deploy\n", Target::CloudRun),
        ("Dockerfile", "FROM node\nCMD [\"node\", \"server.js\"]", Target::Server),
        ("apps/web/Dockerfile.prod", "FROM node", Target::Server),
        ("docker/Dockerfile", "FROM node", Target::Server),
        ("docker-compose.yml", "services:\n  web:\n    build: .\n", Target::Server),
        (
            "compose.yaml",
            "services:\n  web:\n    build: .\n    deploy:\n      replicas: 3\n",
            Target::Cluster,
        ),
        ("fly.toml", "app = 'x'", Target::Cluster),
        ("fly.toml", "app = 'x'\n[mounts]\nsource='data'", Target::Server),
        ("railway.toml", "", Target::Server),
        ("railway.json", "{}", Target::Server),
        ("render.yaml", "", Target::Server),
        ("Procfile", "web: npm start", Target::Server),
        ("nixpacks.toml", "", Target::Server),
        ("captain-definition", "", Target::Server),
        ("ecosystem.config.js", "module.exports = { apps: [{ exec_mode: 'fork' }] }", Target::Server),
        (
            "ecosystem.config.js",
            "module.exports = { apps: [{ exec_mode: 'cluster', instances: 2 }] }",
            Target::Cluster,
        ),
        ("ecosystem.config.cjs", "module.exports = { apps: [{ instances: \"max\" }] }", Target::Cluster),
        ("k8s/web.yaml", "kind: Deployment\nspec:\n  replicas: 1\n", Target::Server),
        ("k8s/web.yaml", "kind: Deployment\nspec:\n  replicas: 2\n", Target::Cluster),
        ("charts/web/values.yaml", "replicaCount: 2\n", Target::Cluster),
        ("deploy/scale.yml", "kind: HorizontalPodAutoscaler", Target::Cluster),
        (".github/workflows/a.yml", "run: npx vercel deploy --prebuilt", Target::Vercel),
        (".github/workflows/a.yml", "uses: amondnet/vercel-action@v25", Target::Vercel),
        (".github/workflows/a.yaml", "uses: cloudflare/wrangler-action@v3", Target::Cloudflare),
        (".github/workflows/a.yml", "uses: superfly/flyctl-actions/setup-flyctl@master", Target::Cluster),
        (".github/workflows/a.yml", "uses: google-github-actions/deploy-cloudrun@v2", Target::CloudRun),
        ("apps/web/next.config.js", "module.exports = { output: 'standalone' }", Target::Server),
    ];
    for (path, text, target) in table {
        let choice = choice(&[(path, text)]);
        assert_eq!((choice.target, choice.assumed), (*target, false), "{path}: {text}");
        assert_eq!(choice.evidence.first().map(|fact| fact.file.is_empty()), Some(false), "{path}");
    }
}

#[test]
fn what_says_nothing() {
    let table: &[(&str, &str)] = &[
        ("docker-compose.yml", "services:\n  db:\n    image: postgres\n"),
        ("Dockerfile.dev", "FROM node\nCMD npm start"),
        ("app.yaml", "name: x"),
        ("cloudbuild.yaml", "steps: []"),
        (".github/workflows/a.yml", "# npx vercel deploy"),
        ("k8s/config.yaml", "kind: ConfigMap"),
        ("apps/other/vercel.json", "{}"),
        ("apps/web/package.json", r#"{"scripts": {"start": "next start"}, "dependencies": {"next": "15"}}"#),
    ];
    for (path, text) in table {
        let choice = choice(&[(path, text)]);
        assert_eq!(
            (choice.target, choice.assumed, choice.evidence.len()),
            (Target::Lambda, true, 0),
            "{path}: {text}"
        );
    }
}

#[test]
fn dependencies() {
    for (dependencies, target) in [
        (r#""@vercel/functions": "1""#, Target::Vercel),
        (r#""@vercel/analytics": "1""#, Target::Vercel),
        (r#""@netlify/plugin-nextjs": "1""#, Target::Netlify),
        (r#""@cloudflare/next-on-pages": "1""#, Target::Cloudflare),
        (r#""@opennextjs/cloudflare": "1", "@vercel/blob": "1""#, Target::Vercel),
        (r#""@opennextjs/aws": "1""#, Target::Lambda),
    ] {
        let manifest = format!(r#"{{"dependencies": {{"next": "15", {dependencies}}}}}"#);
        let choice = choice(&[("apps/web/package.json", &manifest)]);
        assert_eq!((choice.target, choice.assumed), (target, false), "{dependencies}");
    }
    let manifest =
        r#"{"dependencies": {"next": "15", "@opennextjs/cloudflare": "1", "@vercel/functions": "1"}}"#;
    let adapted = choice(&[("apps/web/package.json", manifest), ("apps/web/wrangler.jsonc", "{}")]);
    assert_eq!(adapted.target, Target::Cloudflare);
}

#[test]
fn signs_that_disagree() {
    let start = "FROM node\nCMD [\"npm\", \"run\", \"start\"]";
    let table: &[(&[(&str, &str)], Target)] = &[
        // A container file beside a serverless platform's.
        (&[("vercel.json", "{}"), ("apps/web/Dockerfile", start)], Target::Vercel),
        (&[("vercel.json", "{}"), ("fly.toml", "")], Target::Vercel),
        // Nearer is stronger among equals.
        (&[("vercel.json", "{}"), ("apps/web/fly.toml", "")], Target::Cluster),
        (&[("netlify.toml", ""), ("apps/web/vercel.json", "{}")], Target::Vercel),
        // Weight before distance.
        (&[("vercel.json", "{}"), ("apps/web/Procfile", "")], Target::Vercel),
        (
            &[
                ("Dockerfile", start),
                ("apps/web/package.json", r#"{"dependencies": {"next": "15", "@vercel/blob": "1"}}"#),
            ],
            Target::Server,
        ),
        // One server or several is a question within servers.
        (&[("Dockerfile", start), ("k8s/web.yaml", "replicas: 2")], Target::Cluster),
        (&[("Dockerfile", start), ("fly.toml", "[mounts]")], Target::Server),
    ];
    for (files, target) in table {
        let choice = choice(files);
        assert_eq!(choice.target, *target, "{files:?}");
        assert_eq!(choice.evidence.len(), 2, "{files:?}");
    }
}

#[test]
fn a_custom_server_is_a_server() {
    let manifest =
        r#"{"scripts": {"start": "NODE_ENV=production node ./server.js"}, "dependencies": {"next": "15"}}"#;
    let server = ("apps/web/server.js", "const next = require('next')");
    let found = choice(&[("apps/web/package.json", manifest), server]);
    assert_eq!((found.target, found.assumed), (Target::Server, false));
    assert!(
        choice(&[("apps/web/package.json", manifest), ("apps/web/server.js", "http.createServer()")]).assumed
    );
}

#[test]
fn the_command_line_decides() {
    let tree = Tree::next("15", &["app/page.tsx", "vercel.json"]);
    let options =
        DiscoverOptions { target: Some(Target::CloudRun), threads: 1, ..DiscoverOptions::default() };
    let project = Project::discover(tree.0.path(), &options).unwrap();
    let choice = &project.apps.first().unwrap().target;
    assert_eq!((choice.target, choice.assumed), (Target::CloudRun, false));
    assert_eq!(choice.evidence.first().map(|fact| fact.reason.as_str()), Some("--target"));
}
