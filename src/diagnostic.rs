//! What a rule reports, before it is made readable: findings, their grades and their notes.

use serde::{Deserialize, Serialize};

use crate::span::{Location, Span};

/// How bad a finding is on the target it was judged for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing breaks because of it.
    Info,
    /// Breaks under load, on some instances, or after a change of hosting.
    Warning,
    /// Breaks in production on this target.
    Error,
}

impl Severity {
    /// The lower-case word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How sure routelint is that the finding is real.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess by name or shape; hidden unless asked for.
    Low,
    /// Resolved, but some condition could not be proven.
    Medium,
    /// The construct is resolved by import and lies on a proven path from a route.
    High,
}

impl Confidence {
    /// The lower-case word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A place with a sentence about it: a step of a trace, or related code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub at: Location,
    /// What happens there.
    pub message: String,
}

/// Index of a route in [`Program::routes`](crate::link::Program).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(pub u32);

impl RouteId {
    /// The id as an index into the route table.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a finding is about, where its rule covers things that are mended in different ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A browser: it may run elsewhere, and be driven from here.
    Browser,
    /// A program, a thread, a model or a codec: it needs a machine.
    Machine,
    /// A document, an archive or an image, whose cost grows with its size.
    Document,
    /// A computation that blocks, and has a variant that does not.
    Computation,
    /// Something that is due at times.
    Timer,
    /// Something that takes jobs or messages for as long as it runs.
    Consumer,
}

/// One thing a rule found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Id of the rule, kebab-case.
    pub rule: &'static str,
    /// Severity on the target of the app that reaches it.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// What is wrong, one sentence or two.
    pub message: String,
    /// What to do about it on this target, naming the APIs.
    pub help: String,
    /// The construct; reports show it on one line.
    pub primary: Location,
    /// Other places that matter.
    pub related: Vec<Note>,
    /// The way from a route to the construct, first step first.
    pub trace: Vec<Note>,
    /// Routes that reach the construct, ascending.
    pub routes: Vec<RouteId>,
    /// Name of the enclosing function, empty at module level; part of the fingerprint.
    pub function: String,
    /// What it is about, if its rule covers several things.
    pub subject: Option<Subject>,
    /// A change of the code that mends it.
    pub fix: Option<Fix>,
}

/// A change of the code that mends a finding. All its edits are made, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does: `Keep the client on globalThis`.
    pub title: String,
    /// Whether it may be made unseen.
    pub applicability: Applicability,
    /// The edits, in any order.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be made unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// The program does what it did, but for what is mended.
    Safe,
    /// It may do something else: somebody has to look.
    Unsafe,
}

/// One edit of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What it is about.
    pub at: Location,
    /// What is done there.
    pub kind: EditKind,
}

/// What an [`Edit`] does. Lines are `\n` here, and as the file has them once it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditKind {
    /// The span becomes this text.
    Replace(String),
    /// The statement that the span is goes, with its `;` and, if nothing else stands on its lines, with them.
    RemoveStatement,
    /// The declaration that begins on the span's first line and ends with the span goes likewise.
    RemoveDeclaration,
    /// A line goes in before the one on which the span begins.
    LineBefore(String),
    /// A line goes in after the one on which the span's statement ends.
    LineAfter(String),
    /// The span, in which these words and blanks stand and nothing else, becomes this text.
    ReplaceWords(&'static str, String),
    /// This text goes in before the span, and that behind it.
    Around {
        /// Before it.
        before: String,
        /// Behind it.
        behind: String,
        /// Also around what may be nothing: `a?.b()`.
        optional: bool,
    },
    /// A name is imported, through the import statement that the span is if that is from the same module, else
    /// through one after it. An empty span stands for a file without imports.
    Import {
        /// The name.
        name: &'static str,
        /// The module.
        from: &'static str,
    },
    /// An import goes in after the import statement that the span is, and looks like it.
    ImportLine {
        /// What stands between `import` and `from`.
        clause: String,
        /// The module.
        from: String,
    },
    /// The comment that the span is goes, and if nothing else stands on its lines, with them.
    RemoveComment,
    /// These names of rules go from the comment that the span is, and the others stay.
    RemoveRules(Vec<String>),
}

/// Mistakes in a file that people keep for routelint: configuration, baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblems {
    /// The file as people see it.
    pub file: String,
    /// Its text.
    pub text: String,
    /// What is wrong with it, in order.
    pub problems: Vec<FileProblem>,
}

/// A mistake in such a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where.
    pub span: Span,
}

/// Encloses the part of a message that names a number of routes; no message has it for anything else.
const SLOT: char = '\u{1}';

/// The part of a message that says how many routes there are, if there are several: `, on 3 routes`.
///
/// It is a slot that [`say_routes`] fills: code that several apps reach is told once, with the routes of all.
#[must_use]
pub fn on_routes(before: &str, routes: usize, after: &str) -> String {
    format!("{SLOT}{before}{SLOT}{routes}{SLOT}{after}{SLOT}")
}

/// A message with its number of routes, or with another one.
#[must_use]
pub fn say_routes(message: &str, routes: Option<usize>) -> String {
    let parts: Vec<&str> = message.split(SLOT).collect();
    let mut said = String::with_capacity(message.len());
    let mut rest = parts.as_slice();
    while let [plain, before, own, after, others @ ..] = rest {
        said.push_str(plain);
        match routes.or_else(|| own.parse().ok()).unwrap_or(0) {
            0 | 1 => {}
            routes => said.push_str(&format!("{before}{routes} routes{after}")),
        }
        rest = others;
    }
    rest.iter().for_each(|plain| said.push_str(plain));
    said
}

/// Of `known`, the names that somebody may have meant by `name`, best first.
#[must_use]
pub fn similar<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    let near = name.chars().count() / 3 + 1;
    let scored = known.into_iter().map(|known| (strsim::damerau_levenshtein(known, name), known));
    let mut similar: Vec<(usize, &str)> =
        scored.filter(|(score, known)| *score <= near || (name.len() > 3 && known.contains(name))).collect();
    similar.sort_unstable();
    // Beside a slip of one letter, names that are far off only confuse.
    let best = similar.first().map_or(0, |(score, _)| *score);
    similar.retain(|(score, known)| *score <= best + 2 || known.contains(name));
    similar.truncate(3);
    similar.into_iter().map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use super::{on_routes, say_routes, similar};

    #[test]
    fn messages_tell_their_routes_or_those_of_all_apps() {
        let message = format!("this stream{} stays open", on_routes(" (on ", 1, ")"));
        assert_eq!(say_routes(&message, None), "this stream stays open");
        assert_eq!(say_routes(&message, Some(3)), "this stream (on 3 routes) stays open");
        let two = on_routes(", on ", 2, "");
        assert_eq!(say_routes(&format!("a{two}; and b{two}"), None), "a, on 2 routes; and b, on 2 routes");
        // What only looks like a slot stays whole but for its marks.
        assert_eq!(say_routes("a\u{1}b\u{1}c", Some(9)), "abc");
    }

    #[test]
    fn similar_names_are_near_or_hold_the_word() {
        let known = ["per-request-client", "cross-request-client", "in-memory-store", "in-memory-cache"];
        assert_eq!(similar("per-request-clients", known), ["per-request-client"]);
        assert_eq!(similar("in-memory", known), ["in-memory-cache", "in-memory-store"]);
        assert_eq!(similar("something-else", known), Vec::<&str>::new());
    }
}
