//! Queries: tree-sitter's pattern language on the source of one file.

use std::ops::Range;

use tree_sitter::{
    Language, Node, Parser, Query, QueryCursor, QueryError, QueryErrorKind, QueryPredicate,
    QueryPredicateArg, StreamingIterator as _,
};

/// The capture whose node is the finding.
pub const REPORT: &str = "report";

/// How many unfinished matches are kept at a time; a pattern that needs more gives up the oldest.
const MATCH_LIMIT: u32 = 1 << 16;

/// A grammar, by the end of the file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `.js`, `.jsx`, `.mjs`, `.cjs`
    JavaScript,
    /// `.ts`, `.mts`, `.cts`
    TypeScript,
    /// `.tsx`
    Tsx,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::JavaScript, Self::TypeScript, Self::Tsx];

    /// The dialect of a file by its name.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match path.rsplit('.').next() {
            Some("ts" | "mts" | "cts") => Self::TypeScript,
            Some("tsx") => Self::Tsx,
            _ => Self::JavaScript,
        }
    }

    fn language(self) -> Language {
        match self {
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        }
    }
}

/// A query that compiled for a dialect.
#[derive(Debug)]
pub struct Pattern {
    query: Query,
    language: Language,
    report: u32,
}

/// What is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    /// What is wrong, and what is right.
    pub message: String,
    /// The byte of the query where it is wrong.
    pub offset: usize,
}

/// One match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The reported node, in bytes.
    pub report: Range<usize>,
    /// Names that the query wants to come from a package.
    pub imports: Vec<ImportTest>,
}

/// `(#import? @name "package" "export")`: what a name has to be bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportTest {
    /// The first byte of the name.
    pub at: usize,
    /// The package, or module specifier.
    pub package: String,
    /// The export; `None` for any.
    pub export: Option<String>,
    /// `#not-import?`
    pub negated: bool,
}

impl Pattern {
    /// Compiles a query.
    ///
    /// # Errors
    /// Says what is wrong with it, and where: syntax, an unknown node, field or predicate, no `@report`.
    pub fn compile(dialect: Dialect, source: &str) -> Result<Self, PatternError> {
        let language = dialect.language();
        let query = Query::new(&language, source).map_err(|error| explain(source, &error))?;
        let Some(report) = query.capture_index_for_name(REPORT) else {
            let message = "no `@report` capture: it marks the node that is the finding".to_owned();
            return Err(PatternError { message, offset: 0 });
        };
        for pattern in 0..query.pattern_count() {
            for predicate in query.general_predicates(pattern) {
                if Predicate::read(predicate).is_none() {
                    return Err(PatternError {
                        message: unknown_predicate(predicate),
                        offset: query.start_byte_for_pattern(pattern),
                    });
                }
            }
        }
        Ok(Self { query, language, report })
    }

    /// Every match in a text, in order of place.
    #[must_use]
    pub fn matches(&self, text: &str) -> Vec<Match> {
        let mut parser = Parser::new();
        if parser.set_language(&self.language).is_err() {
            return Vec::new();
        }
        let Some(tree) = parser.parse(text, None) else { return Vec::new() };
        let mut cursor = QueryCursor::new();
        cursor.set_match_limit(MATCH_LIMIT);
        let mut found = Vec::new();
        let mut matches = cursor.matches(&self.query, tree.root_node(), text.as_bytes());
        while let Some(one) = matches.next() {
            let nodes =
                |capture: u32| one.captures().iter().filter(move |c| c.index == capture).map(|c| c.node);
            let mut imports = Vec::new();
            let holds =
                self.query.general_predicates(one.pattern_index).iter().all(
                    |predicate| match Predicate::read(predicate) {
                        Some(Predicate::WithinLoop { capture, negated }) => {
                            nodes(capture).any(|node| is_within_loop(node, text)) != negated
                        }
                        Some(Predicate::Import { capture, package, export, negated }) => {
                            imports.extend(nodes(capture).map(|node| ImportTest {
                                at: node.start_byte(),
                                package: package.to_owned(),
                                export: export.map(str::to_owned),
                                negated,
                            }));
                            true
                        }
                        None => false,
                    },
                );
            if holds {
                let reported = nodes(self.report).map(|node| node.byte_range());
                found.extend(reported.map(|report| Match { report, imports: imports.clone() }));
            }
        }
        found.sort_by_key(|m| (m.report.start, m.report.end));
        found.dedup();
        found
    }
}

/// A predicate that tree-sitter leaves to its users.
enum Predicate<'a> {
    WithinLoop { capture: u32, negated: bool },
    Import { capture: u32, package: &'a str, export: Option<&'a str>, negated: bool },
}

impl<'a> Predicate<'a> {
    fn read(predicate: &'a QueryPredicate) -> Option<Self> {
        use QueryPredicateArg::{Capture, String};
        let name = &*predicate.operator;
        let negated = name.starts_with("not-");
        match (name.trim_start_matches("not-"), &*predicate.args) {
            ("within-loop?", [Capture(capture)]) => Some(Self::WithinLoop { capture: *capture, negated }),
            ("import?", [Capture(capture), String(package)]) => {
                Some(Self::Import { capture: *capture, package, export: None, negated })
            }
            ("import?", [Capture(capture), String(package), String(export)]) => {
                Some(Self::Import { capture: *capture, package, export: Some(export), negated })
            }
            _ => None,
        }
    }
}

