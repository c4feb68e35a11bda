//! `heavy-work`: browsers, video, documents, models, processes and blocking computation within a request.

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::support::apis::{ApiSite, named};
use super::support::arguments::argument_at;
use super::support::judge::{Words, judge, meta};
use super::support::place::{ANY, PER_REQUEST, found, occurrence};
use crate::catalogue::{ArgumentAt, WorkKind};
use crate::diagnostic::{Finding, Severity, Subject};
use crate::facts::{ContextKind, Expr, FunctionId, SiteKind};
use crate::link::{ExprRef, Frequency, Phase, Program, Value};
use crate::project::Target;
use crate::span::FileId;

const RULE: &str = "heavy-work";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let mut seen: FxHashSet<(FileId, FunctionId, WorkKind, &str)> = FxHashSet::default();
    for site in context.apis.work.iter().filter(|site| is_heavy(site.api.kind)) {
        let outermost = outermost(context.program, site);
        let package = site.api.packages.first().map_or("", String::as_str);
        // Several calls of one library in a function are one piece of work.
        if seen.contains(&(site.file, outermost, site.api.kind, package)) {
            continue;
        }
        if let Some(finding) = one(context, site) {
            seen.insert((site.file, outermost, site.api.kind, package));
            findings.push(finding);
        }
    }
}

const fn is_heavy(kind: WorkKind) -> bool {
    use WorkKind as K;
    matches!(
        kind,
        K::Browser
            | K::Video
            | K::Document
            | K::Archive
            | K::Sheet
            | K::Image
            | K::Ocr
            | K::Model
            | K::Process
            | K::Thread
            | K::SyncCpu
    )
}

fn one(context: &RuleContext<'_, '_>, site: &ApiSite<'_, WorkKind>) -> Option<Finding> {
    let program = context.program;
    let kind = site.api.kind;
    // A key derived or a document made when the module is loaded is made once.
    let phases = match kind {
        WorkKind::Browser | WorkKind::Process | WorkKind::Thread | WorkKind::Model => ANY,
        _ => PER_REQUEST,
    };
    let occurrence = occurrence(program, site.location(program), site.function, phases)?;
    if kind == WorkKind::SyncCpu && program.frequency(site.file, site.site) == Frequency::Memoised {
        return None;
    }
    let looped = is_looped(program, site);
    if kind == WorkKind::Image && site.api.packages.iter().any(|package| package == "sharp") && !looped {
        return None;
    }
    let around = program.module(site.file)?.facts.site(site.site).context;
    let routes = context.production.routes(program, occurrence.node, (site.file, around));
    let verdict = judge(program, meta(RULE)?, &routes, |_, _| true)?;
    let grade = Grade::of(program, site, looped);
    if is_possible(verdict.target) && !competes(kind) {
        return None;
    }
    let most = grade.severity(kind, verdict.target);
    let target = verdict.target;
    let words = Words {
        message: grade.message(site, target, occurrence.phase),
        help: if kind == WorkKind::SyncCpu {
            asynchronous(program, site)
        } else {
            help(kind, grade, target).to_owned()
        },
        step: "does the work here".to_owned(),
    };
    let finding = found(program, RULE, occurrence, verdict.at_most(most), words)?;
    Some(Finding { subject: Some(subject(kind)), ..finding })
}

const fn subject(kind: WorkKind) -> Subject {
    use WorkKind as K;
    match kind {
        K::Browser => Subject::Browser,
        K::Document | K::Archive | K::Sheet | K::Image => Subject::Document,
        K::SyncCpu => Subject::Computation,
        _ => Subject::Machine,
    }
}

/// Whether everything that runs on a machine runs here too.
const fn is_possible(target: Target) -> bool {
    matches!(target, Target::CloudRun | Target::Server | Target::Cluster)
}

/// Work that takes a good part of a machine from every other request.
const fn competes(kind: WorkKind) -> bool {
    use WorkKind as K;
    matches!(kind, K::Browser | K::Video | K::Ocr | K::Model | K::Process | K::Thread)
}

/// What the arguments and the surroundings make of a piece of work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    /// As the kind is.
    Plain,
    /// A browser that has to be installed beside the code.
    FullBrowser,
    /// A process that does not end with the request.
    Detached,
    /// Once for each element of something.
    Looped,
    /// Compression: cheap for small inputs.
    Compression,
}

