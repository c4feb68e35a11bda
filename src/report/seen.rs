//! A report as it is seen from a folder: with paths that a terminal there opens.

use std::borrow::Cow;
use std::path::{Component, Path};

use super::advice::Advice;
use super::model::{AppReport, Diagnostic, Fix, Place, Report, Step};

/// Ends of the names of code files, which messages name without quotes; in quotes stands what code says.
const CODE: [&str; 8] = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

impl Report {
    /// The report with all its paths relative to an absolute folder, in messages too. `exists` tells whether
    /// something is at a path: a word of a message is a path only then.
    ///
    /// It is the same if the folder and what was scanned are not one below the other: a way up and down through
    /// strange folders is no better to read. Formats for programs are to have the report itself, which says the same
    /// wherever it is made.
    #[must_use]
    pub fn seen_from(&self, folder: &Path, exists: &dyn Fn(&Path) -> bool) -> Cow<'_, Self> {
        let is_near = self.base.starts_with(folder) || folder.starts_with(&self.base);
        if !self.base.is_absolute() || !is_near || self.base == folder {
            return Cow::Borrowed(self);
        }
        let view = View { report: self, folder, exists };
        let mut seen = self.clone();
        seen.diagnostics.iter_mut().for_each(|diagnostic| view.diagnostic(diagnostic));
        seen.silent.iter_mut().for_each(|silent| view.diagnostic(&mut silent.diagnostic));
        seen.apps.iter_mut().for_each(|app| view.app(app));
        seen.warnings.iter_mut().for_each(|warning| *warning = view.headed(warning));
        let top = self.repository();
        for stale in seen.stale.iter_mut().flatten() {
            stale.file = relative(folder, &top.join(&stale.file));
        }
        seen.prefix = match relative(top, folder) {
            way if way == "." => String::new(),
            way => way + "/",
        };
        seen.base = folder.to_path_buf();
        Cow::Owned(seen)
    }

    /// The root of the repository, or the scanned folder if there is none.
    fn repository(&self) -> &Path {
        let depth = self.prefix.split('/').filter(|segment| !segment.is_empty()).count();
        self.base.ancestors().nth(depth).unwrap_or(&self.base)
    }
}

impl Advice {
    /// The decision about what a report is of, with all its paths relative to an absolute folder, as the report's are
    /// by [`Report::seen_from`].
    #[must_use]
    pub fn seen_from(&self, report: &Report, folder: &Path) -> Self {
        let mut seen = self.clone();
        let is_near = report.base.starts_with(folder) || folder.starts_with(&report.base);
        if !report.base.is_absolute() || !is_near || report.base == folder {
            return seen;
        }
        let view = View { report, folder, exists: &|_| false };
        let rename = |file: &mut String| {
            if !file.is_empty() {
                *file = view.file(file);
            }
        };
        seen.services.iter_mut().for_each(|service| rename(&mut service.root));
        for app in &mut seen.apps {
            rename(&mut app.root);
            app.needs.iter_mut().flat_map(|need| &mut need.evidence).for_each(|it| rename(&mut it.file));
            app.along.iter_mut().for_each(|along| rename(&mut along.file));
            for route in &mut app.routes {
                rename(&mut route.file);
                route.reasons.iter_mut().for_each(|reason| rename(&mut reason.file));
            }
        }
        seen
    }
}

/// From where a report is seen.
struct View<'a> {
    report: &'a Report,
    folder: &'a Path,
    exists: &'a dyn Fn(&Path) -> bool,
}

