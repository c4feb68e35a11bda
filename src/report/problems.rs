//! Mistakes in a file that people keep for routelint, each in a frame like a finding.

use std::io::{self, Write};
use std::sync::Arc;

use crate::diagnostic::{FileProblems, Severity};

use super::escape::{many_lines, one_line};
use super::frame::{Label, frame};
use super::model::Place;
use super::source::SourceText;
use super::style::Page;

/// Writes what is wrong with the file, and where.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_problems(found: &FileProblems, page: Page, out: &mut impl Write) -> io::Result<()> {
    let source = Arc::new(SourceText::new(found.text.clone()));
    for (index, problem) in found.problems.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let error = page.severity(Severity::Error, "error:");
        writeln!(out, "{}", page.wrap(&format!("{error} {}", many_lines(&problem.message)), "", "  "))?;
        let place = Place {
            file: found.file.clone(),
            source: Arc::clone(&source),
            start: problem.span.start,
            end: problem.span.end,
        };
        let drawn = frame(page, Severity::Error, &[Label { place: &place, text: None, primary: true }], None);
        if drawn.text.is_empty() {
            writeln!(out, "  {}", page.link(&one_line(&place.link())))?;
        }
        out.write_all(drawn.text.as_bytes())?;
        if let Some(help) = &problem.help {
            let help = format!("{} {}", page.bold("help:"), many_lines(help));
            writeln!(out, "{}", page.wrap(&help, "  ", "        "))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileProblem;
    use crate::span::Span;

    #[test]
    fn a_mistake_is_shown_in_its_lines() {
        let text = "{\n  \"rulez\": {\u{1b}}\n}\n".to_owned();
        let problem = |start, end, message: &str| FileProblem {
            message: message.to_owned(),
            help: Some("did you mean `rules`?".to_owned()),
            span: Span::new(start, end),
        };
        let problems =
            vec![problem(4, 11, "there is no key `rulez` here"), problem(900, 901, "past the end")];
        let found = FileProblems { file: "routelint.json".to_owned(), text, problems };
        let mut out = Vec::new();
        write_problems(&found, Page::default(), &mut out).unwrap();
        let shown = String::from_utf8(out).unwrap();
        assert!(shown.starts_with("error: there is no key `rulez` here\n"), "{shown}");
        assert!(shown.contains("[routelint.json:2:3]") && shown.contains("  help: did you mean"), "{shown}");
        assert!(!shown.contains('\u{1b}'));
    }
}
