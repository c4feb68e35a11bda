//! Frames of code that nobody wrote for people.

use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::pattern::highlight;

use super::frame::{Label, frame};
use super::model::Place;
use super::source::SourceText;
use super::style::{Page, columns};

fn place(source: &Arc<SourceText>, start: u32, end: u32) -> Place {
    Place { file: "a.ts".into(), source: Arc::clone(source), start, end }
}

#[test]
fn no_span_breaks_a_frame() {
    let page = Page { width: 40, colour: true, ..Page::default() };
    for text in [
        "",
        "\n",
        "\r\n\r\n",
        "\u{feff}a\r\n\t😀é\n\nx",
        "漢字\u{301}\r\u{1b}",
        &"const a = '😀'; ".repeat(9),
    ] {
        let source = Arc::new(SourceText::new(text.to_owned()));
        let painted = highlight("a.ts", text);
        let past = u32::try_from(text.len()).unwrap() + 2;
        for (start, end) in (0..=past).flat_map(|start| (start..=past).map(move |end| (start, end))) {
            let (first, second) = (place(&source, start, end), place(&source, end, past));
            let labels = [
                Label { place: &first, text: None, primary: true },
                Label { place: &second, text: Some("a sentence that has to be wrapped"), primary: false },
            ];
            let drawn = frame(page, Severity::Error, &labels, painted.as_ref()).text;
            let position = first.position();
            let header = format!("a.ts:{}:{}", position.line, position.column);
            assert!(text.len() < 20 || drawn.contains(&header), "{start}..{end} {header}\n{drawn}");
            // Two marks in the last column stand beside each other.
            assert!(drawn.lines().all(|line| columns(line) <= 41), "{start}..{end}\n{drawn}");
        }
    }
}

#[test]
fn a_megabyte_on_one_line_is_shown_around_the_construct() {
    let code = "a".repeat(1 << 20) + ";new Pool();" + &"b".repeat(1 << 20);
    let source = Arc::new(SourceText::new(code));
    let start = (1 << 20) + 1;
    let pool = place(&source, start, start + 10);
    let label = Label { place: &pool, text: None, primary: true };
    let drawn = frame(Page::default(), Severity::Warning, &[label], None).text;
    assert!(drawn.contains("aaaa;new Pool();bbb") && drawn.contains("a.ts:1:1048578"), "{drawn}");
    assert!(drawn.lines().all(|line| columns(line) <= 80), "{drawn}");
}
