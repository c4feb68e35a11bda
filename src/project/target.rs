//! Deployment targets, and telling from a repository's files which one an app goes to.

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

    /// Position in [`Target::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
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
