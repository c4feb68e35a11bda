//! `local-file-write`: files written where a request's instance cannot write, or where the next cannot read.

use super::RuleContext;
use super::support::disk::{FileUse, OnTarget, file_use, may_be_same, words};
use super::support::judge::{Verdict, Words, judge, meta};
use super::support::path_parts::{Part, Root, is_in_folder, names_temp};
use super::support::place::{found, no_surer_than};
use super::support::timers::outermost;
use crate::catalogue::StoreKind;
use crate::diagnostic::{Confidence, Finding, Severity};
use crate::link::{FunctionRef, Route};
use crate::project::Target;

const RULE: &str = "local-file-write";

pub(crate) fn check(context: &RuleContext<'_, '_>, findings: &mut Vec<Finding>) {
    let uses = Uses::find(context);
    let mut reported: Vec<&FileUse<'_>> = Vec::new();
    for write in &uses.writes {
        if let Some(finding) = uses.write(context, write) {
            reported.push(write);
            findings.push(finding);
        }
    }
    let mut changed = Vec::new();
    for change in &uses.changes {
        // A folder that is made for a file that is reported says nothing more.
        let beside = reported.iter().chain(&changed).any(|other| belongs(change, other));
        if !beside && let Some(finding) = uses.change(context, change) {
            changed.push(change);
            findings.push(finding);
        }
    }
    for read in &uses.reads {
        findings.extend(uses.read_back(context, read));
    }
}

/// What the program does with files.
struct Uses<'p> {
    writes: Vec<FileUse<'p>>,
    changes: Vec<FileUse<'p>>,
    reads: Vec<FileUse<'p>>,
}

impl<'p> Uses<'p> {
    fn find(context: &RuleContext<'_, 'p>) -> Self {
        let of = |kind: StoreKind| {
            let sites = context.apis.stores.iter().filter(move |site| site.api.kind == kind);
            sites.filter_map(|site| file_use(context, site)).collect()
        };
        let (writes, changes): (Vec<_>, Vec<_>) = (of(StoreKind::FileWrite), of(StoreKind::FileChange));
        // Without a write nothing can be read back.
        let any = !writes.is_empty() || !changes.is_empty();
        Self { reads: if any { of(StoreKind::FileRead) } else { Vec::new() }, writes, changes }
    }

    fn write(&self, context: &RuleContext<'_, '_>, write: &FileUse<'_>) -> Option<Finding> {
        let matters = |route: &Route, target: Target| {
            let on = write.on(target).filter(|on| !is_kept(context, write, on, route));
            on.is_some_and(|on| match on.path.root {
                Root::Project | Root::System => !is_mounted(&on.path, target),
                Root::Temp => self.kept(on),
                // Whoever runs a server says where its disk is.
                Root::Configured | Root::Unknown => {
                    !matches!(target, Target::Server | Target::Cluster | Target::CloudRun)
                }
                _ => false,
            })
        };
        let verdict = verdict(context, write, matters)?;
        let on = write.on(verdict.target)?;
        let sure = write.sureness(context.program, &verdict.routes);
        let known = match on.path.root {
            Root::Project | Root::System => !on.path.soft,
            // Which file another route reads is only sure where the whole name is.
            Root::Temp => !on.path.soft && !on.path.text.contains('*'),
            _ => false,
        };
        let confidence = match (known && !sure.optional, sure.followed) {
            _ if is_tooling(context, write) => Confidence::Low,
            (true, true) => Confidence::High,
            (false, false) => Confidence::Low,
            _ => Confidence::Medium,
        };
        // A disk can be mounted where the project lies; the temp directory of one instance is never another's.
        let graver = on.path.root == Root::Temp && verdict.target != Target::Server;
        let verdict = match (known && !sure.optional, on.path.root) {
            (true, Root::Temp) => {
                Verdict { severity: if graver { Severity::Error } else { Severity::Warning }, ..verdict }
            }
            (true, _) => verdict,
            (false, _) => verdict.at_most(Severity::Warning),
        };
        let what = &write.api.what;
        let place = words(&on.path);
        let message = match on.path.root {
            Root::Temp => format!(
                "{what} to {place} that another route reads: each instance has a temp directory of its own, so the \
                 file is only there by chance"
            ),
            Root::Project | Root::System => {
                format!("{what} to {place}: {}", why(verdict.target))
            }
            _ => format!("{what} to {place}: outside the temp directory it fails or is lost here"),
        };
        let help = help(verdict.target, on.path.root);
        let words = Words { message, help, step: "writes the file here".to_owned() };
        Some(no_surer_than(found(context.program, RULE, write.occurrence, verdict, words)?, confidence))
    }

