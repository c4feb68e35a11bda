//! From the text of a configuration file to its [`Config`], or to what is wrong with it and where.

use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_path_to_error::{Path, Segment};

use crate::diagnostic::{FileProblem, similar};
use crate::span::Span;

use super::places::{Places, span};
use super::schema::Config;
use super::version::other_version;

/// Comments and trailing commas, and nothing else beyond JSON: editors know no more of `.jsonc`.
const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: false,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// A file's configuration, and where in it everything stands.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) config: Config,
    pub(super) places: Places,
}

/// Reads a text. With a `key`, the configuration is the value of this key at the top; `None` if there is no such
/// key.
pub(super) fn parse(text: &str, key: Option<&str>) -> Result<Option<Parsed>, FileProblem> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &OPTIONS).map_err(|error| FileProblem {
        message: format!("this is not valid JSON: {}", lower(&error.kind().to_string())),
        help: None,
        span: span(error.range()),
    })?;
    let Some(root) = parsed.value else {
        let message = "the file is empty".to_owned();
        let help = Some("an object is expected; `{}` sets nothing".to_owned());
        return Err(FileProblem { message, help, span: Span::default() });
    };
    let places = Places::of(&root);
    let mut value = serde_json::Value::from(root);
    let prefix: Vec<String> = key.into_iter().map(str::to_owned).collect();
    if let Some(key) = key {
        match value.get_mut(key) {
            Some(inner) => value = inner.take(),
            None => return Ok(None),
        }
    }
    if let Some((name, span)) =
        places.twice.iter().find(|(_, place)| places.get(&prefix).value.contains(*place))
    {
        let message = format!("`{name}` stands here twice");
        return Err(FileProblem {
            message,
            help: Some("only one of them can count".to_owned()),
            span: *span,
        });
    }
    let schema = [prefix.as_slice(), &["$schema".to_owned()]].concat();
    if let Some(problem) = other_version(&value, places.get(&schema).value) {
        return Err(problem);
    }
    if let Some(path) = list_for_object(&value) {
        let span = places.get(&[prefix, path].concat()).value;
        return Err(FileProblem { message: "expected an object, `{ … }`".to_owned(), help: None, span });
    }
    match serde_path_to_error::deserialize(value) {
        Ok(config) => Ok(Some(Parsed { config, places })),
        Err(error) => Err(problem(&places, prefix, error.path(), &error.inner().to_string())),
    }
}

/// Whether a text is JSON at all, whatever it says.
pub(super) fn is_json(text: &str) -> bool {
    parse_to_ast(text, &CollectOptions::default(), &OPTIONS).is_ok()
}

/// Where a list stands that has to be an object: serde would take its elements for the fields in order.
fn list_for_object(value: &serde_json::Value) -> Option<Vec<String>> {
    let path = |parts: &[&str]| parts.iter().map(|&part| part.to_owned()).collect::<Vec<_>>();
    let lists = [path(&["overrides"]), path(&["catalogue", "clients"]), path(&["catalogue", "async"])];
    let lists = lists.into_iter().chain([path(&["catalogue", "safeWrappers"])]);
    let mut paths = vec![Vec::new(), path(&["catalogue"])];
    for list in lists {
        let elements = value.pointer(&format!("/{}", list.join("/"))).and_then(serde_json::Value::as_array);
        paths.extend(
            (0..elements.map_or(0, Vec::len)).map(|at| [list.as_slice(), &[at.to_string()]].concat()),
        );
    }
    let pointer = |path: &[String]| path.iter().map(|part| format!("/{part}")).collect::<String>();
    paths.into_iter().find(|path| value.pointer(&pointer(path)).is_some_and(serde_json::Value::is_array))
}

/// What serde says, at its place and in words for people.
fn problem(places: &Places, mut path: Vec<String>, at: &Path, said: &str) -> FileProblem {
    for segment in at.iter() {
        match segment {
            Segment::Map { key } => path.push(key.clone()),
            Segment::Seq { index } => path.push(index.to_string()),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let names: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    if let ("unknown field", [unknown, known @ ..]) = (said.split(" `").next().unwrap_or_default(), &*names) {
        if path.last().is_none_or(|last| last != unknown) {
            path.push((*unknown).to_owned());
        }
        let message = format!("there is no key `{unknown}` here");
        let help = meant_rule(&path).unwrap_or_else(|| meant(unknown, known));
        return FileProblem { message, help: Some(help), span: places.get(&path).key };
    }
    let place = places.get(&path);
    if let ("unknown variant", [unknown, known @ ..]) = (said.split(" `").next().unwrap_or_default(), &*names)
    {
        let message = format!("`{unknown}` is not a value that can stand here");
        return FileProblem { message, help: Some(meant(unknown, known)), span: place.value };
    }
    FileProblem { message: expected(said), help: None, span: place.value }
}

/// serde's `invalid type: integer `3`, expected string or map` in words for people.
fn expected(said: &str) -> String {
    let rest = said.strip_prefix("invalid type: ").or_else(|| said.strip_prefix("invalid value: "));
    let parts = rest.and_then(|rest| rest.split_once(", expected "));
    let Some((found, wanted)) = parts else { return said.to_owned() };
    let wanted = match wanted {
        "string or map" => "a string",
        "a map" => "an object",
        "a sequence" => "a list",
        "u32" => "a whole number",
        wanted if wanted.starts_with("struct ") => "an object",
        wanted => wanted,
    };
    let found = match found {
        "map" => "an object",
        "sequence" => "a list",
        found => found,
    };
    format!("expected {wanted}, not {found}")
}

/// The rule whose options these would be, if the one that is named does not exist.
fn meant_rule(path: &[String]) -> Option<String> {
    let [.., rules, id, _] = path else { return None };
    let known = || crate::rules::all().map(|rule| rule.id);
    if rules != "rules" || known().any(|rule| rule == id) {
        return None;
    }
    let similar = similar(id, known());
    Some(format!("did you mean the rule `{}`?", similar.first()?))
}

/// `did you mean …`, or all names if there are few.
fn meant(unknown: &str, known: &[&str]) -> String {
    let list = |names: &[&str], word: &str| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        match &*names {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., last] => format!("{} {word} {last}", rest.join(", ")),
        }
    };
    let similar = similar(unknown, known.iter().copied());
    match (similar.is_empty(), known.is_empty()) {
        (false, _) => format!("did you mean {}?", list(&similar, "or")),
        (true, false) => format!("known are {}", list(known, "and")),
        (true, true) => "nothing can stand here".to_owned(),
    }
}

