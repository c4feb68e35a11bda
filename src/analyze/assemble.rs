//! From the findings of one app to its share of the report: files, lines, fingerprints, comments.

use std::collections::BTreeMap;

use crate::diagnostic::{Finding, Note};
use crate::project::Project;
use crate::report::{
    AppShare, Found, FoundFix, FoundNote, FoundPlace, FoundRule, Place, RunShare, Source, SourceText, Unread,
    UnreadKind,
};
use crate::rules::RuleMeta;
use crate::span::{FileId, Location};
use crate::syntax;

use super::fingerprint::{fingerprint, repository_prefix};
use super::suppress::Suppressions;
use super::{Inputs, fixes, idle, routes};

/// Makes the share of an app, every finding of a rule that is on where it lies among it: also those that are not
/// shown, so that what is shown changes nothing about the others.
pub(super) fn share(
    inputs: &Inputs<'_>,
    findings: Vec<Finding>,
    run: &RunShare,
    rules: &[&'static RuleMeta],
    sources: &mut Sources,
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

/// A finding made readable; `None` if its rule is off where it lies.
fn one(
    inputs: &Inputs<'_>,
    sources: &mut Sources,
    finding: &Finding,
    rows: &[u32],
    prefix: &str,
) -> Option<Found> {
    let project = inputs.project;
    let rule = inputs.options.meta(finding.rule)?;
    let severity = inputs.scope.severity(inputs.program, rule, finding)?;
    let place = sources.place(project, finding.primary);
    let repository_path = format!("{prefix}{}", project.files.path(finding.primary.file));
    let text = sources.text(place);
    let text = text.get(place.start as usize..place.end as usize).unwrap_or_default();
    let fingerprint = fingerprint(finding.rule, &repository_path, &finding.function, text);
    let fix = finding.fix.as_ref().and_then(|fix| fixes::resolve(fix, |at| sources.shown(project, at)));
    Some(Found {
        rule: rule.id.to_owned(),
        severity,
        confidence: finding.confidence,
        sure: inputs.scope.is_sure(inputs.program, finding),
        message: finding.message.clone(),
        help: finding.help.clone(),
        place,
        routes: finding.routes.iter().filter_map(|route| rows.get(route.index()).copied()).collect(),
        trace: finding.trace.iter().map(|note| sources.note(project, note)).collect(),
        related: finding.related.iter().map(|note| sources.note(project, note)).collect(),
        fingerprint,
        repository_path,
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
        asked: is_asked_for(inputs, finding),
        named: None,
    })
}

/// Whether a finding, or something it names, lies in one of the named paths and in a file that changed, and where
/// findings are reported.
fn is_asked_for(inputs: &Inputs<'_>, finding: &Finding) -> bool {
    let path = |file: FileId| inputs.project.files.path(file);
    let named = finding.related.iter().map(|note| path(note.at.file));
    let mut places = std::iter::once(path(finding.primary.file)).chain(named);
    places.clone().any(|path| inputs.is_changed(path))
        && places.any(|path| inputs.is_named(path))
        && inputs.scope.reports(path(finding.primary.file))
}

/// The texts of files that findings name, read once each.
#[derive(Default)]
pub(super) struct Sources {
    files: Vec<(String, std::sync::Arc<SourceText>)>,
    index: BTreeMap<String, u32>,
}

impl Sources {
    /// The files as a share has them.
    pub(super) fn into_shared(self) -> Vec<Source> {
        let shared = |(file, text): (String, std::sync::Arc<SourceText>)| Source {
            file,
            text: text.text().to_owned(),
        };
        self.files.into_iter().map(shared).collect()
    }

    fn place(&mut self, project: &Project, at: Location) -> FoundPlace {
        let file = project.display(project.files.path(at.file));
        let source = match self.index.get(&file) {
            Some(&source) => source,
            None => {
                // The file was read before; if it has gone since, its findings are shown without their text.
                let bytes = project.read(at.file, u64::from(u32::MAX)).ok().and_then(Result::ok);
                let text = bytes.map(|bytes| syntax::decode(bytes).text).unwrap_or_default();
                let source = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
                self.files.push((file.clone(), std::sync::Arc::new(SourceText::new(text))));
                self.index.insert(file, source);
                source
            }
        };
        FoundPlace { source, start: at.span.start, end: at.span.end }
    }

    fn text(&self, place: FoundPlace) -> &str {
        self.files.get(place.source as usize).map_or("", |(_, source)| source.text())
    }

    fn shown(&mut self, project: &Project, at: Location) -> Place {
        let FoundPlace { source, start, end } = self.place(project, at);
        let (file, source) = self.files.get(source as usize).cloned().unwrap_or_default();
        Place { file, source, start, end }
    }

    /// A place that was [`Self::shown`].
    fn index_of(&self, place: &Place) -> FoundPlace {
        let source = self.index.get(&place.file).copied().unwrap_or(u32::MAX);
        FoundPlace { source, start: place.start, end: place.end }
    }

    fn note(&mut self, project: &Project, note: &Note) -> FoundNote {
        FoundNote { place: self.place(project, note.at), message: note.message.clone() }
    }
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