    /// Whether a file in the temp directory is read by a handler that writes none like it.
    fn kept(&self, write: &OnTarget) -> bool {
        self.reads.iter().any(|read| {
            let Some(on) = read.on(write.target) else { return false };
            let writers = self.writes.iter().filter_map(|other| other.on(write.target));
            let own: Vec<_> = writers
                .filter(|other| may_be_same(&on.path, &other.path, lists(read)))
                .flat_map(|other| &other.entries)
                .collect();
            may_be_same(&on.path, &write.path, lists(read))
                && on.entries.iter().any(|entry| !own.contains(&entry))
        })
    }

    fn change(&self, context: &RuleContext<'_, '_>, change: &FileUse<'_>) -> Option<Finding> {
        let matters = |route: &Route, target: Target| {
            let on = change.on(target).filter(|on| !is_kept(context, change, on, route));
            on.is_some_and(|on| on.path.root == Root::Project && !on.path.soft) && target != Target::Server
        };
        let verdict = verdict(context, change, matters)?.at_most(Severity::Warning);
        let on = change.on(verdict.target)?;
        let message = format!("{} at {}: {}", change.api.what, words(&on.path), why(verdict.target));
        let help = help(verdict.target, on.path.root);
        let words = Words { message, help, step: "changes it here".to_owned() };
        Some(no_surer_than(
            found(context.program, RULE, change.occurrence, verdict, words)?,
            Confidence::Medium,
        ))
    }

    /// A read of what another request wrote.
    fn read_back(&self, context: &RuleContext<'_, '_>, read: &FileUse<'_>) -> Option<Finding> {
        let written = |on: &OnTarget| {
            let same = |other: &&FileUse<'_>| {
                other.on(on.target).is_some_and(|other| may_be_same(&on.path, &other.path, lists(read)))
            };
            let whole = |of: &FileUse<'_>| outermost_of(context, of.occurrence.function);
            let here = |other: &FileUse<'_>| whole(other) == whole(read);
            // What a function itself has just written is there.
            !self.writes.iter().filter(|write| here(write)).any(|write| same(&write))
                && (self.writes.iter().any(|write| same(&write))
                    || self.changes.iter().any(|change| same(&change) || makes_folder(change, on)))
        };
        let matters = |route: &Route, target: Target| {
            let on = read.on(target).filter(|on| !is_kept(context, read, on, route));
            on.is_some_and(|on| in_project(on) && !names_temp(&on.path.shape()) && written(on))
        };
        let verdict = verdict(context, read, matters)?.at_most(Severity::Warning);
        let on = read.on(verdict.target)?;
        let message = format!(
            "{} of {} that an earlier request left there: {}",
            read.api.what,
            words(&on.path),
            match verdict.target {
                Target::Server => "it is there only while the disk is kept",
                _ => "another instance never has it",
            }
        );
        let help = help(verdict.target, on.path.root);
        let words = Words { message, help, step: "reads it back here".to_owned() };
        Some(no_surer_than(
            found(context.program, RULE, read.occurrence, verdict, words)?,
            Confidence::Medium,
        ))
    }
}

/// The function below the module's top level in which a function is written.
fn outermost_of(context: &RuleContext<'_, '_>, function: FunctionRef) -> FunctionRef {
    let module = context.program.module(function.file);
    module.map_or(function, |module| FunctionRef { id: outermost(&module.facts, function.id), ..function })
}

fn verdict(
    context: &RuleContext<'_, '_>,
    file_use: &FileUse<'_>,
    matters: impl Fn(&Route, Target) -> bool,
) -> Option<Verdict> {
    judge(context.program, meta(RULE)?, &file_use.routes(), matters)
}

/// Whether the team says that the file outlives the instance.
fn is_kept(context: &RuleContext<'_, '_>, file_use: &FileUse<'_>, on: &OnTarget, route: &Route) -> bool {
    let file = file_use.occurrence.at.file;
    let folders = context.choices.at(file, Some(route), |choices| choices.file_folders.clone());
    folders.is_some_and(|folders| is_in_folder(&on.path, &folders))
}

