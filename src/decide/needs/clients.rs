//! Whether other programs than the app's own pages call its API.

use crate::project::{Package, join};
use crate::report::{Answer, Evidence, Need, Weight};

use crate::decide::ground::{Ground, is_aside, sign};
use crate::decide::literals::{self, Header};

/// Packages that a program of its own is made with, what it is then, and whether it is a client by its nature: others
/// may only show the app's own pages.
const FRONT_ENDS: [(&str, &str, bool); 10] = [
    ("expo", "a mobile app (Expo)", true),
    ("react-native", "a mobile app (React Native)", true),
    ("@nativescript/core", "a mobile app (NativeScript)", true),
    ("@capacitor/core", "a mobile app (Capacitor)", false),
    ("electron", "a desktop app (Electron)", false),
    ("@tauri-apps/cli", "a desktop app (Tauri)", false),
    ("wxt", "a browser extension (WXT)", false),
    ("plasmo", "a browser extension (Plasmo)", false),
    ("nuxt", "another front end (Nuxt)", false),
    ("vite", VITE, false),
];

/// A program that Vite builds.
const VITE: &str = "another front end (Vite)";

/// More files of a program are not searched.
const MOST_FILES: usize = 3000;
/// Larger files are data.
const MOST_BYTES: u64 = 500_000;

/// Packages that describe an API for others.
const DESCRIBED: [&str; 8] = [
    "next-swagger-doc",
    "swagger-jsdoc",
    "@asteasolutions/zod-to-openapi",
    "zod-openapi",
    "@hono/zod-openapi",
    "trpc-to-openapi",
    "trpc-openapi",
    "@scalar/nextjs-api-reference",
];

/// Several clients of the same API?
pub(super) fn several(ground: &Ground<'_>) -> Need {
    const ABOUT: (&str, &str) = ("several-clients", "Several clients of the same API?");
    let own = own_clients(ground);
    let mut signs = public_signs(ground);
    let calls = own.iter().any(|client| client.calls);
    // Whose API it calls is not known, if there are several.
    let alone = ground.clues.apps == 1 && ground.clues.services == 0;
    let native = own.iter().filter(|client| client.calls || (client.native && alone));
    let own: Vec<Evidence> = native.map(|client| client.evidence.clone()).collect();
    signs.splice(0..0, own);
    let kinds = signs.len();
    let (answer, points, because) = if calls {
        (Answer::Yes, 2, "another program of the repository calls this API".to_owned())
    } else if kinds > 1 {
        (Answer::Yes, 1, format!("{kinds} signs that other programs call it"))
    } else if kinds == 1 {
        (Answer::Unknown, 0, "one sign alone does not tell".to_owned())
    } else {
        let because =
            "no mobile app, other front end, CORS header, API key, API description or versioned path";
        (Answer::No, 0, because.to_owned())
    };
    super::preference(ABOUT, (Weight::PrefersServer, points), (answer, because), signs)
}

/// A program of the repository that may call the API.
struct Client {
    /// Whether it can be nothing else than a client of some API.
    native: bool,
    /// Whether a path of this API stands in its code.
    calls: bool,
    evidence: Evidence,
}

/// Programs of the repository with a package of their own.
fn own_clients(ground: &Ground<'_>) -> Vec<Client> {
    let project = &ground.survey.project;
    // Another Next.js app has an API of its own, and a server is none's client.
    let is_app = |package: &Package| project.apps.iter().any(|app| app.root == package.dir);
    let others = project.packages.iter().filter(|package| !is_app(package) && !is_aside(&package.dir));
    let own = others.filter_map(|package| {
        let depends = |name: &str| package.dependencies.contains_key(name) && !package.peers.contains(name);
        let (_, what, native) = FRONT_ENDS.iter().find(|(name, ..)| depends(name))?;
        // A library for such programs is none: those are started.
        if !package.scripts.iter().any(|(name, _)| matches!(name.as_str(), "start" | "dev" | "ios")) {
            return None;
        }
        // Libraries are built with it too; what is opened in a browser has a page.
        if *what == VITE && project.config_text(&join(&package.dir, "index.html")).is_none() {
            return None;
        }
        let call = call(ground, &package.dir);
        let calls = call.is_some();
        let manifest = || sign(*what, project.display(&join(&package.dir, "package.json")), None);
        let evidence = call.map(|(file, line, path)| sign(format!("{what} calls {path}"), file, Some(line)));
        Some(Client { native: *native, calls, evidence: evidence.unwrap_or_else(manifest) })
    });
    own.filter(|client| client.native || client.calls).collect()
}

