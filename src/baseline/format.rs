//! The file: a line that names its version, then an entry per line, sorted by file, rule and text.

use crate::diagnostic::{FileProblem, FileProblems};
use crate::span::Span;

use super::{Baseline, Entry};

/// The first line, less its version.
const HEADER: &str = "# routelint baseline, version ";
/// The version that this program writes, and the only one it reads.
const VERSION: u32 = 1;
/// Of a construct's text so many characters are kept.
const MAX_TEXT: usize = 60;
/// No baseline is larger: more than 100,000 findings.
pub const MAX_BYTES: u64 = 32 << 20;

/// The text of a baseline's file.
#[must_use]
pub fn write(baseline: &Baseline) -> String {
    let mut lines: Vec<_> =
        baseline.entries.iter().map(|(fingerprint, entry)| (entry, fingerprint)).collect();
    lines.sort();
    let mut text = format!("{HEADER}{VERSION}: known findings. `routelint baseline` writes this file.\n");
    for (Entry { file, rule, text: construct }, fingerprint) in lines {
        let fields = [fingerprint, rule, &field(file, usize::MAX), &field(construct, MAX_TEXT)];
        text.push_str(&fields.map(String::as_str).join("\t"));
        text.push('\n');
    }
    text
}

/// A text as one field: white space is one space, and nothing in it moves a cursor.
fn field(text: &str, most: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = words.chars().filter(|c| !c.is_control()).take(most).collect();
    if shown.chars().count() < words.chars().count() { shown.trim_end().to_owned() + "…" } else { shown }
}

/// Reads the text of a baseline's file.
///
/// # Errors
/// The first line that is wrong.
pub fn parse(file: &str, text: &str) -> Result<Baseline, FileProblems> {
    let mut start = 0;
    let mut baseline = Baseline::default();
    for (number, whole) in text.split_inclusive('\n').enumerate() {
        let line = whole.trim_end_matches(['\n', '\r']);
        let entry = if number == 0 { header(line).map(|()| None) } else { entry(line) };
        match entry {
            Ok(None) => {}
            Ok(Some((fingerprint, entry))) => {
                // Two branches may both have added a finding: git's union of them is right.
                baseline.entries.insert(fingerprint, entry);
            }
            Err((message, help)) => return Err(wrong(file, text, (start, line.len()), message, help)),
        }
        start += whole.len();
    }
    if text.is_empty() {
        let message = "the file is empty".to_owned();
        return Err(wrong(
            file,
            text,
            (0, 0),
            message,
            "a baseline begins with a line that names its version",
        ));
    }
    Ok(baseline)
}

type Wrong = (String, &'static str);

fn header(line: &str) -> Result<(), Wrong> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let Some(rest) = line.strip_prefix(HEADER) else {
        let help = "a baseline begins with a line that names its version; `routelint baseline` writes one";
        return Err(("this is no baseline of routelint".to_owned(), help));
    };
    let version = rest.split(':').next().unwrap_or_default().trim();
    match version.parse::<u32>() {
        Ok(VERSION) => Ok(()),
        Ok(newer) if newer > VERSION => {
            let message =
                format!("this baseline has version {newer}; this routelint reads version {VERSION}");
            Err((message, "a newer routelint wrote it: use that one"))
        }
        _ => Err((format!("`{version}` is no version of a baseline"), "`routelint baseline` writes it anew")),
    }
}

fn entry(line: &str) -> Result<Option<(String, Entry)>, Wrong> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let help = "an entry is a fingerprint, a rule, a file and a text, with tabs between; `routelint baseline` \
                writes them";
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
        let help = "take the lines of both sides, then run `routelint baseline`";
        return Err(("a merge has not been finished here".to_owned(), help));
    }
    let mut fields = line.splitn(4, '\t');
    let (Some(fingerprint), Some(rule), Some(file)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(("this line is no entry".to_owned(), help));
    };
    let is_digest =
        fingerprint.len() == 32 && fingerprint.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_digest || rule.is_empty() || file.is_empty() {
        return Err(("this line is no entry".to_owned(), help));
    }
    let text = fields.next().unwrap_or_default().to_owned();
    Ok(Some((fingerprint.to_owned(), Entry { file: file.to_owned(), rule: rule.to_owned(), text })))
}

fn wrong(
    file: &str,
    text: &str,
    (start, length): (usize, usize),
    message: String,
    help: &str,
) -> FileProblems {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span::new(number(start), number(start + length));
    let problems = vec![FileProblem { message, help: Some(help.to_owned()), span }];
    FileProblems { file: file.to_owned(), text: text.to_owned(), problems }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(file: &str, text: &str) -> Entry {
        Entry { file: file.into(), rule: "a-rule".into(), text: text.into() }
    }

    #[test]
    fn what_is_written_is_read() {
        let long =
            "new Pool({\n\tconnectionString: process.env.DATABASE_URL, max: 1, idleTimeoutMillis: 5000 })";
        let mut baseline = Baseline::default();
        baseline.entries.insert("b".repeat(32), entry("lib/a\u{1b}.ts", long));
        baseline.entries.insert("c".repeat(32), entry("app/b.ts", ""));
        let text = write(&baseline);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], format!("{}\ta-rule\tapp/b.ts\t", "c".repeat(32)));
        assert!(lines[2].ends_with("new Pool({ connectionString: process.env.DATABASE_URL, max:…"), "{text}");
        assert!(!text.contains('\u{1b}'));
        let read = parse("x", &text).unwrap();
        assert_eq!(write(&read), text);
        assert!(read.holds(&"b".repeat(32)) && !read.holds("b"));
        assert_eq!(parse("x", &text.replace('\n', "\r\n")).unwrap(), read);
    }

    #[test]
    fn what_is_wrong_is_marked() {
        let good = write(&Baseline::default());
        let wrong = |text: &str| {
            let found = parse("x", text).unwrap_err();
            let problem = &found.problems[0];
            (problem.message.clone(), text[problem.span.start as usize..problem.span.end as usize].to_owned())
        };
        assert_eq!(wrong(&format!("{good}abc\n")).1, "abc");
        assert_eq!(wrong(&format!("{good}\n<<<<<<< HEAD\r\n")).1, "<<<<<<< HEAD");
        assert_eq!(wrong(&format!("{good}{}\trule\n", "a".repeat(32))).0, "this line is no entry");
        assert!(wrong(&good.replace("version 1", "version 2")).0.contains("has version 2"));
        assert!(wrong(&good.replace("version 1", "version x")).0.contains("`x`"));
        assert!(wrong("{}\n").0.contains("no baseline"));
        assert!(wrong("").0.contains("empty"));
    }
}
