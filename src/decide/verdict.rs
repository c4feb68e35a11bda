//! The verdict, by rules that are printed beside it.

use crate::report::{
    Answer, AppAdvice, Choice, Diagnostic, Need, Placement, Service, Verdict, VerdictRule, Weight, Where,
    count, is_api_kind,
};

use super::ground::Ground;
use super::needs;
use super::placement::platform_means;

/// The rules, in the order in which they are asked; the first that fits decides.
pub(super) const RULES: [VerdictRule; 8] = [
    VerdictRule { name: "no-api", text: "An app without API routes has nothing to place." },
    VerdictRule {
        name: "all-move",
        text: "If every API route holds something that needs a process which stays up, and cannot be mended where it \
               is, the API belongs in a server.",
    },
    VerdictRule { name: "some-move", text: "If some do, these move, and the others stay: both." },
    VerdictRule {
        name: "stays-up",
        text: "If none does and the app runs as a long-lived server, it has what a server gives, and stays as it is \
               unless preferences for a service of its own count 2 or more.",
    },
    VerdictRule {
        name: "preferences",
        text: "Otherwise preferences are added up. For a server: several clients 2 (1 if there are only signs of a \
               public API), separate teams 2, middleware chains 1. For Next.js: a small app, a simple deployment and \
               a single developer, 1 each, and 2 for an API of more than 30 routes: what works stays. A server needs a lead of 2; Next.js needs a lead of 1, or that nothing \
               speaks for a server.",
    },
    VerdictRule {
        name: "undecided",
        text: "Otherwise the facts do not decide; what works may stay where it is.",
    },
    VerdictRule {
        name: "has-server",
        text: "A repository that has a server already, beside routes that may stay, is both.",
    },
    VerdictRule {
        name: "as-its-apps",
        text: "Otherwise a repository is what its apps are; both, if those that could be decided differ.",
    },
];

/// What it counts for Next.js that a large API works where it is.
const LARGE: u32 = 2;

/// The verdict for an app.
pub(super) fn of_app(
    ground: &Ground<'_>,
    needs: &[Need],
    (routes, unplaced): (&[Placement], &[&Diagnostic]),
) -> Verdict {
    let api: Vec<&Placement> = routes.iter().filter(|route| is_api_kind(&route.kind)).collect();
    let moving = api.iter().filter(|route| matches!(route.place, Where::Moves(_))).count();
    if api.is_empty() && unplaced.is_empty() {
        return no_api("there are no API routes");
    }
    if moving == 0 && unplaced.is_empty() {
        return by_preferences(ground, needs);
    }
    let all = moving == api.len() && !api.is_empty();
    Verdict {
        choice: if all { Choice::Server } else { Choice::Both },
        rule: if all { "all-move" } else { "some-move" },
        because: required(needs, (moving, api.len()), unplaced),
        closeness: closeness_of_moves(routes, unplaced),
        would_change: instead_of_moving(ground, routes, unplaced),
    }
}

/// The verdict where nothing is to be placed.
fn no_api(because: &str) -> Verdict {
    Verdict {
        choice: Choice::Undecided,
        rule: "no-api",
        because: because.to_owned(),
        closeness: "nothing was decided".to_owned(),
        would_change: Vec::new(),
    }
}

/// What has to move, and which needs that meets.
fn required(needs: &[Need], (moving, all): (usize, usize), unplaced: &[&Diagnostic]) -> String {
    let unmet: Vec<&str> = needs
        .iter()
        .filter(|need| need.weight == Weight::RequiresServer && need.answer == Answer::Yes && !need.met)
        .map(|need| need.id)
        .collect();
    let why = if unmet.is_empty() { String::new() } else { format!(" ({})", unmet.join(", ")) };
    match moving {
        0 => format!(
            "{} needs a process that stays up{why}; no route has to move",
            count(unplaced.len(), "construct")
        ),
        1 if all == 1 => format!("the only API route needs a process that stays up{why}"),
        _ if moving == all => format!("all {all} API routes need a process that stays up{why}"),
        _ => format!(
            "{moving} of {} {} a process that stays up{why}",
            count(all, "API route"),
            if moving == 1 { "needs" } else { "need" }
        ),
    }
}

