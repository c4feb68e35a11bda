//! What is done about a finding: what moves a route, and what is mended where it is.

use crate::diagnostic::{Severity, Subject};
use crate::project::Target;
use crate::report::{Becomes, Diagnostic};

/// What is done about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remedy {
    /// What the route becomes if it has to move; `None` if it is mended in place.
    pub(super) becomes: Option<Becomes>,
    /// In a few words.
    pub(super) text: &'static str,
}

/// What is done about a finding on a target. What its page calls harmless, an info, moves nothing.
pub(super) fn remedy(found: &Diagnostic, target: Target) -> Remedy {
    let moved = (found.severity >= Severity::Warning).then(|| moved(found, target)).flatten();
    match moved {
        Some((becomes, text)) => Remedy { becomes: Some(becomes), text },
        None => Remedy { becomes: None, text: in_place(found, target) },
    }
}

/// What needs a process of its own: something that listens, something that takes jobs, programs and models, and
/// more time than the platform has.
fn moved(found: &Diagnostic, target: Target) -> Option<(Becomes, &'static str)> {
    Some(match (found.rule.id, found.subject) {
        ("websocket-server", _) if target == Target::Cloudflare => {
            (Becomes::DurableObject, "hold the sockets in a Durable Object")
        }
        ("websocket-server", _) => (Becomes::WebSocketService, "hold the sockets in a service that stays up"),
        ("express-app-in-route", _) => (Becomes::ExpressRoute, "run the Express app as a server of its own"),
        ("heavy-work", Some(Subject::Machine | Subject::Document)) => {
            (Becomes::Worker, "let a worker do it: answer 202 at once, or wait for its answer")
        }
        ("max-duration-over-limit", _) => {
            (Becomes::Worker, "let a worker take the time, and answer 202 at once")
        }
        ("in-process-scheduler", Some(Subject::Consumer)) => {
            (Becomes::Worker, "take the jobs in a process that stays up")
        }
        _ => return None,
    })
}

/// How a finding is mended where it is.
fn in_place(found: &Diagnostic, target: Target) -> &'static str {
    match found.rule.id {
        "per-request-client"
        | "client-in-route-module"
        | "unguarded-shared-client"
        | "disconnect-shared-client" => "share one client, made once in a module",
        "cross-request-client" => "make the client per request, as this platform wants it",
        "in-process-broadcast" => "publish through Redis or a hosted service, which reaches every instance",
        "endless-stream" => "end the stream before the limit, and let the client connect again",
        "websocket-server" => "hold the sockets in a service that stays up",
        "in-memory-rate-limit" => "count in Redis or another shared store",
        "in-memory-store" | "in-memory-cache" => "keep it in Redis or a database",
        "in-process-lock" => "lock in Redis or the database",
        "request-data-in-module-state" => "keep it in the request: a local variable or `AsyncLocalStorage`",
        "local-file-write" => "write to object storage",
        "local-database-file" => "use a database that is reached over the network",
        "heavy-work" => heavy(found.subject),
        "unbounded-fan-out" => "hand the elements to a queue, some at a time",
        "blocking-wait" => "answer at once, and let a webhook or the client ask again",
        "in-process-scheduler" => scheduled(target),
        "uncapped-query" => "read a page at a time",
        "missing-max-duration" => "set `maxDuration`",
        "max-duration-over-limit" => "ask for what the platform gives",
        "lost-work" if target == Target::Lambda => "await it, or hand it to a queue",
        "lost-work" => "await it, or run it in `after()`",
        "express-middleware" => "write it as a function around the handler",
        "edge-node-api" => "run it in the Node.js runtime",
        "custom-server" => "keep the server apart from Next.js",
        "misplaced-middleware" => "put the file where Next.js loads it",
        "unmatched-cron" => "give the job a route that answers GET",
        "dead-handler" => "export the method under its name",
        _ => "mend it where it is",
    }
}

const fn heavy(subject: Option<Subject>) -> &'static str {
    match subject {
        Some(Subject::Browser) => {
            "drive a browser that runs elsewhere, or bring a small one and set `maxDuration`"
        }
        Some(Subject::Computation) => "use the variant that does not block",
        _ => "keep the input small, or hand it to a queue",
    }
}

const fn scheduled(target: Target) -> &'static str {
    match target {
        Target::Vercel | Target::Netlify => "let the platform's cron call a route",
        Target::Cloudflare => "use a Cron Trigger",
        Target::Lambda => "let EventBridge call it",
        _ => "let a scheduler outside of the process call a route",
    }
}
