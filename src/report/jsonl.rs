//! JSON lines: each finding as the JSON report has it, on a line of its own.

use std::io::{self, Write};

use super::json::diagnostics;
use super::json_write::write_value;
use super::model::Report;

/// Writes a line per finding, and nothing if there are none.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_jsonl(report: &Report, out: &mut impl Write) -> io::Result<()> {
    diagnostics(report).try_for_each(|diagnostic| write_value(&diagnostic, out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::json::{schema, write_json};
    use crate::report::sample::report;
    use serde_json::{Value, json};

    #[test]
    fn lines_are_the_findings_of_the_json_report_and_valid_by_its_schema() {
        let (mut lines, mut whole) = (Vec::new(), Vec::new());
        write_jsonl(&report(), &mut lines).unwrap();
        write_json(&report(), &mut whole).unwrap();
        let lines = String::from_utf8(lines).unwrap();
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let whole: Value = serde_json::from_slice(&whole).unwrap();
        assert_eq!(Value::from(lines.clone()), whole["diagnostics"]);

        let line = json!({ "$defs": schema()["$defs"], "$ref": "#/$defs/Diagnostic" });
        let validator = jsonschema::validator_for(&line).unwrap();
        assert!(lines.iter().all(|line| validator.is_valid(line)));
        assert!(!validator.is_valid(&json!({ "rule": "x" })));
    }
}
