//! Comments that speak to routelint. Only what the parser calls a comment is one: text in strings, templates and
//! JSX is not.

use oxc_ast::ast::Comment as CommentNode;

use crate::facts::Comment;
use crate::span::Span;

/// The word that such a comment begins with.
const WORD: &str = "routelint-";

/// The comments of a file that speak to routelint, in source order.
/// `containers` are the empty `{}` of JSX.
pub(super) fn comments(all: &[CommentNode], text: &str, containers: &[Span]) -> Vec<Comment> {
    let content = |comment: &CommentNode| {
        let span = comment.content_span();
        text.get(span.start as usize..span.end as usize).unwrap_or_default()
    };
    let speaks = |comment: &&CommentNode| {
        content(comment).trim_start_matches(|c: char| c.is_whitespace() || c == '*').starts_with(WORD)
    };
    let found = all.iter().filter(speaks).map(|comment| Comment {
        span: Span::new(comment.span.start, comment.span.end),
        text: content(comment).trim_matches(|c: char| c.is_whitespace() || c == '*').into(),
        covers: covers(all, text, comment),
        braces: braces(text, comment).filter(|braces| containers.contains(braces)),
    });
    found.collect()
}

/// The braces around a comment that has them for itself.
fn braces(text: &str, comment: &CommentNode) -> Option<Span> {
    let before = text.get(..comment.span.start as usize)?.trim_end();
    let after = text.get(comment.span.end as usize..)?.trim_start();
    let alone = before.ends_with('{') && after.starts_with('}');
    alone.then(|| span((before.len() - 1, text.len() - after.len() + 1)))
}

/// The line that a comment speaks of: its own if code stands before it there, else that of the next code.
fn covers(all: &[CommentNode], text: &str, comment: &CommentNode) -> Span {
    let (start, mut end) = (comment.span.start as usize, comment.span.end as usize);
    let before = text.get(line(text, start).0..start).unwrap_or_default().trim();
    let in_braces = before == "{";
    if !before.is_empty() && !in_braces {
        return span(line(text, start));
    }
    let mut braces = in_braces;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        end = text.len() - rest.trim_start().len();
        if braces && text.get(end..).is_some_and(|rest| rest.starts_with('}')) {
            braces = false;
            end += 1;
        } else if let Ok(next) = all.binary_search_by_key(&end, |comment| comment.span.start as usize) {
            end = all[next].span.end as usize;
        } else {
            return span(line(text, end));
        }
    }
}

/// The line around an offset, without its end.
fn line(text: &str, at: usize) -> (usize, usize) {
    let breaks = ['\n', '\r'];
    let start = text.get(..at).and_then(|before| before.rfind(breaks)).map_or(0, |found| found + 1);
    let end = text.get(at..).and_then(|after| after.find(breaks)).map_or(text.len(), |found| at + found);
    (start, end)
}

fn span((start, end): (usize, usize)) -> Span {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(number(start), number(end))
}

#[cfg(test)]
mod tests {
    use crate::syntax::{Arena, STACK_SIZE, read_module};

    /// The comments of a file, each with the text that it speaks of.
    fn comments(path: &str, text: &str) -> Vec<(String, String)> {
        let (path, text) = (path.to_owned(), text.to_owned());
        let read = move || {
            let facts = read_module(&path, &text, &mut Arena::default());
            let covered = |c: &crate::facts::Comment| {
                text[c.covers.start as usize..c.covers.end as usize].trim().to_owned()
            };
            facts.comments.iter().map(|c| (c.text.to_string(), covered(c))).collect()
        };
        std::thread::Builder::new().stack_size(STACK_SIZE).spawn(read).unwrap().join().unwrap()
    }

    #[test]
    fn a_comment_speaks_of_its_line_or_of_the_next_code() {
        let text = "// routelint-ignore a: above\r\n\r\n  // prose\r\n/* more */ first();\r\n\
                    second(); // routelint-ignore b: behind\r\n\
                    /* routelint-ignore c: before */ third();\r\n/**\r\n * routelint-ignore-file d:\r\n * whole\r\n */\r\n";
        let found = comments("a.ts", text);
        let covered: Vec<&str> = found.iter().map(|(_, covered)| covered.as_str()).collect();
        assert_eq!(covered[0], "/* more */ first();");
        assert!(covered[1].starts_with("second();") && covered[2].ends_with("third();"));
        assert_eq!(found[0].0, "routelint-ignore a: above");
        assert!(found[3].0.starts_with("routelint-ignore-file d:"));
    }

    #[test]
    fn text_that_only_looks_like_a_comment_is_none() {
        let text = "const a = `\n// routelint-ignore x: y\n${b /* routelint-ignore e: in code */}`;\nconst s = '// routelint-ignore x: y';\n\
                    const r = /\\/\\/ routelint-ignore x: y/;\n// see routelint-ignore in the docs\n";
        let found = comments("a.ts", text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].1, "${b /* routelint-ignore e: in code */}`;");
        let jsx = "export const A = () => (\n  <div>\n    // routelint-ignore x: text\n    {/* routelint-ignore y: z */}\n    \
                   <B c={new D()} />\n  </div>\n);\n";
        assert_eq!(
            comments("a.tsx", jsx),
            [("routelint-ignore y: z".to_owned(), "<B c={new D()} />".to_owned())]
        );
    }

    #[test]
    fn braces_are_those_of_jsx_only() {
        let braces = |text: &'static str| {
            let read = move || read_module("a.tsx", text, &mut Arena::default());
            let thread = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(read).unwrap();
            let braces = thread.join().unwrap().comments[0].braces;
            braces.map(|span| &text[span.start as usize..span.end as usize])
        };
        assert_eq!(
            braces("const a = <p>{ /* routelint-ignore x: y */ }</p>;"),
            Some("{ /* routelint-ignore x: y */ }")
        );
        assert_eq!(braces("if (a) {/* routelint-ignore x: y */}\nb();"), None);
        assert_eq!(braces("const a = <p>{/* routelint-ignore x: y */ b}</p>;"), None);
        assert_eq!(braces("const a = <p>{/* routelint-ignore x: y */ /* z */}</p>;"), None);
    }
}
