//! The typed client for the Next.js side.

use super::moving::Moving;
use super::shapes::{Segment, call, camel, is_identifier, quoted, segments};

/// Methods of a route that does not name them: those of `pages/api` take any.
const ALL: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// What stands before the functions.
const HEAD: &str = "// Calls the service. Copy this folder to the Next.js side.
import { call, type Answer, type CallOptions } from \"./call\";
";

/// A function for each method of the route.
pub(super) fn client(moving: &Moving<'_>) -> String {
    let path = &moving.route.path;
    let mut out = HEAD.to_owned();
    for method in methods(moving) {
        let arguments = [quoted(method), template(path), "options".to_owned()];
        let params = Some(parameters(path)).filter(|params| !params.is_empty());
        let params: Vec<String> =
            params.map(|params| format!("params: {{ {params} }}")).into_iter().collect();
        let params = [params, vec!["options?: CallOptions".to_owned()]].concat();
        let name = name(method, path);
        out.push_str(&format!("\n/** `{method} {path}` */\n"));
        out.push_str(&head(&name, &params));
        out.push_str(&call("  ", "return call", &arguments));
        out.push_str("}\n");
    }
    out
}

/// The first line or lines of a function, as Prettier lays them out.
fn head(name: &str, parameters: &[String]) -> String {
    let line = format!("export function {name}({}): Promise<Answer> {{\n", parameters.join(", "));
    if line.chars().count() <= 81 {
        return line;
    }
    let lines: String = parameters.iter().map(|parameter| format!("  {parameter},\n")).collect();
    format!("export function {name}(\n{lines}): Promise<Answer> {{\n")
}

/// The methods that the service is called with.
pub(super) fn methods<'m>(moving: &'m Moving<'_>) -> Vec<&'m str> {
    let own = moving.route.methods.iter().map(String::as_str);
    let own: Vec<&str> = own.filter(|method| !matches!(*method, "HEAD" | "OPTIONS")).collect();
    if own.is_empty() { ALL.to_vec() } else { own }
}

/// `getUsers` for `GET /api/users/[id]`.
pub(super) fn name(method: &str, path: &str) -> String {
    let method = method.to_ascii_lowercase();
    let mut words = vec![method.as_str()];
    words.extend(segments(path).into_iter().filter_map(|segment| match segment {
        Segment::Text("api") => None,
        Segment::Text(text) => Some(text),
        _ => None,
    }));
    let name = camel(&words);
    // `delete` alone is a word of the language.
    if name == method { format!("{name}Root") } else { name }
}

/// `id: string; slug?: string[]`
fn parameters(path: &str) -> String {
    let key = |name: &str| if is_identifier(name) { name.to_owned() } else { quoted(name) };
    let all = segments(path).into_iter().filter_map(|segment| match segment {
        Segment::Text(_) => None,
        Segment::One(name) => Some(format!("{}: string", key(name))),
        Segment::Rest(name) => Some(format!("{}: string[]", key(name))),
        Segment::MaybeRest(name) => Some(format!("{}?: string[]", key(name))),
    });
    all.collect::<Vec<_>>().join("; ")
}

/// The path as an array of what its segments are: `["api", "users", params.id]`.
fn template(path: &str) -> String {
    let member = |name: &str| {
        if is_identifier(name) { format!("params.{name}") } else { format!("params[{}]", quoted(name)) }
    };
    let parts = segments(path).into_iter().map(|segment| match segment {
        Segment::Text(text) => quoted(text),
        Segment::One(name) => member(name),
        Segment::Rest(name) => format!("...{}", member(name)),
        Segment::MaybeRest(name) => format!("...({} ?? [])", member(name)),
    });
    format!("[{}]", parts.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_after_their_routes() {
        assert_eq!(name("GET", "/api/users/[id]"), "getUsers");
        assert_eq!(name("DELETE", "/[id]"), "deleteRoot");
        assert_eq!(parameters("/a/[id]/[[...x-y]]"), "id: string; \"x-y\"?: string[]");
        assert_eq!(template("/a/[id]/[...x]"), r#"["a", params.id, ...params.x]"#);
    }
}
