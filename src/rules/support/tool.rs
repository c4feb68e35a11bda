//! Findings about routelint's own comments, which no route reaches.

use crate::diagnostic::{Finding, Severity};
use crate::link::Program;
use crate::rules::RuleMeta;
use crate::span::{FileId, Location, Span};

/// A finding about a comment. It is judged for the app that the file lies in, or else for the first.
pub(crate) fn finding(
    program: &Program<'_>,
    meta: &'static RuleMeta,
    (file, span): (FileId, Span),
    message: String,
    help: String,
) -> Finding {
    let project = program.project;
    let app = project.app_of(project.files.path(file)).and_then(|index| project.apps.get(index));
    let target = app.or_else(|| project.apps.first()).map(|app| app.target.target);
    Finding {
        rule: meta.id,
        severity: target.and_then(|target| meta.severity_on(target)).unwrap_or(Severity::Warning),
        confidence: meta.confidence,
        message,
        help,
        primary: Location { file, span },
        related: Vec::new(),
        trace: Vec::new(),
        routes: Vec::new(),
        function: String::new(),
        subject: None,
        fix: None,
    }
}
