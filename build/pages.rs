//! `rules/<id>.md`: the front matter, TOML between two lines `+++`, and the page below it.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::Deserialize;

use crate::{Problems, files, line_at};

/// The families that reports group rules by.
const FAMILIES: [&str; 8] =
    ["clients", "sockets", "state", "work", "after-response", "middleware", "platform", "tool"];

/// A page: what stands in its front matter, and its text.
pub(crate) struct Page {
    pub(crate) front: Front,
    pub(crate) body: String,
}

/// The keys of the front matter; all are needed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Front {
    pub(crate) title: String,
    pub(crate) family: String,
    pub(crate) confidence: Confidence,
    pub(crate) since: String,
    pub(crate) status: Status,
    pub(crate) severity: SeverityTable,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Confidence {
    Low,
    Medium,
    High,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    Stable,
    OptIn,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    Off,
    Info,
    Warning,
    Error,
}

/// One level per target.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct SeverityTable {
    vercel: Level,
    netlify: Level,
    lambda: Level,
    cloudflare: Level,
    cloud_run: Level,
    server: Level,
    cluster: Level,
}

impl SeverityTable {
    /// The levels in the order of `Target::ALL`.
    pub(crate) fn levels(&self) -> [Level; 7] {
        [self.vercel, self.netlify, self.lambda, self.cloudflare, self.cloud_run, self.server, self.cluster]
    }
}

/// Every page by the id of its rule; `None` is a page with front matter that cannot be read. `README.md` is the
/// index of the folder, not a page.
pub(crate) fn read(root: &Path, problems: &mut Problems) -> io::Result<BTreeMap<String, Option<Page>>> {
    let mut pages = BTreeMap::new();
    for (id, path) in files(&root.join("rules"), "md")? {
        if id == "README" {
            continue;
        }
        // A checkout on Windows may have changed the line ends.
        let text = fs::read_to_string(path)?.replace("\r\n", "\n");
        let page = match page(&text) {
            Ok(page) => {
                wrong(&id, &page, problems);
                Some(page)
            }
            Err((line, text)) => {
                problems.push(format!("rules/{id}.md: line {line}: {text}"));
                None
            }
        };
        pages.insert(id, page);
    }
    Ok(pages)
}

fn page(text: &str) -> Result<Page, (usize, String)> {
    let opening = || (1, "a page begins with front matter: TOML between two lines `+++`".to_owned());
    let rest = text.strip_prefix("+++\n").ok_or_else(opening)?;
    let (front, body) = rest.split_once("\n+++\n").ok_or_else(opening)?;
    let front = toml::from_str(front).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(front, span.start));
        (line + 1, error.message().to_owned())
    })?;
    Ok(Page { front, body: body.trim().to_owned() + "\n" })
}

fn wrong(id: &str, page: &Page, problems: &mut Problems) {
    let Front { title, family, since, .. } = &page.front;
    let mut problem = |text: String| problems.push(format!("rules/{id}.md: {text}"));
    if !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        problem("a rule's id is kebab-case".to_owned());
    }
    if title.is_empty() || title.ends_with('.') || title.contains('\n') {
        problem("`title` is one line without a full stop".to_owned());
    }
    if !FAMILIES.contains(&family.as_str()) {
        problem(format!("`family = \"{family}\"` is none of {}", FAMILIES.join(", ")));
    }
    let numbers: Vec<_> = since.split('.').map(str::parse::<u32>).collect();
    if numbers.len() != 3 || numbers.iter().any(Result::is_err) {
        problem(format!("`since = \"{since}\"` is not a version such as 0.1.0"));
    }
    if page.body.lines().next() != Some(&format!("# {id}")) {
        problem(format!("the page begins with the heading `# {id}`"));
    }
}