impl View<'_> {
    fn file(&self, file: &str) -> String {
        relative(self.folder, &self.report.base.join(file))
    }

    fn place(&self, place: &mut Place) {
        place.file = self.file(&place.file);
    }

    fn steps(&self, steps: &mut [Step]) {
        for step in steps {
            self.place(&mut step.place);
            step.message = self.message(&step.message);
        }
    }

    fn diagnostic(&self, diagnostic: &mut Diagnostic) {
        self.place(&mut diagnostic.place);
        diagnostic.message = self.message(&diagnostic.message);
        diagnostic.help = self.message(&diagnostic.help);
        self.steps(&mut diagnostic.trace);
        self.steps(&mut diagnostic.related);
        diagnostic.routes.iter_mut().for_each(|route| *route = self.route(route));
        if let Some(Fix { title, replacements, .. }) = &mut diagnostic.fix {
            *title = self.message(title);
            replacements.iter_mut().for_each(|(place, _)| self.place(place));
        }
    }

    fn app(&self, app: &mut AppReport) {
        app.root = self.file(&app.root);
        app.evidence.iter_mut().for_each(|evidence| *evidence = self.headed(evidence));
        for route in &mut app.routes {
            route.file = self.file(&route.file);
            route.path = self.route(&route.path);
        }
    }

    /// The name of a route: server actions are called by their files.
    fn route(&self, name: &str) -> String {
        self.mentioned(name).unwrap_or_else(|| name.to_owned())
    }

    /// A text that begins with a path and a colon, such as `tsconfig.json:3:5: expected`, or is one.
    fn headed(&self, text: &str) -> String {
        let (head, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
        if head.is_empty() || !(self.exists)(&self.report.base.join(head)) {
            return text.to_owned();
        }
        self.file(head) + rest
    }

    /// A message whose words that are files of the project are seen from the folder.
    fn message(&self, text: &str) -> String {
        let mut seen = String::with_capacity(text.len());
        let mut last = "";
        for piece in text.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end().trim_end_matches(['.', ',', ';', ':']);
            let shown = match last {
                // `such as lib/db.ts` is an example, which may well be there.
                "as" => None,
                "to" => self.mentioned(word).or_else(|| self.to_be_made(word)),
                _ => self.mentioned(word),
            };
            match shown {
                Some(shown) => seen.extend([&shown, &piece[word.len()..]]),
                None => seen.push_str(piece),
            }
            last = word;
        }
        seen
    }

    /// A file that messages name: relative to the project.
    fn mentioned(&self, word: &str) -> Option<String> {
        let path = self.code(word)?;
        (self.exists)(&path).then(|| relative(self.folder, &path))
    }

    /// A file to move code to: `src/proxy.ts`, or in quotes a route, of which up to one folder is yet to be made.
    fn to_be_made(&self, word: &str) -> Option<String> {
        let quoted = word.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
        let path = match quoted {
            Some(route) => self.code(route).filter(|_| route.ends_with("/route.ts"))?,
            None => self.code(word)?,
        };
        let mut folders = path.ancestors().skip(1).take(if quoted.is_some() { 2 } else { 1 });
        if !folders.any(|folder| folder.starts_with(&self.report.project) && (self.exists)(folder)) {
            return None;
        }
        let shown = relative(self.folder, &path);
        Some(if quoted.is_some() { format!("`{shown}`") } else { shown })
    }

    /// Where a code file of this name would be.
    fn code(&self, word: &str) -> Option<std::path::PathBuf> {
        let is_code = CODE.iter().any(|end| word.ends_with(end)) && !word.starts_with(['/', '.', '`']);
        (is_code && self.report.project.is_absolute()).then(|| self.report.project.join(word))
    }
}

/// The way from one absolute folder to a path, with `/` between its segments; `.` if they are the same.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to) = (segments(from), segments(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    let way: Vec<&str> = up.chain(to[shared..].iter().map(|segment| &**segment)).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

