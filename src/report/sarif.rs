//! SARIF 2.1.0, as GitHub code scanning reads it: <https://docs.github.com/code-security> names the limits.

use std::borrow::Cow;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::format::View;
use super::groups::worst_first;
use super::json_write::write_value;
use super::model::{Diagnostic, Fix, Place, Report, Silent, Step};
use super::sarif_model::{
    ArtifactChange, ArtifactLocation, AutomationDetails, CodeFlow, Driver, Fingerprints, FlowStep,
    Invocation, Location, Log, Notification, Outcome, PhysicalLocation, Properties, Region, Replacement, Run,
    SarifFix, Suppression, Text, ThreadFlow, Tool, UriBase, UriBases,
};
use super::sarif_rules::{level, rule};
use super::style::count;

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

/// GitHub refuses a run with more results; it shows the worst 5000.
const RESULTS: usize = 25_000;
/// GitHub shows as many related locations of a result, and refuses one with more than 1000 locations.
const RELATED: usize = 100;
/// GitHub shows as many steps of a flow.
const STEPS: usize = 1000;

/// Writes the report as SARIF, in the category of results that is asked for or that of the scanned folder. Findings
/// that are known or silenced by a comment are in it only if they are asked for, because GitHub shows them as open.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_sarif(report: &Report, view: &View, out: &mut impl Write) -> io::Result<()> {
    let mut results = results(report, RESULTS);
    let left_out = report.diagnostics.len() - results.len();
    if view.silent {
        let room = RESULTS - results.len();
        results.extend(report.silent.iter().take(room).map(|silent| silent_outcome(report, silent)));
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
        automation_details: AutomationDetails { id: automation_id(&report.prefix, view.category.as_deref()) },
        column_kind: "utf16CodeUnits",
        original_uri_base_ids: UriBases {
            source_root: UriBase { description: Text { text: "The root of the repository.".into() } },
        },
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: notifications(report, left_out),
        }],
        results,
        properties: report.share.as_ref().map(|shard| Properties { shard }),
    };
    let log = Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
    write_value(&log, out)
}

/// The results in the report's order; if there are too many, the worst of them.
fn results(report: &Report, limit: usize) -> Vec<Outcome<'_>> {
    if report.diagnostics.len() <= limit {
        return report.diagnostics.iter().map(|diagnostic| outcome(report, diagnostic)).collect();
    }
    worst_first(report).into_iter().take(limit).map(|diagnostic| outcome(report, diagnostic)).collect()
}

/// The category of the alerts and, after the last slash, the empty id of the run, which keeps it the same in every
/// run. GitHub replaces the alerts of a category by those of its next upload: apps of a monorepo that are scanned
/// one by one must differ.
fn automation_id(prefix: &str, category: Option<&str>) -> String {
    match category {
        Some(category) => format!("{}/", category.trim_end_matches('/')),
        None => format!("{}/{prefix}", env!("CARGO_PKG_NAME")),
    }
}

/// What could not be read, and what was left out.
fn notifications(report: &Report, left_out: usize) -> Vec<Notification<'_>> {
    let cut = (left_out > 0).then(|| {
        format!(
            "{} left out: GitHub takes {RESULTS} results. These are the worst.",
            count(left_out, "finding")
        )
        .into()
    });
    let warnings = report.warnings.iter().map(|warning| plain(warning));
    let notification = |text| Notification { level: "warning", message: Text { text } };
    warnings.chain(cut).map(notification).collect()
}

fn outcome<'a>(report: &'a Report, diagnostic: &'a Diagnostic) -> Outcome<'a> {
    let related = (1..).zip(diagnostic.related.iter().take(RELATED));
    Outcome {
        rule_id: diagnostic.rule.id,
        rule_index: report.rules.iter().position(|rule| rule.id == diagnostic.rule.id),
        level: level(diagnostic.severity),
        message: Text { text: message(diagnostic).into() },
        locations: [Location {
            id: None,
            message: None,
            physical_location: physical(report, &diagnostic.place),
        }],
        code_flows: code_flow(report, diagnostic).into_iter().collect(),
        related_locations: related.map(|(id, step)| location(report, step, Some(id))).collect(),
        partial_fingerprints: Fingerprints { v1: &diagnostic.fingerprint },
        fixes: diagnostic.fix.as_ref().map(|fix| [sarif_fix(report, fix)]),
        baseline_state: report.stale.is_some().then_some("new"),
        suppressions: Vec::new(),
    }
}

/// A finding that is known, or silenced by a comment.
fn silent_outcome<'a>(report: &'a Report, silent: &'a Silent) -> Outcome<'a> {
    let outcome = outcome(report, &silent.diagnostic);
    match &silent.justification {
        None => Outcome { baseline_state: Some("unchanged"), ..outcome },
        Some(justification) => {
            let suppression = Suppression { kind: "inSource", justification };
            Outcome { suppressions: vec![suppression], ..outcome }
        }
    }
}

