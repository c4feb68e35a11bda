//! Apps and their entry points.

use crate::span::FileId;

use super::bystanders::Bystander;
use super::platform::Platform;
use super::target::TargetChoice;

/// An app in the tree: a folder that is built and deployed on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its folder, relative to the root, `""` for the root itself.
    pub root: String,
    /// What it is built with.
    pub framework: Framework,
    /// The framework's version as far as package.json tells: the lowest that its range allows.
    pub version: Option<semver::Version>,
    /// Where it is deployed.
    pub target: TargetChoice,
    /// What is paid for on that platform, if the configuration says so: `hobby`, `pro` …
    pub plan: Option<&'static str>,
    /// What its `next.config` says, as far as that is literal.
    pub config: NextConfig,
    /// What the configuration of its platform says.
    pub platform: Platform,
    /// Its entry files in ascending order of path.
    pub entries: Vec<EntryFile>,
    /// The folders in which Next looks for middleware and instrumentation: those around its routers.
    pub hook_dirs: Vec<String>,
    /// Files beside the entries that rules have to know, in ascending order of path.
    pub bystanders: Vec<Bystander>,
}

impl App {
    /// The app without anything that runs or is looked at: its folder and target stay, for those who ask which app
    /// a file belongs to.
    #[must_use]
    pub fn idle(&self) -> Self {
        let platform = Platform { crons: Vec::new(), ..self.platform.clone() };
        Self { entries: Vec::new(), bystanders: Vec::new(), platform, ..self.clone() }
    }
}

/// What an app is built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Framework {
    /// Next.js
    Next,
    /// An Express server.
    Express,
    /// Another HTTP server framework (Fastify, Koa, Hono on Node, Nest, hapi …).
    Server,
}

/// The literal parts of `next.config.*` that decide what is an entry point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextConfig {
    /// `pageExtensions`, without dots.
    pub page_extensions: Vec<String>,
    /// `output: 'export'`: no server at all.
    pub static_export: bool,
    /// `output: 'standalone'`
    pub standalone: bool,
    /// `basePath`, with its leading `/`, or empty.
    pub base_path: String,
    /// `cacheComponents: true`
    pub cache_components: bool,
    /// There are `rewrites`, whatever they say.
    pub rewrites: bool,
}

impl Default for NextConfig {
    /// What Next assumes where the configuration says nothing.
    fn default() -> Self {
        Self {
            page_extensions: ["tsx", "ts", "jsx", "js"].map(str::to_owned).to_vec(),
            static_export: false,
            standalone: false,
            base_path: String::new(),
            cache_components: false,
            rewrites: false,
        }
    }
}

/// A file in which requests (or the server's start) enter the app's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFile {
    /// The file.
    pub file: FileId,
    /// What makes it an entry.
    pub kind: EntryKind,
    /// The URL path it answers, as Next prints it: `/api/users/[id]`; empty where it has none.
    pub url: String,
}

/// What makes a file an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// `app/**/route.*`
    AppRoute,
    /// `pages/api/**`
    PagesApi,
    /// `middleware.*` where Next loads it
    Middleware,
    /// `proxy.*` where Next 16 loads it
    Proxy,
    /// `instrumentation.*` where Next loads it
    Instrumentation,
    /// `sitemap`, `robots`, `manifest`, `opengraph-image`, `twitter-image`, `icon`, `apple-icon` as code
    Metadata,
    /// A file that may hold server actions: its text has a `use server` directive.
    ServerAction,
}

impl EntryKind {
    /// The word that reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppRoute => "app-route",
            Self::PagesApi => "pages-api",
            Self::Middleware => "middleware",
            Self::Proxy => "proxy",
            Self::Instrumentation => "instrumentation",
            Self::Metadata => "metadata",
            Self::ServerAction => "server-action",
        }
    }
}