/// A call is clear if what moves a route is certain to break, and close if it only may.
fn closeness_of_moves(routes: &[Placement], unplaced: &[&Diagnostic]) -> String {
    let of_routes = routes.iter().flat_map(|route| &route.reasons).filter(|reason| reason.moves);
    let grave = of_routes.clone().filter(|reason| reason.breaks).count()
        + unplaced.iter().filter(|found| found.severity == crate::diagnostic::Severity::Error).count();
    if grave > 0 {
        "clear: it does not work on this target as it is".to_owned()
    } else {
        "close: it works here within limits, and may go on doing so".to_owned()
    }
}

/// What would let the routes stay.
fn instead_of_moving(ground: &Ground<'_>, routes: &[Placement], unplaced: &[&Diagnostic]) -> Vec<String> {
    let target = ground.app.target.target;
    let reasons = routes.iter().flat_map(|route| &route.reasons).filter(|reason| reason.moves);
    let mut rules: Vec<&str> = reasons.map(|reason| reason.finding.rule.as_str()).collect();
    rules.extend(unplaced.iter().map(|found| found.rule.id));
    let mut change = Vec::new();
    if rules.contains(&"websocket-server") {
        change.push(
            "A hosted service (Pusher, Ably, PartyKit and others) for the sockets: then its routes stay."
                .to_owned(),
        );
        if target == crate::project::Target::Vercel {
            change.push(
                "`experimental_upgradeWebSocket` of `@vercel/functions` (public beta since 2026-06-22) answers \
                 WebSockets in a route, without a promise which instance gets a connection: for those who accept a \
                 beta, and keep what is shared in Redis."
                    .to_owned(),
            );
        }
    }
    if rules
        .iter()
        .any(|rule| matches!(*rule, "heavy-work" | "max-duration-over-limit" | "in-process-scheduler"))
    {
        let means = platform_means(target).map(|means| format!("{means}, or ")).unwrap_or_default();
        change.push(format!(
            "{means}Inngest, Trigger.dev or another job service for the work: then nothing else has to run."
        ));
    }
    if rules.contains(&"express-app-in-route") {
        change.push(
            "The Express app rewritten as route handlers, or as a Hono app behind one route.".to_owned(),
        );
    }
    if !ground.stays_up() {
        change.push("A deployment as one long-lived server instead of functions.".to_owned());
    }
    change
}

fn by_preferences(ground: &Ground<'_>, needs: &[Need]) -> Verdict {
    let sum = |weight| needs.iter().filter(|need| need.weight == weight).map(|need| need.points).sum::<u32>();
    // Nobody moves a large API that works for a preference.
    let works = if ground.api().count() > needs::SMALL { LARGE } else { 0 };
    let (server, next) = (sum(Weight::PrefersServer), sum(Weight::PrefersNext) + works);
    let (choice, rule) = match (server, next) {
        (0 | 1, _) if ground.stays_up() => (Choice::Next, "stays-up"),
        (0, _) => (Choice::Next, "preferences"),
        (server, next) if server >= next + 2 => (Choice::Server, "preferences"),
        (server, next) if next > server => (Choice::Next, "preferences"),
        _ => (Choice::Undecided, "undecided"),
    };
    let named = |weight| {
        let yes = needs.iter().filter(|need| need.weight == weight && need.points > 0);
        yes.map(|need| format!("{} {}", need.id, need.points)).collect::<Vec<_>>().join(", ")
    };
    let (for_server, mut for_next) = (named(Weight::PrefersServer), named(Weight::PrefersNext));
    if works > 0 {
        let comma = if for_next.is_empty() { "" } else { ", " };
        for_next.push_str(&format!("{comma}a large API that works {works}"));
    }
    let because = match (server, next) {
        (0, 0) => "nothing requires a server, and nothing speaks for one".to_owned(),
        (0, _) => format!("nothing requires a server; for Next.js: {for_next}"),
        (_, 0) => format!("nothing requires a server; for one: {for_server}; for Next.js: nothing"),
        _ => format!("nothing requires a server; for one: {for_server}; for Next.js: {for_next}"),
    };
    let closeness = match server.abs_diff(next) {
        _ if server == 0 => "clear: nothing speaks for a server".to_owned(),
        _ if rule == "stays-up" => "clear: it runs as a server already".to_owned(),
        0 => "open: both sides weigh the same".to_owned(),
        lead => format!("{}: a lead of {lead}", if lead > 2 { "clear" } else { "close" }),
    };
    Verdict { choice, rule, because, closeness, would_change: changes_of_preference(ground, needs, choice) }
}

