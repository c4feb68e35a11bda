//! Comments that speak to routelint. Only what the parser calls a comment is one: text in strings, templates and
//! JSX is not.

use oxc_ast::AstKind;
use oxc_ast::ast::{Comment as CommentNode, JSXExpression};
use oxc_semantic::AstNodes;
use oxc_span::GetSpan as _;
use rustc_hash::FxHashMap;

use crate::facts::Comment;
use crate::span::Span;

/// The word that such a comment begins with.
const WORD: &str = "routelint-";

/// A comment that speaks to routelint, as far as the text alone tells.
pub(super) struct Spoken {
    /// The comment; it covers a line.
    comment: Comment,
    /// Where the code begins that it stands above; `None` if it stands behind code, and speaks of that line only.
    above: Option<u32>,
}

/// The comments of a file that speak to routelint, in source order.
pub(super) fn spoken(all: &[CommentNode], text: &str) -> Vec<Spoken> {
    let content = |comment: &CommentNode| {
        let span = comment.content_span();
        text.get(span.start as usize..span.end as usize).unwrap_or_default()
    };
    let speaks = |comment: &&CommentNode| {
        content(comment).trim_start_matches(|c: char| c.is_whitespace() || c == '*').starts_with(WORD)
    };
    let next = NextCode::new(all, text);
    let found = all.iter().filter(speaks).map(|comment| {
        let above = above(&next, text, comment);
        let covers = span(line(text, above.unwrap_or(comment.span.start as usize)));
        let text = content(comment).trim_matches(|c: char| c.is_whitespace() || c == '*').into();
        let span = Span::new(comment.span.start, comment.span.end);
        Spoken { comment: Comment { span, text, covers, braces: None }, above: above.map(number) }
    });
    found.collect()
}

/// The comments with what each covers. One above code covers the line, and whatever begins there up to the first
/// body in it: a formatter may wrap a statement, and what a function does is another matter than the function.
pub(super) fn covering(spoken: Vec<Spoken>, text: &str, nodes: &AstNodes<'_>) -> Vec<Comment> {
    let above = spoken.iter().filter_map(|one| one.above);
    let mut ends: FxHashMap<u32, u32> = above.map(|start| (start, start)).collect();
    let (mut bodies, mut containers) = (Vec::new(), Vec::new());
    if !spoken.is_empty() {
        for node in nodes.iter().filter(|node| !matches!(node.kind(), AstKind::Program(_))) {
            bodies.extend(body(node.kind()));
            containers.extend(empty_container(node.kind()));
            let (start, until) = extent(node.kind());
            if let Some(end) = ends.get_mut(&start) {
                *end = until.max(*end);
            }
        }
        bodies.sort_unstable();
    }
    let whole = |Spoken { mut comment, above }: Spoken| {
        if let Some(start) = above {
            let body = bodies.get(bodies.partition_point(|&at| at < start)).copied().unwrap_or(u32::MAX);
            let end = ends.get(&start).copied().unwrap_or(start);
            comment.covers.end = comment.covers.end.max(end.min(body));
        }
        // Braces with two comments in them are nobody's own.
        let blank = |from: u32, to: u32| {
            text.get(from as usize..to as usize).is_some_and(|between| between.trim().is_empty())
        };
        let alone = |braces: &&Span| {
            blank(braces.start + 1, comment.span.start) && blank(comment.span.end, braces.end - 1)
        };
        comment.braces = containers.iter().find(alone).copied();
        comment
    };
    spoken.into_iter().map(whole).collect()
}

/// Where a node begins and ends; an exported class begins with the decorators before `export`.
fn extent(kind: AstKind<'_>) -> (u32, u32) {
    let span = kind.span();
    let decorator = match kind {
        AstKind::Class(class) => class.decorators.first().map(|first| first.span.start),
        _ => None,
    };
    (decorator.map_or(span.start, |start| start.min(span.start)), span.end)
}

/// The `{}` of JSX with nothing but comments in it.
fn empty_container(kind: AstKind<'_>) -> Option<Span> {
    match kind {
        AstKind::JSXExpressionContainer(container) => {
            let empty = matches!(container.expression, JSXExpression::EmptyExpression(_));
            empty.then(|| Span::new(container.span.start, container.span.end))
        }
        _ => None,
    }
}

