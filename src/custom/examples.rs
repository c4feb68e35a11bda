//! The examples of rules' pages, as projects with the findings that each must give.
//!
//! A heading `### …` begins an example, and may name its target: `### On Workers {target=cloudflare}`. Every
//! fenced block below it whose info string has `title="path"` is a file of the example; other blocks are prose.
//! `// error: [rule-id]` (or `warning`, `info`) on a line says that the rule reports that line; several stand
//! one after the other. Nothing else in the example may be reported.

/// A small project and what must be found in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// Its heading.
    pub title: String,
    /// The target that its heading names; without one the target is detected.
    pub target: Option<String>,
    /// Path and text of its files, in order.
    pub files: Vec<(String, String)>,
    /// What must be reported, in order.
    pub expected: Vec<Expected>,
}

impl Example {
    /// A project of these files, with what their comments expect.
    ///
    /// # Errors
    /// Two files of one path.
    pub fn new(title: String, target: Option<String>, files: Vec<(String, String)>) -> Result<Self, String> {
        let mut example = Self { title, target, files: Vec::new(), expected: Vec::new() };
        for (name, text) in files {
            add(&mut example, &name, text)?;
        }
        Ok(example)
    }
}

/// A finding that must be there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// Path of the file.
    pub file: String,
    /// Line of the primary span, from 1.
    pub line: usize,
    /// Id of the rule.
    pub rule: String,
    /// `error`, `warning` or `info`.
    pub severity: String,
}

/// A mistake in a page's examples.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ExampleMistake {
    /// The line, from 1.
    pub line: usize,
    /// The line's first byte.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

/// The examples of a page.
///
/// # Errors
/// A titled block outside an example, two files of one path, a block that does not end.
pub fn examples(page: &str) -> Result<Vec<Example>, ExampleMistake> {
    let mut examples: Vec<Example> = Vec::new();
    let mut open = false;
    let mut lines = page.lines().enumerate();
    let mistake = |at: usize, message: String| {
        let offset = page.split_inclusive('\n').take(at).map(str::len).sum();
        ExampleMistake { line: at + 1, offset, message }
    };
    while let Some((at, line)) = lines.next() {
        if let Some(fence) = fence_of(line) {
            let body = block(&mut lines, fence);
            let body = body.ok_or_else(|| mistake(at, "the block does not end".to_owned()))?;
            if let Some(name) = file_name(line) {
                let example = if open { examples.last_mut() } else { None };
                let outside = || mistake(at, format!("`{name}` is not below a `###` heading"));
                let example = example.ok_or_else(outside)?;
                add(example, name, body).map_err(|message| mistake(at, message))?;
            }
        } else if let Some(heading) = line.strip_prefix("### ") {
            let (title, target) = heading_of(heading);
            examples.push(Example { title, target, files: Vec::new(), expected: Vec::new() });
            open = true;
        } else if line.starts_with("# ") || line.starts_with("## ") {
            open = false;
        }
    }
    examples.retain(|example| !example.files.is_empty());
    Ok(examples)
}

/// The run of backticks that opens a block.
fn fence_of(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('`');
    let fence = &line[..line.len() - rest.len()];
    (fence.len() >= 3).then_some(fence)
}

/// The lines up to the one that closes the block.
fn block<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>, fence: &str) -> Option<String> {
    let mut body = String::new();
    for (_, line) in lines {
        if line.trim_end() == fence {
            return Some(body);
        }
        body.push_str(line);
        body.push('\n');
    }
    None
}

/// `path` of `title="path"` in an info string.
fn file_name(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(" title=\"")?;
    rest.split_once('"').map(|(name, _)| name)
}

fn heading_of(heading: &str) -> (String, Option<String>) {
    match heading.rsplit_once(" {target=") {
        Some((title, target)) => (title.to_owned(), target.strip_suffix('}').map(str::to_owned)),
        None => (heading.to_owned(), None),
    }
}

fn add(example: &mut Example, name: &str, body: String) -> Result<(), String> {
    if example.files.iter().any(|(file, _)| file == name) {
        return Err(format!("`{name}` is in `{}` twice", example.title));
    }
    for (at, line) in body.lines().enumerate() {
        for (severity, rule) in marks(line) {
            let (file, line) = (name.to_owned(), at + 1);
            example.expected.push(Expected {
                file,
                line,
                rule: rule.to_owned(),
                severity: severity.to_owned(),
            });
        }
    }
    example.files.push((name.to_owned(), body));
    Ok(())
}

/// What a line's comment expects: `// error: [a] info: [b]`.
fn marks(line: &str) -> Vec<(&str, &str)> {
    let Some((_, comment)) = line.rsplit_once("// ") else { return Vec::new() };
    let mut marks = Vec::new();
    let mut rest = comment.trim();
    while let Some((severity, after)) = rest.split_once(": [") {
        let Some((rule, after)) = after.split_once(']') else { break };
        if !matches!(severity, "error" | "warning" | "info") {
            break;
        }
        marks.push((severity, rule));
        rest = after.trim_start_matches([',', ' ']);
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# a-rule\n\n```ts\nnot(a, file);\n```\n\n## Found\n\n### One {target=cloudflare}\n\n\
        ```ts title=\"lib/a.ts\"\nconst a = 1;\nopen(a); // error: [a-rule], info: [b-rule]\n```\n\n\
        ````ts title=\"app/api/x/route.ts\"\nconst fence = `\n```\n`; // see a: [b]\n````\n\n### Two\n\n\
        ```js title=\"lib/a.ts\"\n// warning: nothing\n```\n";

    #[test]
    fn a_page_gives_its_projects() -> Result<(), ExampleMistake> {
        let found = examples(PAGE)?;
        let titles: Vec<_> = found.iter().map(|e| (e.title.as_str(), e.target.as_deref())).collect();
        assert_eq!(titles, [("One", Some("cloudflare")), ("Two", None)]);
        let files: Vec<_> = found[0].files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(files, ["lib/a.ts", "app/api/x/route.ts"]);
        assert_eq!(found[0].files[1].1, "const fence = `\n```\n`; // see a: [b]\n");
        Ok(())
    }

    #[test]
    fn comments_give_what_is_expected() -> Result<(), ExampleMistake> {
        let found = examples(PAGE)?;
        let expected = |severity: &str, rule: &str| Expected {
            file: "lib/a.ts".to_owned(),
            line: 2,
            rule: rule.to_owned(),
            severity: severity.to_owned(),
        };
        assert_eq!(found[0].expected, [expected("error", "a-rule"), expected("info", "b-rule")]);
        assert_eq!(found[1].expected, []);
        Ok(())
    }

    #[test]
    fn mistakes_are_said_with_their_line() {
        let said = |page: &str| examples(page).map_err(|mistake| mistake.to_string());
        let outside = "# a\n\n```ts title=\"a.ts\"\n```\n";
        assert_eq!(said(outside), Err("line 3: `a.ts` is not below a `###` heading".to_owned()));
        assert_eq!(examples(outside).map_err(|mistake| mistake.offset), Err(5));
        let twice = "### A\n```ts title=\"a.ts\"\n```\n```ts title=\"a.ts\"\n```\n";
        assert_eq!(said(twice), Err("line 4: `a.ts` is in `A` twice".to_owned()));
        assert_eq!(said("### A\n```ts title=\"a.ts\"\n"), Err("line 2: the block does not end".to_owned()));
    }
}