fn in_project(on: &OnTarget) -> bool {
    matches!(on.path.root, Root::Project | Root::System) && !is_mounted(&on.path, on.target)
}

/// Whether a path is where disks are mounted that outlive the instance.
fn is_mounted(path: &Part, target: Target) -> bool {
    let shape = path.shape();
    let first = shape.split('/').next().unwrap_or_default();
    let owned = !matches!(target, Target::Vercel | Target::Netlify | Target::Cloudflare);
    let disks = ["mnt", "data", "var", "srv", "persist", "persistent", "volume", "volumes", "storage"];
    path.root == Root::System
        && (first == "mnt" || disks.contains(&first) && target != Target::Lambda)
        && owned
}

fn lists(read: &FileUse<'_>) -> bool {
    read.api.what == "a folder listing"
}

/// Whether a folder is made or emptied in which a read then looks for something.
fn makes_folder(change: &FileUse<'_>, read: &OnTarget) -> bool {
    let Some(on) = change.on(read.target) else { return false };
    let (folder, shape) = (on.path.shape(), read.path.shape());
    let open = !folder.is_empty() && !folder.contains('*') && on.path.root == read.path.root;
    open && (shape == folder || shape.strip_prefix(&folder).is_some_and(|rest| rest.starts_with("/*")))
}

/// Whether a change goes with a reported write: in one function, or in one folder.
fn belongs(change: &FileUse<'_>, other: &FileUse<'_>) -> bool {
    change.occurrence.function == other.occurrence.function
        || change.on.iter().any(|on| {
            let Some(other) = other.on(on.target) else { return false };
            let (a, b) = (on.path.shape(), other.path.shape());
            a == b
                || b.starts_with(&format!("{a}/"))
                || a.starts_with(&format!("{b}/"))
                || a.split('/').next() == b.split('/').next()
        })
}

/// Whether a use belongs to tools for developers, which a library brings along: migrations, code generation.
fn is_tooling(context: &RuleContext<'_, '_>, file_use: &FileUse<'_>) -> bool {
    let program = context.program;
    let function = file_use.occurrence.function;
    let path = program.project.files.path(function.file);
    let name = program.function_name(function);
    let folders = ["/bin/", "/cli/", "/migrations/", "/codegen/", "/seed/", "/__helpers/"];
    let names = [
        "Migration",
        "generateSchema",
        "generateTypes",
        "ImportMap",
        "SchemaGenerator",
        "codegen",
        "scaffold",
    ];
    let file = path.rsplit('/').next().unwrap_or(path);
    folders.iter().any(|folder| path.contains(folder))
        || names.iter().any(|tool| name.contains(tool) || file.contains(tool))
}

/// What happens to the file on a target.
const fn why(target: Target) -> &'static str {
    match target {
        Target::Vercel | Target::Netlify | Target::Lambda => {
            "only the temp directory can be written here, everything else is read-only (EROFS)"
        }
        Target::Cloudflare => "a Worker has no disk",
        Target::CloudRun => "it takes the instance's memory and goes with the instance",
        Target::Cluster => "the other instances do not have it, and it goes with the instance",
        Target::Server => "it stays only if this folder is on a disk that outlives a deployment",
    }
}

/// What to do instead.
fn help(target: Target, root: Root) -> String {
    let store = match target {
        Target::Vercel => "Keep it in object storage: `put()` from `@vercel/blob`, or S3.",
        Target::Netlify => "Keep it in object storage: `getStore()` from `@netlify/blobs`, or S3.",
        Target::Lambda => {
            "Keep it in object storage, such as S3 with `PutObjectCommand`, or in the database."
        }
        Target::Cloudflare => "Keep it in an R2 bucket.",
        Target::CloudRun => "Keep it in a Cloud Storage bucket.",
        Target::Cluster => "Keep it in object storage, or on a volume that all instances mount.",
        Target::Server => {
            return "Put the folder on a mounted volume, or keep the file in object storage.".to_owned();
        }
    };
    if root == Root::Temp {
        return store.to_owned();
    }
    format!("{store} If it is only needed until the response is sent, use `os.tmpdir()`, or no file at all.")
}
