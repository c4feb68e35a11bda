//! The decision as JSON, version 1.

use std::io::{self, Write};

use serde::Serialize;

use super::advice::Advice;
use super::json_write::write_value;

/// The decision in its JSON form.
#[derive(Serialize)]
struct JsonAdvice<'a> {
    /// Always 1; later versions may add fields, never change or remove one.
    version: u32,
    tool: Tool,
    #[serde(flatten)]
    advice: &'a Advice,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
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
