//! tree-sitter: colours of code in the terminal. The only place that knows it.

mod highlight;

pub use highlight::{Paint, PaintedText, highlight};
