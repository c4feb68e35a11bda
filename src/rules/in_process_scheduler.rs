//! `in-process-scheduler`: timers, cron jobs and queue workers that a route or its modules start.

use super::RuleContext;
use super::support::apis::ApiSite;
use super::support::environment::is_configurable;
use super::support::judge::{Words, judge, meta};
use super::support::place::{ANY, Occurrence, found, is_followed, no_surer_than, occurrence};
use super::support::timers::{
    feeds_stream, goes_on, is_cleared, is_unreferenced, only_sweeps, restarts, runs_code,
};
use crate::catalogue::SchedulerKind;
use crate::diagnostic::{Confidence, Finding, Severity, Subject};
use crate::link::{Phase, Program};
use crate::project::Target;

const RULE: &str = "in-process-scheduler";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let sites = context.apis.schedulers.iter().filter(|site| site.api.kind != SchedulerKind::Harmless);
    findings.extend(sites.filter_map(|site| one(context, site)));
}

fn one(context: &RuleContext<'_, '_>, site: &ApiSite<'_, SchedulerKind>) -> Option<Finding> {
    let program = context.program;
    let occurrence = occurrence(program, site.location(program), site.function, ANY)?;
    let most = most(program, site, occurrence)?;
    let around = program.module(site.file)?.facts.site(site.site).context;
    let routes = context.production.routes(program, occurrence.node, (site.file, around));
    let verdict = judge(program, meta(RULE)?, &routes, |_, _| true)?.at_most(most);
    let path = program.graph.path_from(&verdict.routes, occurrence.node);
    let proven = is_followed(program, &path);
    let proven = proven && !is_configurable(program, (site.file, around), &path);
    let verdict = if proven { verdict } else { verdict.at_most(Severity::Warning) };
    let message = message(site, occurrence, verdict.target, verdict.severity);
    let help = help(site.api.kind, verdict.target).to_owned();
    let words = Words { message, help, step: format!("starts {} here", site.api.what) };
    let confidence = if proven { Confidence::High } else { Confidence::Medium };
    let finding = no_surer_than(found(program, RULE, occurrence, verdict, words)?, confidence);
    let subject = match site.api.kind {
        SchedulerKind::Worker | SchedulerKind::Consumer => Subject::Consumer,
        _ => Subject::Timer,
    };
    Some(Finding { subject: Some(subject), ..finding })
}

/// The most that a construct may count for; `None` if it is no scheduler.
fn most(
    program: &Program<'_>,
    site: &ApiSite<'_, SchedulerKind>,
    occurrence: Occurrence,
) -> Option<Severity> {
    let package = site.api.packages.first().map_or("", String::as_str);
    match site.api.kind {
        SchedulerKind::Interval if package.starts_with("global:") || package == "timers" => {
            if (is_cleared(program, site) && !restarts(program, site)) || feeds_stream(program, site) {
                return None;
            }
            if package == "global:setTimeout" && !(occurrence.phase == Phase::Init && goes_on(program, site))
            {
                return None;
            }
            let harmless = is_unreferenced(program, site) || only_sweeps(program, site);
            Some(if harmless { Severity::Info } else { Severity::Error })
        }
        SchedulerKind::Cron if is_cleared(program, site) => None,
        // Without a function it only computes dates.
        SchedulerKind::Cron if matches!(package, "croner" | "cron") => {
            runs_code(program, site).then_some(Severity::Error)
        }
        // A subscription that a request makes is the stream's affair.
        SchedulerKind::Consumer if matches!(package, "redis" | "ioredis" | "nats" | "mqtt") => {
            (occurrence.phase == Phase::Init).then_some(Severity::Error)
        }
        SchedulerKind::Consumer if package == "bullmq" => Some(Severity::Warning),
        _ => Some(Severity::Error),
    }
}

fn message(
    site: &ApiSite<'_, SchedulerKind>,
    occurrence: Occurrence,
    target: Target,
    severity: Severity,
) -> String {
    let what = &site.api.what;
    let when = if occurrence.phase == Phase::Init { "when an instance starts" } else { "by a request" };
    if severity == Severity::Info {
        return format!(
            "{what} started {when}: it stands still whenever the instance does, and nothing depends on it"
        );
    }
    let why = match target {
        Target::Cluster => "each instance runs one of its own, so everything happens several times",
        Target::Cloudflare => "a Worker runs only while it answers a request",
        Target::CloudRun => {
            "without a request the instance has no CPU, and several instances run it several times"
        }
        _ => "between requests the instance is frozen or gone, and several instances run it several times",
    };
    format!("{what} started {when}: {why}")
}

const fn help(kind: SchedulerKind, target: Target) -> &'static str {
    match (kind, target) {
        (SchedulerKind::Worker | SchedulerKind::Consumer, Target::Vercel) => {
            "Consume it where a process stays up (a worker of its own), or have jobs pushed to a route: Vercel Queues, \
             QStash, Inngest, Trigger.dev. Adding jobs from routes is fine."
        }
        (SchedulerKind::Worker | SchedulerKind::Consumer, Target::Cloudflare) => {
            "Use Cloudflare Queues with a consumer."
        }
        (SchedulerKind::Worker | SchedulerKind::Consumer, Target::Lambda | Target::Netlify) => {
            "Consume it where a process stays up (a worker of its own), or have jobs pushed to a function: SQS with \
             Lambda, QStash, Inngest, Trigger.dev. Adding jobs from routes is fine."
        }
        (SchedulerKind::Worker | SchedulerKind::Consumer, _) => {
            "Run it in a worker process of its own. Adding jobs from routes is fine."
        }
        (_, Target::Vercel) => {
            "List it under `crons` in vercel.json with the path of a GET route that checks `CRON_SECRET`."
        }
        (_, Target::Netlify) => {
            "Make it a scheduled function: `export const config = { schedule: '@hourly' }`."
        }
        (_, Target::Lambda) => {
            "Let the platform's scheduler call a GET route that checks a secret: EventBridge, `sst.aws.Cron`, `crons` in \
             vercel.json."
        }
        (_, Target::Cloudflare) => "Use a Cron Trigger (`triggers.crons` in wrangler.toml).",
        (_, Target::CloudRun) => "Let Cloud Scheduler call a route that checks a secret.",
        (_, Target::Cluster | Target::Server) => {
            "Run it in one process of its own, or with `pg_cron` or a Kubernetes CronJob."
        }
    }
}