/// Where the body of a function, class, branch or loop begins. An arrow function's expression is none: formatters
/// put it on a line of its own.
fn body(kind: AstKind<'_>) -> Option<u32> {
    match kind {
        AstKind::SwitchStatement(switch) => Some(switch.discriminant.span().end),
        AstKind::FunctionBody(_)
        | AstKind::BlockStatement(_)
        | AstKind::ClassBody(_)
        | AstKind::StaticBlock(_)
        | AstKind::TSModuleBlock(_) => Some(kind.span().start),
        _ => None,
    }
}

/// Where the code begins that a comment stands above; `None` if code stands before it on its line.
fn above(next: &NextCode<'_>, text: &str, comment: &CommentNode) -> Option<usize> {
    let (start, end) = (comment.span.start as usize, comment.span.end as usize);
    let before = text.get(line(text, start).0..start).unwrap_or_default().trim();
    let braces = before == "{";
    if !before.is_empty() && !braces {
        return None;
    }
    let code = next.from(end);
    let closed = braces && text.get(code..).is_some_and(|rest| rest.starts_with('}'));
    Some(if closed { next.from(code + 1) } else { code })
}

/// Where code goes on after blanks and comments. Each comment is looked at once, however many stand in a row.
struct NextCode<'a> {
    all: &'a [CommentNode],
    text: &'a str,
    /// Where code goes on after each comment.
    after: Vec<usize>,
}

impl<'a> NextCode<'a> {
    fn new(all: &'a [CommentNode], text: &'a str) -> Self {
        let mut next = Self { all, text, after: vec![text.len(); all.len()] };
        for (index, comment) in all.iter().enumerate().rev() {
            next.after[index] = next.from(comment.span.end as usize);
        }
        next
    }

    fn from(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let at = self.text.len() - rest.trim_start().len();
        let here = self.all.binary_search_by_key(&at, |comment| comment.span.start as usize);
        here.ok().and_then(|index| self.after.get(index).copied()).unwrap_or(at)
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
    Span::new(number(start), number(end))
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
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

    /// What a comment above these lines covers.
    fn covered(code: &str) -> String {
        let found = comments("a.tsx", &format!("before();\n// routelint-ignore a: why\n{code}\nafter();\n"));
        found[0].1.clone()
    }

    #[test]
    fn a_comment_covers_what_a_formatter_wraps() {
        for code in [
            "const db =\n  new Client();",
            "return Response.json(\n  new Client(),\n);",
            "const all = await client\n  .with(new Other())\n  .all();",
            "export const config = {\n  db: new Client(),\n  more: [\n    new Client()],\n};",
            "const make = () =>\n  new Client();",
            "if (ready)\n  go(\n  );",
        ] {
            assert_eq!(covered(code), code);
        }
        let decorated = |kind: &str| format!("@Injected(\n  new Client(),\n)\n{kind} Held ");
        for kind in ["class", "export class", "export default class"] {
            assert_eq!(covered(&(decorated(kind) + "{\n  db = new Client();\n}")), decorated(kind).trim());
        }
        let within =
            comments("a.ts", "f(\n  // routelint-ignore a: why\n  new A(\n    1,\n  ),\n  new B(),\n);\n");
        assert_eq!(within[0].1, "new A(\n    1,\n  )");
        let member = "class A {\n  // routelint-ignore a: why\n  @In(\n  )\n  run(\n    a = 1,\n  ) {\n    x();\n  }\n}";
        assert_eq!(comments("a.ts", member)[0].1, "@In(\n  )\n  run(\n    a = 1,\n  )");
    }

    #[test]
    fn a_comment_ends_where_a_body_begins() {
        for (head, rest) in [
            ("export async function GET(\n  request: Request,\n)", " {\n  new Client();\n}"),
            ("export const GET = wrap(\n  async () =>", " {\n    new Client();\n  }, new Client());"),
            ("if (\n  new Client()\n)", " {\n  new Client();\n} else {\n}"),
            ("for (const a of [\n  new Client()])", " {\n  a();\n}"),
            ("export default {\n  a: new Client(),\n  fetch()", " {\n    new Client();\n  },\n};"),
            ("switch (\n  a()\n", ") {\n  case 1:\n    b();\n}"),
        ] {
            assert!(covered(&format!("{head}{rest}")).starts_with(head.trim()), "{head}");
            assert!(!covered(&format!("{head}{rest}")).contains("\n  }"), "{head}");
            let body = rest.find('\n').unwrap_or_default();
            assert!(!covered(&format!("{head}{rest}")).contains(&rest[body..]), "{head}");
        }
        // All of the line is covered, whatever stands on it.
        let one = "export const GET = () => { new Client(); };";
        assert_eq!(covered(one), one);
        assert_eq!(covered("try {\n  a();\n}"), "try {");
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
