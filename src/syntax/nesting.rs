//! A bound on how deep a file's syntax can nest, found before it is parsed.
//!
//! The parser and the scope builder recurse, so 100,000 open brackets, or as many operators in a row, would
//! exhaust any stack. This scan counts, per bracket level, the tokens that can make a tree deeper since the
//! last thing that certainly closes an expression or statement, and adds the levels up. It overestimates:
//! only generated text comes near the limit.

use memchr::{memchr, memchr3, memmem};

/// How many levels are let through. The deepest construct takes about 60 KB of stack per level without
/// optimisation, so this stays well within [`super::STACK_SIZE`].
const LIMIT: u32 = 3_000;

/// The offset at which the text may nest deeper than can be read, if there is one.
pub(super) fn too_deep(text: &str) -> Option<u32> {
    // Every level takes a byte.
    if text.len() <= LIMIT as usize {
        return None;
    }
    Scan::new(text.as_bytes()).run()
}

/// Whether a byte is part of a word; what is not ASCII counts as such.
const fn is_word(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26
        || byte.wrapping_sub(b'0') < 10
        || byte == b'_'
        || byte == b'$'
        || byte >= 0x80
}

/// [`is_word`] by byte, for the scan, which asks it of one byte after the other.
static WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        table[byte as usize] = is_word(byte);
        byte -= 1;
    }
    table
};

/// What can make the tree deeper on one bracket level.
#[derive(Clone, Copy, Default)]
struct Level {
    /// The bracket that opened it; 0 for the file.
    open: u8,
    /// Operators and prefix words since the last separator.
    operators: u32,
    /// `<` not closed by `</` or `/>`: open elements, type arguments, comparisons.
    angles: u32,
    /// Those of them whose `>` has not come yet.
    unfinished: u32,
}

impl Level {
    const fn depth(self) -> u32 {
        self.operators + self.angles
    }
}

/// The state of the scan.
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The levels around the current one.
    outer: Vec<Level>,
    /// Sum of their depths.
    counted: u32,
    level: Level,
    /// The last token ended a value, so that a `/` now divides.
    value_before: bool,
}

impl<'t> Scan<'t> {
    fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0, outer: Vec::new(), counted: 0, level: Level::default(), value_before: false }
    }

    fn run(mut self) -> Option<u32> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let may_be_deeper = if WORD[usize::from(byte)] { self.word() } else { self.mark(byte) };
            if may_be_deeper && self.counted + self.level.depth() > LIMIT {
                return u32::try_from(self.at.min(self.bytes.len())).ok();
            }
        }
        None
    }

    /// Takes what begins with a byte outside words; whether it may have made the tree deeper.
    fn mark(&mut self, byte: u8) -> bool {
        let next = self.bytes.get(self.at + 1).copied().unwrap_or(0);
        match byte {
            b' ' | b'\t' | b'\r' => self.blank(false),
            b'\n' => self.line_end(),
            b';' | b',' => self.reset(),
            // An attribute's value; what the braces hold counts by itself.
            b'=' if matches!(next, b'{' | b'"' | b'\'') => self.at += 1,
            b'"' | b'\'' => self.skip_string(byte),
            b'/' if next == b'/' => self.skip_line(),
            b'/' if next == b'*' => self.skip_comment(),
            _ => {
                self.deeper(byte, next);
                return true;
            }
        }
        false
    }

    /// Takes what may make the tree deeper.
    fn deeper(&mut self, byte: u8, next: u8) {
        match byte {
            b'`' => self.open(b'`'),
            b'<' | b'>' => self.angle(byte, next),
            b'/' if next == b'>' => self.end_element(),
            b'/' if !self.value_before => self.skip_regex(),
            b'(' | b'[' | b'{' => self.open(byte),
            b')' | b']' | b'}' => self.close(),
            _ => self.operator(),
        }
    }

    /// `<` opens an element, type arguments or a comparison; `</` closes an element.
    fn angle(&mut self, byte: u8, next: u8) {
        let level = &mut self.level;
        match byte {
            b'<' if next == b'/' => {
                level.angles = level.angles.saturating_sub(1);
                level.unfinished += 1;
                self.at += 1;
            }
            b'<' => {
                level.angles += 1;
                level.unfinished += 1;
            }
            _ if level.unfinished > 0 => level.unfinished -= 1,
            _ => level.operators += 1,
        }
        self.at += 1;
        self.value_before = false;
    }

    /// `/>`
    fn end_element(&mut self) {
        self.level.angles = self.level.angles.saturating_sub(1);
        self.level.unfinished = self.level.unfinished.saturating_sub(1);
        self.at += 2;
        self.value_before = true;
    }

    /// An operator or a dot may add a level.
    fn operator(&mut self) {
        self.level.operators += 1;
        self.at += 1;
        self.value_before = false;
    }

    /// Prefix words nest like operators; other words end a value. Whether it is a prefix.
    fn word(&mut self) -> bool {
        let rest = self.rest();
        let length = rest.iter().position(|&byte| !WORD[usize::from(byte)]).unwrap_or(rest.len());
        let prefix = is_prefix(rest.get(..length).unwrap_or_default());
        self.at += length;
        self.level.operators += u32::from(prefix);
        self.value_before = !prefix;
        prefix
    }

    fn open(&mut self, byte: u8) {
        self.level.operators += 1;
        self.counted += self.level.depth();
        self.outer.push(self.level);
        self.level = Level { open: byte, ..Level::default() };
        self.at += 1;
        self.value_before = false;
        if byte == b'`' {
            self.template_text();
        }
    }

    /// Closes the innermost bracket; after `${…}` the template goes on.
    fn close(&mut self) {
        self.at += 1;
        self.value_before = true;
        if let Some(level) = self.outer.pop() {
            self.counted -= level.depth();
            self.level = level;
        }
        if self.level.open == b'`' {
            self.template_text();
        }
    }

    /// Skips a template's text up to its end or its next `${`, which opens a level.
    fn template_text(&mut self) {
        while let Some(found) = memchr3(b'\\', b'`', b'$', self.rest()) {
            self.at += found;
            match self.rest() {
                [b'\\', ..] => self.at += 2,
                [b'`', ..] => return self.close(),
                [_, b'{', ..] => {
                    self.at += 1;
                    return self.open(b'{');
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
    }

    /// A separator closes whatever expression was open on this level; elements stay open, since it may
    /// be their text.
    fn reset(&mut self) {
        let level = &mut self.level;
        level.operators = 0;
        level.angles = level.angles.saturating_sub(level.unfinished);
        level.unfinished = 0;
        self.at += 1;
        self.value_before = false;
    }

    /// Goes on behind spaces, and behind line ends if they say nothing.
    fn blank(&mut self, lines: bool) {
        let rest = self.rest();
        let is_blank = |&byte: &u8| matches!(byte, b' ' | b'\t' | b'\r') || (lines && byte == b'\n');
        self.at += rest.iter().position(|byte| !is_blank(byte)).unwrap_or(rest.len());
    }

    /// A line end closes a statement in a block, unless the next line goes on with it.
    fn line_end(&mut self) {
        self.blank(true);
        if !matches!(self.level.open, 0 | b'{') || !self.value_before {
            return;
        }
        let rest = self.rest().iter().find(|b| !b.is_ascii_whitespace());
        if rest.is_none_or(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'}' | b'@' | b'"' | b'\'')
        }) {
            self.level = Level { open: self.level.open, ..Level::default() };
        }
    }

    fn skip_string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(found) = memchr3(quote, b'\\', b'\n', self.rest()) {
            let escapes = self.rest().get(found) == Some(&b'\\');
            self.at += found + if escapes { 2 } else { 1 };
            if !escapes {
                self.value_before = true;
                return;
            }
        }
        self.at = self.bytes.len();
    }

    fn skip_line(&mut self) {
        self.at = memchr(b'\n', self.rest()).map_or(self.bytes.len(), |found| self.at + found);
    }

    fn skip_comment(&mut self) {
        self.at += 2;
        self.at = memmem::find(self.rest(), b"*/").map_or(self.bytes.len(), |found| self.at + found + 2);
    }

    /// What is not scanned yet.
    fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Skips what may be a regular expression; if no `/` ends it on this line, it was an operator.
    fn skip_regex(&mut self) {
        let mut end = self.at + 1;
        let mut in_class = false;
        while let Some(&byte) = self.bytes.get(end) {
            match byte {
                b'\n' => return self.operator(),
                b'\\' => end += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.at = end + 1;
                    self.value_before = true;
                    return;
                }
                _ => {}
            }
            end += 1;
        }
        self.operator();
    }
}

