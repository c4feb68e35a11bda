//! JSON as bytes that are safe on a terminal too.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::escape::is_hostile;

/// Writes a value as one compact line of JSON and a line end.
///
/// Control and bidirectional characters beyond those that JSON itself escapes are written as `\u…` too: JSON
/// is read on terminals and in logs, and means the same.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_value(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Safe))?;
    writeln!(out)
}

/// serde_json's compact form with more characters escaped.
struct Safe;

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in fragment.char_indices().filter(|&(_, c)| is_hostile(c)) {
            out.write_all(&fragment.as_bytes()[plain..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            plain = at + c.len_utf8();
        }
        out.write_all(&fragment.as_bytes()[plain..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_are_escaped_and_read_back() {
        let text = "a\"\u{1b}[31m\u{9b}é\u{202e}😀\u{e0041}\n";
        let mut out = Vec::new();
        write_value(&text, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert_eq!(written, "\"a\\\"\\u001b[31m\\u009bé\\u202e😀\\udb40\\udc41\\n\"\n");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
