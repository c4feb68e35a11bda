//! The blocks of a Markdown page on a terminal: paragraphs in lists and quotes, and code.

use owo_colors::Style;

use crate::pattern::{PaintedText, highlight};

use super::frame::paint_style;
use super::style::{Page, columns};

/// Blocks written so far, and the lists and quotes that are open.
pub(super) struct Blocks {
    page: Page,
    out: String,
    /// Indentation of what is open, outermost first.
    indents: Vec<String>,
    /// Next number of each open list; `None` for bullets.
    lists: Vec<Option<u64>>,
    /// The mark of an item whose first line is not written yet.
    mark: Option<String>,
}

impl Blocks {
    pub(super) const fn new(page: Page) -> Self {
        Self { page, out: String::new(), indents: Vec::new(), lists: Vec::new(), mark: None }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.gap();
        self.out.push_str(&self.page.wrap(text, "", ""));
        self.out.push('\n');
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        if self.lists.is_empty() {
            self.gap();
        }
        let rest = self.indents.concat();
        let first = match self.mark.take() {
            Some(mark) => format!("{}{mark}", self.indents[..self.indents.len().saturating_sub(1)].concat()),
            None => rest.clone(),
        };
        self.out.push_str(&self.page.wrap(text, &first, &rest));
        self.out.push('\n');
    }

    /// Lines that are not wrapped.
    pub(super) fn verbatim(&mut self, text: &str) {
        self.gap();
        let indent = self.indents.concat();
        for line in text.lines() {
            self.out.push_str(format!("{indent}{line}").trim_end());
            self.out.push('\n');
        }
        if !self.lists.is_empty() {
            self.out.push('\n');
        }
    }

    pub(super) fn open_list(&mut self, first: Option<u64>) {
        if self.lists.is_empty() {
            self.gap();
        }
        self.lists.push(first);
    }

    pub(super) fn close_list(&mut self) {
        self.lists.pop();
    }

    pub(super) fn open_item(&mut self) {
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "• ".to_owned(),
        };
        self.indents.push(" ".repeat(columns(&mark)));
        self.mark = Some(mark);
    }

    pub(super) fn close_item(&mut self) {
        self.indents.pop();
        self.mark = None;
    }

    pub(super) fn open_quote(&mut self) {
        self.gap();
        self.indents.push("│ ".to_owned());
    }

    pub(super) fn close_quote(&mut self) {
        self.indents.pop();
    }

    /// An empty line, unless one is there.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

/// A code block, indented, under the name of its file.
pub(super) fn code_block(page: Page, info: &str, code: &str) -> String {
    let title =
        info.split_once("title=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(title, _)| title);
    let language = info.split_whitespace().next().unwrap_or("");
    let file = title.map_or_else(|| format!("code.{language}"), str::to_owned);
    let painted = if page.colour { highlight(&file, code) } else { None };
    let mut out = title.map_or(String::new(), |title| format!("    {}\n", page.dim(&format!("// {title}"))));
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        out.push_str("    ");
        push_painted(&mut out, line, at, painted.as_ref());
        at += line.len();
    }
    out
}

fn push_painted(out: &mut String, line: &str, at: usize, painted: Option<&PaintedText>) {
    let Some(painted) = painted else { return out.push_str(line) };
    let text = line.trim_end();
    let mut start = 0;
    while start < text.len() {
        let paint = painted.at(at + start);
        let end = text[start..].char_indices().find(|&(i, _)| painted.at(at + start + i) != paint);
        let end = end.map_or(text.len(), |(i, _)| start + i);
        let style = paint.map_or_else(Style::new, paint_style);
        out.push_str(&style.style(&text[start..end]).to_string());
        start = end;
    }
    out.push('\n');
}
