//! Words of JavaScript: enough to read the literal parts of a configuration file.
//!
//! A configuration's literal `key: 'value'` pairs are the only thing asked of it here, and its other parts may be
//! any program. Words without comments tell those pairs apart from prose; a syntax tree would say no more about a
//! value that a function computes, and this room must not know a parser.

use std::iter::Peekable;
use std::str::CharIndices;

/// A word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word<'t> {
    /// A name, a keyword or a number.
    Name(&'t str),
    /// What stands between two quotes, escapes as written.
    Text(&'t str),
    /// A template, whatever is in it.
    Template,
    /// Any other character.
    Mark(char),
}

/// The words of a text without its comments.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        match c {
            '/' if next_is(&mut chars, '/') => skip_until(&mut chars, |_, c| c == '\n'),
            '/' if next_is(&mut chars, '*') => {
                chars.next();
                skip_until(&mut chars, |last, c| last == '*' && c == '/');
            }
            '\'' | '"' => words.push(Word::Text(quoted(text, start, c, &mut chars))),
            '`' => {
                quoted(text, start, c, &mut chars);
                words.push(Word::Template);
            }
            c if is_name(c) => {
                let mut end = start + c.len_utf8();
                while let Some((at, c)) = chars.next_if(|(_, c)| is_name(*c)) {
                    end = at + c.len_utf8();
                }
                words.push(Word::Name(text.get(start..end).unwrap_or_default()));
            }
            c if c.is_whitespace() => {}
            c => words.push(Word::Mark(c)),
        }
    }
    words
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn next_is(chars: &mut Peekable<CharIndices<'_>>, wanted: char) -> bool {
    chars.peek().is_some_and(|(_, c)| *c == wanted)
}

fn skip_until(chars: &mut Peekable<CharIndices<'_>>, ends: impl Fn(char, char) -> bool) {
    let mut last = ' ';
    for (_, c) in chars {
        if ends(last, c) {
            return;
        }
        last = c;
    }
}

/// What stands up to the closing quote. A string ends at its line's end at the latest, so that a quote in a
/// regular expression costs no more than a line.
fn quoted<'t>(text: &'t str, start: usize, quote: char, chars: &mut Peekable<CharIndices<'_>>) -> &'t str {
    let from = start + quote.len_utf8();
    while let Some((at, c)) = chars.next() {
        if c == quote || (c == '\n' && quote != '`') {
            return text.get(from..at).unwrap_or_default();
        }
        if c == '\\' {
            chars.next();
        }
    }
    text.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Word::{Mark, Name, Template, Text};
    use super::*;

    #[test]
    fn words_without_comments() {
        let text = "a: 'b', // c: 'd'\n/* e: \"f\" **/ g$1 `h ' \\` i` /'/ \n\"\\\"\"";
        assert_eq!(
            words(text),
            [
                Name("a"),
                Mark(':'),
                Text("b"),
                Mark(','),
                Name("g$1"),
                Template,
                Mark('/'),
                Text("/ "),
                Text("\\\"")
            ]
        );
    }

    #[test]
    fn open_ends() {
        assert_eq!(words("'a"), [Text("a")]);
        assert_eq!(words("/* a"), []);
        assert_eq!(words("`a"), [Template]);
    }
}
