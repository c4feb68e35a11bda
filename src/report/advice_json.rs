//! The decision as JSON, version 1.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::advice::Advice;
use super::json_write::write_value;

/// What `routelint advise --format json` prints, version 1. Later versions of routelint may add fields, never change
/// or remove one.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "routelint advice, version 1")]
struct JsonAdvice<'a> {
    /// Always 1.
    version: u32,
    /// What wrote it.
    tool: Tool,
    #[serde(flatten)]
    advice: &'a Advice,
}

/// What wrote it.
#[derive(Serialize, JsonSchema)]
struct Tool {
    /// `routelint`
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// Writes the decision as JSON.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_advice_json(advice: &Advice, out: &mut impl Write) -> io::Result<()> {
    let tool = Tool { name: "routelint", version: env!("CARGO_PKG_VERSION") };
    write_value(&JsonAdvice { version: 1, tool, advice }, out)
}

/// The JSON Schema of the decision, as published in `schemas/advice-v1.schema.json`.
#[must_use]
pub fn advice_schema() -> serde_json::Value {
    schemars::schema_for!(JsonAdvice<'_>).to_value()
}
