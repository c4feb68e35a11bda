//! What the platforms themselves have for work that outlives a request.

use crate::project::Target;

/// What a platform is called.
pub(super) const fn name(target: Target) -> &'static str {
    match target {
        Target::Vercel => "Vercel",
        Target::Netlify => "Netlify",
        Target::Lambda => "AWS Lambda",
        Target::Cloudflare => "Cloudflare",
        Target::CloudRun => "Cloud Run",
        Target::Server => "one server",
        Target::Cluster => "several servers",
    }
}

/// The platform's own means for long or heavy work, to be looked at before a queue of one's own.
pub(super) const fn queue(target: Target) -> Option<&'static str> {
    match target {
        Target::Vercel => Some(
            "Vercel has means of its own, which need no server: the Workflow SDK (`\"use workflow\"` and `\"use \
             step\"`, started with `start()` from `workflow/api`), Vercel Queues (`send(topic, message)`, in beta), \
             and cron for what is due at a time. A job there still has the function's limits of memory and of \
             duration for each step.",
        ),
        Target::Netlify => Some(
            "Netlify has background functions (a file named `…-background.ts`, up to 15 minutes), which need no \
             server. A job that takes longer, or needs a browser or ffmpeg, does not fit there.",
        ),
        Target::Lambda => Some(
            "AWS has SQS with a Lambda behind it (up to 15 minutes), and Step Functions for work in steps; with SST \
             they are `sst.aws.Queue` and `sst.aws.Task`.",
        ),
        Target::Cloudflare => Some(
            "Cloudflare has Queues and Workflows, which need no server; how long a job may compute is set by \
             `limits.cpu_ms`. Programs such as ffmpeg or a browser do not run there.",
        ),
        Target::CloudRun => Some(
            "Google Cloud has Cloud Tasks, which calls a service that answers when it is done, and Cloud Run jobs.",
        ),
        Target::Server | Target::Cluster => None,
    }
}

/// Where a service that stays up can run beside the app.
pub(super) const fn home(target: Target) -> &'static str {
    match target {
        Target::Vercel | Target::Netlify | Target::Lambda => {
            "A container that stays up: Fly.io, Railway, Render, ECS, or any machine with Docker."
        }
        Target::Cloudflare => {
            "A container that stays up, away from the isolates: Fly.io, Railway, Render, or any machine with Docker."
        }
        Target::CloudRun => {
            "Cloud Run itself, with instance-based billing, so that it keeps its CPU between requests."
        }
        Target::Server | Target::Cluster => "Beside the app: one more container or process.",
    }
}

/// What `after()` does on a platform, where that is not what one expects.
pub(super) const fn after(target: Target) -> &'static str {
    match target {
        Target::Vercel => {
            "On Vercel the work counts towards the route's `maxDuration`, and is cancelled when that is over."
        }
        Target::Netlify | Target::CloudRun => {
            "The platform has to keep the function alive for it (`waitUntil`): try it there before you rely on it."
        }
        Target::Lambda => {
            "With OpenNext's default wrapper the function is frozen after the response, so that `after()` may never \
             run: await the work instead, put it into SQS, or use the `aws-lambda-streaming` wrapper, which waits."
        }
        Target::Cloudflare => "On Cloudflare it has 30 seconds after the response.",
        Target::Server | Target::Cluster => {
            "A server that is stopped has to wait for it: give it 10 to 30 seconds between SIGTERM and SIGKILL."
        }
    }
}
