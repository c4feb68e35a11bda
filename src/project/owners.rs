//! `CODEOWNERS`: who has to agree to a change of which file.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A `CODEOWNERS` file.
#[derive(Clone, Debug)]
pub struct Owners {
    /// Its path relative to the project's root; `..` leads to the repository around it.
    pub file: String,
    /// From the repository's root to the project's, empty or with a `/` at its end.
    prefix: String,
    rules: Vec<Rule>,
}

/// One line.
#[derive(Clone, Debug)]
struct Rule {
    /// A matcher of its own: a pattern further down wins, however far up in the path it fits.
    matcher: Gitignore,
    line: u32,
    by: Vec<String>,
}

/// Who owns a file, and which line says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owned<'o> {
    /// The owners as written: `@team`, `someone@example.org`. Empty where a line takes owners away.
    pub by: &'o [String],
    /// The line, from 1.
    pub line: u32,
}

impl Owners {
    /// Reads the text of a file. Lines that are no patterns are left out, as GitHub leaves them out.
    pub(super) fn parse(file: String, prefix: String, text: &str) -> Self {
        let mut rules = Vec::new();
        for (line, content) in (1..).zip(text.lines()) {
            let content = content.split_once(" #").map_or(content, |(rule, _)| rule).trim();
            // GitLab's sections have no meaning of their own here.
            if content.is_empty() || content.starts_with(['#', '[', '^', '!']) {
                continue;
            }
            let mut words = content.split_whitespace();
            let Some(pattern) = words.next() else { continue };
            let mut builder = GitignoreBuilder::new("");
            let matcher = builder.add_line(None, pattern).and_then(|builder| builder.build());
            let by = words.map(str::to_owned).collect();
            rules.extend(matcher.ok().map(|matcher| Rule { matcher, line, by }));
        }
        Self { file, prefix, rules }
    }

    /// Who owns a file of the project; the last pattern that fits decides.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<Owned<'_>> {
        let path = format!("{}{path}", self.prefix);
        let fits =
            |rule: &&Rule| rule.matcher.matched_path_or_any_parents(Path::new(&path), false).is_ignore();
        self.rules.iter().rev().find(fits).map(|rule| Owned { by: &rule.by, line: rule.line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_that_fits_decides() {
        let text = "* @all\n/app/ @web # pages\napp/api/ @backend @db\n\n# note\n[Section]\n/docs/*\n";
        let owners = Owners::parse("CODEOWNERS".to_owned(), String::new(), text);
        let of = |path: &str| owners.of(path).map(|owned| (owned.by.join(" "), owned.line));
        assert_eq!(of("app/page.tsx"), Some(("@web".to_owned(), 2)));
        assert_eq!(of("app/api/users/route.ts"), Some(("@backend @db".to_owned(), 3)));
        assert_eq!(of("lib/db.ts"), Some(("@all".to_owned(), 1)));
        assert_eq!(of("docs/a.md"), Some((String::new(), 7)));
    }

    #[test]
    fn a_project_inside_a_repository_is_seen_from_there() {
        let owners =
            Owners::parse("../../CODEOWNERS".to_owned(), "apps/web/".to_owned(), "/apps/web/app/ @web\n");
        assert!(owners.of("app/page.tsx").is_some());
        assert!(owners.of("lib/db.ts").is_none());
    }
}
