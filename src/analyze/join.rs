//! From the shares of all apps to the report: what several apps reach is one finding, then order, fingerprints and
//! counts. A run of everything ends here as `routelint merge` does, so that both give the same.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::diagnostic::{Severity, say_routes};
use crate::report::{
    AppShare, Diagnostic, Fix, Found, FoundNote, FoundPlace, FoundRule, Place, Report, RunShare, Silent,
    SourceText, Stale, Step, Summary, UnreadKind,
};
use crate::rules::{RuleMeta, unused_suppression_fix};
use crate::span::{FileId, Span};

use super::fingerprint::number;
use super::fixes;
use super::grade::Grade;
use super::sources::Sources;

/// A finding with what decides whether it is shown.
struct Item {
    diagnostic: Diagnostic,
    reason: Option<String>,
    asked: bool,
    sure: bool,
    /// The routes that it names: place of the app in the report, and of the route in the app.
    rows: Vec<(usize, usize)>,
}

/// What identifies a finding among those of all apps: its place and rule, for comments their words, and which of
/// several like it.
type Key<'f> = (&'f str, u32, u32, &'f str, &'f str, usize);

/// The sources of places, and the rules.
struct Names<'a> {
    sources: &'a [(String, Arc<SourceText>)],
    rules: &'a [&'static RuleMeta],
}

/// Puts the report together. A shard cannot know what comments and entries of the baseline the other apps need.
pub(super) fn report(
    (run, is_shard): (&RunShare, bool),
    base: PathBuf,
    sources: &Sources,
    mut apps: Vec<AppShare>,
    rules: Vec<&'static RuleMeta>,
) -> Report {
    apps.sort_by_key(|app| app.app);
    let names = Names { sources: sources.files(), rules: &rules };
    let mut items = items(run, &names, &apps);
    if is_shard {
        items.retain(|item| item.diagnostic.rule.id != "unused-suppression");
    }
    items.sort_by(|a, b| order(&a.diagnostic).cmp(&order(&b.diagnostic)));
    number(items.iter_mut().map(|item| &mut item.diagnostic));
    let stale = if is_shard { None } else { stale(run, &items, &apps) };
    let mut report = Report {
        root: run.root.clone(),
        base,
        prefix: run.prefix.clone(),
        stale,
        summary: summary(&apps),
        warnings: warnings((run, is_shard), &apps),
        apps: apps.into_iter().map(|app| app.report).collect(),
        ..Report::default()
    };
    let known: Option<FxHashSet<&str>> =
        run.baseline.as_ref().map(|known| known.fingerprints.iter().map(String::as_str).collect());
    for item in items {
        let is_known =
            known.as_ref().is_some_and(|known| known.contains(item.diagnostic.fingerprint.as_str()));
        if item.asked {
            add(&mut report, item, is_known);
        } else {
            report.summary.elsewhere += usize::from(item.reason.is_none() && item.sure && !is_known);
        }
    }
    report.rules = rules;
    report
}

/// Puts a finding where it belongs.
fn add(report: &mut Report, item: Item, is_known: bool) {
    let Item { mut diagnostic, reason, rows, sure, .. } = item;
    let summary = &mut report.summary;
    // What is not shown is not mended either.
    if reason.is_some() || is_known {
        diagnostic.fix = None;
    }
    if let Some(reason) = reason {
        summary.suppressed += 1;
        report.silent.push(Silent { diagnostic, justification: Some(reason) });
    } else if !sure {
        summary.hidden += 1;
    } else if is_known {
        summary.baselined += 1;
        report.silent.push(Silent { diagnostic, justification: None });
    } else {
        *match diagnostic.severity {
            Severity::Error => &mut summary.errors,
            Severity::Warning => &mut summary.warnings,
            Severity::Info => &mut summary.infos,
        } += 1;
        for (app, route) in rows {
            if let Some(row) = report.apps.get_mut(app).and_then(|app| app.routes.get_mut(route)) {
                row.findings += 1;
            }
        }
        report.diagnostics.push(diagnostic);
    }
}

