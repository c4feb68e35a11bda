//! Taking comments that silence nothing out of a file, or rules out of such a comment.

use crate::report::SourceText;
use crate::span::Span;

use super::{next_line, number};

/// The comment with the lines that it has for itself, or with the blanks on one side.
pub(super) fn without_comment(source: &SourceText, comment: Span) -> Option<(Span, String)> {
    let text = source.text();
    let (start, end) = (comment.start as usize, comment.end as usize);
    let first = source.line_range(source.line_index(comment.start));
    let last = source.line_range(source.line_index(comment.end));
    let (before, behind) = (text.get(first.start..start)?, text.get(end..last.end)?);
    let is_blank = |part: &str| part.trim().is_empty();
    let (start, end, left) = if is_blank(before) && is_blank(behind) {
        // The first line may begin with a byte order mark, which reads as blanks.
        let start = if first.start == 0 { start } else { first.start };
        (start, next_line(text, last.end), "")
    } else if is_blank(behind) {
        (first.start + before.trim_end().len(), last.end, "")
    } else if text.get(start..end)?.starts_with('{') {
        // Between tags every blank is text.
        (start, end, "")
    } else if text.get(start..end)?.contains(['\n', '\r']) {
        // Its line end may be what ends a statement.
        return None;
    } else if is_blank(before) || before.ends_with(char::is_whitespace) {
        (start, end + behind.len() - behind.trim_start().len(), "")
    } else {
        // Words and operators would run together.
        let parts = |c: char| c.is_whitespace() || "{}()[],;".contains(c);
        let apart = before.ends_with(parts) || behind.starts_with(parts);
        (start, end, if apart { "" } else { " " })
    };
    Some((Span::new(number(start)?, number(end)?), left.to_owned()))
}

/// The comment's list without these rules.
pub(super) fn without_rules(source: &SourceText, comment: Span, rules: &[String]) -> Option<(Span, String)> {
    let text = source.text().get(comment.start as usize..comment.end as usize)?;
    let word = text.find("routelint-ignore")?;
    let list = word + text.get(word..)?.find(char::is_whitespace)?;
    let end = list + text.get(list..)?.find(':')?;
    let listed = text.get(list..end)?;
    let left: Vec<&str> =
        listed.split(',').map(str::trim).filter(|rule| !rules.iter().any(|gone| gone == rule)).collect();
    let start = list + listed.len() - listed.trim_start().len();
    let span = Span::new(comment.start + number(start)?, comment.start + number(end)?);
    (!left.is_empty()).then(|| (span, left.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMENT: &str = "/* routelint-ignore a: b */";

    fn done(
        text: &str,
        part: &str,
        edit: impl Fn(&SourceText, Span) -> Option<(Span, String)>,
    ) -> Option<String> {
        let start = text.find(part)?;
        let span = Span::new(number(start)?, number(start + part.len())?);
        let (span, new) = edit(&SourceText::new(text.to_owned()), span)?;
        let mut text = text.to_owned();
        text.replace_range(span.start as usize..span.end as usize, &new);
        Some(text)
    }

    #[test]
    fn comments_go_with_what_belongs_to_them() {
        let remove = |text: &str| done(text, COMMENT, without_comment);
        assert_eq!(remove(&format!("a();\r\n  {COMMENT}\r\nb();\r\n")).as_deref(), Some("a();\r\nb();\r\n"));
        assert_eq!(remove(&format!("a();  {COMMENT} \nb();\n")).as_deref(), Some("a();\nb();\n"));
        assert_eq!(remove(&format!("  {COMMENT} a();\n")).as_deref(), Some("  a();\n"));
        assert_eq!(remove(&format!("x(a, {COMMENT} b)")).as_deref(), Some("x(a, b)"));
        assert_eq!(remove(&format!("return{COMMENT}a")).as_deref(), Some("return a"));
        // A byte order mark reads as three blanks.
        assert_eq!(remove(&format!("   {COMMENT}\na();\n")).as_deref(), Some("   a();\n"));
        assert_eq!(remove(COMMENT).as_deref(), Some(""));
        let braces = format!("{{{COMMENT}}}");
        for (before, behind) in [("<p>", "<b/></p>"), ("<p>a", " b</p>"), ("<p>a ", "b</p>")] {
            let text = format!("{before}{braces}{behind}");
            assert_eq!(done(&text, &braces, without_comment), Some(format!("{before}{behind}")));
        }
    }

    #[test]
    fn a_line_end_inside_that_may_count_stays() {
        let text = "return a /* routelint-ignore a:\n b */ + c;";
        assert_eq!(done(text, "/* routelint-ignore a:\n b */", without_comment), None);
    }

    #[test]
    fn other_rules_and_the_reason_stay() {
        let remove = |text: &str| done(text, text, |source, span| without_rules(source, span, &["b".into()]));
        assert_eq!(
            remove("// routelint-ignore a,b , c: b, why").as_deref(),
            Some("// routelint-ignore a, c: b, why")
        );
        assert_eq!(
            remove("/* routelint-ignore-file  b, a: why */").as_deref(),
            Some("/* routelint-ignore-file  a: why */")
        );
        assert_eq!(remove("// routelint-ignore b: why"), None);
    }
}
