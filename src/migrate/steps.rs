//! The plan for a route that becomes part of a service.

use std::fmt::Write as _;

use super::moving::Moving;
use super::shapes::{Segment, quoted, segments};
use super::{Code, Plan, Step, To, client, platform, service};

/// How many names a list shows before it only counts.
const SHOWN: usize = 12;

/// The plan, with the files of the service.
pub(super) fn plan(moving: &Moving<'_>, to: To) -> Plan {
    let path = &moving.route.path;
    let title = match to {
        To::Queue => format!("`{path}` becomes a queue with a worker"),
        _ if moving.sockets().is_some() => {
            format!("`{path}` becomes a WebSocket service with {}", to.framework())
        }
        _ => format!("`{path}` becomes a route of {}", to.framework()),
    };
    let decisions = [usual_decisions(moving, to), moving.decisions()].concat();
    let (files, decisions) = service::service(moving, to, decisions);
    let mut steps = vec![what_moves(moving), what_it_needs(moving)];
    if to == To::Queue {
        steps.extend(platform::queue(moving.target()).map(|means| {
            let why = format!(
                "{means} If that fits, take it, and stop here. The rest of this plan is a queue of \
                one's own: BullMQ on Redis, with a worker that stays up."
            );
            step(&format!("See what {} has", platform::name(moving.target())), why)
        }));
    }
    steps.push(make_service(moving, to));
    steps.extend((to == To::Queue).then(|| take_jobs(moving)));
    steps.extend(moving.sockets().filter(|_| to != To::Queue).map(|package| connections(moving, package)));
    steps.push(who_may_call(moving));
    steps.push(call_it(moving, to));
    steps.push(step(
        "Take the route out of Next.js",
        format!(
            "When the service has answered for a while, delete `{}`{}. Until then it costs nothing: the rewrite stands \
             before it.",
            moving.route.file,
            if moving.shared.len() < moving.carried.files.len() { ", and what only it imports" } else { "" }
        ),
    ));
    steps.push(step(
        "To go back",
        "Take the rewrite out and deploy: the old route answers again. After it was deleted, bring it back with git \
         first. Data needs no way back: service and route use the same."
            .to_owned(),
    ));
    Plan {
        title,
        route: path.clone(),
        file: moving.route.file.clone(),
        to,
        because: None,
        steps,
        decisions,
        files,
    }
}

fn step(heading: &str, text: String) -> Step {
    Step { heading: heading.to_owned(), text, code: None }
}

/// `a`, `b` and 3 more
pub(super) fn names(all: &[String]) -> String {
    let shown = all.iter().take(SHOWN).map(|name| format!("`{name}`"));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if all.len() > SHOWN {
        _ = write!(text, " and {} more", all.len() - SHOWN);
    }
    text
}

fn what_moves(moving: &Moving<'_>) -> Step {
    let route = moving.route;
    let mut text = format!("`{}`", route.file);
    if !route.methods.is_empty() {
        _ = write!(text, " with {}", route.methods.join(", "));
    }
    let functions: Vec<String> =
        moving.functions.iter().filter(|name| !route.methods.contains(name)).cloned().collect();
    if !functions.is_empty() {
        _ = write!(text, "; its functions: {}", names(&functions));
    }
    text.push('.');
    for finding in &moving.findings {
        _ = write!(text, "\n- {} {} (`{}`)", finding.rule.id, finding.message, finding.place.link());
    }
    if moving.others > 0 {
        _ = write!(
            text,
            "\n\nThe finding names {} more {}; each needs the same, or the service takes all of them.",
            moving.others,
            if moving.others == 1 { "route" } else { "routes" }
        );
    }
    Step { heading: "What moves".to_owned(), text, code: None }
}

