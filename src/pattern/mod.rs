//! tree-sitter: colours of code in the terminal, and queries on it. The only place that knows it.

mod highlight;
mod mistake;
mod predicate;
mod query;

pub use highlight::{Paint, PaintedText, highlight};
pub use mistake::PatternError;
pub use query::{Dialect, ImportTest, Match, Pattern, REPORT};
