//! Reports: from a finished [`Report`] to bytes, one file per format, pure functions.

mod concise;
mod escape;
mod frame;
mod frame_lines;
#[cfg(test)]
mod frame_tests;
mod json;
#[cfg(test)]
mod json_tests;
mod json_write;
mod markdown;
mod markdown_blocks;
mod model;
mod problems;
mod routes;
mod rules;
#[cfg(test)]
mod sample;
mod sarif;
mod sarif_model;
mod sarif_rules;
mod source;
mod style;
mod summary;
mod table;
mod text;

pub use concise::write_concise;
pub use escape::{many_lines, one_line};
pub use json::{schema, write_json};
pub use json_write::write_value;
pub use markdown::write_markdown;
pub use model::{AppReport, Diagnostic, Place, Report, RouteReport, Silent, Stale, Step, Summary};
pub use problems::write_problems;
pub use routes::{write_routes, write_routes_json};
pub use rules::{write_rules, write_rules_json};
pub use sarif::write_sarif;
pub use source::{Position, SourceText};
pub use style::Page;
pub use text::write_text;
