//! What was decided about a project: where each part of its API belongs, and why. Plain data; `decide` makes it.

use schemars::JsonSchema;
use serde::Serialize;

/// The decision for a repository.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Advice {
    /// One for each Next.js app, in the order of the report's apps.
    pub apps: Vec<AppAdvice>,
    /// Servers that the repository has already: apps of Express and its like.
    pub services: Vec<Service>,
    /// The verdict for all of it.
    pub verdict: Verdict,
    /// The rules by which verdicts are made, in the order in which they are asked; the first that fits decides.
    pub rules: Vec<VerdictRule>,
    /// What could not be looked at, in words.
    pub unknown: Vec<String>,
}

/// A persistent server of the repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Service {
    /// Its folder relative to what was scanned, `.` for that itself.
    pub root: String,
    /// `express` or `server`.
    pub framework: String,
}

/// The decision for one app.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppAdvice {
    /// Its folder relative to what was scanned, `.` for that itself.
    pub root: String,
    /// The target it was judged for.
    pub target: String,
    /// The checklist, always all of it and in the same order.
    pub needs: Vec<Need>,
    /// Where its API belongs.
    pub verdict: Verdict,
    /// Each of its routes, in the order of the report.
    pub routes: Vec<Placement>,
    /// Modules that routes on both sides load, so that they have to be shared or copied.
    pub along: Vec<Along>,
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Need {
    /// `real-time`, `long-jobs` …
    pub id: &'static str,
    /// The question: `WebSockets or real-time?`
    pub question: &'static str,
    /// What a yes speaks for.
    pub weight: Weight,
    /// The answer.
    pub answer: Answer,
    /// How much a yes counts among preferences; 0 for a need that requires a server.
    pub points: u32,
    /// Whether something else than a server of one's own meets it already, or can where the code is: then a yes
    /// forces nothing.
    pub met: bool,
    /// The answer in a sentence, with what was looked for where nothing was found.
    pub because: String,
    /// What says so.
    pub evidence: Vec<Evidence>,
}

/// What a need speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// It cannot be had without a process that stays up.
    RequiresServer,
    /// It is easier with a server.
    PrefersServer,
    /// It is easier with Next.js alone.
    PrefersNext,
}

/// An answer of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// There is evidence.
    Yes,
    /// It was looked for, and is not there.
    No,
    /// It cannot be told.
    Unknown,
}

/// Something that speaks for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// What it is, in a few words.
    pub text: String,
    /// The file relative to what was scanned; empty if it is in no file, such as the history.
    pub file: String,
    /// The line from 1, if it is about one.
    pub line: Option<u32>,
    /// The finding's rule and fingerprint, if it is one.
    pub finding: Option<FindingRef>,
}

/// A finding by its names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingRef {
    /// Id of the rule.
    pub rule: String,
    /// As in [`Diagnostic`](super::Diagnostic).
    pub fingerprint: String,
}

/// Where an API belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Next.js routes.
    Next,
    /// Express, or another service that stays up.
    Server,
    /// Some routes here, some there.
    Both,
    /// The facts do not decide.
    #[default]
    Undecided,
}

/// A verdict with its reasons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The verdict.
    pub choice: Choice,
    /// The name of the rule that decides, as in [`Advice::rules`].
    pub rule: &'static str,
    /// Why, in a sentence or two.
    pub because: String,
    /// How close the call is, in a sentence.
    pub closeness: String,
    /// What would change it, a sentence each.
    pub would_change: Vec<String>,
}

/// A rule by which a verdict is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerdictRule {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub text: &'static str,
}

/// Where a route goes.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Placement {
    /// As in the report: `/api/users/[id]`.
    pub path: String,
    /// Its file relative to what was scanned.
    pub file: String,
    /// `app-route`, `pages-api` …
    pub kind: String,
    /// `GET`, `POST` …
    pub methods: Vec<String>,
    /// Where it goes.
    pub place: Where,
    /// What moves it, or is mended in place: one line for each finding.
    pub reasons: Vec<Reason>,
}

/// The two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "column", content = "becomes")]
pub enum Where {
    /// It stays a Next.js route.
    Stays,
    /// It moves.
    Moves(Becomes),
}

/// What a route that moves becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Becomes {
    /// A service that holds sockets.
    WebSocketService,
    /// A process that takes jobs from a queue.
    Worker,
    /// A route of an Express server.
    ExpressRoute,
    /// A Durable Object of Cloudflare.
    DurableObject,
}

impl Becomes {
    /// In words, with its article.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::WebSocketService => "a WebSocket service",
            Self::Worker => "a worker with a queue",
            Self::ExpressRoute => "an Express route",
            Self::DurableObject => "a Durable Object",
        }
    }
}

/// A finding, and what is done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// The finding.
    pub finding: FindingRef,
    /// Its file relative to what was scanned.
    pub file: String,
    /// Its line from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// Whether it moves the route; otherwise it is mended in place.
    pub moves: bool,
    /// Whether it breaks on the target, and not only may.
    pub breaks: bool,
    /// What is done, in a few words: `keep the counts in Redis`.
    pub remedy: String,
}

/// A module that has to move with a route although others need it too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Along {
    /// The module, relative to what was scanned.
    pub file: String,
    /// Paths of routes that move and load it.
    pub moving: Vec<String>,
    /// How many routes load it that stay.
    pub staying: usize,
}
