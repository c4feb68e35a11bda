//! What to do about lost work, for the target, the kind of route and the version of Next.

use semver::Version;

use crate::diagnostic::RouteId;
use crate::link::Program;
use crate::project::{EntryKind, Framework, Target};

/// What a place can use to have work finish after its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    /// `after()` of `next/server`
    After,
    /// `after()`, which this version of Next does not have yet.
    Newer,
    /// A `pages/api` route, or a framework other than Next, where there is no `after()`.
    Neither,
}

fn means(program: &Program<'_>, routes: &[RouteId]) -> Means {
    let mut found = Means::After;
    for &id in routes {
        let route = program.route(id);
        let app = program.project.apps.get(route.app);
        match means_of(route.kind, app.map(|app| (app.framework, app.version.as_ref()))) {
            Means::Neither => return Means::Neither,
            Means::Newer => found = Means::Newer,
            Means::After => {}
        }
    }
    found
}

/// What a route of an app can use. The version is that of the app's framework, so that 4 may be Express.
fn means_of(kind: EntryKind, app: Option<(Framework, Option<&Version>)>) -> Means {
    match app {
        _ if kind == EntryKind::PagesApi => Means::Neither,
        Some((Framework::Express | Framework::Server, _)) => Means::Neither,
        Some((Framework::Next, Some(version))) if (version.major, version.minor) < (15, 1) => Means::Newer,
        Some((Framework::Next, _)) | None => Means::After,
    }
}

/// The first of what [`keep`] names that does not make the answer wait, else to await.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeper {
    /// `after()` of `next/server`
    After,
    /// `waitUntil()` of `@vercel/functions`
    WaitUntil,
    /// `getCloudflareContext().ctx.waitUntil()`
    Context,
    /// `await`
    Await,
}

/// What keeps work for these routes, in the words of [`keep`].
pub(crate) fn keeper(program: &Program<'_>, target: Target, routes: &[RouteId]) -> Keeper {
    match (target, means(program, routes)) {
        (Target::Cloudflare, _) => Keeper::Context,
        (Target::Vercel | Target::Server | Target::Cluster, Means::After) => Keeper::After,
        (Target::Vercel, _) => Keeper::WaitUntil,
        _ => Keeper::Await,
    }
}

/// How to keep work that may finish after the response. What [`keeper`] gives is among it.
pub(crate) fn keep(program: &Program<'_>, target: Target, routes: &[RouteId], is_list: bool) -> String {
    let wait = if is_list {
        "Await them all: `await Promise.allSettled(items.map(async (item) => …))`"
    } else {
        "Await it"
    };
    let means = means(program, routes);
    match (target, means) {
        (Target::Cloudflare, _) => {
            format!("{wait}, or hand the promise to `getCloudflareContext().ctx.waitUntil(promise)`.")
        }
        (Target::Lambda, _) => {
            format!(
                "{wait} before you return, or hand the job to a queue such as SQS: nothing here waits for `after()`."
            )
        }
        (Target::Netlify, _) => {
            format!("{wait} before you return, or hand the job to a background function.")
        }
        (Target::Vercel, Means::After) => {
            format!("{wait}, or run it in `after(() => …)` from `next/server` and return or await it there.")
        }
        (Target::Vercel, _) => {
            format!("{wait}, or hand the promise to `waitUntil(promise)` from `@vercel/functions`.")
        }
        (Target::CloudRun, Means::After) => {
            format!(
                "{wait}: without a request the container gets no CPU. `after()` helps only if CPU is always allocated."
            )
        }
        (Target::CloudRun, _) => format!("{wait}: without a request the container gets no CPU."),
        (_, Means::After) => format!(
            "{wait}, or run it in `after(() => …)` from `next/server` and shut down gracefully, so that a deploy \
             waits for it."
        ),
        (_, Means::Newer) => format!(
            "{wait}; from Next 15.1 on, `after(() => …)` from `next/server` runs it after the response."
        ),
        _ => format!("{wait} before you send the response, or hand the job to a queue."),
    }
}

/// How to keep work that one function of the project starts, wherever it is called.
pub(crate) fn keep_inside(program: &Program<'_>, target: Target, routes: &[RouteId], name: &str) -> String {
    let here = format!("One place mends them all: inside `{name}()`,");
    match (target, means(program, routes)) {
        (Target::Cloudflare, _) => {
            format!("{here} hand the work to `getCloudflareContext().ctx.waitUntil(promise)`.")
        }
        (Target::Vercel, Means::After) => {
            format!(
                "{here} run the work in `after(() => …)` from `next/server`, and return or await it there."
            )
        }
        (Target::Vercel, _) => {
            format!("{here} hand the work to `waitUntil(promise)` from `@vercel/functions`.")
        }
        (Target::Server | Target::Cluster, Means::After) => {
            format!("{here} run the work in `after(() => …)` from `next/server`, and shut down gracefully.")
        }
        (Target::Netlify, _) => {
            format!(
                "Await each call, or have `{name}()` hand the job to a background function and await that."
            )
        }
        (Target::CloudRun, _) => "Await each call: without a request the container gets no CPU.".to_owned(),
        (Target::Lambda, _) => format!(
            "Await each call, or collect what `{name}()` notes and write it once, awaited: nothing here waits for \
             `after()`."
        ),
        _ => format!("Await each call, or have `{name}()` hand the job to a queue."),
    }
}

/// What happens on a target to work that nothing waits for.
pub(crate) const fn consequence(target: Target) -> &'static str {
    match target {
        Target::Vercel | Target::Netlify | Target::Lambda => {
            "the instance may be frozen as soon as the response is sent"
        }
        Target::Cloudflare => "the Worker cancels it once the response is sent",
        Target::CloudRun => "the container loses its CPU once the response is sent",
        Target::Server | Target::Cluster => "a deploy or crash cuts it off, and nobody sees it fail",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_next_has_after() {
        let means = |kind, framework, version: (u64, u64)| {
            means_of(kind, Some((framework, Some(&Version::new(version.0, version.1, 0)))))
        };
        let route = EntryKind::AppRoute;
        assert_eq!(means(route, Framework::Next, (15, 1)), Means::After);
        assert_eq!(means(route, Framework::Next, (15, 0)), Means::Newer);
        assert_eq!(means(EntryKind::PagesApi, Framework::Next, (16, 0)), Means::Neither);
        for (framework, version) in
            [(Framework::Express, (4, 18)), (Framework::Express, (99, 0)), (Framework::Server, (5, 0))]
        {
            assert_eq!(means(route, framework, version), Means::Neither);
            assert_eq!(means_of(route, Some((framework, None))), Means::Neither);
        }
        assert_eq!(means_of(route, Some((Framework::Next, None))), Means::After);
    }
}
