//! What single deployment files say. Each is read for one or two facts by line or by word: their formats are many,
//! half of them are programs or templates, and a fact that cannot be seen so plainly is not worth a verdict.

use super::evidence::{MEDIUM, STRONG};
use super::scan::{Word, words};
use super::target::Target;
use super::{configs, paths};

/// A target, how much speaks for it, and what does.
pub(super) type Fact = (Target, u32, String);

/// The facts in one file. `cloudflare_adapter`: the package builds Next for Cloudflare.
pub(super) fn facts(path: &str, text: &str, cloudflare_adapter: bool) -> Option<Fact> {
    let name = paths::name(path);
    let fact = |target, weight| Some((target, weight, name.to_owned()));
    match name {
        "vercel.json" | "vercel.ts" | "vercel.mjs" | "now.json" => fact(Target::Vercel, STRONG),
        "netlify.toml" => fact(Target::Netlify, STRONG),
        "wrangler.toml" | "wrangler.json" | "wrangler.jsonc" => {
            // By itself it may be about a worker beside the app.
            let about_app = cloudflare_adapter || text.contains("pages_build_output_dir");
            fact(Target::Cloudflare, if about_app { STRONG } else { MEDIUM })
        }
        "serverless.yml" | "serverless.yaml" | "serverless.ts" | "amplify.yml" | "amplify.yaml" => {
            fact(Target::Lambda, STRONG)
        }
        "apphosting.yaml" => fact(Target::CloudRun, STRONG),
        "app.yaml" | "app.yml" if value_of(text, "runtime:").is_some() => fact(Target::CloudRun, STRONG),
        "cloudbuild.yaml" | "cloudbuild.yml" if runs_deploy(text) => fact(Target::CloudRun, STRONG),
        "service.yaml" if text.contains("serving.knative.dev") => fact(Target::CloudRun, STRONG),
        "fly.toml" => Some(fly(text)),
        "railway.json" | "railway.toml" => fact(Target::Server, STRONG),
        "render.yaml" | "render.yml" | "Procfile" | "nixpacks.toml" | "captain-definition" => {
            fact(Target::Server, MEDIUM)
        }
        // Variants for work on the app say nothing of where it runs.
        _ if is_container(name) && ["dev", "test", "local"].iter().any(|word| name.contains(word)) => None,
        "compose.yml" | "compose.yaml" => compose(text),
        _ if name.starts_with("docker-compose.") => compose(text),
        _ if name.starts_with("Dockerfile") => Some(dockerfile(text)),
        _ if name.starts_with("open-next.config.") => Some(open_next(name, text)),
        _ if name.starts_with("sst.config.") => Some(sst(text)),
        _ if name.starts_with("ecosystem.config.") => Some(pm2(text)),
        _ if configs::is_manifest(path) => manifest(text),
        _ => None,
    }
}

/// A GitHub workflow that deploys.
pub(super) fn workflow(text: &str) -> Option<Fact> {
    let text = without_comments(text);
    let signs = [
        ("amondnet/vercel-action", Target::Vercel),
        ("vercel deploy", Target::Vercel),
        ("vercel --prod", Target::Vercel),
        ("nwtgck/actions-netlify", Target::Netlify),
        ("netlify deploy", Target::Netlify),
        ("cloudflare/wrangler-action", Target::Cloudflare),
        ("sst deploy", Target::Lambda),
        ("serverless deploy", Target::Lambda),
        ("google-github-actions/deploy-cloudrun", Target::CloudRun),
        ("superfly/flyctl-actions", Target::Cluster),
    ];
    let (sign, target) = signs.into_iter().find(|(sign, _)| text.contains(sign))?;
    Some((target, MEDIUM, format!("workflow runs {sign}")))
}

/// Fly starts two machines unless told otherwise; a volume belongs to one.
fn fly(text: &str) -> Fact {
    let mounts = without_comments(text).lines().any(|line| {
        let line = line.trim();
        line.starts_with("[mounts]") || line.starts_with("[[mounts]]") || line.starts_with("mounts")
    });
    if mounts {
        (Target::Server, STRONG, "fly.toml with a volume".to_owned())
    } else {
        (Target::Cluster, STRONG, "fly.toml".to_owned())
    }
}

fn is_container(name: &str) -> bool {
    name.starts_with("Dockerfile") || name.starts_with("docker-compose.")
}

