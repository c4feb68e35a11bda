//! A custom rule's page: front matter, a query, examples.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::diagnostic::{Confidence, FileProblem, FileProblems, Severity};
use crate::pattern::{Dialect, Pattern, PatternError};
use crate::project::Target;
use crate::rules::{RuleMeta, Status};
use crate::span::Span;

use super::examples::examples;
use super::front::{self, Front, Language, Level, Levels, did_you_mean, front_matter};

/// A team's own rule.
#[derive(Debug)]
pub struct CustomRule {
    /// What reports and lists say of it.
    pub meta: &'static RuleMeta,
    /// What a finding says.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The runs of code in which a match counts.
    pub phase: RunPhase,
    /// Its query for each grammar that it is asked in.
    pub patterns: Vec<(Dialect, Pattern)>,
    /// The whole page, for its examples.
    pub text: String,
    /// The folder that its `"./module"`s are named from; `None` for the project's.
    pub root: Option<PathBuf>,
}

/// The runs of code in which a match counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum RunPhase {
    /// Code that runs for a request, also after its response.
    #[default]
    Request,
    /// Code that runs once, when a module is loaded.
    ModuleInit,
    /// Both.
    Any,
}

impl CustomRule {
    /// Reads a page; `file` is its path for messages, its stem the rule's id.
    ///
    /// # Errors
    /// Whatever is missing or wrong in the page, at its place.
    pub fn read(file: &str, text: &str) -> Result<Self, FileProblems> {
        let at = |offset: usize, message: String| problem(file, text, offset, message);
        let id = Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(at(
                0,
                "the file's name is the rule's id: lower-case words with `-` between".to_owned(),
            ));
        }
        if crate::rules::rule(id).is_some() {
            return Err(at(0, format!("`{id}` is a rule of routelint itself: choose another name")));
        }
        let (front, start) = front_matter(text).map_err(|message| at(0, message))?;
        let front = front::read(front, start)
            .map_err(|mistake| helped(at(mistake.offset, mistake.message), mistake.help))?;
        let (query, start) = query_block(text)
            .ok_or_else(|| at(text.len(), "the page has no ```scm block: it holds the query".to_owned()))?;
        let patterns =
            compile(query, &front.languages).map_err(|error| wrong_query(file, text, start, error))?;
        let found = examples(text).map_err(|mistake| at(mistake.offset, mistake.message))?;
        if !found.iter().any(|example| example.expected.iter().any(|e| e.rule == id)) {
            let message = format!(
                "no example is reported: below a `### ` heading, a block with `title=\"app/api/x/route.ts\"` needs a \
                 line that ends in `// error: [{id}]` (or warning, info)"
            );
            return Err(at(text.len(), message));
        }
        let body = text.get(start..).map_or("", |_| body(text));
        Ok(Self {
            meta: meta(id, &front, body),
            message: front.message.unwrap_or(front.title),
            help: front.help,
            phase: front.phase,
            patterns,
            text: text.to_owned(),
            root: None,
        })
    }

    /// A rule for one query from the command line.
    ///
    /// # Errors
    /// What is wrong with the query, at its place in it.
    pub fn query(query: &str, phase: RunPhase) -> Result<Self, FileProblems> {
        let patterns = compile(query, &[]).map_err(|error| wrong_query("query", query, 0, error))?;
        let front = Front {
            title: "A match of the query".to_owned(),
            message: None,
            help: String::new(),
            severity: Levels::All(Level::Info),
            phase,
            languages: Vec::new(),
        };
        Ok(Self {
            meta: meta("query", &front, ""),
            message: "matches the query".to_owned(),
            help: String::new(),
            phase,
            patterns,
            text: String::new(),
            root: None,
        })
    }
}

/// What is wrong with a page or a query, at the word that begins at an offset.
pub fn problem(file: &str, text: &str, offset: usize, message: String) -> FileProblems {
    let rest = text.get(offset..).unwrap_or_default();
    let word = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '#' | '@' | '?' | '+')))
        .unwrap_or(rest.len());
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    let problem = FileProblem { message, help: None, span: Span::new(at(offset), at(offset + word.max(1))) };
    FileProblems { file: file.to_owned(), text: text.to_owned(), problems: vec![problem] }
}

