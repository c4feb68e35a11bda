//! Markdown on a terminal: the pages of rules, as `routelint explain` shows them.

use std::io::{self, Write};

use owo_colors::Style;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::markdown_blocks::{Blocks, code_block};
use super::style::Page;
use super::table::table;

/// Writes a page of Markdown, wrapped, with headings, lists, tables and code set off.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_markdown(markdown: &str, page: Page, out: &mut impl Write) -> io::Result<()> {
    let mut renderer = Renderer::new(page);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        renderer.event(event);
    }
    out.write_all(renderer.blocks.finish().as_bytes())
}

struct Renderer {
    page: Page,
    blocks: Blocks,
    /// Text of the paragraph, heading or cell that is open.
    inline: String,
    /// Style of the text, innermost last.
    styles: Vec<Style>,
    /// The code block that is open: its info string and text.
    code: Option<(String, String)>,
    /// Targets of open links, with where their text starts.
    links: Vec<(String, usize)>,
    /// Rows of the open table.
    rows: Vec<Vec<String>>,
}

impl Renderer {
    fn new(page: Page) -> Self {
        Self {
            page,
            blocks: Blocks::new(page),
            inline: String::new(),
            styles: Vec::new(),
            code: None,
            links: Vec::new(),
            rows: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) if self.page.colour => {
                self.inline.push_str(&self.page.paint(&code, Style::new().cyan()));
            }
            Event::Code(code) => self.inline.push_str(&format!("`{code}`")),
            Event::SoftBreak => self.inline.push(' '),
            Event::HardBreak => self.inline.push('\n'),
            Event::Rule => self.blocks.paragraph("───"),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match (&mut self.code, self.styles.last()) {
            (Some((_, code)), _) => code.push_str(text),
            (None, Some(&style)) => self.inline.push_str(&self.page.paint(text, style)),
            (None, None) => self.inline.push_str(text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } | Tag::Strong => self.styles.push(Style::new().bold()),
            Tag::Emphasis => self.styles.push(Style::new().italic()),
            Tag::Strikethrough => self.styles.push(Style::new().strikethrough()),
            Tag::Link { dest_url, .. } => self.links.push((dest_url.into_string(), self.inline.len())),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                self.code = Some((info.into_string(), String::new()))
            }
            Tag::CodeBlock(CodeBlockKind::Indented) => self.code = Some(Default::default()),
            Tag::List(first) => {
                // In a tight list, the text of an item stands before the list within it.
                self.flush();
                self.blocks.open_list(first);
            }
            Tag::Item => self.blocks.open_item(),
            Tag::BlockQuote(_) => self.blocks.open_quote(),
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                self.styles.pop();
                let mut heading = std::mem::take(&mut self.inline);
                if !self.page.colour {
                    heading = format!("{} {heading}", "#".repeat(level as usize));
                }
                self.blocks.heading(&heading);
            }
            TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough => _ = self.styles.pop(),
            TagEnd::Link => self.end_link(),
            TagEnd::CodeBlock => {
                if let Some((info, code)) = self.code.take() {
                    self.blocks.verbatim(&code_block(self.page, &info, &code));
                }
            }
            TagEnd::Paragraph => self.flush(),
            TagEnd::Item => {
                self.flush();
                self.blocks.close_item();
            }
            TagEnd::List(_) => self.blocks.close_list(),
            TagEnd::BlockQuote(_) => self.blocks.close_quote(),
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.inline);
                self.rows.last_mut().unwrap_or(&mut Vec::new()).push(cell);
            }
            TagEnd::Table => self.end_table(),
            _ => {}
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.inline);
        if !text.trim().is_empty() {
            self.blocks.paragraph(&text);
        }
    }

    /// A link's address follows its text, unless the text says it already.
    fn end_link(&mut self) {
        let Some((address, start)) = self.links.pop() else { return };
        let text = self.inline.get(start..).unwrap_or("");
        if address.contains("://") && !text.contains(&address) {
            self.inline.push_str(&format!(" <{}>", self.page.link(&address)));
        }
    }

    fn end_table(&mut self) {
        let mut rows = std::mem::take(&mut self.rows).into_iter();
        let head = rows.next().unwrap_or_default();
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        let rows: Vec<Vec<String>> = rows.collect();
        self.blocks.verbatim(&table(self.page, "  ", &head, &rows));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A rule\n\nIt finds **all** `new Pool()` calls, as [the docs](https://example.com/pool) say, in every file there is.\n\n- one\n  - nested item that is long enough to be wrapped at the end of the page\n- two\n\n1. first\n\n   with a paragraph\n2. second\n\n> quoted\n\n```ts title=\"lib/db.ts\"\nconst a = 1\n\nconst b = 2\n```\n\n| Platform | Limit |\n|---|---|\n| Vercel | `300` s |\n";

    fn rendered(page: Page) -> String {
        let mut out = Vec::new();
        write_markdown(PAGE, page, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn pages_are_set_for_a_terminal() {
        insta::assert_snapshot!(rendered(Page { width: 60, colour: false, ..Page::default() }), @r#"
        # A rule

        It finds all `new Pool()` calls, as the docs
        <https://example.com/pool> say, in every file there is.

        • one
          • nested item that is long enough to be wrapped at the end
            of the page
        • two

        1. first
           with a paragraph
        2. second

        │ quoted

            // lib/db.ts
            const a = 1

            const b = 2

          Platform  Limit
          Vercel    `300` s
        "#);
    }

    #[test]
    fn colours_change_nothing_but_colour() {
        let coloured = rendered(Page { width: 60, colour: true, ..Page::default() });
        assert!(
            coloured.contains("\u{1b}[1mall\u{1b}[0m") && coloured.contains("\u{1b}[36mnew Pool()\u{1b}[0m")
        );
    }
}
