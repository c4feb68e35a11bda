//! Sentences of findings, with what stands between backquotes as code.

use crate::pattern::highlight;
use crate::report::source::SourceText;

use super::code::{Line, plain};

/// A piece of a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bit<'a> {
    /// Whether it is code.
    pub(super) code: bool,
    /// The text.
    pub(super) text: &'a str,
}

/// A block of a help text.
#[derive(Debug)]
pub(super) enum Block<'a> {
    /// A paragraph.
    Text(Vec<Bit<'a>>),
    /// The items of a list.
    List(Vec<Vec<Bit<'a>>>),
    /// Lines of code.
    Code(Vec<Line>),
}

/// The pieces of a sentence. A backquote too many, and which is which cannot be told.
pub(super) fn bits(text: &str) -> Vec<Bit<'_>> {
    if !text.matches('`').count().is_multiple_of(2) {
        return vec![Bit { code: false, text }];
    }
    let parts = text.split('`').enumerate().map(|(index, text)| Bit { code: index % 2 == 1, text });
    parts.filter(|bit| !bit.text.is_empty()).collect()
}

/// The blocks of a help text: paragraphs, items that begin with `- `, and fenced code.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut code: Option<String> = None;
    for line in text.lines() {
        let words = line.trim();
        match (&mut code, words.starts_with("```")) {
            (Some(open), true) => {
                blocks.push(fenced(open));
                code = None;
            }
            (None, true) => code = Some(String::new()),
            (Some(open), false) => {
                open.push_str(line);
                open.push('\n');
            }
            (None, false) => match (words.strip_prefix("- "), blocks.last_mut()) {
                (Some(item), Some(Block::List(items))) => items.push(bits(item)),
                (Some(item), _) => blocks.push(Block::List(vec![bits(item)])),
                (None, _) if words.is_empty() => {}
                (None, _) => blocks.push(Block::Text(bits(words))),
            },
        }
    }
    blocks.extend(code.as_deref().map(fenced));
    blocks
}

fn fenced<'a>(code: &str) -> Block<'a> {
    let painted = highlight("help.ts", code);
    Block::Code(plain(&SourceText::new(code.trim_end().to_owned()), painted.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_backquotes() {
        let bit = |code, text| Bit { code, text };
        assert_eq!(bits("call `a<b>()` now"), [bit(false, "call "), bit(true, "a<b>()"), bit(false, " now")]);
        assert_eq!(bits("a ` b"), [bit(false, "a ` b")]);
    }

    #[test]
    fn a_help_text_has_paragraphs_lists_and_code() {
        let blocks = blocks("Do this:\n\n```ts\nconst a = 1\n```\n- one\n- two\n```\nopen");
        let kinds: Vec<&str> = blocks
            .iter()
            .map(|block| match block {
                Block::Text(_) => "text",
                Block::List(items) if items.len() == 2 => "two items",
                Block::List(_) => "items",
                Block::Code(_) => "code",
            })
            .collect();
        assert_eq!(kinds, ["text", "code", "two items", "code"]);
    }
}
