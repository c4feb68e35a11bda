//! What every text passes on its way into the page.

use std::fmt::{self, Write};

use askama::filters::{Escaper, Html};

use crate::report::escape::one_line;

/// Text for people in elements and attributes: markup becomes text, control characters become visible. What has
/// several lines is cut into them before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown;

impl Escaper for Shown {
    fn write_escaped_str<W: Write>(&self, out: W, text: &str) -> fmt::Result {
        Html.write_escaped_str(out, &one_line(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_controls_are_text() {
        let mut out = String::new();
        Shown.write_escaped_str(&mut out, "<a href='x\" \u{1b}[1m\u{202e}&\n").unwrap();
        assert_eq!(out, "&#60;a href=&#39;x&#34; \\x1b[1m\\u{202e}&#38;\\n");
    }
}