/// A sentence of a library as the rest of one of ours.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Level, RuleSetting};

    /// The problem of a text: message, help, and the marked part.
    fn wrong(text: &str) -> (String, String, String) {
        let problem = parse(text, None).unwrap_err();
        let marked = &text[problem.span.start as usize..problem.span.end as usize];
        (problem.message, problem.help.unwrap_or_default(), marked.to_owned())
    }

    #[test]
    fn comments_and_trailing_commas_are_read() {
        let text = "// c\n{ \"rules\": { \"parse-error\": \"off\", }, /* c */ \"failOn\": \"never\", }";
        let parsed = parse(text, None).unwrap().unwrap();
        assert_eq!(parsed.config.rules.0["parse-error"], RuleSetting::Level(Level::Off));
        let nested = parse("{ \"routelint\": { \"target\": \"server\" } }", Some("routelint")).unwrap();
        assert_eq!(nested.unwrap().config.target.map(|t| t.as_str()), Some("server"));
        assert!(parse("{ \"name\": 1, \"name\": 2 }", Some("routelint")).unwrap().is_none());
    }

    #[test]
    fn mistakes_are_marked_where_they_stand() {
        let (message, help, at) = wrong("{ \"rulez\": {} }");
        assert_eq!((&*message, &*at), ("there is no key `rulez` here", "\"rulez\""));
        assert!(help.contains("did you mean `rules`?"), "{help}");
        let (message, help, at) = wrong("{ \"rules\": { \"x\": \"eror\" } }");
        assert!(message.contains("`eror`") && help.contains("`error`"), "{message} {help}");
        assert_eq!(at, "\"eror\"");
        let (_, help, at) = wrong("{ \"rules\": { \"x\": { \"severty\": \"off\" } } }");
        assert!(at == "\"severty\"" && help.contains("`severity`"), "{at} {help}");
        let (message, help, at) = wrong("{ \"rules\": { \"uncapped-query\": { \"table\": {} } } }");
        assert!(at == "\"table\"" && help.contains("did you mean `tables`?"), "{message} {help}");
        let (_, help, at) =
            wrong("{ \"rules\": { \"uncapped-query\": { \"tables\": { \"a\": \"smal\" } } } }");
        assert!(at == "\"smal\"" && help.contains("did you mean `small`?"), "{help}");
        let (message, _, at) = wrong("{ \"rules\": { \"blocking-wait\": { \"minSeconds\": \"5\" } } }");
        assert!(at == "\"5\"" && message == "expected a whole number, not string \"5\"", "{message}");
        let (message, _, at) = wrong("{ \"rules\": { \"blocking-wait\": { \"minSeconds\": -1 } } }");
        assert!(at == "-1" && message == "expected a whole number, not integer `-1`", "{message}");
        let (message, _, at) =
            wrong("{ \"rules\": { \"local-file-write\": { \"keptFolders\": [\"a\", 3] } } }");
        assert!(at == "3" && message == "expected a string, not integer `3`", "{message}");
        let (message, help, _) = wrong("{ \"rules\": { \"lost-work\": { \"tables\": {} } } }");
        assert!(message.contains("no key `tables`") && help == "known are `severity`", "{message} {help}");
        let (message, _, at) = wrong("{ \"exclude\": [\"a\", 3] }");
        assert!(at == "3" && message == "expected a string, not integer `3`", "{message}");
        let (message, _, at) = wrong("{ \"overrides\": [{ \"target\": \"vercel\" }] }");
        assert!(at.starts_with("{ \"target\"") && message.contains("missing field `files`"), "{message}");
        let (message, _, at) = wrong("{ \"maxFileSize\": true }");
        assert!(at == "true" && message.contains("a number of bytes"), "{message}");
        let (_, help, at) = wrong("{ \"target\": \"versel\" }");
        assert!(at == "\"versel\"" && help.contains("`vercel`"), "{help}");
        assert_eq!(wrong("{ \"plan\": \"pro\", \"plan\": \"pro\" }").0, "`plan` stands here twice");
        assert!(wrong("{ \"plan\": ").0.contains("not valid JSON"));
        assert!(wrong("{ 'plan': 1 }").0.contains("not valid JSON"));
        assert_eq!(wrong("[]"), ("expected an object, `{ … }`".into(), String::new(), "[]".into()));
        assert_eq!(wrong("{ \"overrides\": [{ \"files\": [] }, [[\"a\"]]] }").2, "[[\"a\"]]");
        assert_eq!(wrong("3").0, "expected an object, not integer `3`");
        assert_eq!(wrong("{ \"rules\": [] }").0, "expected an object, not a list");
        assert_eq!(wrong("{ \"target\": 3 }").0, "expected a string, not integer `3`");
        assert!(wrong("").0.contains("empty"));
        assert!(wrong(&"[".repeat(100_000)).0.contains("nesting"));
    }
}
