//! Queries: tree-sitter's pattern language on the source of one file.

use std::ops::Range;

use tree_sitter::{Language, Node, Parser, Query, QueryCursor, StreamingIterator as _};

use super::mistake::{PatternError, mistake, wrong_predicate};
use super::predicate::Predicate;

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
    /// How many members of a name it is: none in `a`, two in `a.b.c`; `None` if it is something else.
    pub members: Option<u32>,
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
        let query = Query::new(&language, source).map_err(|error| mistake(&language, source, &error))?;
        let Some(report) = query.capture_index_for_name(REPORT) else {
            let message = "no `@report` capture: it marks the node that is the finding".to_owned();
            return Err(PatternError { message, offset: 0, meant: None });
        };
        if let Some(error) = wrong_predicate(&language, source) {
            return Err(error);
        }
        Ok(Self { query, language, report })
    }

    /// The packages and modules that its `#import?` name.
    #[must_use]
    pub fn packages(&self) -> Vec<&str> {
        let patterns = 0..self.query.pattern_count();
        let all = patterns.flat_map(|pattern| self.query.general_predicates(pattern));
        let packages = all.filter_map(|predicate| match Predicate::read(predicate)? {
            Predicate::Import { package, .. } => Some(package),
            Predicate::WithinLoop { .. } => None,
        });
        packages.collect()
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
                                members: members(node),
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

/// How many members of a name a node is; `None` if it is not a name or a member of one.
fn members(node: Node<'_>) -> Option<u32> {
    let mut current = node;
    let mut members = 0;
    while current.named_child_count() > 0 {
        current = match current.kind() {
            "member_expression" | "subscript_expression" => {
                members += 1;
                current.child_by_field_name("object")?
            }
            "parenthesized_expression" | "non_null_expression" | "as_expression" | "satisfies_expression" => {
                current.named_child(0)?
            }
            _ => return None,
        };
    }
    Some(members)
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
        let import = ImportTest {
            at: 14,
            members: Some(0),
            package: "pg".into(),
            export: Some("Pool".into()),
            negated: false,
        };
        assert_eq!(matches, [Match { report: 10..17, imports: vec![import] }]);
    }

    #[test]
    fn members_of_names_are_counted() {
        let query = "((call_expression function: (_) @f) @report (#import? @f \"pg\"))";
        let pattern = Pattern::compile(Dialect::TypeScript, query).expect("a query");
        let members = |text: &str| pattern.matches(text)[0].imports[0].members;
        assert_eq!(members("a()"), Some(0));
        assert_eq!(members("a.b()"), Some(1));
        assert_eq!(members("(a! as B).b['c']()"), Some(2));
        assert_eq!(members("(() => 1)()"), None);
        let whole = &pattern.matches("a().b()")[1];
        assert_eq!((whole.report.clone(), whole.imports[0].members), (0..7, None));
    }
}
