//! From findings to the finished report: files, lines, order, fingerprints, counts.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Finding, Note, Severity};
use crate::project::Project;
use crate::report::{Diagnostic, Place, Report, Silent, SourceText, Step, Summary};
use crate::rules::RuleMeta;
use crate::span::{FileId, Location};
use crate::syntax;

use super::fingerprint::{fingerprint, number, repository_prefix};
use super::suppress::Suppressions;
use super::{Inputs, fixes, idle, routes, stale};

/// A finding, made readable, and the reason for which a comment silences it.
struct Item {
    finding: Finding,
    diagnostic: Diagnostic,
    reason: Option<String>,
}

/// Makes the report.
pub(super) fn report(inputs: &Inputs<'_>, findings: Vec<Finding>, rules: Vec<&'static RuleMeta>) -> Report {
    let items = items(inputs, findings, &rules);
    let stale = inputs.options.baseline.as_ref().map(|baseline| {
        let found: FxHashSet<&str> = items.iter().map(|item| item.diagnostic.fingerprint.as_str()).collect();
        stale::entries(inputs, baseline, &found, &rules)
    });
    let mut summary = Summary::default();
    let (mut diagnostics, mut shown, mut silent) = (Vec::new(), Vec::new(), Vec::new());
    for Item { finding, mut diagnostic, reason } in items {
        let known =
            inputs.options.baseline.as_ref().is_some_and(|known| known.holds(&diagnostic.fingerprint));
        let is_low = !inputs.scope.is_sure(inputs.program, &finding);
        if !inputs.is_asked_for(&finding) {
            summary.elsewhere += usize::from(reason.is_none() && !known && !is_low);
            continue;
        }
        // What is not shown is not mended either, and no file is changed that nobody named.
        let elsewhere =
            || finding.fix.iter().flat_map(|fix| &fix.edits).any(|edit| !inputs.takes_fixes(edit.at.file));
        if reason.is_some() || known || elsewhere() {
            diagnostic.fix = None;
        }
        if let Some(reason) = reason {
            summary.suppressed += 1;
            silent.push(Silent { diagnostic, justification: Some(reason) });
        } else if is_low {
            summary.hidden += 1;
        } else if known {
            summary.baselined += 1;
            silent.push(Silent { diagnostic, justification: None });
        } else {
            *match diagnostic.severity {
                Severity::Error => &mut summary.errors,
                Severity::Warning => &mut summary.warnings,
                Severity::Info => &mut summary.infos,
            } += 1;
            diagnostics.push(diagnostic);
            shown.push(finding);
        }
    }
    let apps = routes::apps(inputs, &shown);
    summary.files = inputs.loaded.files;
    summary.routes = apps.iter().map(|app| app.routes.len()).sum();
    summary.unparsed = unparsed(inputs);
    summary.skipped = inputs.loaded.skipped.len();
    let base = inputs.project.root.join(inputs.project.scope.as_deref().unwrap_or_default());
    Report {
        root: inputs.options.paths.first().map_or_else(|| ".".to_owned(), |path| path.display().to_string()),
        prefix: repository_prefix(&base),
        base,
        project: inputs.project.root.clone(),
        apps,
        diagnostics,
        silent,
        stale,
        summary,
        warnings: warnings(inputs),
        rules,
    }
}

/// Every finding of a rule that is on where it lies, in order, with its fingerprint: also those that are not shown,
/// so that what is shown changes nothing about the others.
fn items(inputs: &Inputs<'_>, findings: Vec<Finding>, rules: &[&RuleMeta]) -> Vec<Item> {
    let prefix = repository_prefix(&inputs.project.root);
    let mut sources = Sources { project: inputs.project, texts: FxHashMap::default() };
    let mut suppressions = Suppressions::find(inputs);
    let mut items: Vec<Item> = Vec::new();
    let mut add = |finding: Finding, reason: Option<String>, items: &mut Vec<Item>| {
        let diagnostic = diagnostic(inputs, &mut sources, &finding, &prefix);
        items.extend(diagnostic.map(|diagnostic| Item { finding, diagnostic, reason }));
    };
    for finding in findings {
        let reason = suppressions.reason(&finding);
        add(finding, reason, &mut items);
    }
    for finding in suppressions.unused(inputs, rules) {
        add(finding, None, &mut items);
    }
    items.sort_by(|a, b| order(&a.diagnostic).cmp(&order(&b.diagnostic)));
    number(items.iter_mut().map(|item| &mut item.diagnostic));
    items
}