fn what_it_needs(moving: &Moving<'_>) -> Step {
    let carried = &moving.carried;
    let mut text = String::new();
    let project = &moving.survey.project;
    let along: Vec<String> = carried
        .files
        .iter()
        .filter(|file| file.path != moving.path)
        .map(|file| project.display(&file.path))
        .collect();
    let shared: Vec<String> = moving.shared.keys().cloned().collect();
    match along.as_slice() {
        [] => text.push_str("- It imports no other file of the project."),
        _ => _ = write!(text, "- Moves along: {}.", names(&along)),
    }
    if !shared.is_empty() {
        let most = moving.shared.values().max().copied().unwrap_or_default();
        _ = write!(
            text,
            "\n- Stays too, because other routes load it (up to {most} of them): {}. There are two copies then: where \
             both change, make it a package of the workspace.",
            names(&shared)
        );
    }
    let packages: Vec<String> = carried
        .packages
        .iter()
        .filter(|(_, asked)| !asked.types_only)
        .map(|(name, _)| match moving.version(name) {
            Some(version) => format!("{name} {version}"),
            None => name.clone(),
        })
        .collect();
    if !packages.is_empty() {
        _ = write!(text, "\n- Packages, in the app's versions: {}.", names(&packages));
    }
    let next: Vec<String> = carried
        .next
        .iter()
        .filter(|(_, asked)| !asked.types_only)
        .map(|(name, asked)| {
            if asked.names.is_empty() { name.clone() } else { format!("{name}: {}", asked.names.join(", ")) }
        })
        .collect();
    if !next.is_empty() {
        _ = write!(text, "\n- Of Next.js, with stand-ins in the service: {}.", names(&next));
    }
    let env: Vec<String> = carried.env.keys().filter(|name| *name != "NODE_ENV").cloned().collect();
    if !env.is_empty() {
        _ = write!(text, "\n- Variables of the environment: {}.", names(&env));
    }
    Step { heading: "What it needs".to_owned(), text, code: None }
}

fn make_service(moving: &Moving<'_>, to: To) -> Step {
    let text = format!(
        "`--write DIR` writes one that starts. The handler's files are copied as they are; adapters around them do \
         what Next.js did (`params`, cookies, streams, HEAD, OPTIONS, 405). It has helmet, CORS for the origins you \
         name, a rate limit in Redis, `/healthz`, and a shutdown that lets open requests finish. {}",
        platform::home(moving.target())
    );
    let code = Code { language: "ts", text: service::routes(moving, to) };
    Step { heading: "Make the service".to_owned(), text, code: Some(code) }
}

fn take_jobs(moving: &Moving<'_>) -> Step {
    let methods = client::methods(moving).join(", ");
    let path = &moving.route.path;
    Step {
        heading: "Answer at once, and let a worker do it".to_owned(),
        text: format!(
            "The route puts the request ({methods}) into the queue and answers 202; the worker runs the handler on it, \
             however long that takes. Who called `{path}` and used its answer has to ask for it now, or be told."
        ),
        code: Some(Code {
            language: "http",
            text: format!(
                "POST {path}\n202 Accepted\n{{ \"id\": \"17\", \"status\": \"/jobs/17\" }}\n\nGET /jobs/17\n{{ \"id\": \
                 \"17\", \"state\": \"completed\", \"failed\": false }}\n\nGET /jobs/17/result\nwhat the handler \
                 answered\n"
            ),
        }),
    }
}

fn connections(moving: &Moving<'_>, package: &str) -> Step {
    let text = format!(
        "The code uses `{package}`, and so does the service: on the port of the HTTP server, with a check of the \
         origin, a heartbeat, and connections that are closed with a notice on shutdown. Move what `{}` does with a \
         connection into `src/connection.ts`: the listeners are not carried over by themselves. Browsers connect to \
         the service itself, since neither functions nor `rewrites()` on them pass an upgrade on; let clients \
         reconnect. With several instances, send through Redis.",
        moving.socket_file()
    );
    step("Carry the connections over", text)
}

