//! Globs over files: relative to a folder, `/` between segments.

use std::fmt;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A set of globs. A glob that names a folder stands for all that is below it.
///
/// `*`, `?` and `{a,b}` stay within a segment, `**` does not. Brackets and parentheses mean themselves, because
/// Next names folders `[id]` and `(shop)`.
#[derive(Clone, Default)]
pub struct Globs {
    set: GlobSet,
    globs: Vec<String>,
}

/// As they were written: what is made of them says the same.
impl fmt::Debug for Globs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.globs.fmt(f)
    }
}

impl Globs {
    /// A set of these globs.
    ///
    /// # Errors
    /// The index of the glob that is none, and what is wrong with it.
    pub fn new(globs: &[String]) -> Result<Self, (usize, String)> {
        let mut set = GlobSetBuilder::new();
        for (index, text) in globs.iter().enumerate() {
            let wrong = |problem: String| (index, problem);
            let glob = relative(text).map_err(wrong)?;
            for pattern in [glob.clone(), format!("{glob}/**")] {
                let built = GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(true).build();
                set.add(built.map_err(|error| wrong(plain(&error)))?);
            }
        }
        let set = set.build().map_err(|error| (0, plain(&error)))?;
        Ok(Self { set, globs: globs.to_vec() })
    }

    /// Whether a path matches one of them.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }
}

/// What is wrong, without the advice to escape with brackets, which mean themselves here.
fn plain(error: &globset::Error) -> String {
    let text = error.kind().to_string();
    text.split(" (maybe").next().unwrap_or_default().to_owned()
}

/// The glob as `globset` wants it.
fn relative(text: &str) -> Result<String, String> {
    let glob = text.strip_prefix("./").unwrap_or(text);
    let glob = glob.strip_suffix('/').unwrap_or(glob);
    if glob.is_empty() {
        return Err("the glob is empty; `**` matches everything".to_owned());
    }
    if glob.starts_with('!') {
        return Err("a glob cannot be negated; use `exclude`".to_owned());
    }
    if glob.contains('\\') {
        return Err("`/` stands between folders, on Windows too".to_owned());
    }
    if glob.starts_with('/') || glob.split('/').any(|segment| segment == "..") {
        return Err("globs are relative to the folder of the configuration, and stay below it".to_owned());
    }
    let mut escaped = String::with_capacity(glob.len() + 8);
    for c in glob.chars() {
        if matches!(c, '[' | ']') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    Ok(if escaped == "." { "**".to_owned() } else { escaped })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(list: &[&str]) -> Globs {
        Globs::new(&list.iter().map(|&glob| glob.to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn folders_of_next_mean_themselves() {
        let set = globs(&["app/api/[id]/**", "app/(shop)", "apps/*/lib/[[...rest]].ts"]);
        for path in
            ["app/api/[id]/route.ts", "app/(shop)/api/route.ts", "app/(shop)", "apps/web/lib/[[...rest]].ts"]
        {
            assert!(set.matches(path), "{path}");
        }
        for path in ["app/api/i/route.ts", "app/api/id/route.ts", "apps/a/b/lib/[[...rest]].ts"] {
            assert!(!set.matches(path), "{path}");
        }
        assert!(globs(&["./lib/"]).matches("lib/a/b.ts") && !globs(&["lib"]).matches("libs/a.ts"));
        assert!(globs(&["."]).matches("a/b.ts") && globs(&["**"]).matches("a.ts"));
    }

    #[test]
    fn what_is_no_glob_is_said() {
        for (glob, part) in [
            ("", "empty"),
            ("!a", "`exclude`"),
            ("a\\b", "`/`"),
            ("../a", "below it"),
            ("/a", "below it"),
            ("{a", "alternat"),
        ] {
            let (index, text) = Globs::new(&["ok".to_owned(), glob.to_owned()]).unwrap_err();
            assert!(index == 1 && text.contains(part), "{glob}: {text}");
        }
    }
}
