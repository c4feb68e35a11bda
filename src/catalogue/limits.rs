//! `rules/limits.toml`: what platforms allow, each number with its source and date.
//!
//! `build.rs` includes this very file; it depends on nothing but serde. Targets are named as on the command line.

use serde::{Deserialize, Serialize};

/// Every known limit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LimitTable {
    /// In the order of the file: of those that fit a question, the first answers.
    pub limit: Vec<Limit>,
}

/// One number, or a pair of default and maximum.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limit {
    /// `vercel`, `netlify`, …
    pub target: String,
    /// The plan that it is for; none if it is for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// A product or setting of the platform other than its usual functions: `fluid-off`, `background`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// `nodejs` or `edge`; none if it is for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// What is limited.
    pub of: Resource,
    /// What holds unless it is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<u64>,
    /// The most that can be configured; none if there is no end to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// What the most may be raised to by a feature in beta.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beta: Option<u64>,
    /// What the numbers count.
    pub unit: Unit,
    /// Where it says so.
    pub source: String,
    /// When it said so, as precisely as is known: `2026-07-01`, `2026`.
    pub date: String,
    /// What else is to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a [`Limit`] is a limit of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// How long a request may take.
    Duration,
    /// How long it may take until the response begins.
    FirstByte,
    /// Processor time of a request.
    Cpu,
    /// How long work may go on after the response.
    AfterResponse,
    /// Memory of an instance.
    Memory,
    /// The code that is deployed.
    Bundle,
    /// The body of a request.
    RequestBody,
    /// The body of a response that is not streamed.
    ResponseBody,
    /// The body of a response that is streamed.
    StreamedBody,
    /// The temp directory.
    TempDirectory,
    /// Open files and sockets of an instance.
    FileDescriptors,
    /// Connections that are open at the same time.
    OutgoingConnections,
    /// Requests that one request may make.
    Subrequests,
    /// Requests that one instance serves at the same time.
    Concurrency,
    /// How long a request may send nothing.
    Idle,
    /// Time from the signal to stop until the end.
    Shutdown,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// Megabytes.
    Megabytes,
    /// Kilobytes.
    Kilobytes,
    /// Pieces.
    Count,
}

/// How long a request may take, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Duration<'a> {
    /// Unless it is configured.
    pub default: Option<u64>,
    /// At most; `None` if there is no limit.
    pub max: Option<u64>,
    /// At most, with a feature in beta.
    pub beta: Option<u64>,
    /// Where that stands.
    pub limit: &'a Limit,
}

impl LimitTable {
    /// The limit of a resource on a target. Without a plan, the most generous plan answers, which the table
    /// lists first; without a runtime, Node.js.
    #[must_use]
    pub fn find(
        &self,
        target: &str,
        plan: Option<&str>,
        runtime: Option<&str>,
        of: Resource,
    ) -> Option<&Limit> {
        let runtime = runtime.unwrap_or("nodejs");
        self.limit.iter().find(|limit| {
            limit.target == target
                && limit.of == of
                && limit.product.is_none()
                && limit.runtime.as_deref().is_none_or(|own| own == runtime)
                && (plan.is_none() || limit.plan.is_none() || limit.plan.as_deref() == plan)
        })
    }

    /// The limit of a resource for a product or setting of a platform.
    #[must_use]
    pub fn of_product(&self, target: &str, product: &str, of: Resource) -> Option<&Limit> {
        let fits = |l: &&Limit| l.target == target && l.product.as_deref() == Some(product) && l.of == of;
        self.limit.iter().find(fits)
    }

    /// How long a request may take; `None` where the platform sets no limit. A plan that the table does not tell
    /// apart counts as none.
    #[must_use]
    pub fn duration(&self, target: &str, plan: Option<&str>, runtime: Option<&str>) -> Option<Duration<'_>> {
        let find = |plan| self.find(target, plan, runtime, Resource::Duration);
        let limit = find(plan).or_else(|| find(None))?;
        Some(Duration { default: limit.default, max: limit.max, beta: limit.beta, limit })
    }
}

impl Limit {
    /// The month in which the source said so, as messages give it: `2026-07`.
    #[must_use]
    pub fn month(&self) -> &str {
        self.date.get(..7).unwrap_or(&self.date)
    }
}

/// What is wrong with `limits.toml`, a line each.
#[must_use]
pub fn limit_problems(table: &LimitTable) -> Vec<String> {
    let targets = ["vercel", "netlify", "lambda", "cloudflare", "cloud-run", "server", "cluster"];
    let mut problems = Vec::new();
    for limit in &table.limit {
        let mut problem = |text: &str| problems.push(format!("{} {:?}: {text}", limit.target, limit.of));
        if !targets.contains(&limit.target.as_str()) {
            problem("there is no such target");
        }
        if !limit.source.starts_with("https://") {
            problem("`source` is an https address");
        }
        let parts: Vec<_> = limit.date.split('-').map(|part| (part.len(), part.parse::<u32>())).collect();
        if !matches!(
            parts.as_slice(),
            [(4, Ok(2000..))] | [(4, Ok(2000..)), (2, Ok(1..=12)), (2, Ok(1..=31))]
        ) {
            problem("`date` has the form 2026-07-01 or 2026");
        }
        if limit.default.is_none() && limit.max.is_none() {
            problem("it needs `default` or `max`");
        }
        if limit.default > limit.max && limit.max.is_some() {
            problem("`default` is above `max`");
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    fn duration(
        target: &str,
        plan: Option<&str>,
        runtime: Option<&str>,
    ) -> Option<(Option<u64>, Option<u64>)> {
        let catalogue = Catalogue::builtin().expect("the build checked it");
        catalogue.limits.duration(target, plan, runtime).map(|found| (found.default, found.max))
    }

    #[test]
    fn durations_by_target_and_plan() {
        assert_eq!(duration("vercel", None, None), Some((Some(300), Some(800))));
        assert_eq!(duration("vercel", Some("hobby"), None), Some((Some(300), Some(300))));
        assert_eq!(duration("vercel", Some("paid"), None), Some((Some(300), Some(800))));
        assert_eq!(duration("netlify", None, None), Some((Some(60), Some(60))));
        assert_eq!(duration("lambda", None, None).and_then(|d| d.1), Some(900));
        assert_eq!(duration("server", None, None), None);
    }

    #[test]
    fn products_are_asked_for_by_name() {
        let catalogue = Catalogue::builtin().expect("the build checked it");
        let background = catalogue.limits.of_product("netlify", "background", Resource::Duration);
        assert_eq!(background.and_then(|limit| limit.max), Some(900));
    }

    #[test]
    fn mistakes_are_named() {
        let text = r#"
            [[limit]]
            target = "vercel"
            of = "duration"
            default = 900
            max = 300
            unit = "seconds"
            source = "http://example.com"
            date = "July"
        "#;
        let problems = limit_problems(&toml::from_str(text).expect("valid table"));
        assert_eq!(problems.len(), 3, "{problems:?}");
    }
}
