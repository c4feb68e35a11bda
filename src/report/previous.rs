//! An earlier report, to compare with.

use serde::Deserialize;
use serde_json::Value;

use crate::diagnostic::Severity;

/// The version of the JSON report that is read here.
const VERSION: u64 = 1;

/// What an earlier run reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Previous {
    /// Its findings.
    Known(Earlier),
    /// It has a form that a later routelint writes, so that nothing can be compared.
    Newer {
        /// The version of its form.
        version: u64,
        /// The version of the routelint that wrote it, if it says so.
        tool: Option<String>,
    },
}

/// An earlier report that can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Earlier {
    /// The program that wrote it.
    #[serde(default)]
    tool: Tool,
    /// Its findings.
    pub diagnostics: Vec<EarlierFinding>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
struct Tool {
    #[serde(default)]
    version: String,
}

/// A finding of an earlier report.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct EarlierFinding {
    /// Id of the rule.
    pub rule: String,
    /// Its severity then.
    pub severity: Severity,
    /// What was wrong.
    pub message: String,
    /// The file relative to what was scanned.
    pub file: String,
    /// Its identity.
    pub fingerprint: String,
}

/// A file that is no earlier report.
#[derive(Debug, thiserror::Error)]
pub enum PreviousError {
    /// It cannot be read as JSON.
    #[error("is no complete JSON: {0}")]
    NoJson(serde_json::Error),
    /// It is something else.
    #[error("is JSON, but not a report of routelint")]
    NotAReport,
    /// It has only a part of the findings.
    #[error("is the report of one shard, which has a part of the findings")]
    Shard,
    /// It says what it is and is not.
    #[error("is not what a report of version 1 has to be: {0}")]
    Damaged(serde_json::Error),
}

impl PreviousError {
    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Shard => {
                "put the reports of all shards together: routelint merge REPORTS --output json=FILE"
            }
            _ => "name a file that `routelint --output json=FILE` wrote",
        }
    }
}

impl Earlier {
    /// The version of the routelint that wrote it; empty if it does not say so.
    #[must_use]
    pub fn tool_version(&self) -> &str {
        &self.tool.version
    }
}

impl Previous {
    /// Reads the bytes of a JSON report.
    ///
    /// # Errors
    /// When they are no JSON, no report, or that of a shard.
    pub fn read(bytes: &[u8]) -> Result<Self, PreviousError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let report: Value = serde_json::from_slice(bytes).map_err(PreviousError::NoJson)?;
        let tool = report.pointer("/tool/name").and_then(Value::as_str);
        let version = report.get("version").and_then(Value::as_u64);
        let (Some(env!("CARGO_PKG_NAME")), Some(version)) = (tool, version) else {
            return Err(PreviousError::NotAReport);
        };
        if version > VERSION {
            let tool = report.pointer("/tool/version").and_then(Value::as_str).map(str::to_owned);
            return Ok(Self::Newer { version, tool });
        }
        if report.get("shard").is_some() {
            return Err(PreviousError::Shard);
        }
        Earlier::deserialize(report).map(Self::Known).map_err(PreviousError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;
    use crate::report::write_json;

    fn written() -> Value {
        let mut out = Vec::new();
        write_json(&report(), &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn read(report: &Value) -> Result<Previous, PreviousError> {
        Previous::read(report.to_string().as_bytes())
    }

    #[test]
    fn a_report_is_read_back() {
        let Ok(Previous::Known(earlier)) = read(&written()) else { panic!("it is known") };
        assert_eq!(earlier.tool_version(), env!("CARGO_PKG_VERSION"));
        assert_eq!(earlier.diagnostics.len(), 2);
        assert_eq!(earlier.diagnostics[0].fingerprint, report().diagnostics[0].fingerprint);
    }

    #[test]
    fn a_newer_form_is_no_mistake() {
        let mut report = written();
        report["version"] = 2.into();
        report["tool"]["version"] = "9.0.0".into();
        report["diagnostics"] = "something else".into();
        assert_eq!(read(&report).unwrap(), Previous::Newer { version: 2, tool: Some("9.0.0".into()) });
    }

    #[test]
    fn what_is_no_report_is_told_apart() {
        assert!(matches!(Previous::read(b"{\"version\": 1"), Err(PreviousError::NoJson(_))));
        assert!(matches!(Previous::read(b"\xff\xfe"), Err(PreviousError::NoJson(_))));
        let deep = "[".repeat(100_000);
        assert!(matches!(Previous::read(deep.as_bytes()), Err(PreviousError::NoJson(_))));
        for text in ["[]", "{\"version\":1}", "{\"tool\":{\"name\":\"eslint\"},\"version\":1}"] {
            assert!(matches!(Previous::read(text.as_bytes()), Err(PreviousError::NotAReport)), "{text}");
        }
        let mut report = written();
        report["diagnostics"][0]["severity"] = "catastrophe".into();
        assert!(matches!(read(&report), Err(PreviousError::Damaged(_))));
        report["shard"] = Value::Object(serde_json::Map::new());
        assert!(matches!(read(&report), Err(PreviousError::Shard)));
    }
}
