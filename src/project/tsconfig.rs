//! `tsconfig.json` and `jsconfig.json`: how a project spells its module paths.

/// The module paths that one `tsconfig.json` or `jsconfig.json` sets up, with what it extends merged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TsConfig {
    /// The folder it governs, relative to the root, `""` for the root itself. The nearest one upwards
    /// of a file decides.
    pub dir: String,
    /// `baseUrl` as a folder relative to the root: bare specifiers may be files below it.
    pub base_url: Option<String>,
    /// `paths` in the order of TypeScript's preference: exact patterns first, then longest prefix.
    pub paths: Vec<PathAlias>,
}

/// One entry of `paths`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathAlias {
    /// What specifiers start with, up to the `*` (all of it if there is none).
    pub prefix: String,
    /// What specifiers end with, after the `*`.
    pub suffix: String,
    /// The pattern has a `*`.
    pub wildcard: bool,
    /// Paths to try, relative to the root, `*` for what the pattern's `*` matched.
    pub targets: Vec<String>,
}
