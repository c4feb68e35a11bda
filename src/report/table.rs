//! Tables on a page: columns as wide as their cells, the widest ones wrapped until the table fits.

use super::style::{Page, columns, wrapping};

/// Columns between two cells.
const GAP: usize = 2;
/// No column is made narrower than this to make a table fit.
const NARROWEST: usize = 10;

/// Lays rows out under a head, which is left out if it is empty; every line starts with `indent`.
pub(crate) fn table(page: Page, indent: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    table_with_notes(page, indent, head, rows, &[])
}

/// The same with a line of its own, as long as it may be, below each row that has one in `notes`.
pub(crate) fn table_with_notes(
    page: Page,
    indent: &str,
    head: &[&str],
    rows: &[Vec<String>],
    notes: &[String],
) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| columns(cell)).collect();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.lines().map(columns).max().unwrap_or(0).max(*width);
        }
    }
    shrink(&mut widths, rows, page.width.saturating_sub(columns(indent)));
    let mut out = String::new();
    if !head.is_empty() {
        let cells: Vec<String> = head.iter().map(|cell| page.dim(cell)).collect();
        push_row(&mut out, indent, &cells, &widths);
    }
    for (index, row) in rows.iter().enumerate() {
        push_row(&mut out, indent, row, &widths);
        if let Some(note) = notes.get(index) {
            out.push_str(&format!("{indent}  {note}\n"));
        }
    }
    out
}

/// Narrows the widest column that may be narrowed until all fit: below its longest word it would not wrap.
fn shrink(widths: &mut [usize], rows: &[Vec<String>], page: usize) {
    let floor = |column: usize| {
        let words = rows.iter().filter_map(|row| row.get(column)).flat_map(|cell| cell.split_whitespace());
        words.map(columns).max().unwrap_or(0).max(NARROWEST)
    };
    let floors: Vec<usize> = (0..widths.len()).map(floor).collect();
    while widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1) > page {
        let candidates = widths.iter_mut().zip(&floors).filter(|(width, floor)| **width > **floor);
        let Some((widest, _)) = candidates.max_by_key(|(width, _)| **width) else { return };
        *widest -= 1;
    }
}

fn push_row(out: &mut String, indent: &str, row: &[String], widths: &[usize]) {
    let wrapped: Vec<Vec<String>> = row.iter().zip(widths).map(|(cell, &width)| wrap(cell, width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..height {
        let mut text = indent.to_owned();
        for (cell, &width) in wrapped.iter().zip(widths) {
            let part = cell.get(line).map_or("", String::as_str);
            text.push_str(part);
            text.push_str(&" ".repeat(width.saturating_sub(columns(part)) + GAP));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
}

fn wrap(cell: &str, width: usize) -> Vec<String> {
    textwrap::wrap(cell, wrapping(width.max(1))).into_iter().map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[[&str; 2]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect()
    }

    #[test]
    fn wide_cells_wrap_within_their_column() {
        let rows = rows(&[["id", "a sentence that is longer than the page is wide"], ["other-id", "b"]]);
        let page = Page { width: 30, colour: false, ..Page::default() };
        let expected = "  id        a sentence that is\n            longer than the\n            page is wide\n  other-id  b\n";
        assert_eq!(table(page, "  ", &[], &rows), expected);
    }

    #[test]
    fn words_are_never_broken() {
        let out = table(
            Page { width: 12, colour: false, ..Page::default() },
            "",
            &["A", "B"],
            &rows(&[["/api/a/very/long/[path]", "x"]]),
        );
        assert_eq!(out, "A                        B\n/api/a/very/long/[path]  x\n");
    }
}
