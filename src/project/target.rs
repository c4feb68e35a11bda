//! Deployment targets, and telling from a repository's files which one an app goes to.

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// A kind of place that runs the app's server code. What one process means there decides every verdict.
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
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Vercel Functions with Fluid compute: instances reused, several requests at once.
    Vercel,
    /// Netlify Functions: one request per instance at a time.
    Netlify,
    /// AWS Lambda behind OpenNext, SST, Amplify or the Serverless framework.
    Lambda,
    /// Cloudflare Workers or Pages: isolates, no I/O object outlives its request.
    Cloudflare,
    /// Cloud Run or App Hosting: containers that lose their CPU after the response.
    CloudRun,
    /// One long-lived process.
    Server,
    /// Several long-lived processes behind a load balancer.
    Cluster,
}

impl Target {
    /// All targets, in the order of the severity table.
    pub const ALL: [Self; 7] = [
        Self::Vercel,
        Self::Netlify,
        Self::Lambda,
        Self::Cloudflare,
        Self::CloudRun,
        Self::Server,
        Self::Cluster,
    ];

    /// The name on the command line and in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vercel => "vercel",
            Self::Netlify => "netlify",
            Self::Lambda => "lambda",
            Self::Cloudflare => "cloudflare",
            Self::CloudRun => "cloud-run",
            Self::Server => "server",
            Self::Cluster => "cluster",
        }
    }

    /// The target of a name, as [`Target::as_str`] gives it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.as_str() == name)
    }

    /// Position in [`Target::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl Target {
    /// Whether the platform starts and stops processes as requests come: one process cannot be relied on.
    const fn is_serverless(self) -> bool {
        matches!(self, Self::Vercel | Self::Netlify | Self::Lambda | Self::Cloudflare)
    }
}

/// The target chosen for an app and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetChoice {
    /// The target whose verdicts apply; a generic serverless platform is judged as [`Target::Lambda`].
    pub target: Target,
    /// Nothing in the repository says so: a serverless platform was assumed.
    pub assumed: bool,
    /// What spoke for it, strongest first.
    pub evidence: Vec<Evidence>,
}

/// A fact in the repository that speaks for a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The target it speaks for.
    pub target: Target,
    /// How much: 100 decides, 40 supports, 10 hints.
    pub weight: u32,
    /// The file it stands in, relative to the root; empty for the command line.
    pub file: String,
    /// What it says, a few words: `vercel.json`, `depends on @vercel/functions`.
    pub reason: String,
}

/// Evidence of at least this weight is enough to tell one server from several.
const SUPPORTS: u32 = 40;

impl Evidence {
    /// Whether it is more than a hint.
    #[must_use]
    pub const fn supports(&self) -> bool {
        self.weight >= SUPPORTS
    }
}

impl TargetChoice {
    /// The target that the command line names.
    pub(super) fn given(target: Target) -> Self {
        let evidence = Evidence { target, weight: 100, file: String::new(), reason: "--target".to_owned() };
        Self { target, assumed: false, evidence: vec![evidence] }
    }

    /// Judges evidence, each with its distance from the app in folders.
    ///
    /// The strongest single fact decides, then the nearest; of equals a serverless platform wins, since a
    /// `Dockerfile` beside a `vercel.json` is common and the reverse reading would hide what breaks.
    pub(super) fn judge(mut evidence: Vec<(usize, Evidence)>) -> Self {
        if evidence.iter().any(|(_, fact)| fact.weight >= 100 && fact.target.is_serverless()) {
            // A container file counts in full only where no serverless platform is configured.
            for (_, fact) in evidence.iter_mut().filter(|(_, fact)| is_container_file(&fact.reason)) {
                fact.weight = fact.weight.min(SUPPORTS);
            }
        }
        evidence.sort_by(|(near, a), (far, b)| {
            let key = |distance: usize, fact: &Evidence| {
                (std::cmp::Reverse(fact.weight), distance, !fact.target.is_serverless(), fact.target.index())
            };
            key(*near, a)
                .cmp(&key(*far, b))
                .then_with(|| a.file.cmp(&b.file))
                .then_with(|| a.reason.cmp(&b.reason))
        });
        // Twenty manifests that say the same say it once.
        let mut said = FxHashSet::default();
        evidence.retain(|(_, fact)| said.insert((fact.target, fact.reason.clone())));
        let evidence: Vec<Evidence> = evidence.into_iter().map(|(_, fact)| fact).collect();
        let Some(first) = evidence.first() else { return Self::assumed() };
        let mut target = first.target;
        // Hints that disagree are no sign of anything.
        if first.weight < SUPPORTS && evidence.iter().any(|fact| fact.target != target) {
            return Self::assumed();
        }
        let several = |fact: &Evidence| fact.target == Target::Cluster && fact.weight >= SUPPORTS;
        if target == Target::Server && evidence.iter().any(several) {
            target = Target::Cluster;
        }
        Self { target, assumed: false, evidence }
    }

    const fn assumed() -> Self {
        Self { target: Target::Lambda, assumed: true, evidence: Vec::new() }
    }
}

/// Whether evidence comes from a file that builds an image and says nothing of where it runs.
fn is_container_file(reason: &str) -> bool {
    reason.starts_with("Dockerfile") || reason.starts_with("docker compose")
}
