//! What the XML formats share: a writer that escapes, and texts without what XML cannot hold.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use super::escape::many_lines;

/// Writes the declaration and what `body` adds to it, indented, with a line end.
pub(super) fn write_document<W: Write>(
    out: &mut W,
    body: impl FnOnce(&mut Writer<&mut W>) -> io::Result<()>,
) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    body(&mut writer)?;
    writeln!(writer.into_inner())
}

/// A text that XML 1.0 can hold: controls are made visible, the two code points that are no characters are
/// replaced. Line ends stay.
pub(super) fn text(text: &str) -> String {
    many_lines(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// The same for an attribute, in which readers do not expect lines.
pub(super) fn line(value: &str) -> String {
    text(value).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name that is written as it is, white space included, but on one line: a path.
pub(super) fn name(value: &str) -> String {
    text(value).replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(text("a\0\u{1b}[31m\u{ffff}\u{fffe}\r\n\té"), "a\\x00\\x1b[31m\u{fffd}\u{fffd}\\r\n    é");
        assert_eq!(line("two\n\nlines  here"), "two lines here");
        assert_eq!(name("a  b\nc"), "a  b\\nc");
    }
}
