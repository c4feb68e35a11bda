//! `in-process-broadcast`: sockets, stream controllers and listeners kept in this process, for other requests to
//! reach.

use super::RuleContext;
use super::support::broadcast::{Beside, Holder, HolderKind};
use super::support::emissions::{Emission, Through, emissions};
use super::support::judge::{Words, judge, meta, paths};
use super::support::place::{ANY, Occurrence, PER_REQUEST, found, no_surer_than, occurrence, verdict};
use super::support::senders::Sender;
use super::support::sockets::realtime_help;
use crate::diagnostic::{Confidence, Finding, Note, Severity, on_routes};
use crate::link::{Phase, Program};
use crate::project::Target;
use crate::span::{FileId, Location};

const RULE: &str = "in-process-broadcast";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    findings.extend(context.broadcasts.holders.iter().filter_map(|holder| held(program, holder)));
    findings.extend(emissions(program).into_iter().filter_map(|emission| sent(program, emission)));
}

/// A container of senders, or an emitter.
fn held(program: &Program<'_>, holder: &Holder) -> Option<Finding> {
    // Messages that come from a service reach every instance, which tells its own clients.
    if holder.beside == Beside::Service {
        return None;
    }
    let place = Occurrence {
        at: holder.at,
        function: holder.function,
        node: *holder.nodes(program).first()?,
        phase: Phase::Request,
    };
    let mut verdict =
        judge(program, meta(RULE)?, &holder.routes(program), |_, target| target != Target::Server)?;
    let softened = match holder.kind {
        HolderKind::Senders(Sender::Callback | Sender::Parameter) => true,
        // Sockets of the platform's own upgrade: they only lack a channel between instances.
        HolderKind::Senders(Sender::Socket) => verdict.target == Target::Vercel,
        _ => false,
    };
    if softened {
        verdict = verdict.at_most(Severity::Warning);
    }
    if holder.beside == Beside::Poll {
        verdict = verdict.at_most(Severity::Info);
    }
    let target = verdict.target;
    let words = Words {
        message: held_message(holder, target, paths(program, &verdict.routes)),
        help: realtime_help(target).to_owned(),
        step: match holder.kind {
            HolderKind::Senders(_) => format!("keeps {} here", holder.what),
            HolderKind::Listeners => "uses this emitter".to_owned(),
        },
    };
    let mut finding = found(program, RULE, place, verdict, words)?;
    finding.related = related(program, holder);
    let guessed = matches!(holder.kind, HolderKind::Senders(Sender::Callback | Sender::Parameter));
    Some(if guessed { no_surer_than(finding, Confidence::Medium) } else { finding })
}

fn held_message(holder: &Holder, target: Target, routes: usize) -> String {
    let reached = on_routes(", used by ", routes, "");
    let why = match target {
        Target::Cluster => "a request that another replica serves does not reach them",
        Target::Cloudflare => "they belong to one request of one isolate, and other requests cannot use them",
        _ => "requests run in different instances, so most of them find it empty",
    };
    match holder.kind {
        HolderKind::Senders(_) => {
            format!("{} are kept in this process{reached}: {why}", holder.what)
        }
        HolderKind::Listeners => format!(
            "one request emits on {} of this process and another listens{reached}: in different instances they \
             never meet",
            holder.what
        ),
    }
}

/// Where things are put in and sent.
fn related(program: &Program<'_>, holder: &Holder) -> Vec<Note> {
    let note = |sites: &[(FileId, crate::facts::SiteId)], message: &str| {
        let &(file, site) = sites.first()?;
        let span = program.module(file)?.facts.site(site).span;
        Some(Note { at: Location { file, span }, message: message.to_owned() })
    };
    let put = if holder.kind == HolderKind::Listeners { "listens here" } else { "is kept here" };
    note(&holder.puts, put).into_iter().chain(note(&holder.sends, "sends here")).collect()
}

/// A send through a server of sockets.
fn sent(program: &Program<'_>, emission: Emission) -> Option<Finding> {
    let span = program.module(emission.file)?.facts.site(emission.site).span;
    let at = Location { file: emission.file, span };
    let place = occurrence(program, at, emission.function, PER_REQUEST)
        .or_else(|| occurrence(program, at, emission.function, ANY))
        .unwrap_or(Occurrence { at, function: emission.function, node: emission.node, phase: Phase::Init });
    let verdict = verdict(program, RULE, place, |_, target| target != Target::Server)?;
    let one_instance = matches!(verdict.target, Target::CloudRun | Target::Cluster);
    let verdict = if one_instance { verdict.at_most(Severity::Warning) } else { verdict };
    let target = verdict.target;
    let whose = match emission.through {
        Through::Server => "a socket server of this process",
        Through::Response => "the socket server below this response",
        Through::Global => "a socket server in a global variable",
    };
    let why = if one_instance {
        "clients that are connected to another instance do not get it"
    } else {
        "no client is connected to the instance that serves this request"
    };
    let words = Words {
        message: format!("this sends through {whose}: {why}"),
        help: realtime_help(target).to_owned(),
        step: "sends here".to_owned(),
    };
    let finding = found(program, RULE, place, verdict, words)?;
    Some(if emission.through == Through::Global {
        no_surer_than(finding, Confidence::Medium)
    } else {
        finding
    })
}
