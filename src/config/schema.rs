//! The shape of a configuration file: these structs read it, and its published schema is made from them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Confidence, Severity};
use crate::project::Target;

use super::setting::Rules;

/// Configuration of routelint: `routelint.jsonc`, `routelint.json`, or the key `routelint` in package.json.
/// Arguments of the command line win over it. Globs are relative to the file's folder.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[schemars(title = "routelint configuration, version 1")]
pub struct Config {
    /// The address of this schema, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Rules by id: a severity, or an object with `severity` and the rule's options. An opt-in rule is enabled by
    /// naming it.
    pub rules: Rules,
    /// The platform that every app is judged for. Without it, it is read from the repository's files.
    pub target: Option<Target>,
    /// What is paid for on that platform, which decides its limits.
    pub plan: Option<Plan>,
    /// Report only findings in files that match one of these globs.
    pub include: Option<Vec<String>>,
    /// Report no findings in files that match one of these globs.
    pub exclude: Vec<String>,
    /// Hide findings that are less sure than this.
    pub min_confidence: Option<Confidence>,
    /// The severity from which on the exit code is 1.
    pub fail_on: Option<FailOn>,
    /// A file of known findings, relative to this file's folder: only what is new is reported.
    pub baseline: Option<String>,
    /// Skip files larger than this: bytes, or a text such as `512KB` or `2MB`.
    pub max_file_size: Option<FileSize>,
    /// What routelint should know of your own packages.
    pub catalogue: OwnCatalogue,
    /// Other settings for a part of the repository; of those that match, the last one decides.
    pub overrides: Vec<Override>,
}

/// Other settings for some apps or files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Override {
    /// Globs of apps' folders and of files. Rules apply to findings in the files, and to findings that only
    /// routes of the apps reach, options of rules to the apps' routes, target and plan to the apps.
    pub files: Vec<String>,
    /// As at the top.
    #[serde(default)]
    pub rules: Rules,
    /// As at the top.
    #[serde(default)]
    pub target: Option<Target>,
    /// As at the top.
    #[serde(default)]
    pub plan: Option<Plan>,
    /// As at the top.
    #[serde(default)]
    pub min_confidence: Option<Confidence>,
}

/// Severity of a rule, or that it does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rule does not run.
    Off,
    /// Worth knowing.
    Info,
    /// Breaks under load, on some instances, or after a change of hosting.
    Warning,
    /// Breaks in production.
    Error,
}

impl Level {
    /// The severity, unless the rule is off.
    #[must_use]
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// A plan of a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// Costs nothing.
    Free,
    /// Vercel's plan that costs nothing.
    Hobby,
    /// Vercel's and Netlify's plan for teams.
    Pro,
    /// Any plan that costs something.
    Paid,
    /// By contract.
    Enterprise,
}

impl Plan {
    /// The word that configuration and tables use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Hobby => "hobby",
            Self::Pro => "pro",
            Self::Paid => "paid",
            Self::Enterprise => "enterprise",
        }
    }
}

/// The severity from which on a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Every finding shown
    Info,
    /// Nothing: findings exit with 0
    Never,
}

impl FailOn {
    /// The least severity that fails; `None` if none does.
    #[must_use]
    pub const fn threshold(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// A size as a number of bytes, or as a text with a unit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a number of bytes, or a text such as \"2MB\"")]
pub enum FileSize {
    /// Bytes.
    Bytes(u32),
    /// `512KB`, `2MB`.
    Text(String),
}

/// Entries for a team's own packages. They win over the built-in ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct OwnCatalogue {
    /// What gives a client: a connection, a pool, or something that only looks like one.
    pub clients: Vec<OwnClient>,
    /// Functions that give a promise which somebody has to wait for.
    #[serde(rename = "async")]
    pub is_async: Vec<OwnExport>,
    /// Wrappers that wait for the function or promise they are given, after the response if need be.
    pub safe_wrappers: Vec<OwnExport>,
}

/// An export of a package that gives a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OwnClient {
    /// The package as it is imported: `@acme/db`, `@acme/db/edge`, `@/lib/db`.
    pub package: String,
    /// The exported name, dotted for members: `createDb`, `Db.connect`; `default` is the default export.
    pub export: String,
    /// What it holds while it exists.
    pub kind: OwnKind,
    /// Words for messages, with their article: `a connection to our database`.
    pub what: Option<String>,
    /// Its methods that close it. Without them, the usual names count: `close`, `end`, `disconnect`, …
    #[serde(default)]
    pub close: Vec<String>,
}

/// An exported function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OwnExport {
    /// The package as it is imported: `@acme/background`, `@/lib/background`.
    pub package: String,
    /// The exported name: `withBackground`; `default` is the default export.
    pub export: String,
}

/// What a client holds while it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OwnKind {
    /// TCP connections: databases, caches, brokers.
    Tcp,
    /// A WebSocket.
    Ws,
    /// HTTP/2 channels of gRPC.
    Grpc,
    /// An open file.
    File,
    /// An SMTP connection for the length of one message.
    Smtp,
    /// Nothing outside the process.
    Memory,
    /// Nothing: each call is a request of its own. Never reported.
    Http,
}

/// The JSON Schema of the configuration, as published in `schemas/config-v1.schema.json`.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Config).to_value()
}
