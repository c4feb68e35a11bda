//! Which fixes are made: those that are allowed, do not overlap, and leave files that parse as well as before.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::Applicability;
use crate::report::{Diagnostic, Report, SourceText};
use crate::syntax::{Arena, STACK_SIZE, read_module};

/// A file and what is replaced in it.
#[derive(Clone, Debug)]
pub struct Change {
    /// The file, relative to the scanned root.
    pub file: String,
    /// The file.
    pub path: PathBuf,
    /// Its text as it was analysed.
    pub before: Arc<SourceText>,
    /// First byte, byte past the last, new text; ascending, without overlap.
    pub replacements: Vec<(usize, usize, String)>,
}

/// What is done, and what is not.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// By file.
    pub changes: Vec<Change>,
    /// Of each finding that is mended, the files that its fix changes.
    pub fixed: Vec<Vec<String>>,
    /// Findings whose fix is not safe, and was not allowed.
    pub held_back: usize,
    /// Findings whose fix overlaps one that is made: the next run may make it.
    pub postponed: usize,
    /// Findings whose fix would break the file, or touches one that is left as it is.
    pub refused: usize,
}

impl Change {
    /// The text after the change.
    #[must_use]
    pub fn after(&self) -> String {
        let mut text = self.before.text().to_owned();
        for (start, end, new) in self.replacements.iter().rev() {
            if text.is_char_boundary(*start) && text.is_char_boundary(*end) && start <= end {
                text.replace_range(start..end, new);
            }
        }
        text
    }
}

/// Chooses among a report's fixes those that touch none of certain files.
#[must_use]
pub fn plan(report: &Report, unsafe_too: bool, left: &[String]) -> Plan {
    let mut broken = left.to_vec();
    loop {
        let (plan, files) = attempt(report, unsafe_too, &broken);
        let next: Vec<String> =
            plan.changes.iter().filter(|change| !parses(change)).map(|change| change.file.clone()).collect();
        if next.is_empty() || files == 0 {
            return plan;
        }
        broken.extend(next);
    }
}

/// A plan without the fixes that touch certain files, and how many files it changes.
fn attempt(report: &Report, unsafe_too: bool, broken: &[String]) -> (Plan, usize) {
    let mut plan = Plan::default();
    let mut changes: BTreeMap<&str, Change> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        let Some(fix) = &diagnostic.fix else { continue };
        if fix.applicability == Applicability::Unsafe && !unsafe_too {
            plan.held_back += 1;
        } else if fix.replacements.iter().any(|(place, _)| broken.contains(&place.file)) {
            plan.refused += 1;
        } else if overlaps(&changes, diagnostic) {
            plan.postponed += 1;
        } else {
            let mut files: Vec<String> =
                fix.replacements.iter().map(|(place, _)| place.file.clone()).collect();
            files.dedup();
            plan.fixed.push(files);
            for (place, text) in &fix.replacements {
                let change = changes.entry(&place.file).or_insert_with(|| Change {
                    file: place.file.clone(),
                    path: report.base.join(&place.file),
                    before: Arc::clone(&place.source),
                    replacements: Vec::new(),
                });
                let new = (place.start as usize, place.end as usize, text.clone());
                if !change.replacements.contains(&new) {
                    change.replacements.push(new);
                    change.replacements.sort();
                }
            }
        }
    }
    let files = changes.len();
    plan.changes = changes.into_values().collect();
    (plan, files)
}

/// Whether a fix touches what another replaces. The same text at the same place, such as an import, is no conflict.
fn overlaps(changes: &BTreeMap<&str, Change>, diagnostic: &Diagnostic) -> bool {
    let replacements = diagnostic.fix.iter().flat_map(|fix| &fix.replacements);
    replacements.into_iter().any(|(place, text)| {
        let (start, end) = (place.start as usize, place.end as usize);
        let made = changes.get(place.file.as_str()).map_or(&[][..], |change| &change.replacements);
        made.iter().any(|(other_start, other_end, other)| {
            let same = (start, end, text) == (*other_start, *other_end, other);
            !same && start <= *other_end && *other_start <= end
        })
    })
}

/// Whether a file parses after its change as well as before. The parser needs a large stack.
fn parses(change: &Change) -> bool {
    let (file, before, after) = (change.file.clone(), Arc::clone(&change.before), change.after());
    let check = move || {
        let mut arena = Arena::default();
        let mut problems = |text: &str| read_module(&file, text, &mut arena).problems.len();
        problems(&after) <= problems(before.text())
    };
    let thread = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(check);
    thread.ok().and_then(|thread| thread.join().ok()).unwrap_or(false)
}
