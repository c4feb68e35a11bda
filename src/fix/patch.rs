//! A change as a patch that `git apply` and `patch -p1` take.

use std::borrow::Cow;
use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use crate::report::one_line;

use super::plan::Change;
use super::write::{changed, read};

/// The change of a file that the patch calls `name`. `None` if it cannot be printed as it is: a line of the patch, or
/// the name, has characters that do things to a terminal.
#[must_use]
pub fn patch(change: &Change, name: &str) -> Option<String> {
    // Only the file itself has its byte order mark. Text from elsewhere, such as an editor, is taken as it was analysed.
    let bytes = read(change).unwrap_or_else(|_| change.before.text().as_bytes().to_vec());
    let after = String::from_utf8(changed(&bytes, change)).ok()?;
    unified(&String::from_utf8(bytes).ok()?, &after, name)
}

fn unified(before: &str, after: &str, name: &str) -> Option<String> {
    // Names that have to be quoted are read differently by different programs.
    if !is_plain(name) || name.contains(['"', '\\']) {
        return None;
    }
    // A carriage return alone ends a line for people, and not in a patch.
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    let (before, after) = (lines(before), lines(after));
    let diff = TextDiff::from_slices(&before, &after);
    // The tab says where a name ends that has blanks in it.
    let end = if name.contains(' ') { "\t" } else { "" };
    let mut out = format!("--- a/{name}{end}\n+++ b/{name}{end}\n");
    for hunk in diff.unified_diff().iter_hunks() {
        _ = writeln!(out, "{}", hunk.header());
        for line in hunk.iter_changes() {
            let is_first = line.old_index().or(line.new_index()) == Some(0);
            if !is_printable(line.value(), is_first) {
                return None;
            }
            out.push(match line.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            });
            out.push_str(line.value());
            if !line.value().ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    Some(out)
}

/// Whether a line does nothing but show itself; its end, tabs, and the mark at the beginning of a file belong to it.
fn is_printable(line: &str, is_first: bool) -> bool {
    let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    let line = line.strip_prefix('\u{feff}').filter(|_| is_first).unwrap_or(line);
    is_plain(&line.replace('\t', " "))
}

fn is_plain(text: &str) -> bool {
    matches!(one_line(text), Cow::Borrowed(_))
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn line_ends_are_those_of_the_file() {
        let patch = unified("\u{feff}a\r\nb", "\u{feff}a\r\n\tc", "x y.ts");
        let expected = "--- a/x y.ts\t\n+++ b/x y.ts\t\n@@ -1,2 +1,2 @@\n \u{feff}a\r\n-b\n\\ No newline at end of file\n+\tc\n\\ \
                        No newline at end of file\n";
        assert_eq!(patch.as_deref(), Some(expected));
    }

    #[test]
    fn what_plays_tricks_on_a_terminal_is_not_printed() {
        assert_eq!(unified("\u{1b}[31m\na\n", "\u{1b}[31m\nb\n", "x.ts"), None);
        assert_eq!(unified("a\rb\n", "c\n", "x.ts"), None);
        assert_eq!(unified("a\n", "\u{feff}b\n\u{feff}", "x.ts"), None);
        assert_eq!(unified("a\n", "b\n", "x\n.ts"), None);
        let far = format!("\u{1b}\n{}a\n", "x\n".repeat(9));
        assert!(unified(&far, &far.replace('a', "b"), "x.ts").is_some());
    }
}
