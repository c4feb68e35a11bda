//! SARIF 2.1.0, as GitHub code scanning reads it: <https://docs.github.com/code-security> names the limits.

use std::borrow::Cow;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::json_write::write_value;
use super::model::{Diagnostic, Place, Report, Silent, Step};
use super::sarif_model::{
    ArtifactLocation, AutomationDetails, CodeFlow, Driver, Fingerprints, FlowStep, Invocation, Location, Log,
    Outcome, PhysicalLocation, Region, Run, Suppression, Text, ThreadFlow, Tool, UriBase, UriBases,
};
use super::sarif_rules::{level, rule};

/// What a segment of a path is written with as it is; brackets, quotes, spaces and `%` are not among it.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'(')
    .remove(b')')
    .remove(b'@')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// Writes the report as SARIF; findings that are known or silenced by a comment only if `silent` says so, because
/// GitHub shows them as open.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_sarif(report: &Report, silent: bool, out: &mut impl Write) -> io::Result<()> {
    let state = report.stale.is_some().then_some("new");
    let mut results: Vec<Outcome<'_>> = report
        .diagnostics
        .iter()
        .map(|diagnostic| Outcome { baseline_state: state, ..outcome(report, diagnostic) })
        .collect();
    if silent {
        results.extend(report.silent.iter().map(|it| silent_outcome(report, it)));
    }
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: report.rules.iter().map(|meta| rule(meta)).collect(),
            },
        },
        // The category of the alerts; the empty run id after the slash keeps it the same in every run.
        automation_details: AutomationDetails { id: "routelint/" },
        column_kind: "utf16CodeUnits",
        original_uri_base_ids: UriBases {
            source_root: UriBase { description: Text { text: "The root of the repository.".into() } },
        },
        invocations: [Invocation { execution_successful: true }],
        results,
    };
    let log = Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
    write_value(&log, out)
}

fn outcome<'a>(report: &'a Report, diagnostic: &'a Diagnostic) -> Outcome<'a> {
    let prefix = &report.prefix;
    let related = (1..).zip(&diagnostic.related);
    Outcome {
        rule_id: diagnostic.rule.id,
        rule_index: report.rules.iter().position(|rule| rule.id == diagnostic.rule.id),
        level: level(diagnostic.severity),
        message: Text { text: message(diagnostic).into() },
        locations: [Location {
            id: None,
            message: None,
            physical_location: physical(prefix, &diagnostic.place),
        }],
        code_flows: code_flow(prefix, diagnostic).into_iter().collect(),
        related_locations: related.map(|(id, step)| location(prefix, step, Some(id))).collect(),
        partial_fingerprints: Fingerprints { v1: &diagnostic.fingerprint },
        baseline_state: None,
        suppressions: Vec::new(),
    }
}

/// A finding that is known, or silenced by a comment.
fn silent_outcome<'a>(report: &'a Report, silent: &'a Silent) -> Outcome<'a> {
    let outcome = outcome(report, &silent.diagnostic);
    match &silent.justification {
        None => Outcome { baseline_state: Some("unchanged"), ..outcome },
        Some(justification) => {
            let state = report.stale.is_some().then_some("new");
            let suppression = Suppression { kind: "inSource", justification };
            Outcome { baseline_state: state, suppressions: vec![suppression], ..outcome }
        }
    }
}

/// What is wrong, what to do, and links to the related places: GitHub lists only those that are linked.
fn message(diagnostic: &Diagnostic) -> String {
    let mut text = plain(&diagnostic.message).into_owned();
    if !diagnostic.help.is_empty() {
        text.push_str("\n\n");
        text.push_str(&plain(&diagnostic.help));
    }
    for (id, step) in (1..).zip(&diagnostic.related) {
        text.push_str(if id == 1 { "\n\nSee also: " } else { ", " });
        text.push_str(&format!("[{}]({id})", bracketed(&step.message)));
    }
    text
}

/// Text in which nothing reads as a link: `handlers[key](request)` would be one.
fn plain(text: &str) -> Cow<'_, str> {
    if text.contains("](") { Cow::Owned(bracketed(text)) } else { Cow::Borrowed(text) }
}

/// Text with brackets escaped, as SARIF asks for within a link's text.
fn bracketed(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// The trace, and the construct itself as its last step.
fn code_flow<'a>(prefix: &str, diagnostic: &'a Diagnostic) -> Option<CodeFlow<'a>> {
    let last = diagnostic.trace.last()?;
    let mut locations: Vec<_> =
        diagnostic.trace.iter().map(|step| FlowStep { location: location(prefix, step, None) }).collect();
    let place = &diagnostic.place;
    if last.place.file != place.file || last.place.start != place.start {
        let message = Some(Text { text: plain(&diagnostic.message) });
        locations.push(FlowStep {
            location: Location { id: None, message, physical_location: physical(prefix, place) },
        });
    }
    Some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
}

