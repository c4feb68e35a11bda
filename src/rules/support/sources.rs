//! What certain calls and members give: rows of queries and files, what a request or another service sends.

use super::origin::Length;
use super::queries::Reach;
use super::queries::chain::{call_of, last_name};
use super::queries::filter::text_of;
use crate::facts::{Expr, ExprId, ModuleFacts, Origin, SiteKind};
use crate::link::{ExprRef, FunctionRef, How, Phase, Program, Source, Value};
use crate::project::EntryKind;
use crate::rules::Growth;

/// What another service sends, in messages.
pub(crate) const SERVICE: &str = "element that another service sends";

/// What is read from the answer of another service.
pub(crate) const FETCHED: Length = Length::Sent(SERVICE);

/// What actions and procedures get.
pub(crate) const BY_CLIENT: Length = Length::Sent("element that the client sends");

/// The arguments of a `fetch`, if an expression is its response.
pub(crate) fn fetched(facts: &ModuleFacts, at: ExprId) -> Option<&[ExprId]> {
    let mut at = at;
    for _ in 0..6 {
        at = match facts.expr(at) {
            Expr::Local(id) => match facts.binding(id).origin {
                Origin::Init { expr, path, .. } if path.is_empty() => expr,
                _ => return None,
            },
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => value,
                _ => return None,
            },
            _ => {
                let (_, callee, args) = call_of(facts, at)?;
                let is_fetch = last_name(facts, callee) == Some("fetch");
                return is_fetch.then_some(facts.list(args));
            }
        };
    }
    None
}

/// Paths at which models are asked for an answer.
const MODELS: &[&str] = &[
    "/chat/completions",
    "/v1/completions",
    "/v1/responses",
    "anthropic.com/v1/messages",
    ":generateContent",
    "/api/generate",
];

/// Whether an address is one at which a model answers.
pub(crate) fn asks_model(program: &Program<'_>, url: ExprRef) -> bool {
    text_of(program, url, 0).is_some_and(|url| MODELS.iter().any(|path| url.contains(path)))
}

/// Whether what a global function gives is as long as what it gets: `JSON.parse(text)`.
pub(crate) fn hands_on(path: &[&str]) -> bool {
    matches!(path, ["JSON", "parse" | "stringify"] | ["structuredClone"] | ["Promise", "all" | "allSettled"])
}

/// Whether something is called as requests are.
pub(crate) fn is_request(facts: &ModuleFacts, object: ExprId) -> bool {
    matches!(last_name(facts, object), Some("req" | "request" | "_req" | "_request"))
}

/// Whether an expression is the text of a request: `await request.text()`, or a name for it.
pub(crate) fn is_sent_text(facts: &ModuleFacts, text: ExprId) -> bool {
    let mut at = text;
    for _ in 0..6 {
        at = match facts.expr(at) {
            Expr::Local(id) => match facts.binding(id).origin {
                Origin::Init { expr, path, .. } if path.is_empty() => expr,
                _ => return false,
            },
            Expr::Await(site) => match facts.site(site).kind {
                SiteKind::Await { value } => value,
                _ => return false,
            },
            _ => {
                let Some((_, callee, _)) = call_of(facts, at) else { return false };
                let Expr::Member { object, property } = facts.expr(callee) else { return false };
                match facts.text(property) {
                    "text" => return is_request(facts, object),
                    "trim" | "replace" | "replaceAll" => object,
                    _ => return false,
                }
            }
        };
    }
    false
}

