//! Needs that findings answer.

use crate::report::{Answer, Diagnostic, Evidence, Need, Weight, count};

use crate::decide::ground::{Ground, evidence, sign};
use crate::decide::remedy::remedy;

/// A need that rules look for.
struct Asked {
    id: &'static str,
    question: &'static str,
    weight: Weight,
    /// How much a yes counts among preferences.
    points: u32,
    rules: &'static [&'static str],
    /// Packages that meet it by another service, with what they are called.
    services: &'static [(&'static str, &'static str)],
    /// What was looked for, if nothing is found.
    nothing: &'static str,
}

const ASKED: [Asked; 5] = [
    Asked {
        id: "real-time",
        question: "WebSockets or real-time?",
        weight: Weight::RequiresServer,
        points: 0,
        rules: &["websocket-server", "in-process-broadcast", "endless-stream"],
        services: &[
            ("pusher", "Pusher"),
            ("ably", "Ably"),
            ("@liveblocks/node", "Liveblocks"),
            ("partysocket", "PartyKit"),
            ("partyserver", "PartyKit"),
            ("@upstash/realtime", "Upstash Realtime"),
            ("livekit-server-sdk", "LiveKit"),
            ("@knocklabs/node", "Knock"),
            ("pubnub", "PubNub"),
            ("socket.io-client", "a socket.io server elsewhere"),
            ("@socket.io/redis-emitter", "a socket.io server elsewhere"),
        ],
        nothing: "no socket server, no broadcast in this process, no endless stream in what routes reach",
    },
    Asked {
        id: "long-jobs",
        question: "Long-running jobs?",
        weight: Weight::RequiresServer,
        points: 0,
        rules: &[
            "max-duration-over-limit",
            "missing-max-duration",
            "blocking-wait",
            "unbounded-fan-out",
            "in-process-scheduler",
        ],
        services: &[
            ("inngest", "Inngest"),
            ("@trigger.dev/sdk", "Trigger.dev"),
            ("@upstash/qstash", "QStash"),
            ("@upstash/workflow", "Upstash Workflow"),
            ("workflow", "Vercel Workflow"),
            ("@vercel/queue", "Vercel Queues"),
            ("bullmq", "BullMQ"),
            ("bull", "Bull"),
            ("pg-boss", "pg-boss"),
            ("graphile-worker", "Graphile Worker"),
            ("@temporalio/client", "Temporal"),
            ("@hatchet-dev/typescript-sdk", "Hatchet"),
            ("@google-cloud/tasks", "Cloud Tasks"),
            ("@aws-sdk/client-sqs", "SQS"),
        ],
        nothing: "no work over the limit, no waiting, no endless loop of calls and no scheduler in what routes reach",
    },
    Asked {
        id: "cpu-heavy",
        question: "CPU-heavy work?",
        weight: Weight::RequiresServer,
        points: 0,
        rules: &["heavy-work"],
        services: &[],
        nothing: "no browser, video, document, archive, model, process or blocking computation in what routes reach",
    },
    Asked {
        id: "shared-state",
        question: "Shared in-process state?",
        weight: Weight::RequiresServer,
        points: 0,
        rules: &[
            "in-memory-rate-limit",
            "in-memory-store",
            "in-process-lock",
            "request-data-in-module-state",
            "local-database-file",
            "local-file-write",
        ],
        services: &[],
        nothing: "no store, counter or lock in memory and nothing kept on the local disk in what routes reach",
    },
    Asked {
        id: "middleware-chains",
        question: "Complex middleware chains?",
        weight: Weight::PrefersServer,
        points: 1,
        rules: &["express-middleware", "express-app-in-route", "custom-server"],
        services: &[],
        nothing: "no Express middleware or app in routes, no server around Next.js",
    },
];

/// The needs that findings answer.
pub(super) fn needs(ground: &Ground<'_>) -> Vec<Need> {
    ASKED.iter().map(|asked| need(ground, asked)).collect()
}

fn need(ground: &Ground<'_>, asked: &Asked) -> Need {
    let found: Vec<&Diagnostic> =
        ground.findings().filter(|found| asked.rules.contains(&found.rule.id)).collect();
    let services = services(ground, asked);
    let (answer, met, because, evidence) = if !found.is_empty() {
        let (met, because) = weigh(ground, asked, &found);
        let evidence = found.iter().map(|found| evidence(found)).chain(services).collect();
        (Answer::Yes, met, because, evidence)
    } else if let [first, ..] = services.as_slice() {
        let because = format!("it is met by {}", first.text.trim_start_matches("uses "));
        (Answer::Yes, true, because, services)
    } else if !ground.ran(asked.rules) {
        let off: Vec<&str> = asked.rules.iter().filter(|id| !ground.ran(&[id])).copied().collect();
        (Answer::Unknown, false, format!("not asked: {} did not run", off.join(", ")), Vec::new())
    } else {
        (Answer::No, false, nothing(ground, asked), Vec::new())
    };
    let points = if answer == Answer::Yes { asked.points } else { 0 };
    Need {
        id: asked.id,
        question: asked.question,
        weight: asked.weight,
        answer,
        points,
        met,
        because,
        evidence,
    }
}

/// Whether all of it can be mended where it is, and the answer in a sentence.
fn weigh(ground: &Ground<'_>, asked: &Asked, found: &[&Diagnostic]) -> (bool, String) {
    let target = ground.app.target.target;
    let moving = found.iter().filter(|found| remedy(found, target).becomes.is_some()).count();
    let findings = count(found.len(), "finding");
    if asked.weight != Weight::RequiresServer {
        return (false, findings);
    }
    match moving {
        0 => (true, format!("{findings}, which can be mended where the code is")),
        all if all == found.len() => {
            let needs = if all == 1 { "needs" } else { "need" };
            (false, format!("{findings}: {needs} a process that stays up"))
        }
        some => (false, format!("{findings}, {some} of which need a process that stays up")),
    }
}

fn nothing(ground: &Ground<'_>, asked: &Asked) -> String {
    if ground.stays_up() && asked.weight == Weight::RequiresServer {
        let target = ground.report().target.as_str();
        return format!("{}; on `{target}` only what breaks there too was looked for", asked.nothing);
    }
    asked.nothing.to_owned()
}

/// Packages that the API loads and that meet the need elsewhere.
fn services(ground: &Ground<'_>, asked: &Asked) -> Vec<Evidence> {
    let imports = &ground.survey.imports;
    let mut known: Vec<Evidence> = Vec::new();
    for &file in ground.loaded() {
        for package in imports.packages_of(file) {
            let Some((_, name)) = asked.services.iter().find(|(service, _)| service == package) else {
                continue;
            };
            let text = format!("uses {name}");
            if !known.iter().any(|evidence| evidence.text == text) {
                known.push(sign(text, imports.file(file), None));
            }
        }
    }
    known
}
