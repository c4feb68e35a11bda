//! Findings about an app's files and configuration, which no route has to reach.

use super::judge::meta;
use crate::diagnostic::{Finding, Severity};
use crate::facts::{Export, ExportKind, ModuleFacts};
use crate::link::resolve::Resolution;
use crate::link::{Module, Program, RequestTarget};
use crate::project::App;
use crate::span::{FileId, Location};

/// A finding at a place of an app; none where the rule has no objection on its target, or where nothing of the app
/// runs on a server.
pub(crate) fn of_app(
    app: &App,
    rule: &'static str,
    primary: Location,
    (message, help): (String, String),
) -> Option<Finding> {
    let meta = meta(rule)?;
    if app.config.static_export {
        return None;
    }
    Some(Finding {
        rule: meta.id,
        severity: meta.severity_on(app.target.target)?,
        confidence: meta.confidence,
        message,
        help,
        primary,
        related: Vec::new(),
        trace: Vec::new(),
        routes: Vec::new(),
        function: String::new(),
        subject: None,
        fix: None,
    })
}

/// The same finding, no graver than `severity`.
pub(crate) fn no_graver_than(mut finding: Finding, severity: Severity) -> Finding {
    finding.severity = finding.severity.min(severity);
    finding
}

/// Whether the app's framework has this version or a later one; what is unknown is taken for the newest.
pub(crate) fn at_least(app: &App, major: u64, minor: u64) -> bool {
    app.version.as_ref().is_none_or(|version| (version.major, version.minor) >= (major, minor))
}

/// A module's export of this name that is there at run time.
pub(crate) fn export<'m>(facts: &'m ModuleFacts, name: &str) -> Option<&'m Export> {
    facts.exports.iter().find(|export| !export.type_only && facts.text(export.name) == name)
}

/// Whether a module exports names that cannot be known: all of another module that is not the project's, or
/// whatever an expression gives.
pub(crate) fn exports_unknown(module: &Module) -> bool {
    module.facts.exports.iter().any(|export| match export.kind {
        ExportKind::All(request) => {
            !matches!(module.targets.get(request.index()), Some(RequestTarget::One(Resolution::File(_))))
        }
        ExportKind::CommonJs(_) => true,
        _ => false,
    })
}

/// The files that some module imports, itself aside.
pub(crate) struct Imported(Vec<bool>);

impl Imported {
    /// Looks through all that were loaded.
    pub(crate) fn find(program: &Program<'_>) -> Self {
        let mut imported = vec![false; program.project.files.len()];
        for (from, module) in program.modules() {
            for &file in module.targets.iter().flat_map(|target| target.files()) {
                if let Some(entry) = imported.get_mut(file.index()).filter(|_| file != from) {
                    *entry = true;
                }
            }
        }
        Self(imported)
    }

    /// Whether a file is one of them.
    pub(crate) fn has(&self, file: FileId) -> bool {
        self.0.get(file.index()).copied().unwrap_or(false)
    }
}