fn location<'a>(prefix: &str, step: &'a Step, id: Option<usize>) -> Location<'a> {
    let message = Some(Text { text: plain(&step.message) });
    Location { id, message, physical_location: physical(prefix, &step.place) }
}

/// A place on one line: GitHub annotates a pull request only where all lines of a region changed.
fn physical(prefix: &str, place: &Place) -> PhysicalLocation {
    let start = place.position();
    let end = place.source.position(place.end_on_line());
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri(prefix, &place.file), uri_base_id: "%SRCROOT%" },
        region: Region {
            start_line: start.line,
            start_column: start.column,
            end_line: start.line,
            end_column: end.column.max(start.column),
        },
    }
}

/// The file's path from the git root, each segment percent-encoded. A file of the workspace around the scanned
/// package begins with `..`, which the way down to the package takes back.
fn uri(prefix: &str, file: &str) -> String {
    let mut segments: Vec<String> = Vec::new();
    for segment in prefix.split('/').chain(file.split('/')).filter(|segment| !segment.is_empty()) {
        let is_up = segment == "..";
        if is_up && segments.last().is_some_and(|last| last != "..") {
            segments.pop();
        } else {
            segments.push(utf8_percent_encode(segment, SEGMENT).to_string());
        }
    }
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;
    use serde_json::{Value, json};

    #[test]
    fn uris_start_at_the_repository() {
        assert_eq!(uri("apps/web/", "app/[id]/route.ts"), "apps/web/app/%5Bid%5D/route.ts");
        assert_eq!(uri("apps/web/", "../../packages/db/index.ts"), "packages/db/index.ts");
        assert_eq!(uri("", "../x.ts"), "../x.ts");
    }

    fn written(report: &Report) -> Value {
        let mut out = Vec::new();
        write_sarif(report, true, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    /// The OASIS schema says draft 4, which does not know the format `uri-reference`: read as draft 7, a
    /// path that is not percent-encoded fails.
    fn errors(log: &Value) -> Vec<String> {
        let schema = include_str!("../../tests/schemas/sarif-schema-2.1.0.json");
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft7)
            .should_validate_formats(true)
            .build(&serde_json::from_str(schema).unwrap())
            .unwrap();
        validator.iter_errors(log).map(|error| format!("{} at {}", error, error.instance_path())).collect()
    }

    #[test]
    fn logs_are_valid_by_the_standard() {
        for report in [report(), Report::default()] {
            assert_eq!(errors(&written(&report)), Vec::<String>::new());
        }
    }

    #[test]
    fn a_raw_bracket_in_a_uri_is_refused() {
        let mut log = written(&report());
        let uri =
            &mut log["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(*uri, "apps/app/api/users/%5Bid%5D/route.ts");
        *uri = json!("apps/app/api/users/[id]/route.ts");
        assert_ne!(errors(&log), Vec::<String>::new());
    }

    #[test]
    fn results_follow_githubs_rules() {
        let log = written(&report());
        let run = &log["runs"][0];
        assert_eq!(run["columnKind"], "utf16CodeUnits");
        let result = &run["results"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], result["ruleId"]);
        assert_eq!(result["ruleIndex"], 0);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "apps/lib/db%20%22it%27s%22%20100%25.ts");
        assert_eq!(
            place["region"],
            json!({ "startLine": 4, "startColumn": 50, "endLine": 4, "endColumn": 68 })
        );
        assert_eq!(result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().len(), 2);
        assert_eq!(result["relatedLocations"][1]["id"], 2);
        let text = result["message"]["text"].as_str().unwrap();
        assert!(text.ends_with("[the handler `handlers\\[GET\\](request)`](2)"), "{text}");
        assert_eq!(result["partialFingerprints"]["routelint/v1"], "0123456789abcdef0123456789abcdef");
    }

    #[test]
    fn a_region_of_several_lines_ends_with_its_first() {
        let mut report = report();
        report.diagnostics[0].place.end = report.diagnostics[0].place.source.text().len().try_into().unwrap();
        let region = &written(&report)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
        assert_eq!((&region["endLine"], &region["endColumn"]), (&json!(4), &json!(68)));
    }

    #[test]
    fn paths_are_encoded_by_segment() {
        assert_eq!(
            uri("", "app/(shop)/@modal/[...x]/é:#?.ts"),
            "app/(shop)/@modal/%5B...x%5D/%C3%A9%3A%23%3F.ts"
        );
    }
}
