//! What is known of a rule besides its check: the front matter of its page.

use crate::diagnostic::{Confidence, Severity};
use crate::project::Target;

/// A rule's page, read from `rules/<id>.md` when routelint is built.
#[derive(Debug)]
pub struct RuleMeta {
    /// Kebab-case id, stable once released.
    pub id: &'static str,
    /// One line: what it finds.
    pub title: &'static str,
    /// The family it is listed under.
    pub family: &'static str,
    /// Severity per target, in the order of [`Target::ALL`]; `None` where the construct is right.
    pub severity: [Option<Severity>; 7],
    /// Confidence unless the check lowers it.
    pub confidence: Confidence,
    /// The version that first had it.
    pub since: &'static str,
    /// Whether it is on by default.
    pub status: Status,
    /// The page below its front matter, Markdown.
    pub page: &'static str,
}

/// How far along a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// On by default.
    Stable,
    /// Runs only when asked for.
    OptIn,
}

impl RuleMeta {
    /// Severity on a target; `None` where the construct is right there.
    #[must_use]
    pub const fn severity_on(&self, target: Target) -> Option<Severity> {
        self.severity[target.index()]
    }

    /// Where its page is published; a team's own rules have theirs in the project.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let published = self.family != "custom";
        published.then(|| format!("{}/blob/main/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), self.id))
    }
}