/// The findings of all apps, each place once.
fn items(run: &RunShare, names: &Names<'_>, apps: &[AppShare]) -> Vec<Item> {
    let mut groups: BTreeMap<Key<'_>, Vec<(usize, &Found)>> = BTreeMap::new();
    for (index, app) in apps.iter().enumerate() {
        let mut found: Vec<&Found> = app.found.iter().collect();
        found.sort_by(|a, b| (key(names, a), &a.message).cmp(&(key(names, b), &b.message)));
        let mut previous = None;
        let mut ordinal = 0;
        for one in found {
            let mut key = key(names, one);
            ordinal = if previous == Some(key) { ordinal + 1 } else { 0 };
            previous = Some(key);
            key.5 = ordinal;
            groups.entry(key).or_default().push((index, one));
        }
    }
    let idle = idle_rules(&groups);
    groups.values().filter_map(|group| item(run, (names, apps, &idle), group)).collect()
}

fn key<'f>(names: &'f Names<'_>, found: &'f Found) -> Key<'f> {
    let FoundPlace { source, start, end } = found.place;
    let file = names.sources.get(source as usize).map_or("", |(file, _)| file.as_str());
    // One comment may name several rules.
    let words = if found.routes.is_empty() { found.message.as_str() } else { "" };
    (file, start, end, &found.rule, words, 0)
}

