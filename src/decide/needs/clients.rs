//! Whether other programs than the app's own pages call its API.

use crate::project::Package;
use crate::report::{Answer, Evidence, Need, Weight};

use crate::decide::ground::{Ground, is_aside, sign};
use crate::decide::literals::{self, Header};

/// Packages that a program of its own is made with, and what it is then.
const FRONT_ENDS: [(&str, &str); 10] = [
    ("expo", "a mobile app (Expo)"),
    ("react-native", "a mobile app (React Native)"),
    ("@nativescript/core", "a mobile app (NativeScript)"),
    ("@capacitor/core", "a mobile app (Capacitor)"),
    ("electron", "a desktop app (Electron)"),
    ("@tauri-apps/cli", "a desktop app (Tauri)"),
    ("wxt", "a browser extension (WXT)"),
    ("plasmo", "a browser extension (Plasmo)"),
    ("nuxt", "another front end (Nuxt)"),
    ("@angular/core", "another front end (Angular)"),
];

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
    let own = front_ends(ground);
    let signs = public_signs(ground);
    let kinds = signs.len();
    let (answer, points, because) = if !own.is_empty() {
        (Answer::Yes, 2, "the repository holds another program that can call this API".to_owned())
    } else if kinds > 1 {
        (Answer::Yes, 1, format!("{kinds} signs that programs of others call it"))
    } else if kinds == 1 {
        (Answer::Unknown, 0, "one sign alone does not tell".to_owned())
    } else {
        let because =
            "no mobile app, other front end, CORS header, API key, API description or versioned path";
        (Answer::No, 0, because.to_owned())
    };
    let evidence = own.into_iter().chain(signs).collect();
    super::preference(ABOUT, (Weight::PrefersServer, points), (answer, because), evidence)
}

/// Programs of the repository with a package of their own.
fn front_ends(ground: &Ground<'_>) -> Vec<Evidence> {
    let project = &ground.survey.project;
    // Another Next.js app has an API of its own.
    let is_app = |package: &Package| project.apps.iter().any(|app| app.root == package.dir);
    let others = project.packages.iter().filter(|package| !is_app(package) && !is_aside(&package.dir));
    let own = others.filter_map(|package| {
        let depends = |name: &str| package.dependencies.contains_key(name) && !package.peers.contains(name);
        let (_, what) = FRONT_ENDS.iter().find(|(name, _)| depends(name))?;
        // A library for such programs is none: those are started.
        let is_started =
            package.scripts.iter().any(|(name, _)| matches!(name.as_str(), "start" | "dev" | "ios"));
        let file = if package.dir.is_empty() {
            "package.json".to_owned()
        } else {
            format!("{}/package.json", package.dir)
        };
        is_started.then(|| sign(*what, project.display(&file), None))
    });
    own.collect()
}

/// One of each kind of sign that an API is meant for others.
fn public_signs(ground: &Ground<'_>) -> Vec<Evidence> {
    let loaded = ground.loaded();
    let key = literals::first(ground, &loaded, (Header::Read, "x-api-key"), "asks for an API key");
    [cors(ground, &loaded), key, described(ground, &loaded), versioned(ground)]
        .into_iter()
        .flatten()
        .collect()
}

/// Answers pages of other origins.
fn cors(ground: &Ground<'_>, loaded: &[u32]) -> Option<Evidence> {
    const HEADER: &str = "access-control-allow-origin";
    let text = "sends CORS headers";
    let in_code = || literals::first(ground, loaded, (Header::Sent, HEADER), text);
    let in_config = || {
        let names = ["next.config.js", "next.config.mjs", "next.config.ts", "vercel.json"];
        names.iter().find_map(|name| {
            let root = &ground.app.root;
            let path = if root.is_empty() { (*name).to_owned() } else { format!("{root}/{name}") };
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
