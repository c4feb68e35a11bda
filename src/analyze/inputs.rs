//! What a report is made from, and what the run that made it looked at.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::diagnostic::Finding;
use crate::link::Program;
use crate::load::Loaded;
use crate::project::{App, Project};
use crate::rules::RuleMeta;
use crate::span::FileId;

use super::Options;
use super::scope::Scope;

/// What a run is about.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) options: &'a Options,
    pub(super) scope: &'a Scope<'a>,
    pub(super) project: &'a Project,
    /// The files that changed, absolute, if only they are asked for.
    pub(super) changed: Option<&'a FxHashSet<&'a Path>>,
    /// The paths that were named, where findings have to lie; empty for everywhere.
    pub(super) named: &'a [PathBuf],
}

/// What the share of an app is made from.
pub(super) struct Inputs<'a> {
    pub(super) asked: Asked<'a>,
    pub(super) loaded: &'a Loaded,
    pub(super) program: &'a Program<'a>,
    /// The app, by its place in the project.
    pub(super) app: usize,
    /// Files that it reaches and that could not be read.
    pub(super) missing: &'a [FileId],
}

impl<'a> Deref for Inputs<'a> {
    type Target = Asked<'a>;

    fn deref(&self) -> &Asked<'a> {
        &self.asked
    }
}

impl Inputs<'_> {
    /// Whether a finding is about one of the named paths and a file that changed, and lies where findings are
    /// reported. It is about its own place, those it names, the way to it, and the files of its routes: a new route
    /// that calls an old helper has the helper's problem.
    pub(super) fn is_asked_for(&self, finding: &Finding) -> bool {
        let path = |file: FileId| self.project.files.path(file);
        let mut about: Vec<&str> = std::iter::once(&finding.primary)
            .chain(finding.related.iter().map(|note| &note.at))
            .map(|at| path(at.file))
            .collect();
        // An editor shows in a file what can be repaired there.
        if self.options.overlay.is_none() {
            about.extend(finding.trace.iter().map(|note| path(note.at.file)));
            about.extend(finding.routes.iter().map(|&id| path(self.program.route(id).file)));
        }
        about.sort_unstable();
        about.dedup();
        about.iter().any(|path| self.is_changed(path))
            && about.iter().any(|path| self.is_named(path))
            && self.scope.reports(path(finding.primary.file))
    }
}

impl Asked<'_> {
    /// Whether a rule had its say in a file: a run with fewer rules or files must not call a comment unused, or
    /// an entry of the baseline stale.
    pub(super) fn ran(&self, rules: &[&RuleMeta], meta: &RuleMeta, file: FileId) -> bool {
        let path = self.project.files.path(file);
        self.rule_ran(rules, meta)
            && self.scope.is_on_in(meta, path)
            && self.scope.reports(path)
            && self.is_named(path)
            && self.project.scope.as_ref().is_none_or(|scope| is_below(path, scope))
    }

    /// Whether a rule ran, and has a severity on some app's target.
    pub(super) fn rule_ran(&self, rules: &[&RuleMeta], meta: &RuleMeta) -> bool {
        let judges = |app: &Arc<App>| meta.severity_on(app.target.target).is_some();
        rules.iter().any(|rule| rule.id == meta.id) && self.project.apps.iter().any(judges)
    }

    /// Whether a file lies in one of the paths that were named.
    pub(super) fn is_named(&self, path: &str) -> bool {
        let file = self.project.root.join(path);
        let only = self.project.only.as_ref().map(|only| self.project.root.join(only));
        only.is_none_or(|only| file.starts_with(only))
            && (self.named.is_empty() || self.named.iter().any(|named| file.starts_with(named)))
    }

    /// Whether a file is one of those that changed, if only they are asked for.
    pub(super) fn is_changed(&self, path: &str) -> bool {
        self.changed.is_none_or(|changed| changed.contains(self.project.root.join(path).as_path()))
    }

    /// Whether a file is among those that are asked for, so that a fix may change it.
    pub(super) fn takes_fixes(&self, file: FileId) -> bool {
        let path = self.project.files.path(file);
        self.is_named(path) && self.is_changed(path) && self.scope.reports(path)
    }

    /// Whether whole folders are reported, and not files of them: only then is it worth a word what is gone.
    pub(super) fn is_whole(&self) -> bool {
        let files = self.project.only.is_some() || self.named.iter().any(|named| !named.is_dir());
        !files && self.options.changed.is_none() && self.options.overlay.is_none()
    }
}

/// Whether a path lies below a folder.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