/// Order of findings: file, place, rule.
fn order(diagnostic: &Diagnostic) -> (&str, u32, u32, &str, &str) {
    let place = &diagnostic.place;
    (&place.file, place.start, place.end, diagnostic.rule.id, &diagnostic.message)
}

/// A finding made readable; `None` if its rule is off where it lies.
fn diagnostic(
    inputs: &Inputs<'_>,
    sources: &mut Sources<'_>,
    finding: &Finding,
    prefix: &str,
) -> Option<Diagnostic> {
    let rule = inputs.options.meta(finding.rule)?;
    let severity = inputs.scope.severity(inputs.program, rule, finding)?;
    let place = sources.place(finding.primary);
    let mut routes: Vec<String> =
        finding.routes.iter().map(|&id| inputs.program.route(id).path.clone()).collect();
    routes.sort_unstable();
    routes.dedup();
    let repository_path = format!("{prefix}{}", inputs.project.files.path(finding.primary.file));
    let text = place.source.text().get(place.start as usize..place.end as usize).unwrap_or_default();
    Some(Diagnostic {
        rule,
        severity,
        confidence: finding.confidence,
        message: finding.message.clone(),
        help: finding.help.clone(),
        routes,
        trace: finding.trace.iter().map(|note| sources.step(note)).collect(),
        related: finding.related.iter().map(|note| sources.step(note)).collect(),
        fingerprint: fingerprint(finding.rule, &repository_path, &finding.function, text),
        repository_path,
        place,
        fix: finding.fix.as_ref().and_then(|fix| fixes::resolve(fix, |at| sources.place(at))),
    })
}

/// The texts of files that findings name, read once each.
struct Sources<'a> {
    project: &'a Project,
    texts: FxHashMap<FileId, Arc<SourceText>>,
}

impl Sources<'_> {
    fn place(&mut self, at: Location) -> Place {
        let project = self.project;
        let source = self.texts.entry(at.file).or_insert_with(|| {
            // The file was read before; if it has gone since, its findings are shown without their text.
            let bytes = project.read(at.file, u64::from(u32::MAX)).ok().and_then(Result::ok);
            let text = bytes.map(|bytes| syntax::decode(bytes).text).unwrap_or_default();
            Arc::new(SourceText::new(text))
        });
        let file = project.display(project.files.path(at.file));
        Place { file, source: Arc::clone(source), start: at.span.start, end: at.span.end }
    }

    fn step(&mut self, note: &Note) -> Step {
        Step { place: self.place(note.at), message: note.message.clone() }
    }
}

fn unparsed(inputs: &Inputs<'_>) -> usize {
    let broken = inputs.program.modules().filter(|(_, m)| m.facts.problems.iter().any(|p| p.fatal)).count();
    broken + inputs.loaded.unreadable.len()
}

/// Everything that could not be read, by file.
fn warnings(inputs: &Inputs<'_>) -> Vec<String> {
    let path = |file: FileId| inputs.project.display(inputs.project.files.path(file));
    let mut warnings: Vec<String> = inputs
        .project
        .warnings
        .iter()
        .map(|w| format!("{}: {}", inputs.project.display(&w.file), w.message))
        .collect();
    warnings.extend(inputs.loaded.skipped.iter().map(|&(file, size)| {
        format!(
            "{}: skipped, {size} bytes are more than --max-file-size {}",
            path(file),
            inputs.options.max_file_size
        )
    }));
    warnings.extend(
        inputs
            .loaded
            .unreadable
            .iter()
            .map(|(file, error)| format!("{}: cannot be read: {error}", path(*file))),
    );
    for (file, module) in inputs.program.modules() {
        if let Some(problem) = module.facts.problems.iter().find(|p| p.fatal) {
            warnings.push(format!("{}: {}", path(file), problem.message));
        }
    }
    warnings.extend(idle::warnings(inputs));
    warnings.extend(inputs.scope.unread(inputs.project));
    warnings.sort_unstable();
    warnings
}