/// Whether a call reads a file that was sent: `readFileSync(file.filepath)`, `file.text()`.
pub(crate) fn reads_upload(facts: &ModuleFacts, callee: ExprId, args: &[ExprId]) -> bool {
    match last_name(facts, callee) {
        Some("readFileSync" | "readFile") => args
            .first()
            .is_some_and(|&id| matches!(last_name(facts, id), Some("filepath" | "path" | "tempFilePath"))),
        Some("text" | "arrayBuffer") => match facts.expr(callee) {
            Expr::Member { object, .. } => {
                last_name(facts, object).is_some_and(|name| name.to_ascii_lowercase().ends_with("file"))
                    || is_of_form(facts, object)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether something is what a form holds under a name: `form.get('list')`, or a name for it.
fn is_of_form(facts: &ModuleFacts, at: ExprId) -> bool {
    let value = match facts.expr(at) {
        Expr::Local(id) => match facts.binding(id).origin {
            Origin::Init { expr, path, .. } if path.is_empty() => expr,
            _ => return false,
        },
        _ => at,
    };
    let Some((_, callee, _)) = call_of(facts, value) else { return false };
    match facts.expr(callee) {
        Expr::Member { object, property } if facts.text(property) == "get" => {
            reads_form(facts, object, "get")
        }
        _ => false,
    }
}

/// Rows are as many as a query gives.
pub(crate) fn of_query(reach: Reach, table: Option<Growth>) -> Length {
    match reach {
        Reach::Capped | Reach::Staff => Length::Limited,
        _ if table == Some(Growth::Small) => Length::Unknown,
        Reach::Whole | Reach::Flags | Reach::Window | Reach::Dynamic => Length::Rows,
        Reach::Tenant if table == Some(Growth::Growing) => Length::Rows,
        Reach::Tenant | Reach::Owner | Reach::Unknown => Length::Unknown,
    }
}

/// What a member of something long is: `result.rows` is as long, what a row holds is not.
pub(crate) fn part_of(length: Length, step: &str) -> Length {
    match (length, step) {
        // The tools that a model asks for in one answer.
        (_, "tool_calls" | "toolCalls") => Length::Bounded,
        (Length::Sent(SERVICE), "choices" | "candidates") => Length::Unknown,
        (Length::Page, _) => Length::Page,
        (Length::Sent(what), _) if !what.starts_with("row") && step != "0" => length,
        (
            Length::Rows | Length::Limited | Length::Sent(_),
            "rows" | "data" | "docs" | "items" | "results" | "0" | "records" | "documents" | "value",
        ) => length,
        _ => Length::Unknown,
    }
}

/// Parsers that give a row for each line of a file.
pub(crate) fn parses_rows(value: &Value<'_>) -> Option<&'static str> {
    let (package, export) = match value {
        Value::External(external) => (external.package, external.export()),
        _ => return None,
    };
    let export = export.strip_prefix("default.").unwrap_or(&export).to_owned();
    let rows = match package {
        "csv-parse" | "csv-parse/sync" => export == "parse",
        "csvtojson" | "neat-csv" | "csv-string" => true,
        "papaparse" => export == "parse",
        "xlsx" => export == "utils.sheet_to_json",
        _ => false,
    };
    rows.then_some("row of a file")
}

/// Whether a piece of something is given: `chunks.push(rows.slice(i, i + 100))`.
pub(crate) fn cuts(facts: &ModuleFacts, args: &[ExprId]) -> bool {
    let names = args
        .iter()
        .filter_map(|&id| call_of(facts, id))
        .filter_map(|(_, callee, _)| last_name(facts, callee));
    names.into_iter().any(|name| matches!(name, "slice" | "splice" | "subarray"))
}

/// Whether a stream gives rows: something is piped through a CSV parser.
pub(crate) fn reads_rows(facts: &ModuleFacts, stream: ExprId) -> bool {
    let mut at = stream;
    for _ in 0..8 {
        let Some((_, callee, args)) = call_of(facts, at) else { return false };
        if last_name(facts, callee).is_some_and(|name| name.to_ascii_lowercase().contains("csv")) {
            return true;
        }
        let inner = facts.list(args).iter().any(|&id| {
            call_of(facts, id)
                .and_then(|(_, callee, _)| last_name(facts, callee))
                .is_some_and(|name| name.to_ascii_lowercase().contains("csv") || name == "parse")
        });
        if inner {
            return true;
        }
        let Expr::Member { object, .. } = facts.expr(callee) else { return false };
        at = object;
    }
    false
}

/// Whether `getAll` or `get` of this is of a form, or of the query of a URL: `form.getAll('files')`.
pub(crate) fn reads_form(facts: &ModuleFacts, object: ExprId, method: &str) -> bool {
    let name = last_name(facts, object).unwrap_or_default().to_ascii_lowercase();
    // A single parameter of a URL is as short as URLs are.
    if method == "getAll" && name.ends_with("searchparams") {
        return true;
    }
    let made = match facts.expr(object) {
        Expr::Local(id) => match facts.binding(id).origin {
            Origin::Init { expr, path, .. } if path.is_empty() => Some(expr),
            _ => None,
        },
        _ => Some(object),
    };
    let made = made.map(|made| match facts.expr(made) {
        Expr::Await(site) => match facts.site(site).kind {
            SiteKind::Await { value } => value,
            _ => made,
        },
        _ => made,
    });
    let is_read = made
        .and_then(|made| call_of(facts, made))
        .is_some_and(|(_, callee, _)| last_name(facts, callee) == Some("formData"));
    is_read || name.ends_with("formdata")
}

/// Whether a function is a server action, which browsers call.
pub(crate) fn is_action(program: &Program<'_>, function: FunctionRef) -> bool {
    let Some(node) = program.graph.code(function, Phase::Request) else { return false };
    program.graph.callers(node).any(|edge| match edge.from {
        Source::Route(id) => edge.how == How::Handles && program.route(id).kind == EntryKind::ServerAction,
        Source::Node(_) => false,
    })
}
