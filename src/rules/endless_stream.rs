//! `endless-stream`: event streams and subscriptions with no end of their own.

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::support::apis::ApiSite;
use super::support::endings::{Ending, Keeper, ending, keepers};
use super::support::judge::{Words, paths};
use super::support::lexical::{method, outermost, within};
use super::support::place::{ANY, PER_REQUEST, found, no_surer_than, occurrence, verdict};
use super::support::streams::{Stream, streams};
use crate::catalogue::SocketKind;
use crate::diagnostic::{Confidence, Finding, Note, Severity, on_routes};
use crate::facts::{Expr, Origin, SiteKind, Use};
use crate::link::{FunctionRef, Phase, Program};
use crate::project::Target;

const RULE: &str = "endless-stream";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let streams = streams(context);
    let mut covered: FxHashSet<FunctionRef> = FxHashSet::default();
    for stream in &streams {
        covered.extend(stream.bodies.iter().chain(&stream.called).chain(&stream.family));
        findings.extend(one(context, stream));
    }
    let subscriptions = context.apis.sockets.iter().filter(|api| api.api.kind == SocketKind::Subscription);
    findings.extend(
        subscriptions
            .filter(|api| !covered.contains(&api.function))
            .filter_map(|api| subscription(context.program, api)),
    );
}

/// How a stream goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    /// It waits for what other requests of this process do.
    OtherRequests,
    /// It goes on though the client has left.
    Forever,
    /// It goes on until the client leaves.
    UntilAbort,
}

impl Course {
    fn of(keeper: Keeper, ending: Ending) -> Option<Self> {
        match keeper {
            Keeper::OtherRequests => Some(Self::OtherRequests),
            _ if ending.timed => None,
            Keeper::Loop if !ending.aborts => Some(Self::Forever),
            Keeper::Loop | Keeper::LoopUntilAbort => Some(Self::UntilAbort),
            _ if ending.closes => None,
            _ if !ending.aborts => Some(Self::Forever),
            _ => Some(Self::UntilAbort),
        }
    }

    /// How bad it is at most on a target; `None` where it is fine.
    const fn at_most(self, target: Target) -> Option<Severity> {
        match (self, target) {
            (Self::OtherRequests, Target::Server) => None,
            (Self::OtherRequests, _) | (Self::Forever, Target::Netlify | Target::Lambda) => {
                Some(Severity::Error)
            }
            (Self::Forever, _) => Some(Severity::Warning),
            (Self::UntilAbort, Target::Cloudflare | Target::Server | Target::Cluster) => None,
            (Self::UntilAbort, _) => Some(Severity::Info),
        }
    }
}

fn one(context: &RuleContext<'_, '_>, stream: &Stream) -> Option<Finding> {
    let program = context.program;
    let keepers = keepers(context, stream);
    if keepers.is_empty() {
        return None;
    }
    let end = ending(program, stream);
    let (course, keeper, at) =
        keepers.iter().find_map(|&(keeper, at)| Some((Course::of(keeper, end)?, keeper, at)))?;
    // What is not said to be an event stream may be read to its end by other code here.
    if keeper == Keeper::Heartbeat && course == Course::UntilAbort && stream.header.is_none() {
        return None;
    }
    let primary = stream.header.unwrap_or(stream.at);
    let place = occurrence(program, primary, stream.function, PER_REQUEST).or_else(|| {
        let mut inside = stream.bodies.iter();
        inside.find_map(|&function| occurrence(program, primary, function, PER_REQUEST))
    })?;
    let verdict = verdict(program, RULE, place, |_, target| course.at_most(target).is_some())?;
    let limit = course.at_most(verdict.target)?;
    let verdict = verdict.at_most(limit);
    let routes = paths(program, &verdict.routes);
    let words = Words {
        message: message(course, keeper, verdict.target, routes),
        help: help(course, verdict.target).to_owned(),
        step: "answers with a stream that stays open".to_owned(),
    };
    let mut finding = found(program, RULE, place, verdict, words)?;
    if stream.at != primary {
        finding.related.push(Note { at: stream.at, message: "the stream is made here".to_owned() });
    }
    finding.related.push(Note { at, message: related(keeper).to_owned() });
    // A stream that does not say what it is may still be a download.
    let sure = stream.header.is_some() || matches!(course, Course::OtherRequests);
    Some(if sure { finding } else { no_surer_than(finding, Confidence::Medium) })
}

fn related(keeper: Keeper) -> &'static str {
    match keeper {
        Keeper::OtherRequests => "waits here for other requests of this process",
        Keeper::Loop | Keeper::LoopUntilAbort => "this loop goes on",
        Keeper::Subscription => "subscribes here",
        Keeper::Poll => "asks again here",
        Keeper::Heartbeat => "writes again and again here",
    }
}

fn message(course: Course, keeper: Keeper, target: Target, routes: usize) -> String {
    let reached = on_routes(" (on ", routes, ")");
    let fed = match keeper {
        Keeper::OtherRequests => "waits for other requests",
        Keeper::Loop | Keeper::LoopUntilAbort => "is fed by an endless loop",
        Keeper::Subscription => "is fed by a subscription",
        Keeper::Poll | Keeper::Heartbeat => "is fed by a timer",
    };
    match course {
        Course::OtherRequests => format!(
            "this stream{reached} waits for what other requests do in the same process; {}",
            match target {
                Target::Cluster => "those that another replica serves never reach it",
                _ => "they run in other instances, so it stays open and silent until the time limit",
            }
        ),
        Course::Forever => format!(
            "this stream{reached} {fed} and nothing ends it, not even that the client left; {}",
            match target {
                Target::Server | Target::Cluster => "each visitor leaves one behind",
                Target::Cloudflare => "it goes on until the isolate is stopped",
                _ => "each visitor keeps a function running until its time limit",
            }
        ),
        Course::UntilAbort => format!(
            "this stream{reached} {fed} and stays open until the client leaves: each viewer keeps a function running, \
             and is cut off at its time limit"
        ),
    }
}

