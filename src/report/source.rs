//! A file's text with its line table: places in bytes, lines and UTF-16 columns.

/// A file's text, and where its lines start.
#[derive(Debug, Default)]
pub struct SourceText {
    text: String,
    /// Byte offset of each line's first byte; the first is 0.
    lines: Vec<u32>,
}

/// A place as people count: both from 1, the column in UTF-16 code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in UTF-16 code units.
    pub column: u32,
}

impl SourceText {
    /// Takes a text of less than 4 GiB and finds its lines (`\n`, `\r\n`, and a lone `\r` do end one).
    #[must_use]
    pub fn new(text: String) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|&end| bytes[end] == b'\n' || bytes.get(end + 1) != Some(&b'\n'));
        let starts = ends.filter_map(|end| u32::try_from(end + 1).ok());
        let lines = std::iter::once(0).chain(starts).collect();
        Self { text, lines }
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The index, from 0, of the line that holds this byte.
    #[must_use]
    pub fn line_index(&self, offset: u32) -> usize {
        self.lines.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// How many lines there are; an empty text has one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines.len().max(1)
    }

    /// The bytes of a line (index from 0) without its line end; empty past the last line.
    #[must_use]
    pub fn line_range(&self, index: usize) -> std::ops::Range<usize> {
        let length = self.text.len();
        let start = self.lines.get(index).map_or(length, |&s| s as usize).min(length);
        let end = self.lines.get(index + 1).map_or(length, |&s| s as usize).min(length);
        let line = &self.text[start..end];
        start..start + line.trim_end_matches(['\n', '\r']).len()
    }

    /// Line and column of a byte offset; an offset past the end counts as the end.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_index(offset);
        let start = self.lines.get(line).map_or(0, |&start| start as usize);
        let end = self.text.floor_char_boundary((offset as usize).clamp(start, self.text.len().max(start)));
        let units: usize = self.text.get(start..end).unwrap_or("").chars().map(char::len_utf16).sum();
        Position { line: number(line), column: number(units) }
    }
}

/// An index from 0 as a number from 1.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16_units_from_one() {
        let source = SourceText::new("a\r\n  const s = \"😀😀\"; debugger;\n".to_owned());
        let offset = u32::try_from(source.text().find("debugger").unwrap()).unwrap();
        assert_eq!(source.position(offset), Position { line: 2, column: 21 });
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(&source.text()[source.line_range(0)], "a");
        assert!(source.line_range(99).is_empty());
    }
}