impl Grade {
    fn of(program: &Program<'_>, site: &ApiSite<'_, WorkKind>, looped: bool) -> Self {
        let first = site.api.packages.first().map_or("", String::as_str);
        match site.api.kind {
            WorkKind::Browser => {
                let bundled = matches!(first, "puppeteer-core") || brings_chromium(program, site);
                if bundled { Self::Plain } else { Self::FullBrowser }
            }
            WorkKind::Process if is_detached(program, site) => Self::Detached,
            WorkKind::SyncCpu if first == "zlib" => Self::Compression,
            _ if looped => Self::Looped,
            _ => Self::Plain,
        }
    }

    /// The most that it may count for.
    const fn severity(self, kind: WorkKind, target: Target) -> Severity {
        use WorkKind as K;
        let worker = matches!(target, Target::Cloudflare);
        match (self, kind) {
            (Self::FullBrowser | Self::Detached, _) => Severity::Error,
            (Self::Compression, _) => Severity::Info,
            (_, K::Browser | K::Video | K::Process | K::Thread) if worker => Severity::Error,
            (_, K::SyncCpu) if matches!(target, Target::Lambda | Target::Netlify) => Severity::Info,
            (Self::Plain, K::Document | K::Archive | K::Sheet | K::Image) => Severity::Info,
            _ => Severity::Warning,
        }
    }

    fn message(self, site: &ApiSite<'_, WorkKind>, target: Target, phase: Phase) -> String {
        let what = &site.api.what;
        if is_possible(target) {
            return format!("{what} in a request: it competes with every other request for this machine");
        }
        let when = if phase == Phase::Init { "when an instance starts" } else { "in a request" };
        match (self, site.api.kind) {
            (_, WorkKind::Browser | WorkKind::Video | WorkKind::Process | WorkKind::Thread)
                if target == Target::Cloudflare =>
            {
                format!("{what} {when}: a Worker cannot start processes or threads")
            }
            (Self::FullBrowser, _) => format!(
                "{what} that has to be installed beside the code: no browser is there when this runs in a function"
            ),
            (Self::Detached, _) => format!(
                "{what} that outlives the request: the instance is frozen or ends with the response, and the \
                 process with it"
            ),
            (Self::Looped, _) => format!("{what}, once for each element of a list, in one request"),
            (_, WorkKind::Process) => {
                format!(
                    "{what} {when}: the program has to be there, and its time and memory are the function's"
                )
            }
            // An instance that serves one request at a time makes nobody else wait.
            (_, WorkKind::SyncCpu) if matches!(target, Target::Netlify | Target::Lambda) => {
                format!("{what}: it costs the function's time, which is limited and paid for")
            }
            (_, WorkKind::SyncCpu) => format!("{what}: every other request of this instance waits meanwhile"),
            (_, WorkKind::Document | WorkKind::Archive | WorkKind::Sheet) => {
                format!("{what}: time and memory grow with its size, and both are limited here")
            }
            _ => format!("{what} {when}: seconds of computing and much memory, both limited here"),
        }
    }
}

/// The variant of a blocking function that does not block.
fn asynchronous(program: &Program<'_>, site: &ApiSite<'_, WorkKind>) -> String {
    let called = program.module(site.file).and_then(|module| match module.facts.site(site.site).kind {
        SiteKind::Call { callee, .. } => {
            named(program, &program.value(ExprRef { file: site.file, id: callee }))
        }
        _ => None,
    });
    let called = called.as_ref().and_then(|named| named.export.rsplit('.').next()?.strip_suffix("Sync"));
    let is_node = site.api.packages.iter().any(|package| matches!(package.as_str(), "crypto" | "zlib"));
    match called {
        Some(name) if is_node => {
            format!("Use `promisify({name})`, which does not block: it works in another thread.")
        }
        Some(name) => format!("Use `await {name}()`, which does not block."),
        None => "Use the variant that does not block (`await hash()`, `promisify(scrypt)`), which works in another \
                 thread."
            .to_owned(),
    }
}

const fn help(kind: WorkKind, grade: Grade, target: Target) -> &'static str {
    match (kind, grade, target) {
        (WorkKind::Browser, _, Target::Cloudflare) => "Use the Browser Rendering binding.",
        (WorkKind::Browser, Grade::FullBrowser, _) => {
            "Use `puppeteer-core` with `@sparticuz/chromium`, close the browser in `finally` and set `maxDuration`; or \
             connect to a remote browser with `puppeteer.connect({ browserWSEndpoint })`."
        }
        (WorkKind::Browser, ..) => {
            "Close it in `finally`, set `maxDuration` and enough memory; or connect to a remote browser with \
             `puppeteer.connect({ browserWSEndpoint })`."
        }
        (_, _, Target::Vercel) => {
            "Hand it to a job and answer 202: Vercel Queues or Workflow, Inngest, Trigger.dev. If it stays, set \
             `maxDuration` and stream the result."
        }
        (_, _, Target::Netlify) => {
            "Hand it to a background function (`*-background.ts`, up to 15 minutes) and answer 202."
        }
        (_, _, Target::Lambda) => {
            "Hand it to a job and answer 202: SQS with a Lambda of its own, a container task, Inngest, Trigger.dev. If \
             it stays, set `maxDuration` and enough memory."
        }
        (_, _, Target::Cloudflare) => "Hand it to a Queue, a Workflow or a container.",
        _ => "Hand it to a worker process.",
    }
}

