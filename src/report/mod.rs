//! Reports: from a finished [`Report`] to bytes, one file per format, pure functions.

mod advice;
mod advice_json;
#[cfg(test)]
mod advice_sample;
mod advice_text;
mod advice_words;
mod checkstyle;
mod concise;
mod escape;
mod format;
mod frame;
mod frame_lines;
#[cfg(test)]
mod frame_tests;
mod github;
mod gitlab;
mod graph;
mod graph_dot;
mod graph_entries;
mod graph_groups;
mod graph_mermaid;
mod graph_modules;
mod graph_picture;
#[cfg(test)]
mod graph_tests;
mod groups;
mod html;
mod imports;
mod json;
#[cfg(test)]
mod json_tests;
mod json_write;
mod jsonl;
mod junit;
mod markdown;
mod markdown_advice;
mod markdown_blocks;
mod markdown_inline;
mod markdown_report;
mod model;
mod previous;
mod problems;
mod routes;
mod rules;
#[cfg(test)]
mod sample;
mod sarif;
mod sarif_model;
mod sarif_rules;
mod seen;
mod share;
mod source;
mod statistics;
mod style;
mod summary;
mod table;
mod text;
mod xml;

pub use advice::{
    Advice, Along, Answer, AppAdvice, Becomes, Choice, Evidence, FindingRef, Need, Placement, Reason,
    Service, Verdict, VerdictRule, Weight, Where,
};
pub use advice_json::{advice_schema, write_advice_json};
pub use advice_text::write_advice;
pub use checkstyle::write_checkstyle;
pub use concise::write_concise;
pub use escape::{many_lines, one_line};
pub use format::{Format, GroupBy, View, write_report};
pub use github::write_github;
pub use gitlab::write_gitlab;
pub use graph::{GraphFormat, write_graph};
pub use html::{Dossier, write_html};
pub use imports::ImportGraph;
pub use json::{schema, write_json};
pub use json_write::write_value;
pub use jsonl::write_jsonl;
pub use junit::write_junit;
pub use markdown::write_markdown;
pub use markdown_advice::write_markdown_advice;
pub use markdown_report::{COMMENT_LIMIT, write_markdown_report};
pub use model::{
    AppReport, Diagnostic, Fix, Place, Report, RouteReport, Silent, Stale, Step, Summary, is_api_kind,
};
pub use previous::{Earlier, EarlierFinding, Previous, PreviousError};
pub use problems::write_problems;
pub use routes::{write_routes, write_routes_json};
pub use rules::{write_rule_json, write_rules, write_rules_json};
pub use sarif::write_sarif;
pub use share::{
    AppShare, Found, FoundFix, FoundNote, FoundPlace, FoundRule, Known, LayerShare, OwnRule, RunShare,
    SHARE_FORMAT, Share, Source, Unread, UnreadKind,
};
pub use source::{Position, SourceText};
pub use style::Page;
pub(crate) use style::count;
pub use text::write_text;