/// The segments of a path, in which `..` takes one back.
fn segments(path: &Path) -> Vec<Cow<'_, str>> {
    let mut segments = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(segments.pop()),
            other => segments.push(other.as_os_str().to_string_lossy()),
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::report;

    /// The sample below `/repo/apps`, in a project that begins at `/repo`.
    fn sample() -> Report {
        Report { base: "/repo/apps".into(), project: "/repo".into(), ..report() }
    }

    fn seen(report: &Report, folder: &str) -> Report {
        let there = ["/repo/packages/db/index.ts", "/repo/apps/web", "/repo/apps/tsconfig.json"];
        let there = [&there[..], &["/repo/apps/web/vercel.json", "/repo/middleware.ts"]].concat();
        report.seen_from(Path::new(folder), &|path| there.iter().any(|it| path == Path::new(it))).into_owned()
    }

    #[test]
    fn every_path_is_seen_from_the_folder() {
        let mut report = sample();
        report.diagnostics[0].trace[0].message = "GET loads packages/db/index.ts".into();
        report.diagnostics[0].trace[0].place.file = "../packages/db/index.ts".into();
        let above = seen(&report, "/repo");
        let trace = &above.diagnostics[0].trace;
        assert_eq!(trace[0].place.file, "packages/db/index.ts");
        assert_eq!(trace[0].message, "GET loads packages/db/index.ts");
        assert_eq!(trace[1].place.file, "apps/lib/db \"it's\" 100%.ts");
        assert_eq!(above.diagnostics[1].place.file, "apps/app/api/users/[id]/route.ts");
        assert_eq!(above.apps[0].root, "apps/web");
        assert_eq!(above.apps[0].evidence, ["apps/web/vercel.json"]);
        assert_eq!(above.apps[0].routes[0].file, "apps/app/api/users/[id]/route.ts");
        assert!(above.warnings[0].starts_with("apps/tsconfig.json:3:5: expected"), "{:?}", above.warnings);
        assert_eq!(above.stale.as_ref().unwrap()[0].file, "apps/lib/old.ts");
        assert_eq!(above.base.join(&above.apps[0].root), report.base.join(&report.apps[0].root));
        let below = seen(&report, "/repo/apps/lib");
        assert_eq!(below.diagnostics[0].place.file, "db \"it's\" 100%.ts");
        assert_eq!(below.diagnostics[0].trace[0].message, "GET loads ../../packages/db/index.ts");
        assert_eq!(below.stale.as_ref().unwrap()[0].file, "old.ts");
        for seen in [above, below] {
            let file = &seen.diagnostics[1].place.file;
            assert_eq!(seen.repository_path(file), "apps/app/api/users/[id]/route.ts");
        }
    }

    #[test]
    fn words_are_paths_only_where_they_name_files() {
        let from = |text: &str| {
            let mut report = sample();
            report.diagnostics[0].help = text.into();
            seen(&report, "/").diagnostics.swap_remove(0).help
        };
        assert_eq!(
            from("Take packages/db/index.ts,\n  or lib/db.ts."),
            "Take repo/packages/db/index.ts,\n  or lib/db.ts."
        );
        assert_eq!(from("a write to `packages/db/index.ts`"), "a write to `packages/db/index.ts`");
        assert_eq!(from("Move it to `apps/web/x/route.ts`."), "Move it to `repo/apps/web/x/route.ts`.");
        assert_eq!(from("Move it to `gone/x/route.ts`."), "Move it to `gone/x/route.ts`.");
        assert_eq!(from("Move it to apps/web/proxy.ts."), "Move it to repo/apps/web/proxy.ts.");
        assert_eq!(from("such as packages/db/index.ts"), "such as packages/db/index.ts");
        assert_eq!(from("/middleware.ts, ./middleware.ts"), "/middleware.ts, ./middleware.ts");
        assert_eq!(from("middleware.ts is the one"), "repo/middleware.ts is the one");
    }

    #[test]
    fn a_folder_elsewhere_changes_nothing() {
        let report = sample();
        for folder in ["/repo/apps", "/repo/docs", "/elsewhere"] {
            assert!(matches!(report.seen_from(Path::new(folder), &|_| true), Cow::Borrowed(_)), "{folder}");
        }
        let nowhere = Report { base: "".into(), ..sample() };
        assert!(matches!(nowhere.seen_from(Path::new("/"), &|_| true), Cow::Borrowed(_)));
    }

    #[test]
    fn ways_go_up_as_far_as_they_must() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a", "/a"), ".");
        assert_eq!(way("/a", "/a/b/../c/d.ts"), "c/d.ts");
        assert_eq!(way("/a/b/c", "/a/x.ts"), "../../x.ts");
        assert_eq!(way("/", "/a/./b"), "a/b");
    }
}