fn who_may_call(moving: &Moving<'_>) -> Step {
    let text = "- Cookies: requests that come through the rewrite have them all. A browser that calls the service \
        itself sends them only if both are on one site (`app.example.com`, `api.example.com`), the cookie has that \
        `Domain`, and the client says `credentials: \"include\"`; otherwise send a token.\n- Sessions: verify the same \
        cookie or token with the same secret, in the service.\n- CORS: name the origins in `ALLOWED_ORIGINS`; requests \
        through the rewrite need none.\n- The client's address: set `TRUSTED_PROXIES` to the number of proxies before \
        the service, or the rate limit takes all clients of the rewrite for one."
        .to_owned();
    let text = match &moving.before {
        Some(file) => format!(
            "{text}\n- `{file}` does not run before requests that reach the service by themselves: what it checks has \
             to be checked there."
        ),
        None => text,
    };
    step("Decide who may call it", text)
}

fn call_it(moving: &Moving<'_>, to: To) -> Step {
    let path = &moving.route.path;
    let source = rewritten(path);
    let mut text =
        "With a rewrite, callers notice nothing; in `beforeFiles` it stands before the old route, which \
        stays as a way back. "
            .to_owned();
    if moving.sockets().is_some() && to != To::Queue {
        text.push_str("It is for HTTP only: connections go to the service. ");
    }
    _ = write!(
        text,
        "Streams such as server-sent events may be held up in it: call the service itself for these. Or call it from \
         code with `client/`: `{}`.",
        client::methods(moving).first().map(|method| client::name(method, path)).unwrap_or_default()
    );
    let lines = [
        "// next.config.ts".to_owned(),
        "async rewrites() {".to_owned(),
        "  return {".to_owned(),
        "    beforeFiles: [".to_owned(),
        "      {".to_owned(),
        format!("        source: {},", quoted(&source)),
        format!(
            "        destination: `${{process.env.SERVICE_URL}}{}`,",
            source.replace(['`', '\\', '$'], "")
        ),
        "      },".to_owned(),
        "    ],".to_owned(),
        "  };".to_owned(),
        "}".to_owned(),
    ];
    let code = Some(Code { language: "ts", text: lines.join("\n") + "\n" });
    Step { heading: "Call it from Next.js".to_owned(), text, code }
}

/// A path as `rewrites()` names it.
fn rewritten(path: &str) -> String {
    let part = |segment: Segment<'_>| match segment {
        Segment::Text(text) => format!("/{text}"),
        Segment::One(name) => format!("/:{name}"),
        Segment::Rest(name) => format!("/:{name}+"),
        Segment::MaybeRest(name) => format!("/:{name}*"),
    };
    segments(path).into_iter().map(part).collect()
}

/// What is to be decided for every service.
fn usual_decisions(moving: &Moving<'_>, to: To) -> Vec<String> {
    let mut all = vec![
        "Who may call the service: it checks no session or token of its own accord. What the handler checks itself \
         moves with it."
            .to_owned(),
        "Which origins may call it from a browser: `ALLOWED_ORIGINS`.".to_owned(),
        "How much one client may ask: `REQUESTS_PER_MINUTE`, and which Redis counts it.".to_owned(),
    ];
    if to == To::Queue {
        all.push("Who may send jobs and read their results; which headers a job needs (`CARRIED` in `src/enqueue.ts`).".to_owned());
        all.push(
            "Whether a job may run twice (`attempts` in `src/queue.ts`), and how many at once.".to_owned(),
        );
    }
    if moving.sockets().is_some() && to != To::Queue {
        if moving.opens_server() {
            all.push(format!(
                "What is left of the handler: it opens a socket server of its own in `{}`, so that it is not mounted \
                 (`src/routes.ts`).",
                moving.socket_file()
            ));
        }
        all.push(
            "Who may connect, and what a connection does: `src/sockets.ts`, `src/connection.ts`.".to_owned(),
        );
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewrites_name_the_same_paths() {
        assert_eq!(rewritten("/api/users/[id]/[[...rest]]"), "/api/users/:id/:rest*");
        assert_eq!(rewritten("/api/files/[...path]"), "/api/files/:path+");
    }

    #[test]
    fn long_lists_are_counted() {
        let all: Vec<String> = (0..14).map(|n| n.to_string()).collect();
        assert!(names(&all).ends_with("`11` and 2 more"));
        assert_eq!(names(&all[..2]), "`0`, `1`");
    }
}
