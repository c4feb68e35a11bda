//! The lines of a code frame: source lines made safe, cut to the page, with the way back to the source.

use std::ops::Range;

use unicode_width::UnicodeWidthChar as _;

use crate::pattern::{Paint, PaintedText};

use super::escape::visible;
use super::source::SourceText;

/// Columns that a tab takes in a frame.
const TAB: &str = "  ";
/// Columns kept around a label when a line is cut.
const LEAD: usize = 12;

/// One printed line of a frame.
#[derive(Debug)]
pub(crate) struct FrameLine {
    /// Line number in the file, from 0.
    pub(crate) number: usize,
    /// The text as printed: escaped, tabs expanded, cut with `…`.
    pub(crate) text: String,
    /// Colours of ranges of `text`.
    pub(crate) paints: Vec<(Range<usize>, Paint)>,
    /// For each printed character: the source byte it stands for, and its byte in `text`.
    map: Vec<(usize, usize)>,
}

impl FrameLine {
    /// Prints one source line into at most `width` columns around the bytes that must be seen.
    pub(crate) fn new(
        source: &SourceText,
        number: usize,
        seen: Option<Range<usize>>,
        width: usize,
        painted: Option<&PaintedText>,
    ) -> Self {
        let range = source.line_range(number);
        let window = window(source.text(), range, seen, width);
        let mut line = Self { number, text: String::new(), paints: Vec::new(), map: Vec::new() };
        if window.cut_left {
            line.text.push('…');
        }
        for (i, c) in source.text()[window.bytes.clone()].char_indices() {
            line.push(window.bytes.start + i, c, painted);
        }
        line.map.push((window.bytes.end, line.text.len()));
        if window.cut_right {
            line.text.push('…');
        }
        line
    }

    fn push(&mut self, at: usize, c: char, painted: Option<&PaintedText>) {
        let start = self.text.len();
        self.map.push((at, start));
        match c {
            '\t' => self.text.push_str(TAB),
            // A byte order mark is no part of the code that people see.
            '\u{feff}' if at == 0 => {}
            _ => match visible(c) {
                Some(form) => self.text.push_str(&form),
                None => self.text.push(c),
            },
        }
        let Some(paint) = painted.and_then(|text| text.at(at)) else { return };
        match self.paints.last_mut() {
            Some((range, last)) if *last == paint && range.end == start => range.end = self.text.len(),
            _ => self.paints.push((start..self.text.len(), paint)),
        }
    }

    /// Where a source byte is printed, as a byte of `text`; bytes that were cut away land on the nearest end.
    pub(crate) fn printed(&self, byte: usize) -> usize {
        let index = self.map.partition_point(|&(source, _)| source < byte);
        self.map.get(index).or(self.map.last()).map_or(0, |&(_, printed)| printed)
    }

    /// The source byte that is printed at a byte of `text`: the way back from [`FrameLine::printed`].
    pub(crate) fn source_byte(&self, printed: usize) -> usize {
        let index = self.map.partition_point(|&(_, at)| at <= printed).saturating_sub(1);
        self.map.get(index).map_or(0, |&(source, _)| source)
    }
}

/// The part of a line that fits.
struct Window {
    bytes: Range<usize>,
    cut_left: bool,
    cut_right: bool,
}

/// Chooses the part of a line to print: all of it if it fits, else a window that shows the start of `seen`.
///
/// Reads no more of a long line than it prints, plus a bound: a minified line may be megabytes long.
fn window(text: &str, line: Range<usize>, seen: Option<Range<usize>>, width: usize) -> Window {
    let width = width.max(LEAD * 2);
    let from_start = fit(text, line.clone(), width);
    if from_start == line.end {
        return Window { bytes: line, cut_left: false, cut_right: false };
    }
    let seen = seen.unwrap_or(line.start..line.start);
    // One column goes to each `…`.
    if seen.end <= fit(text, line.clone(), width - 1) {
        let end = fit(text, line.clone(), width - 1);
        return Window { bytes: line.start..end, cut_left: false, cut_right: true };
    }
    let start = lead(text, &line, &seen, width);
    let end = fit(text, start..line.end, width - 2);
    Window { bytes: start..end, cut_left: start > line.start, cut_right: end < line.end }
}

/// Where the window starts: as far left as lets all of the label and a little after it be seen; of a label
/// that is too long, its start.
fn lead(text: &str, line: &Range<usize>, seen: &Range<usize>, width: usize) -> usize {
    let label = columns_between(text, seen.start..seen.end.min(line.end), width);
    let mut room = (width - 2).saturating_sub(label + LEAD).clamp(LEAD, width - LEAD);
    let mut start = text.floor_char_boundary(seen.start.clamp(line.start, line.end));
    for (i, c) in text[line.start..start].char_indices().rev() {
        let Some(left) = room.checked_sub(columns_of(c)) else { break };
        room = left;
        start = line.start + i;
    }
    start
}

/// The byte up to which a range fits into so many columns.
fn fit(text: &str, range: Range<usize>, width: usize) -> usize {
    let mut room = width;
    for (i, c) in text[range.clone()].char_indices() {
        let Some(left) = room.checked_sub(columns_of(c)) else { return range.start + i };
        room = left;
    }
    range.end
}

fn columns_between(text: &str, range: Range<usize>, at_most: usize) -> usize {
    let text = text.get(range).unwrap_or("");
    text.chars().take(at_most).map(columns_of).sum()
}

/// Columns of a character as a frame prints it.
fn columns_of(c: char) -> usize {
    match c {
        '\t' => TAB.len(),
        ' '..='~' => 1,
        _ => visible(c).map_or_else(|| c.width().unwrap_or(0), |form| form.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, seen: &str, width: usize) -> (String, String) {
        let source = SourceText::new(text.to_owned());
        let at = text.find(seen).unwrap();
        let line = FrameLine::new(&source, 0, Some(at..at + seen.len()), width, None);
        let shown = line.text[line.printed(at)..line.printed(at + seen.len())].to_owned();
        (line.text, shown)
    }

    #[test]
    fn long_lines_are_cut_around_the_label() {
        let text = format!("{}NEEDLE{}", "x".repeat(5000), "y".repeat(5000));
        let (text, shown) = line(&text, "NEEDLE", 60);
        assert_eq!(shown, "NEEDLE");
        assert_eq!(super::super::style::columns(&text), 60);
        assert!(text.starts_with('…') && text.ends_with('…'), "{text}");
    }

    #[test]
    fn a_label_that_fits_in_the_first_columns_is_not_moved() {
        let (text, shown) = line(&format!("ab NEEDLE {}", "y".repeat(500)), "NEEDLE", 40);
        assert_eq!(shown, "NEEDLE");
        assert!(text.starts_with("ab NEEDLE y") && text.ends_with('…'), "{text}");
    }

    #[test]
    fn control_characters_keep_labels_in_place() {
        let (text, shown) = line("\ta\u{1b}b NEEDLE 漢字", "NEEDLE", 60);
        assert_eq!((text.as_str(), shown.as_str()), ("  a\\x1bb NEEDLE 漢字", "NEEDLE"));
    }

    #[test]
    fn a_label_longer_than_the_page_shows_its_start() {
        let needle = "N".repeat(300);
        let (text, shown) = line(&format!("{}{needle}z", "x".repeat(100)), &needle, 60);
        assert!(text.starts_with("…x") && shown.len() > 20, "{text}");
    }
}
