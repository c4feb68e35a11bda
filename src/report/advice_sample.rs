//! A decision with a bit of everything, for the tests of its forms.

use super::{
    Advice, Along, Answer, AppAdvice, Becomes, Choice, Evidence, FindingRef, Need, Placement, Reason,
    Service, Verdict, VerdictRule, Weight, Where,
};

/// The decision.
pub(crate) fn advice() -> Advice {
    let because = "Two routes need a process that stays up: /api/chat holds sockets, /api/export works for up to 12 min. \
        The other 38 routes have nothing that a function cannot do.";
    let verdict = Verdict {
        choice: Choice::Both,
        rule: "some-need-a-server",
        because: because.into(),
        closeness: "Not close: 2 of 40 routes move, and both for reasons that nothing on Vercel meets.".into(),
        would_change: vec![
            "If chat went to a hosted service such as Pusher, and exports to a queue with workers, all would stay in \
             Next.js."
                .into(),
            "A mobile app that uses the same API would speak for moving the rest too.".into(),
        ],
    };
    Advice {
        apps: vec![AppAdvice {
            root: "apps/web".into(),
            target: "vercel".into(),
            needs: needs(),
            verdict: verdict.clone(),
            routes: routes(),
            along: vec![Along {
                file: "apps/web/lib/db.ts".into(),
                moving: vec!["/api/chat".into(), "/api/export".into()],
                staying: 31,
            }],
        }],
        services: vec![Service { root: "apps/worker".into(), framework: "express".into() }],
        verdict,
        rules: vec![
            VerdictRule {
                name: "all-need-a-server",
                text: "Every route that answers requests needs a server: the API is a persistent service.",
            },
            VerdictRule {
                name: "some-need-a-server",
                text: "Some routes need what no function has, and nothing else meets it: these move, the others stay.",
            },
        ],
        unknown: vec!["The history of the repository: there is no git here.".into()],
    }
}

fn need(id: &'static str, question: &'static str, weight: Weight, answer: Answer, because: &str) -> Need {
    Need {
        id,
        question,
        weight,
        answer,
        points: 0,
        met: false,
        because: because.into(),
        evidence: Vec::new(),
    }
}

fn needs() -> Vec<Need> {
    use Weight::{PrefersNext, PrefersServer, RequiresServer};
    let mut sockets = need(
        "real-time",
        "WebSockets or real-time?",
        RequiresServer,
        Answer::Yes,
        "/api/chat opens a WebSocket server, which a function cannot keep.",
    );
    sockets.evidence =
        vec![evidence("a WebSocket server of `ws`", "apps/web/app/api/chat/route.ts", Some(12))];
    let mut long = need(
        "long-jobs",
        "Long-running jobs?",
        RequiresServer,
        Answer::Yes,
        "/api/export waits for up to 12 min",
    );
    long.met = true;
    long.evidence = (1..=5)
        .map(|n| evidence("waits for a video to be encoded", &format!("apps/web/lib/export-{n}.ts"), Some(n)))
        .collect();
    let clients = "no mobile app in the workspace, no CORS headers for foreign origins, no API keys and no OpenAPI file \
        were found";
    vec![
        sockets,
        long,
        need("several-clients", "Several clients of the same API?", PrefersServer, Answer::No, clients),
        need(
            "one-developer",
            "A single developer?",
            PrefersNext,
            Answer::Unknown,
            "there is no history to read",
        ),
    ]
}

fn evidence(text: &str, file: &str, line: Option<u32>) -> Evidence {
    Evidence { text: text.into(), file: file.into(), line, finding: None }
}

fn reason(rule: &str, file: &str, message: &str, moves: bool, remedy: &str) -> Reason {
    Reason {
        finding: FindingRef { rule: rule.into(), fingerprint: "0123456789abcdef0123456789abcdef".into() },
        file: file.into(),
        line: 12,
        message: message.into(),
        moves,
        breaks: moves,
        remedy: remedy.into(),
    }
}

/// A route without reasons.
pub(crate) fn placement(path: &str, place: Where) -> Placement {
    Placement {
        path: path.into(),
        file: format!("apps/web/app{path}/route.ts"),
        kind: "app-route".into(),
        methods: vec!["GET".into()],
        place,
        reasons: Vec::new(),
    }
}

fn routes() -> Vec<Placement> {
    let chat = "apps/web/app/api/chat/route.ts";
    let mut moves = placement("/api/chat", Where::Moves(Becomes::WebSocketService));
    moves.reasons = vec![
        reason(
            "websocket-server",
            chat,
            "a function cannot keep the sockets of this server",
            true,
            "hold them in a service",
        ),
        reason(
            "per-request-client",
            "apps/web/lib/db.ts",
            "each request makes a new `PrismaClient`, and with it a new connection pool",
            false,
            "create the client once",
        ),
    ];
    let mut export = placement("/api/export", Where::Moves(Becomes::Worker));
    export.reasons = vec![reason(
        "heavy-work",
        "apps/web/lib/export-1.ts",
        "encodes a video in the request",
        true,
        "hand it to a queue",
    )];
    let mut users = placement("/api/users/[id]", Where::Stays);
    users.methods = vec!["GET".into(), "POST".into()];
    users.reasons = vec![reason(
        "in-memory-rate-limit",
        "apps/web/lib/limit.ts",
        "`hits` counts requests in the memory of one instance",
        false,
        "keep the counts in Redis",
    )];
    let fine = (0..37).map(|n| placement(&format!("/api/fine/{n}"), Where::Stays));
    [moves, export, users].into_iter().chain(fine).collect()
}

/// A decision in which every text of the project tries to break out.
pub(crate) fn hostile() -> Advice {
    let name = "a|b`c`\u{1b}[31m<img src=x>@octocat #1\n| x | y |\u{202e}";
    let mut advice = advice();
    for app in &mut advice.apps {
        app.root = name.into();
        app.target = name.into();
        app.verdict.because = name.into();
        app.verdict.closeness = name.into();
        app.verdict.would_change = vec![name.into()];
        for need in &mut app.needs {
            need.because = name.into();
            need.evidence = vec![evidence(name, name, Some(1))];
        }
        for route in &mut app.routes {
            route.path = name.into();
            route.file = name.into();
            route.methods = vec![name.into()];
            for reason in &mut route.reasons {
                (reason.file, reason.message, reason.remedy) = (name.into(), name.into(), name.into());
                reason.finding.rule = name.into();
            }
        }
        for along in &mut app.along {
            (along.file, along.moving) = (name.into(), vec![name.into()]);
        }
    }
    for service in &mut advice.services {
        (service.root, service.framework) = (name.into(), name.into());
    }
    advice.unknown = vec![name.into()];
    advice
}