/// Answers that would make the verdict another one.
fn changes_of_preference(ground: &Ground<'_>, needs: &[Need], choice: Choice) -> Vec<String> {
    let mut change = Vec::new();
    if choice != Choice::Server && !ground.stays_up() {
        change.push(
            "A WebSocket server, a program or model that a request runs, or a job beyond the limit."
                .to_owned(),
        );
    }
    let open =
        needs.iter().filter(|need| need.answer == Answer::Unknown && need.weight != Weight::RequiresServer);
    change.extend(open.map(|need| match need.weight {
        Weight::PrefersServer => format!("A yes to `{}` would speak for a server; it is not known.", need.id),
        _ => format!("A yes to `{}` would speak for Next.js; it is not known.", need.id),
    }));
    let unasked =
        needs.iter().filter(|need| need.answer == Answer::Unknown && need.weight == Weight::RequiresServer);
    change.extend(unasked.map(|need| format!("`{}` was not asked, and may require a server.", need.id)));
    change
}

/// The verdict for the whole repository.
pub(super) fn of_repository(apps: &[AppAdvice], services: &[Service]) -> Verdict {
    let decided: Vec<&AppAdvice> = apps.iter().filter(|app| app.verdict.rule != "no-api").collect();
    let Some(first) = decided.first() else {
        return no_api("no app of the repository has API routes");
    };
    if let ([service, ..], true) = (services, decided.iter().any(|app| app.verdict.choice != Choice::Server))
    {
        let others = services.len() - 1;
        let more = match others {
            0 => "is a server already".to_owned(),
            others => format!("and {others} more are servers already"),
        };
        return Verdict {
            choice: Choice::Both,
            rule: "has-server",
            because: format!(
                "`{}` {more}, and routes of {} may stay",
                service.root,
                count(decided.len(), "app")
            ),
            closeness: "clear: it is so today".to_owned(),
            would_change: Vec::new(),
        };
    }
    if decided.len() == 1 {
        return first.verdict.clone();
    }
    as_apps(&decided)
}

/// The verdict of several apps: theirs, if those that could be decided agree.
fn as_apps(apps: &[&AppAdvice]) -> Verdict {
    const KINDS: [(Choice, &str); 4] = [
        (Choice::Next, "in Next.js"),
        (Choice::Server, "in a server"),
        (Choice::Both, "in both"),
        (Choice::Undecided, "undecided"),
    ];
    let number = |choice| apps.iter().filter(|app| app.verdict.choice == choice).count();
    let numbers = KINDS.map(|(choice, words)| (choice, number(choice), words));
    let there: Vec<_> = numbers.iter().filter(|(_, number, _)| *number > 0).collect();
    let mut decided = there.iter().map(|(choice, ..)| *choice).filter(|choice| *choice != Choice::Undecided);
    let (first, more) = (decided.next(), decided.next().is_some());
    let parts: Vec<String> = there.iter().map(|(_, number, words)| format!("{number} {words}")).collect();
    Verdict {
        choice: if more { Choice::Both } else { first.unwrap_or_default() },
        rule: "as-its-apps",
        because: format!("{}: {}", count(apps.len(), "app"), parts.join(", ")),
        closeness: if there.len() == 1 { "clear: all apps agree" } else { "see each app" }.to_owned(),
        would_change: Vec::new(),
    }
}
