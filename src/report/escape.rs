//! Text from files made safe to print: no control character reaches a terminal raw.
//!
//! File names, code and messages come from the scanned repository; an escape sequence or a bidirectional
//! override in them would let that repository rewrite what the reader sees.

use std::borrow::Cow;
use std::fmt::Write as _;

/// One line's worth of text: every control character, line ends and tabs included, in a visible form.
pub fn one_line(text: &str) -> Cow<'_, str> {
    escape(text, is_hostile)
}

/// Text that may have several lines: `\n` stays, a tab becomes four spaces, the rest is made visible.
pub fn many_lines(text: &str) -> Cow<'_, str> {
    match text.contains('\t') {
        true => Cow::Owned(escape(&text.replace('\t', "    "), |c| c != '\n' && is_hostile(c)).into_owned()),
        false => escape(text, |c| c != '\n' && is_hostile(c)),
    }
}

/// The visible form of a character that must not be printed raw: `\x1b`, `\u{202e}`; `None` if it may be.
pub(crate) fn visible(c: char) -> Option<String> {
    is_hostile(c).then(|| {
        let mut out = String::new();
        push_visible(&mut out, c);
        out
    })
}

/// Controls, line separators, and the format characters that reorder or hide text.
pub(crate) fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn escape(text: &str, hostile: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hostile(c) { push_visible(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
}

fn push_visible(out: &mut String, c: char) {
    match (c, u32::from(c)) {
        ('\n', _) => out.push_str("\\n"),
        ('\r', _) => out.push_str("\\r"),
        ('\t', _) => out.push_str("\\t"),
        // Writing to a String cannot fail.
        (_, code) if code < 0x100 => _ = write!(out, "\\x{code:02x}"),
        (_, code) => _ = write!(out, "\\u{{{code:x}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_become_visible() {
        assert_eq!(one_line("a\u{1b}[31mb\n\tc\u{9b}\u{202e}"), "a\\x1b[31mb\\n\\tc\\x9b\\u{202e}");
        assert_eq!(many_lines("a\n\tb\r\u{7}"), "a\n    b\\r\\x07");
    }

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(one_line("app/api/[id]/été/😀.ts"), Cow::Borrowed(_)));
        assert_eq!(visible('é'), None);
    }
}