fn help(course: Course, target: Target) -> &'static str {
    match (course, target) {
        (Course::OtherRequests, Target::Vercel) => {
            "Take the events from what all instances share, such as Redis Streams or a database poll with a time limit \
             below `maxDuration`, and let `EventSource` reconnect with `Last-Event-ID`; or publish through Pusher or \
             Ably."
        }
        (Course::OtherRequests, Target::Cloudflare) => {
            "Keep the streams in a Durable Object, and send to it from other requests."
        }
        (Course::OtherRequests, Target::Cluster | Target::CloudRun) => {
            "Let every instance subscribe to Redis pub/sub and pass what comes to its own streams."
        }
        (Course::OtherRequests, _) => {
            "Take the events from what all instances share, such as Redis Streams or a database poll with a time \
             limit, or publish through Pusher, Ably REST or AppSync."
        }
        (_, Target::Netlify | Target::Lambda) => {
            "Close it before the function's time limit and let `EventSource` reconnect with `Last-Event-ID`; stop the \
             work in `cancel()` or on `request.signal`. Long subscriptions belong to a realtime service."
        }
        (_, Target::Vercel) => {
            "Set `maxDuration`, close the stream a little before it, let `EventSource` reconnect with \
             `Last-Event-ID`, and stop the work in `cancel()` or on `request.signal`."
        }
        (_, _) => {
            "Stop the work when the client leaves: in the stream's `cancel()`, on `request.signal`, or with \
             `req.on('close')`, and clear timers and subscriptions there."
        }
    }
}

/// A subscription that is no part of a stream.
fn subscription(program: &Program<'_>, api: &ApiSite<'_, SocketKind>) -> Option<Finding> {
    if is_ended(program, api) {
        return None;
    }
    let place = occurrence(program, api.location(program), api.function, ANY)?;
    let at_load = place.phase == Phase::Init;
    let verdict = verdict(program, RULE, place, |_, target| {
        !at_load || !matches!(target, Target::Server | Target::Cluster)
    })?;
    let grave = !at_load && matches!(verdict.target, Target::Netlify | Target::Lambda);
    let verdict = if grave { verdict } else { verdict.at_most(Severity::Warning) };
    let what = &api.api.what;
    let why = match verdict.target {
        Target::Server | Target::Cluster => "each request leaves one more behind",
        _ => "the instance is frozen after the response, so what comes is late or lost",
    };
    let when = if at_load { "loading this module" } else { "every request" };
    let words = Words {
        message: format!("{when} opens {what} that nothing ends: {why}"),
        help: match verdict.target {
            Target::Server | Target::Cluster => {
                "End it before the response, or subscribe once in a process of its own.".to_owned()
            }
            _ => "Read the current value instead, or let the service call a route (a webhook or a database trigger); \
                  subscriptions belong in the browser or in a worker process."
                .to_owned(),
        },
        step: format!("opens {what} here"),
    };
    let finding = found(program, RULE, place, verdict, words)?;
    Some(if at_load { no_surer_than(finding, Confidence::Medium) } else { finding })
}

/// Whether the code around a subscription ends it, or gives the caller a way to.
fn is_ended(program: &Program<'_>, api: &ApiSite<'_, SocketKind>) -> bool {
    let Some(module) = program.module(api.file) else { return true };
    let facts = &module.facts;
    let result = facts.site(api.site).expr;
    if given_away(facts, result) {
        return true;
    }
    let family = within(module, outermost(facts, api.function.id));
    family.into_iter().any(|function| {
        facts.sites_of(function).any(|(_, site)| {
            let SiteKind::Call { callee, .. } = site.kind else { return false };
            match facts.expr(callee) {
                Expr::Member { .. } => method(facts, callee).is_some_and(|(_, name)| ends(name)),
                // `const unsubscribe = onSnapshot(…); unsubscribe()`
                Expr::Local(binding) => matches!(facts.binding(binding).origin,
                    Origin::Init { expr, .. } if expr == result),
                _ => false,
            }
        })
    })
}

/// Whether a value is returned, or put into something that is.
fn given_away(facts: &crate::facts::ModuleFacts, value: crate::facts::ExprId) -> bool {
    let mut current = value;
    loop {
        match facts.use_of(current) {
            Use::Returned(_) | Use::Exported | Use::Iterated => return true,
            Use::Part(parent)
                if matches!(facts.expr(parent), Expr::Await(_) | Expr::Object(_) | Expr::Array(_)) =>
            {
                current = parent;
            }
            _ => return false,
        }
    }
}

fn ends(method: &str) -> bool {
    matches!(
        method,
        "unsubscribe"
            | "punsubscribe"
            | "pUnsubscribe"
            | "removeChannel"
            | "removeAllChannels"
            | "off"
            | "close"
            | "disconnect"
            | "quit"
            | "destroy"
            | "removeListener"
            | "removeAllListeners"
            | "unlisten"
            | "stop"
    )
}