/// The first place in the sources below a folder where a path of the API stands: file, line and path.
fn call(ground: &Ground<'_>, dir: &str) -> Option<(String, u32, String)> {
    let project = &ground.survey.project;
    let mut paths: Vec<&str> = ground.api().map(|route| fixed(&route.path)).collect();
    // Short ones such as `/api/auth` may be another server's, where there are several.
    let parts = if ground.clues.apps + ground.clues.services > 1 { 2 } else { 1 };
    paths.retain(|path| path.strip_prefix("/api/").is_some_and(|rest| rest.split('/').count() >= parts));
    paths.sort_unstable();
    paths.dedup();
    // The folder of the app itself may lie below, as with a workspace whose root is a program.
    let is_own = |path: &str| project.app_of(path).is_none() && !is_test(path);
    let files = project.files.below(dir).filter(|(_, path)| is_own(path));
    files.take(MOST_FILES).find_map(|(file, name)| {
        let text = project.read(file, MOST_BYTES).ok()?.ok()?;
        let text = String::from_utf8_lossy(&text);
        let (at, path) = paths.iter().filter_map(|path| Some((named(&text, path)?, *path))).min()?;
        let line = text.get(..at)?.matches('\n').count() + 1;
        Some((project.display(name), u32::try_from(line).ok()?, path.to_owned()))
    })
}

/// Whether a file is a test, which may name any path.
fn is_test(path: &str) -> bool {
    path.contains(".test.") || path.contains(".spec.") || is_aside(path)
}

/// The part of a route's path before the first that varies, without a `/` at its end.
fn fixed(path: &str) -> &str {
    let end = path.find('[').unwrap_or(path.len());
    path.get(..end).unwrap_or(path).trim_end_matches('/')
}

/// Where a path stands in a text, and no longer one that begins alike.
fn named(text: &str, path: &str) -> Option<usize> {
    let ends = |at: &usize| {
        let next = text.get(at + path.len()..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '-' | '_' | '.'))
    };
    text.match_indices(path).map(|(at, _)| at).find(ends)
}

/// One of each kind of sign that an API is meant for others.
fn public_signs(ground: &Ground<'_>) -> Vec<Evidence> {
    let loaded = ground.loaded();
    let key = literals::first(ground, loaded, (Header::Read, "x-api-key"), "asks for an API key");
    [cors(ground, loaded), key, described(ground, loaded), versioned(ground)].into_iter().flatten().collect()
}

/// Answers pages of other origins.
fn cors(ground: &Ground<'_>, loaded: &[u32]) -> Option<Evidence> {
    const HEADER: &str = "access-control-allow-origin";
    let text = "sends CORS headers";
    let in_code = || literals::first(ground, loaded, (Header::Sent, HEADER), text);
    let in_config = || {
        let names = ["next.config.js", "next.config.mjs", "next.config.ts", "vercel.json"];
        names.iter().find_map(|name| {
            let path = join(&ground.app.root, name);
            let config = ground.survey.project.config_text(&path)?;
            let line = config.lines().position(|line| line.to_ascii_lowercase().contains(HEADER))?;
            let line = u32::try_from(line + 1).ok();
            Some(sign(text, ground.survey.project.display(&path), line))
        })
    };
    in_code()
        .or_else(in_config)
        .or_else(|| imported(ground, loaded, &["cors", "nextjs-cors"], "uses a CORS middleware"))
}

/// Has a description that others read.
fn described(ground: &Ground<'_>, loaded: &[u32]) -> Option<Evidence> {
    let project = &ground.survey.project;
    let root = &ground.app.root;
    let is_own = |path: &&String| {
        let below = root.is_empty() || path.starts_with(&format!("{root}/"));
        (below || !path.contains('/')) && !is_aside(path)
    };
    let document = ground.clues.documents.iter().find(is_own);
    let document = document.map(|path| sign("describes its API", project.display(path), None));
    document.or_else(|| imported(ground, loaded, &DESCRIBED, "generates a description of its API"))
}

fn imported(ground: &Ground<'_>, loaded: &[u32], packages: &[&str], text: &str) -> Option<Evidence> {
    let imports = &ground.survey.imports;
    let uses = |file: &&u32| imports.packages_of(**file).iter().any(|it| packages.contains(&it.as_str()));
    loaded.iter().find(uses).map(|&file| sign(text, imports.file(file), None))
}

/// Has paths with a version, which only clients need that cannot be changed together with the API.
fn versioned(ground: &Ground<'_>) -> Option<Evidence> {
    let is_version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    // Further in, it is the version of what somebody else sends: `/api/stripe/connect/v2/webhook`.
    let route = ground.api().find(|route| route.path.split('/').take(4).any(is_version))?;
    Some(sign(format!("has versioned paths: {}", route.path), route.file.clone(), None))
}
