//! What is told as one: work within work, the same call several times in a row, and a helper that is started
//! everywhere.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use super::effects::Effects;
use super::lost::{Reader, Work};
use super::lost_help::{consequence, keep_inside};
use crate::catalogue::AfterKind;
use crate::diagnostic::{Confidence, Finding, Fix, Note, Severity};
use crate::facts::{ContextId, ExprId, FunctionId};
use crate::link::{FunctionRef, Program};
use crate::project::Target;
use crate::span::{FileId, Span};

/// From so many places on, a helper is told of once.
const MANY: usize = 3;
/// So many further places are named.
const NAMED: usize = 20;

/// Calls are in a row if no more than so many bytes lie between them: a few lines.
const NEAR: u32 = 300;

/// What is started.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Started {
    /// A function of the project.
    Function(FunctionRef),
    /// A construct of the catalogue, by its words and the name of the call.
    Construct(String, String),
}

/// A finding, and what tells whether it is part of another.
#[derive(Debug)]
pub(crate) struct Told {
    /// The finding.
    pub finding: Finding,
    /// The expression that is lost; `None` for what is a defect of its own.
    pub root: Option<ExprId>,
    /// It calls nothing by a name, or only a timer: `import('./x').then(…)`, a function that is called at once.
    pub bare: bool,
    /// What it starts, and by which name.
    pub started: Option<(Started, String)>,
    /// The function and block that it stands in.
    pub block: (FunctionId, ContextId),
    /// The target that it was judged for.
    pub target: Target,
}

impl Told {
    fn span(&self) -> Span {
        self.finding.primary.span
    }

    fn file(&self) -> FileId {
        self.finding.primary.file
    }

    fn is_shown(&self) -> bool {
        self.finding.confidence > Confidence::Low
    }

    /// Takes another finding in as a further place of this one.
    fn take(&mut self, other: Finding, message: &str) {
        self.finding.related.push(Note { at: other.primary, message: message.to_owned() });
        self.finding.confidence = self.finding.confidence.max(other.confidence);
        self.finding.routes.extend(other.routes);
        self.finding.routes.sort_unstable();
        self.finding.routes.dedup();
    }
}

/// Lost work inside lost work of a module: what does something of its own stands for what it holds; what does
/// not leaves it to that.
pub(crate) fn nested(reader: &Reader<'_, '_>, mut all: Vec<Told>) -> Vec<Told> {
    all.sort_by_key(|told| (told.span().start, Reverse(told.span().end)));
    let parents = parents(&all);
    let mut children: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for (index, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            children.entry(*parent).or_default().push(index);
        }
    }
    let mut into: Vec<Option<usize>> = vec![None; all.len()];
    let mut dropped = FxHashSet::default();
    // What is around comes first.
    for (index, parent) in parents.iter().enumerate() {
        let outer = parent.filter(|outer| !dropped.contains(outer));
        if let (Some(outer), Some(slot)) = (outer, into.get(parent.unwrap_or(index)).copied()) {
            if let Some(place) = into.get_mut(index) {
                *place = slot.or(Some(outer));
            }
            continue;
        }
        let Some(inner) = children.get(&index) else { continue };
        let Some(told) = all.get(index) else { continue };
        let inner: Vec<&Told> = inner.iter().filter_map(|&at| all.get(at)).collect();
        if inner.iter().any(|inner| inner.is_shown()) && (!told.is_shown() || is_hull(reader, told, &inner)) {
            dropped.insert(index);
        }
    }
    joined(all, &parents, &into, &dropped)
}

fn joined(
    all: Vec<Told>,
    parents: &[Option<usize>],
    into: &[Option<usize>],
    dropped: &FxHashSet<usize>,
) -> Vec<Told> {
    let places: Vec<_> = all.iter().map(|told| told.finding.primary).collect();
    let mut kept: Vec<Told> = Vec::new();
    let mut index_of: FxHashMap<usize, usize> = FxHashMap::default();
    let rows = all.into_iter().zip(parents.iter().zip(into)).enumerate();
    for (index, (mut told, (parent, into))) in rows {
        if dropped.contains(&index) {
            continue;
        }
        if let Some(outer) = into.and_then(|outer| index_of.get(&outer)).and_then(|&at| kept.get_mut(at)) {
            // What is hidden by itself adds nothing.
            if told.is_shown() {
                outer.finding.severity = outer.finding.severity.max(told.finding.severity);
                outer.take(told.finding, "nothing waits for this part of it either");
            }
            continue;
        }
        if let Some(&at) = parent.and_then(|parent| places.get(parent)) {
            let message = "nothing waits for what is around it either".to_owned();
            told.finding.related.push(Note { at, message });
        }
        index_of.insert(index, kept.len());
        kept.push(told);
    }
    kept
}

/// The nearest lost work around each, of findings in the order of their places.
fn parents(all: &[Told]) -> Vec<Option<usize>> {
    let mut open: Vec<(usize, Span)> = Vec::new();
    let mut parents = Vec::new();
    for (index, told) in all.iter().enumerate() {
        while open.last().is_some_and(|(_, span)| !span.contains(told.span())) {
            open.pop();
        }
        let takes_part = told.root.is_some();
        parents.push(open.last().map(|&(outer, _)| outer).filter(|_| takes_part));
        if takes_part {
            open.push((index, told.span()));
        }
    }
    parents
}

