//! `custom-server`: Next started inside a server of one's own.

use super::RuleContext;
use super::support::apis::named;
use super::support::of_app::{no_graver_than, of_app};
use crate::catalogue::MiddlewareKind;
use crate::diagnostic::{Finding, Note, Severity};
use crate::facts::SiteKind;
use crate::link::{ExprRef, Program, Value};
use crate::project::{App, BystanderKind, Target};
use crate::span::{FileId, Location};

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let program = context.program;
    for app in &program.project.apps {
        for bystander in &app.bystanders {
            if let BystanderKind::Server { command, dev_only } = &bystander.kind
                && let Some((at, made)) = boots_next(program, bystander.file)
            {
                let mut finding = one(app, at, command, *dev_only);
                if let (Some(finding), Some(at)) = (&mut finding, prepares(program, made)) {
                    finding.related.push(Note { at, message: "it is started here".to_owned() });
                }
                findings.extend(finding);
            }
        }
    }
}

/// The call that makes the Next app: `next({ dev })`.
fn boots_next(program: &Program<'_>, file: FileId) -> Option<(Location, ExprRef)> {
    let module = program.module(file)?;
    module.facts.sites.iter().find_map(|site| {
        let SiteKind::Call { callee, .. } = site.kind else { return None };
        let named = named(program, &program.value(ExprRef { file, id: callee }))?;
        let mut entries =
            program.catalogue.middleware.find(&named.package, &named.export, named.method.as_deref());
        let boots = entries.any(|api| api.kind == MiddlewareKind::CustomServer);
        boots.then_some((Location { file, span: site.span }, ExprRef { file, id: site.expr }))
    })
}

/// The call that starts the Next app: `app.prepare()`.
fn prepares(program: &Program<'_>, made: ExprRef) -> Option<Location> {
    let module = program.module(made.file)?;
    module.facts.sites.iter().find_map(|site| {
        let SiteKind::Call { callee, .. } = site.kind else { return None };
        let Value::Made(found) = program.value(ExprRef { file: made.file, id: callee }) else { return None };
        let starts = found.at == made && found.steps == ["prepare"];
        starts.then_some(Location { file: made.file, span: site.span })
    })
}

fn one(app: &App, at: Location, command: &str, dev_only: bool) -> Option<Finding> {
    let target = app.target.target;
    let message = match (target, dev_only) {
        (_, true) => format!(
            "`{command}` runs Next inside this server, which production does not: what it adds is there in development only"
        ),
        (Target::Vercel | Target::Netlify | Target::Lambda | Target::Cloudflare, _) => {
            format!(
                "`{command}` runs Next inside this server, but {} starts none: nothing that it adds is there",
                place(app)
            )
        }
        _ => format!(
            "`{command}` runs Next inside this server: `output: 'standalone'` and automatic static optimisation go with that"
        ),
    };
    let finding = of_app(app, "custom-server", at, (message, help(target).to_owned()))?;
    Some(if dev_only { no_graver_than(finding, Severity::Info) } else { finding })
}

fn place(app: &App) -> &'static str {
    if app.target.assumed {
        return "a serverless platform";
    }
    match app.target.target {
        Target::Vercel => "Vercel",
        Target::Netlify => "Netlify",
        Target::Lambda => "Lambda",
        Target::Cloudflare => "Workers",
        Target::CloudRun | Target::Server | Target::Cluster => "the platform",
    }
}

const fn help(target: Target) -> &'static str {
    match target {
        Target::Vercel => {
            "Run Next with `next start`. Rewrites and headers go into next.config, WebSockets into a route with \
             `experimental_upgradeWebSocket` of `@vercel/functions`, schedules into `crons` of vercel.json, and an API of its own \
             into a project of its own."
        }
        Target::Netlify | Target::Lambda | Target::Cloudflare => {
            "Run Next with `next start`. Rewrites and headers go into next.config, sockets and schedules to a service or to the \
             platform's own means; or deploy this server in a container, with `--target server`."
        }
        Target::CloudRun | Target::Server | Target::Cluster => {
            "It works on a server. If it only sets headers or rewrites paths, next.config does that too; a socket server may run \
             beside Next as a process of its own."
        }
    }
}
