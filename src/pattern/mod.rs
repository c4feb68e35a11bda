//! tree-sitter: colours of code in the terminal, and queries on it. The only place that knows it.

mod highlight;
mod query;

pub use highlight::{Paint, PaintedText, highlight};
pub use query::{Dialect, ImportTest, Match, Pattern, PatternError, REPORT};
