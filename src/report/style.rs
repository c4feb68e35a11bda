//! What a printed report looks like: its width, its colours, and the wrapping of its text.

use owo_colors::Style;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use crate::diagnostic::Severity;
use crate::rules::RuleMeta;

/// The page a report is printed on.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Columns to fit into.
    pub width: usize,
    /// Whether colours may be used; without them no escape code is written.
    pub colour: bool,
    /// Whether rules may link to their pages: the terminal knows OSC 8.
    pub links: bool,
}

impl Default for Page {
    fn default() -> Self {
        Self { width: 80, colour: false, links: false }
    }
}

impl Page {
    /// Text in a style, or bare when there is no colour.
    pub(crate) fn paint(self, text: &str, style: Style) -> String {
        if self.colour && !text.is_empty() { style.style(text).to_string() } else { text.to_owned() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint(text, Style::new().bold())
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.paint(text, Style::new().dimmed())
    }

    pub(crate) fn link(self, text: &str) -> String {
        self.paint(text, Style::new().cyan())
    }

    /// `error[rule-id]`, in which the id leads to the rule's page.
    pub(crate) fn rule(self, severity: Severity, rule: &RuleMeta) -> String {
        let name = format!("{}[{}]", severity.as_str(), self.hyperlink(rule.id, rule.url().as_deref()));
        self.severity(severity, &name)
    }

    /// Text that leads to a page where the terminal has links; only text and page of our own may come here.
    pub(crate) fn hyperlink(self, text: &str, url: Option<&str>) -> String {
        match url.filter(|_| self.links) {
            Some(url) => format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
            None => text.to_owned(),
        }
    }

    pub(crate) fn severity(self, severity: Severity, text: &str) -> String {
        self.paint(text, severity_style(severity))
    }

    /// Wraps text at the page's width between words; a word that is too long stays whole, because it is a
    /// path or a name that somebody will copy.
    pub(crate) fn wrap(self, text: &str, first: &str, rest: &str) -> String {
        textwrap::fill(text, wrapping(self.width).initial_indent(first).subsequent_indent(rest))
    }
}

/// How text is wrapped: at spaces only, as much on each line as fits.
pub(crate) fn wrapping(width: usize) -> Options<'static> {
    Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
}

/// The colour of a severity.
pub(crate) const fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => Style::new().red().bold(),
        Severity::Warning => Style::new().yellow().bold(),
        Severity::Info => Style::new().blue().bold(),
    }
}

/// Columns that a text takes on a terminal; escape codes take none.
pub(crate) fn columns(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
