//! Code quality for GitLab: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io::{self, Write};

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use crate::diagnostic::Severity;

use super::escape::one_line;
use super::json_write::write_value;
use super::model::{Diagnostic, Report};

/// Writes the report as GitLab's merge requests read it.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_gitlab(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let issues: Vec<Issue<'_>> =
        report.diagnostics.iter().map(|diagnostic| issue(report, diagnostic)).collect();
    write_value(&issues, out)
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

fn issue<'a>(report: &Report, diagnostic: &'a Diagnostic) -> Issue<'a> {
    Issue {
        description: one_line(&diagnostic.message).into_owned(),
        check_name: diagnostic.rule.id,
        fingerprint: fingerprint(&report.prefix, &diagnostic.fingerprint),
        severity: match diagnostic.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "info",
        },
        location: Location {
            path: report.repository_path(&diagnostic.place.file),
            lines: Lines { begin: diagnostic.place.position().line },
        },
    }
}

/// GitLab puts the reports of all jobs together: two apps with the same file must not have the same
/// fingerprints, so those of a folder of the repository are made from its name too.
fn fingerprint(prefix: &str, own: &str) -> String {
    if prefix.is_empty() {
        return own.to_owned();
    }
    format!("{:032x}", xxh3_128(format!("{prefix}\0{own}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;

    fn written(report: &Report) -> serde_json::Value {
        let mut out = Vec::new();
        write_gitlab(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    /// The shape that GitLab documents, as a schema: there is no published one.
    #[test]
    fn reports_have_the_documented_shape() {
        let schema = include_str!("../../tests/schemas/gitlab-code-quality.json");
        let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        for report in [report(), Report::default()] {
            let errors: Vec<_> = validator.iter_errors(&written(&report)).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
        let mut broken = written(&report());
        broken[0]["location"]["path"] = "./lib/db.ts".into();
        assert!(!validator.is_valid(&broken));
    }

    #[test]
    fn paths_start_at_the_repository_and_fingerprints_know_their_folder() {
        let mut report = report();
        let found = written(&report);
        assert_eq!(found[1]["location"]["path"], "apps/app/api/users/[id]/route.ts");
        report.prefix = "packages/".into();
        assert_ne!(found[1]["fingerprint"], written(&report)[1]["fingerprint"]);
        report.prefix = String::new();
        assert_eq!(written(&report)[1]["fingerprint"], report.diagnostics[1].fingerprint.as_str());
    }
}
