//! From the findings of one app to its share of the report: files, lines, fingerprints, comments.

use crate::diagnostic::Finding;
use crate::report::{AppShare, Found, FoundFix, FoundRule, RunShare, Unread, UnreadKind};
use crate::rules::RuleMeta;
use crate::span::FileId;

use super::fingerprint::{fingerprint, repository_prefix};
use super::inputs::Inputs;
use super::sources::AppSources;
use super::suppress::Suppressions;
use super::{fixes, idle, routes};

/// Makes the share of an app with every finding, also those that are not shown: what is shown changes nothing about
/// the others.
pub(super) fn share(
    inputs: &Inputs<'_>,
    findings: Vec<Finding>,
    (run, rules): (&RunShare, &[&'static RuleMeta]),
    sources: &mut AppSources<'_>,
) -> Option<AppShare> {
    let (report, rows) = routes::app(inputs)?;
    let prefix = repository_prefix(&inputs.project.root);
    let mut suppressions = Suppressions::find(inputs);
    let mut found = Vec::new();
    let mut add = |finding: &Finding, reason: Option<String>, named: Option<FoundRule>| {
        let one = one(inputs, sources, finding, &rows, &prefix);
        found.extend(one.map(|one| Found { reason, named, ..one }));
    };
    for finding in findings {
        let reason = suppressions.reason(&finding);
        add(&finding, reason, None);
    }
    for (finding, named) in suppressions.comments(inputs, rules) {
        add(&finding, None, Some(named));
    }
    Some(AppShare {
        app: u32::try_from(inputs.app).unwrap_or(u32::MAX),
        report,
        files: inputs.program.modules().map(|(file, _)| file.0).collect(),
        unread: unread(inputs, &prefix),
        imports: idle::imported(inputs, &run.packages),
        found,
    })
}

/// A finding made readable.
fn one(
    inputs: &Inputs<'_>,
    sources: &mut AppSources<'_>,
    finding: &Finding,
    rows: &[u32],
    prefix: &str,
) -> Option<Found> {
    let project = inputs.project;
    let rule = inputs.options.meta(finding.rule)?;
    let place = sources.place(finding.primary);
    let repository_path = format!("{prefix}{}", project.files.path(finding.primary.file));
    let fingerprint = fingerprint(finding.rule, &repository_path, &finding.function, sources.text(place));
    // No file is changed that nobody named.
    let fix =
        finding.fix.as_ref().filter(|fix| fix.edits.iter().all(|edit| inputs.takes_fixes(edit.at.file)));
    let fix = fix.and_then(|fix| fixes::resolve(fix, |at| sources.shown(at)));
    Some(Found {
        rule: rule.id.to_owned(),
        severity: finding.severity,
        confidence: finding.confidence,
        layers: inputs.scope.layers_of(project.files.path(finding.primary.file)),
        message: finding.message.clone(),
        help: finding.help.clone(),
        place,
        routes: finding.routes.iter().filter_map(|route| rows.get(route.index()).copied()).collect(),
        trace: finding.trace.iter().map(|note| sources.note(note)).collect(),
        related: finding.related.iter().map(|note| sources.note(note)).collect(),
        fingerprint,
        repository_path,
        subject: finding.subject,
        fix: fix.map(|fix| FoundFix {
            title: fix.title,
            applicability: fix.applicability,
            replacements: fix
                .replacements
                .into_iter()
                .map(|(place, text)| (sources.index_of(&place), text))
                .collect(),
        }),
        reason: None,
        asked: inputs.is_asked_for(finding),
        named: None,
    })
}

/// The files that the app reaches and that could not be read, and why.
fn unread(inputs: &Inputs<'_>, prefix: &str) -> Vec<Unread> {
    let one = |file: FileId, kind: UnreadKind, why: &str| {
        let path = inputs.project.files.path(file);
        let warning = format!("{}: {why}", inputs.project.display(path));
        Unread { path: format!("{prefix}{path}"), kind, warning }
    };
    let is_missing = |file: &FileId| inputs.missing.contains(file);
    let limit = inputs.options.max_file_size;
    let skipped = inputs.loaded.skipped.iter().filter(|(file, _)| is_missing(file)).map(|&(file, size)| {
        let why = format!("skipped, {size} bytes are more than --max-file-size {limit}");
        one(file, UnreadKind::Skipped, &why)
    });
    let unreadable = inputs.loaded.unreadable.iter().filter(|(file, _)| is_missing(file));
    let unreadable = unreadable
        .map(|(file, error)| one(*file, UnreadKind::Unreadable, &format!("cannot be read: {error}")));
    let broken = inputs.program.modules().filter_map(|(file, module)| {
        let problem = module.facts.problems.iter().find(|problem| problem.fatal)?;
        Some(one(file, UnreadKind::Broken, &problem.message))
    });
    let mut unread: Vec<Unread> = skipped.chain(unreadable).chain(broken).collect();
    unread.sort();
    unread
}
