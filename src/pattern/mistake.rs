//! What is wrong with a query, and where in it.

use tree_sitter::{Language, Query, QueryError, QueryErrorKind};

use super::predicate::{Predicate, places, unknown_predicate};

/// What is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    /// What is wrong, and what is right.
    pub message: String,
    /// The byte of the query where it is wrong.
    pub offset: usize,
    /// The name that is wrong, and those that there are.
    pub meant: Option<(String, Vec<String>)>,
}

/// What tree-sitter says of a query, at its place and in words for people.
pub(super) fn mistake(language: &Language, source: &str, error: &QueryError) -> PatternError {
    let offset = error.offset;
    let rest = source.get(offset..).unwrap_or_default();
    let word: String =
        rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')).collect();
    let (message, known) = match error.kind {
        QueryErrorKind::NodeType => (format!("there is no node `{word}` in this grammar"), nodes(language)),
        QueryErrorKind::Field => (format!("there is no field `{word}` in this grammar"), fields(language)),
        QueryErrorKind::Capture => (format!("`@{word}` is captured nowhere"), captures(source)),
        QueryErrorKind::Structure => {
            ("this can never match: the grammar has no such structure".to_owned(), Vec::new())
        }
        QueryErrorKind::Predicate => {
            let message = error.message.clone();
            let said = PatternError { message, offset, meant: None };
            return wrong_predicate(language, source).unwrap_or(said);
        }
        QueryErrorKind::Syntax | QueryErrorKind::Language => {
            ("this is not a query: is a bracket missing?".to_owned(), Vec::new())
        }
    };
    PatternError { message, offset, meant: (!known.is_empty()).then_some((word, known)) }
}

/// The first predicate that cannot be used. tree-sitter does not say which one it is, so they are put back one
/// after the other into a query without any.
pub(super) fn wrong_predicate(language: &Language, source: &str) -> Option<PatternError> {
    let places = places(source);
    let mut text = source.as_bytes().to_vec();
    for place in &places {
        text[place.clone()].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    places.into_iter().find_map(|place| {
        let (start, whole) = (place.start, source.get(place.clone())?);
        text[place].copy_from_slice(whole.as_bytes());
        let message = predicate_message(language, std::str::from_utf8(&text).ok()?)?;
        let offset = start + whole.find('#').unwrap_or_default();
        Some(PatternError { message, offset, meant: None })
    })
}

/// What is wrong with a predicate of a query.
fn predicate_message(language: &Language, source: &str) -> Option<String> {
    match Query::new(language, source) {
        Ok(query) => {
            let mut patterns = 0..query.pattern_count();
            patterns.find_map(|pattern| {
                let mut all = query.general_predicates(pattern).iter();
                all.find(|predicate| Predicate::read(predicate).is_none()).map(unknown_predicate)
            })
        }
        Err(error) => (error.kind == QueryErrorKind::Predicate).then_some(error.message),
    }
}

/// The names of a grammar's nodes.
fn nodes(language: &Language) -> Vec<String> {
    let ids = (0..language.node_kind_count()).filter_map(|id| u16::try_from(id).ok());
    let named = ids.filter(|&id| language.node_kind_is_named(id) && language.node_kind_is_visible(id));
    named.filter_map(|id| language.node_kind_for_id(id)).map(str::to_owned).collect()
}

/// The names of a grammar's fields.
fn fields(language: &Language) -> Vec<String> {
    let ids = (1..=language.field_count()).filter_map(|id| u16::try_from(id).ok());
    ids.filter_map(|id| language.field_name_for_id(id)).map(str::to_owned).collect()
}

/// The captures of a query, outside its predicates.
fn captures(source: &str) -> Vec<String> {
    let places = places(source);
    let starts = source.match_indices('@').map(|(at, _)| at);
    let captures = starts.filter(|at| !places.iter().any(|place| place.contains(at)));
    let word = |at: usize| {
        let rest = source.get(at + 1..).unwrap_or_default();
        rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')).collect()
    };
    captures.map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, Pattern};
    use super::*;

    fn error(query: &str) -> PatternError {
        Pattern::compile(Dialect::JavaScript, query).expect_err("broken")
    }

    /// The part of a query that is wrong, and what is said of it.
    fn wrong(query: &str) -> (String, String) {
        let error = error(query);
        (query[error.offset..].split([' ', ')']).next().unwrap_or_default().to_owned(), error.message)
    }

    #[test]
    fn mistakes_are_said_with_their_place() {
        assert_eq!(error("(call_expresion) @report").offset, 1);
        assert!(error("(call_expresion) @report").message.contains("no node `call_expresion`"));
        assert!(error("(call_expression fun: (identifier)) @report").message.contains("no field `fun`"));
        assert!(error("((identifier) @report (#eq? @nam \"x\"))").message.contains("captured nowhere"));
        assert!(error("(identifier) @name").message.contains("no `@report`"));
        assert!(error("((identifier) @report (#is-good? @report))").message.contains("unknown predicate"));
        assert!(error("((identifier) @report (#import? @report))").message.contains("takes a capture"));
        assert!(error("((identifier) @report").message.contains("bracket"));
    }

    #[test]
    fn predicates_are_marked_where_they_stand() {
        let query = |wrong: &str| {
            format!(
                "; (#no? @x)\n((call_expression function: (identifier) @f) @report\n  (#eq? @f \"(#no?) \\\" x\")\n  {wrong})"
            )
        };
        let (at, message) = wrong(&query("(#is-good? @f)"));
        assert!(at == "#is-good?" && message.contains("unknown predicate `#is-good?`"), "{at}: {message}");
        let (at, message) = wrong(&query("(#import? @f)"));
        assert!(at == "#import?" && message.contains("takes a capture"), "{at}: {message}");
        assert_eq!(wrong(&query("(#match? @f \"(\")")).0, "#match?");
        assert_eq!(wrong(&query("(#eq? @f)")).0, "#eq?");
        assert_eq!(wrong(&query("(#not-eq? @f \"a\" \"b\")")).0, "#not-eq?");
    }

    #[test]
    fn names_come_with_those_that_there_are() {
        let meant = |query: &str| error(query).meant.expect("names");
        let (word, known) = meant("(call_expresion) @report");
        assert!(word == "call_expresion" && known.iter().any(|name| name == "call_expression"));
        let (word, known) = meant("(call_expression fun: (identifier)) @report");
        assert!(word == "fun" && known.iter().any(|name| name == "function"));
        let known = meant("((identifier) @name @report (#eq? @nam \"x\"))").1;
        assert_eq!(known, ["name", "report"]);
    }
}
