//! Files beside the entries that some rule has to know: no request enters them, and often that is the mistake.

use rustc_hash::FxHashSet;

use super::apps::Tree;
use super::files::is_test;
use super::manifest::Package;
use super::paths;
use super::routes::Routers;
use super::scan::{Word, words};
use crate::span::FileId;

/// A file that Next does not load for requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bystander {
    /// The file.
    pub file: FileId,
    /// Why it is looked at.
    pub kind: BystanderKind,
}

/// Why a file that is no entry is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BystanderKind {
    /// It is called `middleware`, `proxy` or `_middleware`, and lies where Next does not look.
    Middleware,
    /// It lies below `app/…/api/` and is called neither `route` nor otherwise specially.
    Handler,
    /// A command runs it, and it imports `next`.
    Server {
        /// The command's name: `npm run start`, `Dockerfile`.
        command: String,
        /// Only commands for development run it.
        dev_only: bool,
    },
}

/// Programs that run a file of JavaScript or TypeScript.
const RUNNERS: [&str; 14] = [
    "node",
    "tsx",
    "ts-node",
    "ts-node-dev",
    "tsnd",
    "bun",
    "nodemon",
    "node-dev",
    "babel-node",
    "esno",
    "jiti",
    "pm2",
    "forever",
    "supervisor",
];

/// Names of files that Next gives a meaning of their own in the app router.
const SPECIAL: [&str; 11] = [
    "route",
    "page",
    "layout",
    "loading",
    "error",
    "global-error",
    "not-found",
    "template",
    "default",
    "middleware",
    "proxy",
];

/// Those of an app, in ascending order of file. `owned` says which files are the app's, `entries` which Next loads.
pub(super) fn bystanders(
    tree: &Tree<'_>,
    (root, standalone): (&str, bool),
    routers: &Routers,
    owned: &dyn Fn(&str) -> bool,
    entries: &FxHashSet<FileId>,
) -> Vec<Bystander> {
    let mut found = Vec::new();
    for (file, path) in tree.files.below(root) {
        let stem = paths::name(path).rsplit_once('.').map_or("", |(stem, _)| stem);
        let named = matches!(stem, "middleware" | "proxy" | "_middleware");
        let kind = if named {
            Some(BystanderKind::Middleware)
        } else if routers.app.as_deref().is_some_and(|app| in_api(path, app)) && !SPECIAL.contains(&stem) {
            Some(BystanderKind::Handler)
        } else {
            None
        };
        if let Some(kind) = kind
            && !entries.contains(&file)
            && owned(path)
            && !is_test(path)
            && own_package(tree, path, root)
        {
            found.push(Bystander { file, kind });
        }
    }
    found.extend(servers(tree, root, standalone).filter(|server| !entries.contains(&server.file)));
    found.sort_by_key(|bystander| bystander.file);
    found.dedup_by_key(|bystander| bystander.file);
    found
}

/// Whether a file lies below a folder `api` of the app router, in no private folder.
fn in_api(path: &str, app: &str) -> bool {
    let Some(inner) = paths::below(path, app) else { return false };
    let mut segments = inner.split('/');
    segments.next_back().is_some_and(|name| !name.starts_with('_'))
        && inner.split('/').all(|segment| !segment.starts_with('_'))
        && segments.any(|segment| segment == "api")
}

/// Whether no package below the app's own folder holds the file.
fn own_package(tree: &Tree<'_>, path: &str, root: &str) -> bool {
    tree.package_above(paths::parent(path)).is_none_or(|package| package.dir.len() <= root.len())
}

/// The servers that commands of the app's package, its images and its process files run.
fn servers(tree: &Tree<'_>, root: &str, standalone: bool) -> impl Iterator<Item = Bystander> {
    let mut found: Vec<(FileId, String, bool)> = Vec::new();
    let mut note = |file: FileId, command: String, dev: bool| match found.iter_mut().find(|it| it.0 == file) {
        Some(known) if known.2 && !dev => *known = (file, command, false),
        Some(_) => {}
        None => found.push((file, command, dev)),
    };
    if let Some(package) = tree.package_above(root).filter(|package| package.dir == root) {
        for (name, file) in run_by_scripts(tree, package) {
            note(file, format!("npm run {name}"), name.contains("dev") || name.contains("watch"));
        }
    }
    for path in tree.configs.about(root) {
        let Ok(text) = tree.configs.read(path) else { continue };
        let name = paths::name(path);
        for file in run_by_config(tree, (root, name), &text, standalone) {
            note(file, name.to_owned(), name.contains("dev"));
        }
    }
    found.retain(|(file, ..)| imports_next(tree, *file));
    found.into_iter().map(|(file, command, dev_only)| Bystander {
        file,
        kind: BystanderKind::Server { command, dev_only },
    })
}

