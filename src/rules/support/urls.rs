//! Which entry of an app answers a URL path.

use crate::diagnostic::RouteId;
use crate::link::Program;
use crate::project::{App, EntryKind};

/// The route that answers a path: of several the one with the fewest segments that take any value.
pub(crate) fn route_for(program: &Program<'_>, app: usize, path: &str) -> Option<RouteId> {
    let routes = program.route_ids().filter(|(_, route)| {
        route.app == app
            && matches!(route.kind, EntryKind::AppRoute | EntryKind::PagesApi | EntryKind::Metadata)
    });
    routes
        .filter_map(|(id, route)| Some((looseness(&route.path, path)?, id)))
        .min_by_key(|&(looseness, id)| (looseness, id))
        .map(|(_, id)| id)
}

/// The path of a request as the app's files have it: without query, base path and closing slash.
pub(crate) fn within_app<'u>(app: &App, url: &'u str) -> &'u str {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let path = path
        .strip_prefix(app.config.base_path.as_str())
        .filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let path = path.unwrap_or_else(|| url.split(['?', '#']).next().unwrap_or(url)).trim_end_matches('/');
    if path.is_empty() { "/" } else { path }
}

/// How loosely a pattern such as `/api/users/[id]` fits a path: `None` if it does not, 0 if it is the path.
fn looseness(pattern: &str, path: &str) -> Option<u32> {
    let mut wanted = pattern.split('/').filter(|segment| !segment.is_empty());
    let mut found = path.split('/').filter(|segment| !segment.is_empty());
    let mut loose = 0;
    loop {
        match wanted.next() {
            Some(rest) if rest.starts_with("[[...") => return Some(loose + 100),
            Some(rest) if rest.starts_with("[...") => return found.next().map(|_| loose + 50),
            Some(any) if any.starts_with('[') => {
                found.next()?;
                loose += 1;
            }
            Some(segment) => {
                if found.next()? != segment {
                    return None;
                }
            }
            None => return found.next().is_none().then_some(loose),
        }
    }
}

/// Whether a page, or a function beside the app, answers a path. Pages that take any path do not count: they are
/// no answer to a request of the platform.
pub(crate) fn is_page(program: &Program<'_>, app: &App, path: &str) -> bool {
    let files = &program.project.files;
    let inner = path.trim_start_matches('/');
    let function = app.platform.dir.as_deref().is_some_and(|dir| {
        let start = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        ["ts", "js", "mjs"]
            .iter()
            .any(|extension| files.get(&format!("{start}{inner}.{extension}")).is_some())
            && inner.starts_with("api/")
    });
    let extensions = &app.config.page_extensions;
    function
        || app.hook_dirs.iter().any(|hooks| {
            let dir =
                |router: &str| if hooks.is_empty() { router.to_owned() } else { format!("{hooks}/{router}") };
            let in_app = files.below(&dir("app")).any(|(_, file)| {
                let below = file.get(dir("app").len() + 1..).unwrap_or_default();
                let (folders, name) = below.rsplit_once('/').unwrap_or(("", below));
                name.split_once('.')
                    .is_some_and(|(stem, ext)| stem == "page" && extensions.iter().any(|it| it == ext))
                    && is_at(folders, path)
            });
            let in_pages = files.below(&dir("pages")).any(|(_, file)| {
                let below = file.get(dir("pages").len() + 1..).unwrap_or_default();
                let stem = below.split_once('.').map_or(below, |(stem, _)| stem);
                let stem = stem.strip_suffix("index").map_or(stem, |dir| dir.trim_end_matches('/'));
                !stem.starts_with("api/") && is_at(stem, path)
            });
            in_app || in_pages
        })
}

/// Whether folders of a router lead to a path, groups and slots aside.
fn is_at(folders: &str, path: &str) -> bool {
    let segments = folders.split('/').filter(|part| !part.starts_with(['(', '@']));
    let pattern = segments.collect::<Vec<_>>().join("/");
    looseness(&pattern, path).is_some_and(|loose| loose < 50)
}

#[cfg(test)]
mod tests {
    use super::looseness;

    #[test]
    fn patterns_fit_as_in_next() {
        for (pattern, path, expected) in [
            ("/api/cron", "/api/cron", Some(0)),
            ("/api/[name]", "/api/cron", Some(1)),
            ("/api/[...all]", "/api/a/b", Some(50)),
            ("/api/[...all]", "/api", None),
            ("/api/[[...all]]", "/api", Some(100)),
            ("/api/cron", "/api/cron/x", None),
            ("/api/cron/x", "/api/cron", None),
            ("/", "/", Some(0)),
        ] {
            assert_eq!(looseness(pattern, path), expected, "{pattern} {path}");
        }
    }
}
