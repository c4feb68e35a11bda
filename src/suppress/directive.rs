//! What a comment says: `routelint-ignore <rule>[, <rule>]: <reason>`.

use crate::facts::Comment;
use crate::span::Span;

/// Words that were meant for routelint, whatever follows them.
const WORDS: [&str; 5] =
    ["routelint-ignore", "routelint-disable", "routelint-enable", "routelint-expect", "routelint-suppress"];

/// A comment that silences findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The comment.
    pub at: Span,
    /// The comment with what is of no use without it.
    pub whole: Span,
    /// Where it silences them; `None` in the whole file.
    pub covers: Option<Span>,
    /// Of which rules, as written.
    pub rules: Vec<String>,
    /// Why, on one line.
    pub reason: String,
}

/// A comment that was meant to silence findings, and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The comment.
    pub at: Span,
    /// What is wrong with it.
    pub message: String,
}

impl Directive {
    /// Whether it silences a rule at a place.
    #[must_use]
    pub fn silences(&self, rule: &str, start: u32) -> bool {
        let here = self.covers.is_none_or(|covers| (covers.start..=covers.end).contains(&start));
        here && self.rules.iter().any(|named| named == rule)
    }
}

/// What a comment says; `None` if it only begins with the word.
#[must_use]
pub fn read(comment: &Comment) -> Option<Result<Directive, Malformed>> {
    let text = &*comment.text;
    let end = text.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let covers = match word {
        "routelint-ignore" => Some(comment.covers),
        "routelint-ignore-file" => None,
        _ if WORDS.iter().any(|known| word.starts_with(known)) => {
            return Some(Err(malformed(comment, format!("`{word}` is no comment that routelint knows"))));
        }
        _ => return None,
    };
    let Some((rules, reason)) = rest.split_once(':') else {
        return Some(Err(malformed(comment, "it gives no reason".to_owned())));
    };
    let rules: Vec<String> = rules.split(',').map(|rule| rule.trim().to_owned()).collect();
    // The lines of a block comment begin with a star.
    let words = reason.split_whitespace().filter(|word| *word != "*");
    let reason = words.collect::<Vec<_>>().join(" ");
    if rules.iter().any(String::is_empty) {
        return Some(Err(malformed(comment, "it names no rule".to_owned())));
    }
    if reason.is_empty() {
        return Some(Err(malformed(comment, "it gives no reason".to_owned())));
    }
    let (at, whole) = (comment.span, comment.braces.unwrap_or(comment.span));
    Some(Ok(Directive { at, whole, covers, rules, reason }))
}

fn malformed(comment: &Comment, message: String) -> Malformed {
    Malformed { at: comment.span, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<Result<Directive, Malformed>> {
        read(&Comment { span: Span::new(0, 9), text: text.into(), covers: Span::new(10, 20), braces: None })
    }

    #[test]
    fn rules_and_reason_are_read() {
        let directive = said("routelint-ignore a-b, c: because: it is\n * so").unwrap().unwrap();
        assert_eq!(directive.rules, ["a-b", "c"]);
        assert_eq!(directive.reason, "because: it is so");
        assert!(directive.silences("c", 10) && !directive.silences("c", 9) && !directive.silences("d", 10));
        let file = said("routelint-ignore-file a: why").unwrap().unwrap();
        assert!(file.covers.is_none() && file.silences("a", 500));
    }

    #[test]
    fn what_is_missing_is_said() {
        let wrong = |text| said(text).unwrap().unwrap_err().message;
        assert_eq!(wrong("routelint-ignore a-b"), "it gives no reason");
        assert_eq!(wrong("routelint-ignore a-b:  "), "it gives no reason");
        assert_eq!(wrong("routelint-ignore : why"), "it names no rule");
        assert_eq!(wrong("routelint-ignore a,: why"), "it names no rule");
        assert!(wrong("routelint-ignore-next-line a: why").contains("`routelint-ignore-next-line`"));
        assert!(wrong("routelint-disable a").contains("`routelint-disable`"));
        assert!(said("routelint-baseline.txt holds them").is_none());
    }
}
