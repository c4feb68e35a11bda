//! How a route is called in other frameworks, and texts as TypeScript writes them.

use super::To;

/// A part of a route's URL path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'p> {
    /// `users`
    Text(&'p str),
    /// `[id]`
    One(&'p str),
    /// `[...slug]`
    Rest(&'p str),
    /// `[[...slug]]`
    MaybeRest(&'p str),
}

/// The parts of a path as Next.js prints it.
pub(super) fn segments(path: &str) -> Vec<Segment<'_>> {
    path.split('/').filter(|part| !part.is_empty()).map(segment).collect()
}

fn segment(part: &str) -> Segment<'_> {
    let inside = |start: &str, end: &str| part.strip_prefix(start)?.strip_suffix(end);
    if let Some(name) = inside("[[...", "]]") {
        Segment::MaybeRest(name)
    } else if let Some(name) = inside("[...", "]") {
        Segment::Rest(name)
    } else if let Some(name) = inside("[", "]") {
        Segment::One(name)
    } else {
        Segment::Text(part)
    }
}

/// The path as the framework's router wants it.
pub(super) fn mounted(path: &str, to: To) -> String {
    let parts = segments(path).into_iter().map(|part| match to {
        To::Fastify => fastify(part),
        To::Hono => hono(part),
        To::Express | To::Queue | To::After => express(part),
    });
    let path: String = parts.collect();
    if path.is_empty() { "/".to_owned() } else { path }
}

/// Express 5: `/:id`, `/*slug`, `{/*slug}`; signs of its own are escaped, and odd names quoted.
fn express(part: Segment<'_>) -> String {
    let name = |name: &str| {
        if is_identifier(name) { name.to_owned() } else { format!("\"{}\"", escaped(name, &['"', '\\'])) }
    };
    match part {
        Segment::Text(text) => {
            format!("/{}", escaped(text, &['(', ')', '[', ']', '{', '}', '?', '+', '!', ':', '*', '\\']))
        }
        Segment::One(param) => format!("/:{}", name(param)),
        Segment::Rest(param) => format!("/*{}", name(param)),
        Segment::MaybeRest(param) => format!("{{/*{}}}", name(param)),
    }
}

/// Fastify: the rest is always `*`, which may be empty; a colon is written twice.
fn fastify(part: Segment<'_>) -> String {
    match part {
        Segment::Text(text) => format!("/{}", text.replace(':', "::")),
        Segment::One(name) => format!("/:{}", plain(name)),
        Segment::Rest(_) => "/*".to_owned(),
        Segment::MaybeRest(_) => "{/*}".to_owned(),
    }
}

/// Hono: as Fastify, but a rest that may be empty needs no second path.
fn hono(part: Segment<'_>) -> String {
    match part {
        Segment::Text(text) => format!("/{text}"),
        Segment::One(name) => format!("/:{}", plain(name)),
        Segment::Rest(_) | Segment::MaybeRest(_) => "/*".to_owned(),
    }
}

/// The paths to mount: Fastify has none for a rest that may be missing, so there are two.
pub(super) fn mounts(path: &str, to: To) -> Vec<String> {
    let mounted = mounted(path, to);
    match mounted.strip_suffix("{/*}") {
        Some(before) if to == To::Fastify => {
            vec![if before.is_empty() { "/".to_owned() } else { before.to_owned() }, format!("{before}/*")]
        }
        _ => vec![mounted],
    }
}

fn escaped(text: &str, special: &[char]) -> String {
    text.chars().flat_map(|c| special.contains(&c).then_some('\\').into_iter().chain([c])).collect()
}

/// A name that routers take; the parameters themselves are read by the route's own path.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// Whether a text can be a name in TypeScript as it is.
pub(super) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
}

/// Words in one name: `exportPdf`.
pub(super) fn camel(words: &[&str]) -> String {
    let parts = words.iter().flat_map(|word| word.split(|c: char| !c.is_ascii_alphanumeric()));
    let mut name = String::new();
    for part in parts.filter(|part| !part.is_empty()) {
        let mut chars = part.chars();
        match chars.next() {
            Some(first) if !name.is_empty() => name.push(first.to_ascii_uppercase()),
            Some(first) => name.push(first.to_ascii_lowercase()),
            None => {}
        }
        name.push_str(chars.as_str());
    }
    name
}

/// A text as a literal of TypeScript.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Columns of a line, as Prettier counts by default.
const WIDTH: usize = 80;

/// A call as Prettier lays it out, with a semicolon.
pub(super) fn call(indent: &str, name: &str, arguments: &[String]) -> String {
    let line = format!("{indent}{name}({});\n", arguments.join(", "));
    if line.chars().count() <= WIDTH + 1 {
        return line;
    }
    let lines: String = arguments.iter().map(|argument| format!("{indent}  {argument},\n")).collect();
    format!("{indent}{name}(\n{lines}{indent});\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_frameworks() {
        let cases = [
            ("/api/users/[id]", "/api/users/:id", "/api/users/:id"),
            ("/api/files/[...path]", "/api/files/*path", "/api/files/*"),
            ("/api/docs/[[...slug]]", "/api/docs{/*slug}", "/api/docs/*"),
            ("/api/[user-id]/x", "/api/:\"user-id\"/x", "/api/:user_id/x"),
            ("/api/a+b", "/api/a\\+b", "/api/a+b"),
            ("/", "/", "/"),
        ];
        for (path, express, hono) in cases {
            assert_eq!((&*mounted(path, To::Express), &*mounted(path, To::Hono)), (express, hono));
        }
        assert_eq!(mounts("/api/docs/[[...slug]]", To::Fastify), ["/api/docs", "/api/docs/*"]);
        assert_eq!(mounts("/api/docs/[...slug]", To::Fastify), ["/api/docs/*"]);
    }

    #[test]
    fn names_and_texts_are_safe() {
        assert_eq!(camel(&["get", "export-pdf", "v2"]), "getExportPdfV2");
        assert_eq!(quoted("a\"\n`${x}"), r#""a\"\n`${x}""#);
        assert!(is_identifier("_a1") && !is_identifier("1a") && !is_identifier("a-b") && !is_identifier(""));
    }

    #[test]
    fn a_long_call_has_a_line_for_each_argument() {
        assert_eq!(call("  ", "f", &["a".into(), "b".into()]), "  f(a, b);\n");
        let long = "x".repeat(80);
        assert_eq!(call("", "f", std::slice::from_ref(&long)), format!("f(\n  {long},\n);\n"));
    }
}