/// What is wrong with a query that begins at an offset of its page.
fn wrong_query(file: &str, text: &str, start: usize, error: PatternError) -> FileProblems {
    let help = error
        .meant
        .and_then(|(word, known)| did_you_mean(&word, &known.iter().map(String::as_str).collect::<Vec<_>>()));
    helped(problem(file, text, start + error.offset, error.message), help)
}

/// The same with something to do about it.
fn helped(mut problems: FileProblems, help: Option<String>) -> FileProblems {
    problems.problems.iter_mut().for_each(|problem| problem.help.clone_from(&help));
    problems
}

/// The page below its front matter.
fn body(text: &str) -> &str {
    let fence = text.match_indices("\n+++").map(|(at, _)| at + 4).next();
    fence.and_then(|at| text.get(at..)).unwrap_or_default().trim()
}

/// The first block of queries, and its offset.
fn query_block(text: &str) -> Option<(&str, usize)> {
    let mut offset = 0;
    let mut start = None;
    for line in text.split_inclusive('\n') {
        match start {
            None if line.trim_end() == "```scm" => start = Some(offset + line.len()),
            Some(start) if line.trim_end() == "```" => return Some((&text[start..offset], start)),
            _ => {}
        }
        offset += line.len();
    }
    None
}

/// A query for each grammar: those of the languages that are named, else every one that has what it names.
fn compile(query: &str, languages: &[Language]) -> Result<Vec<(Dialect, Pattern)>, PatternError> {
    if !languages.is_empty() {
        let dialects = languages.iter().flat_map(|language| language.dialects());
        return dialects.map(|&d| Ok((d, Pattern::compile(d, query)?))).collect();
    }
    let mut compiled = Vec::new();
    let mut problem = None;
    for dialect in Dialect::ALL {
        match Pattern::compile(dialect, query) {
            Ok(pattern) => compiled.push((dialect, pattern)),
            Err(error) => problem = problem.or(Some(error)),
        }
    }
    match problem {
        Some(problem) if compiled.is_empty() => Err(problem),
        _ => Ok(compiled),
    }
}

