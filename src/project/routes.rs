//! Entry points by Next's file conventions.

use semver::Version;

use super::app::{App, EntryFile, EntryKind};
use super::apps::Tree;
use super::files::{FileSet, is_test};
use super::paths;
use crate::span::FileId;

/// The router folders that Next uses for an app.
#[derive(Debug)]
pub(super) struct Routers {
    /// `app` or else `src/app`
    pub(super) app: Option<String>,
    /// `pages` or else `src/pages`
    pub(super) pages: Option<String>,
}

impl Routers {
    /// Next looks for each of the two by itself, the root first. That both must then lie side by side only makes it
    /// refuse the build, which is no reason to stay silent about either.
    pub(super) fn of(tree: &Tree<'_>, root: &str) -> Self {
        let find = |name: &str| {
            let candidates = [paths::join(root, name), paths::join(root, &format!("src/{name}"))];
            candidates.into_iter().find(|dir| tree.routers.contains(dir))
        };
        Self { app: find("app"), pages: find("pages") }
    }

    /// Where Next looks for middleware and instrumentation: beside `pages`, else beside `app`.
    pub(super) fn beside(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().chain(&self.app).map(|dir| paths::parent(dir))
    }
}

/// The entries of an app, apart from server actions.
pub(super) fn entries(files: &FileSet, app: &App, routers: &Routers) -> Vec<EntryFile> {
    let extensions = &app.config.page_extensions;
    let mut entries = Vec::new();
    if let Some(dir) = &routers.app {
        entries.extend(files.below(dir).filter_map(|(file, path)| {
            let (kind, url) = app_entry(paths::below(path, dir)?, extensions)?;
            Some(EntryFile { file, kind, url })
        }));
    }
    if let Some(dir) = &routers.pages {
        entries.extend(files.below(dir).filter_map(|(file, path)| {
            let url = api_url(paths::below(path, dir)?, extensions)?;
            Some(EntryFile { file, kind: EntryKind::PagesApi, url })
        }));
    }
    entries.extend(beside_routers(files, routers, app));
    entries
}

/// The router folder of a file that looks like a route, wherever it lies in its package.
pub(super) fn router_of_route<'p>(path: &'p str, package: &str) -> Option<&'p str> {
    let name = paths::name(path);
    let is_route = name.strip_prefix("route.").is_some_and(|ext| matches!(ext, "ts" | "js" | "tsx" | "jsx"));
    // The outermost: `app/[page]/pages/route.ts` is a route of `app`.
    let folders = paths::upwards(paths::parent(path)).take_while(|dir| dir.len() > package.len());
    let router = folders.filter(|dir| matches!(paths::name(dir), "app" | "pages")).last()?;
    let inner = paths::below(path, router)?;
    let fits = match paths::name(router) {
        "app" => is_route,
        _ => inner.starts_with("api/"),
    };
    fits.then_some(router)
}

/// What a file in the app router is, from its path there.
fn app_entry(path: &str, extensions: &[String]) -> Option<(EntryKind, String)> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    // Private folders; Next applies the rule to every part of the path.
    if path.split('/').any(|segment| segment.starts_with('_')) {
        return None;
    }
    let stem = stem(name, extensions)?;
    if stem == "route" {
        return Some((EntryKind::AppRoute, app_url(folders, "")));
    }
    let served = metadata_name(stem, folders.is_empty())?;
    Some((EntryKind::Metadata, app_url(folders, served)))
}

/// A file name without its page extension. With `page.ts` and `ts` both allowed, the longer one is cut off.
fn stem<'n>(name: &'n str, extensions: &[String]) -> Option<&'n str> {
    let stems = extensions.iter().filter_map(|ext| name.strip_suffix(ext.as_str())?.strip_suffix('.'));
    stems.filter(|stem| !stem.is_empty()).min_by_key(|stem| stem.len())
}

/// What a metadata file is served as; `None` for other files.
fn metadata_name(stem: &str, at_root: bool) -> Option<&str> {
    match stem {
        "sitemap" => return Some("sitemap.xml"),
        "robots" => return at_root.then_some("robots.txt"),
        "manifest" => return at_root.then_some("manifest.webmanifest"),
        _ => {}
    }
    // Several images of a kind are told apart by one digit.
    let kind = stem.strip_suffix(|c: char| c.is_ascii_digit()).unwrap_or(stem);
    matches!(kind, "icon" | "apple-icon" | "opengraph-image" | "twitter-image").then_some(stem)
}

/// The URL of a folder in the app router: groups and slots leave no trace in it.
fn app_url(folders: &str, served: &str) -> String {
    let mut url = String::new();
    for segment in folders.split('/').chain([served]) {
        let group = segment.starts_with('(') && segment.ends_with(')');
        if !segment.is_empty() && !group && !segment.starts_with('@') {
            url.push('/');
            url.push_str(&segment.replace("%5F", "_"));
        }
    }
    if url.is_empty() { "/".to_owned() } else { url }
}

/// The URL of a file in the pages router if it is an API route.
fn api_url(path: &str, extensions: &[String]) -> Option<String> {
    // To Next a test in `pages/api` is an endpoint as well, but nobody means it to be one.
    if is_test(path) {
        return None;
    }
    let name = paths::name(path);
    let stem = stem(name, extensions)?;
    let page = path.get(..path.len() - name.len() + stem.len())?;
    let page = page.strip_suffix("/index").unwrap_or(page);
    (page == "api" || page.starts_with("api/")).then(|| format!("/{page}"))
}

/// `middleware`, `proxy` and `instrumentation` where Next loads them.
fn beside_routers(files: &FileSet, routers: &Routers, app: &App) -> Vec<EntryFile> {
    let version = app.version.as_ref();
    let kinds = [
        ("middleware", EntryKind::Middleware, at_least(version, 12, 2)),
        ("proxy", EntryKind::Proxy, at_least(version, 16, 0)),
        ("instrumentation", EntryKind::Instrumentation, at_least(version, 13, 2)),
    ];
    let in_folder = |dir: &str, name: &str| -> Vec<FileId> {
        let names = app.config.page_extensions.iter().map(|extension| format!("{name}.{extension}"));
        names.filter_map(|name| files.get(&paths::join(dir, &name))).collect()
    };
    let mut entries = Vec::new();
    for (name, kind, _) in kinds.into_iter().filter(|(.., loaded)| *loaded) {
        let found = routers.beside().map(|dir| in_folder(dir, name)).find(|found| !found.is_empty());
        let found = found.into_iter().flatten();
        entries.extend(found.map(|file| EntryFile { file, kind, url: String::new() }));
    }
    entries
}

/// Whether a version may be this one or later. Of an unknown one everything is expected; pre-releases
/// of a version already have what it brings.
fn at_least(version: Option<&Version>, major: u64, minor: u64) -> bool {
    version.is_none_or(|version| (version.major, version.minor) >= (major, minor))
}
