//! Comments for the findings of a report, as new texts of their files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::report::{Diagnostic, Report};
use crate::suppress::{Wanted, write};
use crate::syntax::{STACK_SIZE, decode};

use super::AnalyzeError;

/// What [`silence`] gives; nothing is written yet.
#[derive(Debug, Default)]
pub struct Silenced {
    /// The files with comments added, by path.
    pub files: Vec<SilencedFile>,
    /// Findings that no comment can silence: where, and why.
    pub left: Vec<(String, String)>,
}

/// A file with comments added.
#[derive(Debug)]
pub struct SilencedFile {
    /// The file.
    pub path: PathBuf,
    /// Its new bytes.
    pub bytes: Vec<u8>,
    /// How many findings they silence.
    pub silenced: usize,
}

/// Adds a comment with this reason for every finding of a report.
///
/// # Errors
/// When there is no thread to be had.
pub fn silence(report: &Report, reason: &str) -> Result<Silenced, AnalyzeError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK_SIZE).build()?;
    let mut files: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        files.entry(&diagnostic.place.file).or_default().push(diagnostic);
    }
    Ok(pool.install(|| {
        let mut silenced = Silenced::default();
        for (file, diagnostics) in files {
            one(&report.base, file, &diagnostics, reason, &mut silenced);
        }
        silenced
    }))
}

fn one(folder: &Path, file: &str, diagnostics: &[&Diagnostic], reason: &str, into: &mut Silenced) {
    let path = folder.join(file);
    let mut leave = |diagnostic: &Diagnostic, why: &str| {
        into.left.push((format!("{} {}", diagnostic.place.link(), diagnostic.rule.id), why.to_owned()));
    };
    // A finding about a comment is repaired by changing that comment.
    let (about, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        diagnostics.iter().partition(|diagnostic| diagnostic.rule.family == "tool");
    for diagnostic in about {
        leave(diagnostic, "no comment silences this rule");
    }
    if !is_code(file) {
        others
            .iter()
            .for_each(|diagnostic| leave(diagnostic, "its file holds no comments that routelint reads"));
        return;
    }
    let Ok(bytes) = std::fs::read(&path) else {
        others.iter().for_each(|diagnostic| leave(diagnostic, "its file cannot be read"));
        return;
    };
    if others.iter().any(|diagnostic| diagnostic.place.source.text() != decode(bytes.clone()).text) {
        others.iter().for_each(|diagnostic| leave(diagnostic, "its file changed since it was read"));
        return;
    }
    let wanted = |diagnostic: &&Diagnostic| Wanted {
        start: diagnostic.place.start,
        rule: diagnostic.rule.id.to_owned(),
    };
    let written = write(file, &bytes, &others.iter().map(wanted).collect::<Vec<_>>(), reason);
    for left in &written.left {
        let found = others.iter().find(|d| d.place.start == left.start && d.rule.id == left.rule);
        found.into_iter().for_each(|diagnostic| leave(diagnostic, "no comment can stand there"));
    }
    if written.silenced > 0 {
        into.files.push(SilencedFile { path, bytes: written.bytes, silenced: written.silenced });
    }
}

/// Whether a file is JavaScript or TypeScript.
fn is_code(file: &str) -> bool {
    let extension = file.rsplit('.').next().unwrap_or_default();
    matches!(extension, "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" | "mts" | "cts")
}