/// What all apps together say of a place: the gravest of what they find, with the routes of all.
fn item(
    run: &RunShare,
    (names, apps, idle): (&Names<'_>, &[AppShare], &BTreeMap<At, Vec<&str>>),
    group: &[(usize, &Found)],
) -> Option<Item> {
    let (_, first) = group.first()?;
    if group.iter().any(|(_, found)| is_used(found)) {
        return None;
    }
    let meta = names.rules.iter().copied().find(|meta| meta.id == first.rule)?;
    let routed = group.iter().filter(|(_, found)| !found.routes.is_empty());
    let routed: Vec<u32> = routed.filter_map(|(index, _)| Some(apps.get(*index)?.app)).collect();
    let grade = Grade::new(run, meta, first, &routed)?;
    // The gravest, with the shortest way to it; the last of the highest is the first app's.
    let is_sure = |found: &Found| found.confidence >= grade.min_confidence;
    let rank = |found: &Found| (is_sure(found), found.severity, found.confidence, Reverse(found.trace.len()));
    let (_, winner) = group.iter().rev().max_by_key(|(_, found)| rank(found))?;
    let mut rows: Vec<(usize, usize)> = Vec::new();
    let mut routes: BTreeSet<&str> = BTreeSet::new();
    for (index, found) in group {
        for &route in &found.routes {
            rows.push((*index, route as usize));
            let row = apps.get(*index).and_then(|app| app.report.routes.get(route as usize));
            routes.extend(row.map(|row| row.path.as_str()));
        }
    }
    let total = (group.len() > 1).then_some(routes.len());
    let routes = routes.into_iter().map(str::to_owned).collect();
    let mut diagnostic = diagnostic(names, (meta, winner), routes, total)?;
    diagnostic.severity = grade.severity(winner.severity);
    if let (Some(named), Some(idle)) = (&winner.named, idle.get(&at(winner))) {
        diagnostic.fix = comment_fix(&diagnostic.place, named, idle);
    } else if group.iter().any(|(_, found)| found.fix != winner.fix) {
        // It would not do for all apps.
        diagnostic.fix = None;
    }
    Some(Item {
        sure: is_sure(winner),
        reason: group.iter().find_map(|(_, found)| found.reason.clone()),
        asked: group.iter().any(|(_, found)| found.asked),
        diagnostic,
        rows,
    })
}

/// A place, to tell comments apart.
type At = (u32, u32, u32);

fn at(found: &Found) -> At {
    (found.place.source, found.place.start, found.place.end)
}

fn is_used(found: &Found) -> bool {
    found.named.as_ref().is_some_and(|named| named.used)
}

/// For each comment the rules of which it silences nothing in any app.
fn idle_rules<'f>(groups: &BTreeMap<Key<'f>, Vec<(usize, &'f Found)>>) -> BTreeMap<At, Vec<&'f str>> {
    let mut idle: BTreeMap<At, Vec<&str>> = BTreeMap::new();
    for group in groups.values().filter(|group| !group.iter().any(|(_, found)| is_used(found))) {
        let first = group.first().and_then(|(_, found)| Some((at(found), found.named.as_ref()?)));
        if let Some((at, named)) = first {
            idle.entry(at).or_default().push(&named.rule);
        }
    }
    idle
}

/// What takes all rules from a comment that it is idle about.
fn comment_fix(comment: &Place, named: &FoundRule, idle: &[&str]) -> Option<Fix> {
    // Which file it is says the place.
    let spans = (Span::new(comment.start, comment.end), Span::new(named.whole.0, named.whole.1));
    let fix = unused_suppression_fix(FileId(0), spans, &named.rules, idle);
    fixes::resolve(&fix, |_| comment.clone())
}

fn diagnostic(
    names: &Names<'_>,
    (rule, found): (&'static RuleMeta, &Found),
    routes: Vec<String>,
    total: Option<usize>,
) -> Option<Diagnostic> {
    let notes = |notes: &[FoundNote]| -> Vec<Step> {
        let step = |note: &FoundNote| {
            Some(Step { place: place(names, note.place)?, message: say_routes(&note.message, None) })
        };
        notes.iter().filter_map(step).collect()
    };
    let fix = found.fix.as_ref().map(|fix| Fix {
        title: fix.title.clone(),
        applicability: fix.applicability,
        replacements: fix
            .replacements
            .iter()
            .filter_map(|(at, text)| Some((place(names, *at)?, text.clone())))
            .collect(),
    });
    Some(Diagnostic {
        rule,
        severity: found.severity,
        confidence: found.confidence,
        message: say_routes(&found.message, total),
        help: found.help.clone(),
        place: place(names, found.place)?,
        routes,
        trace: notes(&found.trace),
        related: notes(&found.related),
        fingerprint: found.fingerprint.clone(),
        repository_path: found.repository_path.clone(),
        subject: found.subject,
        fix,
    })
}

fn place(names: &Names<'_>, at: FoundPlace) -> Option<Place> {
    let (file, source) = names.sources.get(at.source as usize)?;
    Some(Place { file: file.clone(), source: Arc::clone(source), start: at.start, end: at.end })
}

/// Order of findings: file, place, rule.
fn order(diagnostic: &Diagnostic) -> (&str, u32, u32, &str, &str) {
    let place = &diagnostic.place;
    (&place.file, place.start, place.end, diagnostic.rule.id, &diagnostic.message)
}

/// The entries of the baseline that no finding needs, as far as their files could be read.
fn stale(run: &RunShare, items: &[Item], apps: &[AppShare]) -> Option<Vec<Stale>> {
    let found: FxHashSet<&str> = items.iter().map(|item| item.diagnostic.fingerprint.as_str()).collect();
    let unread: FxHashSet<&str> =
        apps.iter().flat_map(|app| &app.unread).map(|unread| unread.path.as_str()).collect();
    let gone =
        |stale: &&Stale| !found.contains(stale.fingerprint.as_str()) && !unread.contains(stale.file.as_str());
    run.baseline.as_ref().map(|known| known.judged.iter().filter(gone).cloned().collect())
}

/// What was looked at; findings are not counted yet.
fn summary(apps: &[AppShare]) -> Summary {
    let files: FxHashSet<u32> = apps.iter().flat_map(|app| app.files.iter().copied()).collect();
    let unread: BTreeSet<_> = apps.iter().flat_map(|app| &app.unread).collect();
    let skipped = unread.iter().filter(|unread| unread.kind == UnreadKind::Skipped).count();
    Summary {
        files: files.len(),
        routes: apps.iter().map(|app| app.report.routes.len()).sum(),
        unparsed: unread.len() - skipped,
        skipped,
        ..Summary::default()
    }
}

/// Everything that could not be read, by file.
fn warnings((run, is_shard): (&RunShare, bool), apps: &[AppShare]) -> Vec<String> {
    let unread: BTreeSet<_> = apps.iter().flat_map(|app| &app.unread).collect();
    let unread = unread.into_iter().map(|unread| unread.warning.clone());
    let mut warnings: Vec<String> = run.warnings.iter().cloned().chain(unread).collect();
    // What could not be read may import them, and so may other shards.
    if !is_shard && apps.iter().all(|app| app.unread.is_empty()) {
        let imported: FxHashSet<&str> =
            apps.iter().flat_map(|app| &app.imports).map(String::as_str).collect();
        let idle = run.packages.iter().filter(|(package, _)| !imported.contains(package.as_str()));
        warnings.extend(idle.map(|(_, warning)| warning.clone()));
    }
    warnings.sort_unstable();
    warnings
}