fn dockerfile(text: &str) -> Fact {
    let text = without_comments(text);
    let commands = text.lines().filter(|line| line.starts_with("CMD") || line.starts_with("ENTRYPOINT"));
    let starts = commands.map(plain).any(|command| {
        ["next start", "server.js", "npm start", "run start", "yarn start", "pnpm start", "bun start"]
            .iter()
            .any(|start| command.contains(start))
    });
    if starts {
        (Target::Server, STRONG, "Dockerfile starts the app".to_owned())
    } else {
        (Target::Server, MEDIUM, "Dockerfile".to_owned())
    }
}

/// A compose file that only starts databases is for development; one that builds an image runs the app.
fn compose(text: &str) -> Option<Fact> {
    let text = without_comments(text);
    if number_of(&text, "replicas:").is_some_and(|replicas| replicas > 1) {
        return Some((Target::Cluster, STRONG, "docker compose with replicas".to_owned()));
    }
    let builds = text.lines().any(|line| line.trim_start().starts_with("build:"));
    builds.then(|| (Target::Server, STRONG, "docker compose builds an image".to_owned()))
}

fn open_next(name: &str, text: &str) -> Fact {
    if text.contains("@opennextjs/cloudflare") || text.contains("defineCloudflareConfig") {
        (Target::Cloudflare, STRONG, format!("{name} for Cloudflare"))
    } else {
        (Target::Lambda, STRONG, name.to_owned())
    }
}

/// The constructs of an SST app; Next's own come first, as one app may hold services as well.
fn sst(text: &str) -> Fact {
    let words = words(text);
    let has = |path: &[&str]| {
        let names = path.len() * 2 - 1;
        words.windows(names).any(|window| {
            window.iter().enumerate().all(|(at, word)| match path.get(at / 2) {
                Some(name) if at % 2 == 0 => *word == Word::Name(name),
                _ => *word == Word::Mark('.'),
            })
        })
    };
    let fact = |target, weight, what: &str| (target, weight, format!("sst.config with {what}"));
    if has(&["aws", "Nextjs"]) || has(&["NextjsSite"]) {
        fact(Target::Lambda, STRONG, "Nextjs")
    } else if has(&["sst", "cloudflare"]) {
        fact(Target::Cloudflare, STRONG, "sst.cloudflare")
    } else if has(&["aws", "Service"]) {
        fact(Target::Server, STRONG, "sst.aws.Service")
    } else {
        (Target::Lambda, MEDIUM, "sst.config".to_owned())
    }
}

fn pm2(text: &str) -> Fact {
    let words = words(text);
    let cluster = words.windows(3).any(|window| match window {
        // `0`, `max` and negative numbers follow the number of cores; without it, cluster mode has one process.
        [Word::Name("instances") | Word::Text("instances"), _, count] => {
            !matches!(count, Word::Name("1") | Word::Text("1"))
        }
        _ => false,
    });
    if cluster {
        (Target::Cluster, MEDIUM, "PM2 runs several processes".to_owned())
    } else {
        (Target::Server, MEDIUM, "PM2 configuration".to_owned())
    }
}

/// A Kubernetes manifest, or the values of a chart.
fn manifest(text: &str) -> Option<Fact> {
    let text = without_comments(text);
    let replicas = number_of(&text, "replicas:").or_else(|| number_of(&text, "replicaCount:"));
    // In a chart's template the autoscaler is there only under a condition.
    let scales = text.contains("kind: HorizontalPodAutoscaler") && !text.contains("{{");
    if scales || replicas.is_some_and(|replicas| replicas > 1) {
        Some((Target::Cluster, MEDIUM, "Kubernetes with replicas".to_owned()))
    } else if replicas.is_some() || text.contains("kind: Deployment") {
        Some((Target::Server, MEDIUM, "Kubernetes".to_owned()))
    } else {
        None
    }
}

/// `gcloud run deploy`, in one string or as the arguments of a step.
fn runs_deploy(text: &str) -> bool {
    plain(&without_comments(text)).contains("run deploy")
}

/// Text with only single spaces between its words: no quotes, commas, brackets and list dashes.
fn plain(text: &str) -> String {
    let marks = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '[' | ']');
    let parts = text.split(marks).filter(|part| !part.is_empty() && *part != "-");
    parts.collect::<Vec<_>>().join(" ")
}

/// Text without lines that are only a comment, in the formats whose comments start with `#`.
fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.collect::<Vec<_>>().join("\n")
}

/// The value of the first line with this key, at any depth.
fn value_of<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.trim_start_matches([' ', '-']).strip_prefix(key)).map(str::trim)
}

/// The largest number that any line with this key gives.
fn number_of(text: &str, key: &str) -> Option<u32> {
    let values = text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix(key));
    values.filter_map(|value| value.trim().parse().ok()).max()
}