/// Whether the browser is told where a Chromium for functions lies.
fn brings_chromium(program: &Program<'_>, site: &ApiSite<'_, WorkKind>) -> bool {
    let place = ArgumentAt { arg: 0, key: Some("executablePath".to_owned()) };
    let arguments = program.module(site.file).map(|module| module.facts.list(site.args)).unwrap_or_default();
    let told = argument_at(program, &place, (site.file, site.args));
    match told {
        Some(at) => !matches!(program.module(at.file).map(|m| m.facts.expr(at.id)), Some(Expr::Str(_))),
        // What cannot be read may say so.
        None => arguments.first().is_some_and(|&id| {
            let at = ExprRef { file: site.file, id };
            !matches!(program.value(at), Value::Object(_))
        }),
    }
}

/// Whether a process goes on without the request: `fork`, `detached: true`, `.unref()`.
fn is_detached(program: &Program<'_>, site: &ApiSite<'_, WorkKind>) -> bool {
    if site.api.export.iter().any(|export| export == "fork") {
        return true;
    }
    let detached = (0..3).any(|arg| {
        let place = ArgumentAt { arg, key: Some("detached".to_owned()) };
        argument_at(program, &place, (site.file, site.args)).is_some_and(|at| {
            program.module(at.file).is_some_and(|module| module.facts.expr(at.id) == Expr::Bool(true))
        })
    });
    detached || is_unreferenced(program, site)
}

/// Whether `unref()` is called on what the site gives.
fn is_unreferenced(program: &Program<'_>, site: &ApiSite<'_, WorkKind>) -> bool {
    let Some(module) = program.module(site.file) else { return false };
    let construct = site.expr(program);
    module.facts.sites.iter().any(|other| {
        let SiteKind::Call { callee, .. } = other.kind else { return false };
        let Expr::Member { object, property } = module.facts.expr(callee) else { return false };
        module.facts.text(property) == "unref"
            && matches!(program.value(ExprRef { file: site.file, id: object }),
                Value::Made(made) if made.at == construct)
    })
}

/// Whether a site runs for each element of something: in a loop, or in a callback of `map` and its like.
fn is_looped(program: &Program<'_>, site: &ApiSite<'_, WorkKind>) -> bool {
    let Some(module) = program.module(site.file) else { return false };
    let facts = &module.facts;
    let in_loop = |context| {
        facts.contexts_from(context).any(|link| match link.kind {
            ContextKind::Loop { over, .. } => !matches!(facts.expr(over), Expr::Array(_)),
            _ => false,
        })
    };
    if in_loop(facts.site(site.site).context) {
        return true;
    }
    let mut function = site.function.id;
    for _ in 0..8 {
        let entry = facts.function(function);
        let Some(parent) = entry.parent else { return false };
        if in_loop(entry.context) || is_callback_of_each(facts, function) {
            return true;
        }
        function = parent;
    }
    false
}

fn is_callback_of_each(facts: &crate::facts::ModuleFacts, function: FunctionId) -> bool {
    let parent = facts.function(function).parent.unwrap_or(FunctionId::MODULE);
    facts.sites_of(parent).any(|(_, site)| {
        let SiteKind::Call { callee, args } = site.kind else { return false };
        let Expr::Member { object, property } = facts.expr(callee) else { return false };
        matches!(facts.text(property), "map" | "forEach" | "flatMap" | "reduce")
            && !matches!(facts.expr(object), Expr::Array(_))
            && facts.list(args).iter().any(|&id| facts.expr(id) == Expr::Function(function))
    })
}

/// The function below the module's top level in which a site stands.
fn outermost(program: &Program<'_>, site: &ApiSite<'_, WorkKind>) -> FunctionId {
    let Some(module) = program.module(site.file) else { return site.function.id };
    let mut function = site.function.id;
    while let Some(parent) = module.facts.function(function).parent.filter(|&p| p != FunctionId::MODULE) {
        function = parent;
    }
    function
}
