//! `local-database-file`: a database that lives in a file beside the process.

use super::RuleContext;
use super::support::disk::{FileUse, OnTarget, file_use, words};
use super::support::judge::{Words, judge, meta};
use super::support::path_parts::{Root, is_in_folder};
use super::support::place::{found, no_surer_than};
use crate::catalogue::StoreKind;
use crate::diagnostic::{Confidence, Finding, Severity};
use crate::link::Route;
use crate::project::Target;

const RULE: &str = "local-database-file";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let sites = context.apis.stores.iter().filter(|site| site.api.kind == StoreKind::DatabaseFile);
    let databases = sites.filter_map(|site| file_use(context, site));
    findings.extend(databases.filter_map(|database| one(context, &database)));
}

fn one(context: &RuleContext<'_, '_>, database: &FileUse<'_>) -> Option<Finding> {
    let file = database.occurrence.at.file;
    let matters = |route: &Route, target: Target| {
        let folders = context.choices.at(file, Some(route), |choices| choices.database_folders.clone());
        let is_kept = |on: &OnTarget| folders.is_some_and(|folders| is_in_folder(&on.path, &folders));
        database.on(target).is_some_and(|on| in_file(on) && !is_kept(on))
    };
    let verdict = judge(context.program, meta(RULE)?, &database.routes(), matters)?;
    let on = database.on(verdict.target)?;
    let known = matches!(on.path.root, Root::Project | Root::System) && !on.path.soft;
    let sure = database.sureness(context.program, &verdict.routes);
    let (verdict, confidence) = if known && !sure.optional {
        (verdict, if sure.followed { Confidence::High } else { Confidence::Medium })
    } else {
        (verdict.at_most(Severity::Warning), Confidence::Medium)
    };
    let message = message(database, on);
    let help = help(verdict.target).to_owned();
    let words = Words { message, help, step: format!("opens {} here", database.api.what) };
    Some(no_surer_than(found(context.program, RULE, database.occurrence, verdict, words)?, confidence))
}

/// Whether a path is that of a file: not memory, and not the address of a server.
const fn in_file(on: &OnTarget) -> bool {
    !matches!(on.path.root, Root::Memory | Root::Remote | Root::Device)
}

fn message(database: &FileUse<'_>, on: &OnTarget) -> String {
    let what = &database.api.what;
    let place = match on.path.root {
        Root::Project | Root::System | Root::Temp => format!(" ({})", words(&on.path)),
        _ => String::new(),
    };
    let why = match (on.path.root, on.target) {
        (Root::Temp, _) => {
            "each instance has a temp directory of its own, so what one request stores the next may not find"
        }
        (_, Target::Vercel | Target::Netlify | Target::Lambda) => {
            "the disk is read-only here and each instance has its own copy, so nothing that is stored lasts"
        }
        (_, Target::Cloudflare) => "a Worker has no disk",
        (_, Target::CloudRun) => "the file lives in the instance's memory, and goes with the instance",
        (_, Target::Cluster | Target::Server) => {
            "each instance has a file of its own, which goes with the instance"
        }
    };
    format!("{what} as database{place}: {why}")
}

const fn help(target: Target) -> &'static str {
    match target {
        Target::Vercel | Target::Netlify | Target::Lambda => {
            "Use a database that is reached over the network: Turso (libSQL) keeps SQLite, Neon or another Postgres \
             does not. If it is only read, open it with `readonly: true`."
        }
        Target::Cloudflare => "Use D1, which is SQLite, through its binding.",
        Target::CloudRun | Target::Cluster => {
            "Use a database that is reached over the network: Turso (libSQL), Postgres, Cloud SQL."
        }
        Target::Server => "Keep the file on a mounted volume.",
    }
}