/// What reports say of the rule. It lives as long as the process: rules are named everywhere, and read once.
fn meta(id: &str, front: &Front, page: &str) -> &'static RuleMeta {
    let level = |target: &Target| match &front.severity {
        Levels::All(level) => *level,
        Levels::PerTarget { default, targets } => targets.get(target).copied().unwrap_or(*default),
    };
    let severity = Target::ALL.map(|target| match level(&target) {
        Level::Off => None,
        Level::Info => Some(Severity::Info),
        Level::Warning => Some(Severity::Warning),
        Level::Error => Some(Severity::Error),
    });
    let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    Box::leak(Box::new(RuleMeta {
        id: kept(id),
        title: kept(&front.title),
        family: "custom",
        severity,
        confidence: Confidence::High,
        since: env!("CARGO_PKG_VERSION"),
        status: Status::Stable,
        page: kept(page),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "+++\ntitle = \"The old database\"\nhelp = \"Use `db`.\"\nseverity = \"warning\"\n+++\n\
        # legacy-db\n\n```scm\n((call_expression function: (identifier) @f) @report\n  (#import? @f \"@acme/db\" \
        \"legacyDb\"))\n```\n\n## Found\n\n### Once\n\n```ts title=\"app/api/x/route.ts\"\nimport { legacyDb } from \
        '@acme/db';\nexport const GET = () => legacyDb(); // warning: [legacy-db]\n```\n";

    fn error(text: &str) -> String {
        let found = CustomRule::read(".routelint/rules/legacy-db.md", text).expect_err("broken");
        let FileProblem { message, span, .. } = &found.problems[0];
        let before = &found.text[..span.start as usize];
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
        format!("{}:{}:{column}: {message}", found.file, before.matches('\n').count() + 1)
    }

    #[test]
    fn a_page_is_a_rule() {
        let rule = CustomRule::read(".routelint/rules/legacy-db.md", PAGE).expect("a rule");
        assert_eq!((rule.meta.id, rule.phase, rule.patterns.len()), ("legacy-db", RunPhase::Request, 3));
        assert_eq!(rule.message, "The old database");
        assert!(rule.meta.page.starts_with("# legacy-db"), "{}", rule.meta.page);
    }

    #[test]
    fn severity_may_differ_by_target() {
        let text =
            PAGE.replace("severity = \"warning\"", "severity = { default = \"off\", vercel = \"error\" }");
        let rule = CustomRule::read("legacy-db.md", &text).expect("a rule");
        assert_eq!(rule.meta.severity_on(Target::Vercel), Some(Severity::Error));
        assert_eq!(rule.meta.severity_on(Target::Server), None);
    }

    #[test]
    fn mistakes_point_into_the_page() {
        assert!(error("# no front matter").starts_with(".routelint/rules/legacy-db.md:1:1: a page begins"));
        let unknown = error(&PAGE.replace("help =", "helf ="));
        assert!(unknown.starts_with(".routelint/rules/legacy-db.md:3:1: unknown field `helf`"), "{unknown}");
        let node = error(&PAGE.replace("call_expression", "call_expresion"));
        assert!(node.contains("legacy-db.md:9:3: there is no node `call_expresion`"), "{node}");
        let level = error(&PAGE.replace("\"warning\"\n+++", "\"fatal\"\n+++"));
        assert!(level.contains("a level (off, info, warning, error)"), "{level}");
        let missing = error(&PAGE.replace("help = \"Use `db`.\"\n", ""));
        assert!(missing.contains("legacy-db.md:1:1: the front matter has no `help`"), "{missing}");
        let outside = error(&PAGE.replace("### Once", "Once"));
        assert!(
            outside.contains("legacy-db.md:17:1: `app/api/x/route.ts` is not below a `###`"),
            "{outside}"
        );
        let predicate = error(&PAGE.replace("#import?", "#imports?"));
        assert!(predicate.contains("legacy-db.md:10:4: unknown predicate"), "{predicate}");
        assert!(error(&PAGE.replace("```scm", "```text")).contains("no ```scm block"));
        assert!(error(&PAGE.replace("// warning: [legacy-db]", "")).contains("no example is reported"));
        let taken = CustomRule::read("per-request-client.md", PAGE).expect_err("taken");
        assert!(taken.problems[0].message.contains("a rule of routelint itself"));
    }

    #[test]
    fn slips_come_with_what_may_be_meant() {
        let help = |from: &str, to: &str| {
            let found = CustomRule::read("legacy-db.md", &PAGE.replace(from, to)).expect_err("broken");
            let at = &found.text[found.problems[0].span.start as usize..];
            (at[..to.len().min(at.len())].to_owned(), found.problems[0].help.clone().unwrap_or_default())
        };
        let phase = "help = \"Use `db`.\"\nphase = \"reqest\"";
        assert!(help("help = \"Use `db`.\"", phase).1.contains("`request`"));
        let languages = "help = \"Use `db`.\"\nlanguages = [\"typscript\"]";
        assert!(help("help = \"Use `db`.\"", languages).1.contains("`typescript`"));
        assert!(help("\"warning\"", "\"warnin\"").1.contains("`warning`"));
        let table = "{ default = \"info\", vercl = \"error\" }";
        let (at, meant) = help("\"warning\"", table);
        assert!(at.starts_with("vercl") && meant.contains("`vercel`"), "{at}: {meant}");
        assert!(help("help =", "helf =").1.contains("`help`"));
        assert!(help("call_expression", "call_expresion").1.contains("`call_expression`"));
        assert!(help("#import? @f", "#import? @g").1.contains("`f`"));
    }
}
