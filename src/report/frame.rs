//! The code frame of a finding: miette's drawing over a source of our own.
//!
//! miette's sources for strings scan the file from its start for every label and count columns in bytes.
//! [`FrameSource`] holds only the lines shown, already escaped and cut, and asks the file's line table for
//! positions, so a frame costs what it prints.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::highlighters::{Highlighter, HighlighterState};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use owo_colors::{Style, Styled};

use crate::diagnostic::Severity;
use crate::pattern::{Paint, PaintedText};

use super::escape::one_line;
use super::frame_lines::FrameLine;
use super::model::Place;
use super::source::SourceText;
use super::style::{Page, columns, severity_style, wrapping};

/// Lines shown above and below a label.
const CONTEXT: usize = 1;
/// A label's sentence needs this many columns right of its mark, or it goes below the frame.
const NARROWEST_LABEL: usize = 24;

/// A mark under the code.
#[derive(Debug)]
pub(crate) struct Label<'a> {
    /// What is marked.
    pub(crate) place: &'a Place,
    /// The sentence at the mark; `None` marks only.
    pub(crate) text: Option<&'a str>,
    /// The construct itself, which names the frame's position.
    pub(crate) primary: bool,
}

/// A drawn frame.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    /// Lines with their ends.
    pub(crate) text: String,
    /// Indexes of labels whose sentence found no room.
    pub(crate) homeless: Vec<usize>,
}

/// Draws the lines around labels, which are all in one file. A span of several lines is marked on its first.
pub(crate) fn frame(
    page: Page,
    severity: Severity,
    labels: &[Label<'_>],
    painted: Option<&PaintedText>,
) -> Frame {
    let Some(place) = labels.first().map(|label| label.place) else { return Frame::default() };
    let source = FrameSource::new(page, labels, painted);
    let mut homeless = Vec::new();
    let mut marks: Vec<(LabeledSpan, Style)> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let (span, column) = source.mark(label.place);
        let room = page.width.saturating_sub(source.gutter() + column + 5);
        let text = label.text.filter(|_| room >= NARROWEST_LABEL).map(|text| wrap_label(text, room));
        if text.is_none() && label.text.is_some() {
            homeless.push(index);
        }
        let style = if label.primary { severity_style(severity) } else { Style::new().cyan() };
        let span = (span.start, span.len());
        let mark = if label.primary {
            LabeledSpan::new_primary_with_span(text, span)
        } else {
            LabeledSpan::new_with_span(text, span)
        };
        marks.push((mark, style));
    }
    // miette hands out styles in the order of the labels' places.
    marks.sort_by_key(|(mark, _)| mark.offset());
    let (marks, styles) = marks.into_iter().unzip();
    let source = Arc::new(source);
    let handler = GraphicalReportHandler::new_themed(theme(page, styles))
        .with_context_lines(CONTEXT)
        .with_syntax_highlighting(Colours(Arc::clone(&source)));
    let drawing = Drawing { source, marks };
    let mut text = String::new();
    if place.source.text().is_empty() || handler.render_report(&mut text, &drawing).is_err() {
        return Frame { text: String::new(), homeless };
    }
    // The first line is for a message, which stands elsewhere.
    let text = text.lines().skip(1).fold(String::new(), |text, line| text + line.trim_end() + "\n");
    Frame { text, homeless }
}

fn wrap_label(text: &str, room: usize) -> String {
    textwrap::fill(&one_line(text), wrapping(room))
}

fn theme(page: Page, labels: Vec<Style>) -> GraphicalTheme {
    let characters = ThemeCharacters::unicode();
    if !page.colour {
        return GraphicalTheme { characters, styles: ThemeStyles::none() };
    }
    let styles = ThemeStyles {
        link: Style::new().cyan(),
        linum: Style::new().dimmed(),
        highlights: labels,
        ..ThemeStyles::none()
    };
    GraphicalTheme { characters, styles }
}

/// The lines of one file that a frame shows, joined by `\n` into one small text.
#[derive(Debug)]
struct FrameSource {
    /// File name, safe to print.
    name: String,
    source: Arc<SourceText>,
    /// By line number.
    lines: Vec<FrameLine>,
    /// The lines' text; miette's offsets are offsets into this.
    text: String,
    /// Offset of each line in `text`.
    starts: Vec<usize>,
}

