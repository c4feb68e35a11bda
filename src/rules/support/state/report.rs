//! Findings about state in memory.

use super::{Purpose, State};
use crate::diagnostic::{Finding, Note, on_routes};
use crate::project::Target;
use crate::rules::RuleContext;

use super::super::judge::{Words, finding, judge, meta, paths};
use super::super::place::no_surer_than;

/// How many writers' routes are gathered.
const MAX_WRITERS: usize = 24;

/// Reports all state that is kept for one purpose.
pub(crate) fn report(
    context: &RuleContext<'_, '_>,
    rule: &'static str,
    purpose: Purpose,
    findings: &mut Vec<Finding>,
) {
    let states = context.states.iter().filter(|state| state.graded.purpose == purpose);
    findings.extend(states.filter_map(|state| one(context, rule, state)));
}

fn one(context: &RuleContext<'_, '_>, rule: &str, state: &State) -> Option<Finding> {
    let program = context.program;
    let meta = meta(rule)?;
    let mut routes: Vec<_> =
        state.nodes.iter().take(MAX_WRITERS).flat_map(|&node| program.graph.routes_to(node)).collect();
    routes.sort_unstable();
    routes.dedup();
    let verdict = judge(program, meta, &routes, |_, _| true)?.at_most(state.graded.at_most);
    let purpose = state.graded.purpose;
    let words = Words {
        message: message(state, paths(program, &verdict.routes)),
        help: help(purpose, verdict.target).to_owned(),
        step: format!("{} {}", doing(purpose), subject(state)),
    };
    let path = state
        .nodes
        .iter()
        .map(|&node| program.graph.path_from(&verdict.routes, node))
        .find(|path| !path.is_empty())
        .unwrap_or_default();
    let mut finding = finding(program, meta, (state.at, state.function, path.as_slice()), verdict, words);
    let written = state.written.filter(|at| *at != state.at);
    finding.related.extend(written.map(|at| Note { at, message: "requests write it here".to_owned() }));
    Some(no_surer_than(finding, state.graded.confidence))
}

fn subject(state: &State) -> String {
    match &state.package {
        Some(what) => what.clone(),
        None => format!("`{}`", state.name),
    }
}

const fn doing(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::RateLimit => "counts in",
        Purpose::Store => "keeps data in",
        Purpose::Cache => "caches in",
        Purpose::Lock => "locks with",
        Purpose::RequestData => "puts the request's data into",
    }
}

fn message(state: &State, routes: usize) -> String {
    let on = on_routes(" on ", routes, "");
    let subject = subject(state);
    match purpose_of(state) {
        Purpose::RateLimit => format!(
            "{subject} counts callers{on} in the memory of one instance: each other instance counts from zero, and a \
             restart forgets them all"
        ),
        Purpose::Store => format!(
            "{subject} keeps data{on} in the memory of one instance: a request that another instance serves does not \
             find it, and a restart loses it"
        ),
        Purpose::Cache => format!(
            "{subject} caches{on} in the memory of one instance: others fill their own, and cannot be told when it \
             is stale"
        ),
        Purpose::Lock => format!(
            "{subject} keeps others out{on} only within one instance: another instance does the same work at the \
             same time"
        ),
        Purpose::RequestData => format!(
            "{subject} is one variable for all requests, and each writes its own data into it{on}: requests that \
             overlap, or come later, see what belongs to another user"
        ),
    }
}

const fn purpose_of(state: &State) -> Purpose {
    state.graded.purpose
}

/// What to do, in the words of a target.
const fn help(purpose: Purpose, target: Target) -> &'static str {
    match purpose {
        Purpose::RateLimit => match target {
            Target::Vercel => {
                "Count in a shared store: `Ratelimit.slidingWindow()` of `@upstash/ratelimit`, or a rate limit rule of \
                 the Vercel Firewall."
            }
            Target::Netlify | Target::Lambda => {
                "Count in a shared store: `@upstash/ratelimit`, a DynamoDB counter with a TTL, or throttling in API \
                 Gateway or WAF."
            }
            Target::Cloudflare => "Use the Rate Limiting binding, or a Durable Object per key.",
            Target::CloudRun | Target::Server | Target::Cluster => {
                "Count in a shared store: `RateLimiterRedis` or `RateLimiterPostgres` of `rate-limiter-flexible`, or \
                 `limit_req` in the proxy before the app."
            }
        },
        Purpose::Store => match target {
            Target::Vercel => {
                "Keep it in a database or Redis row with an expiry (for example Upstash Redis or Neon), or in a signed \
                 cookie (`iron-session`)."
            }
            Target::Netlify | Target::Lambda => {
                "Keep it in a database, Redis or DynamoDB row with a TTL, or in a signed cookie (`iron-session`)."
            }
            Target::Cloudflare => "Keep it in KV, D1 or a Durable Object, or in a signed cookie.",
            Target::CloudRun | Target::Server | Target::Cluster => {
                "Keep it in the database or in Redis with an expiry, or in a signed cookie (`iron-session`)."
            }
        },
        Purpose::Cache => match target {
            Target::Vercel => {
                "Use `'use cache'` with `cacheLife`/`cacheTag`, or `getCache()` of `@vercel/functions`; keep this as a \
                 first level only."
            }
            Target::Netlify | Target::Lambda => {
                "Use `'use cache'` or `unstable_cache`, or Redis or DynamoDB with a TTL; keep this as a first level \
                 only."
            }
            Target::Cloudflare => "Use the Cache API or KV; an isolate may be gone after any request.",
            Target::CloudRun | Target::Server | Target::Cluster => {
                "Use `'use cache'` or `unstable_cache` with a shared `cacheHandler` on Redis; keep this as a first \
                 level only."
            }
        },
        Purpose::Lock => match target {
            Target::Cloudflare => {
                "Let a Durable Object do it one at a time, or lock the row in the database."
            }
            _ => {
                "Lock where the data is: a transaction with `SELECT … FOR UPDATE`, a unique constraint, an advisory \
                 lock, or `SET key value NX PX` in Redis."
            }
        },
        Purpose::RequestData => {
            "Pass it as an argument, read it from `headers()` or `cookies()` where it is needed, or keep it in an \
             `AsyncLocalStorage`."
        }
    }
}
