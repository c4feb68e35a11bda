//! Colours of code, by tree-sitter's grammars and the highlight queries they bring.

use std::sync::LazyLock;

use tree_sitter::Language;
use tree_sitter_highlight::{HighlightConfiguration, HighlightEvent, Highlighter};

/// Larger files are shown without colours: they are generated, and parsing them again takes long.
const LARGEST: usize = 512 * 1024;

/// What a piece of code is, as far as its colour goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Comments.
    Comment,
    /// `const`, `await`, `return`.
    Keyword,
    /// Strings, templates, regular expressions.
    Text,
    /// Numbers, `true`, `null`, constants.
    Constant,
    /// Names of functions and methods.
    Function,
    /// Names of types and constructors.
    Type,
}

/// The capture names asked for, and the paint of each; a query's name picks the longest that it starts with.
const NAMES: [(&str, Option<Paint>); 17] = [
    ("comment", Some(Paint::Comment)),
    ("keyword", Some(Paint::Keyword)),
    ("string", Some(Paint::Text)),
    ("number", Some(Paint::Constant)),
    ("constant", Some(Paint::Constant)),
    ("constant.builtin", Some(Paint::Constant)),
    ("function", Some(Paint::Function)),
    ("function.method", Some(Paint::Function)),
    ("function.builtin", Some(Paint::Function)),
    ("constructor", Some(Paint::Type)),
    ("type", Some(Paint::Type)),
    ("type.builtin", Some(Paint::Type)),
    ("tag", Some(Paint::Type)),
    ("variable.builtin", Some(Paint::Keyword)),
    // Asked for, so that they end the paint of what they stand in.
    ("embedded", None),
    ("variable", None),
    ("punctuation.special", None),
];

/// The paints of one file's text.
#[derive(Debug, Default)]
pub struct PaintedText {
    /// First byte, byte past the last, paint; ascending, without overlap.
    ranges: Vec<(usize, usize, Paint)>,
}

impl PaintedText {
    /// The paint of a byte.
    #[must_use]
    pub fn at(&self, byte: usize) -> Option<Paint> {
        let index = self.ranges.partition_point(|&(_, end, _)| end <= byte);
        self.ranges.get(index).filter(|&&(start, ..)| start <= byte).map(|&(.., paint)| paint)
    }
}

/// Paints a file's text; `None` if it is too large, in a language without a grammar, or its query fails.
#[must_use]
pub fn highlight(file: &str, text: &str) -> Option<PaintedText> {
    if text.len() > LARGEST {
        return None;
    }
    let configuration = configuration(file)?;
    let mut highlighter = Highlighter::new();
    let events = highlighter.highlight(configuration, text.as_bytes(), None, None, |_| None).ok()?;
    let mut painted = PaintedText::default();
    let mut open = Vec::new();
    for event in events {
        match event.ok()? {
            HighlightEvent::HighlightStart(name) => {
                open.push(NAMES.get(name.0).and_then(|&(_, paint)| paint))
            }
            HighlightEvent::HighlightEnd => _ = open.pop(),
            HighlightEvent::Source { start, end } => {
                if let Some(&Some(paint)) = open.last() {
                    painted.ranges.push((start, end, paint));
                }
            }
        }
    }
    Some(painted)
}

/// The grammar for a file's extension. Building its query takes milliseconds: once per run.
fn configuration(file: &str) -> Option<&'static HighlightConfiguration> {
    static JAVASCRIPT: LazyLock<Option<HighlightConfiguration>> = LazyLock::new(|| {
        use tree_sitter_javascript::{HIGHLIGHT_QUERY, JSX_HIGHLIGHT_QUERY, LANGUAGE};
        configure(LANGUAGE.into(), "javascript", &[HIGHLIGHT_QUERY, JSX_HIGHLIGHT_QUERY])
    });
    static TYPESCRIPT: LazyLock<Option<HighlightConfiguration>> = LazyLock::new(|| {
        use tree_sitter_typescript::{HIGHLIGHTS_QUERY, LANGUAGE_TYPESCRIPT};
        let queries = [HIGHLIGHTS_QUERY, tree_sitter_javascript::HIGHLIGHT_QUERY];
        configure(LANGUAGE_TYPESCRIPT.into(), "typescript", &queries)
    });
    static TSX: LazyLock<Option<HighlightConfiguration>> = LazyLock::new(|| {
        use tree_sitter_javascript::{HIGHLIGHT_QUERY, JSX_HIGHLIGHT_QUERY};
        use tree_sitter_typescript::{HIGHLIGHTS_QUERY, LANGUAGE_TSX};
        configure(LANGUAGE_TSX.into(), "tsx", &[HIGHLIGHTS_QUERY, HIGHLIGHT_QUERY, JSX_HIGHLIGHT_QUERY])
    });
    match file.rsplit('.').next()? {
        "js" | "jsx" | "mjs" | "cjs" => JAVASCRIPT.as_ref(),
        "ts" | "mts" | "cts" => TYPESCRIPT.as_ref(),
        "tsx" => TSX.as_ref(),
        _ => None,
    }
}

fn configure(language: Language, name: &str, queries: &[&str]) -> Option<HighlightConfiguration> {
    let mut configuration = HighlightConfiguration::new(language, name, &queries.join("\n"), "", "").ok()?;
    configuration.configure(&NAMES.map(|(name, _)| name));
    Some(configuration)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paint_of(file: &str, text: &str, word: &str) -> Option<Paint> {
        highlight(file, text).unwrap().at(text.find(word).unwrap())
    }

    #[test]
    fn every_grammar_has_a_working_query() {
        for file in ["a.js", "a.jsx", "a.ts", "a.tsx", "a.mts"] {
            assert_eq!(paint_of(file, "const a = 'x' // no", "const"), Some(Paint::Keyword), "{file}");
            assert_eq!(paint_of(file, "const a = 'x' // no", "'x'"), Some(Paint::Text), "{file}");
            assert_eq!(paint_of(file, "const a = 'x' // no", "// no"), Some(Paint::Comment), "{file}");
            assert_eq!(paint_of(file, "const a = new Pool()", "Pool"), Some(Paint::Type), "{file}");
        }
        assert_eq!(paint_of("a.ts", "let a: string = `b${c}`", "string"), Some(Paint::Type));
        assert_eq!(paint_of("a.ts", "let a = `b${c}`", "c}"), None);
    }

    #[test]
    fn what_cannot_be_painted_is_left_plain() {
        assert!(highlight("a.css", "a {}").is_none());
        assert!(highlight("a.ts", &" ".repeat(LARGEST + 1)).is_none());
        assert!(highlight("a.ts", "const {{{ = `").is_some());
    }
}
