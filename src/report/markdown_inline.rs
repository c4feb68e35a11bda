//! Text of a project inside Markdown: it stays text, notifies nobody and links nowhere.

use super::escape::{many_lines, one_line};

/// A name or a path as code; nothing in a code span is a mention, a link or HTML.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text);
    let mut longest = 0;
    for run in text.split(|c| c != '`') {
        longest = longest.max(run.len());
    }
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A sentence: what stands between backquotes stays code, the rest is escaped.
pub(super) fn prose(text: &str) -> String {
    let text = one_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        // A backquote too many: which is which cannot be told.
        return escaped(&text);
    }
    let part = |(index, part): (usize, &&str)| match index % 2 {
        0 => escaped(part),
        _ if part.is_empty() => "\\`\\`".to_owned(),
        _ => code(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// Prose of several lines, in which fenced blocks of code stay as they are.
pub(super) fn paragraphs(text: &str) -> String {
    let text = many_lines(text);
    let mut fenced = false;
    let mut out = String::new();
    for line in text.trim_end().lines() {
        let is_fence = line.trim_start().starts_with("```");
        fenced ^= is_fence;
        if is_fence || fenced {
            out.push_str(line);
        } else {
            let words = line.trim_start();
            let bullet = if words.starts_with("- ") { "- " } else { "" };
            out.push_str(&" ".repeat((line.len() - words.len()).min(3)));
            out.push_str(bullet);
            out.push_str(&prose(words.strip_prefix("- ").unwrap_or(words)));
        }
        out.push('\n');
    }
    if fenced {
        out.push_str("```\n");
    }
    out
}

/// Text inside a table's cell, where a bar would end it even in code. A backslash before one would escape the
/// backslash that escapes it, so they are kept apart.
pub(super) fn cell(markdown: &str) -> String {
    markdown.replace("\\|", "\\\u{200b}|").replace('|', "\\|")
}

/// Text without any meaning to Markdown or GitHub: `@name` and `#1` would notify and link.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("@&#8203;"),
            '#' => out.push_str("#&#8203;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '$' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    // An address alone makes a link.
    out.replace("://", ":&#8203;//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_holds_anything() {
        assert_eq!(code("app/@modal/[id].ts"), "`app/@modal/[id].ts`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a\n"), "`` `a\\n ``");
        assert_eq!(cell(&code("a|b")), "`a\\|b`");
        assert_eq!(cell(&code("a\\|b")), "`a\\\u{200b}\\|b`");
    }

    #[test]
    fn prose_keeps_its_code_and_loses_the_rest() {
        assert_eq!(prose("call `after()` from @acme/x"), "call `after()` from @&#8203;acme/x");
        assert_eq!(prose("a ` <img> [x](y) *b*"), "a \\` &lt;img&gt; \\[x\\](y) \\*b\\*");
        assert_eq!(prose("fixes #1: https://x"), "fixes #&#8203;1: https:&#8203;//x");
    }

    #[test]
    fn blocks_of_code_stay_and_are_closed() {
        let text = "Do:\n\n```ts\nexport const a = <T>() => 1\n```\n- call `x` *now*\n```";
        assert_eq!(
            paragraphs(text),
            "Do:\n\n```ts\nexport const a = <T>() => 1\n```\n- call `x` \\*now\\*\n```\n```\n"
        );
    }
}