fn run_by_scripts<'t>(tree: &'t Tree<'_>, package: &'t Package) -> impl Iterator<Item = (&'t str, FileId)> {
    package.scripts.iter().flat_map(move |(name, command)| {
        run_by(tree, &package.dir, command).into_iter().map(move |file| (name.as_str(), file))
    })
}

/// The files that the start commands of an image, a `Procfile` or PM2 run.
fn run_by_config(tree: &Tree<'_>, (root, name): (&str, &str), text: &str, standalone: bool) -> Vec<FileId> {
    if name.starts_with("ecosystem.config.") {
        let words = words(text);
        let scripts = words.windows(3).filter_map(|window| match window {
            [Word::Name("script") | Word::Text("script"), Word::Mark(':'), Word::Text(path)] => Some(*path),
            _ => None,
        });
        return scripts.filter_map(|path| source(tree, root, path)).collect();
    }
    let is_image = name.starts_with("Dockerfile");
    // A standalone build brings a `server.js` of its own into the image.
    if !(name == "Procfile" || is_image && !standalone) {
        return Vec::new();
    }
    let lines =
        text.lines().filter(|line| !is_image || line.starts_with("CMD") || line.starts_with("ENTRYPOINT"));
    let plain = |line: &str| line.replace(['"', '\'', ',', '[', ']'], " ");
    lines.flat_map(|line| run_by(tree, root, &plain(line))).collect()
}

/// The files that a shell command runs.
fn run_by(tree: &Tree<'_>, dir: &str, command: &str) -> Vec<FileId> {
    let mut found = Vec::new();
    let mut running = false;
    for word in command.split_whitespace() {
        let ends = word.ends_with(';');
        let word = word.trim_matches(['"', '\'', ';', '\\']);
        if matches!(word, "&&" | "||" | "|" | "&") {
            running = false;
            continue;
        }
        if RUNNERS.contains(&paths::name(word)) {
            running = true;
        } else if running && !word.starts_with('-') {
            found.extend(source(tree, dir, word));
        }
        running &= !ends;
    }
    found
}

/// The source behind a path on a command line: itself, without its ending, or what a build made it from.
fn source(tree: &Tree<'_>, dir: &str, word: &str) -> Option<FileId> {
    let word = word.trim_start_matches("./").trim_end_matches('/');
    let stem = ["js", "ts", "mjs", "cjs", "mts", "cts"]
        .iter()
        .find_map(|extension| word.strip_suffix(extension)?.strip_suffix('.'))
        .unwrap_or(word);
    let unbuilt = ["dist/", "build/", "out/", ".server/"].iter().find_map(|built| stem.strip_prefix(built));
    let mut stems = vec![stem.to_owned(), format!("{stem}/index")];
    if let Some(inner) = unbuilt {
        stems.extend([inner.to_owned(), format!("src/{inner}")]);
    }
    if let Some(file) = tree.files.get(&paths::join(dir, word)) {
        return Some(file);
    }
    let extensions = ["ts", "js", "mts", "mjs", "cjs", "cts"];
    stems.iter().find_map(|stem| {
        extensions
            .iter()
            .find_map(|extension| tree.files.get(&paths::join(dir, &format!("{stem}.{extension}"))))
    })
}

/// Whether the text of a file imports `next` itself.
fn imports_next(tree: &Tree<'_>, file: FileId) -> bool {
    let imports = ["from 'next'", "from \"next\"", "require('next')", "require(\"next\")", "import('next')"];
    let text = tree.configs.read(tree.files.path(file)).unwrap_or_default();
    imports.iter().any(|import| text.contains(import))
}