/// Whether all that lost work does is the lost work inside it: a loaded module's `then`, a timer. What is called
/// by a name does something of its own, even if it cannot be seen what.
fn is_hull(reader: &Reader<'_, '_>, told: &Told, inner: &[&Told]) -> bool {
    let Some(root) = told.root.filter(|_| told.bare) else { return false };
    let own = reader.work_beside(root, inner.iter().map(|inner| inner.span()).collect());
    let is_inline = |function: &FunctionRef| {
        function.file == told.file() && told.span().contains(reader.facts.function(function.id).span)
    };
    own.what.is_none() && does_nothing(&own) && own.calls.iter().all(is_inline)
}

fn does_nothing(work: &Work) -> bool {
    let idle = Effects::of(AfterKind::Wait);
    work.known.and(work.likely).and(idle) == idle
}

/// Calls of the same function in the same block, one shortly after the other, are one finding at the first.
pub(crate) fn folded(all: Vec<Told>) -> Vec<Told> {
    let mut kept: Vec<Told> = Vec::new();
    let mut runs: FxHashMap<_, (usize, u32)> = FxHashMap::default();
    for told in all {
        let Some((started, _)) = &told.started else {
            kept.push(told);
            continue;
        };
        let key = (told.file(), told.block, started.clone(), told.finding.severity, told.is_shown());
        let Span { start, end } = told.span();
        let near = runs.get_mut(&key).filter(|(_, last)| start.saturating_sub(*last) <= NEAR);
        if let Some((first, last)) = near
            && let Some(first) = kept.get_mut(*first)
        {
            *last = end;
            let fix = first.finding.fix.take().zip(told.finding.fix.clone());
            first.finding.fix = fix.map(|(fix, other)| both(fix, other));
            first.take(told.finding, "and here");
        } else {
            runs.insert(key, (kept.len(), end));
            kept.push(told);
        }
    }
    kept
}

/// Two fixes in one.
fn both(mut fix: Fix, other: Fix) -> Fix {
    for edit in other.edits {
        // An import is needed once.
        if !fix.edits.contains(&edit) {
            fix.edits.push(edit);
        }
    }
    fix
}

/// What is worth no more than an info is told once if an app starts it in many places.
pub(crate) fn grouped(program: &Program<'_>, mut all: Vec<Told>) -> Vec<Told> {
    all.sort_by(|a, b| place(program, a).cmp(&place(program, b)));
    let mut groups: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    for (index, told) in all.iter().enumerate() {
        let Some((started, _)) = &told.started else { continue };
        if told.finding.severity == Severity::Info && told.is_shown() {
            let app = told.finding.routes.first().map(|&route| program.route(route).app);
            groups.entry((started.clone(), app)).or_default().push(index);
        }
    }
    let mut group_of: FxHashMap<usize, usize> = FxHashMap::default();
    for group in groups.into_values().filter(|group| group.len() >= MANY) {
        let Some(&first) = group.first() else { continue };
        group_of.extend(group.into_iter().map(|index| (index, first)));
    }
    let mut kept = Vec::new();
    let mut members: FxHashMap<usize, Vec<Told>> = FxHashMap::default();
    for (index, told) in all.into_iter().enumerate() {
        match group_of.get(&index) {
            Some(&first) => members.entry(first).or_default().push(told),
            None => kept.push(told),
        }
    }
    kept.extend(members.into_values().filter_map(|group| group_told(program, group)));
    kept
}

fn place<'p>(program: &Program<'p>, told: &Told) -> (&'p str, u32) {
    (program.project.files.path(told.file()), told.span().start)
}

/// One finding for a helper that is started everywhere.
fn group_told(program: &Program<'_>, group: Vec<Told>) -> Option<Told> {
    let count = group.len();
    let files = group.iter().map(Told::file).collect::<FxHashSet<_>>().len();
    let mut group = group.into_iter();
    let mut told = group.next()?;
    let (started, name) = told.started.clone()?;
    told.finding.related.clear();
    // The help mends all places at one.
    told.finding.fix = None;
    for other in group {
        told.take(other.finding, "and here");
    }
    told.finding.related = spread(told.file(), std::mem::take(&mut told.finding.related));
    let what = match &started {
        Started::Function(_) => format!("`{name}()`"),
        Started::Construct(what, _) => what.clone(),
    };
    let within = if files == 1 { String::new() } else { format!(" in {files} files") };
    told.finding.message = format!(
        "{what} is started at {count} places{within} and nothing waits for it: {}",
        consequence(told.target)
    );
    if let Started::Function(_) = started {
        told.finding.help = keep_inside(program, told.target, &told.finding.routes, &name);
    }
    Some(told)
}

/// Some of many places: one of every file before the second of any.
fn spread(first: FileId, notes: Vec<Note>) -> Vec<Note> {
    let mut seen = FxHashSet::from_iter([first]);
    let (mut chosen, others): (Vec<Note>, Vec<Note>) =
        notes.into_iter().partition(|note| seen.insert(note.at.file));
    chosen.extend(others);
    chosen.truncate(NAMED);
    chosen
}