fn unknown_predicate(predicate: &QueryPredicate) -> String {
    match predicate.operator.trim_start_matches("not-") {
        "import?" => {
            "`#import?` takes a capture, a package and an export: `(#import? @name \"pg\" \"Pool\")`"
                .to_owned()
        }
        "within-loop?" => "`#within-loop?` takes a capture: `(#within-loop? @report)`".to_owned(),
        _ => format!(
            "unknown predicate `#{}`: there are #eq?, #match?, #any-of?, #import?, #within-loop? and #not- of each",
            predicate.operator
        ),
    }
}

/// Methods that call what they are given once for each element.
const FOR_EACH: [&str; 8] = ["map", "forEach", "flatMap", "filter", "reduce", "some", "every", "find"];

/// Whether a node runs several times for one run of the function around it: in a loop, or in a function that
/// a method such as `map` calls for each element.
fn is_within_loop(node: Node<'_>, text: &str) -> bool {
    let mut current = node;
    while let Some(parent) = current.parent() {
        match parent.kind() {
            "for_statement" | "while_statement" | "do_statement" => return true,
            // What is iterated over is evaluated once.
            "for_in_statement" if parent.child_by_field_name("right") != Some(current) => return true,
            "function_declaration" | "method_definition" | "generator_function_declaration" => return false,
            "arrow_function" | "function_expression" | "generator_function" => {
                return is_for_each(parent, text);
            }
            _ => current = parent,
        }
    }
    false
}

/// Whether a function is given to a method that calls it for each element.
fn is_for_each(function: Node<'_>, text: &str) -> bool {
    let call = function.parent().filter(|node| node.kind() == "arguments").and_then(|node| node.parent());
    let callee = call.and_then(|call| call.child_by_field_name("function"));
    let method = callee.and_then(|callee| callee.child_by_field_name("property"));
    method.and_then(|method| text.get(method.byte_range())).is_some_and(|name| FOR_EACH.contains(&name))
}

fn explain(source: &str, error: &QueryError) -> PatternError {
    let rest = source.get(error.offset..).unwrap_or_default();
    let word: String =
        rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')).collect();
    let message = match error.kind {
        QueryErrorKind::NodeType => format!("there is no node `{word}` in this grammar"),
        QueryErrorKind::Field => format!("there is no field `{word}` in this grammar"),
        QueryErrorKind::Capture => format!("`@{word}` is captured nowhere"),
        QueryErrorKind::Predicate => error.message.clone(),
        QueryErrorKind::Structure => "this can never match: the grammar has no such structure".to_owned(),
        QueryErrorKind::Syntax | QueryErrorKind::Language => {
            "this is not a query: is a bracket missing?".to_owned()
        }
    };
    PatternError { message, offset: error.offset }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str, text: &str) -> Vec<String> {
        let pattern = Pattern::compile(Dialect::TypeScript, query).expect("a query");
        pattern.matches(text).into_iter().map(|m| text[m.report].to_owned()).collect()
    }

    #[test]
    fn text_predicates_are_kept() {
        let query =
            r#"((call_expression function: (identifier) @f) @report (#any-of? @f "legacyDb" "oldDb"))"#;
        assert_eq!(found(query, "legacyDb(1); newDb(); oldDb()"), ["legacyDb(1)", "oldDb()"]);
        let query = r#"((call_expression function: (identifier) @f) @report (#not-match? @f "^legacy"))"#;
        assert_eq!(found(query, "legacyDb(1); newDb()"), ["newDb()"]);
    }

    #[test]
    fn loops_are_those_of_the_same_run() {
        let query =
            r#"((call_expression function: (identifier) @f) @report (#eq? @f "go") (#within-loop? @report))"#;
        for text in
            ["for (;;) go(1)", "while (x) { go(1) }", "for (const a of b) go(1)", "b.map((a) => go(1))"]
        {
            assert_eq!(found(query, text), ["go(1)"], "{text}");
        }
        for text in [
            "go(1)",
            "for (const a of go(1)) {}",
            "for (;;) { later(() => go(1)) }",
            "for (;;) { function f() { go(1) } }",
        ] {
            assert_eq!(found(query, text), [""; 0], "{text}");
        }
        let not = query.replace("#within-loop?", "#not-within-loop?");
        assert_eq!(found(&not, "go(1); for (;;) go(2)"), ["go(1)"]);
    }

    #[test]
    fn imports_are_left_to_who_knows_them() {
        let query = r#"((new_expression constructor: (identifier) @c) @report (#import? @c "pg" "Pool"))"#;
        let pattern = Pattern::compile(Dialect::Tsx, query).expect("a query");
        let matches = pattern.matches("const a = new P();");
        let import = ImportTest { at: 14, package: "pg".into(), export: Some("Pool".into()), negated: false };
        assert_eq!(matches, [Match { report: 10..17, imports: vec![import] }]);
    }

    #[test]
    fn mistakes_are_said_with_their_place() {
        let error = |query: &str| Pattern::compile(Dialect::JavaScript, query).expect_err("broken");
        assert_eq!(error("(call_expresion) @report").offset, 1);
        assert!(error("(call_expresion) @report").message.contains("no node `call_expresion`"));
        assert!(error("(call_expression fun: (identifier)) @report").message.contains("no field `fun`"));
        assert!(error("((identifier) @report (#eq? @nam \"x\"))").message.contains("captured nowhere"));
        assert!(error("(identifier) @name").message.contains("no `@report`"));
        assert!(error("((identifier) @report (#is-good? @report))").message.contains("unknown predicate"));
        assert!(error("((identifier) @report (#import? @report))").message.contains("takes a capture"));
        assert!(error("((identifier) @report").message.contains("bracket"));
    }
}
