//! Lines of code as the page shows them: coloured, with the construct marked.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::pattern::{Paint, PaintedText, highlight};
use crate::report::frame_lines::FrameLine;
use crate::report::model::Place;
use crate::report::source::SourceText;

/// Columns after which a line is cut: the page wraps what is shorter.
const WIDTH: usize = 160;
/// Lines of a long construct that are shown.
const LONGEST: usize = 8;

/// One line.
#[derive(Debug)]
pub(super) struct Line {
    /// Its number from 1.
    pub(super) number: usize,
    /// What stands before the mark.
    pub(super) before: Vec<Part>,
    /// What is marked.
    pub(super) marked: Vec<Part>,
    /// What stands behind it.
    pub(super) after: Vec<Part>,
}

/// A piece of a line in one colour.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Class of the colour; empty for none.
    pub(super) class: &'static str,
    /// The text.
    pub(super) text: String,
}

/// Colours files, each once.
#[derive(Debug, Default)]
pub(super) struct Painter {
    painted: HashMap<usize, Option<PaintedText>>,
}

impl Painter {
    /// The lines of a place, and so many around it.
    pub(super) fn excerpt(&mut self, place: &Place, around: usize) -> Vec<Line> {
        let source = &place.source;
        let key = Arc::as_ptr(source) as usize;
        let painted = self.painted.entry(key).or_insert_with(|| highlight(&place.file, source.text()));
        let marked = marked(place);
        let last = source.line_index(u32::try_from(marked.end.saturating_sub(1)).unwrap_or(u32::MAX));
        let first = source.line_index(place.start);
        let last = last.clamp(first, first + LONGEST);
        let blank = |line: &usize| source.text()[source.line_range(*line)].trim().is_empty();
        let begin = (first.saturating_sub(around)..first).find(|line| !blank(line)).unwrap_or(first);
        let behind = last + 1..(last + around + 1).min(source.line_count());
        let shown = begin..behind.rev().find(|line| !blank(line)).unwrap_or(last) + 1;
        lines(source, shown, Some(marked), painted.as_ref())
    }
}

/// All lines of a text, nothing marked.
pub(super) fn plain(source: &SourceText, painted: Option<&PaintedText>) -> Vec<Line> {
    lines(source, 0..source.line_count(), None, painted)
}

/// The bytes to mark. Where a place is a point, what begins there: a name, or one character.
fn marked(place: &Place) -> Range<usize> {
    let text = place.source.text();
    let start = text.floor_char_boundary((place.start as usize).min(text.len()));
    let end = text.floor_char_boundary((place.end as usize).clamp(start, text.len()));
    if end > start {
        return start..end;
    }
    let rest = text.get(start..).unwrap_or("");
    let name = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).unwrap_or(rest.len());
    let first = rest.chars().next().filter(|c| !c.is_whitespace()).map_or(0, char::len_utf8);
    start..start + name.max(first)
}

fn lines(
    source: &SourceText,
    shown: Range<usize>,
    marked: Option<Range<usize>>,
    painted: Option<&PaintedText>,
) -> Vec<Line> {
    let on_line = |number: usize| {
        let line = source.line_range(number);
        let mark = marked.clone().unwrap_or(0..0);
        mark.start.max(line.start)..mark.end.min(line.end)
    };
    let frames: Vec<FrameLine> = shown
        .map(|number| {
            let seen = Some(on_line(number)).filter(|range| !range.is_empty());
            FrameLine::new(source, number, seen, WIDTH, painted)
        })
        .collect();
    let written = frames.iter().map(|line| &line.text).filter(|text| !text.trim().is_empty());
    let indent = written.map(|text| text.len() - text.trim_start_matches(' ').len()).min().unwrap_or(0);
    frames.iter().map(|frame| line(frame, indent, on_line(frame.number))).collect()
}

/// Cuts a line at the mark, without what all lines are indented by.
fn line(frame: &FrameLine, indent: usize, mark: Range<usize>) -> Line {
    let end = frame.text.len();
    let begin = indent.min(end);
    let (from, to) = if mark.is_empty() {
        (begin, begin)
    } else {
        let from = frame.printed(mark.start).clamp(begin, end);
        (from, frame.printed(mark.end).clamp(from, end))
    };
    let blank = frame.text.get(from..to).is_none_or(|text| text.trim().is_empty());
    // Of a line that is marked as a whole, the indentation is not.
    let skipped = frame.text.get(from..to).map_or(0, |text| text.len() - text.trim_start().len());
    let from = if blank { to } else { from + skipped };
    Line {
        number: frame.number + 1,
        before: parts(frame, begin..from),
        marked: parts(frame, from..to),
        after: parts(frame, to..end),
    }
}

/// A range of a line, cut where its colour changes.
fn parts(frame: &FrameLine, range: Range<usize>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut push = |class, text: Option<&str>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            parts.push(Part { class, text: text.to_owned() });
        }
    };
    let mut at = range.start;
    for (painted, paint) in &frame.paints {
        let (start, end) = (painted.start.max(at), painted.end.min(range.end));
        if start < end {
            push("", frame.text.get(at..start));
            push(class(*paint), frame.text.get(start..end));
            at = end;
        }
    }
    push("", frame.text.get(at..range.end));
    parts
}

const fn class(paint: Paint) -> &'static str {
    match paint {
        Paint::Comment => "c",
        Paint::Keyword => "k",
        Paint::Text => "s",
        Paint::Constant => "n",
        Paint::Function => "f",
        Paint::Type => "t",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, start: usize, end: usize) -> Vec<String> {
        let number = |n| u32::try_from(n).unwrap();
        let source = Arc::new(SourceText::new(text.to_owned()));
        let place = Place { file: "a.ts".into(), source, start: number(start), end: number(end) };
        let text = |parts: &[Part]| parts.iter().map(|part| part.text.as_str()).collect::<String>();
        let line = |line: &Line| {
            format!("{} {}[{}]{}", line.number, text(&line.before), text(&line.marked), text(&line.after))
        };
        Painter::default().excerpt(&place, 1).iter().map(line).collect()
    }

    #[test]
    fn a_construct_is_marked_on_all_its_lines() {
        let text = "\tif (a) {\n\t\tnew Pool({\n\t\t\tmax: 1 })\n\t}\n// end\n";
        let start = text.find("new").unwrap();
        let lines = excerpt(text, start, text.find(")\n\t}").unwrap() + 1);
        assert_eq!(lines, ["1 []if (a) {", "2   [new Pool({]", "3     [max: 1 })]", "4 []}"]);
    }

    #[test]
    fn a_point_marks_the_name_that_begins_there() {
        assert_eq!(excerpt("x = getUsers()", 4, 4), ["1 x = [getUsers]()"]);
        assert_eq!(excerpt("x = (1)", 4, 4), ["1 x = [(]1)"]);
    }

    #[test]
    fn no_place_is_too_odd() {
        for text in ["", "\n", "é😀", "a\r\n\u{1b}\u{202e}b"] {
            for start in 0..8 {
                for end in 0..8 {
                    assert!(!excerpt(text, start, end).is_empty());
                }
            }
        }
    }
}
