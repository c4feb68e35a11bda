//! From bytes to text: byte order marks, encodings, bytes that are no text.

use crate::facts::Problem;
use crate::span::Span;

/// A file's text and what was wrong with its bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text; every offset in it is the offset in the file, byte order mark included.
    pub text: String,
    /// The first byte that was not UTF-8, or the encoding that cannot be read.
    pub problem: Option<Problem>,
}

/// Decodes a source file as UTF-8. Bytes that are not valid are replaced one by one, so offsets stay true;
/// a byte order mark becomes spaces; UTF-16 is refused with a message that says what to do.
#[must_use]
pub fn decode(bytes: Vec<u8>) -> Decoded {
    if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] = bytes[..] {
        return refused("UTF-16 text; save the file as UTF-8");
    }
    if looks_like_utf16(&bytes) {
        return refused("looks like UTF-16 text without a byte order mark; save the file as UTF-8");
    }
    let (mut text, problem) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let at = u32::try_from(error.utf8_error().valid_up_to()).unwrap_or(u32::MAX);
            let message = "not valid UTF-8 here; read with the bytes in question replaced".to_owned();
            let problem = Problem { message, span: Span::new(at, at.saturating_add(1)), fatal: false };
            (replace_invalid(error.as_bytes()), Some(problem))
        }
    };
    if text.starts_with('\u{FEFF}') {
        text.replace_range(..3, "   ");
    }
    Decoded { text, problem }
}

/// Nothing readable, and why.
fn refused(message: &str) -> Decoded {
    let problem = Problem { message: message.to_owned(), span: Span::default(), fatal: true };
    Decoded { text: String::new(), problem: Some(problem) }
}

/// Every other byte of the beginning is zero: ASCII in UTF-16.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64)];
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
    head.len() >= 4 && (zeros(0) * 2 == head.len() || zeros(1) * 2 == head.len())
}

/// The text with each invalid byte as one `?`, so that nothing moves.
fn replace_invalid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_survive_marks_and_bad_bytes() {
        assert_eq!(decode(b"\xEF\xBB\xBFlet a".to_vec()).text, "   let a");
        let bad = decode(b"let s = '\xC3\x28\xFF';".to_vec());
        assert_eq!(bad.text, "let s = '?(?';");
        assert_eq!(bad.problem.map(|p| (p.span.start, p.fatal)), Some((9, false)));
    }

    #[test]
    fn utf16_is_refused_with_advice() {
        for bytes in [&b"\xFF\xFEl\0e\0t\0"[..], &b"\xFE\xFF\0l\0e\0t"[..], &b"l\0e\0t\0 \0"[..]] {
            let decoded = decode(bytes.to_vec());
            assert!(decoded.problem.is_some_and(|p| p.fatal && p.message.contains("UTF-8")));
        }
        assert_eq!(decode(Vec::new()), Decoded { text: String::new(), problem: None });
        assert_eq!(decode(b"a\0b".to_vec()).problem, None);
    }
}