/// A fix: its replacements by file, as they come sorted.
fn sarif_fix<'a>(report: &'a Report, fix: &'a Fix) -> SarifFix<'a> {
    let mut artifact_changes: Vec<ArtifactChange<'a>> = Vec::new();
    let mut last = None;
    for (place, text) in &fix.replacements {
        let (start, end) = (place.position(), place.source.position(place.end));
        let replacement = Replacement {
            deleted_region: Region {
                start_line: start.line,
                start_column: start.column,
                end_line: end.line,
                end_column: end.column,
            },
            inserted_content: Text { text: text.into() },
        };
        match artifact_changes.last_mut().filter(|_| last == Some(&place.file)) {
            Some(change) => change.replacements.push(replacement),
            None => artifact_changes.push(ArtifactChange {
                artifact_location: ArtifactLocation {
                    uri: uri(report, &place.file),
                    uri_base_id: "%SRCROOT%",
                },
                replacements: vec![replacement],
            }),
        }
        last = Some(&place.file);
    }
    SarifFix { description: Text { text: (&fix.title).into() }, artifact_changes }
}

/// What is wrong, what to do, and links to the related places: GitHub lists only those that are linked.
fn message(diagnostic: &Diagnostic) -> String {
    let mut text = plain(&diagnostic.message).into_owned();
    if !diagnostic.help.is_empty() {
        text.push_str("\n\n");
        text.push_str(&plain(&diagnostic.help));
    }
    for (id, step) in (1..).zip(diagnostic.related.iter().take(RELATED)) {
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
fn code_flow<'a>(report: &Report, diagnostic: &'a Diagnostic) -> Option<CodeFlow<'a>> {
    let last = diagnostic.trace.last()?;
    let steps = diagnostic.trace.iter().take(STEPS);
    let mut locations: Vec<_> =
        steps.map(|step| FlowStep { location: location(report, step, None) }).collect();
    let place = &diagnostic.place;
    if last.place.file != place.file || last.place.start != place.start {
        let message = Some(Text { text: plain(&diagnostic.message) });
        locations.push(FlowStep {
            location: Location { id: None, message, physical_location: physical(report, place) },
        });
    }
    Some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
}

fn location<'a>(report: &Report, step: &'a Step, id: Option<usize>) -> Location<'a> {
    let message = Some(Text { text: plain(&step.message) });
    Location { id, message, physical_location: physical(report, &step.place) }
}

/// A place on one line: GitHub annotates a pull request only where all lines of a region changed.
fn physical(report: &Report, place: &Place) -> PhysicalLocation {
    let start = place.position();
    let end = place.source.position(place.end_on_line());
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri(report, &place.file), uri_base_id: "%SRCROOT%" },
        region: Region {
            start_line: start.line,
            start_column: start.column,
            end_line: start.line,
            end_column: end.column.max(start.column),
        },
    }
}

/// The file's path from the git root, each segment percent-encoded.
pub(super) fn uri(report: &Report, file: &str) -> String {
    let path = report.repository_path(file);
    let segments = path.split('/').map(|segment| utf8_percent_encode(segment, SEGMENT).to_string());
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;
    use serde_json::{Value, json};

    fn below(prefix: &str) -> Report {
        Report { prefix: prefix.into(), ..Report::default() }
    }

    #[test]
    fn uris_start_at_the_repository() {
        assert_eq!(uri(&below("apps/web/"), "app/[id]/route.ts"), "apps/web/app/%5Bid%5D/route.ts");
        assert_eq!(uri(&below("apps/web/"), "../../packages/db/index.ts"), "packages/db/index.ts");
        assert_eq!(uri(&below(""), "../x.ts"), "../x.ts");
    }

    fn written(report: &Report) -> Value {
        let mut out = Vec::new();
        write_sarif(report, &View { silent: true, ..View::default() }, &mut out).unwrap();
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
            uri(&below(""), "app/(shop)/@modal/[...x]/é:#?.ts"),
            "app/(shop)/@modal/%5B...x%5D/%C3%A9%3A%23%3F.ts"
        );
    }

    #[test]
    fn each_folder_of_a_monorepo_has_its_own_category() {
        assert_eq!(automation_id("", None), "routelint/");
        assert_eq!(automation_id("apps/web/", None), "routelint/apps/web/");
        assert_eq!(automation_id("apps/web/", Some("lint/web/")), "lint/web/");
    }

    #[test]
    fn githubs_limits_keep_the_worst_and_say_what_is_left_out() {
        let mut report = report();
        report.diagnostics.reverse();
        assert_eq!(results(&report, 1)[0].level, "error");
        let related = report.diagnostics[1].related[0].clone();
        report.diagnostics[1].related = vec![related; 2 * RELATED];
        assert_eq!(results(&report, 2)[1].related_locations.len(), RELATED);
        let told: Vec<String> = notifications(&report, report.diagnostics.len() - 1)
            .into_iter()
            .map(|n| n.message.text.into_owned())
            .collect();
        assert!(told[0].starts_with("tsconfig.json") && told[1].starts_with("1 finding left out"));
    }
}
