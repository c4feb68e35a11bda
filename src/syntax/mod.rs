//! From a file's bytes to its [`ModuleFacts`]. The only room that knows the parser and its syntax tree.

mod comments;
mod lower;
mod nesting;
mod text;

#[cfg(test)]
mod tests;

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;

use crate::facts::{ModuleFacts, Problem};
use crate::span::Span;

pub use text::{Decoded, decode};

/// Stack that a thread needs to read any file this room accepts, in bytes. The parser descends recursively;
/// a bound on nesting keeps what it is given within what this stack holds, also without optimisation.
pub const STACK_SIZE: usize = 256 << 20;

/// Memory for one file, its syntax tree and its facts at a time; a worker keeps one and reads file after file with it.
pub struct Arena {
    /// What the caller reads files into.
    pub bytes: Vec<u8>,
    tree: Allocator,
    tables: lower::Tables,
}

impl Default for Arena {
    fn default() -> Self {
        Self { bytes: Vec::new(), tree: Allocator::default(), tables: lower::Tables::roomy() }
    }
}

/// Reads one module. `path` decides by its extension what is tried first; `text` comes from [`decode`].
///
/// A file that is no program gives facts with a [`Problem`] and, where the parser could not recover,
/// nothing else. Runs on a thread with [`STACK_SIZE`] bytes of stack.
#[must_use]
pub fn read_module(path: &str, text: &str, arena: &mut Arena) -> ModuleFacts {
    if let Some(offset) = nesting::too_deep(text) {
        return failed(Problem {
            message: "nested too deeply to be read".to_owned(),
            span: Span::new(offset, offset),
            fatal: true,
        });
    }
    let mut first: Option<ModuleFacts> = None;
    for source_type in source_types(path) {
        let facts = parse(text, source_type, arena);
        if facts.problems.is_empty() {
            return facts;
        }
        // A later attempt is only better if it reads the whole file; otherwise the first one's message counts.
        if first
            .as_ref()
            .is_none_or(|f| f.problems.iter().any(|p| p.fatal) && !facts.problems.iter().any(|p| p.fatal))
        {
            first = Some(facts);
        }
    }
    first.unwrap_or_default()
}

/// The grammars to try for a file, likeliest first. Code in the wild has TypeScript in `.js`, JSX in `.js`
/// and `.ts`, and sloppy-mode scripts among modules.
fn source_types(path: &str) -> Vec<SourceType> {
    let extension = path.rsplit('.').next().unwrap_or_default();
    match extension {
        "ts" | "mts" | "cts" => vec![SourceType::ts(), SourceType::tsx()],
        "tsx" => vec![SourceType::tsx(), SourceType::ts()],
        "cjs" => vec![SourceType::cjs().with_jsx(true), SourceType::tsx()],
        _ => vec![
            SourceType::mjs().with_jsx(true),
            SourceType::tsx(),
            SourceType::ts(),
            SourceType::script().with_jsx(true),
        ],
    }
}

/// One attempt with one grammar.
fn parse(text: &str, source_type: SourceType, arena: &mut Arena) -> ModuleFacts {
    let Arena { tree, tables, .. } = arena;
    tree.reset();
    let options = ParseOptions {
        allow_return_outside_function: true,
        preserve_parens: false,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(tree, text, source_type).with_options(options).parse();
    let problems: Vec<Problem> =
        parsed.diagnostics.iter().take(1).map(|error| problem(error, parsed.panicked)).collect();
    if parsed.panicked {
        return ModuleFacts { problems, ..failed_base() };
    }
    let program = tree.alloc(parsed.program);
    let spoken = comments::spoken(&program.comments, text);
    // The list of all nodes is only needed to see what comments cover, and few files have any.
    let semantic = SemanticBuilder::new().with_build_nodes(!spoken.is_empty()).build(program).semantic;
    let mut facts = lower::lower(program, semantic.scoping(), source_type.is_typescript(), tables);
    facts.comments = comments::covering(spoken, text, semantic.nodes());
    facts.problems = problems;
    facts
}

/// The parser's message and place as plain data.
fn problem(error: &oxc_diagnostics::OxcDiagnostic, fatal: bool) -> Problem {
    let label = error.labels.first();
    let start = label.map_or(0, |l| l.offset());
    let length = label.map_or(0, |l| l.len());
    Problem {
        message: error.message.to_string(),
        span: Span::new(start, start.saturating_add(length)),
        fatal,
    }
}

/// Facts of a file that could not be read at all.
fn failed(problem: Problem) -> ModuleFacts {
    ModuleFacts { problems: vec![problem], ..failed_base() }
}

/// Facts of an empty module, so that every id in them is valid.
fn failed_base() -> ModuleFacts {
    lower::empty()
}