/// Whether a word nests what comes after it.
fn is_prefix(word: &[u8]) -> bool {
    match word.len() {
        2 => matches!(word, b"in" | b"of" | b"do" | b"as" | b"if"),
        3 => matches!(word, b"new" | b"for"),
        4 => matches!(word, b"void" | b"else" | b"case" | b"with"),
        5 => matches!(word, b"await" | b"yield" | b"throw" | b"while" | b"async" | b"class" | b"keyof"),
        6 => matches!(word, b"typeof" | b"delete" | b"return"),
        7 => word == b"extends",
        8 => word == b"function",
        9 => word == b"satisfies",
        10 => word == b"instanceof",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_text_is_refused_whatever_nests() {
        let n = 100_000;
        for unit in [
            "(",
            "[",
            "{a:",
            "!",
            "-",
            "a=>",
            "a?b:",
            "<a>",
            "`${",
            "new ",
            "typeof ",
            "await ",
            "a+",
            "a.",
            "f()(",
            "a||",
            "if(a){}else ",
            "a[",
            "async()=>",
            "x=",
            "(function(){",
            "- -",
            "!\n",
            "a+\n",
            "/ /.a",
            "\"a\"+",
            "a\n.b",
            "a\n?b\n:",
            "a>b",
            "<a>,",
            "<a b=\"c\">;\n",
        ] {
            assert!(too_deep(&unit.repeat(n)).is_some(), "{unit}");
        }
    }

    #[test]
    fn a_page_of_elements_is_read() {
        let element = "<div className={a} id=\"b\">\n <img src='x' />\n text, more. don't\n</div>\n";
        assert_eq!(too_deep(&format!("return (<>{}</>)", element.repeat(20_000))), None);
    }

    #[test]
    fn wide_text_is_read() {
        for unit in [
            "const a = b + c\n",
            "foo(bar.baz, qux)\n",
            "if (a) {\n b()\n} else {\n c()\n}\n",
            "x = /[(]/.test('((') ? a : b;",
            "{ id: 1, name: 'a(' },",
            "`((( ${a} `;",
            "// (((((\n",
            "/* ((( */",
            "'it(s',",
            "@dec() class A {}\n",
            "(<div className={a} id=\"b\">\n <img src='x' />\n text, more.\n</div>\n);",
        ] {
            assert_eq!(too_deep(&unit.repeat(20_000)), None, "{unit}");
        }
    }
}
