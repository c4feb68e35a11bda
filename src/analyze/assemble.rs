//! From findings to the finished report: files, lines, order, fingerprints, counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Finding, Note, Severity};
use crate::project::Project;
use crate::report::{Diagnostic, Place, Report, SourceText, Step, Summary};
use crate::rules::RuleMeta;
use crate::span::{FileId, Location};
use crate::syntax;

use super::{Inputs, fixes, routes};

/// Makes the report.
pub(super) fn report(inputs: &Inputs<'_>, findings: Vec<Finding>, rules: Vec<&'static RuleMeta>) -> Report {
    let mut sources = Sources { project: inputs.project, texts: FxHashMap::default() };
    let (shown, hidden): (Vec<Finding>, Vec<Finding>) = findings
        .into_iter()
        .filter(|finding| is_named(inputs, finding))
        .partition(|finding| finding.confidence >= inputs.options.min_confidence);
    let mut diagnostics: Vec<Diagnostic> =
        shown.iter().filter_map(|finding| diagnostic(inputs, &mut sources, (finding, &rules))).collect();
    diagnostics.sort_by(|a, b| order(a).cmp(&order(b)));
    number_fingerprints(&mut diagnostics);
    let apps = routes::apps(inputs, &shown);
    let mut summary = Summary {
        files: inputs.loaded.files,
        routes: apps.iter().map(|app| app.routes.len()).sum(),
        hidden: hidden.len(),
        unparsed: unparsed(inputs),
        skipped: inputs.loaded.skipped.len(),
        ..Summary::default()
    };
    for diagnostic in &diagnostics {
        *match diagnostic.severity {
            Severity::Error => &mut summary.errors,
            Severity::Warning => &mut summary.warnings,
            Severity::Info => &mut summary.infos,
        } += 1;
    }
    let base = inputs.project.root.join(inputs.project.scope.as_deref().unwrap_or_default());
    Report {
        root: inputs.options.paths.first().map_or_else(|| ".".to_owned(), |path| path.display().to_string()),
        prefix: repository_prefix(&base),
        base,
        apps,
        diagnostics,
        summary,
        warnings: warnings(inputs),
        rules,
    }
}

/// Whether a finding, or something it names, lies in one of the named paths, and in a file that changed.
fn is_named(inputs: &Inputs<'_>, finding: &Finding) -> bool {
    let places = std::iter::once(finding.primary.file).chain(finding.related.iter().map(|note| note.at.file));
    let files = places.map(|file| inputs.project.files.path(file));
    let files: Vec<_> = files.map(|path| inputs.project.root.join(path)).collect();
    let changed = |changed: &Vec<_>| files.iter().any(|file| changed.contains(file));
    if !inputs.options.changed.as_ref().is_none_or(changed) {
        return false;
    }
    match &inputs.project.only {
        Some(only) => files.iter().any(|file| file.starts_with(inputs.project.root.join(only))),
        None => {
            inputs.named.is_empty()
                || files.iter().any(|file| inputs.named.iter().any(|named| file.starts_with(named)))
        }
    }
}

/// Order of findings: file, place, rule.
fn order(diagnostic: &Diagnostic) -> (&str, u32, u32, &str, &str) {
    let place = &diagnostic.place;
    (&place.file, place.start, place.end, diagnostic.rule.id, &diagnostic.message)
}

fn diagnostic(
    inputs: &Inputs<'_>,
    sources: &mut Sources<'_>,
    (finding, rules): (&Finding, &[&'static RuleMeta]),
) -> Option<Diagnostic> {
    let rule = *rules.iter().find(|rule| rule.id == finding.rule)?;
    let place = sources.place(finding.primary);
    let mut routes: Vec<String> =
        finding.routes.iter().map(|&id| inputs.program.route(id).path.clone()).collect();
    routes.sort_unstable();
    routes.dedup();
    let fingerprint = fingerprint(finding, &place);
    Some(Diagnostic {
        rule,
        severity: finding.severity,
        confidence: finding.confidence,
        message: finding.message.clone(),
        help: finding.help.clone(),
        routes,
        trace: finding.trace.iter().map(|note| sources.step(note)).collect(),
        related: finding.related.iter().map(|note| sources.step(note)).collect(),
        fingerprint,
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

/// What identifies a finding through edits elsewhere: rule, file, enclosing function, and the construct's text
/// without white space. An ordinal among equals is added at the end.
fn fingerprint(finding: &Finding, place: &Place) -> String {
    let text = place.source.text().get(place.start as usize..place.end as usize).unwrap_or_default();
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let key = [finding.rule, &place.file, &finding.function, &text].join("\0");
    digest(&key)
}

/// 128 bits of a text in hexadecimal, by XXH3: its specification is fixed, so a baseline written on one machine
/// holds on every other and in later versions.
fn digest(text: &str) -> String {
    format!("{:032x}", xxhash_rust::xxh3::xxh3_128(text.as_bytes()))
}

/// Tells equal fingerprints apart by their order in the file.
fn number_fingerprints(diagnostics: &mut [Diagnostic]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        let count = seen.entry(diagnostic.fingerprint.clone()).or_insert(0);
        if *count > 0 {
            diagnostic.fingerprint = digest(&format!("{}\0{count}", diagnostic.fingerprint));
        }
        *count += 1;
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
    warnings.sort_unstable();
    warnings
}

/// The way from the repository's root down to the project, for readers that think in repositories.
fn repository_prefix(root: &Path) -> String {
    let top = root.ancestors().find(|folder| folder.join(".git").exists());
    let below = top.and_then(|top| root.strip_prefix(top).ok()).unwrap_or(Path::new(""));
    let mut prefix = String::new();
    for part in below.components() {
        prefix.push_str(&part.as_os_str().to_string_lossy());
        prefix.push('/');
    }
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_specification() {
        assert_eq!(digest(""), "99aa06d3014798d86001c324468d497f");
    }
}
