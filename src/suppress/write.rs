//! Writing comments that silence findings, so that nothing else in the file changes.

use std::collections::BTreeMap;

use crate::syntax::{self, Arena};

use super::directive::read;

/// A finding that a comment has to silence.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// First byte of the construct.
    pub start: u32,
    /// Its rule.
    pub rule: String,
}

/// A file with comments added.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many findings are silenced.
    pub silenced: usize,
    /// The findings that no comment could be written for.
    pub left: Vec<Wanted>,
}

/// Adds a comment for every line with findings. `reason` is one line and does not hold `*/`.
///
/// A comment stands above the line, with its indentation and line end, in the form that is a comment there: in
/// JSX with braces, in a template within the expression. What the parser does not take for one is not written.
/// Runs on a thread with [`syntax::STACK_SIZE`] bytes of stack.
#[must_use]
pub fn write(path: &str, bytes: &[u8], wanted: &[Wanted], reason: &str) -> Written {
    let text = syntax::decode(bytes.to_vec()).text;
    let mut lines: BTreeMap<usize, Vec<&Wanted>> = BTreeMap::new();
    for finding in wanted {
        lines.entry(line_start(&text, finding.start as usize)).or_default().push(finding);
    }
    let mut written = Written { bytes: bytes.to_vec(), silenced: 0, left: Vec::new() };
    let mut arena = Arena::default();
    let problems = syntax::read_module(path, &text, &mut arena).problems.len();
    // From the end, so that the places of the others stay what they are.
    for (start, findings) in lines.into_iter().rev() {
        let mut rules: Vec<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        let words = format!("routelint-ignore {}: {reason}", rules.join(", "));
        let construct = findings.iter().map(|finding| finding.start as usize).min().unwrap_or(start);
        let attempt = candidates(&text, &written.bytes, start, construct, &words)
            .into_iter()
            .map(|(at, comment)| (inserted(&written.bytes, at, &comment), at, comment.len()))
            .find(|(bytes, at, length)| {
                silences((path, problems), bytes, &findings, (*at, *length), &mut arena)
            });
        match attempt {
            Some((bytes, ..)) => {
                written.bytes = bytes;
                written.silenced += findings.len();
            }
            None => written.left.extend(findings.into_iter().cloned()),
        }
    }
    written.left.sort_by_key(|finding| finding.start);
    written
}

/// Where a comment may stand and how it is written there, best first.
fn candidates(text: &str, bytes: &[u8], start: usize, construct: usize, words: &str) -> [(usize, String); 4] {
    let end = text[start..].find(['\n', '\r']).map_or(text.len(), |found| start + found);
    // A byte order mark reads as spaces, and stays the first thing in its file.
    let mark = if start == 0 && bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let line = &text[start + mark..end];
    let indent = &line[..line.len() - line.trim_start().len()];
    let line_end = line_end(text, end);
    [
        (start + mark, format!("{indent}// {words}{line_end}")),
        (start + mark, format!("{indent}{{/* {words} */}}{line_end}")),
        (end, format!(" // {words}")),
        (construct, format!("/* {words} */ ")),
    ]
}

fn inserted(bytes: &[u8], at: usize, comment: &str) -> Vec<u8> {
    let (before, after) = bytes.split_at(at.min(bytes.len()));
    [before, comment.as_bytes(), after].concat()
}

/// Whether all of these findings are silenced in a file with `length` bytes more at `at`, and it reads as well as
/// before.
fn silences(
    (path, problems): (&str, usize),
    bytes: &[u8],
    findings: &[&Wanted],
    (at, length): (usize, usize),
    arena: &mut Arena,
) -> bool {
    let facts = syntax::read_module(path, &syntax::decode(bytes.to_vec()).text, arena);
    let new = |comment: &&crate::facts::Comment| (at..at + length).contains(&(comment.span.start as usize));
    let Some(Ok(directive)) = facts.comments.iter().find(new).and_then(read) else { return false };
    let reads = facts.problems.len() <= problems;
    reads
        && findings.iter().all(|finding| {
            let moved = if finding.start as usize >= at { length } else { 0 };
            let start = finding.start.saturating_add(u32::try_from(moved).unwrap_or(u32::MAX));
            directive.silences(&finding.rule, start)
        })
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |found| found + 1)
}

/// The line end that stands at `end`, or else the one that the file uses.
fn line_end(text: &str, end: usize) -> &'static str {
    let of = |rest: &str| match rest.as_bytes() {
        [b'\r', b'\n', ..] => Some("\r\n"),
        [b'\r', ..] => Some("\r"),
        [b'\n', ..] => Some("\n"),
        _ => None,
    };
    let first = || text.find(['\n', '\r']).and_then(|at| of(&text[at..]));
    of(&text[end..]).or_else(first).unwrap_or("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file with a comment for each `new X()`.
    fn silenced(path: &str, text: &str) -> String {
        let starts = text.match_indices("new X()").map(|(at, _)| u32::try_from(at).unwrap());
        let wanted: Vec<Wanted> = starts.map(|start| Wanted { start, rule: "a-rule".into() }).collect();
        let (path, text) = (path.to_owned(), text.to_owned());
        let run = move || write(&path, text.as_bytes(), &wanted, "why");
        let thread = std::thread::Builder::new().stack_size(syntax::STACK_SIZE).spawn(run).unwrap();
        let written = thread.join().unwrap();
        assert!(written.left.is_empty(), "{:?}", written.left);
        String::from_utf8(written.bytes).unwrap()
    }

    #[test]
    fn comments_keep_indentation_line_ends_and_mark() {
        assert_eq!(
            silenced("a.ts", "\u{feff}const a = new X();\r\n\tconst b = [new X(), new X()];"),
            "\u{feff}// routelint-ignore a-rule: why\r\nconst a = new X();\r\n\
             \t// routelint-ignore a-rule: why\r\n\tconst b = [new X(), new X()];"
        );
        assert_eq!(silenced("a.ts", "new X()"), "// routelint-ignore a-rule: why\nnew X()");
    }

    #[test]
    fn comments_are_comments_where_they_stand() {
        assert_eq!(
            silenced("a.tsx", "const a = <p>\n  text {new X()}\n</p>;\n"),
            "const a = <p>\n  {/* routelint-ignore a-rule: why */}\n  text {new X()}\n</p>;\n"
        );
        assert_eq!(
            silenced("a.ts", "const a = `\n  ${new X()} text\n`;\n"),
            "const a = `\n  ${/* routelint-ignore a-rule: why */ new X()} text\n`;\n"
        );
        assert_eq!(
            silenced("a.ts", "const a = `\n  ${new X(\n)} text\n`;\n".replace("X(\n)", "X()").as_str()),
            "const a = `\n  ${/* routelint-ignore a-rule: why */ new X()} text\n`;\n"
        );
    }
}