impl FrameSource {
    fn new(page: Page, labels: &[Label<'_>], painted: Option<&PaintedText>) -> Self {
        let (name, source) = labels.first().map_or_else(Default::default, |label| {
            (one_line(&label.place.file).into_owned(), Arc::clone(&label.place.source))
        });
        let mut numbers: Vec<usize> = labels
            .iter()
            .map(|label| source.line_index(label.place.start))
            .flat_map(|line| line.saturating_sub(CONTEXT)..=line + CONTEXT)
            .filter(|&line| line < source.line_count())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut frame = Self { name, source, lines: Vec::new(), text: String::new(), starts: Vec::new() };
        let width = page.width.saturating_sub(number_width(&numbers) + 4);
        for number in numbers {
            // The primary label comes first, so it decides which part of a long line is shown.
            let seen = labels.iter().find(|label| frame.source.line_index(label.place.start) == number);
            let seen = seen.map(|label| label.place.start as usize..label.place.end as usize);
            let line = FrameLine::new(&frame.source, number, seen, width, painted);
            frame.starts.push(frame.text.len());
            frame.text.push_str(&line.text);
            frame.text.push('\n');
            frame.lines.push(line);
        }
        frame
    }

    /// Columns left of the code.
    fn gutter(&self) -> usize {
        self.lines.last().map_or(1, |line| number_width(&[line.number])) + 4
    }

    /// A place as a range of `text`, and the column of its middle, where the sentence hangs.
    fn mark(&self, place: &Place) -> (Range<usize>, usize) {
        let number = self.source.line_index(place.start);
        let Ok(index) = self.lines.binary_search_by_key(&number, |line| line.number) else {
            return (0..0, 0);
        };
        let (line, base) = (&self.lines[index], self.starts[index]);
        let line_end = self.source.line_range(number).end;
        let start = line.printed(self.source.text().floor_char_boundary(place.start as usize).min(line_end));
        let end = line
            .printed((place.end as usize).clamp(place.start as usize, line_end.max(place.start as usize)));
        let (left, right) = (columns(&line.text[..start]), columns(&line.text[..end.max(start)]));
        (base + start..base + end.max(start), usize::midpoint(left, right))
    }

    /// Index of the line that holds this offset into `text`.
    fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// The farthest line within `CONTEXT` of another that follows on it without a gap.
    fn neighbour(&self, index: usize, distance: usize, down: bool) -> usize {
        let mut at = index;
        for _ in 0..distance {
            let next = if down { Some(at + 1) } else { at.checked_sub(1) };
            let Some((next, line)) = next.and_then(|next| Some((next, self.lines.get(next)?))) else { break };
            if line.number.abs_diff(self.lines[at].number) != 1 {
                break;
            }
            at = next;
        }
        at
    }
}

/// Columns of the largest line number, which counts from 1.
fn number_width(numbers: &[usize]) -> usize {
    numbers.last().map_or(1, |number| (number + 1).to_string().len())
}

impl SourceCode for FrameSource {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        if self.lines.is_empty() || end > self.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let first = self.neighbour(self.line_at(start), before, false);
        let last = self.neighbour(self.line_at(end), after, true);
        let range = self.starts[first]..self.starts.get(last + 1).copied().unwrap_or(self.text.len());
        let shown = &self.lines[self.line_at(start)];
        let byte = shown.source_byte(start - self.starts[self.line_at(start)]);
        let position = self.source.position(u32::try_from(byte).unwrap_or(u32::MAX));
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[range.clone()],
            (range.start, range.len()).into(),
            self.lines[first].number,
            position.column as usize - 1,
            last - first + 1,
        )))
    }
}

/// What miette draws.
#[derive(Debug)]
struct Drawing {
    source: Arc<FrameSource>,
    marks: Vec<LabeledSpan>,
}

impl fmt::Display for Drawing {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.marks.iter().cloned()))
    }
}

/// Colours the lines of a frame as they were painted when it was made.
struct Colours(Arc<FrameSource>);

struct ColoursFrom<'a> {
    lines: std::slice::Iter<'a, FrameLine>,
}

impl Highlighter for Colours {
    fn start_highlighter_state<'h>(&'h self, shown: &dyn SpanContents<'_>) -> Box<dyn HighlighterState + 'h> {
        let first = self.0.line_at(shown.span().offset());
        Box::new(ColoursFrom { lines: self.0.lines.get(first..).unwrap_or_default().iter() })
    }
}

impl HighlighterState for ColoursFrom<'_> {
    fn highlight_line<'s>(&mut self, text: &'s str) -> Vec<Styled<&'s str>> {
        let mut at = 0;
        let mut parts = Vec::new();
        for (range, paint) in self.lines.next().map_or(&[][..], |line| &line.paints) {
            if let (Some(plain), Some(painted)) = (text.get(at..range.start), text.get(range.clone())) {
                parts.push(Style::new().style(plain));
                parts.push(paint_style(*paint).style(painted));
                at = range.end;
            }
        }
        parts.push(Style::new().style(text.get(at..).unwrap_or("")));
        parts
    }
}

/// The colour of a kind of code: the terminal's own palette, so that light and dark themes both work.
pub(crate) const fn paint_style(paint: Paint) -> Style {
    match paint {
        Paint::Comment => Style::new().dimmed(),
        Paint::Keyword => Style::new().magenta(),
        Paint::Text => Style::new().green(),
        Paint::Constant => Style::new().yellow(),
        Paint::Function => Style::new().blue(),
        Paint::Type => Style::new().cyan(),
    }
}
